import { connect } from 'node:net';
import { Door } from '../../../cli/live/door';
import { openLine } from '../../../cli/live/line';
import { isServing } from '../../../cli/live/pod';
import { call, listen, stopListening, type Asked } from '../../../examples/livechat/http';

let endings: (() => Promise<unknown>)[];
beforeEach(() => (endings = []));
afterEach(async () => {
  for (const end of endings.toReversed()) await end();
});

async function serverThat(status: number, body: unknown = {}) {
  const asked: Asked[] = [];
  const { server, port, url } = await listen(0, async (one) => {
    asked.push(one);
    return { status, body };
  });
  endings.push(async () => stopListening(server));
  return { asked, port, url };
}

async function openDoor(): Promise<Door> {
  const door = await Door.open();
  endings.push(async () => door.close());
  return door;
}

describe("the instance's address", () => {
  test('stays the same and leads to what serves at the time', async () => {
    const door = await openDoor();
    const [one, other] = [await serverThat(200), await serverThat(503)];
    door.leadTo(one.port);
    expect(await isServing(door.url)).toBe(true);
    door.leadTo(other.port);
    expect(await isServing(door.url)).toBe(false);
    expect([one.asked.length, other.asked.length]).toEqual([1, 1]);
    expect(one.asked[0]?.url.pathname).toBe('/serving');
  });

  test('while it leads nowhere nobody gets in', async () => {
    const door = await openDoor();
    expect(await isServing(door.url)).toBe(false);
  });

  test('who is inside is out when it closes', async () => {
    const door = await openDoor();
    door.leadTo((await serverThat(200)).port);
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const isOut = new Promise<void>((out) => void socket.once('close', () => out()));
    await new Promise<void>((isIn) => void socket.once('connect', () => isIn()));
    while (door.open() === 0) await new Promise((again) => setImmediate(again));
    await door.close();
    await isOut;
    expect(door.open()).toBe(0);
  });
});

describe('the line to the workspace', () => {
  test('hands on what is said, and counts what was stored', async () => {
    const { url: to, asked } = await serverThat(200, { stored: 2, known: 1 });
    const stored: number[] = [];
    const line = await openLine({ to, onStored: (count) => void stored.push(count) });
    endings.push(async () => line.close());
    const messages = [{ id: 'a' }];
    const answer = await call({ url: `${line.url}/messages`, body: { messages } });
    await call({ url: `${line.url}/presence?pod=pod-23` });
    expect(answer).toEqual({ status: 200, body: { stored: 2, known: 1 } });
    expect(asked.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
      'POST /messages',
      'GET /presence?pod=pod-23',
    ]);
    expect(asked[0]?.body).toEqual({ messages });
    expect(stored).toEqual([2]);
  });

  test('a workspace that is gone is an answer, and stores nothing', async () => {
    const { server, url: to } = await listen(0, async () => ({ status: 200, body: {} }));
    await stopListening(server);
    const stored: number[] = [];
    const line = await openLine({ to, onStored: (count) => void stored.push(count) });
    endings.push(async () => line.close());
    const { status } = await call({ url: `${line.url}/messages`, body: {} });
    expect([status, stored]).toEqual([502, []]);
  });
});
