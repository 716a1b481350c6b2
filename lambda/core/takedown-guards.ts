import { WRONG_STATE_LASTS, nextAttemptAt, runOf } from './backoff';
import { defer, escalate, type Decision, type Situation } from './decision';
import { heldUndrained } from './drain';
import type { Attempt } from './incident';
import type { LadderCondition, Rung } from './ladder';
import { nextOpening } from './maintenance-window';
import { openDrain } from './open-drain';
import { moveWish } from './planned-move';
import { OWN_TYPE, workBegins } from './planned-work';
import type { Loss } from './policy';
import type { EscalateReason } from './reasons';
import { isTakedown } from './remediation';
import { proofOf } from './reservation';
import {
  UNAVAILABLE_TOLD_AFTER,
  heldByPerson,
  notOurs,
  overBudget,
  tooSoon,
  type Guard,
} from './start-guards';
import { isOutOfReach } from './service-reach';
import {
  ZONE_COOLDOWN,
  isApplicationAlone,
  isCapacityRecent,
  isCheckSuspect,
  isZoneStorm,
  type TakedownFacts,
} from './takedown-facts';
import { after, before, days, minutes, type Instant } from './time';
import { unreachable } from './unreachable';

/** Who has waited for its turn for this long is told to a person (L2). */
const TURN_TOLD_AFTER = minutes(20);

/** A guard that needs what AWS was asked for it. */
type FactGuard = (facts: TakedownFacts, situation: Situation) => Decision | undefined;

/** What is not known is never acted on (S13): until the facts are there, nothing is taken down. */
const withFacts =
  (guard: FactGuard): Guard =>
  (situation) =>
    situation.facts === undefined ? undefined : guard(situation.facts, situation);

function unchecked({ facts }: Situation): Decision | undefined {
  return facts === undefined ? defer('takedown-unchecked') : undefined;
}

/** AWS refused the last takedown, or was not asked: its time to be tried again. */
function refusedBefore({ incident, now }: Situation): Decision | undefined {
  const served = incident.served.at(-1);
  const isOfThisRound = ({ at }: { readonly at: Instant }): boolean =>
    served === undefined || at > served;
  const tried = incident.attempts
    .filter(({ remediation }) => isTakedown(remediation))
    .filter(isOfThisRound);
  const kind = tried.at(-1)?.outcome.kind;
  if (kind === undefined || kind === 'accepted' || kind === 'intended') return undefined;
  const told = incident.escalated
    .filter(isOfThisRound)
    .some(({ reason }) => reason === 'takedown-refused');
  // Once it is told, it is tried again in its time: a person may have lifted the cause.
  const lasts = kind === 'wrong-state' && runOf(tried, kind).length > WRONG_STATE_LASTS;
  if (!told && (kind === 'refused' || lasts)) return escalate('takedown-refused');
  if (isLongUnavailable({ incident, now }, tried)) return escalate('ec2-unavailable');
  const until = nextAttemptAt(tried, incident.id);
  return until !== undefined && now < until ? defer('backing-off', until) : undefined;
}

/** AWS has taken no request for so long that a person should know; told once a round. */
function isLongUnavailable(
  { incident, now }: Pick<Situation, 'incident' | 'now'>,
  tried: readonly Attempt[],
): boolean {
  const [first] = tried.at(-1)?.outcome.kind === 'unavailable' ? runOf(tried, 'unavailable') : [];
  if (first === undefined || now < after(first.at, UNAVAILABLE_TOLD_AFTER)) return false;
  // That its agent does not answer is no failure of AWS's API, and is told in its own words.
  if (tried.slice(-1).some(isOutOfReach)) return false;
  // A restart that was not answered is not asked for again: minutes later it tells nothing of AWS.
  if (tried.at(-1)?.remediation === 'restart-service' && tried.at(-1) === first) return false;
  return !incident.escalated.some(
    ({ reason, at }) => reason === 'ec2-unavailable' && at >= first.at,
  );
}

/** After somebody else started, stopped or rebooted it, they have the floor for this long. */
const HANDS_OFF = minutes(10);
/** Somebody who does so this often in one incident is an automation that fights over it. */
const FIGHT = 3;
/** Calls of AWS itself and of the watchdog are nobody else's. */
const NOBODY_ELSE: readonly string[] = ['watchdog', 'service'];

/**
 * A person or a program is at it too: two healers must not race. Who keeps at it is named, and the
 * watchdog holds off until they have let go.
 */
function anotherHand({ evidence, incident, now }: Situation): Decision | undefined {
  const from = before(incident.openedAt, HANDS_OFF);
  const calls = evidence
    .filter((fact) => fact.kind === 'api-call')
    .filter(({ at, call }) => at >= from && call !== 'TerminateInstances')
    .filter(({ actor }) => !NOBODY_ELSE.includes(actor.kind));
  const last = calls.at(-1);
  if (last === undefined || now >= after(last.at, HANDS_OFF)) return undefined;
  if (calls.length >= FIGHT) return escalate('another-automation');
  return defer('another-hand', after(last.at, HANDS_OFF));
}

/** Most of its zone is unhealthy: it is the zone, and nothing that runs there is moved (S10). */
const zoneStorm = withFacts(({ zone }) => (isZoneStorm(zone) ? escalate('zone-storm') : undefined));

/** A zone that was just unhealthy may be so again. */
const zoneCooldown = withFacts(({ zoneStormAt }, { now }) => {
  if (zoneStormAt === undefined) return undefined;
  const until = after(zoneStormAt, ZONE_COOLDOWN);
  return now < until ? defer('zone-cooldown', until) : undefined;
});

/** Every application fails while EC2 is fine: suspect the check, call a person once (S11). */
const checkSuspect = withFacts(({ application }, { view }) => {
  if (!isApplicationAlone(view.checks) || !isCheckSuspect(application)) return undefined;
  return application.isSpokesman ? escalate('check-suspect') : defer('check-suspect-elsewhere');
});

const stopProtection = withFacts(({ stopProtection: isOn }) => {
  if (isOn === undefined) return defer('observation-missing');
  return isOn ? escalate('stop-protected') : undefined;
});

/** What a stop would cost, unless the policy accepts it. */
const losses = withFacts((facts, { view, policy }) => {
  if (facts.hasInstanceStore === undefined) return defer('observation-missing');
  const lost: readonly (readonly [Loss, boolean])[] = [
    ['instance-store', facts.hasInstanceStore],
    ['public-address', view.publicIp !== undefined && !view.hasElasticIp],
    ['placement-group', view.placementGroup !== undefined],
    ['dedicated-host', view.hostId !== undefined],
    ['hibernation', view.canHibernate === true],
  ];
  const [first] = lost.find(([loss, isLost]) => isLost && !policy.accepts.includes(loss)) ?? [];
  return first === undefined ? undefined : escalate(refusalOf(first));
});

function refusalOf(loss: Loss): EscalateReason {
  switch (loss) {
    case 'instance-store':
      return 'instance-store-data';
    case 'public-address':
      return 'address-would-change';
    case 'placement-group':
      return 'in-placement-group';
    case 'dedicated-host':
      return 'on-dedicated-host';
    case 'hibernation':
      return 'would-hibernate';
    default:
      return unreachable(loss);
  }
}

/** EC2 had no capacity for its type in its zone just now: it might not come back. */
const capacityShort = withFacts(({ noCapacityAt }, { incident, now }) => {
  if (proofOf(incident, now) !== undefined) return undefined;
  return isCapacityRecent(noCapacityAt, now) ? escalate('no-way-back') : undefined;
});

/** The fleet's budget of takedowns under way (S9). */
const slots = withFacts(({ slotsFree }, { incident, now }) => {
  if (slotsFree > 0) return undefined;
  // It is still taken as soon as its turn comes; a person may not want to wait that long. What is
  // drained waits for no longer than that holds.
  const isLong =
    openDrain(incident) === undefined && now >= after(incident.openedAt, TURN_TOLD_AFTER);
  return isLong ? escalate('takedown-waits') : defer('takedown-budget');
});

const BEFORE: readonly Guard[] = [
  notOurs,
  heldByPerson,
  anotherHand,
  refusedBefore,
  overBudget,
  tooSoon,
  unchecked,
  // Before the zone: the check of a whole policy may fail in every zone, and calls one person.
  checkSuspect,
  zoneStorm,
  zoneCooldown,
];

/**
 * What may keep a running server from being taken down, by whether it leaves its host. The first
 * that speaks wins; every one has a test of its own.
 */
export const TAKEDOWN_GUARDS: Readonly<Record<'stay' | 'stop', readonly Guard[]>> = {
  stay: [...BEFORE, slots],
  stop: [...BEFORE, stopProtection, losses, capacityShort, slots],
};

/** How far ahead a maintenance window is looked for. */
const LOOK_AHEAD = days(15);
/** EC2 gives a reservation that was refused for capacity another try after this. */
const PROOF_AGAIN = minutes(15);

/** What the rung itself asks for: its window, and the proof that there is a way back. */
export function preconditionOf(
  situation: Situation,
  rung: Rung,
  condition: LadderCondition,
): Decision | undefined {
  const { incident, ownType } = situation;
  // Nobody stops what runs well for a type that EC2 may not have: its own one is held first.
  const isForOwnType =
    incident.planned?.eventId === OWN_TYPE && condition === incident.planned.condition;
  const type = isForOwnType ? ownType : undefined;
  const isAsked = type !== undefined || rung.requires.includes('capacity-proof');
  return (
    outsideWindow(situation, rung, condition) ??
    (isPlanned(condition) ? heldUndrained(situation) : undefined) ??
    (isAsked ? unproved(situation, type) : undefined)
  );
}

function isPlanned(condition: LadderCondition): boolean {
  return condition === 'stop-scheduled' || condition === 'reboot-scheduled';
}

function outsideWindow(
  situation: Situation,
  rung: Rung,
  condition: LadderCondition,
): Decision | undefined {
  const { view, incident, policy, now } = situation;
  // What is impaired by now does not wait for the window of its planned move.
  const isPlan = isPlanned(condition);
  if (!isPlan && !rung.requires.includes('maintenance-window')) return undefined;
  if (moveWish(view) === 'veto') return { kind: 'ignore', reason: 'move-vetoed' };
  // From then on AWS is at work on it: two hands must not stop it at once.
  const begins = isPlan ? workBegins(situation) : undefined;
  if (begins !== undefined && now >= begins) return escalate('no-window');
  const isAsked = incident.planned?.askedBy === 'operator';
  if (isAsked || (!isPlan && moveWish(view) === 'now')) return undefined;
  const { maintenanceWindow } = policy;
  if (maintenanceWindow === undefined) return escalate('no-window');
  const opens = nextOpening(maintenanceWindow, now, begins ?? after(now, LOOK_AHEAD));
  if (opens === undefined && begins !== undefined) return escalate('no-window');
  return opens === now ? undefined : defer('outside-window', opens);
}

/**
 * Before it is stopped, a reservation must hold a place for it: for the type that it has where the
 * policy asks for that, or for `ownType`, to which it is to go back.
 */
function unproved(situation: Situation, ownType: string | undefined): Decision | undefined {
  const { incident, view, now } = situation;
  const proof = proofOf(incident, now);
  const isProved = (proof?.instanceType ?? view.instanceType) === (ownType ?? view.instanceType);
  if (proof !== undefined && isProved) return undefined;
  const asked = incident.attempts.findLast(({ remediation }) => remediation === 'reserve-capacity');
  const isRefused = asked?.outcome.kind === 'no-capacity' || asked?.outcome.kind === 'refused';
  if (isRefused && ownType !== undefined) return { kind: 'resolve', reason: 'own-type-short' };
  if (asked !== undefined && isRefused && now < after(asked.at, PROOF_AGAIN)) {
    return escalate('no-way-back');
  }
  const until = asked === undefined ? undefined : nextAttemptAt([asked], incident.id);
  if (until !== undefined && now < until) return defer('backing-off', until);
  // A place is held, and paid for, only once nothing else speaks against the stop.
  const guards = TAKEDOWN_GUARDS.stop.filter((guard) => guard !== capacityShort);
  for (const guard of guards) {
    const objection = guard(situation);
    if (objection !== undefined) return objection;
  }
  return {
    kind: 'remediate',
    remediation: 'reserve-capacity',
    reason: 'prove-capacity',
    ...(ownType !== undefined && { detail: ownType }),
  };
}
