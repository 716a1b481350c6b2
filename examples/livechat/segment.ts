import { join } from 'node:path';
import { decodeRecord, type JournalRecord } from './record';
import type { Disk } from './disk';

/** A file of the journal. Its name is the index by time, so the index cannot be out of step. */
export interface Segment {
  readonly name: string;
  readonly path: string;
  readonly firstSeq: number;
  /** Epoch milliseconds of its first record. */
  readonly firstAt: number;
}

/** A line as it stands in a segment. */
export interface Line {
  readonly data: Buffer;
  readonly offset: number;
  /** The offset behind its line end. */
  readonly end: number;
  /** False for a rest without a line end at the end of the file. */
  readonly complete: boolean;
}

const NAME = /^segment-(\d{12})-(\d{13})\.jsonl$/;
const SCAN_BYTES = 64 * 1024;
const PROBE_BYTES = 4 * 1024;
const NEWLINE = 10;

/** The segment that begins with this record. */
export function segmentOf(folder: string, firstSeq: number, firstAt: number): Segment {
  const number = String(firstSeq).padStart(12, '0');
  const name = `segment-${number}-${String(firstAt).padStart(13, '0')}.jsonl`;
  return { name, path: join(folder, name), firstSeq, firstAt };
}

/** The segments of a journal, oldest first. */
export async function listSegments(disk: Disk, folder: string): Promise<readonly Segment[]> {
  const names = await disk.list(folder);
  return names.flatMap((name) => {
    const [, seq, at] = NAME.exec(name) ?? [];
    return seq === undefined ? [] : [segmentOf(folder, Number(seq), Number(at))];
  });
}

/** Where to read a segment: from a byte on, and how much at once. */
interface Reading {
  readonly from: number;
  readonly chunk?: number;
}

/** The lines of a segment from a byte on; the first is a rest when that byte is inside a line. */
export async function* linesOf(disk: Disk, path: string, reading: Reading): AsyncGenerator<Line> {
  const length = reading.chunk ?? SCAN_BYTES;
  let rest: Buffer = Buffer.alloc(0);
  let offset = reading.from;
  for (;;) {
    const chunk = await disk.read(path, { from: offset + rest.length, length });
    if (chunk.length === 0) break;
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, start)) {
      const end = offset + at + 1;
      yield { data: data.subarray(start, at), offset: offset + start, end, complete: true };
      start = at + 1;
    }
    rest = data.subarray(start);
    offset += start;
  }
  if (rest.length > 0) {
    yield { data: rest, offset, end: offset + rest.length, complete: false };
  }
}

/** A record and where its line begins. */
interface Found {
  readonly record: JournalRecord;
  readonly offset: number;
}

/** The first sound record whose line begins behind byte `from` and before byte `until`. */
async function firstRecord(
  disk: Disk,
  path: string,
  range: { readonly from: number; readonly until: number },
): Promise<Found | undefined> {
  let partial = range.from > 0;
  for await (const line of linesOf(disk, path, { from: range.from, chunk: PROBE_BYTES })) {
    if (line.offset >= range.until) return undefined;
    const decoded = decodeRecord(line.data);
    if (!partial && line.complete && decoded.kind === 'record') {
      return { record: decoded.record, offset: line.offset };
    }
    partial = false;
  }
  return undefined;
}

/**
 * The beginning of a line before which all records are older than `at`: a binary search by bytes,
 * as times never fall. It reads about a dozen blocks of a segment, whatever its size.
 */
export async function seek(disk: Disk, segment: Segment, at: number): Promise<number> {
  let low = 0;
  let high = await disk.size(segment.path);
  while (high - low > PROBE_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const found = await firstRecord(disk, segment.path, { from: middle, until: high });
    if (found === undefined || found.record.at >= at) high = middle;
    else low = found.offset;
  }
  return low;
}
