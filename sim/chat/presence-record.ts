import type { Instant } from '../../lambda/core/time';

/** What the two sides did not agree on after an outage, and since when they do. */
export interface PresenceOutcome {
  readonly mismatches: number;
  /** When the last of them was gone; undefined when it never was. */
  readonly goneAt: Instant | undefined;
}

/**
 * Watches the agents that workspace and server did not agree on when the server served again, each
 * until they do: a change that is on its way to the workspace is no mismatch of the outage.
 */
export class PresenceRecord {
  readonly #first: readonly string[];
  readonly #left: Set<string>;
  #goneAt: Instant | undefined;

  constructor(outOfStep: readonly string[], now: Instant) {
    this.#first = outOfStep;
    this.#left = new Set(outOfStep);
    this.look(outOfStep, now);
  }

  /** Takes note of a change of either side. */
  look(outOfStep: readonly string[], now: Instant): void {
    if (this.#goneAt !== undefined) return;
    const wrong = new Set(outOfStep);
    for (const agent of this.#left) if (!wrong.has(agent)) this.#left.delete(agent);
    if (this.#left.size === 0) this.#goneAt = now;
  }

  /** At the end, with what is out of step then: it counts too, whenever it began. */
  outcome(outOfStep: readonly string[]): PresenceOutcome {
    return {
      mismatches: new Set([...this.#first, ...outOfStep]).size,
      goneAt: outOfStep.length === 0 ? this.#goneAt : undefined,
    };
  }
}
