import type { Evidence } from '../../lambda/core/evidence';
import { DAYS, type MaintenanceWindow } from '../../lambda/core/maintenance-window';
import type { InstanceView, ScheduledEvent } from '../../lambda/core/observation';
import { isMoveDue, planned } from '../../lambda/core/planned-move';
import type { Policy } from '../../lambda/core/policy';
import type { InstanceRecord } from '../../lambda/core/record';
import {
  after,
  before,
  days,
  instant,
  iso,
  type Duration,
  type Instant,
} from '../../lambda/core/time';
import { T0, aPolicy, aRecord, aView, healthEvent } from './builders';

/** T0 is Thursday, 1 August 2024, 12:10:07 UTC. */
export const moment = (text: string): Instant => instant(Date.parse(text));
export const NIGHTLY: MaintenanceWindow = { days: DAYS, from: 120, to: 240, timeZone: 'UTC' };
export const TONIGHT = moment('2024-08-02T02:00:00Z');
export const ARN = 'arn:aws:health:us-east-1::event/EC2/AWS_EC2_RETIREMENT/1';

export const anEvent = (over: Partial<ScheduledEvent> = {}): ScheduledEvent => ({
  id: 'instance-event-1',
  code: 'instance-stop',
  description: 'The instance is running on degraded hardware',
  notBefore: after(T0, days(10)),
  ...over,
});

export const retirement = (over: Partial<Extract<Evidence, { kind: 'health' }>> = {}) =>
  healthEvent({
    at: T0,
    eventArn: ARN,
    code: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
    topic: 'retirement-scheduled',
    status: 'upcoming',
    entityStatus: 'pending',
    startsAt: after(T0, days(10)),
    description: 'Your instance is scheduled for retirement.',
    ...over,
  });

export const enrolledAt = (checkedAt: Instant): InstanceRecord['enrolment'] => ({
  kind: 'enrolled',
  at: before(T0, days(2)),
  checkedAt,
  findings: [],
});

/** One server, look after look. */
export class Planned {
  record: InstanceRecord;
  readonly policy: Policy;
  readonly told: string[] = [];

  constructor(policy: Partial<Policy> = {}, record: Partial<InstanceRecord> = {}) {
    this.policy = aPolicy({ maintenanceWindow: NIGHTLY, ...policy });
    this.record = aRecord(record);
  }

  look(now: Instant, view: Partial<InstanceView> = {}, policy = this.policy): this {
    this.record = planned({ view: aView(view), record: this.record, policy, now });
    this.told.push(...this.record.outbox.map(({ text }) => text ?? ''));
    this.record = { ...this.record, outbox: [] };
    return this;
  }

  isDue(now: Instant, view: Partial<InstanceView> = {}): boolean {
    this.look(now, view);
    return isMoveDue({ record: this.record, view: aView(view), policy: this.policy, now });
  }

  get at(): string | undefined {
    return this.record.plan?.at === undefined ? undefined : iso(this.record.plan.at);
  }
}

export const shows = (...events: readonly ScheduledEvent[]) => ({ scheduledEvents: events });
export const later = (by: Duration): Instant => after(T0, by);
