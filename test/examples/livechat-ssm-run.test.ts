import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '../../examples/livechat/disk';
import { Journal } from '../../examples/livechat/journal';
import { Workspace } from '../../examples/livechat/workspace';
import { parseSignal } from '../../lambda/core/signals/parse';
import { message } from './livechat-fixtures';
import { commandsIn, type Commands } from './livechat-process';
import { documentOf, scriptOf } from './ssm-document';

const HOME = { accountId: '111122223333', region: 'us-east-1' };
const NOON = Date.parse('2024-08-01T12:10:00Z');
const SENT = {
  Key: 'pod-23-20240801-1210-0023/backfill/1',
  IncidentId: 'pod-23-20240801-1210-0023',
  InstanceId: 'i-0a1b2c3d4e5f60023',
  Pod: 'pod-23',
  Policy: 'livechat',
  OutageNumber: '1',
  LastKnownGood: '2024-08-01T12:09:40.000Z',
  FirstKnownBad: '2024-08-01T12:10:07.000Z',
  GoodAgain: '2024-08-01T12:11:06.000Z',
  UncertaintySeconds: '27',
};

let built: string;
let commands: Commands;
let folder: string;
let workspace: Workspace;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'livechat-built-'));
  commands = commandsIn(built);
});

afterAll(async () => rm(built, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livechat-ssm-'));
  const store = join(folder, 'store');
  workspace = await Workspace.start({ folder: store, disk: nodeDisk, now: Date.now, port: 0 });
  await mkdir(join(folder, 'bin'));
  // What the machine has: another user's shell, the installed program, and the AWS CLI.
  await program('runuser', 'shift 3; exec "$@"');
  await program('livechat', `exec "${process.execPath}" "${commands.program}" "$@"`);
  await aws(0);
});

afterEach(async () => {
  await commands.endAll();
  await workspace.stop();
  await rm(folder, { recursive: true, force: true });
});

async function program(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

const aws = async (code: number): Promise<void> =>
  program('aws', `printf '%s\\n' "$@" >"${join(folder, 'aws')}"; exit ${code}`);

interface Shell {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a document's script as the agent does, with the paths of this test. */
async function runDocument(name: string, server = 'http://127.0.0.1:1'): Promise<Shell> {
  const script = scriptOf(documentOf(name), { ...SENT, Workspace: workspace.url })
    .replaceAll('/usr/local/bin/livechat', join(folder, 'bin', 'livechat'))
    .replaceAll('/var/lib/livechat', folder)
    .replaceAll('http://127.0.0.1:8080', server);
  const PATH = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  const env = { PATH, AWS_SSM_REGION_NAME: HOME.region };
  return new Promise((ended) => {
    execFile('sh', ['-c', script], { env }, (error, output, errors) => {
      const code = typeof error?.code === 'number' ? error.code : 0;
      ended({ code, output, errors });
    });
  });
}

const toldAws = async (): Promise<readonly string[]> =>
  ((await nodeDisk.text(join(folder, 'aws'))) ?? '').split('\n').filter((line) => line !== '');

/** The event that the watchdog would get, as it reads it. */
async function heard(): Promise<unknown> {
  const told = await toldAws();
  const [entry] = JSON.parse(told[told.indexOf('--entries') + 1] ?? '[]') as {
    readonly Source: string;
    readonly DetailType: string;
    readonly Detail: string;
  }[];
  if (entry === undefined) return undefined;
  const { Source: source, DetailType, Detail } = entry;
  const { accountId: account, region } = HOME;
  const base = { id: 'e', account, region, time: '2024-08-01T12:11:09Z', resources: [] };
  return parseSignal(
    { ...base, source, 'detail-type': DetailType, detail: JSON.parse(Detail) as object },
    HOME,
  );
}

async function journalOf(ids: readonly string[]): Promise<void> {
  const options = { folder: join(folder, 'journal'), disk: nodeDisk, now: () => NOON };
  const opened = await Journal.open(options);
  if (opened.kind !== 'open') throw new Error('a new journal is damaged');
  for (const id of ids) await opened.journal.append(message(id));
  await opened.journal.close();
}

describe('the document backfill, run', () => {
  it('brings the window and tells the watchdog how many it recovered', async () => {
    await journalOf(['m-1', 'm-2', 'm-3']);
    const { code, output } = await runDocument('backfill');
    expect(code).toBe(0);
    expect(output).toContain('"recovered":3');
    expect(workspace.stored()).toBe(3);
    expect(await heard()).toMatchObject({
      outcome: 'signal',
      signal: {
        instanceIds: [SENT.InstanceId],
        news: { kind: 'callback', key: SENT.Key, status: 'done', chatsRecovered: 3 },
      },
    });
    expect((await toldAws()).slice(0, 4)).toEqual([
      'events',
      'put-events',
      '--region',
      'us-east-1',
    ]);
  });

  it('is done all the same where the number cannot be told', async () => {
    await journalOf(['m-1']);
    await aws(254);
    const { code, errors } = await runDocument('backfill');
    expect(code).toBe(0);
    expect(errors).toContain('the number could not be told');
    expect(workspace.stored()).toBe(1);
  });

  it('fails with its own code, and tells no number, where it is to be run again', async () => {
    await journalOf(['m-1']);
    await rm(join(folder, 'journal', 'closed.json'));
    const names = await nodeDisk.list(join(folder, 'journal'));
    const path = join(folder, 'journal', names.find((one) => one.startsWith('segment-')) ?? '');
    await writeFile(path, `${await readFile(path, 'utf8')}{"sum":"torn`);
    const { code, output } = await runDocument('backfill');
    expect(code).toBe(75);
    expect(output).toContain('too-early');
    expect(await toldAws()).toEqual([]);
  });
});

describe.each([
  ['drain', '"forwarded":true'],
  ['resume', '"phase":"accepting"'],
  ['presence-resync', '"changed":0'],
])('the document %s, run', (name, answer) => {
  it('does it, and says so', async () => {
    const running = commands.start('serve', {
      pod: 'pod-23',
      port: 0,
      workspace: workspace.url,
      journal: join(folder, 'journal'),
    });
    const url = String((await running.firstLine)['url']);
    const { code, output } = await runDocument(name, url);
    expect([code, output.includes(answer)]).toEqual([0, true]);
  });

  it('fails where there is no server', async () => {
    expect((await runDocument(name)).code).toBe(75);
  });
});
