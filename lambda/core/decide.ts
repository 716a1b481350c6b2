import { climb } from './climb';
import { defer, escalate, type Decision, type Situation } from './decision';
import { whenStopped, whenStopping } from './decide-down';
import { undoneFirst } from './drain';
import { leftOf } from './hook-run';
import { hasOpenHooks } from './hooks';
import { isWorkGone } from './planned-move';
import { associateAddress } from './public-address';
import { acceptedStartOf, staleRead } from './start-guards';
import { isOwnStop, takedownsOf } from './takedowns';
import { after, between, minutes } from './time';
import { unreachable } from './unreachable';
import { evaluate, impairmentOf } from './verify';

/**
 * From serving to recovered; EC2's checks take some minutes after a boot. With the time before it
 * served a person has it within half an hour of the start (L2).
 */
const RECOVERY_DEADLINE = minutes(20);

/**
 * Decides what to do about an instance with an open incident. Pure: the same situation gives the
 * same decision, whichever signal brought the look.
 */
export function decide(situation: Situation): Decision {
  return inShadow(situation, decided(situation));
}

/**
 * Shadow mode: a policy that only observes decides like any other, and a person hears what would
 * have been done. What the watchdog itself stopped it brings back all the same (S28).
 */
function inShadow({ policy, incident, view }: Situation, decision: Decision): Decision {
  if (policy.mode === 'act' || decision.kind !== 'remediate') return decision;
  if (view.state === 'stopped' && isOwnStop(incident)) return decision;
  const { remediation, reason } = decision;
  return { kind: 'escalate', reason: 'observe-mode', instead: { remediation, reason } };
}

function decided(situation: Situation): Decision {
  const { state } = situation.view;
  switch (state) {
    case 'stopped':
      return staleRead(situation) ?? whenStopped(situation);
    case 'stopping':
      return whenStopping(situation);
    case 'pending':
      return pastServingDeadline(situation) ? escalate('not-serving') : defer('start-in-flight');
    case 'running':
      return whenRunning(situation);
    case 'shutting-down':
    case 'terminated':
      return escalate('terminated');
    default:
      return unreachable(state);
  }
}

function whenRunning(situation: Situation): Decision {
  const address = associateAddress(situation);
  if (address?.kind === 'remediate') return address;
  const ended = undoneFirst(situation, over(situation));
  // It does not end while its address is still seen to.
  const climbed =
    ended === undefined
      ? undoneFirst(situation, climb(situation))
      : (address ?? withWorkLeft(situation, ended));
  if (climbed !== undefined) return climbed;
  // A check of which the policy knows nothing: told, and nothing is done about it.
  return impairedTooLong(situation) ? escalate('impaired') : proving(situation);
}

/** It recovered, or there is nothing left to do. */
function over(situation: Situation): Decision | undefined {
  const { incident, view, policy } = situation;
  const { progress, planned } = incident;
  const acted = takedownsOf(incident).length > 0;
  if (progress.kind === 'serving' && progress.passes >= policy.recoveredAfter) {
    const cleared = incident.condition !== 'stopped' && !acted;
    return { kind: 'resolve', reason: cleared ? 'cleared' : 'recovered' };
  }
  const isRead = view.checks.system.status !== 'unknown';
  return planned !== undefined && !acted && isRead && isWorkGone(planned, situation)
    ? { kind: 'resolve', reason: 'cleared' }
    : undefined;
}

/**
 * It is not over while hooks are at work. What they could not do is a person's: it never keeps an
 * incident open beyond their deadlines, and never leads to an act.
 */
function withWorkLeft({ incident, policy }: Situation, ended: Decision): Decision {
  if (ended.kind !== 'resolve') return ended;
  if (hasOpenHooks(incident, policy)) return defer('hooks-at-work');
  const isWorkLeft = leftOf(incident).length > 0;
  return isWorkLeft ? { kind: 'resolve', reason: 'recovered-work-left' } : ended;
}

/** It runs and nothing ails it as far as its checks tell: they have the word. */
function proving(situation: Situation): Decision {
  const { incident, view, policy, now } = situation;
  const { progress } = incident;
  if (progress.kind === 'serving') {
    const failing = evaluate(view.checks, policy) === 'failing';
    const late = failing && between(progress.at, now) > RECOVERY_DEADLINE;
    return late ? escalate('not-recovered') : defer('verifying');
  }
  // Checks that could not be read may be the very proof (S13): only a read without proof counts.
  const wasRead = evaluate(view.checks, policy) !== 'unknown';
  const isOurDoing = acceptedStartOf(incident) ?? takedownsOf(incident).at(-1);
  const isBoot = incident.condition !== 'impaired' || isOurDoing !== undefined;
  if (isBoot && wasRead && pastServingDeadline(situation)) return escalate('not-serving');
  const grace = after(view.launchTime, policy.startupGrace);
  return now < grace ? defer('startup-grace', grace) : defer('verifying');
}

/** An impairment counts once it outlasts its toleration, and not within the startup grace. */
export function impairedTooLong({
  view,
  policy,
  now,
}: Pick<Situation, 'view' | 'policy' | 'now'>): boolean {
  const impairment = impairmentOf(view.checks);
  if (impairment === undefined || now < after(view.launchTime, policy.startupGrace)) return false;
  return impairment.since === undefined || now >= after(impairment.since, policy.toleration);
}

function pastServingDeadline({ incident, policy, now }: Situation): boolean {
  const { progress } = incident;
  const since = progress.kind === 'booting' ? progress.since : acceptedStartOf(incident)?.at;
  return since !== undefined && between(since, now) > policy.servingDeadline;
}
