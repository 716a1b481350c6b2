import { WRONG_STATE_LASTS, nextAttemptAt, runOf, sinceAccepted } from './backoff';
import { budgetExhausted } from './budget';
import type { Attempt, Incident } from './incident';
import type { InstanceView } from './observation';
import type { Pause } from './pause';
import { KEEP_TRYING_FOR, type Policy } from './policy';
import type {
  DeferReason,
  EscalateReason,
  IgnoreReason,
  RemediateReason,
  ResolveReason,
} from './reasons';
import {
  CLOCK_SKEW,
  after,
  before,
  between,
  latest,
  hours,
  minutes,
  seconds,
  type Instant,
} from './time';
import { unreachable } from './unreachable';
import { evaluate, impairmentOf } from './verify';

/** What to do about one instance now, and why. */
export type Decision =
  | { readonly kind: 'ignore'; readonly reason: IgnoreReason }
  | { readonly kind: 'defer'; readonly reason: DeferReason; readonly until?: Instant | undefined }
  | { readonly kind: 'remediate'; readonly remediation: 'start'; readonly reason: RemediateReason }
  | { readonly kind: 'escalate'; readonly reason: EscalateReason }
  | { readonly kind: 'resolve'; readonly reason: ResolveReason };

/** All that a decision depends on. */
export interface Situation {
  readonly view: InstanceView;
  readonly incident: Incident;
  readonly policy: Policy;
  readonly pause: Pause;
  /** Starts that EC2 accepted within the last day. */
  readonly starts: readonly Instant[];
  readonly now: Instant;
}

/** A stop that nothing explains gets this long for CloudTrail and AWS Health to speak. */
const EVIDENCE_WAIT = minutes(2);
/** How long a describe may still show the state from before an accepted start. */
const STALE_READ = seconds(60);
/** EC2 failing for this long is told. */
const UNAVAILABLE_TOLD_AFTER = minutes(3);
/** From serving to recovered; EC2's checks take some minutes after a boot. */
const RECOVERY_DEADLINE = minutes(30);
/** No capacity: told at once, after 15 min, after an hour, and each hour from then on (L7). */
const CAPACITY_REMINDERS = [minutes(0), minutes(15), minutes(60)];

const defer = (reason: DeferReason, until?: Instant): Decision => ({
  kind: 'defer',
  reason,
  until,
});
const escalate = (reason: EscalateReason): Decision => ({ kind: 'escalate', reason });
const ignore = (reason: IgnoreReason): Decision => ({ kind: 'ignore', reason });
const start = (reason: RemediateReason): Decision => ({
  kind: 'remediate',
  remediation: 'start',
  reason,
});

/**
 * Decides what to do about an instance with an open incident. Pure: the same situation gives the
 * same decision, whichever signal brought the look.
 */
export function decide(situation: Situation): Decision {
  const { state } = situation.view;
  switch (state) {
    case 'stopped':
      return staleRead(situation) ?? guarded(wantedWhenStopped(situation), situation);
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

/** What the cause of the stop asks for, before any guard has spoken. */
function wantedWhenStopped(situation: Situation): Decision {
  const { incident, policy, now } = situation;
  const { cause } = incident;
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
      const until = after(downSinceOf(incident), EVIDENCE_WAIT);
      if (now < until) return defer('awaiting-evidence', until);
      return policy.onUnknownStop === 'start'
        ? startOrFellBack(incident, 'unknown-stop-start')
        : escalate('unknown-cause');
    }
    default:
      return unreachable(cause.kind);
  }
}

/** When the present stop began; the outage may be older (impaired first) or have been told. */
function downSinceOf({ progress, outage }: Incident): Instant {
  return (progress.kind === 'down' ? progress.since : undefined) ?? outage.firstKnownBad;
}

function wantedAfterAws(incident: Incident): Decision {
  switch (incident.cause.detail) {
    case 'configuration':
      return escalate('configuration-fault');
    case 'capacity':
      return start('capacity-retry');
    case 'plain':
    case 'suspect':
    case 'game-day': {
      const noCapacity = sinceServed(incident).at(-1)?.outcome.kind === 'no-capacity';
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
  const tried = sinceServed(incident);
  const [first] = tried;
  const accepted = tried.filter(isAccepted).length;
  if (first === undefined) return incident.cause.detail === 'suspect' ? 1 : 0;
  return first.reason === 'start-fell-back' ? accepted + 1 : accepted;
}

/** The attempts of this round: those after it last served. */
function sinceServed({ attempts, served }: Incident): readonly Attempt[] {
  const last = served.at(-1);
  return last === undefined ? attempts : attempts.filter((attempt) => attempt.at > last);
}

/** A start that was accepted and fell back to stopped is tried once more, then told (S27). */
function startOrFellBack(incident: Incident, reason: RemediateReason): Decision {
  const count = fellBack(incident);
  if (count === 0) return start(reason);
  return count === 1 ? start('start-fell-back') : escalate('start-does-not-hold');
}

type Guard = (situation: Situation) => Decision | undefined;

/** Each may stop a start; the first that speaks wins. Every one has a test of its own. */
const GUARDS: readonly Guard[] = [
  notOurs,
  heldByPerson,
  observing,
  triedLongEnough,
  overBudget,
  tooSoon,
  backingOff,
];

function guarded(wanted: Decision, situation: Situation): Decision {
  if (wanted.kind !== 'remediate') return wanted;
  for (const guard of GUARDS) {
    const objection = guard(situation);
    if (objection !== undefined) return objection;
  }
  return wanted;
}

/** A stop from before enrolment or during a pause stays a person's (S1). */
function notOurs({ incident: { mandate } }: Situation): Decision | undefined {
  return mandate.kind === 'hands-off' ? escalate(mandate.reason) : undefined;
}

function heldByPerson({ pause }: Situation): Decision | undefined {
  if (pause.kind === 'none') return undefined;
  return escalate(pause.kind === 'held' ? 'held' : 'paused');
}

function observing({ policy }: Situation): Decision | undefined {
  return policy.mode === 'observe' ? escalate('observe-mode') : undefined;
}

/**
 * `stopped` with the LaunchTime of before an accepted start, or of before a boot that was already
 * seen, is a read of the past (F18). It says nothing: neither that a start failed nor who stopped.
 */
function staleRead({ view, incident, now }: Situation): Decision | undefined {
  const { progress } = incident;
  if (progress.kind !== 'down' && view.launchTime < progress.launchTime) {
    return defer('start-in-flight');
  }
  const last = incident.attempts.findLast(isAccepted);
  if (last === undefined || view.launchTime >= before(last.at, CLOCK_SKEW)) return undefined;
  const until = after(last.at, STALE_READ);
  return now < until ? defer('start-in-flight', until) : undefined;
}

/** Counted from the first try of this round: an incident may have been open for days before. */
function triedLongEnough({ incident, now }: Situation): Decision | undefined {
  const [first] = sinceAccepted(sinceServed(incident));
  const since = first?.at ?? now;
  return between(since, now) > KEEP_TRYING_FOR ? escalate('gave-up') : undefined;
}

function overBudget({ starts, policy, now }: Situation): Decision | undefined {
  return budgetExhausted(starts, policy.budget, now) ? escalate('budget-exhausted') : undefined;
}

function tooSoon({ view, starts, policy, now }: Situation): Decision | undefined {
  // LaunchTime tells of a start that the record could not be told of.
  const last = latest(before(view.launchTime, CLOCK_SKEW), ...starts.slice(-1));
  const until = after(last, policy.cooldown);
  return now < until ? defer('cooldown', until) : undefined;
}

function backingOff({ incident, now }: Situation): Decision | undefined {
  const until = nextAttemptAt(sinceServed(incident), incident.id);
  const told = tellOfTrouble(incident, now);
  if (told !== undefined) return escalate(told);
  return until !== undefined && now < until ? defer('backing-off', until) : undefined;
}

/** What a person must hear about the attempts so far, if it is time to say it. */
function tellOfTrouble(incident: Incident, now: Instant): EscalateReason | undefined {
  const tried = sinceServed(incident);
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

function isAccepted(attempt: Attempt): boolean {
  return attempt.outcome.kind === 'accepted';
}

/** What will need a person is told at once; that it will be started is said only if it will. */
function whenStopping(situation: Situation): Decision {
  const { incident, policy, now } = situation;
  const wanted = wantedWhenStopped(situation);
  if (wanted.kind === 'ignore') return wanted;
  const deadline = after(downSinceOf(incident), policy.stoppingDeadline);
  if (now >= deadline) return escalate('stuck-stopping');
  if (wanted.kind !== 'remediate') return wanted;
  const objection = notOurs(situation) ?? heldByPerson(situation) ?? observing(situation);
  return objection ?? defer('still-stopping');
}

function whenRunning(situation: Situation): Decision {
  const { incident, view, policy, now } = situation;
  const { progress } = incident;
  if (progress.kind === 'serving' && progress.passes >= policy.recoveredAfter) {
    return { kind: 'resolve', reason: incident.condition === 'impaired' ? 'cleared' : 'recovered' };
  }
  if (impairedTooLong(situation)) return escalate('impaired');
  if (progress.kind === 'serving') {
    const failing = evaluate(view.checks, policy) === 'failing';
    const late = failing && between(progress.at, now) > RECOVERY_DEADLINE;
    return late ? escalate('not-recovered') : defer('verifying');
  }
  // Checks that could not be read may be the very proof (S13): only a read without proof counts.
  const wasRead = evaluate(view.checks, policy) !== 'unknown';
  if (incident.condition !== 'impaired' && wasRead && pastServingDeadline(situation)) {
    return escalate('not-serving');
  }
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
  const since =
    progress.kind === 'booting' ? progress.since : incident.attempts.findLast(isAccepted)?.at;
  return since !== undefined && between(since, now) > policy.servingDeadline;
}
