import { iso } from '../../../lambda/core/time';
import { alarm, event, ID, metric, OTHER_ID, parse, signalOf } from './event';

const over = (...metrics: readonly unknown[]) => alarm({ configuration: { metrics } });

describe('an alarm', () => {
  it.each(['ALARM', 'OK'] as const)('in %s names its instance and when', (value) => {
    const timestamp = '2024-08-01T12:09:00.123+0000';
    const signal = signalOf(alarm({ state: { value, timestamp } }), 'alarm');
    expect(signal).toMatchObject({
      alarmName: 'pod-23 system check',
      state: value,
      instanceIds: [ID],
    });
    expect(iso(signal.at)).toBe('2024-08-01T12:09:00.123Z');
  });

  it('falls back to the envelope’s time', () => {
    const signal = signalOf(alarm({ state: { value: 'ALARM', timestamp: 'soon' } }), 'alarm');
    expect(iso(signal.at)).toBe('2024-08-01T12:10:07.000Z');
  });

  it('names the instances under metric math, each once', () => {
    const expression = { id: 'e1', expression: 'SUM(METRICS())', returnData: true };
    const below = { returnData: false };
    const one = over(
      expression,
      metric({ InstanceId: ID }, below),
      metric({ InstanceId: OTHER_ID }, below),
      metric({ InstanceId: ID }, below),
    );
    expect(signalOf(one, 'alarm').instanceIds).toEqual([ID, OTHER_ID]);
  });

  it('is read though a mute rule silences its actions', () => {
    expect(parse(alarm({ muteDetail: { mutedByArn: 'arn' } })).outcome).toBe('signal');
  });

  it.each([
    ['without data', alarm({ state: { value: 'INSUFFICIENT_DATA' } })],
    ['with no dimension InstanceId', over(metric({ LoadBalancer: ID }))],
    ['with an instance only in its name', alarm({ alarmName: ID, configuration: {} })],
    ['over other alarms', alarm({ configuration: { alarmRule: `ALARM("${ID}")` } })],
    ['whose dimension is no id', over(metric({ InstanceId: 'pod-23' }))],
    [
      'over another account’s metric',
      over(metric({ InstanceId: ID }, { accountId: '999988887777' })),
    ],
  ])('%s is ignored', (_name, raw) => {
    expect(parse(raw).outcome).toBe('ignored');
  });

  it('over a metric of our own account, named, is read', () => {
    const own = metric({ InstanceId: ID }, { accountId: '111122223333' });
    expect(parse(over(own)).outcome).toBe('signal');
  });

  it.each([
    ['without a state', alarm({ state: undefined })],
    ['with a state of lower case', alarm({ state: { value: 'alarm' } })],
    ['without a name', alarm({ alarmName: undefined })],
  ])('%s is rejected', (_name, raw) => {
    expect(parse(raw).outcome).toBe('rejected');
  });

  it('in the shape of a direct Lambda action is none', () => {
    const direct = {
      source: 'aws.cloudwatch',
      alarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:pod-23',
      accountId: '111122223333',
      time: '2024-08-01T12:09:00.123+0000',
      region: 'us-east-1',
      alarmData: { alarmName: 'pod-23', state: { value: 'ALARM' } },
    };
    expect(parse(direct).outcome).toBe('rejected');
  });

  it('of a configuration change is none, though it holds a state', () => {
    const detail = { alarmName: 'x', state: { value: 'ALARM' }, configuration: {} };
    const change = {
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm Configuration Change',
    };
    expect(parse(event({ ...change, detail })).outcome).toBe('ignored');
  });
});
