import { PublishCommand } from '@aws-sdk/client-sns';
import { factsOf } from '../../../sim/history';
import { inside } from './lab';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:LiveChatWatchdog';
const changes = {
  resources: {
    Chat: { Type: 'AWS::SNS::Topic', Properties: {} },
    Pager: { Type: 'AWS::SNS::Topic', Properties: {} },
  },
  outputs: {
    ChatTopicArn: { Value: { Ref: 'Chat' } },
    PagerTopicArn: { Value: { Ref: 'Pager' } },
  },
};

const publish = async (topic: 'Chat' | 'Pager', messages: readonly string[]) => {
  const { world, error } = await inside(
    async ({ sns }) => {
      for (const Message of messages) {
        const Subject = Message.includes('"NewStateValue":"OK"') ? 'OK: "a"' : 'ALARM: "a"';
        await sns.send(new PublishCommand({ TopicArn: `${TOPIC}-${topic}`, Subject, Message }));
      }
    },
    { changes },
  );
  expect(error).toBeUndefined();
  return world.history.facts;
};

const notification = (change: object = {}): string =>
  JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: 'pod-23', description: 'It stopped.' },
    metadata: { threadId: 'pod-23-1' },
    ...change,
  });

const alarm = (AlarmName: string, NewStateValue: string): string =>
  JSON.stringify({
    AlarmName,
    AWSAccountId: '111122223333',
    NewStateValue,
    OldStateValue: NewStateValue === 'OK' ? 'ALARM' : 'OK',
    NewStateReason: 'pod-23',
    StateChangeTime: '2024-08-01T12:10:09.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${AlarmName}`,
    Trigger: { MetricName: 'NeedsPerson' },
  });

describe('a chat on its topic', () => {
  it('shows a custom notification, in its thread', async () => {
    const facts = await publish('Chat', [notification()]);
    expect(factsOf(facts, 'chat')).toMatchObject([{ threadId: 'pod-23-1', title: 'pod-23' }]);
    expect(factsOf(facts, 'message')).toEqual([]);
    expect(factsOf(facts, 'failure')).toEqual([]);
  });

  it.each([
    ['a plain text', 'pod-23 stopped'],
    ['a message by protocol', JSON.stringify({ default: notification() })],
    ['another version', notification({ version: '2.0' })],
    ['no description', notification({ content: { title: 'pod-23' } })],
    [
      'a title over 250 characters',
      notification({ content: { title: 'x'.repeat(251), description: 'x' } }),
    ],
    ['a field that is not known', notification({ contents: {} })],
  ])('shows nothing of %s, which fails the run', async (_, message) => {
    const facts = await publish('Chat', [message]);
    expect(factsOf(facts, 'chat')).toEqual([]);
    expect(factsOf(facts, 'failure')).toMatchObject([
      { text: expect.stringContaining('Not shown in chat') },
    ]);
  });
});

describe('a pager on its topic', () => {
  it('opens a page for each name, and closes it by that name', async () => {
    const facts = await publish('Pager', [
      alarm('a', 'ALARM'),
      alarm('b', 'ALARM'),
      alarm('a', 'ALARM'),
      alarm('a', 'OK'),
      alarm('a', 'OK'),
    ]);
    expect(factsOf(facts, 'page').map(({ alarmName, effect }) => `${alarmName} ${effect}`)).toEqual(
      ['a opened', 'b opened', 'a again', 'a closed', 'a nothing'],
    );
  });

  it('that cannot read a message fails the run', async () => {
    const facts = await publish('Pager', ['pod-23 stopped']);
    expect(factsOf(facts, 'page')).toEqual([]);
    expect(factsOf(facts, 'failure')).toMatchObject([
      { text: expect.stringContaining('No alarm to a pager') },
    ]);
  });
});
