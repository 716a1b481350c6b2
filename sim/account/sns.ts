import type { PublishInput } from '@aws-sdk/client-sns';
import type { History } from '../history';
import type { Random } from '../random';
import { serviceError } from './errors';
import type { Caller, Operation } from './gateway';
import type { Deployment } from './template';

/** What the topic's operations need. */
export interface SnsParts {
  readonly deployment: Deployment;
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

/** SNS's operations: what is published is kept as people receive it. */
export function snsOperations({ deployment, history, random }: SnsParts): readonly Operation[] {
  const topics = new Set(deployment.all('AWS::SNS::Topic').map(({ arn }) => arn));
  const ids = random.stream('sns/ids');
  const run = (input: PublishInput, caller: Caller): object => {
    const topicArn = input.TopicArn ?? '';
    caller.authorize('sns:Publish', topicArn);
    if (!topics.has(topicArn)) {
      const message = 'Topic does not exist';
      throw serviceError('sns', { code: 'NotFoundException', message, status: 404 });
    }
    const subject = input.Subject ?? '';
    if (input.Subject !== undefined) checkSubject(subject);
    if (sizeOf(input) > LARGEST) throw invalid('Invalid parameter: Message too long');
    const texts = protocolTexts(input);
    const attributes = attributesOf(input);
    const { invocation } = caller;
    const messageId = ids.uuid();
    history.add({
      kind: 'message',
      messageId,
      invocation,
      topicArn,
      subject,
      ...texts,
      attributes,
    });
    return { MessageId: messageId };
  };
  const latency = { medianMs: 35, sigma: 0.5, leastMs: 12, mostMs: 1_500 };
  return [{ service: 'sns', name: 'Publish', latency, run: run as Operation['run'] }];
}
