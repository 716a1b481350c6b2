import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { createApplicationPort } from '../../lambda/adapters/cloudwatch';
import type { Policy } from '../../lambda/core/policy';
import { before, minutes } from '../../lambda/core/time';
import { aPolicy } from '../core/builders';
import { id } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry, NOON, timedOut } from './fake-world';

const cloudwatch = mockClient(CloudWatchClient);

function setUp() {
  const telemetry = fakeTelemetry();
  const clock = fakeClock();
  return {
    telemetry,
    port: createApplicationPort(new CloudWatchClient({}), { clock, telemetry }),
  };
}

const BY_ALARM = aPolicy({ applicationAlarm: 'livechat-{id}-down' });
const BY_METRIC = aPolicy({
  applicationMetric: {
    namespace: 'LiveChat',
    name: 'Logins',
    dimension: 'InstanceId',
    unwell: { kind: 'below', threshold: 1 },
    evaluations: 2,
  },
});
const BY_BOTH: Policy = { ...BY_ALARM, applicationMetric: BY_METRIC.applicationMetric };

const alarm = (n: number, change: Partial<MetricAlarm>): MetricAlarm => ({
  AlarmName: `livechat-${id(n)}-down`,
  ...change,
});

const ago = (count: number) => new Date(before(NOON, minutes(count)));

/** The values of the last minutes, the newest first. */
const result = (index: number, ...Values: number[]) => ({
  Id: `m${index}`,
  Timestamps: Values.map((_, minute) => ago(minute + 1)),
  Values,
  StatusCode: 'Complete' as const,
});

const alarmCalls = () =>
  cloudwatch.commandCalls(DescribeAlarmsCommand).map(({ args }) => args[0].input);
const metricCalls = () =>
  cloudwatch.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input);

const some = (count: number, policy: Policy) =>
  Array.from({ length: count }, (_, n) => ({ instanceId: id(n), policy }));

async function checkBy(policy: Policy) {
  const { port, telemetry } = setUp();
  const checks = await port.read([{ instanceId: id(1), policy }]);
  return { check: checks.get(id(1)), telemetry };
}

beforeEach(() => {
  cloudwatch.reset();
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [] });
  cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
});

describe('an alarm', () => {
  test.each<[string, Partial<MetricAlarm>, object]>([
    [
      'in ALARM is impaired since it went there',
      { StateValue: 'ALARM', StateTransitionedTimestamp: ago(9), StateUpdatedTimestamp: ago(1) },
      { status: 'impaired', impairedSince: before(NOON, minutes(9)) },
    ],
    [
      'in ALARM without that is impaired since its last update',
      { StateValue: 'ALARM', StateUpdatedTimestamp: ago(1) },
      { status: 'impaired', impairedSince: before(NOON, minutes(1)) },
    ],
    ['in OK is well', { StateValue: 'OK' }, { status: 'ok' }],
    ['without data says nothing', { StateValue: 'INSUFFICIENT_DATA' }, silent()],
    ['in a state that is new says nothing', { StateValue: 'MUTED' as 'OK' }, silent()],
  ])('%s', async (_, change, check) => {
    cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [alarm(1, change)] });
    expect((await checkBy(BY_ALARM)).check).toEqual(check);
  });

  test('that is made of others counts too', async () => {
    cloudwatch
      .on(DescribeAlarmsCommand)
      .resolves({ CompositeAlarms: [alarm(1, { StateValue: 'ALARM' })] });
    expect((await checkBy(BY_ALARM)).check).toMatchObject({ status: 'impaired' });
    expect(alarmCalls()).toMatchObject([{ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }]);
  });

  test('that nobody made says nothing, which is neither well nor impaired', async () => {
    expect((await checkBy(BY_ALARM)).check).toEqual(silent());
  });

  test('is asked for by name, a hundred a call', async () => {
    const checks = await setUp().port.read(some(230, BY_ALARM));
    expect(checks.size).toBe(230);
    expect(alarmCalls().map(({ AlarmNames }) => AlarmNames?.length)).toEqual([100, 100, 30]);
    expect(alarmCalls()[0]?.AlarmNames?.[1]).toBe(`livechat-${id(1)}-down`);
  });

  test('on a later page is read', async () => {
    cloudwatch
      .on(DescribeAlarmsCommand)
      .resolvesOnce({ MetricAlarms: [], NextToken: 'more' })
      .resolvesOnce({ MetricAlarms: [alarm(1, { StateValue: 'OK' })] });
    expect((await checkBy(BY_ALARM)).check).toEqual({ status: 'ok' });
  });
});

describe('a metric', () => {
  test.each<[string, readonly number[], object]>([
    ['is impaired after two unwell minutes', [0, 0, 5], impairedFor(2)],
    ['is impaired since the first of them', [0, 0, 0, 0, 5], impairedFor(4)],
    ['is well when the last minute is', [5, 0, 0], { status: 'ok' }],
    ['is not yet impaired after one', [0, 5, 5], silent()],
    ['is not impaired by one minute that is all there is', [0], silent()],
    ['that was never sent says nothing', [], silent()],
  ])('%s', async (_, values, check) => {
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [result(0, ...values)] });
    expect((await checkBy(BY_METRIC)).check).toEqual(check);
  });

  test('of which the newest data is old says nothing of now', async () => {
    const old = { Id: 'm0', Timestamps: [ago(6), ago(7)], Values: [0, 0] };
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [old] });
    expect((await checkBy(BY_METRIC)).check).toEqual(silent());
  });

  test('can be unwell above a number', async () => {
    const metric = BY_METRIC.applicationMetric!;
    const above = aPolicy({
      applicationMetric: { ...metric, unwell: { kind: 'above', threshold: 2 } },
    });
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [result(0, 3, 3)] });
    expect((await checkBy(above)).check).toMatchObject({ status: 'impaired' });
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [result(0, 2, 2)] });
    expect((await checkBy(above)).check).toEqual({ status: 'ok' });
  });

  test('is asked for by the minute, five hundred a call', async () => {
    await setUp().port.read(some(501, BY_METRIC));
    const [first, second] = metricCalls();
    expect(first?.MetricDataQueries).toHaveLength(500);
    expect(second?.MetricDataQueries).toHaveLength(1);
    expect(first).toMatchObject({ EndTime: new Date(NOON), ScanBy: 'TimestampDescending' });
    expect(first?.MetricDataQueries?.[1]).toEqual({
      Id: 'm1',
      MetricStat: {
        Metric: {
          Namespace: 'LiveChat',
          MetricName: 'Logins',
          Dimensions: [{ Name: 'InstanceId', Value: id(1) }],
        },
        Period: 60,
        Stat: 'Average',
      },
    });
  });

  // Why: an impairment that began before what is read would always seem younger than its
  // toleration, and nothing would ever be done about it.
  test('is read as far back as the longest toleration', async () => {
    await checkBy({ ...BY_METRIC, toleration: minutes(30) });
    expect(metricCalls()[0]?.StartTime).toEqual(ago(37));
  });

  test('is put together from its pages', async () => {
    const [newest, oldest] = [result(0, 0), { ...result(0, 9), Timestamps: [ago(2)], Values: [0] }];
    cloudwatch
      .on(GetMetricDataCommand)
      .resolvesOnce({ MetricDataResults: [newest], NextToken: 'more' })
      .resolvesOnce({ MetricDataResults: [oldest] });
    expect((await checkBy(BY_METRIC)).check).toEqual(impairedFor(2));
  });

  test('that CloudWatch could not read is not known', async () => {
    const broken = { ...result(0, 0, 0), StatusCode: 'InternalError' as const };
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [broken] });
    expect((await checkBy(BY_METRIC)).check).toBeUndefined();
  });
});

describe('an alarm and a metric together', () => {
  const say = (StateValue: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA', ...values: number[]) => {
    cloudwatch.on(DescribeAlarmsCommand).resolves({
      MetricAlarms: [alarm(1, { StateValue, StateTransitionedTimestamp: ago(8) })],
    });
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [result(0, ...values)] });
  };

  test.each<['ALARM' | 'OK' | 'INSUFFICIENT_DATA', readonly number[], object]>([
    ['OK', [5], { status: 'ok' }],
    ['OK', [0, 0, 5], impairedFor(2)],
    ['ALARM', [5], impairedFor(8)],
    ['ALARM', [0, 0, 5], impairedFor(8)],
    ['INSUFFICIENT_DATA', [5], silent()],
    ['OK', [], silent()],
  ])('%s and %j', async (state, values, check) => {
    say(state, ...values);
    expect((await checkBy(BY_BOTH)).check).toEqual(check);
  });

  test('where one cannot be read an impairment of the other still counts', async () => {
    say('ALARM');
    cloudwatch.on(GetMetricDataCommand).rejects(timedOut());
    expect((await checkBy(BY_BOTH)).check).toMatchObject({ status: 'impaired' });
  });

  test('where one cannot be read the other alone does NOT make it well', async () => {
    say('OK');
    cloudwatch.on(GetMetricDataCommand).rejects(timedOut());
    expect((await checkBy(BY_BOTH)).check).toBeUndefined();
  });
});

describe('what CloudWatch does not answer', () => {
  test('is absent, told once, and hides nobody else', async () => {
    cloudwatch
      .on(DescribeAlarmsCommand)
      .resolvesOnce({ MetricAlarms: [alarm(1, { StateValue: 'OK' })] })
      .rejects(awsFailure('ThrottlingException', 400));
    const { port, telemetry } = setUp();
    const checks = await port.read(some(101, BY_ALARM));
    expect(checks.get(id(1))).toEqual({ status: 'ok' });
    expect(checks.has(id(100))).toBe(false);
    expect(telemetry.lines).toMatchObject([
      { level: 'warn', message: 'alarms-unread', fields: { count: 1 } },
    ]);
  });

  test('is not asked where no policy names an alarm or a metric', async () => {
    expect(await setUp().port.read(some(3, aPolicy()))).toEqual(new Map());
    expect(cloudwatch.calls()).toEqual([]);
  });
});

function silent() {
  return { status: 'insufficient-data' };
}

function impairedFor(count: number) {
  return { status: 'impaired', impairedSince: before(NOON, minutes(count)) };
}
