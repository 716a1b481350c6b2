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

  /** Whether EC2 can start such an instance now. */
  hasCapacity(zone: string, type: string, instanceId: string): boolean {
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
