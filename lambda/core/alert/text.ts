import type { Incident } from '../incident';
import { oneLine } from '../one-line';
import type { Policy } from '../policy';
import { describeReason } from '../reasons';
import { describeRemediation } from '../remediation';
import type { InstanceRecord } from '../record';
import { OPERATOR_TAGS } from '../tags';
import { unreachable } from '../unreachable';
import type { PendingAlert } from './alert';
import { VALUE_LIMIT, doneLines, verdictLine, type Line } from './done-text';
import { expectationOf } from './expectation';
import { ascii, clock, sentence } from './format';
import { filled, valuesOf } from './placeholders';
import { repeatOf } from './repeat';
import { servingLines } from './serving-text';
import { handoverOf } from './steps-while-running';
import { subjectOf } from './subject';

/** What every text needs beside the record. */
export interface TextContext {
  readonly timeZone: string;
  readonly region: string;
  readonly runbookUrl: string;
  /** The function's log group, where it is known. */
  readonly logGroup?: string | undefined;
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
    sms: ascii(`${sentence(subject)} ${smsTail(alert, record)}`, SMS_LIMIT),
  };
}

function smsTail(alert: PendingAlert, { incident }: InstanceRecord): string {
  if (alert.severity === 'critical') return 'A person must act: see the e-mail.';
  if (isAboutAddress(alert, incident)) return 'Its address is another one: see the e-mail.';
  if (alert.kind === 'needs-person') return 'A person must decide: see the e-mail.';
  if (alert.kind === 'opened') return 'Nothing to do for now.';
  return alert.severity === 'info' ? 'Nothing to do.' : 'See the e-mail.';
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
  context: TextContext,
): readonly Line[] {
  const { incident } = record;
  const pause: readonly Line[] =
    alert.text === undefined ? [] : [['Paused', oneLine(alert.text, VALUE_LIMIT)]];
  if (alert.reason === undefined) return [...pause, ['You', 'a person must act.']];
  const { steps, elsewhere = [] } = handoverOf(alert.reason, incident);
  const values = valuesOf(record, context.policies);
  const numbered = (label: string, texts: readonly string[]): readonly Line[] =>
    filled(texts, values).map((text, index) => [index === 0 ? label : '', `${index + 1}. ${text}`]);
  const would = alert.reason === 'observe-mode' ? wouldLines(incident, context) : [];
  return [
    ...would,
    ...pause,
    ...numbered('You', steps),
    ...ackLines(alert, incident, context),
    ...numbered('Zone', elsewhere),
  ];
}

/** In shadow mode: what would have been done. */
function wouldLines(incident: Incident | undefined, { timeZone }: TextContext): readonly Line[] {
  const wish = incident?.wouldHave?.at(-1);
  if (wish === undefined) return [];
  const { at, remediation, reason } = wish;
  const what = `${clock(at, timeZone)} ${describeRemediation(remediation)} (${reason})`;
  return [['Would', `${what}: ${describeReason(reason)}`]];
}

/** How a page is taken in hand, and when it comes again otherwise. */
function ackLines(
  { severity }: PendingAlert,
  incident: Incident | undefined,
  { timeZone }: TextContext,
): readonly Line[] {
  if (severity !== 'critical' || incident === undefined) return [];
  const { id, acknowledged } = incident;
  if (acknowledged !== undefined) return [];
  const next = repeatOf(incident);
  const again =
    next === undefined ? '' : `; else this comes again at ${clock(next.dueAt, timeZone)}`;
  return [
    ['Ack', `watchdog ack ${id} (or that id in the tag ${OPERATOR_TAGS.acknowledged})${again}.`],
  ];
}

function linkLines(
  alert: PendingAlert,
  { incident, instanceId, label }: InstanceRecord,
  context: TextContext,
): readonly Line[] {
  const { region, runbookUrl } = context;
  const last = isAboutAddress(alert, incident) ? 'address-lost' : incident?.timeline.at(-1)?.reason;
  const reason = alert.reason ?? alert.about ?? last;
  const home = `https://${region}.console.aws.amazon.com/ec2/home?region=${region}`;
  const console = `${home}#InstanceDetails:instanceId=${instanceId}`;
  return [
    ...(incident === undefined || alert.kind === 'notice'
      ? []
      : [['Incident', incident.id] as const]),
    ['Policy', oneLine(label.policy, VALUE_LIMIT)],
    ['Console', console],
    ...logLines(alert, context),
    ['Runbook', reason === undefined ? runbookUrl : `${runbookUrl}#${reason}`],
  ];
}

/** Who has to act may have to read what was decided; CloudWatch's console encodes names twice. */
function logLines({ kind }: PendingAlert, { region, logGroup }: TextContext): readonly Line[] {
  if (kind !== 'needs-person' || logGroup === undefined) return [];
  const name = encodeURIComponent(encodeURIComponent(logGroup)).replaceAll('%', '$');
  const home = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;
  return [['Logs', `${home}#logsV2:log-groups/log-group/${name}`]];
}
