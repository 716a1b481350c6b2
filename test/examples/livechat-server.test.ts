import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatClient } from '../../examples/livechat/client';
import { backfill } from '../../examples/livechat/backfill';
import { nodeDisk, type Disk } from '../../examples/livechat/disk';
import { call, listen, stopListening } from '../../examples/livechat/http';
import { ChatServer, type ServerOptions } from '../../examples/livechat/server';
import { Workspace } from '../../examples/livechat/workspace';
import { workspaceAt } from '../../examples/livechat/workspace-client';
import type { JournalRecord } from '../../examples/livechat/record';
import { readWindow } from '../../examples/livechat/window';
import { EVER } from './livechat-fixtures';
import { WebSocket } from 'ws';

let folder: string;
let workspace: Workspace;
let endings: (() => Promise<unknown> | void)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livechat-'));
  endings = [];
  workspace = await startWorkspace();
});

afterEach(async () => {
  for (const end of endings.toReversed()) await end();
  await rm(folder, { recursive: true, force: true });
});

async function startWorkspace(port = 0): Promise<Workspace> {
  const store = join(folder, 'store');
  const one = await Workspace.start({ folder: store, disk: nodeDisk, now: Date.now, port });
  endings.push(async () => one.stop());
  return one;
}

async function startServer(more: Partial<ServerOptions> = {}): Promise<ChatServer> {
  const server = await ChatServer.start({
    pod: 'pod-23',
    folder: join(folder, 'journal'),
    disk: nodeDisk,
    now: Date.now,
    port: 0,
    workspace: workspaceAt(workspace.url),
    announceReady: async () => undefined,
    ...more,
  });
  endings.push(async () => server.kill());
  return server;
}

function connect(server: ChatServer, user: string, role: 'agent' | 'visitor'): ChatClient {
  const client = new ChatClient({ url: server.chatUrl(), user, role, firstWaitMs: 20 });
  endings.push(() => client.close());
  client.join('c-1');
  client.connect();
  return client;
}

/** Waits for something to come about; looks often, and gives up after so many looks. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 1000; looks += 1) {
    if (await holds()) return;
    await new Promise((later) => setTimeout(later, 5));
  }
  throw new Error(`it does not come about: ${holds.toString()}`);
}

async function journaled(): Promise<readonly string[]> {
  const texts: string[] = [];
  const request = { folder: join(folder, 'journal'), window: EVER };
  for await (const item of readWindow(nodeDisk, request)) {
    if (item.kind === 'record') texts.push(item.record.message.text);
  }
  return texts;
}

const portOf = (server: ChatServer): number => Number(new URL(server.url).port);

describe('a chat', () => {
  it('acknowledges what is journaled, tells the others and saves it in the workspace', async () => {
    const server = await startServer();
    const heard: string[] = [];
    const agent = new ChatClient({
      url: server.chatUrl(),
      user: 'a-1',
      role: 'agent',
      onMessage: ({ text }) => heard.push(text),
    });
    endings.push(() => agent.close());
    agent.join('c-1');
    agent.connect();
    await agent.connected();
    expect(await agent.say('c-1', 'How can I help?')).toBe(1);
    const visitor = connect(server, 'v-1', 'visitor');
    expect(await visitor.say('c-1', 'Hello')).toBe(2);
    await until(() => heard.length > 0 && workspace.stored() === 2);
    expect(heard).toEqual(['Hello']);
    expect(await journaled()).toEqual(['How can I help?', 'Hello']);
  });

  it('is refused to somebody who is not in it', async () => {
    const server = await startServer();
    const visitor = connect(server, 'v-1', 'visitor');
    await expect(visitor.say('c-other', 'Hello')).rejects.toThrow('not-a-member');
    expect(await journaled()).toEqual([]);
  });

  it('is refused to a page of another site, and not to a program', async () => {
    const server = await startServer();
    const opens = async (origin?: string): Promise<boolean> =>
      new Promise((answered) => {
        const options = origin === undefined ? {} : { origin };
        const socket = new WebSocket(server.chatUrl(), options);
        endings.push(() => socket.terminate());
        socket.on('open', () => answered(true));
        socket.on('error', () => answered(false));
      });
    expect(await opens('https://elsewhere.example')).toBe(false);
    expect(await opens()).toBe(true);
  });
});

describe('a client whose server is killed', () => {
  it('comes back and sends again: nothing is lost, nothing doubled', async () => {
    // The journal takes what comes, and the machine dies before anybody hears of it.
    let mute = false;
    const server = await startServer({ disk: swallowing(() => mute) });
    const port = portOf(server);
    const client = connect(server, 'v-1', 'visitor');
    await client.say('c-1', 'one');
    mute = true;
    const said = ['two', 'three'].map(async (text) => client.say('c-1', text));
    await until(async () => (await journaled()).length === 3);
    expect(client.unacknowledged()).toBe(2);
    mute = false;
    await server.kill();

    const again = await startServer({ port });
    expect(again.checked()).toMatchObject({ kind: 'unclean' });
    expect(await Promise.all(said)).toEqual([2, 3]);
    expect(client.welcomes).toBe(2);
    expect(await client.say('c-1', 'four')).toBe(4);
    expect(await journaled()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('has its message taken once when two connections bring it at the same time', async () => {
    const server = await startServer();
    const frames = ['hello', 'join', 'say'].map((kind) =>
      JSON.stringify({ kind, user: 'v-1', role: 'visitor', chat: 'c-1', id: 'm-1', text: 'Hi' }),
    );
    const acks = [1, 2].map(
      async () =>
        new Promise<string>((answered) => {
          const socket = new WebSocket(server.chatUrl());
          endings.push(() => socket.terminate());
          socket.on('open', () => {
            for (const frame of frames) socket.send(frame);
          });
          socket.on('message', (data: Buffer) => {
            if (data.toString().includes('"ack"')) answered(data.toString());
          });
        }),
    );
    expect(new Set(await Promise.all(acks)).size).toBe(1);
    expect(await journaled()).toEqual(['Hi']);
  });
});

/** Writes, and does not say that it has written, while `mute` holds. */
function swallowing(mute: () => boolean): Disk {
  return {
    ...nodeDisk,
    openAppend: async (path) => {
      const file = await nodeDisk.openAppend(path);
      return {
        ...file,
        sync: async () => {
          await file.sync();
          await until(() => !mute());
        },
      };
    },
  };
}

describe('presence', () => {
  it('is out of step after a kill, as in the incident, until it is resynced', async () => {
    const server = await startServer();
    const port = portOf(server);
    const clients = ['a-1', 'a-2'].map((name) => connect(server, name, 'agent'));
    await until(() => workspace.presenceOf('pod-23').online.length === 2);
    expect((await server.health()).presence).toMatchObject({ ok: true, online: 2 });
    clients[1]!.close();
    await until(() => workspace.presenceOf('pod-23').online.length === 1);
    const third = connect(server, 'a-3', 'agent');
    await until(() => workspace.presenceOf('pod-23').online.length === 2);

    await server.kill();
    third.close();
    const again = await startServer({ port });
    await clients[0]!.connected();
    // a-3 never came back, and nobody told the workspace.
    expect(workspace.presenceOf('pod-23').online).toContain('a-3');
    const health = await call({ url: `${again.url}/health` });
    expect(health).toMatchObject({ status: 503, body: { ok: false, presence: { ok: false } } });
    expect(await call({ url: `${again.url}/serving` })).toMatchObject({ status: 200 });

    await until(() => clients[0]!.welcomes === 2);
    const resync = { url: `${again.url}/presence-resync`, body: {} };
    expect((await call(resync)).body).toMatchObject({ changed: 1, online: 1 });
    expect((await call(resync)).body).toMatchObject({ changed: 0 });
    expect(workspace.presenceOf('pod-23').online).toEqual(['a-1']);
    expect(await call({ url: `${again.url}/health` })).toMatchObject({ status: 200 });
  });

  it('has no mismatch when the pod is taken offline at detection', async () => {
    const server = await startServer();
    const port = portOf(server);
    const agent = connect(server, 'a-1', 'agent');
    await until(() => workspace.presenceOf('pod-23').online.length === 1);
    await server.kill();
    agent.close();
    expect(await workspaceAt(workspace.url).down('pod-23')).toBe(1);
    expect(await workspaceAt(workspace.url).down('pod-23')).toBe(0);
    const again = await startServer({ port });
    expect((await again.health()).ok).toBe(true);
  });
});

describe('health', () => {
  it('says yes when all is well', async () => {
    const server = await startServer();
    expect(await call({ url: `${server.url}/health` })).toMatchObject({
      status: 200,
      body: { ok: true, accepting: { ok: true }, journal: { ok: true }, presence: { ok: true } },
    });
  });

  it('says no when the journal cannot be written, even while nobody chats', async () => {
    let broken = false;
    const refuse = async (): Promise<never> => Promise.reject(new Error('read-only file system'));
    const disk: Disk = {
      ...nodeDisk,
      replace: async (...write) => (broken ? refuse() : nodeDisk.replace(...write)),
    };
    const server = await startServer({ disk });
    broken = true;
    const { status, body } = await call({ url: `${server.url}/serving` });
    expect(status).toBe(503);
    expect(body).toMatchObject({ journal: { ok: false, why: expect.stringMatching('read-only') } });
  });

  it('says no when nobody can tell whether presence is in step', async () => {
    const server = await startServer();
    await workspace.stop();
    endings.splice(0, 1);
    const { status, body } = await call({ url: `${server.url}/health` });
    expect([status, (body as { presence: { ok: boolean } }).presence.ok]).toEqual([503, false]);
    expect((await call({ url: `${server.url}/serving` })).status).toBe(200);
  });

  it('says no, and takes no chats, when the journal is damaged', async () => {
    const first = await startServer();
    const client = connect(first, 'v-1', 'visitor');
    await client.say('c-1', 'one');
    await client.say('c-1', 'two');
    client.close();
    await first.kill();
    const journal = join(folder, 'journal');
    const name = (await readdir(journal)).find((one) => one.startsWith('segment-'))!;
    const path = join(journal, name);
    const whole = (await nodeDisk.text(path))!;
    await nodeDisk.replace(path, whole.replace('"one"', '"oNe"'));

    let announced = 0;
    const again = await startServer({ announceReady: async () => void (announced += 1) });
    const { status, body } = await call({ url: `${again.url}/serving` });
    expect(status).toBe(503);
    expect(body).toMatchObject({ accepting: { why: 'damaged' }, journal: { ok: false } });
    expect(announced).toBe(0);
    expect(await nodeDisk.text(path)).toContain('oNe');
  });

  it('sends the ready event once, when chats are accepted', async () => {
    const phases: number[] = [];
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    endings.push(() => told.mockRestore());
    const port = await freePort();
    await startServer({
      port,
      announceReady: async () => {
        phases.push((await call({ url: `http://127.0.0.1:${port}/serving` })).status);
        throw new Error('nobody is listening');
      },
    });
    expect(phases).toEqual([200]);
    expect(told).toHaveBeenCalledTimes(1);
    expect((await call({ url: `http://127.0.0.1:${port}/serving` })).status).toBe(200);
  });

  it('is answered to nobody who posts a form from another page', async () => {
    const server = await startServer();
    const form = await fetch(`${server.url}/drain`, { method: 'POST', body: 'x' });
    expect(form.status).toBe(415);
    expect((await server.serving()).ok).toBe(true);
  });
});

async function freePort(): Promise<number> {
  const { server, port } = await listen(0, async () => ({ status: 200, body: {} }));
  await stopListening(server);
  return port;
}

describe('a drain', () => {
  it('takes no new chats, saves all, sends the clients away, and can be called off', async () => {
    const server = await startServer();
    const client = connect(server, 'v-1', 'visitor');
    await client.say('c-1', 'one');
    const drain = { url: `${server.url}/drain`, body: {} };
    const first = await call(drain);
    expect(first.body).toEqual({ clients: 1, forwarded: true, lastSeq: 1 });
    expect((await call(drain)).body).toEqual(first.body);
    expect(workspace.stored()).toBe(1);
    expect(await call({ url: `${server.url}/serving` })).toMatchObject({
      status: 503,
      body: { accepting: { ok: false, why: 'draining' }, clients: 0 },
    });
    await call({ url: `${server.url}/resume`, body: {} });
    const other = connect(server, 'v-2', 'visitor');
    expect(await other.say('c-1', 'two')).toBe(2);
  });

  it('leaves a clean journal when the server is stopped after it', async () => {
    const server = await startServer();
    const client = connect(server, 'v-1', 'visitor');
    await client.say('c-1', 'one');
    client.close();
    await server.stop();
    expect((await startServer()).checked()).toMatchObject({ kind: 'clean', end: { seq: 1 } });
  });
});

describe('the whole incident', () => {
  it('ends with each accepted message in the workspace, once', async () => {
    const server = await startServer();
    const port = portOf(server);
    const from = Date.now();
    const clients = Array.from({ length: 10 }, (_, n) => connect(server, `v-${n}`, 'visitor'));
    await Promise.all(clients.map(async (client) => client.say('c-1', 'before')));
    await until(() => workspace.stored() === 10);
    // The workspace is cut off, so that what comes now is in the journal only.
    const workspacePort = Number(new URL(workspace.url).port);
    await workspace.stop();
    endings.splice(0, 1);
    await Promise.all(clients.map(async (client) => client.say('c-1', 'cut off')));
    const unsure = clients.map(async (client) => client.say('c-1', 'at the kill'));
    await server.kill();
    workspace = await startWorkspace(workspacePort);

    await startServer({ port });
    await Promise.all(unsure);
    const request = {
      folder: join(folder, 'journal'),
      checkpoints: join(folder, 'checkpoints'),
      window: { from, to: Date.now() + 1 },
      disk: nodeDisk,
      now: Date.now,
      send: async (part: readonly JournalRecord[]) =>
        workspaceAt(workspace.url).store(part.map(({ message }) => message)),
    };
    const done = await backfill(request);
    expect(done).toMatchObject({ kind: 'done', scanned: 30, damaged: 0 });
    await until(() => workspace.stored() === 30);
    expect(new Set(await journaledIds())).toEqual(new Set(workspace.storedIds()));
    expect(await journaledIds()).toHaveLength(30);
  });
});

async function journaledIds(): Promise<readonly string[]> {
  const ids: string[] = [];
  const request = { folder: join(folder, 'journal'), window: EVER };
  for await (const item of readWindow(nodeDisk, request)) {
    if (item.kind === 'record') ids.push(item.record.message.id);
  }
  return ids;
}
