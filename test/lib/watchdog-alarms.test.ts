import type { MetricName } from '../../lambda/core/metrics';
import { METRICS_NAMESPACE, SERVICE_NAME } from '../../lambda/adapters/telemetry';
import { FULL, onlyResource, resourcesOf, SMALLEST, templateOf } from './stack-under-test';

const ALARM = 'AWS::CloudWatch::Alarm';
const template = templateOf();
const alarms = resourcesOf(template, ALARM);

function alarm(part: string): Readonly<Record<string, unknown>> {
  return onlyResource(template, ALARM, part).properties;
}

const functionDimension = [
  { Name: 'FunctionName', Value: { Ref: onlyResource(template, 'AWS::Lambda::Function').id } },
];
const queueDimension = (part: string) => [
  {
    Name: 'QueueName',
    Value: { 'Fn::GetAtt': [onlyResource(template, 'AWS::SQS::Queue', part).id, 'QueueName'] },
  },
];
const service = [{ Name: 'service', Value: 'watchdog' }];

describe('who watches the watchdog', () => {
  test.each(alarms.map(({ id, properties }) => [id, properties] as const))(
    '%s tells the ops topic, of trouble and of its end, and points into the runbook',
    (_, properties) => {
      const ops = [{ Ref: onlyResource(template, 'AWS::SNS::Topic', 'Ops').id }];
      expect(properties['AlarmActions']).toEqual(ops);
      expect(properties['OKActions']).toEqual(ops);
      expect(properties['ActionsEnabled']).not.toBe(false);
      expect(properties['AlarmDescription']).toMatch(/ docs\/runbook\.md#[a-z-]+$/);
    },
  );

  test('at most ten alarms: each costs ten cents a month', () => {
    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.length).toBeLessThanOrEqual(10);
  });

  test.each([
    ['watchdogerrors', 'AWS/Lambda', 'Errors', functionDimension, 1],
    ['watchdogthrottled', 'AWS/Lambda', 'Throttles', functionDimension, 1],
    ['signalsdead', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', queueDimension('DeadLet'), 1],
    [
      'signalsundelivered',
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      queueDimension('Undelivered'),
      1,
    ],
    ['invocationsfailed', 'LiveChatWatchdog', 'InvocationsFailed', service, 1],
    ['alertsfailed', 'LiveChatWatchdog', 'AlertsFailed', service, 1],
    ['readsfailed', 'LiveChatWatchdog', 'ReadsFailed', service, 1],
    ['storedown', 'LiveChatWatchdog', 'StoreDown', service, 1],
  ])('%s', (part, namespace, metric, dimensions, threshold) => {
    expect(alarm(part)).toMatchObject({
      Namespace: namespace,
      MetricName: metric,
      Dimensions: dimensions,
      Period: 60,
      Threshold: threshold,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('metrics of the watchdog itself are ones that it emits', () => {
    // The compiler holds this list to the names that the telemetry takes.
    const emitted: readonly MetricName[] = [
      'AlertsFailed',
      'InvocationsFailed',
      'ReadsFailed',
      'StoreDown',
    ];
    const watched = alarms
      .filter(({ properties }) => properties['Namespace'] === 'LiveChatWatchdog')
      .map(({ properties }) => properties['MetricName']);
    expect(new Set(watched)).toEqual(new Set<unknown>(emitted));
  });

  test.each(['watchdogerrors', 'invocationsfailed'])(
    '%s: one bad minute is retried and heals, two of five are told',
    (part) => {
      expect(alarm(part)).toMatchObject({ DatapointsToAlarm: 2, EvaluationPeriods: 5 });
    },
  );

  test('a signal that waits for more than two minutes', () => {
    expect(alarm('signalsold')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: queueDimension('SignalsQueue'),
      Statistic: 'Maximum',
      Threshold: 120,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });
});

describe('silence', () => {
  const heartbeat = alarm('heartbeatmissing');

  test('is an alarm: no data counts as bad, and gaps as zero', () => {
    expect(heartbeat).toMatchObject({
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Metrics: [
        { Expression: 'FILL(heartbeat, 0)', ReturnData: true },
        {
          Id: 'heartbeat',
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: 'LiveChatWatchdog',
              MetricName: 'Heartbeat',
              Dimensions: service,
            },
            Period: 60,
            Stat: 'Sum',
          },
        },
      ],
    });
  });

  test('alarms within six minutes, with two of them left for the delay of CloudWatch', () => {
    expect(heartbeat['EvaluationPeriods']).toBe(4);
    expect(heartbeat['DatapointsToAlarm']).toBe(4);
  });

  test('is looked for where the function writes its metrics', () => {
    const { Environment } = onlyResource(template, 'AWS::Lambda::Function').properties;
    expect(METRICS_NAMESPACE).toBe('LiveChatWatchdog');
    expect(SERVICE_NAME).toBe('watchdog');
    expect(Environment).toMatchObject({
      Variables: {
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        POWERTOOLS_SERVICE_NAME: SERVICE_NAME,
      },
    });
  });
});

describe('channels beside the alert topic', () => {
  const PART = 'channelsfailed';

  test('that are not there have no alarm: it would cost, and never tell', () => {
    expect(resourcesOf(template, ALARM, PART)).toEqual([]);
  });

  test.each([{ chatTopic: true }, { pagerTopic: true }, { events: true }])(
    '%j: an alarm tells of what they did not take',
    (channel) => {
      const { properties } = onlyResource(templateOf({ ...SMALLEST, ...channel }), ALARM, PART);
      const metrics = JSON.stringify(properties['Metrics']);
      expect(metrics).toContain('FILL(channels, 0) + FILL(events, 0)');
      for (const metric of ['ChannelsFailed', 'EventsFailed'] satisfies MetricName[]) {
        expect(metrics).toContain(`"MetricName":"${metric}"`);
      }
      expect(properties).toMatchObject({ Threshold: 1, TreatMissingData: 'notBreaching' });
    },
  );
});

test('alarms point to the configured runbook', () => {
  const descriptions = resourcesOf(templateOf(FULL), ALARM).map(({ properties }) =>
    String(properties['AlarmDescription']),
  );
  expect(descriptions.length).toBeGreaterThanOrEqual(alarms.length);
  for (const description of descriptions) {
    expect(description).toContain('https://wiki.example.com/watchdog#');
  }
});
