import type { AttemptOutcome } from './incident';
import type { RemediateReason } from './reasons';
import type { InstanceRecord } from './record';
import type { Instant } from './time';

/** Writes down that a start is about to be requested; before the call, or along with it (S18). */
export function intend(
  record: InstanceRecord,
  reason: RemediateReason,
  now: Instant,
): InstanceRecord {
  const { incident } = record;
  if (incident === undefined) return record;
  const attempt = { remediation: 'start', reason, at: now, outcome: { kind: 'intended' } } as const;
  return { ...record, incident: { ...incident, attempts: [...incident.attempts, attempt] } };
}

/** Writes down what EC2 answered. Only an accepted start counts against the budget. */
export function settle(
  record: InstanceRecord,
  outcome: AttemptOutcome,
  now: Instant,
): InstanceRecord {
  const { incident } = record;
  const last = incident?.attempts.at(-1);
  if (incident === undefined || last?.outcome.kind !== 'intended') return record;
  const attempts = [...incident.attempts.slice(0, -1), { ...last, outcome }];
  const starts = outcome.kind === 'accepted' ? [...record.starts, now] : record.starts;
  return { ...record, starts, incident: { ...incident, attempts } };
}
