import { Match } from 'aws-cdk-lib/assertions';
import { SIGNAL_TABLE } from '../../lambda/core/signals/table';
import { onlyResource, resourcesOf, statementsOf, templateOf } from './stack-under-test';

const RULE = 'AWS::Events::Rule';
const template = templateOf();
const byBus = SIGNAL_TABLE.filter((row) => row.via === 'bus' && row.onlyFor === undefined);

describe('the EventBridge rules', () => {
  test('are one for each row of the signal table that comes by bus, and no more', () => {
    template.resourceCountIs(RULE, byBus.length);
    expect(byBus.length).toBeGreaterThan(0);
  });

  test.each(byBus.map((row) => [row.name, row] as const))(
    '%s: pattern as the table has it',
    (_, row) => {
      template.hasResourceProperties(RULE, {
        State: 'ENABLED',
        EventPattern: {
          source: [row.source],
          'detail-type': [row.detailType],
          detail: row.detail ?? Match.absent(),
        },
      });
    },
  );

  test.each(
    SIGNAL_TABLE.filter((row) => row.via === 'queue').map((row) => [row.name, row] as const),
  )('%s: no rule, since it comes by queue (or anybody could forge it)', (_, row) => {
    const patterns = resourcesOf(template, RULE).map(
      ({ properties }) => properties['EventPattern'],
    );
    expect(JSON.stringify(patterns)).not.toContain(row.source);
  });

  test.each([
    ['EC2 state changes', 'aws.ec2', 'EC2 Instance State-change Notification'],
    ['AWS Health', 'aws.health', 'AWS Health Event'],
    ['CloudWatch alarms', 'aws.cloudwatch', 'CloudWatch Alarm State Change'],
    ['CloudTrail calls', 'aws.ec2', 'AWS API Call via CloudTrail'],
    ["the server's own ready event", 'watchdog.server', 'Server Ready'],
  ])('bring %s', (_, source, detailType) => {
    template.hasResourceProperties(RULE, {
      EventPattern: { source: [source], 'detail-type': [detailType] },
    });
  });

  test('give up after an hour, into a dead-letter queue', () => {
    const queue = onlyResource(template, 'AWS::SQS::Queue', 'SignalsQueue').id;
    const undelivered = onlyResource(template, 'AWS::SQS::Queue', 'Undelivered').id;
    template.allResourcesProperties(RULE, {
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queue, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undelivered, 'Arn'] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  test.each(['SignalsQueue', 'Undelivered'])('%s lets them send, and nobody else', (part) => {
    // GIVEN the policy of the queue
    const { properties } = onlyResource(template, 'AWS::SQS::QueuePolicy', part);
    const allowed = statementsOf(properties['PolicyDocument']).filter((s) => s.effect === 'Allow');
    // THEN each statement names one rule of ours, and every rule has one
    const sources = allowed.map((statement) => {
      expect(statement.principal).toEqual({ Service: 'events.amazonaws.com' });
      expect(statement.actions).not.toContain('sqs:ReceiveMessage');
      return (statement.condition as { ArnEquals: { 'aws:SourceArn': unknown } }).ArnEquals[
        'aws:SourceArn'
      ];
    });
    const rules = resourcesOf(template, RULE).map(({ id }) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    expect(sources).toEqual(expect.arrayContaining(rules));
    expect(sources).toHaveLength(rules.length);
  });
});
