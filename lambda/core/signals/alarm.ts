import { DATE_FORM, dateOf } from './date-text';
import type { Envelope } from './envelope';
import { field, isJson, listIn, objectIn, textIn, type Json } from './field';
import { oneLine } from '../one-line';
import { distinct, instanceIdOf } from './resource-id';
import type { SignalRow } from './row';
import type { Home, Parsed } from './signal';
import { foreign, ignored, parsed, rejected } from './unparsed';

/** CloudWatch allows alarm names of 255 characters. */
const NAME_LIMIT = 255;

/** The dimension of one metric; a metric of another account names an instance of that account. */
function instanceOfMetric(metric: unknown, home: Home): string | undefined {
  if (!isJson(metric)) return undefined;
  const accountId = textIn(metric, 'accountId');
  if (accountId !== undefined && accountId !== home.accountId) return undefined;
  const dimensions = objectIn(objectIn(objectIn(metric, 'metricStat'), 'metric'), 'dimensions');
  return instanceIdOf(field(dimensions, 'InstanceId'));
}

/** The instances in the dimensions of the alarm's metrics, those under metric math included. */
function instancesIn(detail: Json, home: Home): readonly string[] {
  const metrics = listIn(objectIn(detail, 'configuration'), 'metrics');
  return distinct(metrics.map((metric) => instanceOfMetric(metric, home)));
}

function parseAlarm(event: Envelope, home: Home): Parsed {
  const refusal = foreign(event, home);
  if (refusal !== undefined) return refusal;
  const alarmName = textIn(event.detail, 'alarmName');
  if (alarmName === undefined) {
    return rejected('detail.alarmName', field(event.detail, 'alarmName'), 'a text');
  }
  const state = objectIn(event.detail, 'state');
  const value = field(state, 'value');
  // It is the normal state of a stopped instance's alarm, and running ones touch it briefly.
  if (value === 'INSUFFICIENT_DATA') return ignored('an alarm without data says nothing');
  if (value !== 'ALARM' && value !== 'OK') {
    return rejected('detail.state.value', value, 'ALARM, OK or INSUFFICIENT_DATA');
  }
  const instanceIds = instancesIn(event.detail, home);
  if (instanceIds.length === 0) {
    return ignored('the alarm names no instance of ours in an InstanceId dimension');
  }
  const at = dateOf(field(state, 'timestamp')) ?? dateOf(event.time);
  if (at === undefined) return rejected('time', event.time, DATE_FORM);
  return parsed({
    kind: 'alarm',
    eventId: event.id,
    at,
    instanceIds,
    alarmName: oneLine(alarmName, NAME_LIMIT),
    state: value,
  });
}

/**
 * A CloudWatch alarm changed into ALARM or OK. Muted and suppressed alarms send the event too.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export const ALARM: SignalRow = {
  name: 'alarm',
  source: 'aws.cloudwatch',
  detailType: 'CloudWatch Alarm State Change',
  via: 'bus',
  detail: { state: { value: ['ALARM', 'OK'] } },
  parse: parseAlarm,
};
