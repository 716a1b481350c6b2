import { PublishCommand, type PublishCommandInput } from '@aws-sdk/client-sns';
import { factsOf } from '../../../sim/history';
import { inside } from './lab';

const TopicArn = 'arn:aws:sns:us-east-1:111122223333:LiveChatWatchdog-Alerts';
const json = (message: object): string => JSON.stringify(message);
const GOOD: PublishCommandInput = {
  TopicArn,
  Subject: 'pod-23 stopped',
  MessageStructure: 'json',
  Message: json({ default: 'for all', email: 'a letter' }),
  MessageAttributes: { severity: { DataType: 'String', StringValue: 'warning' } },
};

it('keeps a message as people receive it, by protocol', async () => {
  const { error, world } = await inside(({ sns }) => sns.send(new PublishCommand(GOOD)));
  expect(error).toBeUndefined();
  expect(factsOf(world.history.facts, 'message')[0]).toMatchObject({
    subject: 'pod-23 stopped',
    email: 'a letter',
    sms: 'for all',
    attributes: { severity: 'warning' },
  });
});

it.each([
  ['a subject of 100 characters', { Subject: 'x'.repeat(100) }],
  ['a subject with a line break', { Subject: 'a\nb' }],
  ['a subject that is not ASCII', { Subject: 'pod-23 – stopped' }],
  ['a subject that begins with a space', { Subject: ' pod' }],
  ['no default text', { Message: json({ email: 'a letter' }) }],
  ['a default that is no text', { Message: json({ default: { a: 1 } }) }],
  ['a message that is not JSON', { Message: 'hello' }],
  ['an empty message', { Message: '' }],
  ['over 256 KiB', { Message: json({ default: 'x'.repeat(262_144) }) }],
  ['an empty attribute', { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }],
])('refuses %s', async (_what, change) => {
  const { error, world } = await inside(({ sns }) =>
    sns.send(new PublishCommand({ ...GOOD, ...change })),
  );
  expect(error?.name).toBe('InvalidParameterException');
  expect(factsOf(world.history.facts, 'message')).toEqual([]);
});

it('takes a subject of 99 characters', async () => {
  const { error } = await inside(({ sns }) =>
    sns.send(new PublishCommand({ ...GOOD, Subject: 'x'.repeat(99) })),
  );
  expect(error).toBeUndefined();
});
