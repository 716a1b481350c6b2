import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { countReads, type Disk } from './disk';
import { countOf, isObject, parseJson, reasonOf, textOf } from './json';
import { readWindow, type Position, type TimeWindow } from './window';
import type { JournalRecord } from './record';

/** What the workspace answered to a part: how many it did not have yet. */
export interface Stored {
  readonly stored: number;
}

/** Gives a part to the workspace, which keeps each message once, by its id. */
export type SendPart = (part: readonly JournalRecord[]) => Promise<Stored>;

/** What a backfill needs. */
export interface BackfillRequest {
  /** The journal's folder; it is only read. */
  readonly folder: string;
  /** Where the checkpoints are kept; not the journal's folder. */
  readonly checkpoints: string;
  readonly window: TimeWindow;
  readonly disk: Disk;
  readonly send: SendPart;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Records of one part: what is repeated after a crash. @default 500 */
  readonly partRecords?: number;
  /** Forgets an earlier run of the same window. @default false */
  readonly again?: boolean;
  /** The start of the server that the journal was last checked by. @default 0 */
  readonly boot?: number;
}

/** What a backfill has done so far, over all of its runs. */
export interface BackfillTotals {
  /** Records of the window that were given to the workspace. */
  readonly scanned: number;
  /** Those among them that the workspace did not have: the chats' messages that were recovered. */
  readonly recovered: number;
  /** Lines of the window with a wrong checksum: nobody can recover those from this journal. */
  readonly damaged: number;
}

/** How it ended. `interrupted` means: run the same command again, it goes on from there. */
export type BackfillResult =
  | (BackfillTotals & { readonly kind: 'done'; readonly read: BackfillCost })
  | (BackfillTotals & { readonly kind: 'interrupted'; readonly why: string });

/** What this run has read of the journal. */
export interface BackfillCost {
  readonly bytes: number;
  readonly segments: number;
}

/** A checkpoint: what was done, where to go on, and whether anything is left. */
interface Progress extends BackfillTotals {
  /** Where to go on holds in this boot: the check of the next one may cut the journal before it. */
  readonly boot: number;
  readonly after: Position | undefined;
  readonly complete: boolean;
}

/** One part of the work: bounded, and repeated as a whole after a crash. */
interface Part {
  readonly records: JournalRecord[];
  damaged: number;
  next: Position | undefined;
}

const PART_RECORDS = 500;
/** A window that ends later than this before now may still grow: it is never called complete. */
const SETTLED_MS = 10_000;
const NOTHING: Omit<Progress, 'boot'> = {
  scanned: 0,
  recovered: 0,
  damaged: 0,
  after: undefined,
  complete: false,
};
const emptyPart = (): Part => ({ records: [], damaged: 0, next: undefined });

/** The same window and journal share a checkpoint; any other has its own. */
function checkpointPath({ checkpoints, folder, window }: BackfillRequest): string {
  const key = `${folder}\n${window.from}\n${window.to}`;
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return join(checkpoints, `backfill-${name}.json`);
}

function positionOf(raw: unknown): Position | undefined {
  if (!isObject(raw)) return undefined;
  const segment = textOf(raw['segment']);
  const offset = countOf(raw['offset']);
  return segment === undefined || offset === undefined ? undefined : { segment, offset };
}

/** The checkpoint of an earlier run. One that cannot be read means from the beginning: no harm. */
async function resume(request: BackfillRequest, path: string): Promise<Progress> {
  const { boot = 0 } = request;
  const nothing = { ...NOTHING, boot };
  if (request.again === true) return nothing;
  const raw = parseJson((await request.disk.text(path)) ?? '');
  if (!isObject(raw)) return nothing;
  const [scanned, recovered, damaged] = [raw['scanned'], raw['recovered'], raw['damaged']].map(
    countOf,
  );
  if (scanned === undefined || recovered === undefined || damaged === undefined) return nothing;
  const complete = raw['complete'] === true;
  if (!complete && raw['boot'] !== boot) return { ...nothing, recovered };
  return { boot, scanned, recovered, damaged, after: positionOf(raw['after']), complete };
}

/** First the workspace, then the checkpoint: a crash between them repeats a part, skips none. */
async function deliver(request: BackfillRequest, done: Progress, part: Part): Promise<Progress> {
  const { records, damaged, next } = part;
  const { stored } = records.length === 0 ? { stored: 0 } : await request.send(records);
  return {
    ...done,
    scanned: done.scanned + records.length,
    recovered: done.recovered + stored,
    damaged: done.damaged + damaged,
    after: next ?? done.after,
  };
}

async function* partsOf(
  request: BackfillRequest,
  disk: Disk,
  after: Position | undefined,
): AsyncGenerator<Part> {
  const { folder, window, partRecords = PART_RECORDS } = request;
  let part = emptyPart();
  for await (const item of readWindow(disk, { folder, window, after })) {
    part.next = item.next;
    if (item.kind === 'bad') part.damaged += 1;
    else part.records.push(item.record);
    if (part.records.length + part.damaged < partRecords) continue;
    yield part;
    part = emptyPart();
  }
  yield part;
}

/**
 * Gives the workspace what the journal holds of a window. It may be run any number of times, be
 * killed at any moment and run beside the server; the workspace ends up with each message once.
 */
export async function backfill(request: BackfillRequest): Promise<BackfillResult> {
  const { disk, count } = countReads(request.disk);
  const path = checkpointPath(request);
  await disk.list(request.checkpoints);
  let progress = await resume(request, path);
  const save = async (): Promise<void> => disk.replace(path, `${JSON.stringify(progress)}\n`);
  try {
    if (!progress.complete) {
      for await (const part of partsOf(request, disk, progress.after)) {
        progress = await deliver(request, progress, part);
        await save();
      }
      progress = { ...progress, complete: request.window.to + SETTLED_MS <= request.now() };
      await save();
    }
  } catch (error) {
    const { scanned, recovered, damaged } = progress;
    return { kind: 'interrupted', why: reasonOf(error), scanned, recovered, damaged };
  }
  const { scanned, recovered, damaged } = progress;
  const read = { bytes: count.bytes, segments: count.files.size };
  return { kind: 'done', scanned, recovered, damaged, read };
}
