import { describeConfigError } from '../lambda/core/policy';
import { readSettings, SettingsError, type Environment } from '../lambda/settings';

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';

const ENV: Environment = {
  ACCOUNT_ID: '111122223333',
  AWS_REGION: 'us-east-1',
  POLICIES: '{"livechat":{"readyEvent":true}}',
  TIME_ZONE: 'America/Los_Angeles',
  TABLE_NAME: 'incidents',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/signals',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:alerts',
  HEARTBEAT_URL: 'https://beats.example.com/ping/0000',
  KMS_KEY_ARNS: `${KEY}, ${KEY}2`,
  RUNBOOK_URL: 'https://example.com/runbook',
};

const read = (change: Environment = {}) => readSettings({ ...ENV, ...change });

function pathsOf(change: Environment): readonly string[] {
  const result = read(change);
  return result.kind === 'invalid' ? result.errors.map(({ path }) => path) : [];
}

describe('settings from the environment', () => {
  test('are read', () => {
    const result = read();
    expect(result).toMatchObject({
      kind: 'valid',
      settings: {
        home: { accountId: '111122223333', region: 'us-east-1' },
        timeZone: 'America/Los_Angeles',
        tableName: 'incidents',
        queueUrl: ENV['QUEUE_URL'],
        topicArn: ENV['TOPIC_ARN'],
        heartbeatUrl: ENV['HEARTBEAT_URL'],
        kmsKeyArns: [KEY, `${KEY}2`],
        runbookUrl: 'https://example.com/runbook',
      },
    });
    expect(result.kind === 'valid' && result.settings.policies.get('livechat')).toMatchObject({
      name: 'livechat',
      readyEvent: true,
    });
  });

  test.each([undefined, '', ' '])('may lack what is optional: %p', (nothing) => {
    expect(read({ HEARTBEAT_URL: nothing, KMS_KEY_ARNS: nothing })).toMatchObject({
      kind: 'valid',
      settings: { heartbeatUrl: undefined, kmsKeyArns: [] },
    });
  });

  test.each([undefined, '', ' '])(
    'has no channel but the topic where none is named: %p',
    (none) => {
      expect(read({ CHAT_TOPIC_ARN: none, PAGER_TOPIC_ARN: none, EVENT_BUS: none })).toMatchObject({
        kind: 'valid',
        settings: { chatTopicArn: undefined, pagerTopicArn: undefined, eventBus: undefined },
      });
    },
  );

  test('has the channels that are named, and refuses what cannot be one', () => {
    const chat = 'arn:aws:sns:us-east-1:111122223333:chat';
    expect(read({ CHAT_TOPIC_ARN: chat, EVENT_BUS: 'default' })).toMatchObject({
      settings: { chatTopicArn: chat, pagerTopicArn: undefined, eventBus: 'default' },
    });
    expect(pathsOf({ CHAT_TOPIC_ARN: 'chat' })).toEqual(['CHAT_TOPIC_ARN']);
    expect(pathsOf({ PAGER_TOPIC_ARN: `${chat}.fifo` })).toEqual(['PAGER_TOPIC_ARN']);
    expect(pathsOf({ EVENT_BUS: 'a bus' })).toEqual(['EVENT_BUS']);
  });

  test.each([undefined, '', ' '])('has 10 percent, at most 5, as its takedowns: %p', (nothing) => {
    expect(read({ TAKEDOWN_PERCENT: nothing, TAKEDOWN_MOST: nothing })).toMatchObject({
      settings: { takedowns: { percent: 10, most: 5 } },
    });
  });

  test('or what it says', () => {
    expect(read({ TAKEDOWN_PERCENT: '50', TAKEDOWN_MOST: ' 1 ' })).toMatchObject({
      settings: { takedowns: { percent: 50, most: 1 } },
    });
  });

  test.each([
    ['another partition', { TOPIC_ARN: 'arn:aws-us-gov:sns:us-gov-west-1:111122223333:alerts' }],
    ['a Region with four parts', { AWS_REGION: 'us-gov-west-1' }],
    ["an emulator's queue", { QUEUE_URL: 'http://localhost:5000/111122223333/signals' }],
    ['UTC', { TIME_ZONE: 'UTC' }],
    ['a path to the runbook', { RUNBOOK_URL: 'docs/runbook.md' }],
  ])('%s is fine', (_, change) => {
    expect(read(change).kind).toBe('valid');
  });

  test.each<[string, string | undefined]>([
    ['ACCOUNT_ID', '1234'],
    ['ACCOUNT_ID', undefined],
    ['AWS_REGION', 'Virginia'],
    ['TIME_ZONE', 'Mars/Olympus'],
    ['TABLE_NAME', ''],
    ['QUEUE_URL', 'signals'],
    ['TOPIC_ARN', 'alerts'],
    ['TOPIC_ARN', 'arn:aws:sns:us-east-1:111122223333:alerts.fifo'],
    ['HEARTBEAT_URL', 'http://beats.example.com'],
    ['KMS_KEY_ARNS', `${KEY},alias/aws/ebs`],
    ['RUNBOOK_URL', 'see the wiki'],
    ['TAKEDOWN_PERCENT', '0'],
    ['TAKEDOWN_PERCENT', '51'],
    ['TAKEDOWN_PERCENT', '10%'],
    ['TAKEDOWN_PERCENT', '2.5'],
    ['TAKEDOWN_PERCENT', '-1'],
    ['TAKEDOWN_MOST', '0'],
    ['TAKEDOWN_MOST', '100'],
    ['TAKEDOWN_MOST', '1e1'],
    ['TAKEDOWN_MOST', 'five'],
    ['POLICIES', undefined],
    ['POLICIES', '{"livechat":'],
  ])('%s may not be %p', (name, value) => {
    expect(pathsOf({ [name]: value })).toEqual([name]);
  });

  test.each(['{}', '[]', 'null', '"livechat"'])('no policies (%s) are not all policies', (text) => {
    expect(pathsOf({ POLICIES: text })).toEqual(['policies']);
  });

  test('every mistake is told at once, with what, actual, allowed and the mend', () => {
    const result = read({
      ACCOUNT_ID: 'x',
      TIME_ZONE: 'Mars/Olympus',
      POLICIES: '{"livechat":{"mode":"maybe","typo":1}}',
    });
    if (result.kind !== 'invalid') throw new Error('It is valid');
    expect(result.errors.map(({ path }) => path)).toEqual([
      'ACCOUNT_ID',
      'TIME_ZONE',
      'policies.livechat.mode',
      'policies.livechat.typo',
    ]);
    const { message } = new SettingsError(result.errors);
    for (const error of result.errors) expect(message).toContain(describeConfigError(error));
    expect(message).toContain('ACCOUNT_ID is "x", but must be 12 digits.');
  });

  test('the address of the heartbeat is a secret, also when it is wrong', () => {
    const result = read({ HEARTBEAT_URL: 'http://beats.example.com/ping/secret' });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(result).toMatchObject({ errors: [{ actual: 'a text of 36 characters (not shown)' }] });
  });

  test('a long value is quoted in part', () => {
    const result = read({ POLICIES: 'x'.repeat(4_000) });
    expect(JSON.stringify(result).length).toBeLessThan(600);
  });
});
