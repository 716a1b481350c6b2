import { classify, type Cause } from './cause';
import { nameOf, type InstanceView } from './observation';
import type { Evidence } from './evidence';
import type { AsFound, Condition, Incident, Mandate } from './incident';
import type { OutageWindow } from './outage';
import { readPause, type Pause } from './pause';
import { stoppedByUsAt } from './own-stop';
import { plannedCause, plannedWork } from './planned-move';
import type { Policy } from './policy';
import { readyTagProves } from './readiness';
import type { InstanceRecord } from './record';
import { OWN_TAGS } from './tags';
import {
  CLOCK_SKEW,
  after,
  before,
  between,
  earliest,
  hours,
  iso,
  latest,
  minutes,
  seconds,
  type Instant,
} from './time';
import { unreachable } from './unreachable';
import { withUndated } from './undated';
import { impairmentOf } from './verify';

/** A stop event younger than this proves by itself that the watchdog saw the stop happen (S1). */
const FRESH_STOP = minutes(5);
/** Readiness is checked daily: one that is older than this at the stop proves nothing. */
const ENROLMENT_HOLDS = hours(48);
/** A state change from longer ago than this belongs to an earlier episode. */
const EPISODE = hours(1);

/** What opening an incident depends on. */
export interface Opening {
  readonly view: InstanceView;
  readonly record: InstanceRecord;
  readonly policy: Policy;
  readonly condition: Condition;
  /** A person's pause of the whole policy, as it is at this moment. */
  readonly policyPause?: Pause | undefined;
  /** The last sweep that read everything, if there was one. */
  readonly lastSweepAt: Instant | undefined;
  readonly now: Instant;
}

/** Opens the incident of one episode: what happened, since when, why, and whether we may act. */
export function openIncident(opening: Opening): Incident {
  const { view, condition, now } = opening;
  const outage = outageOf(opening);
  const opened: Incident = {
    id: incidentId(view, now),
    openedAt: now,
    condition,
    cause: causeOf(opening),
    mandate: firstMandate(opening, outage.firstKnownBad),
    ...(condition === 'planned' &&
      opening.record.plan !== undefined && { planned: plannedWork(opening.record.plan) }),
    asFound: asFound(view),
    outage,
    launchTimeBefore: view.launchTime,
    attempts: [],
    progress:
      condition === 'impaired' || condition === 'planned'
        ? { kind: 'booting', launchTime: view.launchTime, since: now }
        : { kind: 'down' },
    served: [],
    escalated: [],
    lookups: [],
    timeline: [],
  };
  return withUndated(opened, view.checks, now);
}

/** The worst first: what is wrong with the host explains what is wrong with the guest. */
const BY_WEIGHT = ['system', 'attachedEbs', 'instance', 'application'] as const;

function asFound({ checks, volumeIds, publicIp, hasElasticIp }: InstanceView): AsFound {
  return {
    impaired: BY_WEIGHT.filter((name) => checks[name].status === 'impaired'),
    volumeIds,
    ...(hasElasticIp && publicIp !== undefined && { elasticIp: publicIp }),
  };
}

/** `<name>-<date>-<time>-<end of the instance id>`, readable on a phone and unique enough. */
export function incidentId(view: InstanceView, now: Instant): string {
  const name = nameOf(view)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const [date = '', time = ''] = iso(now).split('T');
  const stamp = `${date.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}`;
  const prefix = name === '' || name === view.instanceId ? 'instance' : name;
  return `${prefix}-${stamp}-${view.instanceId.slice(-4)}`;
}

/** Who or what did it; for an impaired instance, where the impairment is. */
export function causeOf({
  view,
  record,
  policy,
  condition,
  now,
}: Pick<Opening, 'view' | 'record' | 'policy' | 'condition' | 'now'>): Cause {
  if (condition === 'planned') return plannedCause({ view, record, policy, now });
  if (condition !== 'impaired') {
    return classify({
      view,
      evidence: record.evidence,
      startedByUsAt: ourStartOf(view, record),
      stoppedByUsAt: stoppedByUsAt(view, record),
      policy,
      now,
    });
  }
  const checks = impairmentOf(view.checks)?.checks ?? [];
  const host = checks.includes('system') || checks.includes('attachedEbs');
  return {
    kind: host ? 'aws' : 'unknown',
    detail: 'plain',
    confidence: host ? 'medium' : 'low',
    evidence: [`EC2 reports impaired: ${checks.map((name) => CHECK_NAMES[name]).join(', ')}`],
  };
}

/** When the watchdog started this very boot, if it did: an older start explains nothing of it. */
function ourStartOf(view: InstanceView, record: InstanceRecord): Instant | undefined {
  const last = record.starts.at(-1);
  return last !== undefined && view.launchTime >= before(last, CLOCK_SKEW) ? last : undefined;
}

/** The status checks as people know them. */
const CHECK_NAMES = {
  system: 'system status check (the host)',
  instance: 'instance status check (the guest)',
  attachedEbs: 'attached EBS status check',
  application: 'application status check',
} as const;

/** EC2 dates a launch in whole seconds: what ended the boot before may bear the same date. */
const SAME_SECOND = seconds(1);

/** When EC2 said that this episode began: the first state-change event that led into it. */
function firstDownEvent(
  evidence: readonly Evidence[],
  launchTime: Instant,
  now: Instant,
): Instant | undefined {
  const since = latest(after(launchTime, SAME_SECOND), before(now, EPISODE));
  return evidence.find(
    (fact) =>
      fact.kind === 'state-change' &&
      fact.at > since &&
      (fact.state === 'stopping' || fact.state === 'stopped' || fact.state === 'shutting-down'),
  )?.at;
}

/** When it went down, as far as events or EC2's own date tell; never later than now. */
export function downSince(
  view: InstanceView,
  evidence: readonly Evidence[],
  now: Instant,
): Instant {
  const known = firstDownEvent(evidence, view.launchTime, now) ?? view.transitionAt;
  return earliest(now, known ?? now);
}

/** An answer of EC2 may be so old: it may show as running what had just begun to stop. */
const STALE_LOOK = minutes(1);

/**
 * The evidence without events of a stop that are older than the last look at it that found nothing
 * to open an incident for. Whatever they are, they did not lead into what is down now: one with a
 * wrong time would date the outage back, and a stop from before the enrolment is not undone.
 */
function sinceSeenWell(
  { evidence, enrolment }: InstanceRecord,
  lastSweepAt?: Instant,
): readonly Evidence[] {
  if (enrolment.kind !== 'enrolled') return evidence;
  const seenAt = latest(enrolment.checkedAt, lastSweepAt ?? enrolment.checkedAt);
  const since = before(seenAt, STALE_LOOK);
  return evidence.filter((fact) => fact.kind !== 'state-change' || fact.at >= since);
}

function outageOf({ view, record, condition, lastSweepAt, now }: Opening): OutageWindow {
  const firstKnownBad =
    condition === 'impaired'
      ? earliest(now, impairmentOf(view.checks)?.since ?? now)
      : condition === 'planned'
        ? now
        : downSince(view, sinceSeenWell(record, lastSweepAt), now);
  const wasGood = [
    view.launchTime,
    ...(record.enrolment.kind === 'enrolled' ? [record.enrolment.checkedAt] : []),
    ...(record.enrolment.kind === 'enrolled' && lastSweepAt !== undefined ? [lastSweepAt] : []),
  ].filter((at) => at <= firstKnownBad);
  const [first = firstKnownBad, ...rest] = wasGood;
  return { lastKnownGood: latest(first, ...rest), firstKnownBad };
}

/** What was never seen serving is nobody's to take down: it may never have been well. */
function firstMandate(opening: Opening, since: Instant): Mandate {
  switch (opening.condition) {
    case 'stopped':
      return mandateOf(opening, since);
    case 'impaired':
    case 'planned':
      return wasEnrolled(opening.record, since)
        ? { kind: 'rescue' }
        : { kind: 'hands-off', reason: 'impaired-before-enrolment' };
    case 'terminated':
      return { kind: 'rescue' };
    default:
      return unreachable(opening.condition);
  }
}

/** Whether this stop is the watchdog's to undo (S1, S25); once decided it stays. */
function mandateOf({ view, record, policyPause, now }: Judged, stoppedAt: Instant): Mandate {
  // What the watchdog itself stopped it brings back, whatever came between (S28).
  if (stoppedByUsAt(view, record) !== undefined) return { kind: 'rescue' };
  // A pause that ended since then was meant for this stop too.
  const isPaused = readPause(view.tags, stoppedAt).kind !== 'none';
  if (isPaused || (policyPause !== undefined && policyPause.kind !== 'none')) {
    return { kind: 'hands-off', reason: 'stopped-while-paused' };
  }
  return wasEnrolled(record, stoppedAt) || sawItStop(sinceSeenWell(record), view, now)
    ? { kind: 'rescue' }
    : { kind: 'hands-off', reason: 'stopped-before-enrolment' };
}

type Judged = Pick<Opening, 'view' | 'record' | 'policyPause' | 'now'>;

/**
 * The mandate for yet another stop of an open incident. What was to be rescued, or was seen
 * serving meanwhile, needs no new proof of that; a pause counts for each stop anew.
 */
export function mandateAgain(judged: Judged, incident: Incident): Mandate {
  const { view, record, now } = judged;
  const mandate = mandateOf(judged, downSince(view, sinceSeenWell(record), now));
  if (mandate.kind === 'rescue' || mandate.reason === 'stopped-while-paused') return mandate;
  const wasRescue = incident.condition === 'stopped' && incident.mandate.kind === 'rescue';
  return wasRescue || incident.served.length > 0 ? { kind: 'rescue' } : mandate;
}

function wasEnrolled({ enrolment }: InstanceRecord, stoppedAt: Instant): boolean {
  return (
    enrolment.kind === 'enrolled' &&
    enrolment.at <= stoppedAt &&
    between(enrolment.checkedAt, stoppedAt) < ENROLMENT_HOLDS
  );
}

/** Whether a state-change event of the last minutes shows the stop itself. */
export function sawItStop(
  evidence: readonly Evidence[],
  view: InstanceView,
  now: Instant,
): boolean {
  const event = firstDownEvent(evidence, view.launchTime, now);
  return event !== undefined && between(event, now) < FRESH_STOP;
}

/** Whether the tags on the instance prove its enrolment while the store does not answer. */
export function enrolledByTag(view: InstanceView): boolean {
  return readyTagProves(view, view.tags[OWN_TAGS.ready]);
}
