import type { Attempt, Incident } from '../incident';
import { oneLine } from '../one-line';
import { uncertainty } from '../outage';
import type { Policy } from '../policy';
import { describeLostAddress } from '../public-address';
import { describeReason, type Reason } from '../reasons';
import { describeRemediation, isTakedown } from '../remediation';
import type { InstanceRecord } from '../record';
import { CLOCK_SKEW, before, between, type Instant } from '../time';
import { unreachable } from '../unreachable';
import type { PendingAlert } from './alert';
import { describeTrouble } from './cause-text';
import { expectationOf } from './expectation';
import { ascii, clock, length } from './format';
import { filled, valuesOf } from './placeholders';
import { handoverOf } from './steps-while-running';
import { subjectOf } from './subject';

/** What every text needs beside the record. */
export interface TextContext {
  readonly timeZone: string;
  readonly region: string;
  readonly runbookUrl: string;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** A message in the forms that its readers get. */
export interface AlertText {
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
}

/** An SMS of one part holds 160 characters; more parts cost more and arrive apart. */
const SMS_LIMIT = 160;
/** Values from outside (names, principals, AWS's texts) are cut to this in a line. */
const VALUE_LIMIT = 300;
const CODE_LIMIT = 80;

type Line = readonly [label: string, text: string];

/** Renders an alert from the record as it is now: every line is a fact that the record holds. */
export function renderAlert(
  alert: PendingAlert,
  record: InstanceRecord,
  context: TextContext,
): AlertText {
  const subject = subjectOf(alert, record);
  const lines = [...bodyLines(alert, record, context), ...linkLines(alert, record, context)];
  const email = [
    headline(alert, record, context),
    ...lines.map(([label, text]) => `${label.padEnd(9)}${text}`),
  ].join('\n');
  return {
    subject,
    email: `${email}\n`,
    sms: ascii(`${subject}. ${smsTail(alert, record)}`, SMS_LIMIT),
  };
}

function smsTail(alert: PendingAlert, { incident }: InstanceRecord): string {
  if (alert.severity === 'critical') return 'A person must act: see the e-mail.';
  if (isAboutAddress(alert, incident)) return 'Its address is another one: see the e-mail.';
  if (alert.kind === 'needs-person') return 'A person must decide: see the e-mail.';
  return alert.kind === 'opened' ? 'Nothing to do for now.' : 'Nothing to do.';
}

/** All is not well for whoever uses its old address. */
function isAboutAddress({ kind }: PendingAlert, incident: Incident | undefined): boolean {
  return incident?.lostAddress !== undefined && (kind === 'serving' || kind === 'changed');
}

/** `pod-23 (i-0abc…, m6i.large, us-east-1b)` */
function who({ label, instanceId }: InstanceRecord): string {
  const name = oneLine(label.name, 60);
  const facts = [instanceId, label.instanceType, label.zone].filter((fact) => fact !== name);
  return `${name} (${facts.join(', ')})`;
}

function headline(alert: PendingAlert, record: InstanceRecord, context: TextContext): string {
  const { incident } = record;
  if (incident === undefined || alert.kind === 'notice') return `${who(record)}: a notice.`;
  const since = clock(incident.outage.firstKnownBad, context.timeZone);
  if (alert.kind === 'serving' && incident.outage.goodAgain !== undefined) {
    const again = clock(incident.outage.goodAgain, context.timeZone);
    return incident.condition === 'impaired'
      ? `${who(record)} passes its checks again since ${again}.`
      : `${who(record)} serves again since ${again}.`;
  }
  switch (incident.condition) {
    case 'stopped':
      return isOldStop(incident)
        ? `${who(record)} was found stopped at ${since}; when it stopped is not known.`
        : `${who(record)} stopped serving at ${since}.`;
    case 'impaired':
      return `${who(record)} runs but is impaired since ${since}.`;
    case 'planned':
      return incident.cause.kind === 'self'
        ? `${who(record)} goes back to its own type.`
        : `${who(record)} is moved before AWS works on its host.`;
    case 'terminated':
      return `${who(record)} was terminated; last seen good before ${since}.`;
    default:
      return unreachable(incident.condition);
  }
}

/** Nobody saw it happen, so the time at which it was found says nothing of when it stopped. */
function isOldStop({ mandate }: Incident): boolean {
  return mandate.kind === 'hands-off' && mandate.reason === 'stopped-before-enrolment';
}

function bodyLines(
  alert: PendingAlert,
  record: InstanceRecord,
  context: TextContext,
): readonly Line[] {
  const { incident } = record;
  if (incident === undefined || alert.kind === 'notice') {
    return [['What', oneLine(alert.text ?? '', VALUE_LIMIT * 3)]];
  }
  switch (alert.kind) {
    case 'opened':
      return [
        ...causeLines(incident),
        ...doneLines(incident, context),
        ...expectLines(record, context),
      ];
    case 'needs-person':
      return [
        ...causeLines(incident),
        ...doneLines(incident, context),
        ...pageLines(alert, record, context),
      ];
    case 'serving':
      return servingLines(record, incident, context);
    case 'changed':
    case 'closed':
      return [
        ['New', oneLine(alert.text ?? '', VALUE_LIMIT)],
        ...doneLines(incident, context),
        ['You', alert.severity === 'info' ? 'nothing to do.' : 'see what is new.'],
      ];
    default:
      return unreachable(alert.kind);
  }
}

function verdictLine(incident: Incident): Line {
  const trouble = oneLine(describeTrouble(incident), VALUE_LIMIT);
  return ['Cause', `${trouble}, ${incident.cause.confidence} confidence.`];
}

function causeLines(incident: Incident): readonly Line[] {
  const facts = incident.cause.evidence.map((fact) => oneLine(fact, VALUE_LIMIT));
  return [
    verdictLine(incident),
    ...facts.map((fact): Line => ['', `${fact}.`]),
    ...volumeLines(incident),
  ];
}

/** EC2 does not tell which volume cannot be reached: these are attached. */
function volumeLines({ condition, asFound }: Incident): readonly Line[] {
  if (condition !== 'impaired' || asFound?.impaired.includes('attachedEbs') !== true) return [];
  return [['Volumes', oneLine(asFound.volumeIds.join(', '), VALUE_LIMIT)]];
}

/** EC2's error codes are words; what is between us and EC2 may answer anything. */
const codeOf = ({ code }: { readonly code: string }): string => oneLine(code, CODE_LIMIT);

function attemptText(attempt: Attempt, timeZone: string): string {
  const { outcome, remediation, detail } = attempt;
  const to = detail === undefined ? '' : (WITH_DETAIL[remediation]?.(detail) ?? '');
  const at = `${clock(attempt.at, timeZone)} ${describeRemediation(remediation)}${to}`;
  switch (outcome.kind) {
    case 'intended':
      return `${at} requested.`;
    case 'accepted':
      return `${at} requested, accepted by ${takerOf(remediation)}.`;
    case 'no-capacity':
      return `${at} refused: no capacity (${codeOf(outcome)}).`;
    case 'unavailable':
      return `${at} not taken: AWS's API fails or throttles (${codeOf(outcome)}).`;
    case 'not-asked':
      return `${at} waits for its turn (own rate limit).`;
    case 'batch-failed':
      return `${at} refused together with others (${codeOf(outcome)}); tried apart.`;
    case 'wrong-state':
      return `${at} ${UNMADE[outcome.code] ?? `too early (${codeOf(outcome)})`}.`;
    case 'refused':
      return `${at} refused: ${codeOf(outcome)}: ${oneLine(outcome.message, VALUE_LIMIT)}`;
    default:
      return unreachable(outcome);
  }
}

/** Why a takedown was not made after all, by what was seen right before it. */
const UNMADE: Readonly<Record<string, string>> = {
  OwnStopTagNotSeen: "not made: EC2's answers are old, they do not show the tag just written",
  OwnStopTagNotWritten: 'not made: the tag that must go before it could not be written',
  NotSeenAgain: 'not made: EC2 did not show the server again',
  ChangedMeanwhile: 'not made: the server changed meanwhile',
  PausedMeanwhile: 'not made: somebody paused it meanwhile',
};

/** The words by which an alert names what an attempt was made with. */
const WITH_DETAIL: Readonly<Partial<Record<Attempt['remediation'], (detail: string) => string>>> = {
  'change-type': (type) => ` to ${type}`,
  'associate-address': (publicIp) => ` ${publicIp}`,
};

function takerOf(remediation: Attempt['remediation']): string {
  return remediation === 'restart-service' ? 'Systems Manager' : 'EC2';
}

/** The last attempts, and the decision that stands. */
function doneLines(incident: Incident, context: TextContext): readonly Line[] {
  const shown = incident.attempts.slice(-3);
  const omitted = incident.attempts.length - shown.length;
  const attempts = shown.map((attempt) => attemptText(attempt, context.timeZone));
  const earlier = omitted > 0 ? [`${omitted} earlier attempts.`] : [];
  const done = [...earlier, ...attempts];
  const decision = incident.timeline.at(-1);
  const isLeft = decision?.decision === 'ignore';
  const lines = done.length === 0 ? [isLeft ? 'nothing, on purpose.' : 'nothing yet.'] : done;
  return [
    ...lines.map((text, index): Line => [index === 0 ? 'Done' : '', text]),
    ...(decision === undefined ? [] : [['Decision', decisionText(decision)] as const]),
  ];
}

function decisionText(decision: { readonly decision: string; readonly reason: Reason }): string {
  return `${decision.decision} (${decision.reason}): ${describeReason(decision.reason)}`;
}

function expectLines(record: InstanceRecord, context: TextContext): readonly Line[] {
  const { incident } = record;
  if (incident === undefined || incident.timeline.at(-1)?.decision === 'ignore') {
    return [['You', 'nothing to do, if this was wanted. Started by a person, it is verified.']];
  }
  const { expect, you } = expectationOf(record, context);
  return [
    ['Expect', expect],
    ['You', you],
  ];
}

function pageLines(
  alert: PendingAlert,
  record: InstanceRecord,
  { policies }: TextContext,
): readonly Line[] {
  const pause: readonly Line[] =
    alert.text === undefined ? [] : [['Paused', oneLine(alert.text, VALUE_LIMIT)]];
  if (alert.reason === undefined) return [...pause, ['You', 'a person must act.']];
  const { steps } = handoverOf(alert.reason, record.incident);
  const numbered = filled(steps, valuesOf(record, policies)).map((text, index): Line => [
    index === 0 ? 'You' : '',
    `${index + 1}. ${text}`,
  ]);
  return [...pause, ...numbered];
}

function servingLines(
  record: InstanceRecord,
  incident: Incident,
  context: TextContext,
): readonly Line[] {
  const { outage, openedAt, progress } = incident;
  const end = outage.goodAgain ?? openedAt;
  const acts = actsOf(incident);
  const by = progress.kind === 'serving' ? PROOF_TEXT[progress.proof] : 'its checks';
  const times = [
    ...(openedAt < outage.firstKnownBad ? [] : [`detected after ${sinceBad(incident, openedAt)}`]),
    ...acts.map(
      ({ remediation, at }) =>
        `${describeRemediation(remediation)} requested after ${sinceBad(incident, at)}`,
    ),
    `serving after ${sinceBad(incident, end)}`,
  ];
  return [
    ['Outage', outageText(incident, end, context)],
    ['Times', `${times.join(', ')}.`],
    ['Proof', by],
    verdictLine(incident),
    ...(acts.length === 0
      ? [['Done', doneByOthers(incident)] as const]
      : doneLines(incident, context)),
    ...typeLines(record),
    ...nextLines(incident),
  ];
}

/** It may serve, and its users may not reach it: all is not well then. */
function nextLines({ lostAddress }: Incident): readonly Line[] {
  if (lostAddress === undefined) {
    return [['You', 'nothing to do. The checks go on; you hear only if one fails.']];
  }
  return [
    ['Address', `${describeLostAddress(lostAddress)}.`],
    ['You', `see that who uses ${lostAddress.publicIp} reaches it. The checks go on.`],
  ];
}

/** In a long list the first act and the last ones tell how it went. */
const MOST_ACTS = 4;

/** What was done about this outage, as AWS took it; what only made room is told elsewhere. */
function actsOf({ attempts, outage }: Incident): readonly Attempt[] {
  const done = attempts.filter(
    ({ remediation, outcome, at }) =>
      outcome.kind === 'accepted' &&
      at >= before(outage.firstKnownBad, CLOCK_SKEW) &&
      (remediation === 'start' || isTakedown(remediation)),
  );
  return done.length <= MOST_ACTS ? done : [...done.slice(0, 1), ...done.slice(1 - MOST_ACTS)];
}

function typeLines({ ownType, label }: InstanceRecord): readonly Line[] {
  if (ownType === undefined) return [];
  const now = oneLine(label.instanceType, CODE_LIMIT);
  const own = oneLine(ownType, CODE_LIMIT);
  return [
    ['Type', `${now} for want of capacity. ${own} is restored at a quiet hour, announced before.`],
  ];
}

/** What is said where no start of the watchdog brought it back. */
function doneByOthers({ condition }: Incident): string {
  return condition !== 'stopped'
    ? 'nothing by the watchdog.'
    : 'started by somebody else; verified by the watchdog.';
}

const PROOF_TEXT = {
  'ready-event': "the server's own ready event.",
  'application-check': "EC2's application status check.",
  'status-checks': "EC2's status checks.",
} as const;

function sinceBad({ outage }: Incident, at: Instant): string {
  return length(between(outage.firstKnownBad, at));
}

function outageText({ outage }: Incident, end: Instant, { timeZone }: TextContext): string {
  const lasted = length(between(outage.firstKnownBad, end));
  const earlier = length(uncertainty(outage));
  const from = clock(outage.firstKnownBad, timeZone);
  const span = `${from} to ${clock(end, timeZone)}, ${lasted}`;
  return `${span}; it may have begun up to ${earlier} earlier.`;
}

function linkLines(
  alert: PendingAlert,
  { incident, instanceId, label }: InstanceRecord,
  context: TextContext,
): readonly Line[] {
  const { region, runbookUrl } = context;
  const last = isAboutAddress(alert, incident) ? 'address-lost' : incident?.timeline.at(-1)?.reason;
  const reason = alert.reason ?? last;
  const home = `https://${region}.console.aws.amazon.com/ec2/home?region=${region}`;
  const console = `${home}#InstanceDetails:instanceId=${instanceId}`;
  return [
    ...(incident === undefined || alert.kind === 'notice'
      ? []
      : [['Incident', incident.id] as const]),
    ['Policy', oneLine(label.policy, VALUE_LIMIT)],
    ['Console', console],
    ['Runbook', reason === undefined ? runbookUrl : `${runbookUrl}#${reason}`],
  ];
}
