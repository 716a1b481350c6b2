import { after, ms, seconds, type Duration, type Instant } from '../../lambda/core/time';
import type { History } from '../history';
import type { Timeline } from '../time';

/** From when to when a fault lasts, in seconds from the start of the run. */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** Where EC2 has no capacity; what is absent means every one. */
export interface CapacityOut extends Span {
  readonly zone?: string;
  readonly type?: string;
  readonly instanceId?: string;
}

/** A stop that does not end by itself for long. */
export interface StuckStop {
  readonly instanceId: string;
  readonly forS: number;
  /** Which force ends it in tens of seconds; `force`, with or without more, when absent. */
  readonly endsBy?: 'force' | 'skip-os-shutdown' | 'nothing';
}

interface Active<T> {
  readonly from: Instant;
  readonly to: Instant;
  readonly what: T;
}

/** Faults inside EC2: capacity, quota, stale answers, launches that fail. */
export class Ec2Faults {
  readonly #timeline: Timeline;
  readonly #history: History;
  readonly #capacity: Active<CapacityOut>[] = [];
  readonly #stale: Active<Duration>[] = [];
  readonly #quota: Active<true>[] = [];
  readonly #launches = new Map<string, number>();
  readonly #zones: Active<string>[] = [];
  readonly #notOffered: Active<{ readonly type: string; readonly zone?: string }>[] = [];
  readonly #stuck = new Map<string, StuckStop>();
  readonly #addresses = new Set<string>();

  constructor(timeline: Timeline, history: History) {
    this.#timeline = timeline;
    this.#history = history;
  }

  /** EC2 has no capacity there. */
  capacityOut(out: CapacityOut, start: Instant): void {
    const where = [out.zone, out.type, out.instanceId].filter((part) => part !== undefined);
    const text = `No capacity: ${where.join(' ') || 'anywhere'}`;
    this.#add(this.#capacity, { span: out, start, what: out, name: 'ec2/capacity', text });
  }

  /** Describe answers what was true this long ago (a minute at most). */
  staleReads(span: Span, staleS: number, start: Instant): void {
    const what = seconds(Math.min(60, staleS));
    const text = `Describe tells of ${staleS} s ago`;
    this.#add(this.#stale, { span, start, what, name: 'ec2/stale', text });
  }

  /** The account's quota of vCPUs is used up. */
  quotaUsed(span: Span, start: Instant): void {
    const text = 'vCPU quota used up';
    this.#add(this.#quota, { span, start, what: true, name: 'ec2/quota', text });
  }

  /** The next so many launches of the instance fail after EC2 accepted them. */
  failLaunches(instanceId: string, times: number): void {
    this.#launches.set(instanceId, times);
    const text = `The next ${times} launches of ${instanceId} fail`;
    this.#history.add({ kind: 'fault', name: 'ec2/launch', phase: 'strikes', text });
  }

  /** A zone has no sound host: whoever comes to one there finds its system check failing. */
  zoneImpaired(span: Span & { readonly zone: string }, start: Instant): void {
    const text = `Every new host of ${span.zone} is faulty`;
    this.#add(this.#zones, { span, start, what: span.zone, name: 'ec2/zone', text });
  }

  /** A type is not on offer, in one zone or in all. */
  notOffered(span: Span & { readonly type: string; readonly zone?: string }, start: Instant): void {
    const text = `${span.type} is not on offer in ${span.zone ?? 'any zone'}`;
    this.#add(this.#notOffered, { span, start, what: span, name: 'ec2/offering', text });
  }

  /** The next stop of the instance hangs in `stopping`. */
  stuckStopping(plan: StuckStop): void {
    this.#stuck.set(plan.instanceId, plan);
    const text = `The next stop of ${plan.instanceId} takes ${plan.forS} s`;
    this.#history.add({ kind: 'fault', name: 'ec2/stuck', phase: 'strikes', text });
  }

  /** The Elastic IP of the instance loses its association with the next stop. */
  loseAddress(instanceId: string): void {
    this.#addresses.add(instanceId);
    const text = `${instanceId} loses its Elastic IP with its next stop`;
    this.#history.add({ kind: 'fault', name: 'ec2/address', phase: 'strikes', text });
  }

  /** Whether new hosts of the zone are faulty now. */
  isZoneImpaired(zone: string): boolean {
    return this.#now(this.#zones).some(({ what }) => what === zone);
  }

  /** Whether a fault withholds the type from the zone now. */
  isWithheld(type: string, zone: string): boolean {
    return this.#now(this.#notOffered).some(
      ({ what }) => what.type === type && (what.zone ?? zone) === zone,
    );
  }

  /** How this stop hangs, if it does; asking uses the fault up. */
  stuckStop(instanceId: string): StuckStop | undefined {
    const stuck = this.#stuck.get(instanceId);
    this.#stuck.delete(instanceId);
    return stuck;
  }

  /** Whether the Elastic IP goes with this stop; asking uses the fault up. */
  losesAddress(instanceId: string): boolean {
    return this.#addresses.delete(instanceId);
  }

  /**
   * Whether EC2 has room for such an instance now; without an id for one more of its kind, which
   * is what a capacity reservation asks for.
   */
  hasCapacity(zone: string, type: string, instanceId?: string): boolean {
    return !this.#now(this.#capacity).some(
      ({ what }) =>
        (what.zone ?? zone) === zone &&
        (what.type ?? type) === type &&
        (what.instanceId ?? instanceId) === instanceId,
    );
  }

  /** How old the answers of a describe are. */
  staleBy(): Duration {
    return this.#now(this.#stale)[0]?.what ?? ms(0);
  }

  /** Whether the quota is used up. */
  quotaReached(): boolean {
    return this.#now(this.#quota).length > 0;
  }

  /** Whether this launch fails; asking uses one failure up. */
  launchFails(instanceId: string): boolean {
    const left = this.#launches.get(instanceId) ?? 0;
    if (left > 0) this.#launches.set(instanceId, left - 1);
    return left > 0;
  }

  #now<T>(faults: readonly Active<T>[]): readonly Active<T>[] {
    if (faults.length === 0) return faults;
    const now = this.#timeline.now();
    return faults.filter(({ from, to }) => from <= now && now < to);
  }

  #add<T>(
    list: Active<T>[],
    plan: {
      readonly span: Span;
      readonly start: Instant;
      readonly what: T;
      readonly name: string;
      readonly text: string;
    },
  ): void {
    const from = after(plan.start, seconds(plan.span.fromS));
    const to = after(plan.start, seconds(plan.span.toS));
    list.push({ from, to, what: plan.what });
    const { name, text } = plan;
    this.#timeline.at(from, () =>
      this.#history.add({ kind: 'fault', name, phase: 'begins', text }),
    );
    this.#timeline.at(to, () => this.#history.add({ kind: 'fault', name, phase: 'ends', text }));
  }
}
