import { join } from 'node:path';
import { linesOf, listSegments, type Segment } from './segment';
import { decodeRecord } from './record';
import { countOf, isObject, parseJson, textOf } from './json';
import type { Disk } from './disk';

/** Where the journal ends. */
export interface JournalEnd {
  readonly segment: Segment | undefined;
  readonly bytes: number;
  readonly seq: number;
  /** Epoch milliseconds of the last record; 0 when there is none. */
  readonly at: number;
}

/** What the check found. `damaged` means that a record is unsound which had been acknowledged. */
export type CheckResult =
  | { readonly kind: 'clean'; readonly end: JournalEnd }
  | { readonly kind: 'unclean'; readonly end: JournalEnd }
  | { readonly kind: 'torn'; readonly end: JournalEnd; readonly cutBytes: number }
  | { readonly kind: 'damaged'; readonly segment: string; readonly offset: number };

/** The file that says that the journal was closed in order, and where it ended. */
export const CLEAN_MARK = 'closed.json';

const START: JournalEnd = { segment: undefined, bytes: 0, seq: 0, at: 0 };

/** Closing in order leaves this mark; opening takes it away before the first write. */
export async function markClean(disk: Disk, folder: string, end: JournalEnd): Promise<void> {
  const { bytes, seq, at } = end;
  const mark = { segment: end.segment?.name ?? '', bytes, seq, at };
  await disk.replace(join(folder, CLEAN_MARK), `${JSON.stringify(mark)}\n`);
}

/** The end that the mark tells, if the newest segment still is what it was then. */
async function cleanEnd(
  disk: Disk,
  folder: string,
  newest: Segment,
): Promise<JournalEnd | undefined> {
  const raw = parseJson((await disk.text(join(folder, CLEAN_MARK))) ?? '');
  if (!isObject(raw) || textOf(raw['segment']) !== newest.name) return undefined;
  const [bytes, seq, at] = [raw['bytes'], raw['seq'], raw['at']].map(countOf);
  if (bytes === undefined || seq === undefined || at === undefined) return undefined;
  return bytes === (await disk.size(newest.path)) ? { segment: newest, bytes, seq, at } : undefined;
}

/**
 * Reads the newest segment to its end. The first unsound line is where the crash tore the last
 * group, unless a later record says that it had been durable by then: then the disk lies.
 */
async function checkTail(disk: Disk, segment: Segment): Promise<CheckResult> {
  // The name tells where it begins: an empty segment needs no look into the one before.
  let end: JournalEnd = { segment, bytes: 0, seq: segment.firstSeq - 1, at: segment.firstAt };
  let torn: number | undefined;
  for await (const line of linesOf(disk, segment.path, { from: 0 })) {
    const decoded = decodeRecord(line.data);
    const record = decoded.kind === 'record' && line.complete ? decoded.record : undefined;
    if (record !== undefined && torn === undefined && record.seq === end.seq + 1) {
      end = { segment, bytes: line.end, seq: record.seq, at: record.at };
      continue;
    }
    torn ??= line.offset;
    if (record !== undefined && record.synced > end.seq) {
      return { kind: 'damaged', segment: segment.name, offset: torn };
    }
  }
  if (torn === undefined) return { kind: 'unclean', end };
  const cutBytes = (await disk.size(segment.path)) - torn;
  return { kind: 'torn', end, cutBytes };
}

/** Looks at the journal and changes nothing; only the newest segment can have been torn. */
export async function checkJournal(disk: Disk, folder: string): Promise<CheckResult> {
  const newest = (await listSegments(disk, folder)).at(-1);
  if (newest === undefined) return { kind: 'clean', end: START };
  const end = await cleanEnd(disk, folder, newest);
  return end === undefined ? checkTail(disk, newest) : { kind: 'clean', end };
}

/** Cuts off what `checkJournal` found torn; the bytes are kept beside, for a person to look at. */
export async function cutTorn(
  disk: Disk,
  folder: string,
  { end, cutBytes }: { readonly end: JournalEnd; readonly cutBytes: number },
): Promise<void> {
  if (end.segment === undefined) return;
  const { name, path } = end.segment;
  const rest = await disk.read(path, { from: end.bytes, length: cutBytes });
  const copy = { segment: name, offset: end.bytes, base64: rest.toString('base64') };
  await disk.replace(join(folder, `cut-${name}-${end.bytes}.json`), `${JSON.stringify(copy)}\n`);
  await disk.cut(path, end.bytes);
}
