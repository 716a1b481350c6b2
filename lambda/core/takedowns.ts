import type { Attempt, Incident } from './incident';
import type { Rung } from './ladder';
import type { InstanceView } from './observation';
import type { Policy } from './policy';
import type { RemediateReason } from './reasons';
import { TAKEDOWNS, isTakedown, stopsInstance, type Takedown } from './remediation';
import { CLOCK_SKEW, after, before, seconds, type Instant } from './time';

/** An attempt that takes something down. */
export type TakedownAttempt = Attempt & { readonly remediation: Takedown };

function isOne(attempt: Attempt): attempt is TakedownAttempt {
  return isTakedown(attempt.remediation);
}

/** Codes by which AWS says that it did nothing: a throttle, or an agent that is not there. */
const NOT_DONE = /throttl|requestlimitexceeded|slowdown|invalidinstanceid/i;

/**
 * Whether an attempt may have taken effect: AWS took it, or nobody heard what became of it. A
 * call that timed out may have been carried out.
 */
export function mayHaveHappened({ outcome }: Attempt): boolean {
  switch (outcome.kind) {
    case 'accepted':
    case 'intended':
      return true;
    case 'unavailable':
      return !NOT_DONE.test(outcome.code);
    default:
      return false;
  }
}

/** The takedowns of an incident that may have taken effect, oldest first. */
export function takedownsOf({ attempts }: Incident): readonly TakedownAttempt[] {
  return attempts.filter(isOne).filter(mayHaveHappened);
}

/** It serves still: AWS announced work on its host, and nothing was taken down for that yet. */
export function isOnlyPlanned(incident: Incident): boolean {
  return incident.condition === 'planned' && takedownsOf(incident).length === 0;
}

/** EC2 shows a stop that it took within this, old answers included. */
const STOP_SHOWS_WITHIN = seconds(60);
/** A stop that never began is asked for again; this many of them are enough (S17). */
const STOPS_UNMADE = 3;

/**
 * The takedowns that count on the ladder: all that may have taken effect, but for a stop of which
 * nothing was heard while the boot that it was to end goes on running. Its Lambda died before the
 * call, or the call never arrived; a reboot leaves no such trace, and counts.
 */
export function takedownsSeen({
  incident,
  view,
  now,
}: {
  readonly incident: Incident;
  readonly view: Pick<InstanceView, 'state' | 'launchTime'>;
  readonly now: Instant;
}): readonly TakedownAttempt[] {
  const all = takedownsOf(incident);
  const isUnmade = ({ remediation, outcome, at }: TakedownAttempt): boolean =>
    stopsInstance(remediation) &&
    outcome.kind !== 'accepted' &&
    view.state === 'running' &&
    view.launchTime < at &&
    now >= after(at, STOP_SHOWS_WITHIN);
  return all.filter(isUnmade).length < STOPS_UNMADE ? all.filter((one) => !isUnmade(one)) : all;
}

/** The strongest of some takedowns, by its place among TAKEDOWNS; -1 for none. */
export function strongestOf(takedowns: readonly TakedownAttempt[]): number {
  return Math.max(-1, ...takedowns.map(({ remediation }) => TAKEDOWNS.indexOf(remediation)));
}

/**
 * The takedown after which the server has not served yet: it holds one of the fleet's slots until
 * it serves, its incident is over, or a person was called since; one that nothing helps must not
 * keep the others from being helped. What we stopped and have not brought back keeps its slot: no
 * other is to follow it.
 */
export function inFlight(incident: Incident | undefined): TakedownAttempt | undefined {
  if (incident === undefined || incident.resolved !== undefined) return undefined;
  const last = takedownsOf(incident).at(-1);
  const served = incident.served.at(-1);
  if (last === undefined || (served !== undefined && served >= last.at)) return undefined;
  const isHandedOver = incident.escalated.some(({ at }) => at >= last.at);
  if (isHandedOver && incident.progress.kind !== 'down') return undefined;
  return incident.condition === 'terminated' ? undefined : last;
}

/**
 * Whether the stop that it is in is our own, which a start must follow. A stop by anybody else
 * makes the incident's condition `stopped`; what we stop keeps the one for which we did.
 */
export function isOwnStop({ condition, cause }: Incident): boolean {
  return condition === 'impaired' || condition === 'planned' || cause.detail === 'unfinished';
}

/** The rung by which a takedown was made, or the policy's own idea of it today. */
export function rungBehind({ ladders }: Policy, attempt: TakedownAttempt): Rung | undefined {
  const rungs = Object.entries(ladders).flatMap(([condition, ladder]) =>
    ladder.map((rung) => ({ condition, rung })),
  );
  const same = rungs.filter(({ rung }) => rung.remediation === attempt.remediation);
  const wanted = conditionOf(attempt);
  return (same.find(({ condition }) => condition === wanted) ?? same[0])?.rung;
}

/** The condition for which a takedown was made: a reboot may have come instead of a restart. */
export function conditionOf({ reason }: Pick<Attempt, 'reason'>): RemediateReason {
  return reason === 'instead-of-restart' ? 'application-impaired' : reason;
}

/** Our requests to stop this very boot, oldest first, whatever came of them. */
export function ownStopsOf(
  { attempts }: Incident,
  launchTime: Instant,
): readonly TakedownAttempt[] {
  return attempts
    .filter(isOne)
    .filter(({ remediation }) => stopsInstance(remediation))
    .filter(({ at }) => at >= before(launchTime, CLOCK_SKEW));
}
