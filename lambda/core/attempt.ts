import type { Attempt, AttemptOutcome, Incident } from './incident';
import { describeReason, type RemediateReason } from './reasons';
import type { InstanceRecord } from './record';
import { isTakedown, type Remediation } from './remediation';
import { mayHaveHappened } from './takedowns';
import type { Instant } from './time';
import { unreachable } from './unreachable';

/** A record must stay small (DynamoDB: 400 KB an item); in three days EC2 may refuse thousands. */
export const ATTEMPT_LIMIT = 60;
/** The first ones stay, since the reminders and the end of trying count from them. */
const FIRST_KEPT = 10;

/** In the order in which they are let go of; each asks the more of what is left. */
const MAY_GO: readonly ((attempt: Attempt) => boolean)[] = [
  // It came to nothing.
  (attempt) => !isPrecious(attempt) && !(isTaken(attempt) && attempt.remediation === 'start'),
  (attempt) => !isPrecious(attempt),
  // EC2 ends a reservation by itself.
  ({ remediation }) => remediation === 'reserve-capacity',
  () => true,
];

const isTaken = ({ outcome }: Attempt): boolean => outcome.kind === 'accepted';

/** What was taken down, or may have been, and places that are held: they decide what follows. */
function isPrecious(attempt: Attempt): boolean {
  const { remediation } = attempt;
  if (isTakedown(remediation)) return mayHaveHappened(attempt);
  return remediation === 'reserve-capacity' && isTaken(attempt);
}

/** The attempts without one of the middle, of a list that has grown too long. */
function bounded(attempts: readonly Attempt[]): readonly Attempt[] {
  if (attempts.length <= ATTEMPT_LIMIT) return attempts;
  const middle = attempts.slice(FIRST_KEPT, -1);
  const gone = MAY_GO.map((mayGo) => middle.findIndex(mayGo)).find((index) => index >= 0);
  return attempts.toSpliced(FIRST_KEPT + (gone ?? 0), 1);
}

/** What is about to be done, and why. */
export interface Intent {
  readonly remediation: Remediation;
  readonly reason: RemediateReason;
  /** The type of a start and of `change-type`, how `force-stop` is meant, an address. */
  readonly detail?: string | undefined;
}

/** Writes down what is about to be requested; before the call, or along with a start (S18). */
export function intend(record: InstanceRecord, intent: Intent, now: Instant): InstanceRecord {
  const { incident } = record;
  if (incident === undefined) return record;
  const attempt: Attempt = { ...intent, at: now, outcome: { kind: 'intended' } };
  const attempts = bounded([...incident.attempts, attempt]);
  const next = { ...incident, attempts };
  return {
    ...record,
    // Before the call: when its answer is lost, EC2 shows the other type, and nobody knows its own.
    ...(intent.remediation === 'change-type' && {
      ownType: record.ownType ?? record.label.instanceType,
    }),
    incident: isTakedown(intent.remediation) ? takenOver(next, attempt) : next,
  };
}

/**
 * From the intent on it is our doing when it goes down: an incident that began with somebody's stop
 * is now about what is wrong with the server that runs, so that our own stop is told from theirs.
 */
function takenOver(incident: Incident, { reason, remediation }: Attempt): Incident {
  if (incident.condition !== 'stopped' || remediation === 'force-stop') return incident;
  const host = reason === 'system-impaired' || reason === 'ebs-impaired';
  return {
    ...incident,
    condition: 'impaired',
    cause: {
      kind: host ? 'aws' : 'unknown',
      detail: 'plain',
      confidence: 'medium',
      evidence: [describeReason(reason)],
    },
  };
}

/** Writes down what AWS answered. Accepted starts and reboots count against the budget (S8). */
export function settle(
  record: InstanceRecord,
  outcome: AttemptOutcome,
  now: Instant,
): InstanceRecord {
  const { incident } = record;
  const last = incident?.attempts.at(-1);
  if (incident === undefined || last?.outcome.kind !== 'intended') return record;
  const settled: Attempt = { ...last, outcome };
  const attempts = [...incident.attempts.slice(0, -1), settled];
  const next = { ...record, incident: { ...incident, attempts } };
  if (outcome.kind === 'accepted') return accepted(next, settled, now);
  const isUnchanged = settled.remediation === 'change-type' && !mayHaveHappened(settled);
  return isUnchanged ? { ...next, ...ownTypeAfter(next, next.label.instanceType) } : next;
}

/** What an accepted act changes at once; what came of it, the next look tells. */
function accepted(record: InstanceRecord, attempt: Attempt, now: Instant): InstanceRecord {
  const { remediation, detail } = attempt;
  switch (remediation) {
    case 'start':
      return { ...record, starts: [...record.starts, now] };
    // What is done to it again and again must come to an end (S8), whatever the rung.
    case 'reboot':
    case 'restart-service':
      return goingDown({ ...record, starts: [...record.starts, now] }, now);
    case 'stop-start':
    case 'force-stop':
      return goingDown(record, now);
    case 'change-type':
      return { ...record, ...ownTypeAfter(record, detail) };
    case 'reserve-capacity':
    case 'associate-address':
      return record;
    default:
      return unreachable(remediation);
  }
}

/**
 * It does not serve from now on, and what proves that it serves must be newer: EC2 shows no boot
 * id, and a reboot changes no LaunchTime (S19).
 */
function goingDown(record: InstanceRecord, now: Instant): InstanceRecord {
  const { incident } = record;
  if (incident === undefined || incident.progress.kind === 'down') return record;
  const { launchTime } = incident.progress;
  const { goodAgain } = incident.outage;
  // What was planned served until then: the look that decided it found nothing amiss.
  const lastKnownGood =
    goodAgain ?? (incident.condition === 'planned' ? incident.attempts.at(-1)?.at : undefined);
  return {
    ...record,
    incident: {
      ...incident,
      progress: { kind: 'booting', launchTime, since: now },
      outage: lastKnownGood === undefined ? incident.outage : { lastKnownGood, firstKnownBad: now },
    },
  };
}

/** The type to go back to, as long as it is on another one. */
function ownTypeAfter(
  { ownType, label }: InstanceRecord,
  type: string | undefined,
): Pick<InstanceRecord, 'ownType'> {
  const own = ownType ?? label.instanceType;
  return { ownType: type === own ? undefined : own };
}
