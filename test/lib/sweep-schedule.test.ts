import { parseSignal } from '../../lambda/core/signals/parse';
import { onlyResource, statementsOf, templateOf } from './stack-under-test';

const template = templateOf();
const schedule = onlyResource(template, 'AWS::Scheduler::Schedule').properties;
const target = schedule['Target'] as Readonly<Record<string, unknown>>;
const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

/** The input as Scheduler would send it: CloudFormation's and Scheduler's own values filled in. */
function sentMessage(): string {
  const [, parts] = (target['Input'] as { 'Fn::Join': [string, readonly unknown[]] })['Fn::Join'];
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      return (part as { Ref: string }).Ref === 'AWS::Region' ? REGION : ACCOUNT;
    })
    .join('')
    .replace('<aws.scheduler.execution-id>', 'd32c5kddcf5bb8c3')
    .replace('<aws.scheduler.scheduled-time>', '2024-08-01T12:10:00Z');
}

describe('the sweep', () => {
  test('comes each minute, on the minute', () => {
    expect(schedule['ScheduleExpression']).toBe('rate(1 minute)');
    expect(schedule['FlexibleTimeWindow']).toEqual({ Mode: 'OFF' });
    expect(schedule['State']).not.toBe('DISABLED');
  });

  test('is given up when the next one is due, into a dead-letter queue', () => {
    const undelivered = onlyResource(template, 'AWS::SQS::Queue', 'Undelivered').id;
    expect(target['RetryPolicy']).toEqual({
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 3,
    });
    expect(target['DeadLetterConfig']).toEqual({ Arn: { 'Fn::GetAtt': [undelivered, 'Arn'] } });
  });

  test('is a message that the handler reads as a sweep', () => {
    const message: unknown = JSON.parse(sentMessage());
    expect(message).toEqual({
      version: '0',
      id: 'd32c5kddcf5bb8c3',
      source: 'watchdog.scheduler',
      'detail-type': 'Sweep',
      account: ACCOUNT,
      region: REGION,
      time: '2024-08-01T12:10:00Z',
      resources: [],
      detail: {},
    });
    const parsed = parseSignal(message, { accountId: ACCOUNT, region: REGION });
    expect(parsed).toMatchObject({ outcome: 'signal', signal: { kind: 'sweep' } });
  });

  test('is sent by a role that may send to its two queues and nothing else', () => {
    const role = onlyResource(template, 'AWS::IAM::Role', 'Sweep').properties;
    const queue = onlyResource(template, 'AWS::SQS::Queue', 'SignalsQueue').id;
    const undelivered = onlyResource(template, 'AWS::SQS::Queue', 'Undelivered').id;
    expect(role['ManagedPolicyArns']).toBeUndefined();
    const policies = role['Policies'] as readonly { PolicyDocument: unknown }[];
    expect(policies).toHaveLength(1);
    expect(statementsOf(policies[0]?.PolicyDocument)).toMatchObject([
      {
        effect: 'Allow',
        actions: ['sqs:SendMessage'],
        resources: [{ 'Fn::GetAtt': [queue, 'Arn'] }, { 'Fn::GetAtt': [undelivered, 'Arn'] }],
      },
    ]);
  });

  test('is sent in the name of this account only', () => {
    const role = onlyResource(template, 'AWS::IAM::Role', 'Sweep').properties;
    expect(statementsOf(role['AssumeRolePolicyDocument'])).toMatchObject([
      {
        principal: { Service: 'scheduler.amazonaws.com' },
        condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });
});
