import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib';
import { InstanceWatchdog } from '../../lib/instance-watchdog';
import {
  FULL,
  onlyResource,
  quietApp,
  resourcesOf,
  SMALLEST,
  statementsOf,
  templateOf,
} from './stack-under-test';

const TOPIC = 'AWS::SNS::Topic';
const small = templateOf();
const full = templateOf(FULL);

function policyOf(part: string, template = small) {
  const { properties } = onlyResource(template, 'AWS::SNS::TopicPolicy', part);
  return statementsOf(properties['PolicyDocument']);
}

function subscribersOf(part: string): readonly string[] {
  const topic = onlyResource(full, TOPIC, part).id;
  return resourcesOf(full, 'AWS::SNS::Subscription')
    .map(({ properties }) => properties)
    .filter((subscription) => JSON.stringify(subscription['TopicArn']).includes(topic))
    .map(
      (subscription) => `${String(subscription['Protocol'])} ${String(subscription['Endpoint'])}`,
    )
    .sort();
}

describe('the topics', () => {
  test('are two standard ones: alerts about servers, alarms about the watchdog', () => {
    small.resourceCountIs(TOPIC, 2);
    small.allResourcesProperties(TOPIC, { FifoTopic: Match.absent() });
  });

  test('are four with a chat and a pager', () => {
    full.resourceCountIs(TOPIC, 4);
    full.allResourcesProperties(TOPIC, { FifoTopic: Match.absent() });
  });

  test.each(['Alerts', 'Ops', 'Chat', 'Pager'])(
    '%s refuses what does not come over TLS',
    (part) => {
      expect(policyOf(part, full)).toContainEqual(
        expect.objectContaining({
          effect: 'Deny',
          actions: ['sns:Publish'],
          principal: '*',
          condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    },
  );

  test('alarms of this account may publish to Ops', () => {
    expect(policyOf('Ops')).toContainEqual({
      sid: 'AlarmsOfThisAccount',
      effect: 'Allow',
      actions: ['sns:Publish'],
      resources: [{ Ref: onlyResource(small, TOPIC, 'Ops').id }],
      principal: { Service: 'cloudwatch.amazonaws.com' },
      condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  test.each(['Alerts', 'Chat', 'Pager'])(
    'and nobody may by the policy of %s: the function does by its role',
    (part) => {
      expect(policyOf(part, full).filter(({ effect }) => effect === 'Allow')).toEqual([]);
    },
  );
});

describe('subscriptions', () => {
  test('are those of the configuration, each to its topic', () => {
    expect(subscribersOf('Alerts')).toEqual([
      'email chat-team@example.com',
      'email oncall@example.com',
      'sms +14155550123',
    ]);
    expect(subscribersOf('Ops')).toEqual(['email platform@example.com']);
    expect(subscribersOf('Pager')).toEqual([`https ${FULL.pagerUrls?.[0]}`]);
    // Amazon Q Developer subscribes itself, when a chat is configured there.
    expect(subscribersOf('Chat')).toEqual([]);
  });

  test('to a pager topic that no pager listens to, synth warns; of a chat it cannot know', () => {
    const stack = new Stack(quietApp(), 'Silent');
    new InstanceWatchdog(stack, 'W', { ...SMALLEST, chatTopic: true, pagerTopic: true });
    const annotations = Annotations.fromStack(stack);
    const warning = Match.stringLikeRegexp('Nobody is subscribed');
    annotations.hasWarning('/Silent/W/Pager', warning);
    annotations.hasNoWarning('/Silent/W/Chat', warning);
  });

  test('none, and synth warns that nobody listens', () => {
    small.resourceCountIs('AWS::SNS::Subscription', 0);
    const stack = new Stack(quietApp(), 'Silent');
    new InstanceWatchdog(stack, 'W', SMALLEST);
    const annotations = Annotations.fromStack(stack);
    for (const topic of ['Alerts', 'Ops']) {
      annotations.hasWarning(`/Silent/W/${topic}`, Match.stringLikeRegexp('Nobody is subscribed'));
    }
  });

  test('no runbook, and synth warns that alerts lead nowhere', () => {
    const noRunbook = Match.stringLikeRegexp('without a link');
    const warnings = [SMALLEST, FULL].map((props) => {
      const stack = new Stack(quietApp(), 'S');
      new InstanceWatchdog(stack, 'W', props);
      return Annotations.fromStack(stack).findWarning('*', noRunbook).length;
    });
    expect(warnings).toEqual([1, 0]);
  });

  test('some, and it does not warn', () => {
    const stack = new Stack(quietApp(), 'Heard');
    new InstanceWatchdog(stack, 'W', { ...SMALLEST, alertEmails: ['oncall@example.com'] });
    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('Nobody'),
    );
    expect(warnings).toEqual([]);
  });
});

describe('the key of the topics', () => {
  test('is not there by default', () => {
    small.resourceCountIs('AWS::KMS::Key', 0);
    small.allResourcesProperties(TOPIC, { KmsMasterKeyId: Match.absent() });
  });

  test('where configured, encrypts every topic and lets CloudWatch in', () => {
    const key = onlyResource(full, 'AWS::KMS::Key');
    full.allResourcesProperties(TOPIC, { KmsMasterKeyId: { 'Fn::GetAtt': [key.id, 'Arn'] } });
    expect(key.properties['EnableKeyRotation']).toBe(true);
    expect(statementsOf(key.properties['KeyPolicy'])).toContainEqual({
      sid: 'AlarmsMayEncrypt',
      effect: 'Allow',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      principal: { Service: 'cloudwatch.amazonaws.com' },
      condition: undefined,
    });
  });

  test("lets the account's own policies decide on the rest, the function's role among them", () => {
    const { properties } = onlyResource(full, 'AWS::KMS::Key');
    expect(statementsOf(properties['KeyPolicy'])[0]).toMatchObject({
      effect: 'Allow',
      actions: ['kms:*'],
      principal: { AWS: expect.anything() },
    });
  });
});
