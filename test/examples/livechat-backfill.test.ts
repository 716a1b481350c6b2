import fc from 'fast-check';
import { backfill, type BackfillResult } from '../../examples/livechat/backfill';
import { countReads, type Disk } from '../../examples/livechat/disk';
import { listSegments } from '../../examples/livechat/segment';
import { readWindow } from '../../examples/livechat/window';
import { filled, FOLDER, idsOf, message, NOON, opened } from './livechat-fixtures';
import { memoryDisk, type MemoryDisk } from './memory-disk';

const WINDOW = { from: NOON + 10_000, to: NOON + 30_000 };
const HOUR = 3_600_000;

/** A workspace that keeps each message once and can die. */
class Store {
  readonly kept = new Map<string, number>();
  calls = 0;
  callsLeft = Infinity;
  /** Keeps the part, and then dies before it can say so. */
  diesAfterKeeping = false;

  send = async (
    part: readonly { readonly message: { readonly id: string } }[],
  ): Promise<{ stored: number }> => {
    this.calls += 1;
    this.callsLeft -= 1;
    if (this.callsLeft < 0 && !this.diesAfterKeeping) throw new Error('no answer');
    const fresh = part.filter(({ message: { id } }) => !this.kept.has(id));
    for (const { message: one } of part) this.kept.set(one.id, (this.kept.get(one.id) ?? 0) + 1);
    if (this.callsLeft < 0) throw new Error('died after keeping');
    return { stored: fresh.length };
  };
}

async function run(disk: Disk, store: Store, more = {}): Promise<BackfillResult> {
  const base = { folder: FOLDER, checkpoints: '/checkpoints', window: WINDOW, partRecords: 30 };
  const now = (): number => NOON + HOUR;
  return backfill({ ...base, disk, now, send: store.send, ...more });
}

let journal: MemoryDisk;
let wanted: readonly string[];
beforeAll(async () => {
  journal = memoryDisk();
  await filled(journal, 500, 8 * 1024);
  wanted = await idsOf(journal, WINDOW);
});

describe('a backfill', () => {
  it('brings all of the window and nothing else', async () => {
    const store = new Store();
    const result = await run(memoryDisk(journal), store);
    expect(result).toMatchObject({ kind: 'done', scanned: 200, recovered: 200, damaged: 0 });
    expect([...store.kept.keys()]).toEqual(wanted);
    expect(wanted).toHaveLength(200);
  });

  it('counts as recovered only what the workspace did not have', async () => {
    const store = new Store();
    await store.send(wanted.slice(0, 150).map((id) => ({ message: { id } })));
    expect(await run(memoryDisk(journal), store)).toMatchObject({ scanned: 200, recovered: 50 });
  });

  it('does nothing a second time, and all of it again when told to', async () => {
    const disk = memoryDisk(journal);
    const store = new Store();
    const first = await run(disk, store);
    const calls = store.calls;
    const second = await run(disk, store);
    expect(second).toEqual({ ...first, read: { bytes: 0, segments: 0 } });
    expect(store.calls).toBe(calls);
    await run(disk, store, { again: true });
    expect(store.calls).toBe(calls * 2);
  });

  it('goes on when its window had not ended the first time', async () => {
    const disk = memoryDisk(journal);
    const store = new Store();
    const window = { from: NOON + 40_000, to: NOON + HOUR };
    const now = (): number => NOON + 60_000;
    await run(disk, store, { window, now });
    const later = await opened(disk, { now: () => NOON + 70_000 });
    await later.append(message('late'));
    expect(await run(disk, store, { window })).toMatchObject({ scanned: 101, recovered: 101 });
    expect(store.kept.has('late')).toBe(true);
  });

  it('keeps windows apart', async () => {
    const disk = memoryDisk(journal);
    const store = new Store();
    await run(disk, store);
    const window = { from: WINDOW.to, to: WINDOW.to + 5000 };
    expect(await run(disk, store, { window })).toMatchObject({ scanned: 50, recovered: 50 });
  });

  it('tells a damaged line and brings the rest', async () => {
    const disk = memoryDisk(journal);
    for await (const item of readWindow(disk, { folder: FOLDER, window: WINDOW })) {
      if (item.kind !== 'record' || item.record.message.id !== wanted[50]) continue;
      const path = `${FOLDER}/${item.next.segment}`;
      const data = disk.files.get(path)!;
      data[item.next.offset - 10] = data[item.next.offset - 10]! ^ 1;
      break;
    }
    const store = new Store();
    expect(await run(disk, store)).toMatchObject({ kind: 'done', scanned: 199, damaged: 1 });
    expect([...store.kept.keys()]).toEqual(wanted.filter((_, index) => index !== 50));
  });
});

describe('a backfill that is killed', () => {
  it.each([
    ['before the workspace has a part', false],
    ['after it has it', true],
  ])('%s, at any part: run again, it brings all', async (_, diesAfterKeeping) => {
    for (let callsLeft = 0; callsLeft < 7; callsLeft += 1) {
      const disk = memoryDisk(journal);
      const store = new Store();
      Object.assign(store, { callsLeft, diesAfterKeeping });
      expect((await run(disk, store)).kind).toBe('interrupted');
      store.callsLeft = Infinity;
      expect((await run(disk, store)).kind).toBe('done');
      expect([...store.kept.keys()]).toEqual(wanted);
      // One part at most was sent twice.
      expect([...store.kept.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(30);
    }
  });

  it('at any checkpoint, any number of times: run again, it brings all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(8), { maxLength: 4 }), async (kills) => {
        const disk = memoryDisk(journal);
        const store = new Store();
        for (const changes of kills) {
          disk.changes = changes;
          await run(disk, store);
        }
        disk.changes = Infinity;
        expect(await run(disk, store)).toMatchObject({ kind: 'done', scanned: 200 });
        expect([...store.kept.keys()]).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['goes on from its checkpoint in the same boot', 1, 7 - 3],
    // The check at the server's start may have cut the journal before that place.
    ['begins anew after another start of the server', 2, 7],
  ])('%s', async (_, boot, calls) => {
    const disk = memoryDisk(journal);
    const store = new Store();
    store.callsLeft = 3;
    await run(disk, store, { boot: 1 });
    Object.assign(store, { callsLeft: Infinity, calls: 0 });
    expect(await run(disk, store, { boot })).toMatchObject({ scanned: 200, recovered: 200 });
    expect(store.calls).toBe(calls);
    expect([...store.kept.keys()]).toEqual(wanted);
  });

  it('does not trust a checkpoint that cannot be read', async () => {
    const disk = memoryDisk(journal);
    const store = new Store();
    store.callsLeft = 3;
    await run(disk, store);
    for (const path of disk.files.keys()) {
      if (path.startsWith('/checkpoints')) disk.files.set(path, Buffer.from('{"scanned":'));
    }
    store.callsLeft = Infinity;
    expect(await run(disk, store)).toMatchObject({ kind: 'done', scanned: 200 });
    expect([...store.kept.keys()]).toEqual(wanted);
  });
});

describe('the cost of a backfill', () => {
  async function cost(
    messages: number,
    seconds: number,
  ): Promise<{ bytes: number; files: number }> {
    const disk = memoryDisk();
    await filled(disk, messages);
    const { disk: counted, count } = countReads(disk);
    const middle = NOON + messages * 50;
    const window = { from: middle, to: middle + seconds * 1000 };
    const now = (): number => NOON + messages * 100 + HOUR;
    const result = await run(counted, new Store(), { window, now });
    expect(result).toMatchObject({ kind: 'done', scanned: seconds * 10 });
    expect((await listSegments(disk, FOLDER)).length).toBeGreaterThan(messages / 1000);
    return { bytes: count.bytes, files: count.files.size };
  }

  it('does not grow with the journal', async () => {
    const small = await cost(2000, 20);
    const large = await cost(40_000, 20);
    // The window may begin anywhere in a segment: a block or two of difference.
    expect(large.bytes).toBeLessThan(small.bytes + 100_000);
    expect(large.files).toBeLessThanOrEqual(small.files + 1);
  });

  it('grows with the window', async () => {
    const short = await cost(20_000, 20);
    const long = await cost(20_000, 800);
    expect(long.bytes).toBeGreaterThan(short.bytes * 5);
    expect(long.files).toBeGreaterThan(short.files * 5);
  });
});
