import type { PublishInput } from '@aws-sdk/client-sns';
import type { History } from '../history';
import type { Random } from '../random';
import { showInChat } from './chat-client';
import { serviceError } from './errors';
import type { Caller, Operation } from './gateway';
import { Pager, readAlarm } from './pager';
import type { Deployment } from './template';

/** What the topic's operations need. */
export interface SnsParts {
  readonly deployment: Deployment;
  /** Topics of other stacks. */
  readonly otherTopics: readonly string[];
  readonly history: History;
  readonly random: Random;
}

const LARGEST = 262_144;

const invalid = (message: string): Error =>
  serviceError('sns', { code: 'InvalidParameterException', message, status: 400 });

/** Subjects: ASCII, fewer than 100 characters, no line break, no control character at all. */
function checkSubject(subject: string): void {
  if (!/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) {
    throw invalid(`Invalid parameter: Subject (${JSON.stringify(subject)})`);
  }
}

function protocolTexts(input: PublishInput): { readonly email: string; readonly sms: string } {
  const message = input.Message ?? '';
  if (message === '') throw invalid('Invalid parameter: Empty message');
  if (input.MessageStructure === undefined) return { email: message, sms: message };
  if (input.MessageStructure !== 'json') throw invalid('Invalid parameter: MessageStructure');
  const parsed = parseJson(message);
  const fallback = parsed['default'];
  if (typeof fallback !== 'string') {
    throw invalid('Invalid parameter: Message Structure - No default entry in JSON message body');
  }
  // SNS ignores values that are not texts.
  const text = (protocol: string): string =>
    typeof parsed[protocol] === 'string' ? parsed[protocol] : fallback;
  return { email: text('email'), sms: text('sms') };
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw invalid('Invalid parameter: Message Structure - JSON message body failed to parse');
  }
}

function attributesOf(input: PublishInput): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(input.MessageAttributes ?? {}).map(([name, { DataType, StringValue }]) => {
      if (DataType === undefined || StringValue === undefined || StringValue === '') {
        throw invalid(`The message attribute '${name}' must contain a non-empty message attribute`);
      }
      return [name, StringValue];
    }),
  );
}

function sizeOf(input: PublishInput): number {
  const attributes = Object.entries(input.MessageAttributes ?? {});
  const texts = attributes.map(([name, value]) => name + value.DataType + value.StringValue);
  return Buffer.byteLength((input.Message ?? '') + texts.join(''));
}

/** One message as SNS delivers it. */
interface Delivery {
  readonly messageId: string;
  readonly invocation: number;
  readonly input: PublishInput;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Who is subscribed: a chat and a pager to the topics that the stack's outputs name for them. */
function subscribers({ deployment, history }: SnsParts): (delivery: Delivery) => void {
  const { ChatTopicArn, PagerTopicArn } = deployment.outputs();
  const pager = new Pager();
  const unread = (text: string): void => history.add({ kind: 'failure', text });
  return ({ messageId, invocation, input, attributes }) => {
    const { TopicArn: topicArn = '', Message: message = '', Subject: subject = '' } = input;
    const known = { messageId, invocation, attributes };
    if (topicArn === ChatTopicArn) {
      const seen = showInChat(message);
      if ('mistakes' in seen) unread(`Not shown in chat: ${seen.mistakes.join(', ')}`);
      else history.add({ kind: 'chat', ...known, ...seen.shown });
    } else if (topicArn === PagerTopicArn) {
      const alarm = readAlarm(message, subject);
      if ('mistake' in alarm) unread(`No alarm to a pager: ${alarm.mistake}`);
      else history.add({ kind: 'page', ...known, ...alarm, effect: pager.take(alarm) });
    } else {
      const texts = protocolTexts(input);
      history.add({
        kind: 'message',
        messageId,
        invocation,
        topicArn,
        subject,
        ...texts,
        attributes,
      });
    }
  };
}

/** SNS's operations: what is published is kept as people, chats and pagers receive it. */
export function snsOperations(parts: SnsParts): readonly Operation[] {
  const { deployment, random, otherTopics } = parts;
  const own = deployment.all('AWS::SNS::Topic').map(({ arn }) => arn);
  const topics = new Set([...own, ...otherTopics]);
  const ids = random.stream('sns/ids');
  const deliver = subscribers(parts);
  const run = (input: PublishInput, caller: Caller): object => {
    const topicArn = input.TopicArn ?? '';
    caller.authorize('sns:Publish', topicArn);
    if (!topics.has(topicArn)) {
      const message = 'Topic does not exist';
      throw serviceError('sns', { code: 'NotFoundException', message, status: 404 });
    }
    if (input.Subject !== undefined) checkSubject(input.Subject);
    if (sizeOf(input) > LARGEST) throw invalid('Invalid parameter: Message too long');
    protocolTexts(input);
    const attributes = attributesOf(input);
    const messageId = ids.uuid();
    deliver({ messageId, invocation: caller.invocation, input, attributes });
    return { MessageId: messageId };
  };
  const latency = { medianMs: 35, sigma: 0.5, leastMs: 12, mostMs: 1_500 };
  return [{ service: 'sns', name: 'Publish', latency, run: run as Operation['run'] }];
}
