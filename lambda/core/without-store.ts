import { classify, type Cause } from './cause';
import type { Decision } from './decide';
import type { Evidence } from './evidence';
import type { Incident } from './incident';
import type { InstanceView } from './observation';
import { enrolledByTag, incidentId, openIncident, sawItStop } from './open';
import { readPause } from './pause';
import type { Policy } from './policy';
import { outOfScope, policyOf } from './readiness';
import { newRecord, type InstanceRecord } from './record';
import { OWN_TAGS } from './tags';
import { before, between, hours, iso, ms, parseInstant, seconds, type Instant } from './time';

/** What a decision without the incident table depends on. */
export interface BlindSituation {
  readonly view: InstanceView;
  /** Evidence of this invocation's signals; nothing older is known. */
  readonly evidence: readonly Evidence[];
  readonly policies: ReadonlyMap<string, Policy>;
  readonly now: Instant;
}

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
  if (policy.mode !== 'act' || readPause(view.tags, now).kind !== 'none') return wait;
  const cause = classify({ view, evidence, startedByUsAt: undefined, policy, now });
  if (!isCertainlyAws(cause)) return wait;
  if (!sawItStop(evidence, view, now) && !enrolledByTag(view)) return wait;
  const spacing = ms(hours(24) / policy.budget.perDay);
  if (between(view.launchTime, now) < spacing) return wait;
  return { kind: 'remediate', remediation: 'start', reason: 'stopped-by-aws' };
}

function isCertainlyAws({ kind, detail }: Cause): boolean {
  return kind === 'aws' && (detail === 'plain' || detail === 'capacity');
}

/** A record as the table would hold it: for the text of an alert that must go out without it. */
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
  return { ...record, incident: { ...openIncident(opening), mandate: { kind: 'rescue' } } };
}

/** The value of the tag that remembers a start made without the table. */
export function lastStartTagValue(view: InstanceView, now: Instant): string {
  return `${iso(now)} ${incidentId(view, now)}`;
}

/** How long a start made without the table is worth adopting. */
const ADOPT_WITHIN = hours(24);
/** Clocks of ours and of EC2 may differ by this. */
const CLOCK_SKEW = seconds(10);

/**
 * The incident that an earlier invocation handled without the table, rebuilt from the tag that it
 * left, so that it is verified and its end told. Undefined when there is none, or it is known.
 */
export function adoptFromTag(
  { view, policies, evidence, now }: BlindSituation,
  record: InstanceRecord,
): Incident | undefined {
  const value = view.tags[OWN_TAGS.lastStart];
  if (value === undefined || record.incident !== undefined) return undefined;
  const [when = '', id = ''] = value.split(' ');
  const at = parseInstant(when);
  const policy = policyOf(view, policies);
  if (at === undefined || id === '' || policy === undefined) return undefined;
  if (id === record.lastIncidentId || between(at, now) > ADOPT_WITHIN) return undefined;
  const blind = blindRecord({ view, policies, evidence, now: at });
  if (blind.incident === undefined) return undefined;
  return {
    ...blind.incident,
    id,
    openedAt: at,
    cause: { ...ADOPTED_CAUSE },
    // The boot that this start made is the one to verify.
    launchTimeBefore: before(at, CLOCK_SKEW),
    attempts: [
      { remediation: 'start', reason: 'stopped-by-aws', at, outcome: { kind: 'accepted', at } },
    ],
  };
}

const ADOPTED_CAUSE: Cause = {
  kind: 'aws',
  detail: 'plain',
  confidence: 'high',
  evidence: ['The watchdog started it while its incident table did not answer'],
};
