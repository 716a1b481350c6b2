import type { PendingAlert, Severity } from './alert/alert';
import type { Evidence } from './evidence';
import { describeFinding, type Finding } from './readiness';
import type { InstanceRecord } from './record';
import type { HealthTopic } from './signals/signal';
import type { Instant } from './time';

/** So many keys of notices are remembered; the oldest are forgotten first. */
const TOLD_LIMIT = 50;

/** A notice that is due, with the key under which it is told only once. */
export interface Notice {
  readonly key: string;
  readonly severity: Severity;
  readonly text: string;
}

/** Puts a notice into the outbox unless it was told before. */
export function addNotice(record: InstanceRecord, notice: Notice, now: Instant): InstanceRecord {
  if (record.told.includes(notice.key)) return record;
  const alert: PendingAlert = { ...notice, kind: 'notice', at: now };
  return { ...remember(record, notice.key), outbox: [...record.outbox, alert] };
}

/** Notes that something was told once and for all. */
export function remember(record: InstanceRecord, key: string): InstanceRecord {
  return { ...record, told: [...record.told, key].slice(-TOLD_LIMIT) };
}

/** What AWS Health tells of an instance that has no incident: watched and told, never acted on. */
const HEALTH_SEVERITY: Readonly<Record<HealthTopic, Severity>> = {
  'availability-issue': 'warning',
  'auto-recovery-success': 'info',
  'auto-recovery-failure': 'critical',
  'retirement-scheduled': 'warning',
  'maintenance-scheduled': 'info',
  'instance-store-degraded': 'warning',
  'volume-lost': 'critical',
  'service-issue': 'info',
  other: 'info',
};

/** What AWS Health told of the instance. */
export type HealthFact = Extract<Evidence, { kind: 'health' }>;

/** Whether AWS Health says that an event is over, for this instance at least. */
export function isHealthOver({ status, entityStatus }: HealthFact): boolean {
  return status === 'closed' || entityStatus === 'resolved';
}

/** The key under which a stage of a Health event is told once. */
export function healthKey({ eventArn, status }: HealthFact): string {
  return `health:${eventArn}:${status}`;
}

/** The notice that a Health event is worth, or undefined for one that is over. */
export function healthNotice(fact: HealthFact): Notice | undefined {
  if (isHealthOver(fact) && !fact.topic.startsWith('auto-recovery')) return undefined;
  return {
    key: healthKey(fact),
    severity: HEALTH_SEVERITY[fact.topic],
    text: `AWS Health: ${fact.code}. ${fact.description}`.trim(),
  };
}

/** The notice about an instance that the watchdog leaves alone, or that a rescue would lack. */
export function findingNotice(finding: Finding, policies: readonly string[]): Notice {
  return {
    key: `finding:${finding.kind}:${'value' in finding ? finding.value : ''}`,
    severity: finding.kind === 'unknown-policy' ? 'warning' : 'info',
    text: describeFinding(finding, policies),
  };
}
