import {
  DescribeAlarmsCommand,
  type CompositeAlarm,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { Check } from '../core/observation';
import type { ClockPort } from '../ports';
import type { CloudWatchClient } from './clients';
import { instantOf } from './ec2-view';
import { retryOnce } from './retry-once';

const MOST_PAGES = 5;

/** The most alarms that one call names. */
export const ALARMS_PER_CALL = 100;

function checkOf(alarm: MetricAlarm | CompositeAlarm): Check {
  if (alarm.StateValue === 'OK') return { status: 'ok' };
  if (alarm.StateValue !== 'ALARM') return { status: 'insufficient-data' };
  // The update may be younger than the change of state: it is set by a change of the reason too.
  const since = instantOf(alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp);
  return { status: 'impaired', impairedSince: since };
}

/**
 * The checks of these alarms, at most 100, by name; one that CloudWatch does not know is absent.
 *
 * @throws whatever CloudWatch's last answer threw
 */
export async function readAlarms(
  client: CloudWatchClient,
  names: readonly string[],
  clock: ClockPort,
): Promise<ReadonlyMap<string, Check>> {
  const found = new Map<string, Check>();
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeAlarmsCommand({
      AlarmNames: [...names],
      // Without it CloudWatch leaves out an alarm that is made of others.
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: ALARMS_PER_CALL,
      NextToken: token,
    });
    const answer = await retryOnce(clock, () => client.send(command));
    for (const alarm of [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])]) {
      if (alarm.AlarmName !== undefined) found.set(alarm.AlarmName, checkOf(alarm));
    }
    token = answer.NextToken;
    if (token === undefined || token === '') return found;
  }
  throw new Error(`DescribeAlarms has more than ${MOST_PAGES} pages`);
}
