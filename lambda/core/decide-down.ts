import { defer, escalate, ignore, start, type Decision, type Situation } from './decision';
import { forceDue } from './force-stop';
import type { Incident } from './incident';
import type { RemediateReason } from './reasons';
import {
  OWN_START_GUARDS,
  START_GUARDS,
  firstObjection,
  heldByPerson,
  notOurs,
  startsOf,
} from './start-guards';
import { capacityStep, leavingIt } from './no-capacity';
import { stopBegan } from './stop-began';
import { isOwnStop } from './takedowns';
import { after, minutes } from './time';
import { unreachable } from './unreachable';

/** A stop that nothing explains gets this long for CloudTrail and AWS Health to speak. */
const EVIDENCE_WAIT = minutes(2);

/** What is stopped: the start that its cause asks for, unless a guard speaks. */
export function whenStopped(situation: Situation): Decision {
  const wanted = wantedWhenStopped(situation);
  if (wanted.kind !== 'remediate') return wanted;
  const guards = isOwnStop(situation.incident) ? OWN_START_GUARDS : START_GUARDS;
  const objection = firstObjection(guards, situation);
  return objection === undefined
    ? capacityStep(situation, wanted)
    : leavingIt(situation, objection);
}

/** What the cause of the stop asks for, before any guard has spoken. */
function wantedWhenStopped(situation: Situation): Decision {
  const { incident, policy, now } = situation;
  const { cause } = incident;
  if (isOwnStop(incident)) return startOrFellBack(incident, 'finish-own-stop');
  switch (cause.kind) {
    case 'aws':
      return wantedAfterAws(incident);
    case 'api':
      return cause.detail === 'game-day' ? start('game-day') : ignore('stopped-by-person');
    case 'self':
      return ignore('stopped-by-person');
    case 'scheduler':
      return ignore('stopped-by-scheduler');
    case 'spot':
      return ignore('out-of-scope');
    case 'guest':
      return policy.onGuestShutdown === 'start'
        ? startOrFellBack(incident, 'guest-shutdown-start')
        : escalate('guest-shutdown');
    case 'unknown': {
      if (cause.detail === 'configuration') return escalate('configuration-fault');
      const until = after(stopBegan(incident), EVIDENCE_WAIT);
      if (now < until) return defer('awaiting-evidence', until);
      return policy.onUnknownStop === 'start'
        ? startOrFellBack(incident, 'unknown-stop-start')
        : escalate('unknown-cause');
    }
    default:
      return unreachable(cause.kind);
  }
}

function wantedAfterAws(incident: Incident): Decision {
  switch (incident.cause.detail) {
    case 'configuration':
      return escalate('configuration-fault');
    case 'capacity':
      return start('capacity-retry');
    case 'plain':
    case 'suspect':
    case 'unfinished':
    case 'game-day': {
      const noCapacity = startsOf(incident).at(-1)?.outcome.kind === 'no-capacity';
      return startOrFellBack(incident, noCapacity ? 'capacity-retry' : 'stopped-by-aws');
    }
    default:
      return unreachable(incident.cause.detail);
  }
}

/**
 * How many starts were accepted and did not hold in this incident. One from before it counts too
 * when EC2's reason says that it was a launch that failed.
 */
function fellBack(incident: Incident): number {
  const tried = startsOf(incident);
  const [first] = tried;
  const accepted = tried.filter(({ outcome }) => outcome.kind === 'accepted').length;
  if (first === undefined) return incident.cause.detail === 'suspect' ? 1 : 0;
  return first.reason === 'start-fell-back' ? accepted + 1 : accepted;
}

/** A start that was accepted and fell back to stopped is tried once more, then told (S27). */
function startOrFellBack(incident: Incident, reason: RemediateReason): Decision {
  const count = fellBack(incident);
  if (count === 0) return start(reason);
  return count === 1 ? start('start-fell-back') : escalate('start-does-not-hold');
}

/** What will need a person is told at once; that it will be started is said only if it will. */
export function whenStopping(situation: Situation): Decision {
  const { incident, policy, now } = situation;
  const wanted = wantedWhenStopped(situation);
  if (wanted.kind === 'ignore') return wanted;
  const deadline = after(stopBegan(incident), policy.stoppingDeadline);
  // Who shuts itself down for a person may need its time: only what is to be started is forced.
  if (now >= deadline) {
    return wanted.kind === 'remediate' ? forceDue(situation, deadline) : escalate('stuck-stopping');
  }
  if (wanted.kind !== 'remediate' || isOwnStop(incident)) {
    return wanted.kind === 'remediate' ? defer('still-stopping') : wanted;
  }
  const objection = notOurs(situation) ?? heldByPerson(situation);
  // In shadow mode nobody starts it: there is nothing to wait for before that is said.
  return objection ?? (policy.mode === 'observe' ? wanted : defer('still-stopping'));
}
