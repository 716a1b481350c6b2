import type { PendingAlert, Severity } from './alert/alert';
import type { Evidence } from './evidence';
import { describeFinding, type Finding } from './readiness';
import type { Reason } from './reasons';
import type { InstanceRecord } from './record';
import type { HealthTopic } from './signals/signal';
import type { Instant } from './time';

/** So many keys of notices are remembered; the oldest are forgotten first. */
const TOLD_LIMIT = 50;
/** So many notices of one instance wait for the digest; the oldest go first. */
const NOTES_LIMIT = 20;

/** A notice that is due, with the key under which it is told only once. */
export interface Notice {
  readonly key: string;
  readonly severity: Severity;
  readonly text: string;
  /** The reason that it comes to, where there is one: nothing is open, so no decision tells it. */
  readonly about?: Reason;
  /** It needs nobody: it waits for the digest. */
  readonly waits?: boolean;
}

/**
 * Puts a notice into the outbox, or among what waits for the digest, once each. One that waits, and
 * may not any longer, is told at once.
 */
export function addNotice(record: InstanceRecord, notice: Notice, now: Instant): InstanceRecord {
  const { waits = false, ...rest } = notice;
  const waiting = record.notes ?? [];
  const others = waiting.filter(({ text }) => text !== notice.text);
  const isOverdue = !waits && others.length < waiting.length;
  if (record.told.includes(notice.key) && !isOverdue) return record;
  if (waits) {
    const notes = [...waiting, { at: now, text: notice.text }].slice(-NOTES_LIMIT);
    return { ...remember(record, notice.key), notes };
  }
  const alert: PendingAlert = { ...rest, kind: 'notice', at: now };
  const { notes: _told, ...told } = remember(record, notice.key);
  const outbox = [...record.outbox, alert];
  return { ...told, ...(others.length > 0 && { notes: others }), outbox };
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
    waits: HEALTH_SEVERITY[fact.topic] === 'info',
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
