import type { Evidence } from './evidence';
import type { InstanceView } from './observation';
import { roleNameOf } from './signals/actor';
import type { Actor } from './signals/signal';
import { CLOCK_SKEW, after, before, between, earliest, hours, latest, minutes } from './time';
import type { Instant } from './time';

type HealthFact = Extract<Evidence, { kind: 'health' }>;

/** A call from CloudTrail, as evidence. */
export type CallFact = Extract<Evidence, { kind: 'api-call' }>;

/**
 * A call counts from this long before the instance went down: EC2 gives the guest a few minutes
 * and calls a stop stuck after ten, so `stopped` may come that late after the call, and the
 * event of `stopping` may be lost.
 */
const CALLED_BEFORE = minutes(15);
/** A later call is somebody's reaction; this much is rounding, skew and a late `stopping`. */
const CALLED_AFTER = minutes(2);

/** AWS stops a retired instance at or soon after the time that it announced. */
const RETIRED_BEFORE = minutes(5);
const RETIRED_AFTER = hours(24);
/** What AWS Health said longer before the stop than this explains nothing, unless it is open. */
const HEALTH_RELEVANT = hours(6);

/** What is known about the end of this boot, picked out of the evidence. */
export interface StopFacts {
  /** When it went down; undefined when neither EC2 nor an event says. */
  readonly downAt: Instant | undefined;
  /** Calls that may have taken it down, newest first. */
  readonly calls: readonly CallFact[];
  /**
   * Somebody's StopInstances in this boot's end, however late: who calls it wants the instance
   * stopped, also when AWS was first. A later StartInstances of theirs takes it back.
   */
  readonly wish: CallFact | undefined;
  /** AWS Health's words that belong to it, newest first. */
  readonly health: readonly HealthFact[];
}

type View = Pick<InstanceView, 'state' | 'transitionAt' | 'launchTime'>;

const DOWN_STATES: readonly string[] = ['stopping', 'stopped', 'shutting-down', 'terminated'];

/** EC2's own date where it has one, else the first event of this boot's end. */
function downAtOf(view: View, evidence: readonly Evidence[]): Instant | undefined {
  const boot = before(view.launchTime, CLOCK_SKEW);
  if (view.transitionAt !== undefined && view.transitionAt >= boot) return view.transitionAt;
  const events = evidence
    .filter((fact) => fact.kind === 'state-change' && DOWN_STATES.includes(fact.state))
    .filter(({ at }) => at >= boot)
    .map(({ at }) => at);
  const [first, ...rest] = events;
  return first === undefined ? undefined : earliest(first, ...rest);
}

/**
 * The calls that may have caused it: never one from before the last launch (it ended an earlier
 * boot), and within the window around the stop where its time is known.
 */
function callsOf(
  view: View,
  evidence: readonly Evidence[],
  downAt: Instant | undefined,
): readonly CallFact[] {
  const wanted =
    view.state === 'terminated' || view.state === 'shutting-down'
      ? 'TerminateInstances'
      : 'StopInstances';
  const from =
    downAt === undefined ? view.launchTime : latest(view.launchTime, before(downAt, CALLED_BEFORE));
  return evidence
    .filter((fact) => fact.kind === 'api-call')
    .filter(({ call, at }) => call === wanted && at >= from)
    .filter(({ at }) => downAt === undefined || at <= after(downAt, CALLED_AFTER))
    .toSorted((one, other) => other.at - one.at);
}

/**
 * Calls of AWS itself and of the watchdog are nobody's wish. A role of the account that calls by
 * way of a service (an automation of Systems Manager, an experiment) is somebody's program.
 */
function isNobodys({ kind, principal }: Actor): boolean {
  if (kind !== 'service') return kind === 'watchdog';
  return roleNameOf(principal)?.startsWith('AWSServiceRole') ?? true;
}

function wishOf(
  view: View,
  evidence: readonly Evidence[],
  downAt: Instant | undefined,
): CallFact | undefined {
  const from =
    downAt === undefined ? view.launchTime : latest(view.launchTime, before(downAt, CALLED_BEFORE));
  const newest = evidence
    .filter((fact) => fact.kind === 'api-call')
    .filter(({ call }) => call === 'StopInstances' || call === 'StartInstances')
    .filter(({ at, actor }) => at >= from && !isNobodys(actor))
    .toSorted((one, other) => other.at - one.at)[0];
  return newest?.call === 'StopInstances' ? newest : undefined;
}

function isRelevant(fact: HealthFact, around: Instant): boolean {
  if (fact.topic === 'retirement-scheduled' || fact.status !== 'closed') return true;
  return Math.abs(between(fact.at, around)) <= HEALTH_RELEVANT;
}

/** Picks out of the evidence what belongs to the end of this boot. */
export function stopFactsOf(view: View, evidence: readonly Evidence[], now: Instant): StopFacts {
  const downAt = downAtOf(view, evidence);
  return {
    downAt,
    calls: callsOf(view, evidence, downAt),
    wish: wishOf(view, evidence, downAt),
    health: evidence
      .filter((fact) => fact.kind === 'health')
      .filter((fact) => isRelevant(fact, downAt ?? now))
      .toSorted((one, other) => other.at - one.at),
  };
}

/** The retirement that AWS announced for about the time at which the instance went down. */
export function dueRetirement(facts: StopFacts, now: Instant): HealthFact | undefined {
  const down = facts.downAt ?? now;
  return facts.health.find(
    ({ topic, status, entityStatus, startsAt }) =>
      topic === 'retirement-scheduled' &&
      status !== 'closed' &&
      entityStatus !== 'resolved' &&
      startsAt !== undefined &&
      down >= before(startsAt, RETIRED_BEFORE) &&
      down <= after(startsAt, RETIRED_AFTER),
  );
}
