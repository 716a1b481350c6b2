import {
  PublishCommand,
  type MessageAttributeValue,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import type { PagerMessage } from '../core/alert/pager';
import type { AlertMessage, AlertPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { SnsClient } from './clients';
import type { EventSender } from './events';
import { REQUEST_TIMEOUT_MS } from './timeouts';

/** What publishing needs beside the client. */
export interface AlertsOptions {
  readonly topicArn: string;
  /** Undefined where there is no such channel. */
  readonly chatTopicArn?: string | undefined;
  readonly pagerTopicArn?: string | undefined;
  readonly events?: EventSender | undefined;
  readonly telemetry: TelemetryPort;
}

/** SNS refuses a subject of 100 characters or more. */
const LONGEST_SUBJECT = 99;
/**
 * SNS takes 256 KiB a message in all, in which a text stands twice, and a character may take three
 * bytes. No mail that a person reads comes near this.
 */
const LONGEST_TEXT = 40_000;
/** SNS cuts and sends a longer text message as several; AWS refuses more than 1,600 characters. */
const LONGEST_SMS = 1_600;

/**
 * A subject as SNS takes it: printable ASCII, not empty, short enough. An instance's name can hold
 * anything, and a page must not be lost over a letter in it.
 */
function subjectOf(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]/g, '?');
  const trimmed = ascii.trim().slice(0, LONGEST_SUBJECT).trimEnd();
  return trimmed === '' ? 'LiveChat Watchdog' : trimmed;
}

/** SNS wants `default` for every protocol that is not named (Lambda, SQS, HTTPS). */
function bodyOf(message: AlertMessage, subject: string): string {
  const email = message.email.slice(0, LONGEST_TEXT) || subject;
  const sms = message.sms.slice(0, LONGEST_SMS) || subject;
  return JSON.stringify({ default: email, email, sms });
}

/** SNS refuses an attribute without a value. */
function attributesOf(message: AlertMessage): Record<string, MessageAttributeValue> {
  const filled = Object.entries(message.attributes).filter(([, value]) => value !== '');
  return Object.fromEntries(
    filled.map(([key, value]) => [key, { DataType: 'String', StringValue: value }]),
  );
}

type Channel = 'people' | 'pager' | 'chat' | 'events';

/** Of so many messages it is remembered which channels took them while another did not. */
const REMEMBERED = 200;

/**
 * Publishes to every channel that there is, side by side. At least once: a time-out may repeat a
 * message. What one channel took is not sent to it again while another still refuses, as far as
 * this execution environment remembers: a pager topic that is broken must not send the same e-mail
 * every few seconds.
 */
export function createAlertPort(client: SnsClient, options: AlertsOptions): AlertPort {
  const partly = new Map<string, ReadonlySet<Channel>>();
  const topics = topicsOf(client, options);
  return {
    async publish(message) {
      const before = partly.get(message.key ?? '') ?? new Set<Channel>();
      const send = async (channel: Channel): Promise<boolean> =>
        before.has(channel) || (await topics[channel](message));
      const [people, pager] = await Promise.all([
        send('people'),
        send('pager'),
        send('chat'),
        send('events'),
      ]);
      if (message.key === undefined) return people && pager;
      partly.delete(message.key);
      if (people && pager) return true;
      // Chat and events had their tries; they never bring a message back by themselves.
      const took = new Set<Channel>(['chat', 'events']);
      if (people) took.add('people');
      if (pager) took.add('pager');
      partly.set(message.key, took);
      for (const oldest of partly.keys()) {
        if (partly.size <= REMEMBERED) break;
        partly.delete(oldest);
      }
      return false;
    },
  };
}

type Topics = Readonly<Record<Channel, (message: AlertMessage) => Promise<boolean>>>;

function topicsOf(client: SnsClient, options: AlertsOptions): Topics {
  const { topicArn, chatTopicArn, pagerTopicArn, events, telemetry } = options;
  const to = (channel: Channel): Publishing => ({ client, telemetry, channel });
  return {
    people: (message) => publish(to('people'), humanMessage(message, topicArn)),
    pager: async ({ pager = [], attributes }) => {
      if (pagerTopicArn === undefined) return true;
      const taken = await Promise.all(
        pager.map(async (page) => {
          const input = pagerMessage(page, pagerTopicArn, attributes);
          if (page.state === 'ALARM') return publish(to('pager'), input);
          // An alarm that stays open is a nuisance; an incident that cannot end would be worse.
          await publishTwice(to('pager'), input);
          return true;
        }),
      );
      return !taken.includes(false);
    },
    chat: async (message) => {
      const { chat } = message;
      if (chatTopicArn === undefined || chat === undefined) return true;
      const MessageAttributes = attributesOf(message);
      const Message = JSON.stringify(chat);
      await publishTwice(to('chat'), { TopicArn: chatTopicArn, Message, MessageAttributes });
      return true;
    },
    events: async (message) => {
      await events?.(message.events ?? []);
      return true;
    },
  };
}

function humanMessage(message: AlertMessage, topicArn: string): PublishCommandInput {
  const subject = subjectOf(message.subject);
  return {
    TopicArn: topicArn,
    Subject: subject,
    Message: bodyOf(message, subject),
    MessageStructure: 'json',
    MessageAttributes: attributesOf(message),
  };
}

/** The message is the body itself: who reads alarms knows no structure for several protocols. */
function pagerMessage(
  page: PagerMessage,
  topicArn: string,
  { severity, event }: AlertMessage['attributes'],
): PublishCommandInput {
  const attributes = { severity, event, state: page.state, alarmName: page.alarmName };
  return {
    TopicArn: topicArn,
    Subject: subjectOf(page.subject),
    Message: JSON.stringify(page.body),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([key, StringValue]) =>
        StringValue ? [[key, { DataType: 'String', StringValue }]] : [],
      ),
    ),
  };
}

interface Publishing {
  readonly client: SnsClient;
  readonly telemetry: TelemetryPort;
  readonly channel: Channel;
}

type Taken = 'taken' | 'refused' | 'unavailable';

async function publish(publishing: Publishing, input: PublishCommandInput): Promise<boolean> {
  return (await tryOnce(publishing, input)) === 'taken';
}

/** For what never decides: tried again at once where that can help, then counted and let go. */
async function publishTwice(publishing: Publishing, input: PublishCommandInput): Promise<void> {
  const quickly = { requestTimeout: REQUEST_TIMEOUT_MS.bestEffort };
  const first = await tryOnce(publishing, input, quickly);
  const last = first === 'unavailable' ? await tryOnce(publishing, input, quickly) : first;
  if (last !== 'taken') publishing.telemetry.count('ChannelsFailed', 1);
}

async function tryOnce(
  { client, telemetry, channel }: Publishing,
  input: PublishCommandInput,
  options: { readonly requestTimeout?: number } = {},
): Promise<Taken> {
  try {
    await client.send(new PublishCommand(input), options);
    return 'taken';
  } catch (thrown) {
    const error = awsError(thrown);
    telemetry.log('error', 'alert-not-taken', {
      channel,
      subject: input.Subject,
      error: describeAwsError(error),
    });
    return error.fault === 'client' ? 'refused' : 'unavailable';
  }
}
