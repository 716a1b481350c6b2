import { after, between, earliest, latest, minutes, seconds, type Instant } from './time';
import { repeatOf } from './alert/repeat';
import type { Decision } from './decision';
import { hooksDue } from './hooks';
import type { Incident } from './incident';
import type { Reason } from './reasons';
import type { InstanceRecord } from './record';
import { stopBegan } from './stop-began';

/** While something was done in the last minutes, the next look comes this soon. */
const BUSY_INTERVAL = seconds(4);
const BUSY_FOR = minutes(10);
/** The next look is never further away than this while anything is open. */
const IDLE_INTERVAL = seconds(60);
/** CloudTrail's event history is minutes late: asked at these times after the stop. */
const LOOKUP_TIMES = [minutes(5), minutes(15)];
/** A question that got no answer is repeated until then. */
const LOOKUP_UNTIL = minutes(30);

/** When CloudTrail should be asked next who stopped it; undefined when it is known or too late. */
export function lookupDue(incident: Incident, now: Instant): Instant | undefined {
  const { cause, lookups, condition } = incident;
  const wanted = condition === 'stopped' && (cause.kind === 'api' || cause.kind === 'unknown');
  if (!wanted || cause.actor !== undefined) return undefined;
  const since = stopBegan(incident);
  if (now > after(since, LOOKUP_UNTIL)) return undefined;
  const delay = LOOKUP_TIMES[lookups.length];
  return delay === undefined ? undefined : after(since, delay);
}

/**
 * When this instance must be looked at again; undefined when the sweep is enough. What a person
 * stopped, or has been handed, can stay so for weeks: only CloudTrail's answer is waited for.
 */
export function nextLook(
  record: InstanceRecord,
  decision: Decision,
  now: Instant,
): Instant | undefined {
  const { incident } = record;
  const soon = after(now, BUSY_INTERVAL);
  if (record.outbox.length > 0) return soon;
  if (incident === undefined || incident.resolved !== undefined) return undefined;
  const waited = [lookupDue(incident, now), repeatOf(incident)?.dueAt, hooksDue(incident)].filter(
    (at) => at !== undefined,
  );
  const idle = after(now, IDLE_INTERVAL);
  if (decision.kind === 'ignore' || isParked(decision)) {
    return waited.length === 0 ? undefined : latest(soon, earliest(idle, ...waited));
  }
  const busy = between(lastActivity(incident), now) < BUSY_FOR;
  const until = decision.kind === 'defer' ? decision.until : undefined;
  const due = busy && !isLongWait(decision, until, now) ? soon : (until ?? idle);
  return earliest(idle, latest(soon, earliest(due, ...waited)));
}

/** Handed to a person, and nothing that the watchdog could still do. */
function isParked(decision: Decision): boolean {
  if (decision.kind !== 'escalate') return false;
  switch (decision.reason) {
    case 'stopped-before-enrolment':
    case 'stopped-while-paused':
    case 'impaired-before-enrolment':
    case 'guest-shutdown':
    case 'unknown-cause':
    case 'configuration-fault':
    case 'observe-mode':
    case 'start-does-not-hold':
    case 'gave-up':
    case 'ladder-exhausted':
      return true;
    default:
      return false;
  }
}

/** These have a time of their own, or bring word, and looking earlier brings nothing. */
const LONG_WAITS: readonly Reason[] = ['backing-off', 'cooldown', 'draining'];

function isLongWait(decision: Decision, until: Instant | undefined, now: Instant): boolean {
  const waits = decision.kind === 'defer' && LONG_WAITS.includes(decision.reason);
  return waits && until !== undefined && until > now;
}

function lastActivity({ openedAt, attempts, served }: Incident): Instant {
  return latest(openedAt, ...attempts.map((attempt) => attempt.at), ...served);
}
