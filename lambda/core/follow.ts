import type { Cause } from './cause';
import type { Evidence } from './evidence';
import type { Incident, Mandate, Progress } from './incident';
import type { InstanceView } from './observation';
import { downSince } from './open';
import type { Policy } from './policy';
import { after, earliest, latest, minutes, type Instant } from './time';
import { countPass, evaluate, servingProof, type Evaluation } from './verify';

/** A running instance in its old boot is believed to be up after this; before, a stale read. */
const OLD_BOOT_BELIEVED_AFTER = minutes(2);

/** What following an incident depends on. */
export interface Following {
  readonly incident: Incident;
  readonly view: InstanceView;
  readonly evidence: readonly Evidence[];
  readonly policy: Policy;
  /** The verdict on the present stop, made anew from all that is known by now. */
  readonly cause: Cause;
  /** Whether the present stop is the watchdog's to undo, should it be a new one. */
  readonly mandate: Mandate;
  readonly now: Instant;
}

/** Brings an incident up to what was observed: verifying is nothing but the next look. */
export function follow(following: Following): Incident {
  const { view, incident } = following;
  switch (view.state) {
    case 'stopping':
    case 'stopped':
      return isStale(incident, view) ? incident : wentDown(following);
    case 'pending':
      return boot(following);
    case 'running':
      return prove({ ...following, incident: boot(following) });
    case 'shutting-down':
    case 'terminated':
      return { ...incident, condition: 'terminated' };
  }
}

/** A read from before the boot that we already saw, or saw end. */
function isStale({ progress, launchTimeBefore }: Incident, view: InstanceView): boolean {
  return view.launchTime < (progress.kind === 'down' ? launchTimeBefore : progress.launchTime);
}

function wentDown(following: Following): Incident {
  const { incident, view, evidence, cause, mandate, now } = following;
  const { progress, outage } = incident;
  if (progress.kind === 'down' && view.launchTime <= incident.launchTimeBefore) {
    return { ...incident, condition: 'stopped', cause: lasting(incident.cause, cause) };
  }
  const since = downSince(view, evidence, now);
  const { goodAgain } = outage;
  return {
    ...incident,
    condition: 'stopped',
    cause,
    mandate,
    launchTimeBefore: latest(view.launchTime, incident.launchTimeBefore),
    // It served in between: the window that ended was told, and another one begins.
    outage:
      goodAgain === undefined
        ? outage
        : { lastKnownGood: earliest(goodAgain, since), firstKnownBad: since },
    progress: { kind: 'down', since },
    // Another stop may have another author.
    lookups: [],
  };
}

/**
 * Evidence is forgotten after two days, a person's stop is not: it stays one (S7), also where
 * only CloudTrail told of it.
 */
function lasting(known: Cause, cause: Cause): Cause {
  const wasWanted = known.kind === 'api' || known.kind === 'scheduler';
  const isForgotten = cause.kind === 'unknown' || cause.kind === 'aws';
  return wasWanted && known.detail !== 'game-day' && isForgotten ? known : cause;
}

/** Takes note of a boot: the one after the stop, or yet another one. */
function boot({ incident, view, now }: Following): Incident {
  const { progress } = incident;
  if (progress.kind !== 'down' && view.launchTime <= progress.launchTime) return incident;
  const isNew = view.launchTime > incident.launchTimeBefore;
  const believed = now > after(incident.openedAt, OLD_BOOT_BELIEVED_AFTER);
  if (progress.kind === 'down' && !isNew && !(view.state === 'running' && believed)) {
    return incident;
  }
  return {
    ...incident,
    progress: { kind: 'booting', launchTime: view.launchTime, since: view.launchTime },
  };
}

/** Looks for the first proof that it serves, and from then on counts evaluations. */
function prove({ incident, view, evidence, policy, now }: Following): Incident {
  const { progress } = incident;
  const evaluation = evaluate(view.checks, policy);
  if (progress.kind === 'serving') {
    return { ...incident, progress: countPass(progress, evaluation, now) };
  }
  if (progress.kind === 'down') return incident;
  const sameBoot = progress.launchTime === incident.launchTimeBefore;
  const found = sameBoot ? clearedProof(evaluation) : servingProof(view, evidence, policy);
  if (found === undefined) return incident;
  // The sender's clock may be ahead; it did not serve before it was seen to.
  const at = earliest(now, found.at ?? now);
  const serving: Extract<Progress, { kind: 'serving' }> = {
    kind: 'serving',
    launchTime: progress.launchTime,
    at,
    proof: found.proof,
    passes: 0,
  };
  return {
    ...incident,
    outage: { ...incident.outage, goodAgain: at },
    served: [...incident.served, at],
    progress: countPass(serving, evaluation, now),
  };
}

/** Within the same boot only every check together proves anything: no new ready event comes. */
function clearedProof(evaluation: Evaluation): ReturnType<typeof servingProof> {
  return evaluation === 'ok' ? { proof: 'status-checks', at: undefined } : undefined;
}
