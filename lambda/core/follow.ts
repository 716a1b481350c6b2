import type { Cause } from './cause';
import type { Evidence } from './evidence';
import type { Incident, Mandate, Progress } from './incident';
import type { InstanceView } from './observation';
import { downSince } from './open';
import type { Policy } from './policy';
import { stopsInstance } from './remediation';
import { takedownsOf } from './takedowns';
import { after, between, earliest, latest, minutes, seconds, type Instant } from './time';
import { withUndated } from './undated';
import { countPass, evaluate, servingProof } from './verify';

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
  readonly lastSweepAt?: Instant | undefined;
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
      return withUndated(
        prove({ ...following, incident: boot(following) }),
        view.checks,
        following.now,
      );
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
  const since = downSince(view, evidence, now);
  // A stop of our own changes nothing of what is wrong and whose it is: the start is to follow.
  if (cause.detail === 'unfinished' && takedownsOf(incident).length > 0) {
    const isNoted = progress.kind === 'down' && view.launchTime <= incident.launchTimeBefore;
    if (!isNoted) return ownStop(incident, view, since);
    return isMisread(incident) ? { ...incident, cause, mandate } : incident;
  }
  const wasGood = goodBefore(following, since);
  // Its next start moves it to another host: what it was to be moved for is settled by that, and
  // would be announced anew.
  const { planned: _settled, ...unplanned } = incident;
  if (progress.kind === 'down' && view.launchTime <= incident.launchTimeBefore) {
    return { ...unplanned, condition: 'stopped', cause: lasting(incident.cause, cause) };
  }
  return {
    ...unplanned,
    condition: 'stopped',
    cause,
    mandate,
    launchTimeBefore: latest(view.launchTime, incident.launchTimeBefore),
    outage: wasGood === undefined ? outage : { lastKnownGood: wasGood, firstKnownBad: since },
    progress: { kind: 'down', since },
    // Another stop may have another author.
    lookups: [],
  };
}

/**
 * When it was last known to be good, if it was good since its incident was opened: it served again
 * (that window ended, and was told), or it only waited for its planned move and served all along.
 */
function goodBefore({ incident, lastSweepAt }: Following, since: Instant): Instant | undefined {
  const { condition, outage } = incident;
  if (outage.goodAgain !== undefined) return earliest(outage.goodAgain, since);
  if (condition !== 'planned' || isActed(incident)) return undefined;
  // The sweep looks at everything that is managed: then it was still running.
  const seen = latest(outage.firstKnownBad, lastSweepAt ?? outage.firstKnownBad);
  return earliest(seen, since);
}

/**
 * A stop of our own that an answer without our word on the instance made somebody's: nobody was
 * named for it, and the word is there by now.
 */
function isMisread({ condition, cause, attempts }: Incident): boolean {
  const isNobodys = cause.kind === 'api' && cause.actor === undefined;
  const last = attempts.findLast(({ remediation }) => stopsInstance(remediation));
  return condition === 'stopped' && isNobodys && last?.remediation === 'stop-start';
}

/** It is down because we stopped it, for the reason that the incident has. */
function ownStop(incident: Incident, view: InstanceView, since: Instant): Incident {
  const { goodAgain, firstKnownBad } = incident.outage;
  const launchTimeBefore = latest(view.launchTime, incident.launchTimeBefore);
  // Our word for it came back from EC2 (then the window began with it), or the Lambda died before.
  const last = takedownsOf(incident).at(-1);
  const began =
    goodAgain !== undefined ||
    (incident.condition === 'planned' && last?.outcome.kind !== 'accepted');
  const outage = {
    lastKnownGood: earliest(goodAgain ?? last?.at ?? firstKnownBad, since),
    firstKnownBad: since,
  };
  return {
    ...incident,
    launchTimeBefore,
    progress: { kind: 'down', since },
    outage: began ? outage : incident.outage,
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
  const downAt = progress.kind === 'down' ? progress.since : undefined;
  const believed = now > after(downAt ?? incident.openedAt, OLD_BOOT_BELIEVED_AFTER);
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
  // What EC2 shows right after an act of ours was evaluated before it, and is no pass (S19).
  const evaluation = isSeenAnew(incident, view, now) ? evaluate(view.checks, policy) : 'unknown';
  if (progress.kind === 'serving') {
    return { ...incident, progress: countPass(progress, evaluation, now) };
  }
  if (progress.kind === 'down') return incident;
  // What we did within this boot counts as one (S19): a proof from before it is none.
  const sameBoot =
    progress.launchTime === incident.launchTimeBefore || progress.since > progress.launchTime;
  // What was not taken down for planned work yet has nothing to prove.
  if (incident.condition === 'planned' && sameBoot && !isActed(incident)) return incident;
  const found = sameBoot
    ? sameBootProof({ incident, view, evidence, policy, now }, progress.since)
    : servingProof(view, evidence, policy);
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

/** A stop that was only meant shows by the boot after it. */
function isActed(incident: Incident): boolean {
  return takedownsOf(incident).some(
    ({ remediation, outcome }) => !stopsInstance(remediation) || outcome.kind === 'accepted',
  );
}

/** After an act within the same boot EC2 may still show what it saw before. */
const SEEN_ANEW = seconds(90);

/** Whether the checks tell of the time after what we last did within this boot, if we did. */
function isSeenAnew(incident: Incident, { launchTime }: InstanceView, now: Instant): boolean {
  const last = takedownsOf(incident).findLast(({ remediation }) => !stopsInstance(remediation));
  return last === undefined || last.at < launchTime || now >= after(last.at, SEEN_ANEW);
}

/**
 * Within the same boot every check together proves that it is well, each seen anew since our own
 * act, if there was one; after an act of ours the server's own word proves it too.
 */
function sameBootProof(
  {
    incident,
    view,
    evidence,
    policy,
    now,
  }: Pick<Following, 'incident' | 'view' | 'evidence' | 'policy' | 'now'>,
  since: Instant,
): ReturnType<typeof servingProof> {
  if (takedownsOf(incident).length > 0) {
    const ready = evidence.findLast((fact) => fact.kind === 'ready' && fact.at > since);
    if (ready !== undefined) return { proof: 'ready-event', at: ready.at };
    if (between(since, now) < SEEN_ANEW) return undefined;
  }
  const isOk = evaluate(view.checks, policy) === 'ok';
  return isOk ? { proof: 'status-checks', at: undefined } : undefined;
}
