import { alarmArn } from '../arn';
import type { Incident } from '../incident';
import type { InstanceRecord } from '../record';
import { REGION_NAMES } from '../region-names';
import type { Home } from '../signals/signal';
import { iso, type Instant } from '../time';
import type { PendingAlert } from './alert';
import { ascii } from './format';
import { mailLines } from './mail-lines';
import type { AlertText } from './text';

/** A message in the shape of a CloudWatch alarm's notification, ready to send. */
export interface PagerMessage {
  readonly state: 'ALARM' | 'OK';
  /** One an incident, so that a second one pages while the first is open. */
  readonly alarmName: string;
  readonly subject: string;
  /** The fields as CloudWatch names them. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a pager's message is made of, beside the record. */
export interface PagerContext {
  readonly home: Home;
  /** The message as people get it. */
  readonly text: AlertText;
}

/** CloudWatch refuses longer reasons (1,023 characters) and descriptions (1,024). */
const TEXT_LIMIT = 1_000;
/** Of the five lines that always come, none takes the room of the others. */
const FIRST_LIMIT = 190;
/** SNS takes fewer than 100 characters. */
const SUBJECT_LIMIT = 99;
/** CloudWatch takes 255; what stands in a subject must leave room for the rest. */
const NAME_LIMIT = 70;

/** The pager's name for an incident or a storm. */
export function alarmNameOf(id: string): string {
  return ascii(`watchdog-${id}`, NAME_LIMIT);
}

/**
 * What an alert tells a pager: ALARM where a person must act now, OK once an incident that had
 * paged serves or is over, and nothing of all the rest.
 */
export function pagerOf(
  alert: PendingAlert,
  record: InstanceRecord,
  context: PagerContext,
): readonly PagerMessage[] {
  const { incident } = record;
  if (alert.severity === 'critical') {
    // What waited while SNS was silent, and is over by now, calls nobody any more.
    if (isOvertaken(alert, record)) return [];
    return [alarm('ALARM', { name: nameOf(alert, record), at: alert.at, ...context })];
  }
  if (incident === undefined || !endsPage(alert, record)) return [];
  return [alarm('OK', { name: alarmNameOf(incident.id), at: alert.at, ...context })];
}

/** A notice is no part of an incident: it gets a name of its own, and a person closes it. */
function nameOf({ kind, at }: PendingAlert, { incident, instanceId }: InstanceRecord): string {
  if (incident !== undefined && kind !== 'notice') return alarmNameOf(incident.id);
  const stamp = iso(at).slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
  return alarmNameOf(`notice-${instanceId}-${stamp}`);
}

const isEnd = ({ kind, severity }: PendingAlert): boolean =>
  (kind === 'serving' || kind === 'closed') && severity !== 'critical';

const isOvertaken = ({ kind, at }: PendingAlert, { outbox }: InstanceRecord): boolean =>
  kind !== 'notice' && outbox.some((other) => isEnd(other) && other.at > at);

/** Whether this alert is the end of what a pager was called for by the incident's own name. */
function endsPage(alert: PendingAlert, { incident, outbox }: InstanceRecord): boolean {
  if (!isEnd(alert) || incident === undefined || !hasPaged(incident)) return false;
  // Of the same look or a later one: a person is needed all the same.
  return !outbox.some(
    ({ kind, severity, at }) => kind !== 'notice' && severity === 'critical' && at >= alert.at,
  );
}

/** A page that went out in a storm's message has the storm's name. */
function hasPaged({ sent, escalated }: Incident): boolean {
  if (sent === undefined) return escalated.length > 0;
  return sent.some(({ severity, inStorm }) => severity === 'critical' && inStorm !== true);
}

/** A storm's message, and the pages that its members had before it began and that end with it. */
export interface StormPage {
  readonly id: string;
  /** `over`: its last message. */
  readonly state: 'needs-person' | 'over' | 'goes-on';
  readonly at: Instant;
}

/** What a storm's message tells a pager: one alarm for all that need a person. */
export function stormPager(page: StormPage, context: PagerContext): readonly PagerMessage[] {
  if (page.state === 'goes-on') return [];
  const state = page.state === 'over' ? 'OK' : 'ALARM';
  return [alarm(state, { name: alarmNameOf(page.id), at: page.at, ...context })];
}

/** The pages of single incidents that a storm's message ends: their own alarms stand open. */
export function pagesEndedInStorm(
  records: readonly InstanceRecord[],
  context: PagerContext,
): readonly PagerMessage[] {
  return records.flatMap((record) => {
    const last = record.outbox.findLast(isEnd);
    return last === undefined ? [] : pagerOf(last, record, context);
  });
}

/** These find room before all others: what it is, why, and where to go on. */
const FIRST: readonly (string | undefined)[] = ['Cause', 'Ack', 'Console', 'Runbook'];
const MORE = 'More is in the e-mail.';

/**
 * The e-mail within what CloudWatch takes, in its order. What has no room is left out whole, with
 * all that comes after it: half a command does harm, and so do steps with a gap.
 */
function descriptionOf({ email }: AlertText): string {
  const lines = mailLines(email).map(({ label, text }, index) => {
    const line = ascii(label === undefined ? text : `${label}: ${text}`, Infinity);
    const isFirst = index === 0 || (label !== undefined && FIRST.includes(label));
    return isFirst ? { isFirst, line: ascii(line, FIRST_LIMIT) } : { isFirst, line };
  });
  const length = (some: typeof lines): number =>
    some.reduce((sum, { line }) => sum + line.length + 1, 0);
  const others = lines.filter(({ isFirst }) => !isFirst);
  let room = TEXT_LIMIT - MORE.length - length(lines.filter(({ isFirst }) => isFirst));
  const end = others.findIndex(({ line }) => (room -= line.length + 1) < 0);
  const kept = new Set(end < 0 ? others : others.slice(0, end));
  const shown = lines.filter((one) => one.isFirst || kept.has(one)).map(({ line }) => line);
  return (end < 0 ? shown : [...shown, MORE]).join('\n').slice(0, TEXT_LIMIT);
}

interface Alarm extends PagerContext {
  readonly name: string;
  readonly at: Instant;
}

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html: the
 * fields in CloudWatch's order, its time (`2024-08-01T12:10:09.000+0000`) and its names of Regions.
 * There is no such alarm: what is asked of one by its ARN finds nothing.
 */
function alarm(state: PagerMessage['state'], { name, at, home, text }: Alarm): PagerMessage {
  const region = REGION_NAMES[home.region] ?? home.region;
  const time = iso(at).replace('Z', '+0000');
  return {
    state,
    alarmName: name,
    subject: ascii(`${state}: "${name}" in ${region}`, SUBJECT_LIMIT),
    body: {
      AlarmName: name,
      AlarmDescription: descriptionOf(text),
      AWSAccountId: home.accountId,
      AlarmConfigurationUpdatedTimestamp: time,
      NewStateValue: state,
      NewStateReason: ascii(text.subject, TEXT_LIMIT),
      StateChangeTime: time,
      Region: region,
      AlarmArn: alarmArn(home, name),
      OldStateValue: state === 'ALARM' ? 'OK' : 'ALARM',
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: 'NeedsPerson',
        Namespace: 'LiveChatWatchdog',
        StatisticType: 'Statistic',
        Statistic: 'MAXIMUM',
        Unit: null,
        Dimensions: [{ value: name, name: 'Incident' }],
        Period: 60,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        TreatMissingData: 'missing',
        EvaluateLowSampleCountPercentile: '',
      },
    },
  };
}
