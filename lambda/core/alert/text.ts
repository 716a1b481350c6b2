import type { Attempt, Incident } from '../incident';
import { oneLine } from '../one-line';
import { uncertainty } from '../outage';
import { POLICY_DEFAULTS, type Policy } from '../policy';
import { describeReason, type Reason } from '../reasons';
import type { InstanceRecord } from '../record';
import { after, between, type Instant } from '../time';
import { unreachable } from '../unreachable';
import type { PendingAlert } from './alert';
import { describeCause } from './cause-text';
import { ascii, clock, length } from './format';
import { HANDOVERS } from './steps';
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
  return { subject, email: `${email}\n`, sms: ascii(`${subject}. ${smsTail(alert)}`, SMS_LIMIT) };
}

function smsTail(alert: PendingAlert): string {
  if (alert.severity === 'critical') return 'A person must act: see the e-mail.';
  return alert.kind === 'opened' ? 'Nothing to do for now.' : 'Nothing to do.';
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
        ...pageLines(alert, record),
      ];
    case 'serving':
      return servingLines(incident, context);
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

function verdictLine({ cause }: Incident): Line {
  return [
    'Cause',
    `${oneLine(describeCause(cause), VALUE_LIMIT)}, ${cause.confidence} confidence.`,
  ];
}

function causeLines(incident: Incident): readonly Line[] {
  const facts = incident.cause.evidence.map((fact) => oneLine(fact, VALUE_LIMIT));
  return [verdictLine(incident), ...facts.map((fact): Line => ['', `${fact}.`])];
}

/** EC2's error codes are words; what is between us and EC2 may answer anything. */
const codeOf = ({ code }: { readonly code: string }): string => oneLine(code, CODE_LIMIT);

function attemptText(attempt: Attempt, timeZone: string): string {
  const at = clock(attempt.at, timeZone);
  const { outcome } = attempt;
  switch (outcome.kind) {
    case 'intended':
      return `${at} start requested.`;
    case 'accepted':
      return `${at} start requested, accepted by EC2.`;
    case 'no-capacity':
      return `${at} start refused: no capacity (${codeOf(outcome)}).`;
    case 'unavailable':
      return `${at} start not taken: EC2's API fails or throttles (${codeOf(outcome)}).`;
    case 'not-asked':
      return `${at} start waits for its turn (own rate limit).`;
    case 'batch-failed':
      return `${at} start refused together with others (${codeOf(outcome)}); tried apart.`;
    case 'wrong-state':
      return `${at} start too early (${codeOf(outcome)}).`;
    case 'refused':
      return `${at} start refused: ${codeOf(outcome)}: ${oneLine(outcome.message, VALUE_LIMIT)}`;
    default:
      return unreachable(outcome);
  }
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
  const decision = incident?.timeline.at(-1);
  if (incident === undefined || decision?.decision === 'ignore') {
    return [['You', 'nothing to do, if this was wanted. Started by a person, it is verified.']];
  }
  const policy = context.policies.get(record.label.policy) ?? POLICY_DEFAULTS;
  const from = incident.attempts.at(-1)?.at ?? incident.openedAt;
  const deadline = clock(after(from, policy.servingDeadline), context.timeZone);
  return [
    ['Expect', 'serving again a minute or two after the start.'],
    ['You', `nothing to do. Next message when it serves, or by ${deadline} if it does not.`],
  ];
}

function pageLines(alert: PendingAlert, { instanceId }: InstanceRecord): readonly Line[] {
  const pause: readonly Line[] =
    alert.text === undefined ? [] : [['Paused', oneLine(alert.text, VALUE_LIMIT)]];
  if (alert.reason === undefined) return [...pause, ['You', 'a person must act.']];
  const { steps } = HANDOVERS[alert.reason];
  const numbered = steps.map((text, index): Line => [
    index === 0 ? 'You' : '',
    `${index + 1}. ${text.replace('{id}', instanceId)}`,
  ]);
  return [...pause, ...numbered];
}

function servingLines(incident: Incident, context: TextContext): readonly Line[] {
  const { outage, openedAt, attempts, progress } = incident;
  const end = outage.goodAgain ?? openedAt;
  const started = attempts.findLast((attempt) => attempt.outcome.kind === 'accepted');
  const by = progress.kind === 'serving' ? PROOF_TEXT[progress.proof] : 'its checks';
  const times = [
    `detected after ${sinceBad(incident, openedAt)}`,
    ...(started === undefined ? [] : [`start requested after ${sinceBad(incident, started.at)}`]),
    `serving after ${sinceBad(incident, end)}`,
  ];
  return [
    ['Outage', outageText(incident, end, context)],
    ['Times', `${times.join(', ')}.`],
    ['Proof', by],
    verdictLine(incident),
    ...(started === undefined
      ? [['Done', doneByOthers(incident)] as const]
      : doneLines(incident, context)),
    ['You', 'nothing to do. The checks go on; you hear only if one fails.'],
  ];
}

/** What is said where no start of the watchdog brought it back. */
function doneByOthers({ condition }: Incident): string {
  return condition === 'impaired'
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
  const reason = alert.reason ?? incident?.timeline.at(-1)?.reason;
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
