import { defer, type Decision, type Situation } from './decision';
import type { Attempt, Incident } from './incident';
import type { Rung } from './ladder';
import { OWN_TYPE } from './planned-work';
import { heldReservation } from './reservation';
import { startsOf } from './start-guards';
import { after, type Instant } from './time';

/** When EC2 first refused a start of this round for want of capacity. */
function shortSince(situation: Situation): Instant | undefined {
  return startsOf(situation.incident).find(({ outcome }) => outcome.kind === 'no-capacity')?.at;
}

function dueRung(situation: Situation, remediation: Rung['remediation']): Rung | undefined {
  const since = shortSince(situation);
  const rung = situation.policy.ladders['no-capacity'].find(
    (candidate) => candidate.remediation === remediation,
  );
  if (since === undefined || rung === undefined) return undefined;
  return situation.now >= after(since, rung.toleration) ? rung : undefined;
}

/**
 * The start that is due, or what helps it where EC2 has had no capacity for a while: a reservation
 * (one more way to ask for a place), or another type of the policy's list.
 */
export function capacityStep(situation: Situation, wanted: Decision): Decision {
  const { incident, view, pause } = situation;
  // What we took down is brought back in spite of a pause, by a start and nothing else (S25).
  if (pause.kind !== 'none') return wanted;
  const back = backToOwnType(situation);
  if (back !== undefined) return back;
  const asksTypes = dueRung(situation, 'change-type') !== undefined;
  if (asksTypes && situation.facts === undefined) return defer('takedown-unchecked');
  // What was found for it is used before anything else is asked for.
  if (isJustHelped(incident, view.instanceType)) return wanted;
  const reserve = reserveFirst(situation);
  if (reserve !== undefined) return reserve;
  const target = targetType(situation);
  if (target === view.instanceType) return wanted;
  return { kind: 'remediate', remediation: 'change-type', reason: 'another-type', detail: target };
}

/** It was just given a place, or the type that EC2 shows it with, and was not started since. */
function isJustHelped({ attempts }: Incident, instanceType: string): boolean {
  const last = attempts.at(-1);
  if (last?.outcome.kind !== 'accepted') return false;
  if (last.remediation === 'reserve-capacity') return true;
  return last.remediation === 'change-type' && last.detail === instanceType;
}

/**
 * The type to start it on: of its own and those that fit, the one that failed longest ago, so that
 * each has its turn and its own comes first again. The one that it is on, where it is not known
 * which types fit.
 */
function targetType(situation: Situation): string {
  const { view, ownType, policy, facts } = situation;
  const fitting = facts?.fittingTypes;
  if (fitting === undefined || dueRung(situation, 'change-type') === undefined) {
    return view.instanceType;
  }
  const own = ownType ?? view.instanceType;
  // EC2 is asked for other types than the one that it has.
  const isUsable = (type: string): boolean => fitting.includes(type) || type === view.instanceType;
  const others = policy.alternateTypes.filter((type) => type !== own && isUsable(type));
  const [target = own] = [own, ...others].toSorted(
    (one, other) => failedAt(situation, one) - failedAt(situation, other),
  );
  return target;
}

/** When a type last failed in this incident; 0 for one that did not. */
function failedAt({ incident, view }: Situation, type: string): number {
  const failed = incident.attempts.findLast(
    (attempt) => isFailure(attempt) && (attempt.detail ?? view.instanceType) === type,
  );
  return failed?.at ?? 0;
}

/** EC2 had no capacity for it, does not start it on that type, or did not take the change to it. */
function isFailure({ remediation, outcome }: Attempt): boolean {
  if (remediation === 'start') return outcome.kind === 'no-capacity' || outcome.kind === 'refused';
  return remediation === 'change-type' && isRefused(outcome);
}

function isRefused({ kind }: Attempt['outcome']): boolean {
  return kind !== 'accepted' && kind !== 'intended' && kind !== 'not-asked';
}

/**
 * A planned stop of our own is the quiet start at which its own type is restored, once: where EC2
 * does not take the change, or then has no capacity, what helped before helps again.
 */
function backToOwnType(situation: Situation): Decision | undefined {
  const { incident, ownType, now } = situation;
  if (incident.condition !== 'planned' || startsOf(incident).length > 0) return undefined;
  // Whoever was stopped for nothing else goes back to it only where a place is held for it.
  const isProved = heldReservation(incident, now)?.instanceType === ownType;
  if (incident.planned?.eventId === OWN_TYPE && !isProved) return undefined;
  return restoreType(situation);
}

function restoreType({ incident, view, ownType }: Situation): Decision | undefined {
  if (ownType === undefined || ownType === view.instanceType) return undefined;
  const isTried = incident.attempts.some(
    ({ remediation, detail, outcome, at }) =>
      remediation === 'change-type' &&
      detail === ownType &&
      isRefused(outcome) &&
      at >= incident.openedAt,
  );
  if (isTried) return undefined;
  return { kind: 'remediate', remediation: 'change-type', reason: 'own-type', detail: ownType };
}

/**
 * What is done instead of waiting. Where the watchdog stops trying, it leaves the instance on its
 * own type and not on the one that happened to be tried last: whoever starts it finds what they
 * know. A stand-in that EC2 refuses for good (a quota, the zone) is nothing to wait for either.
 */
export function leavingIt(situation: Situation, objection: Decision): Decision {
  if (situation.pause.kind !== 'none') return objection;
  const isOver = objection.reason === 'gave-up';
  const isWaiting = objection.reason === 'backing-off' || objection.reason === 'start-refused';
  const leaves = isOver || (isWaiting && isRefusedStandIn(situation));
  return (leaves ? restoreType(situation) : undefined) ?? objection;
}

function isRefusedStandIn({ incident, view }: Situation): boolean {
  const last = startsOf(incident).at(-1);
  return last?.outcome.kind === 'refused' && last.detail === view.instanceType;
}

/** By turns with the start: what refuses the one may grant the other. */
function reserveFirst(situation: Situation): Decision | undefined {
  const { incident, now } = situation;
  if (dueRung(situation, 'reserve-capacity') === undefined) return undefined;
  if (heldReservation(incident, now) !== undefined) return undefined;
  if (incident.attempts.at(-1)?.remediation !== 'start') return undefined;
  return { kind: 'remediate', remediation: 'reserve-capacity', reason: 'reserve-place' };
}
