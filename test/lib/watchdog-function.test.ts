import { Match } from 'aws-cdk-lib/assertions';
import { RUNBOOK_PLACEHOLDER } from '../../lib/config';
import { readSettings } from '../../lambda/settings';
import { FULL, onlyResource, SMALLEST, templateOf } from './stack-under-test';

const FUNCTION = 'AWS::Lambda::Function';
const template = templateOf();
const properties = onlyResource(template, FUNCTION).properties;

function variablesOf(source = template): Readonly<Record<string, unknown>> {
  const found = onlyResource(source, FUNCTION).properties['Environment'];
  return (found as { Variables: Record<string, unknown> }).Variables;
}

describe('the function', () => {
  test.each([
    ['Node 24', 'Runtime', 'nodejs24.x'],
    ['arm64', 'Architectures', ['arm64']],
    ['a gigabyte, for a fast cold start', 'MemorySize', 1024],
    ['a short timeout', 'Timeout', 15],
    ['no concurrency reserved from the account', 'ReservedConcurrentExecutions', undefined],
    ['a tick chain that Lambda does not break', 'RecursiveLoop', 'Allow'],
    ['no tracing', 'TracingConfig', undefined],
  ])('has %s', (_, name, expected) => {
    expect(properties[name]).toEqual(expected);
  });

  test('writes JSON to a log group of the stack, without a level that would drop metrics', () => {
    const group = onlyResource(template, 'AWS::Logs::LogGroup').id;
    expect(properties['LoggingConfig']).toEqual({ LogFormat: 'JSON', LogGroup: { Ref: group } });
  });

  test('is fed in large batches, two at once, failing record by record', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    const queue = onlyResource(template, 'AWS::SQS::Queue', 'SignalsQueue').id;
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('can be called by nobody else', () => {
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    template.resourceCountIs('AWS::Lambda::Url', 0);
  });
});

describe("the function's environment", () => {
  test('names the stack and its resources', () => {
    expect(variablesOf()).toEqual({
      ACCOUNT_ID: { Ref: 'AWS::AccountId' },
      POLICIES: '{"livechat":{}}',
      TIME_ZONE: 'UTC',
      TABLE_NAME: { Ref: onlyResource(template, 'AWS::DynamoDB::Table').id },
      QUEUE_URL: { Ref: onlyResource(template, 'AWS::SQS::Queue', 'SignalsQueue').id },
      TOPIC_ARN: { Ref: onlyResource(template, 'AWS::SNS::Topic', 'Alerts').id },
      KMS_KEY_ARNS: '',
      RUNBOOK_URL: RUNBOOK_PLACEHOLDER,
      TAKEDOWN_PERCENT: '10',
      TAKEDOWN_MOST: '5',
      POWERTOOLS_SERVICE_NAME: 'watchdog',
      POWERTOOLS_METRICS_NAMESPACE: 'LiveChatWatchdog',
    });
  });

  test('says what the configuration says', () => {
    expect(variablesOf(templateOf(FULL))).toMatchObject({
      POLICIES: JSON.stringify(FULL.policies),
      TIME_ZONE: 'America/Los_Angeles',
      HEARTBEAT_URL: 'https://deadman.example.com/ping/42',
      KMS_KEY_ARNS: FULL.kmsKeyArns?.join(','),
      RUNBOOK_URL: 'https://wiki.example.com/watchdog',
      CHAT_TOPIC_ARN: { Ref: onlyResource(templateOf(FULL), 'AWS::SNS::Topic', 'Chat').id },
      PAGER_TOPIC_ARN: { Ref: onlyResource(templateOf(FULL), 'AWS::SNS::Topic', 'Pager').id },
      EVENT_BUS: 'default',
      TAKEDOWN_PERCENT: '20',
      TAKEDOWN_MOST: '3',
    });
  });
});

describe('the function reads its environment', () => {
  /** The environment as Lambda would have it, with what CloudFormation fills in. */
  function deployed(props = SMALLEST): Readonly<Record<string, string>> {
    const filledIn: Readonly<Record<string, string>> = {
      ACCOUNT_ID: '111122223333',
      AWS_REGION: 'us-east-1',
      TABLE_NAME: 'Stack-Incidents-1ABC',
      QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/Stack-Signals-1ABC',
      TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Stack-Alerts-1ABC',
      ...(props.chatTopic && {
        CHAT_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Stack-Chat-1ABC',
      }),
      ...(props.pagerTopic && {
        PAGER_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Stack-Pager-1ABC',
      }),
    };
    return { ...(variablesOf(templateOf(props)) as Record<string, string>), ...filledIn };
  }

  test.each([
    ['the smallest configuration', SMALLEST],
    ['the full configuration', FULL],
  ])('of %s, without a mistake', (_, props) => {
    expect(readSettings(deployed(props))).toMatchObject({ kind: 'valid' });
  });

  test('with the channels that were configured, and without the others', () => {
    expect(readSettings(deployed(FULL))).toMatchObject({
      settings: {
        chatTopicArn: expect.stringMatching(/:Stack-Chat-1ABC$/),
        pagerTopicArn: expect.stringMatching(/:Stack-Pager-1ABC$/),
        eventBus: 'default',
      },
    });
    expect(readSettings(deployed())).toMatchObject({
      settings: { chatTopicArn: undefined, pagerTopicArn: undefined, eventBus: undefined },
    });
  });

  test('with the budget of takedowns that was configured', () => {
    expect(readSettings(deployed(FULL))).toMatchObject({
      settings: { takedowns: { percent: 20, most: 3 } },
    });
  });

  test('and without that budget, as an older stack left it, means the same defaults', () => {
    const { TAKEDOWN_PERCENT: percent, TAKEDOWN_MOST: most, ...older } = deployed();
    const takedowns = { percent: Number(percent), most: Number(most) };
    expect(readSettings(older)).toMatchObject({ kind: 'valid', settings: { takedowns } });
  });

  test('and would tell of a mistake', () => {
    expect(readSettings({ ...deployed(), TIME_ZONE: 'Mars' })).toMatchObject({ kind: 'invalid' });
  });
});

describe('the log group', () => {
  const LOGS = 'AWS::Logs::LogGroup';

  test('keeps logs for a month and goes with the stack', () => {
    template.resourceCountIs(LOGS, 1);
    template.hasResource(LOGS, {
      Properties: { RetentionInDays: 30 },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
  });

  test('keeps them as long as configured', () => {
    templateOf(FULL).hasResourceProperties(LOGS, { RetentionInDays: 90 });
  });
});

describe('the incident table', () => {
  test('is on demand, keyed as the store expects, and expires what is closed', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      GlobalSecondaryIndexes: Match.absent(),
    });
  });

  test('is recoverable, protected and kept when the stack goes', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      Properties: {
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        // The key that DynamoDB owns; true would mean one in the account.
        SSESpecification: { SSEEnabled: false },
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });
});
