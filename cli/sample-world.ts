import type { PutEventsCommandInput, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { createAlertPort } from '../lambda/adapters/alerts';
import type { EventsClient, SnsClient } from '../lambda/adapters/clients';
import { createEventSender } from '../lambda/adapters/events';
import { POLICY_DEFAULTS } from '../lambda/core/policy';
import { parseInstant } from '../lambda/core/time';
import type { AlertMessage, TelemetryPort } from '../lambda/ports';
import { chatIn } from '../lambda/shell/channels';
import type { messageOf } from '../lambda/shell/tell';

/** What the shell needs to make a message. */
export type SampleWorld = Parameters<typeof messageOf>[0];

/** A message as it leaves the function, channel by channel. */
export interface Arrived {
  readonly mail: PublishCommandInput;
  readonly chat: PublishCommandInput | undefined;
  readonly pages: readonly PublishCommandInput[];
  readonly events: readonly PutEventsRequestEntry[];
}

const HOME = { accountId: '111122223333', region: 'us-east-1' } as const;
const TOPIC = `arn:aws:sns:${HOME.region}:${HOME.accountId}:watchdog`;
const TOPICS = { people: `${TOPIC}-alerts`, chat: `${TOPIC}-chat`, pager: `${TOPIC}-pager` };

/** A failure here is a fault of the sample. */
const TELEMETRY: TelemetryPort = {
  log: (level, message, fields) => {
    if (level === 'error') throw new Error(`${message}: ${JSON.stringify(fields)}`);
  },
  count: () => undefined,
  measure: () => undefined,
  flush: () => undefined,
};

function sampleWorld(): SampleWorld {
  const now = parseInstant('2024-08-01T12:10:09Z');
  if (now === undefined) throw new Error('The sample has no time');
  // Of ports and settings a message needs no more than these.
  return {
    ports: { telemetry: TELEMETRY, clock: { now: () => now } },
    settings: {
      home: HOME,
      timeZone: 'America/Los_Angeles',
      runbookUrl: 'https://wiki.example.com/watchdog',
      policies: new Map([['livechat', { name: 'livechat', ...POLICY_DEFAULTS }]]),
      topicArn: TOPICS.people,
      chatTopicArn: TOPICS.chat,
      pagerTopicArn: TOPICS.pager,
      eventBus: 'default',
    },
  } as unknown as SampleWorld;
}

/** Sends a message through the real adapters to clients that keep what they are given. */
export async function arrive(make: (world: SampleWorld) => AlertMessage): Promise<Arrived> {
  const published: PublishCommandInput[] = [];
  const events: PutEventsRequestEntry[] = [];
  const sns = {
    send: ({ input }: { readonly input: PublishCommandInput }) => {
      published.push(input);
      return Promise.resolve({});
    },
  } as unknown as SnsClient;
  const bridge = {
    send: ({ input }: { readonly input: PutEventsCommandInput }) => {
      events.push(...(input.Entries ?? []));
      return Promise.resolve({ FailedEntryCount: 0 });
    },
  } as unknown as EventsClient;
  const world = sampleWorld();
  const message = make(world);
  await createAlertPort(sns, {
    topicArn: TOPICS.people,
    chatTopicArn: TOPICS.chat,
    pagerTopicArn: TOPICS.pager,
    telemetry: TELEMETRY,
    events: createEventSender(bridge, { busName: 'default', telemetry: TELEMETRY }),
  }).publish({ ...message, chat: chatIn(world, message) });
  const to = (topic: string) => published.filter(({ TopicArn }) => TopicArn === topic);
  const [mail] = to(TOPICS.people);
  if (mail === undefined) throw new Error('People got nothing');
  return { mail, chat: to(TOPICS.chat)[0], pages: to(TOPICS.pager), events };
}

/** The event as a rule's target gets it: EventBridge adds the envelope. */
export function envelopeOf(entry: PutEventsRequestEntry): object {
  const detail: unknown = JSON.parse(entry.Detail ?? '{}');
  return {
    version: '0',
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: HOME.accountId,
    // EventBridge's times have seconds.
    time: entry.Time?.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: HOME.region,
    resources: entry.Resources,
    detail,
  };
}
