import type { Instant } from '../../lambda/core/time';
import type { Stream } from '../random';

/** A message that is durable, with the time at which it was appended. */
export interface JournalLine {
  readonly at: Instant;
  readonly id: string;
}

/** What a journal has of a window. */
export interface WindowOfLines {
  readonly lines: readonly JournalLine[];
  /** Messages from before the run, which the workspace has; known by their number only. */
  readonly older: number;
}

const MINUTE = 60_000;
/** Somewhat more than the day that a backfill by schedule scans. */
const OLDER_MINUTES = 25 * 60;

/** The server's journal: it survives the machine. */
export class JournalModel {
  readonly #lines: JournalLine[] = [];
  readonly #startAt: Instant;
  /** Messages of each minute before the run, the latest minute first. */
  readonly #older: readonly number[];

  constructor(
    startAt: Instant,
    { stream, perMinute }: { readonly stream: Stream; readonly perMinute: number },
  ) {
    this.#startAt = startAt;
    const spread = Math.sqrt(perMinute);
    this.#older = Array.from({ length: OLDER_MINUTES }, () =>
      Math.max(0, Math.round(perMinute + stream.uniform(-spread, spread))),
    );
  }

  /** Lines that have become durable; in the order of their times. */
  add(lines: readonly JournalLine[]): void {
    this.#lines.push(...lines);
  }

  /** The window [from, to), found without reading the rest. */
  window(from: Instant, to: Instant): WindowOfLines {
    const lines = this.#lines.slice(this.#indexOf(from), this.#indexOf(to));
    const minuteOf = (at: Instant): number => Math.ceil((this.#startAt - at) / MINUTE);
    const [latest, earliest] = [Math.max(0, minuteOf(to)), Math.max(0, minuteOf(from))];
    const older = this.#older.slice(latest, earliest).reduce((sum, count) => sum + count, 0);
    return { lines, older };
  }

  /** The first line that is not before a time. */
  #indexOf(at: Instant): number {
    let [low, high] = [0, this.#lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]!.at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
