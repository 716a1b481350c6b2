import fc from 'fast-check';
import { checkJournal, type CheckResult } from '../../examples/livechat/journal-check';
import { Journal } from '../../examples/livechat/journal';
import { decodeRecord, encodeRecord } from '../../examples/livechat/record';
import { listSegments } from '../../examples/livechat/segment';
import { EVER, filled, FOLDER, idsOf, message, NOON, opened, recordsOf } from './livechat-fixtures';
import { memoryDisk, type MemoryDisk } from './memory-disk';

const append = async (journal: Journal, ids: readonly string[]): Promise<unknown> =>
  Promise.allSettled(ids.map(async (id) => journal.append(message(id))));

async function newestPath(disk: MemoryDisk): Promise<string> {
  return (await listSegments(disk, FOLDER)).at(-1)!.path;
}

function flip(disk: MemoryDisk, path: string, offset: number): void {
  const data = Buffer.from(disk.files.get(path)!);
  data[offset] = data[offset]! ^ 1;
  disk.files.set(path, data);
}

/** Two groups that were acknowledged, as a killed server leaves them, and where the second is. */
async function twoGroups(): Promise<{ disk: MemoryDisk; path: string; second: number }> {
  const disk = memoryDisk();
  const journal = await opened(disk);
  await append(journal, ['a-1', 'a-2']);
  const path = await newestPath(disk);
  const second = disk.files.get(path)!.length;
  await append(journal, ['b-1', 'b-2']);
  return { disk, path, second };
}

describe('a record', () => {
  const records = fc.record({
    seq: fc.nat(),
    at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    synced: fc.nat(),
    message: fc.string({ unit: 'binary' }).map((text) => message('m-1', text)),
  });

  it('comes back as it was written, in one line', () => {
    fc.assert(
      fc.property(records, (record) => {
        const line = encodeRecord(record);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(decodeRecord(Buffer.from(line.trimEnd()))).toEqual({ kind: 'record', record });
      }),
    );
  });

  it('does not come back when any bit of it was flipped', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.integer({ min: 0, max: 7 }), (record, place, bit) => {
        const data = Buffer.from(encodeRecord(record).slice(0, -1));
        const offset = place % data.length;
        data[offset] = data[offset]! ^ (1 << bit);
        // A checksum's digit in capitals would be another text too.
        expect(decodeRecord(data)).toEqual({ kind: 'bad' });
      }),
    );
  });
});

describe('the journal', () => {
  it('accepts a message only when it is durable, many in one group', async () => {
    const disk = memoryDisk();
    const journal = await opened(disk);
    const accepted = await Promise.all(
      ['a', 'b', 'c'].map(async (id) => journal.append(message(id))),
    );
    expect(accepted.map(({ seq, synced }) => [seq, synced])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    expect(await idsOf(disk)).toEqual(['a', 'b', 'c']);
  });

  it('refuses what could not be synced, and all after it', async () => {
    const disk = memoryDisk();
    const journal = await opened(disk);
    await journal.append(message('a'));
    disk.changes = 1;
    await expect(journal.append(message('b'))).rejects.toThrow('the disk takes nothing');
    disk.changes = Infinity;
    expect(journal.state()).toMatchObject({ kind: 'failed' });
    await expect(journal.append(message('c'))).rejects.toThrow('failed');
  });

  it('keeps times in order when the clock is set back, so that a window is found', async () => {
    const disk = memoryDisk();
    let now = NOON;
    const journal = await opened(disk, { now: () => now });
    await journal.append(message('a'));
    now = NOON - 60_000;
    await journal.append(message('b'));
    expect((await recordsOf(disk)).map(({ at }) => at)).toEqual([NOON, NOON]);
  });

  it('goes on with the numbers and the segments of an earlier run', async () => {
    const disk = memoryDisk();
    await filled(disk, 1000, 8 * 1024);
    await (await opened(disk)).append(message('later'));
    const seqs = (await recordsOf(disk)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 1001 }, (_, index) => index + 1));
    expect((await listSegments(disk, FOLDER)).length).toBeGreaterThan(10);
  });

  it('says that it was closed in order, and does not say so after a kill', async () => {
    const disk = memoryDisk();
    const journal = await opened(disk);
    await journal.append(message('a'));
    await journal.close();
    expect(await checkJournal(disk, FOLDER)).toMatchObject({ kind: 'clean', end: { seq: 1 } });
    await (await opened(disk)).append(message('b'));
    expect(await checkJournal(disk, FOLDER)).toMatchObject({ kind: 'unclean', end: { seq: 2 } });
  });
});

describe('the journal after a write was torn', () => {
  it('at any byte: no accepted message is lost, and none is doubled when sent again', async () => {
    const { disk: whole, path, second } = await twoGroups();
    const end = whole.files.get(path)!.length;
    for (let room = 0; room < end - second; room += 1) {
      const disk = memoryDisk();
      const first = await opened(disk);
      await append(first, ['a-1', 'a-2']);
      disk.room = room;
      await append(first, ['b-1', 'b-2']);
      disk.room = Infinity;

      const again = await opened(disk);
      const present = await idsOf(disk);
      expect(present.slice(0, 2)).toEqual(['a-1', 'a-2']);
      await append(
        again,
        ['b-1', 'b-2'].filter((id) => !present.includes(id)),
      );
      expect(await idsOf(disk)).toEqual(['a-1', 'a-2', 'b-1', 'b-2']);
      expect((await recordsOf(disk)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    }
  });

  it('at any byte of any group, with several crashes one after another', async () => {
    const crash = fc.record({ group: fc.integer({ min: 1, max: 4 }), room: fc.nat({ max: 900 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { maxLength: 5 }), async (crashes) => {
        const disk = memoryDisk();
        const accepted: string[] = [];
        for (const [run, { group, room }] of crashes.entries()) {
          const journal = await opened(disk, { segmentBytes: 700 });
          const ids = Array.from({ length: group }, (_, index) => `m-${run}-${index}`);
          disk.room = room;
          for (const id of ids) {
            await journal.append(message(id)).then(
              () => accepted.push(id),
              () => undefined,
            );
          }
          disk.room = Infinity;
        }
        await opened(disk);
        const present = await idsOf(disk);
        expect(present).toEqual([...new Set(present)]);
        expect(accepted.filter((id) => !present.includes(id))).toEqual([]);
      }),
    );
  });

  it('tells what was cut off, and keeps it beside', async () => {
    const { disk, path, second } = await twoGroups();
    disk.files.set(path, Buffer.from(disk.files.get(path)!.subarray(0, second + 10)));
    const result = await Journal.open({ folder: FOLDER, disk, now: () => NOON });
    expect(result).toMatchObject({ kind: 'open', check: { kind: 'torn', cutBytes: 10 } });
    expect([...disk.files.keys()].some((name) => name.includes('/cut-segment-'))).toBe(true);
  });

  it('holds when the check itself is killed at any change that it makes', async () => {
    for (let changes = 0; changes < 4; changes += 1) {
      const { disk, path, second } = await twoGroups();
      disk.files.set(path, Buffer.from(disk.files.get(path)!.subarray(0, second + 10)));
      disk.changes = changes;
      await opened(disk).catch(() => undefined);
      disk.changes = Infinity;
      await opened(disk);
      expect(await idsOf(disk)).toEqual(['a-1', 'a-2']);
    }
  });
});

describe('the journal with a flipped byte', () => {
  it.each([
    ['in what was acknowledged before: damaged, and not cut off', 'first', 'damaged'],
    ['in the last group, which a crash can tear: cut off', 'last', 'torn'],
  ] as const)('%s', async (_, group, kind) => {
    const { disk: whole, path, second } = await twoGroups();
    const end = whole.files.get(path)!.length;
    const [from, to] = group === 'first' ? [0, second] : [second, end];
    for (let offset = from; offset < to; offset += 1) {
      const disk = memoryDisk(whole);
      flip(disk, path, offset);
      expect((await checkJournal(disk, FOLDER)).kind satisfies CheckResult['kind']).toBe(kind);
    }
  });

  it('is opened by nobody and changed by nobody while it is damaged', async () => {
    const { disk, path } = await twoGroups();
    flip(disk, path, 40);
    const before = Buffer.from(disk.files.get(path)!);
    const result = await Journal.open({ folder: FOLDER, disk, now: () => NOON });
    expect(result).toMatchObject({ kind: 'damaged', offset: 0 });
    expect(disk.files.get(path)).toEqual(before);
  });
});

describe('a window of the journal', () => {
  it('holds exactly the records of that time, wherever it lies', async () => {
    const disk = memoryDisk();
    await filled(disk, 600, 8 * 1024);
    const all = await recordsOf(disk, EVER);
    await fc.assert(
      fc.asyncProperty(fc.integer({ max: 70_000, min: -5000 }), fc.nat(70_000), async (a, b) => {
        const window = { from: NOON + a, to: NOON + a + b };
        const inside = all.filter(({ at }) => at >= window.from && at < window.to);
        expect(await recordsOf(disk, window)).toEqual(inside);
      }),
      { numRuns: 60 },
    );
  });
});
