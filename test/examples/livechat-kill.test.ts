import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatClient } from '../../examples/livechat/client';
import { nodeDisk } from '../../examples/livechat/disk';
import { call, listen, stopListening } from '../../examples/livechat/http';
import { Journal } from '../../examples/livechat/journal';
import { Workspace } from '../../examples/livechat/workspace';
import { readWindow } from '../../examples/livechat/window';
import { EVER, message } from './livechat-fixtures';
import { commandsIn, type Commands, type FlagValues, type Running } from './livechat-process';

let commands: Commands;
let built: string;
let folder: string;
let journal: string;
let workspace: Workspace;
let endings: (() => Promise<unknown> | void)[];

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'livechat-built-'));
  commands = commandsIn(built);
});

afterAll(async () => rm(built, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livechat-kill-'));
  journal = join(folder, 'journal');
  endings = [];
  const store = join(folder, 'store');
  workspace = await Workspace.start({ folder: store, disk: nodeDisk, now: Date.now, port: 0 });
  endings.push(async () => workspace.stop());
});

afterEach(async () => {
  await commands.endAll();
  for (const end of endings.toReversed()) await end();
  await rm(folder, { recursive: true, force: true });
});

interface Served {
  readonly url: string;
  readonly port: number;
  readonly running: Running;
}

async function serve(port = 0): Promise<Served> {
  const flags = { pod: 'pod-23', journal, port, workspace: workspace.url };
  const running = commands.start('serve', flags);
  const url = String((await running.firstLine)['url']);
  return { url, port: Number(new URL(url).port), running };
}

/** As a host failure does: at once, whatever it was doing. */
async function kill({ running }: Served): Promise<void> {
  running.process.kill('SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
}

function connect({ port }: Served, user: string): ChatClient {
  const url = `ws://127.0.0.1:${port}/chat`;
  const client = new ChatClient({ url, user, role: 'visitor', firstWaitMs: 20 });
  endings.push(() => client.close());
  client.join('c-1');
  client.connect();
  return client;
}

async function journaled(): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const item of readWindow(nodeDisk, { folder: journal, window: EVER })) {
    if (item.kind === 'record') texts.push(item.record.message.text);
  }
  return texts;
}

async function newestSegment(): Promise<string> {
  const names = (await readdir(journal)).filter((name) => name.startsWith('segment-'));
  return join(journal, names.toSorted().at(-1) ?? '');
}

const TORN = '{"sum":"00000000","seq":9999,"at":"2024-';
const texts = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index}`);

// A killed process loses nothing that the kernel has. What a power loss takes, a disk in memory
// loses in livechat-journal.test.ts.
describe('a server that is killed while it writes', () => {
  it('has all that it acknowledged, and what the clients send again once', async () => {
    let server = await serve();
    const client = connect(server, 'v-1');
    const acknowledged: string[] = [];
    const said: Promise<number>[] = [];
    for (const [round, until] of [1, 20, 60].entries()) {
      const before = acknowledged.length;
      const reached = new Promise<void>((enough) => {
        for (const text of texts(`round ${round}`, 120)) {
          const saying = client.say('c-1', text).then((seq) => {
            acknowledged.push(text);
            if (acknowledged.length >= before + until) enough();
            return seq;
          });
          said.push(saying);
        }
      });
      await reached;
      await kill(server);
      expect(await journaled()).toEqual(expect.arrayContaining([...acknowledged]));
      server = await serve(server.port);
    }
    const numbers = await Promise.all(said);
    expect(new Set(numbers).size).toBe(360);
    expect((await journaled()).toSorted()).toEqual(
      [0, 1, 2].flatMap((round) => texts(`round ${round}`, 120)).toSorted(),
    );
  });

  it('cuts off a torn end, keeps it beside, and goes on behind what was whole', async () => {
    const server = await serve();
    const client = connect(server, 'v-1');
    await Promise.all(texts('before', 20).map(async (text) => client.say('c-1', text)));
    client.close();
    await kill(server);
    // What a power loss leaves of a group that nobody had an answer to.
    await appendFile(await newestSegment(), TORN);

    const again = await serve(server.port);
    const { body } = await call({ url: `${again.url}/serving` });
    expect(body).toMatchObject({
      ok: true,
      journal: { why: expect.stringMatching(`${TORN.length} bytes after 20 were torn`) },
    });
    expect(await connect(again, 'v-2').say('c-1', 'after')).toBe(21);
    expect(await journaled()).toEqual([...texts('before', 20), 'after']);
    expect((await readdir(journal)).filter((name) => name.startsWith('cut-'))).toHaveLength(1);
  });
});

const FROM = Date.parse('2024-08-01T12:00:00Z');
const WINDOW = { from: '2024-08-01T12:00:00Z', to: '2024-08-01T13:00:00Z' };

/** A journal that was closed in order, with so many messages of the window. */
async function fill(count: number): Promise<void> {
  const opened = await Journal.open({ folder: journal, disk: nodeDisk, now: () => FROM });
  if (opened.kind !== 'open') throw new Error('a new journal is damaged');
  const ids = texts('m', count).map((text) => text.replace(' ', '-'));
  await Promise.all(ids.map(async (id) => opened.journal.append(message(id))));
  await opened.journal.close();
}

const toWorkspace = (url: string): FlagValues => ({
  journal,
  checkpoints: join(folder, 'checkpoints'),
  workspace: url,
  ...WINDOW,
});

describe('a backfill that is killed halfway', () => {
  it.each([
    ['before the workspace has the part', false],
    ['after the workspace has it', true],
  ])('%s: run again, it goes on from the checkpoint, and nothing is doubled', async (_, keeps) => {
    await fill(3000);
    let parts = 0;
    const victims: Running[] = [];
    // In front of the workspace: at the fourth part the backfill dies.
    const { server, url } = await listen(0, async (asked) => {
      parts += 1;
      const isFatal = parts === 4;
      const pass = async () =>
        call({ url: `${workspace.url}${asked.url.pathname}`, body: asked.body });
      if (!isFatal) return pass();
      if (keeps) await pass();
      for (const { process: victim } of victims) victim.kill('SIGKILL');
      return { status: 500, body: {} };
    });
    endings.push(async () => stopListening(server));
    const victim = commands.start('backfill', toWorkspace(url));
    victims.push(victim);
    expect((await victim.ended).signal).toBe('SIGKILL');
    expect(workspace.stored()).toBe(keeps ? 2000 : 1500);

    const { code, answer } = await commands.run('backfill', toWorkspace(url));
    expect([code, answer['kind'], answer['scanned']]).toEqual([0, 'done', 3000]);
    // Three parts before the kill, the fourth twice, two more: none of the first three again.
    expect(parts).toBe(4 + 3);
    expect(workspace.stored()).toBe(3000);
    expect(new Set(workspace.storedIds()).size).toBe(3000);
  });
});

describe('a backfill, while the end of the journal was not checked', () => {
  it('is to be run again, until a server has cut off the torn end', async () => {
    await fill(10);
    await rm(join(journal, 'closed.json'));
    await appendFile(await newestSegment(), `${TORN}\n`);
    const early = await commands.run('backfill', toWorkspace(workspace.url));
    expect([early.code, early.answer['kind']]).toEqual([75, 'too-early']);
    expect(early.answer['why']).toMatch(/no server has checked .* bytes after 10 were torn/);
    expect(workspace.stored()).toBe(0);

    await serve();
    const { code, answer } = await commands.run('backfill', toWorkspace(workspace.url));
    expect([code, answer['kind'], answer['damaged']]).toEqual([0, 'done', 0]);
    expect(workspace.stored()).toBe(10);
  });

  it('is done at once where nothing was torn, with or without a server', async () => {
    await fill(10);
    await rm(join(journal, 'closed.json'));
    const { code, answer } = await commands.run('backfill', toWorkspace(workspace.url));
    expect([code, answer['scanned']]).toEqual([0, 10]);
  });
});

describe('the commands', () => {
  it.each([
    ['a flag that is none', 'drain', { sever: 'http://127.0.0.1:1' }, /no flag --sever/],
    ['a flag too few', 'backfill', { journal: '/tmp' }, /--to is missing/],
    ['a command that is none', 'drian', {}, /no command 'drian'/],
  ])('say that %s is wrong', async (_, command, flags, told) => {
    const { code, errors } = await commands.run(command, flags);
    expect(code).toBe(64);
    expect(errors).toMatch(told);
  });

  it('say 75 where there is no server to ask', async () => {
    const { code, answer } = await commands.run('health', { server: 'http://127.0.0.1:1' });
    expect([code, answer['ok']]).toEqual([75, false]);
  });
});
