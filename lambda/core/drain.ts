import { defer, escalate, type Decision, type Situation } from './decision';
import { isEnded, isLeft } from './hook-run';
import { hasOpenHooks, hooksNow, type HookLook, type HookStep } from './hooks';
import type { Hook } from './hook';
import type { Incident } from './incident';
import { drainRuns, openDrain } from './open-drain';
import type { Policy } from './policy';
import { heldByPerson } from './start-guards';
import { takedownsSeen } from './takedowns';
import { after, hours, latest, minutes, type Instant } from './time';

/*
 * A planned stop takes down what serves: its chats can be brought to their end first. The hooks of
 * `before-stop` do that once nothing speaks against the stop any more, and all of it is asked again
 * when they have ended. A drain that fails, or whose stop is refused after all, is called off: the
 * server is never left drained in silence (docs/hooks.md).
 */

/** What was drained takes no chats: the stop comes within this, or is called off. */
const DRAIN_HOLDS = minutes(15);
/** A stop that was called off is not prepared again before. */
const AGAIN_AFTER = minutes(15);
/** Nor before the next night, where it was the drain that failed: a person may mend it by day. */
const AGAIN_AFTER_FAILURE = hours(12);

/** The hooks that drain; a policy that observes prepares nothing. */
function drainHooks({ hooks, mode }: Policy): readonly Hook[] {
  return mode === 'act' ? hooks.filter(({ on }) => on === 'before-stop') : [];
}

const isAsked = ({ planned }: Incident): boolean => planned?.askedBy === 'operator';

/**
 * What a drain says against the stop. Who could not be drained is not taken down by the watchdog,
 * unless a person wants it all the same: then it is not even tried again.
 */
export function heldUndrained(situation: Situation): Decision | undefined {
  const { incident, policy, now } = situation;
  if (incident.drain === undefined || drainHooks(policy).length === 0) return undefined;
  const { off } = incident.drain;
  if (off === undefined || off.reason === 'not-drained') {
    const hasFailed = off === undefined ? drainRuns(incident).some(isLeft) : isFresh(off.at, now);
    return hasFailed && !isAsked(incident) ? escalate('not-drained') : undefined;
  }
  const until = after(off.at, AGAIN_AFTER);
  return now < until ? (heldByPerson(situation) ?? defer('cooldown', until)) : undefined;
}

const isFresh = (failedAt: Instant, now: Instant): boolean =>
  now < after(failedAt, AGAIN_AFTER_FAILURE);

/** The last word before a planned stop that nothing else speaks against: is it drained? */
export function drainFirst({ incident, policy }: Situation): Decision | undefined {
  const hooks = drainHooks(policy);
  if (hooks.length === 0) return undefined;
  if (openDrain(incident) === undefined) {
    const isOverruled = isAsked(incident) && incident.drain?.off?.reason === 'not-drained';
    return isOverruled ? undefined : defer('draining');
  }
  const runs = drainRuns(incident);
  const isOver = ({ name }: Hook): boolean => runs.some((run) => run.name === name && isEnded(run));
  const until = lastOf(runs.map(({ deadlineAt }) => deadlineAt));
  return hooks.every(isOver) ? undefined : defer('draining', until);
}

function lastOf([first, ...rest]: readonly Instant[]): Instant | undefined {
  return first === undefined ? undefined : latest(first, ...rest);
}

/** An incident is not let go of while its server is drained: what undoes that goes first. */
export function undoneFirst(
  { incident, policy }: Pick<Situation, 'incident' | 'policy'>,
  decision: Decision | undefined,
): Decision | undefined {
  if (decision?.kind !== 'resolve' || incident.condition !== 'planned') return decision;
  const { drain } = incident;
  if (drain === undefined || incident.progress.kind === 'serving') return decision;
  const isUndone = drain.off !== undefined && !hasOpenHooks(incident, policy);
  return isUndone ? decision : defer('resuming');
}

/** What a decision means for the drain, and what it was made from. */
export interface DrainLook extends HookLook {
  readonly view: Situation['view'];
  readonly decision: Decision;
}

/**
 * The incident with its drain begun, gone on with or called off, as the decision asks for, and the
 * hooks that are to be sent for it.
 */
export function drainNow(look: DrainLook): HookStep {
  const { incident, decision, now } = look;
  if (decision.reason === 'draining') {
    const drain = openDrain(incident) ?? { number: numberAfter(incident), since: now };
    return hooksNow({ ...look, incident: { ...incident, drain }, news: [], isStopDue: true });
  }
  const drain = openDrain(incident);
  if (drain === undefined || !isCalledOff(look)) return { incident, sends: [] };
  const off = { at: now, reason: decision.reason };
  return hooksNow({ ...look, incident: { ...incident, drain: { ...drain, off } }, news: [] });
}

const numberAfter = ({ drain }: Incident): number => (drain?.number ?? 0) + 1;

/**
 * Whether the stop does not come: something that does not pass by itself speaks against it, or it
 * was waited for too long. What was taken down, by whomever, is no stop to call off.
 */
function isCalledOff(look: DrainLook): boolean {
  const { decision } = look;
  if (takedownsSeen(look).length > 0) return false;
  switch (decision.kind) {
    case 'remediate':
      return false;
    case 'defer': {
      const { reason } = decision;
      return reason === 'outside-window' || reason === 'resuming' || isStale(look);
    }
    case 'ignore':
    case 'escalate':
    case 'resolve':
      return true;
  }
}

function isStale({ incident, now }: DrainLook): boolean {
  const runs = drainRuns(incident);
  const endedAt = lastOf(runs.map(({ state }) => state.at));
  return endedAt !== undefined && runs.every(isEnded) && now >= after(endedAt, DRAIN_HOLDS);
}
