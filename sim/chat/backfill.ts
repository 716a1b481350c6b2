import type { Instant } from '../../lambda/core/time';
import type { Stream } from '../random';
import type { ChatClock } from './clock';
import { BATCH, workspaceCallMs } from './forwarder';
import type { JournalLine, JournalModel } from './journal';
import type { WorkspaceModel } from './workspace';

/** What is scanned: from a time on, up to but not including another. */
export interface ScanWindow {
  readonly from: Instant;
  readonly to: Instant;
}

/** What one run of a backfill has done. */
export interface BackfillRun {
  readonly startedAt: Instant;
  endedAt: Instant | undefined;
  scanned: number;
  recovered: number;
}

interface BackfillParts {
  readonly clock: ChatClock;
  readonly stream: Stream;
  readonly journal: JournalModel;
  readonly workspace: WorkspaceModel;
  readonly callMs: number;
  /** The boot that the machine is in, undefined while it is dead: a run dies with it. */
  readonly boot: () => number | undefined;
}

/** Finding the beginning of the window, which takes no longer in a longer journal. */
const OPEN_MS = 40;
/**
 * Reading: a million messages in 9,389 ms, the last row of the table "What a backfill costs" in
 * examples/livechat/README.md. Giving them to the workspace comes on top.
 */
const READ_MS_EACH = 9_389 / 1_000_000;

/** Gives the workspace what the journal holds of a window, in parts, one after the other. */
export class BackfillModel {
  readonly runs: BackfillRun[] = [];
  /** What was done for a window is only answered again: its checkpoint says so. */
  readonly #done = new Map<string, number>();

  constructor(private readonly parts: BackfillParts) {}

  /** `ended` gets how many messages the workspace did not have; never, when the server dies. */
  run({ from, to }: ScanWindow, ended: (recovered: number) => void): void {
    const { clock, journal } = this.parts;
    const key = `${from}/${to}`;
    const known = this.#done.get(key);
    if (known !== undefined) {
      clock.after(OPEN_MS, () => ended(known));
      return;
    }
    const run = { startedAt: clock.now(), endedAt: undefined, scanned: 0, recovered: 0 };
    this.runs.push(run);
    const { lines, older } = journal.window(from, to);
    const parts = partsOf(lines, older);
    clock.after(OPEN_MS, () =>
      this.#deliver({ run, parts, boot: this.parts.boot() }, () => {
        this.#done.set(key, run.recovered);
        ended(run.recovered);
      }),
    );
  }

  #deliver(
    work: {
      readonly run: BackfillRun;
      readonly parts: Iterator<Part, undefined>;
      readonly boot: number | undefined;
    },
    done: () => void,
  ): void {
    const { clock, stream, workspace, callMs, boot } = this.parts;
    if (boot() !== work.boot) return;
    const { run, parts } = work;
    const { value: part } = parts.next();
    if (part === undefined) {
      run.endedAt = clock.now();
      done();
      return;
    }
    const size = part.older + part.ids.length;
    clock.after(size * READ_MS_EACH + workspaceCallMs(stream, callMs), () => {
      run.scanned += size;
      run.recovered += workspace.store(part.ids);
      this.#deliver(work, done);
    });
  }
}

/** One call of the workspace: messages from before the run, which it has, and others. */
interface Part {
  readonly older: number;
  readonly ids: readonly string[];
}

function* partsOf(lines: readonly JournalLine[], older: number): Generator<Part, undefined> {
  let left = older;
  let from = 0;
  while (left > 0 || from < lines.length) {
    const first = Math.min(left, BATCH);
    const ids = lines.slice(from, from + BATCH - first).map(({ id }) => id);
    left -= first;
    from += ids.length;
    yield { older: first, ids };
  }
}
