import { instant, type Duration, type Instant } from '../lambda/core/time';
import { drained } from './drain';

/** Takes a planned act out of the timeline; harmless once it has happened. */
export type Cancel = () => void;

interface Entry {
  readonly at: number;
  readonly sequence: number;
  act: (() => void) | undefined;
}

const earlier = (a: Entry, b: Entry): boolean =>
  a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

/** A binary heap: a sorted array would make a burst of 10,000 messages quadratic. */
class Heap {
  readonly #entries: Entry[] = [];

  peek(): Entry | undefined {
    return this.#entries[0];
  }

  push(entry: Entry): void {
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!earlier(entry, entries[parent]!)) break;
      entries[index] = entries[parent]!;
      index = parent;
    }
    entries[index] = entry;
  }

  pop(): Entry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (last === undefined || first === last) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && earlier(entries[child + 1]!, entries[child]!)) child += 1;
      if (!earlier(entries[child]!, last)) break;
      entries[index] = entries[child]!;
      index = child;
    }
    entries[index] = last;
    return first;
  }
}

/** Real time, for a run whose acts wait for their moments; its clock is given from outside. */
export interface Pace {
  /** The present, in the time that the acts are planned in. */
  now(): Instant;
  /** Ends at that moment at the latest, and as soon as something new is planned. */
  until(at: Instant): Promise<void>;
}

/** What a run ended with: its condition, its limit, or nothing left to happen. */
export type RunEnd = 'condition' | 'limit' | 'idle';

/**
 * Virtual time: one heap of acts ordered by (time, sequence). Whatever settles a promise that
 * simulated code waits for goes through `settle`, after which all microtasks run before the next
 * act; a second path would give stable and wrong traces.
 */
export class Timeline {
  readonly #heap = new Heap();
  #now: number;
  #sequence = 0;
  #unsettled = false;

  constructor(startAt: Instant) {
    this.#now = startAt;
  }

  /** The present moment of the simulated account. */
  now(): Instant {
    return this.#now as Instant;
  }

  /** Plans an act; a moment that has passed means now, after what is already planned for now. */
  at(when: number, act: () => void): Cancel {
    const at = Math.max(Math.round(when), this.#now);
    const entry: Entry = { at, sequence: (this.#sequence += 1), act };
    this.#heap.push(entry);
    return () => {
      entry.act = undefined;
    };
  }

  /** Plans an act for `delay` milliseconds from now. */
  after(delay: Duration | number, act: () => void): Cancel {
    return this.at(this.#now + delay, act);
  }

  /** Runs `settlement` (a promise's resolve or reject, or code that starts promises). */
  settle(settlement: () => void): void {
    this.#unsettled = true;
    settlement();
  }

  /**
   * Lets time pass until the condition (looked at after each act) or the limit is reached. With a
   * pace each act waits for its moment; what happens outside is planned for the pace's present.
   */
  async run(limit: Instant, condition?: () => boolean, pace?: Pace): Promise<RunEnd> {
    await this.#drain();
    if (condition?.() === true) return 'condition';
    for (;;) {
      const next = this.#heap.peek();
      const due = instant(Math.min(next?.at ?? limit, limit));
      if (pace !== undefined && pace.now() < due) {
        await pace.until(due);
        continue;
      }
      if (next === undefined || next.at > limit) {
        this.#now = Math.max(this.#now, instant(limit));
        return next === undefined ? 'idle' : 'limit';
      }
      this.#heap.pop();
      if (next.act === undefined) continue;
      this.#now = next.at;
      next.act();
      if (this.#unsettled) await this.#drain();
      if (condition?.() === true) return 'condition';
    }
  }

  async #drain(): Promise<void> {
    while (this.#unsettled) {
      this.#unsettled = false;
      await drained();
    }
  }
}
