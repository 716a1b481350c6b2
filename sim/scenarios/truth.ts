import { between, seconds, after, type Instant } from '../../lambda/core/time';
import type { CheckName, Fact, FactOf } from '../history';

/** What happens to the account, whoever watches it. */
const WORLDLY = [
  'instance',
  'state',
  'serving',
  'check',
  'reboot',
  'asked',
  'scheduled',
  'event',
  'delivered',
  'fault',
] as const;

type Worldly = (typeof WORLDLY)[number];

/** Signals that the account itself brings; a tick is the watchdog's own. */
const TICK_SOURCE = 'watchdog.queue';
const SWEEP_SOURCE = 'watchdog.scheduler';

/**
 * What really happened in a run, in seconds from second 0 of its story: states, users served,
 * verdicts of EC2's checks, signals that reached the queue, faults. It holds none of the watchdog's
 * calls, decisions, records and messages, so that a label cannot be made from what is judged.
 */
export class Truth {
  readonly #facts: readonly Fact[];
  readonly #zero: Instant;

  constructor(facts: readonly Fact[], startedAt: Instant, zeroS: number) {
    this.#facts = facts.filter(({ kind }) => (WORLDLY as readonly string[]).includes(kind));
    this.#zero = after(startedAt, seconds(zeroS));
  }

  /** When it ceased to run for the nth time, from 1: EC2 says stopping, or shutting-down. */
  down(instanceId: string, nth = 1): number {
    const states = this.#story('state').filter(
      (fact) =>
        fact.instanceId === instanceId &&
        (fact.from === 'running' || fact.from === 'pending') &&
        fact.to !== 'running',
    );
    return this.#secondsOf(states[nth - 1]);
  }

  /** When it reached a state for the nth time, from 1. */
  reached(instanceId: string, state: string, nth = 1): number {
    const states = this.#story('state').filter(
      (fact) => fact.instanceId === instanceId && fact.to === state,
    );
    return this.#secondsOf(states[nth - 1]);
  }

  /** When its users were served again, for the nth time, from 1. */
  serves(instanceId: string, nth = 1): number {
    const again = this.#story('serving').filter(
      (fact) => fact.instanceId === instanceId && fact.serving,
    );
    return this.#secondsOf(again[nth - 1]);
  }

  /** When EC2 began to call a check impaired, for the nth time, from 1. */
  impaired(instanceId: string, check: CheckName, nth = 1): number {
    const verdicts = this.#story('check').filter(
      (fact) =>
        fact.instanceId === instanceId && fact.check === check && fact.status === 'impaired',
    );
    return this.#secondsOf(verdicts[nth - 1]);
  }

  /** When EC2 first said so of a check that it had called impaired; Infinity when never. */
  passes(instanceId: string, check: CheckName): number {
    const from = this.impaired(instanceId, check);
    const verdict = this.#story('check').find(
      (fact) =>
        fact.instanceId === instanceId &&
        fact.check === check &&
        fact.status === 'ok' &&
        this.#secondsOf(fact) > from,
    );
    return this.#secondsOf(verdict);
  }

  /**
   * When the first signal that concerns the instance reached the watchdog's queue, at or after a
   * moment: an event that names it, or a sweep.
   */
  signal(instanceId: string, fromS: number): number {
    const about = new Set(
      this.#story('event')
        .filter(({ instanceIds }) => instanceIds.includes(instanceId))
        .map(({ eventId }) => eventId),
    );
    const found = this.#story('delivered').find(
      (fact) =>
        this.#secondsOf(fact) >= fromS &&
        fact.source !== TICK_SOURCE &&
        (fact.source === SWEEP_SOURCE || about.has(fact.eventId)),
    );
    return this.#secondsOf(found);
  }

  /** When the Lambda was made to die. Throws when it never was: the scenario missed its point. */
  died(): number {
    const died = this.#story('fault').find(({ name }) => name === 'lambda/death');
    if (died === undefined) throw new Error('The Lambda did not die');
    return this.#secondsOf(died);
  }

  #story<K extends Worldly>(kind: K): readonly FactOf<K>[] {
    return this.#facts.filter(
      (fact): fact is FactOf<K> => fact.kind === kind && fact.at >= this.#zero,
    );
  }

  /** Infinity for what never happened. */
  #secondsOf(fact: Fact | undefined): number {
    if (fact === undefined) return Number.POSITIVE_INFINITY;
    return between(this.#zero, fact.at) / 1_000;
  }
}
