import { classify, type Cause } from './cause';
import type { Decision } from './decision';
import type { Evidence } from './evidence';
import type { Incident } from './incident';
import type { InstanceView } from './observation';
import { downSince, enrolledByTag, openIncident, sawItStop } from './open';
import { lastOwnStop, ownStopByTag } from './own-stop';
import { readPause, type Pause } from './pause';
import type { Policy } from './policy';
import { outOfScope, policyOf } from './readiness';
import { newRecord, type InstanceRecord } from './record';
import { OWN_TAGS } from './tags';
import { servingProof } from './verify';
import {
  CLOCK_SKEW,
  after,
  minutes,
  before,
  between,
  hours,
  iso,
  ms,
  parseInstant,
  type Instant,
} from './time';

/** As incidentId makes them. */
const INCIDENT_ID = /^[a-z0-9-]{1,80}$/;
/** LaunchTime follows the accepted start by seconds. */
const SAME_BOOT = minutes(2);
/** How long a start made without the table is worth adopting. */
const ADOPT_WITHIN = hours(24);

/** What a decision without the incident table depends on. */
export interface BlindSituation {
  readonly view: InstanceView;
  /** Evidence of this invocation's signals; nothing older is known. */
  readonly evidence: readonly Evidence[];
  readonly policies: ReadonlyMap<string, Policy>;
  /** This very stop was ours to undo at an earlier look, and EC2 did not take the start. */
  readonly wasOurs?: boolean;
  /** The pause of its policy, as it was when the table was last read. */
  readonly policyPause?: Pause | undefined;
  readonly now: Instant;
}

/** Twice the longest outage of DynamoDB that is known (us-east-1, October 2025: 2 h 52 min). */
const RECENT_STOP = hours(6);

/**
 * Decides while the incident table does not answer: only the plain start of what AWS stopped for
 * certain is safe then. LaunchTime stands in for the budget, so that a start that does not hold
 * cannot loop (S18), and the tag for the enrolment (S1).
 */
export function decideWithoutStore(situation: BlindSituation): Decision {
  const { view, evidence, policies, now } = situation;
  const policy = policyOf(view, policies);
  const wait: Decision = { kind: 'defer', reason: 'store-down' };
  if (view.state !== 'stopped' || policy === undefined || outOfScope(view) !== undefined) {
    return wait;
  }
  // What the watchdog itself stopped it brings back, a pause that came between notwithstanding.
  if (isOwnStopUnfinished(situation)) {
    return { kind: 'remediate', remediation: 'start', reason: 'finish-own-stop' };
  }
  const { policyPause } = situation;
  if (policyPause !== undefined && policyPause.kind !== 'none') return wait;
  const stoppedAt = downSince(view, evidence, now);
  if (policy.mode !== 'act' || readPause(view.tags, stoppedAt).kind !== 'none') return wait;
  const cause = classify({ view, evidence, startedByUsAt: undefined, policy, now });
  if (!isCertainlyAws(cause)) return wait;
  const isOurs = situation.wasOurs === true || sawItStop(evidence, view, now);
  if (!isOurs && !stoppedLatelyWhileEnrolled(view, now)) return wait;
  const spacing = ms(hours(24) / policy.budget.perDay);
  if (between(view.launchTime, now) < spacing) return wait;
  return { kind: 'remediate', remediation: 'start', reason: 'stopped-by-aws' };
}

/** A stop of our own by the instance's tag, unless a signal tells of somebody else's call. */
function isOwnStopUnfinished({ view, evidence, policies, now }: BlindSituation): boolean {
  const own = ownStopByTag(view);
  const policy = policyOf(view, policies);
  if (own === undefined || policy === undefined || between(own.at, now) > ADOPT_WITHIN)
    return false;
  const { detail } = classify({
    view,
    evidence,
    startedByUsAt: undefined,
    stoppedByUsAt: own.at,
    policy,
    now,
  });
  return detail === 'unfinished';
}

/** An older stop was handed to a person before the table went silent, for all that is known. */
function stoppedLatelyWhileEnrolled(view: InstanceView, now: Instant): boolean {
  const { transitionAt } = view;
  const isRecent = transitionAt !== undefined && between(transitionAt, now) < RECENT_STOP;
  return isRecent && enrolledByTag(view);
}

function isCertainlyAws({ kind, detail }: Cause): boolean {
  return kind === 'aws' && (detail === 'plain' || detail === 'capacity');
}

/**
 * A record as the table would hold it: for the text of an alert that must go out without it. A
 * start that ends a stop of our own belongs to the incident for which we stopped it.
 */
export function blindRecord(situation: BlindSituation): InstanceRecord {
  const { view, evidence, policies, now } = situation;
  const policy = policyOf(view, policies);
  const record: InstanceRecord = {
    ...newRecord(view.instanceId),
    evidence,
    label: {
      name: view.tags['Name'] ?? view.instanceId,
      instanceType: view.instanceType,
      zone: view.zone,
      policy: policy?.name ?? '',
    },
  };
  if (policy === undefined) return record;
  const opening = {
    view,
    record,
    policy,
    condition: 'stopped',
    lastSweepAt: undefined,
    now,
  } as const;
  const own = isOwnStopUnfinished(situation) ? ownStopByTag(view) : undefined;
  const reason = reasonOf(own !== undefined);
  const opened = openIncident(opening);
  return {
    ...record,
    incident: {
      ...opened,
      id: own?.incidentId ?? opened.id,
      mandate: { kind: 'rescue' },
      timeline: [{ at: now, decision: 'remediate', reason }],
    },
  };
}

function reasonOf(isOwnStop: boolean): 'finish-own-stop' | 'stopped-by-aws' {
  return isOwnStop ? 'finish-own-stop' : 'stopped-by-aws';
}

/** The value of the tag that remembers a start which no record could hold. */
export function lastStartTagValue(at: Instant, incidentId: string): string {
  return `${iso(at)} ${incidentId}`;
}

/** What the tag tells: when it was started, in which incident, and since when it serves again. */
interface LastStart {
  readonly value: string;
  readonly at: Instant;
  readonly id: string;
  readonly servingAt: Instant | undefined;
}

/** Reads the tag; undefined when there is none, it is garbage, or too old to matter. */
function readLastStart(view: InstanceView, now: Instant): LastStart | undefined {
  const value = view.tags[OWN_TAGS.lastStart];
  const [when = '', id = '', serving = ''] = value?.split(' ') ?? [];
  const at = parseInstant(when);
  // Whoever may write tags may write this one: only what the watchdog itself would write counts.
  if (value === undefined || at === undefined || !INCIDENT_ID.test(id)) return undefined;
  if (between(at, now) > ADOPT_WITHIN || at > after(now, CLOCK_SKEW)) return undefined;
  return { value, at, id, servingAt: parseInstant(serving) };
}

/** That it serves again after a start made without the table, by its own ready event. */
export interface BlindServing {
  readonly record: InstanceRecord;
  /** The tag as it must be written, so that this is told only once. */
  readonly tagValue: string;
}

/** Whether an instance serves again that was started without the table, and nobody was told. */
export function servingWithoutStore(situation: BlindSituation): BlindServing | undefined {
  const { view, evidence, policies, now } = situation;
  const last = readLastStart(view, now);
  const policy = policyOf(view, policies);
  if (last === undefined || last.servingAt !== undefined || policy === undefined) return undefined;
  const proof = servingProof(view, evidence, policy);
  if (view.state !== 'running' || proof?.at === undefined || proof.at < last.at) return undefined;
  const incident = incidentOf({ ...situation, now: last.at }, { ...last, servingAt: proof.at });
  if (incident === undefined) return undefined;
  const record = { ...blindRecord({ ...situation, now: last.at }), incident };
  return { record, tagValue: `${last.value} ${iso(proof.at)}` };
}

/** The start without the table that made this very boot, by the tag that it left. */
export function blindStart({
  view,
  now,
}: BlindSituation): { readonly at: Instant; readonly id: string } | undefined {
  const last = readLastStart(view, now);
  // Another boot began since: whatever that start came to is history.
  return last === undefined || view.launchTime > after(last.at, SAME_BOOT) ? undefined : last;
}

/**
 * The incident that an earlier invocation handled without the table, rebuilt from the tag that it
 * left, so that it is verified and its end told. Undefined when there is none, or it is known.
 */
export function adoptFromTag(
  situation: BlindSituation,
  record: InstanceRecord,
): Incident | undefined {
  const last = readLastStart(situation.view, situation.now);
  if (last === undefined || record.incident !== undefined) return undefined;
  if (last.id === record.lastIncidentId) return undefined;
  if (blindStart(situation) === undefined) return undefined;
  return incidentOf({ ...situation, now: last.at }, last);
}

function incidentOf(situation: BlindSituation, last: LastStart): Incident | undefined {
  const { incident } = blindRecord(situation);
  if (incident === undefined) return undefined;
  const { at, id, servingAt } = last;
  const { launchTime } = situation.view;
  // A start that ended our own stop is known by the incident for which we stopped it.
  const isOwn = lastOwnStop(situation.view)?.incidentId === id;
  const reason = reasonOf(isOwn);
  return {
    ...incident,
    id,
    openedAt: at,
    cause: isOwn ? OWN_CAUSE : ADOPTED_CAUSE,
    // The boot that this start made is the one to verify.
    launchTimeBefore: before(at, CLOCK_SKEW),
    attempts: [{ remediation: 'start', reason, at, outcome: { kind: 'accepted', at } }],
    timeline: [{ at, decision: 'remediate', reason }],
    ...(servingAt !== undefined && {
      served: [servingAt],
      outage: { ...incident.outage, goodAgain: servingAt },
      progress: { kind: 'serving', launchTime, at: servingAt, proof: 'ready-event', passes: 0 },
    }),
  };
}

const ADOPTED_CAUSE: Cause = {
  kind: 'aws',
  detail: 'plain',
  confidence: 'high',
  evidence: ['The watchdog started it while its incident table did not answer'],
};

const OWN_CAUSE: Cause = {
  kind: 'self',
  detail: 'unfinished',
  confidence: 'high',
  evidence: ['The watchdog stopped it, and started it while its incident table did not answer'],
};
