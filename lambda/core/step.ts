import { withAcknowledgement } from './acknowledged';
import type { PendingAlert } from './alert/alert';
import { alertsFor } from './alert/due';
import { hooksTold } from './alert/hook-alerts';
import { decide, impairedTooLong } from './decide';
import type { Decision, Situation } from './decision';
import { drainNow } from './drain';
import { mergeEvidence, type Evidence } from './evidence';
import { awsGaveUp } from './aws-recovery';
import { recentStarts } from './budget';
import { withConfirmation } from './confirmation';
import { follow } from './follow';
import type { HookNews } from './hook-run';
import { hooksNow, type HookSend } from './hooks';
import { withSeen, withWouldHave } from './journal';
import type { Condition, Incident, TimelineEntry } from './incident';
import { addNotice, findingNotice, healthNotice, remember, type Notice } from './notices';
import { nameOf, type InstanceView } from './observation';
import { causeOf, mandateAgain, openIncident } from './open';
import { describePause, readPause, type Pause } from './pause';
import { isMoveDue, planned, withNowUsed, withWish } from './planned-move';
import { placeKey, type Place } from './places';
import type { Policy } from './policy';
import { addressTold, associateAddress, withLostAddress } from './public-address';
import { outOfScope, policyOf, type Finding } from './readiness';
import type { InstanceRecord, Label } from './record';
import type { TakedownFacts } from './takedown-facts';
import { OPT_IN_TAG } from './tags';
import { after, between, minutes, seconds, type Instant } from './time';
import { impairmentOf } from './verify';

/** The timeline of an incident keeps this many entries; the oldest go first. */
export const TIMELINE_LIMIT = 60;
/** An answer may miss an instance once; only after this long it counts as gone. */
const UNSEEN_BELIEVED_AFTER = seconds(45);
/** Answers without any instance for this long are the truth: it was the only one. */
const EMPTY_BELIEVED_AFTER = minutes(15);

/** What one look at one instance depends on. */
export interface StepInput {
  /** What EC2 shows; undefined when it does not show the instance with the opt-in tag. */
  readonly view: InstanceView | undefined;
  readonly record: InstanceRecord;
  /** Evidence that the signals of this invocation brought. */
  readonly fresh: readonly Evidence[];
  /** What the signals of this invocation tell of its hooks. */
  readonly hookNews?: readonly HookNews[] | undefined;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly lastSweepAt: Instant | undefined;
  /** The look that does not show it shows nothing at all: perhaps an answer that is empty (S12). */
  readonly isEmptyLook?: boolean;
  /** Policies that a person paused or holds as a whole. */
  readonly policyPauses?: ReadonlyMap<string, Pause> | undefined;
  /** What AWS and the fleet tell before it is taken down, once somebody asked for it. */
  readonly facts?: TakedownFacts | undefined;
  /** How EC2 answered starts lately, by zone and type. */
  readonly places?: ReadonlyMap<string, Place> | undefined;
  readonly now: Instant;
}

/** What came of it: the record as it should be stored, and the decision to carry out. */
export interface Step {
  readonly record: InstanceRecord;
  readonly decision: Decision;
  /** The decision is new in this incident: worth a log line. */
  readonly isNew: boolean;
  /** Hooks that the record intends, to be sent once it is stored; absent where none is due. */
  readonly hooks?: readonly HookSend[];
}

/**
 * One look at one instance, from what is known to what to do. Pure. Evidence is merged, the
 * incident opened or brought up to date, the decision made, and what people must hear put into the
 * outbox. The caller carries out the decision and stores the record.
 */
export function step(input: StepInput): Step {
  const { view } = input;
  const record = reopened(refreshed(input), view);
  if (record.incident?.resolved !== undefined) {
    return { record, decision: { kind: 'ignore', reason: 'handed-over' }, isNew: false };
  }
  if (view === undefined) return unseen(record, input);
  const scope = outOfScope(view);
  const policy = policyOf(view, input.policies);
  if (scope !== undefined) return leaveAlone(input, record, scope);
  if (policy === undefined) {
    const value = view.tags[OPT_IN_TAG] ?? '';
    return leaveAlone(input, record, { kind: 'unknown-policy', value });
  }
  const managed: Managed = {
    ...input,
    view,
    policy,
    record: planned({ ...input, view, policy, record }),
  };
  const incident = currentIncident(managed);
  if (incident.kind === 'none') {
    const told = withNowUsed(tellHealth(managed.record, input), view, undefined);
    return { record: told, decision: incident.decision, isNew: false };
  }
  return decideOn(managed, incident.incident);
}

/**
 * An incident that is over stays on the record until SNS has its alerts. A new stop meanwhile must
 * not wait for that: the same incident goes on.
 */
function reopened(record: InstanceRecord, view: InstanceView | undefined): InstanceRecord {
  const { incident, outbox } = record;
  if (incident?.resolved === undefined || outbox.length === 0) return record;
  // One that never went down, for a planned move that was called off, goes on as well.
  if (incident.progress.kind === 'down') return record;
  const isDown = view?.state === 'stopping' || view?.state === 'stopped';
  // A describe may still show the stop from before the boot that was verified.
  if (!isDown || view.launchTime < incident.progress.launchTime) return record;
  const { resolved: _over, ...open } = incident;
  return { ...record, incident: open };
}

/** Evidence merged and old starts forgotten; a look that brings nothing changes nothing. */
function refreshed({ record, fresh, view, now }: StepInput): InstanceRecord {
  const starts = recentStarts(record.starts, now);
  const evidence =
    fresh.length === 0 ? record.evidence : mergeEvidence(record.evidence, fresh, now);
  if (view === undefined) return { ...record, starts, evidence };
  const { unseenSince: _seen, ...rest } = record;
  return { ...rest, starts, evidence, label: labelOf(view) };
}

function labelOf(view: InstanceView): Label {
  const { instanceType, zone } = view;
  return { name: nameOf(view), instanceType, zone, policy: view.tags[OPT_IN_TAG]?.trim() ?? '' };
}

/** The opt-in tag was removed, or the instance is gone: what was open ends without an act. */
function unseen(record: InstanceRecord, { isEmptyLook = false, now }: StepInput): Step {
  const { incident, unseenSince } = record;
  if (incident === undefined) {
    return { record, decision: { kind: 'ignore', reason: 'unseen' }, isNew: false };
  }
  const believedAfter = isEmptyLook ? EMPTY_BELIEVED_AFTER : UNSEEN_BELIEVED_AFTER;
  if (unseenSince === undefined || between(unseenSince, now) < believedAfter) {
    const noted = { ...record, unseenSince: unseenSince ?? now };
    return {
      record: noted,
      decision: { kind: 'defer', reason: 'observation-missing' },
      isNew: false,
    };
  }
  const decision: Decision = { kind: 'resolve', reason: 'opt-in-removed' };
  return applied(record, incident, { decision, now });
}

function leaveAlone(input: StepInput, record: InstanceRecord, finding: Finding): Step {
  const { now, policies } = input;
  const notice = findingNotice(finding, [...policies.keys()]);
  // Whoever put it under the watchdog expects help: while it is down that must not wait.
  const isUp = input.view?.state === 'running' || input.view?.state === 'pending';
  const waits = isUp && notice.severity === 'info';
  const found = addNotice(record, { ...notice, waits }, now);
  const told = isOwnStopOpen(record) ? addNotice(found, leftDown(record), now) : found;
  const reason = finding.kind === 'unknown-policy' ? 'unknown-policy' : 'out-of-scope';
  return { record: told, decision: { kind: 'ignore', reason }, isNew: told !== record };
}

/** We stopped it, and have not started it again. */
function isOwnStopOpen({ incident }: InstanceRecord): boolean {
  const isOurs = incident?.condition === 'impaired' || incident?.condition === 'planned';
  return isOurs && incident.progress.kind === 'down' && incident.resolved === undefined;
}

/** What we stopped and may not start any more is a person's, at once (S28). */
function leftDown({ incident }: InstanceRecord): Notice {
  return {
    key: `left-down:${incident?.id ?? ''}`,
    severity: 'critical',
    text:
      'The watchdog had stopped it to move it, and may not start it as it is tagged now: start ' +
      'it by hand, or correct the tag.',
  };
}

/** An input whose instance is seen, in scope and under a policy. */
type Managed = StepInput & { readonly view: InstanceView; readonly policy: Policy };

type Current =
  | { readonly kind: 'incident'; readonly incident: Incident }
  | { readonly kind: 'none'; readonly decision: Decision };

function currentIncident(input: Managed): Current {
  const { record, view, policy, lastSweepAt, now } = input;
  if (record.incident !== undefined) {
    const { incident, evidence } = record;
    const cause = causeOf({ view, record, policy, condition: 'stopped', now });
    const mandate = mandateAgain({ ...input, policyPause: policyPauseOf(input) }, incident);
    const following = { incident, view, evidence, policy, cause, mandate, lastSweepAt, now };
    return { kind: 'incident', incident: handsOff(follow(following), record) };
  }
  const condition = conditionOf(input);
  return typeof condition === 'string'
    ? {
        kind: 'incident',
        incident: openIncident({ ...input, condition, policyPause: policyPauseOf(input) }),
      }
    : { kind: 'none', decision: condition };
}

/**
 * An older version opened incidents of what it was never to take down, and of servers that it had
 * never seen well: those are still not to be touched.
 */
function handsOff(incident: Incident, { enrolment }: InstanceRecord): Incident {
  const runs = incident.condition === 'impaired' || incident.condition === 'planned';
  if (!runs || enrolment.kind === 'enrolled' || incident.progress.kind === 'down') return incident;
  return { ...incident, mandate: { kind: 'hands-off', reason: 'impaired-before-enrolment' } };
}

function policyPauseOf({ policy, policyPauses }: Managed): Pause | undefined {
  return policyPauses?.get(policy.name);
}

/** What is wrong with an instance that has no incident, or the decision to leave it be. */
function conditionOf({ view, policy, record, now }: Managed): Condition | Decision {
  switch (view.state) {
    case 'stopping':
    case 'stopped':
      return 'stopped';
    case 'shutting-down':
    case 'terminated':
      return record.enrolment.kind === 'enrolled' && !record.told.includes('terminated')
        ? 'terminated'
        : { kind: 'ignore', reason: 'unseen' };
    case 'pending':
      return { kind: 'ignore', reason: 'healthy' };
    case 'running':
      if (impairedTooLong({ view, policy, now })) return 'impaired';
      // AWS tried to move it and failed: there is nothing to tolerate any more.
      if (awsGaveUp(view, record.evidence) && now >= after(view.launchTime, policy.startupGrace)) {
        return 'impaired';
      }
      if (isMoveDue({ record, view, policy, now })) return 'planned';
      return tolerable(view, policy, now);
  }
}

function tolerable(view: InstanceView, policy: Policy, now: Instant): Decision {
  if (impairmentOf(view.checks) === undefined) return { kind: 'ignore', reason: 'healthy' };
  const grace = after(view.launchTime, policy.startupGrace);
  return now < grace
    ? { kind: 'defer', reason: 'startup-grace', until: grace }
    : { kind: 'defer', reason: 'tolerated' };
}

/** What a start does not mend: it is told beside the incident, and not only as its evidence. */
function isBeyondTheIncident(fact: Evidence): boolean {
  if (fact.kind !== 'health') return false;
  const { topic, status } = fact;
  if (topic === 'retirement-scheduled') return status === 'upcoming';
  return topic === 'volume-lost' || topic === 'instance-store-degraded';
}

function tellHealth(
  record: InstanceRecord,
  { fresh, now }: Pick<StepInput, 'fresh' | 'now'>,
): InstanceRecord {
  return fresh
    .filter((fact) => fact.kind === 'health')
    .reduce((told, fact) => {
      const confirmed = withConfirmation(told, fact, now);
      if (confirmed !== undefined) return confirmed;
      const notice = healthNotice(fact);
      return notice === undefined ? told : addNotice(told, notice, now);
    }, record);
}

function decideOn(input: Managed, followed: Incident): Step {
  const { view, policy, now } = input;
  const wanted = withWish(followed, input.record, view);
  const record = withNowUsed(input.record, view, wanted);
  const found = withLostAddress(wanted, view, record.address);
  const pause = pauseOf(input);
  const seen = withAcknowledgement(withSeen(found, view, now), view.tags, now);
  const look = { incident: seen, policy, pause, news: input.hookNews ?? [], now };
  const { incident, sends } = hooksNow(look);
  const { starts, evidence, ownType } = record;
  const { facts } = input;
  const situation: Situation = {
    view,
    incident,
    policy,
    pause,
    starts,
    evidence,
    ownType,
    facts,
    place: input.places?.get(placeKey(view.zone, view.instanceType)),
    now,
  };
  const decision = decide(situation);
  const beyond = input.fresh.filter(isBeyondTheIncident);
  const note = pause.kind === 'none' ? undefined : describePause(pause);
  const drain = drainNow({ ...look, incident, view, decision });
  const step = applied(tellHealth(record, { fresh: beyond, now }), drain.incident, {
    decision,
    note,
    now,
  });
  const isPending = associateAddress(situation) !== undefined;
  const news = { before: record.incident, isPending, now };
  const told: Step = { ...step, record: addressTold(step.record, news) };
  const hooks = [...sends, ...drain.sends];
  return hooks.length === 0 ? told : { ...told, hooks };
}

/** The operator's tags on the instance, or a pause of the whole policy. */
function pauseOf({ view, policy, policyPauses, now }: Managed): Pause {
  const own = readPause(view.tags, now);
  return own.kind === 'none' ? (policyPauses?.get(policy.name) ?? own) : own;
}

/** Writes a decision into the record: timeline, escalation, alerts, end of the incident. */
function applied(
  record: InstanceRecord,
  incident: Incident,
  {
    decision,
    note,
    now,
  }: {
    readonly decision: Decision;
    /** What the operator's tags say, for a page that asks a person to respect it. */
    readonly note?: string | undefined;
    readonly now: Instant;
  },
): Step {
  const last = incident.timeline.at(-1);
  const isNew = last?.decision !== decision.kind || last.reason !== decision.reason;
  const entry: TimelineEntry = { at: now, decision: decision.kind, reason: decision.reason };
  const wished = withWouldHave(incident, decision, now);
  const noted: Incident = isNew
    ? { ...wished, timeline: [...incident.timeline, entry].slice(-TIMELINE_LIMIT) }
    : wished;
  const due = alertsFor({
    before: record.incident,
    incident: noted,
    decision,
    note,
    now,
  });
  const { incident: told, alerts } = hooksTold(due.incident, decision, now);
  const outbox = [...stillTrue(record.outbox, noted), ...due.alerts, ...alerts];
  const next: InstanceRecord = { ...record, incident: endOf(told, decision, now), outbox };
  return { record: isTerminal(decision) ? remember(next, 'terminated') : next, decision, isNew };
}

/**
 * What could not be told in time, and is not so any more: that it serves, once it is down again;
 * that a person must act, once it serves again. What was told as planned had served all along.
 */
function stillTrue(
  outbox: readonly PendingAlert[],
  { progress, condition, served }: Incident,
): readonly PendingAlert[] {
  if (progress.kind === 'down' || condition === 'terminated') {
    return outbox.filter(({ kind }) => kind !== 'serving');
  }
  const again = served.at(-1);
  return outbox.filter(
    ({ kind, at }) => kind !== 'needs-person' || again === undefined || at > again,
  );
}

function isTerminal(decision: Decision): boolean {
  return decision.kind === 'escalate' && decision.reason === 'terminated';
}

function endOf(incident: Incident, decision: Decision, now: Instant): Incident {
  const isOver = decision.kind === 'resolve' || isTerminal(decision);
  return isOver ? { ...incident, resolved: { at: now, reason: decision.reason } } : incident;
}
