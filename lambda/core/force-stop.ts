import { nextAttemptAt } from './backoff';
import { defer, escalate, type Decision, type Situation } from './decision';
import { firstObjection, heldByPerson, notOurs, type Guard } from './start-guards';
import { mayHaveHappened } from './takedowns';
import { after, latest, type Instant } from './time';

/** What may keep it from being forced; what it serves is lost already. */
const FORCE_GUARDS: readonly Guard[] = [notOurs, heldByPerson, backingOff];

/** The last try did not get through: the next has its time. */
function backingOff({ incident, now }: Situation): Decision | undefined {
  const tried = incident.attempts.filter(({ remediation }) => remediation === 'force-stop');
  const until = nextAttemptAt(tried, incident.id);
  return until !== undefined && now < until ? defer('backing-off', until) : undefined;
}

/**
 * What is stuck in `stopping` past its deadline: told, and forced where the policy's ladder says
 * so, each rung once (S6). EC2 may take as long again to carry a forced stop out.
 */
export function forceDue(situation: Situation, deadline: Instant): Decision {
  const { incident, policy, now } = situation;
  const ladder = policy.ladders['stuck-stopping'];
  const forced = incident.attempts.filter(
    (attempt) =>
      attempt.remediation === 'force-stop' &&
      attempt.at >= situation.view.launchTime &&
      // One of which nothing was heard is asked for again: forcing twice changes nothing.
      attempt.outcome.kind !== 'intended' &&
      mayHaveHappened(attempt),
  );
  const before = ladder[forced.length - 1];
  const last = forced.at(-1);
  if (last !== undefined && before !== undefined && now < after(last.at, before.timeout)) {
    return defer('remediation-in-flight', after(last.at, before.timeout));
  }
  const rung = ladder[forced.length];
  const refused = incident.attempts.findLast(({ remediation }) => remediation === 'force-stop');
  if (rung === undefined || refused?.outcome.kind === 'refused') return escalate('stuck-stopping');
  const due = after(latest(deadline, last?.at ?? deadline), rung.toleration);
  if (now < due) return escalate('stuck-stopping');
  return (
    firstObjection(FORCE_GUARDS, situation) ?? {
      kind: 'remediate',
      remediation: 'force-stop',
      reason: 'forced-from-stopping',
      ...(rung.skipOsShutdown && { detail: 'skip-os-shutdown' }),
    }
  );
}
