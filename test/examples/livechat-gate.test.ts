import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk, type Disk } from '../../examples/livechat/disk';
import { Journal } from '../../examples/livechat/journal';
import { journalGate } from '../../examples/livechat/journal-gate';
import { ChatServer } from '../../examples/livechat/server';
import { workspaceAt } from '../../examples/livechat/workspace-client';
import { message } from './livechat-fixtures';

let folder: string;
let endings: (() => Promise<unknown>)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livechat-gate-'));
  endings = [];
});

afterEach(async () => {
  for (const end of endings.toReversed()) await end();
  await rm(folder, { recursive: true, force: true });
});

async function start(disk: Disk = nodeDisk, pod = 'pod-23', port = 0): Promise<ChatServer> {
  const server = await ChatServer.start({
    pod,
    folder: pod === 'pod-23' ? folder : join(folder, pod),
    disk,
    now: Date.now,
    port,
    workspace: workspaceAt('http://127.0.0.1:1'),
    announceReady: async () => undefined,
  });
  endings.push(async () => server.kill());
  return server;
}

/** One message, no mark of an end in order, and the beginning of a line. */
async function tearEnd(): Promise<void> {
  const opened = await Journal.open({ folder, disk: nodeDisk, now: Date.now });
  if (opened.kind !== 'open') throw new Error('damaged');
  await opened.journal.append(message('m-1'));
  await opened.journal.abandon();
  const name = (await nodeDisk.list(folder)).find((one) => one.startsWith('segment-'));
  const file = await nodeDisk.openAppend(join(folder, name ?? ''));
  await file.append(Buffer.from('{"sum":"'));
  await file.close();
}

describe('the gate before the end of a journal', () => {
  it('is closed while the server checks it, and open once it accepts', async () => {
    await tearEnd();
    let goOn = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let starting: Promise<unknown> = released;
    await new Promise<void>((atCheck) => {
      const read: Disk['read'] = async (...place) => {
        if (place[0].includes('segment-')) atCheck();
        await released;
        return nodeDisk.read(...place);
      };
      starting = start({ ...nodeDisk, read });
    });
    const gate = await journalGate(nodeDisk, folder);
    goOn();
    await starting;
    expect(gate).toEqual({ kind: 'closed', why: 'the server is checking its journal' });
    expect(await journalGate(nodeDisk, folder)).toEqual({ kind: 'open', boot: 1 });
  });

  it('is closed for a torn end when the server of another pod answers on the port', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await first.kill();
    await tearEnd();
    await start(nodeDisk, 'pod-7', port);
    expect(await journalGate(nodeDisk, folder)).toMatchObject({
      kind: 'closed',
      why: expect.stringMatching('no server has checked'),
    });
  });

  it('is open for a journal that no server has, closed in order or whole', async () => {
    expect(await journalGate(nodeDisk, folder)).toEqual({ kind: 'open', boot: 0 });
    const server = await start();
    await server.stop();
    expect(await journalGate(nodeDisk, folder)).toEqual({ kind: 'open', boot: 1 });
  });
});
