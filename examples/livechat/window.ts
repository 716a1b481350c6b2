import { linesOf, listSegments, seek, type Segment } from './segment';
import { decodeRecord, type JournalRecord } from './record';
import type { Disk } from './disk';

/** From a time on, up to but not including another; epoch milliseconds. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** A place in the journal: behind the last line that was dealt with. */
export interface Position {
  readonly segment: string;
  readonly offset: number;
}

/** What a scan meets: a record of the window, or a line that is not sound. */
export type Item =
  | { readonly kind: 'record'; readonly record: JournalRecord; readonly next: Position }
  | { readonly kind: 'bad'; readonly segment: string; readonly offset: number; next: Position };

/** What to read. */
export interface WindowRequest {
  readonly folder: string;
  readonly window: TimeWindow;
  /** Where an earlier scan of the same window had come to. */
  readonly after?: Position | undefined;
}

/** The segments that can hold records of the window; the first may begin before it. */
export function segmentsOf(all: readonly Segment[], { from, to }: TimeWindow): readonly Segment[] {
  const first = all.findLastIndex(({ firstAt }) => firstAt < from);
  return all.slice(Math.max(first, 0)).filter(({ firstAt }) => firstAt < to);
}

async function startOf(disk: Disk, segment: Segment, request: WindowRequest): Promise<number> {
  if (segment.name === request.after?.segment) return request.after.offset;
  return segment.firstAt < request.window.from ? seek(disk, segment, request.window.from) : 0;
}

/**
 * The records of a window, in order, and the unsound lines among them. It opens only segments that
 * overlap the window, and in the first of them only the part from the window's beginning on.
 */
export async function* readWindow(disk: Disk, request: WindowRequest): AsyncGenerator<Item> {
  const { after, window } = request;
  const all = await listSegments(disk, request.folder);
  const newest = all.at(-1)?.name;
  const segments = segmentsOf(all, window).filter(({ name }) => name >= (after?.segment ?? ''));
  for (const segment of segments) {
    const from = await startOf(disk, segment, request);
    for await (const { data, offset, end, complete } of linesOf(disk, segment.path, { from })) {
      // The server may be writing it at this moment; the check at its start sees to a torn one.
      if (!complete && segment.name === newest) return;
      const next = { segment: segment.name, offset: end };
      const decoded = decodeRecord(data);
      if (decoded.kind === 'bad') yield { kind: 'bad', segment: segment.name, offset, next };
      else if (decoded.record.at >= window.to) return;
      else if (decoded.record.at >= window.from) yield { ...decoded, next };
    }
  }
}
