import type { Attempt, AttemptOutcome } from './incident';
import type { RemediateReason } from './reasons';
import type { InstanceRecord } from './record';
import type { Instant } from './time';

/** A record must stay small (DynamoDB: 400 KB an item); in three days EC2 may refuse thousands. */
const ATTEMPT_LIMIT = 300;
/** The first ones stay, since the reminders and the end of trying count from them. */
const FIRST_KEPT = 20;

/** The attempts without the middle of a list that has grown too long. */
function bounded(attempts: readonly Attempt[]): readonly Attempt[] {
  if (attempts.length <= ATTEMPT_LIMIT) return attempts;
  return [...attempts.slice(0, FIRST_KEPT), ...attempts.slice(FIRST_KEPT - ATTEMPT_LIMIT)];
}

/** Writes down that a start is about to be requested; before the call, or along with it (S18). */
export function intend(
  record: InstanceRecord,
  reason: RemediateReason,
  now: Instant,
): InstanceRecord {
  const { incident } = record;
  if (incident === undefined) return record;
  const attempt = { remediation: 'start', reason, at: now, outcome: { kind: 'intended' } } as const;
  const attempts = bounded([...incident.attempts, attempt]);
  return { ...record, incident: { ...incident, attempts } };
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
