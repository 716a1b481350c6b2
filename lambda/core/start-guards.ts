import { WRONG_STATE_LASTS, nextAttemptAt, runOf, sinceAccepted } from './backoff';
import { budgetExhausted } from './budget';
import { defer, escalate, type Decision, type Situation } from './decision';
import type { Attempt, Incident } from './incident';
import { isOpenAgain, type Place } from './places';
import { KEEP_TRYING_FOR } from './policy';
import type { EscalateReason } from './reasons';
import { stopsInstance } from './remediation';
import { takedownsOf } from './takedowns';
import {
  CLOCK_SKEW,
  after,
  before,
  between,
  hours,
  latest,
  minutes,
  seconds,
  type Instant,
} from './time';
import { unreachable } from './unreachable';

/** What may stop an act: a decision that takes its place, or undefined. */
export type Guard = (situation: Situation) => Decision | undefined;

/** The objection of the first guard that has one. */
export function firstObjection(
  guards: readonly Guard[],
  situation: Situation,
): Decision | undefined {
  for (const guard of guards) {
    const objection = guard(situation);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

/** How long a describe may still show the state from before an accepted start. */
const STALE_READ = seconds(60);
/** EC2 failing for this long is told. */
export const UNAVAILABLE_TOLD_AFTER = minutes(3);
/** No capacity: told at once, after 15 min, after an hour, and each hour from then on (L7). */
const CAPACITY_REMINDERS = [minutes(0), minutes(15), minutes(60)];

/** A stop from before enrolment or during a pause stays a person's (S1). */
export function notOurs({ incident: { mandate } }: Situation): Decision | undefined {
  return mandate.kind === 'hands-off' ? escalate(mandate.reason) : undefined;
}

/** A person told the watchdog to keep its hands off it (S25). */
export function heldByPerson({ pause }: Situation): Decision | undefined {
  if (pause.kind === 'none') return undefined;
  return escalate(pause.kind === 'held' ? 'held' : 'paused');
}

/** Counted from the first try of this round: an incident may have been open for days before. */
function triedLongEnough({ incident, now }: Situation): Decision | undefined {
  const [first] = sinceAccepted(startsOf(incident));
  const since = first?.at ?? now;
  return between(since, now) > KEEP_TRYING_FOR ? escalate('gave-up') : undefined;
}

/** Only time refills the budget, never a success (S8). */
export function overBudget({ starts, policy, now }: Situation): Decision | undefined {
  return budgetExhausted(starts, policy.budget, now) ? escalate('budget-exhausted') : undefined;
}

/** The least time between two acts on one instance. */
export function tooSoon({ view, starts, policy, now }: Situation): Decision | undefined {
  // LaunchTime tells of a start that the record could not be told of.
  const last = latest(before(view.launchTime, CLOCK_SKEW), ...starts.slice(-1));
  const until = after(last, policy.cooldown);
  return now < until ? defer('cooldown', until) : undefined;
}

/**
 * The same for a start: what we did to it while it ran says nothing of when it may be started, and
 * who stopped it since may have done so at once.
 */
function tooSoonToStart(situation: Situation): Decision | undefined {
  const taken = takedownsOf(situation.incident).at(-1)?.at;
  const starts = situation.starts.filter((at) => taken === undefined || at < taken);
  return tooSoon({ ...situation, starts });
}

function backingOff({ incident, place, now }: Situation): Decision | undefined {
  if (isHelped(incident)) return undefined;
  const until = waitsUntil(incident, place);
  const told = tellOfTrouble(incident, now);
  if (told !== undefined) return escalate(told);
  return until !== undefined && now < until ? defer('backing-off', until) : undefined;
}

/** Where EC2 has just refused another one of its type and zone, it is not asked again so soon. */
const PROBE_EVERY = seconds(15);

/** When it may be tried again; what EC2 said to others of its place counts for it too. */
function waitsUntil(incident: Incident, place: Place | undefined): Instant | undefined {
  const tried = startsOf(incident);
  const until = nextAttemptAt(tried, incident.id);
  const last = tried.findLast(({ outcome }) => outcome.kind !== 'not-asked');
  const isShort = last?.outcome.kind === 'no-capacity' || last?.outcome.kind === 'batch-failed';
  if (!isShort || place === undefined) return until;
  if (isOpenAgain(place, last.at)) return undefined;
  const { refusedAt } = place;
  if (until === undefined || refusedAt === undefined || refusedAt <= last.at) return until;
  return latest(until, after(refusedAt, PROBE_EVERY));
}

/** It has another type, or a reserved place, since the last refusal: no reason to wait. */
function isHelped({ attempts }: Incident): boolean {
  const last = attempts.at(-1);
  const isHelp = last?.remediation === 'change-type' || last?.remediation === 'reserve-capacity';
  return isHelp && last.outcome.kind === 'accepted';
}

/** Each may stop a start; the first that speaks wins. Every one has a test of its own. */
export const START_GUARDS: readonly Guard[] = [
  notOurs,
  heldByPerson,
  triedLongEnough,
  overBudget,
  tooSoonToStart,
  backingOff,
];

/**
 * What may hold back the start that follows a stop of our own. No pause, no budget: what we took
 * down we bring back (S28); a person who wants it down says so with a stop.
 */
export const OWN_START_GUARDS: readonly Guard[] = [triedLongEnough, backingOff];

/**
 * `stopped` with the LaunchTime of before an accepted start, or of before a boot that was already
 * seen, is a read of the past (F18). It says nothing: neither that a start failed nor who stopped.
 */
export function staleRead({ view, incident, now }: Situation): Decision | undefined {
  const { progress } = incident;
  if (progress.kind !== 'down' && isOlderBoot(incident, view.launchTime)) {
    return defer('start-in-flight');
  }
  const last = acceptedStartOf(incident);
  if (last === undefined || view.launchTime >= before(last.at, CLOCK_SKEW)) return undefined;
  const until = after(last.at, STALE_READ);
  return now < until ? defer('start-in-flight', until) : undefined;
}

function isOlderBoot({ progress }: Incident, launchTime: number): boolean {
  return progress.kind !== 'down' && launchTime < progress.launchTime;
}

/** The last start of this incident that EC2 accepted. */
export function acceptedStartOf({ attempts }: Incident): Attempt | undefined {
  return attempts.findLast(
    ({ remediation, outcome }) => remediation === 'start' && outcome.kind === 'accepted',
  );
}

/** The starts of this round: those after it last served, and after our own last stop. */
export function startsOf(incident: Incident): readonly Attempt[] {
  const stops = takedownsOf(incident).filter(({ remediation }) => stopsInstance(remediation));
  const bounds = [...incident.served.slice(-1), ...stops.slice(-1).map(({ at }) => at)];
  return incident.attempts
    .filter(({ remediation }) => remediation === 'start')
    .filter(({ at }) => bounds.every((bound) => at > bound));
}

/** What a person must hear about the attempts so far, if it is time to say it. */
function tellOfTrouble(incident: Incident, now: Situation['now']): EscalateReason | undefined {
  const tried = startsOf(incident);
  const last = tried.at(-1);
  const run = last === undefined ? [] : runOf(tried, last.outcome.kind);
  const [first] = run;
  if (last === undefined || first === undefined) return undefined;
  const since = between(first.at, now);
  const told = (reason: EscalateReason): number =>
    incident.escalated.filter((entry) => entry.reason === reason && entry.at >= first.at).length;
  switch (last.outcome.kind) {
    case 'refused':
      return told('start-refused') === 0 ? 'start-refused' : undefined;
    case 'no-capacity':
      return since >= reminderDue(told('no-capacity')) ? 'no-capacity' : undefined;
    case 'unavailable':
      return told('ec2-unavailable') === 0 && since >= UNAVAILABLE_TOLD_AFTER
        ? 'ec2-unavailable'
        : undefined;
    case 'wrong-state':
      // It may be a moment too early, or never startable: a root volume that is detached.
      return told('start-refused') === 0 && run.length > WRONG_STATE_LASTS
        ? 'start-refused'
        : undefined;
    case 'accepted':
    case 'intended':
    case 'not-asked':
    case 'batch-failed':
      return undefined;
    default:
      return unreachable(last.outcome);
  }
}

/** When the n-th message about missing capacity is due, counted from the first refusal. */
function reminderDue(alreadyTold: number): number {
  const listed = CAPACITY_REMINDERS[alreadyTold];
  return listed ?? hours(alreadyTold - CAPACITY_REMINDERS.length + 2);
}
