import type { BusEvent } from '../account/bus-event';
import { before, seconds, type Instant } from '../../lambda/core/time';
import type { History } from '../history';
import type { Random } from '../random';
import type { Timeline } from '../time';
import type { Span } from './ec2';

/** Which events a fault concerns. */
export type EventPredicate = (event: BusEvent) => boolean;

/** What happens to an event that a fault concerns. */
export type EventFault =
  | { readonly kind: 'drop' }
  /** Delivered this many times in all. */
  | { readonly kind: 'duplicate'; readonly times: number; readonly withinS: number }
  /** Delivered later; a drawn delay up to `mostS` also reorders. */
  | { readonly kind: 'delay'; readonly leastS: number; readonly mostS: number };

interface Plan {
  readonly which: EventPredicate;
  readonly fault: EventFault;
  readonly from: Instant;
  readonly to: Instant;
  readonly probability: number;
}

/** Faults of the event bus, which promises its EC2 events by best effort only. */
export class EventFaults {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #random: Random;
  readonly #plans: Plan[] = [];

  constructor(timeline: Timeline, history: History, random: Random) {
    this.#timeline = timeline;
    this.#history = history;
    this.#random = random;
  }

  /** Puts a fault in; `span` counts from `start`. */
  plan(
    fault: EventFault,
    options: {
      readonly which: EventPredicate;
      readonly span: Span;
      readonly start: Instant;
      readonly probability?: number;
    },
  ): void {
    const { which, span, start, probability = 1 } = options;
    const from = before(start, seconds(-span.fromS));
    const to = before(start, seconds(-span.toS));
    this.#plans.push({ which, fault, from, to, probability });
  }

  /** The delays in milliseconds at which the event is delivered: none when it is lost. */
  deliveries(event: BusEvent, eventId: string): readonly number[] {
    let delays: readonly number[] = [0];
    const now = this.#timeline.now();
    for (const { which, fault, from, to, probability } of this.#plans) {
      if (now < from || now >= to || !which(event)) continue;
      const stream = this.#random.stream('faults/events');
      if (!stream.chance(probability)) continue;
      const text = `${fault.kind}: ${event.detailType} ${eventId}`;
      this.#history.add({ kind: 'fault', name: `event/${fault.kind}`, phase: 'strikes', text });
      if (fault.kind === 'drop') return [];
      if (fault.kind === 'delay') {
        delays = delays.map((delay) => delay + stream.uniform(fault.leastS, fault.mostS) * 1_000);
      } else {
        const copies = Array.from({ length: fault.times - 1 }, () =>
          stream.uniform(0, fault.withinS * 1_000),
        );
        delays = [...delays, ...copies];
      }
    }
    return delays;
  }
}
