import type { Decision } from '../decision';
import type { Incident } from '../incident';
import { openDrain } from '../open-drain';
import { REASONS, type EscalateReason } from '../reasons';
import { stopsInstance } from '../remediation';
import { isOnlyPlanned, takedownsOf } from '../takedowns';
import type { Instant } from '../time';
import type { PendingAlert, Severity } from './alert';
import { describeCause } from './cause-text';
import { workLeftText } from './hook-alerts';
import { repeatOf, withRepeat } from './repeat';

/** What decides which alerts are due: the incident before this look, after it, and the decision. */
export interface AlertInput {
  readonly before: Incident | undefined;
  readonly incident: Incident;
  readonly decision: Decision;
  /** What an operator's tags say, for a page. */
  readonly note?: string | undefined;
  readonly now: Instant;
}

/** The alerts that are due now, and the incident with what people are told of. */
export interface AlertsDue {
  readonly incident: Incident;
  readonly alerts: readonly PendingAlert[];
}

/**
 * Which messages this look adds to the incident's thread. One look adds at most one of opened,
 * needs-person, serving and changed, in that order of weight: a first message that already needs
 * a person is not preceded by a second one that merely says "opened".
 */
export function alertsFor({ before, incident, decision, note, now }: AlertInput): AlertsDue {
  const escalation = escalationDue(incident, decision);
  if (escalation !== undefined) {
    const escalated = [...incident.escalated, { reason: escalation, at: now }];
    const page = pageOf(incident, escalation, { note, now });
    return {
      incident: { ...incident, escalated },
      alerts: [page, ...servingDue(before, incident, now)],
    };
  }
  if (before === undefined) {
    const isExpected = isLeftAlone(decision) || incident.condition === 'planned';
    const severity: Severity = isExpected ? 'info' : 'warning';
    return {
      incident,
      alerts: [{ key: `${incident.id}:opened`, kind: 'opened', severity, at: now }],
    };
  }
  const serving = servingDue(before, incident, now);
  if (serving.length > 0) return { incident, alerts: serving };
  const again = decision.kind === 'resolve' ? undefined : repeatDue(incident, { note, now });
  if (again !== undefined) return { incident: withRepeat(incident), alerts: [again] };
  return {
    incident,
    alerts: [
      ...changeDue(before, incident, { decision, now }),
      ...closingDue(incident, { decision, now }),
    ],
  };
}

/** What a page is made with, beside its incident. */
type Telling = Pick<AlertInput, 'note' | 'now'>;

/** The page of a reason; a reminder, and nothing that must be done now, once somebody has it. */
function pageOf(incident: Incident, reason: EscalateReason, { note, now }: Telling): PendingAlert {
  const isReminder = incident.escalated.some((entry) => entry.reason === reason);
  const isKnown = isReminder && incident.acknowledged !== undefined;
  const isWarning = isKnown || isOnlyPlanned(incident);
  return {
    key: `${incident.id}:needs-person:${reason}:${incident.escalated.length + 1}`,
    kind: 'needs-person',
    severity: isWarning ? 'warning' : 'critical',
    at: now,
    reason,
    ...(note !== undefined && { text: note }),
  };
}

/** The page that nobody acknowledged, once more. */
function repeatDue(incident: Incident, telling: Telling): PendingAlert | undefined {
  const repeat = repeatOf(incident);
  if (repeat === undefined || telling.now < repeat.dueAt) return undefined;
  const count = (repeat.page.repeats ?? 0) + 1;
  const page = pageOf(incident, repeat.page.reason, telling);
  return { ...page, key: `${page.key}:again:${count}`, repeat: count };
}

/** Whether the watchdog leaves the instance as it is because somebody wanted it so. */
function isLeftAlone(decision: Decision): boolean {
  return decision.kind === 'ignore';
}

/** The reason to call a person, unless it was told since the server last served. */
function escalationDue(incident: Incident, decision: Decision): EscalateReason | undefined {
  if (decision.kind !== 'escalate') return undefined;
  const { reason } = decision;
  // No capacity is told again and again; the decision itself comes only when that is due.
  if (reason === 'no-capacity') return reason;
  const since = incident.served.at(-1);
  const told = incident.escalated.some(
    (entry) => entry.reason === reason && (since === undefined || entry.at > since),
  );
  return told ? undefined : reason;
}

function servingDue(
  before: Incident | undefined,
  incident: Incident,
  now: Instant,
): readonly PendingAlert[] {
  const count = incident.served.length;
  if (before === undefined || count <= before.served.length) return [];
  return [{ key: `${incident.id}:serving:${count}`, kind: 'serving', severity: 'info', at: now }];
}

/** Something that makes a person decide differently: down again, or another culprit. */
function changeDue(
  before: Incident,
  incident: Incident,
  { decision, now }: { readonly decision: Decision; readonly now: Instant },
): readonly PendingAlert[] {
  const text = vetoText(before, decision) ?? changeText(before, incident);
  if (text === undefined) return [];
  const severity: Severity = isLeftAlone(decision) ? 'info' : 'warning';
  return [{ key: `${incident.id}:changed:${text}`, kind: 'changed', severity, at: now, text }];
}

/** People were told of the move; that it does not come, they hear too. */
function vetoText({ timeline }: Incident, { reason }: Decision): string | undefined {
  const isNew = reason === 'move-vetoed' && timeline.at(-1)?.reason !== 'move-vetoed';
  return isNew ? 'It is not moved: somebody vetoed that on its tag.' : undefined;
}

function changeText(before: Incident, incident: Incident): string | undefined {
  const { cause } = incident;
  if (before.progress.kind === 'serving' && incident.progress.kind === 'down') {
    return `It went down again: ${describeCause(cause)}.`;
  }
  if (before.condition !== 'stopped' && incident.condition === 'stopped') {
    return `It is no longer running: ${describeCause(cause)}.`;
  }
  if (before.cause.actor?.principal !== cause.actor?.principal && cause.actor !== undefined) {
    const fact = cause.evidence.find((text) => text.startsWith('CloudTrail:'));
    return `Now known who stopped it: ${fact ?? cause.actor.principal}.`;
  }
  // A start that fell back is tried once more: nobody would decide differently for knowing.
  const sameDetail = before.cause.detail === cause.detail || cause.detail === 'suspect';
  return before.cause.kind === cause.kind && sameDetail
    ? undefined
    : `The cause is now known better: ${describeCause(cause)}.`;
}

/** We stopped it, and it has not begun another boot; it may not have been seen since the stop. */
function isDownByUs(incident: Incident): boolean {
  const { condition, progress } = incident;
  if (condition === 'stopped' || progress.kind === 'down') return condition !== 'stopped';
  const last = takedownsOf(incident).at(-1);
  return last !== undefined && stopsInstance(last.remediation) && progress.launchTime < last.at;
}

/** Whoever was called hears that it is over; that it serves again they would have heard already. */
function closedAfterPage(
  incident: Incident,
  { reason }: Extract<Decision, { kind: 'resolve' }>,
  now: Instant,
): readonly PendingAlert[] {
  const page = incident.escalated.at(-1);
  const served = incident.served.at(-1);
  if (page === undefined || (served !== undefined && served >= page.at)) return [];
  const text = REASONS.resolve[reason];
  return [{ key: `${incident.id}:closed`, kind: 'closed', severity: 'info', at: now, text }];
}

/** An incident that ends without recovery is told, since nobody would learn it otherwise. */
function closingDue(
  incident: Incident,
  { decision, now }: { readonly decision: Decision; readonly now: Instant },
): readonly PendingAlert[] {
  if (decision.kind !== 'resolve') return [];
  if (decision.reason === 'cleared' && incident.condition === 'planned') {
    const done = incident.drain === undefined ? 'nothing was done' : 'it was not stopped';
    const text = `What it was to be moved for is gone; ${done}.`;
    return [{ key: `${incident.id}:closed`, kind: 'closed', severity: 'info', at: now, text }];
  }
  if (decision.reason === 'recovered-work-left') {
    const text = workLeftText(incident);
    return [{ key: `${incident.id}:closed`, kind: 'closed', severity: 'warning', at: now, text }];
  }
  if (decision.reason === 'own-type-short') {
    const text = `${REASONS.resolve['own-type-short']} It is tried again in a week.`;
    return [{ key: `${incident.id}:closed`, kind: 'closed', severity: 'info', at: now, text }];
  }
  if (decision.reason !== 'opt-in-removed') return closedAfterPage(incident, decision, now);
  // What the watchdog itself stopped it may not start without the tag: a person must (S28).
  const isOurs = isDownByUs(incident);
  const advice = isOurs
    ? 'The watchdog had stopped it to move it and may not start it any more: start it by hand.'
    : openDrain(incident) !== undefined
      ? 'It was drained for a stop that does not come: see to it that it takes chats again.'
      : 'If nobody removed the tag, see whether it was terminated.';
  const text = `${REASONS.resolve['opt-in-removed']} ${advice}`;
  const severity: Severity = isOurs ? 'critical' : 'warning';
  return [{ key: `${incident.id}:closed`, kind: 'closed', severity, at: now, text }];
}
