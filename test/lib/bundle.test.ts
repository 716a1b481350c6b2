import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { WIRE_CALLS } from './bundle-calls';
import * as unbundled from './bundled-clients';
import type { WireCall } from './wire-call';

/*
 * scripts/bundle.mjs rewrites the SDK's sources so that esbuild can drop what is not used. These
 * tests hold the bundle against the SDK as it was installed: every request on the wire and every
 * answer read must be the same.
 */

const PROJECT = join(__dirname, '..', '..');
const SCRIPT = join(PROJECT, 'scripts', 'bundle.mjs');
const ENTRY = join(__dirname, 'bundled-clients.ts');

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly target: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

type Constructors = Readonly<Record<string, new (input: unknown) => never>>;
interface SdkClient {
  send(command: never): Promise<unknown>;
}

function textOf(body: string | Uint8Array | undefined): string {
  return ArrayBuffer.isView(body) ? new TextDecoder().decode(body) : (body ?? '');
}

/** Sends one call through one copy of the SDK: what went out, what came back. */
async function exchange(sdk: Constructors, call: WireCall) {
  const sent: Sent[] = [];
  const requestHandler = {
    async handle(request: WireRequest) {
      sent.push({
        method: request.method,
        path: request.path,
        target: request.headers['x-amz-target'],
        contentType: request.headers['content-type'],
        body: textOf(request.body),
      });
      const body = Readable.from([Buffer.from(call.body)]);
      const headers = { 'content-type': call.contentType };
      return { response: { statusCode: call.status, headers, body } };
    },
  };
  const Client = sdk[call.client] as new (config: unknown) => SdkClient;
  const Command = sdk[call.command] as new (input: unknown) => never;
  const client = new Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler,
  });
  const answer = await client.send(new Command(call.input)).catch(readError);
  return { sent, answer };
}

/** What the adapters read of an error. */
function readError(error: unknown) {
  const read = error as Record<string, unknown>;
  const { name, message, $fault, Item, CancellationReasons, $metadata } = read;
  return { thrown: true, name, message, $fault, Item, CancellationReasons, $metadata };
}

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, args, { cwd: PROJECT, encoding: 'utf8' });
}

describe('the bundle', () => {
  const directory = mkdtempSync(join(tmpdir(), 'watchdog-bundle-'));
  const at = (...parts: readonly string[]) => join(directory, ...parts);
  let bundled: Constructors;

  beforeAll(() => {
    const { status, stderr } = run(SCRIPT, '--entry', ENTRY, '--out', at('clients'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    bundled = require(at('clients', 'index.js')) as Constructors;
  }, 60_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const installed = unbundled as unknown as Constructors;

  test.each(WIRE_CALLS.map((call) => [call.command, call.error ?? 'an answer', call] as const))(
    '%s, %s: the same request, the same reading',
    async (_, __, call) => {
      const expected = await exchange(installed, call);
      expect(expected.sent).toHaveLength(1);
      if (call.error === undefined) expect(expected.answer).not.toHaveProperty('thrown');
      else expect(expected.answer).toMatchObject({ thrown: true, name: call.error });
      expect(await exchange(bundled, call)).toEqual(expected);
    },
  );

  test('the comparison can fail: another answer is read differently', async () => {
    const [call] = WIRE_CALLS;
    if (call === undefined) throw new Error('there are no calls');
    const other = { ...call, body: call.body.replace('stopped', 'running') };
    expect(await exchange(bundled, other)).not.toEqual(await exchange(installed, call));
  });

  describe('credentials', () => {
    const before = { ...process.env };
    afterEach(() => {
      process.env = { ...before };
    });

    /** The credentials that a client finds when it is given none. */
    async function credentialsOf(client: string): Promise<unknown> {
      const Client = bundled[client] as new (config: unknown) => {
        readonly config: { credentials(): Promise<unknown> };
      };
      return new Client({ region: 'us-east-1' }).config.credentials();
    }

    const clients = [...new Set(WIRE_CALLS.map((call) => call.client))];

    test.each(clients)(
      '%s takes them from the environment, as Lambda gives them',
      async (client) => {
        Object.assign(process.env, {
          AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'secret',
          AWS_SESSION_TOKEN: 'token',
        });
        expect(await credentialsOf(client)).toMatchObject({
          accessKeyId: 'ASIAEXAMPLE',
          secretAccessKey: 'secret',
          sessionToken: 'token',
        });
      },
    );

    test('and looks nowhere else for them', async () => {
      delete process.env['AWS_ACCESS_KEY_ID'];
      await expect(credentialsOf('EC2Client')).rejects.toThrow(/environment variable/);
    });
  });

  test('covers every command that the adapters send', () => {
    const adapters = join(PROJECT, 'lambda', 'adapters');
    const sources = readdirSync(adapters).map((file) => readFileSync(join(adapters, file), 'utf8'));
    const used = new Set(
      sources.flatMap((source) => source.match(/\b[A-Z][A-Za-z]+Command\b/g) ?? []),
    );
    const covered = new Set(WIRE_CALLS.map(({ command }) => command));
    expect([...used].filter((command) => !covered.has(command))).toEqual([]);
  });

  test('is half of what it would be without the plugins', () => {
    const code = `
      const { bundle } = await import(${JSON.stringify(pathToFileURL(SCRIPT).href)});
      const entry = ${JSON.stringify(ENTRY)};
      const bare = await bundle({ entry, directory: ${JSON.stringify(at('bare'))}, plugins: [] });
      const pure = await bundle({ entry, directory: ${JSON.stringify(at('pure'))} });
      console.log(JSON.stringify({ bare: bare.minified, pure: pure.minified }));`;
    const { stdout } = run('--input-type=module', '--eval', code);
    const sizes = JSON.parse(stdout) as { bare: number; pure: number };
    expect(sizes.pure).toBeLessThan(sizes.bare * 0.5);
  }, 60_000);
});

describe('the budget', () => {
  const directory = mkdtempSync(join(tmpdir(), 'watchdog-budget-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function check(entry: string) {
    return run(SCRIPT, '--check', '--entry', entry, '--out', join(directory, 'out'));
  }

  test('is kept by the function', () => {
    const { status, stdout, stderr } = check(join(PROJECT, 'lambda', 'main.ts'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/\d+ bytes minified/);
    expect(existsSync(join(directory, 'out', 'index.js'))).toBe(true);
  }, 60_000);

  test('fails the check when it is exceeded', () => {
    const entry = join(directory, 'large.js');
    writeFileSync(entry, `export const large = ${JSON.stringify('x'.repeat(700_000))};`);
    const { status, stderr } = check(entry);
    expect(status).toBe(1);
    expect(stderr).toContain('over budget: minified');
  });

  test('fails the check when there is nothing to bundle', () => {
    expect(check(join(directory, 'absent.ts')).status).toBe(1);
  });
});
