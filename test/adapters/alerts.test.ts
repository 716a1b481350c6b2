import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { createAlertPort } from '../../lambda/adapters/alerts';
import type { AlertMessage } from '../../lambda/ports';
import type { ProgramEvent } from '../../lambda/core/alert/event';
import type { PagerMessage } from '../../lambda/core/alert/pager';
import type { ChatNotification } from '../../lambda/core/alert/chat';
import { awsFailure, fakeTelemetry, NOON, timedOut } from './fake-world';

const sns = mockClient(SNSClient);

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:alerts';

function setUp() {
  const telemetry = fakeTelemetry();
  return { telemetry, alerts: createAlertPort(new SNSClient({}), { topicArn: TOPIC, telemetry }) };
}

const message = (change: Partial<AlertMessage> = {}): AlertMessage => ({
  subject: 'pod-23 stopped by AWS at 12:10 UTC, starting it now',
  email: 'pod-23 stopped serving.\nYou: nothing to do.',
  sms: 'pod-23 stopped by AWS, starting it.',
  attributes: { severity: 'warning', event: 'opened', incidentId: '' },
  ...change,
});

const input = () => sns.commandCalls(PublishCommand)[0]?.args[0].input;

beforeEach(() => {
  sns.reset();
  sns.on(PublishCommand).resolves({ MessageId: '1' });
});

describe('an alert', () => {
  test('goes out with a text for each kind of subscription', async () => {
    expect(await setUp().alerts.publish(message())).toBe(true);
    expect(input()).toMatchObject({
      TopicArn: TOPIC,
      Subject: message().subject,
      MessageStructure: 'json',
    });
    expect(JSON.parse(input()?.Message ?? '')).toEqual({
      default: message().email,
      email: message().email,
      sms: message().sms,
    });
  });

  test('has attributes to filter by, but no empty one, which SNS would refuse', async () => {
    await setUp().alerts.publish(message());
    expect(input()?.MessageAttributes).toEqual({
      severity: { DataType: 'String', StringValue: 'warning' },
      event: { DataType: 'String', StringValue: 'opened' },
    });
  });

  test.each([
    ['short enough as it is', 'pod-23 stopped', 'pod-23 stopped'],
    ['longer than SNS takes', 'x'.repeat(150), 'x'.repeat(99)],
    ['with accents', 'p\u00f6d-23 \u00e9tait arr\u00eat\u00e9', 'pod-23 etait arrete'],
    ['with signs beyond ASCII', 'pod-\u{1F525}', 'pod-??'],
    ['with line breaks', 'pod-23\r\nBcc: x', 'pod-23??Bcc: x'],
    ['with spaces around it', '  pod-23  ', 'pod-23'],
    ['empty', '', 'LiveChat Watchdog'],
  ])('with a subject %s', async (_, subject, sent) => {
    await setUp().alerts.publish(message({ subject }));
    expect(input()?.Subject).toBe(sent);
  });

  test('is bounded: SNS would refuse it over its length', async () => {
    await setUp().alerts.publish(message({ email: 'x'.repeat(300_000), sms: 'x'.repeat(5_000) }));
    const body = JSON.parse(input()?.Message ?? '');
    expect(body.email).toHaveLength(40_000);
    expect(body.sms).toHaveLength(1_600);
    expect(input()?.Message?.length).toBeLessThan(262_144);
  });

  test('without a text says at least what the subject says', async () => {
    await setUp().alerts.publish(message({ email: '', sms: '' }));
    expect(JSON.parse(input()?.Message ?? '').default).toBe(message().subject);
  });

  test.each([
    ['refused', awsFailure('AuthorizationErrorException', 403)],
    ['throttled', awsFailure('ThrottledException', 429)],
    ['a server error', awsFailure('InternalErrorException', 500)],
    ['a time-out', timedOut()],
  ])('that is not taken (%s) is answered with no, for the shell to repeat', async (_, thrown) => {
    sns.on(PublishCommand).rejects(thrown);
    const { alerts, telemetry } = setUp();
    expect(await alerts.publish(message())).toBe(false);
    expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
    expect(telemetry.lines).toMatchObject([{ level: 'error', message: 'alert-not-taken' }]);
  });
});

const CHAT = 'arn:aws:sns:us-east-1:111122223333:chat';
const PAGER = 'arn:aws:sns:us-east-1:111122223333:pager';

const pageOf = (state: PagerMessage['state'], name = 'watchdog-pod-23'): PagerMessage => ({
  state,
  alarmName: name,
  subject: `${state}: "${name}"`,
  body: { AlarmName: name, NewStateValue: state },
});

const EVENT: ProgramEvent = { detailType: 'x', at: NOON, resources: [], detail: { version: 1 } };
const chat = { version: '1.0', source: 'custom' } as unknown as ChatNotification;

/** A message to every channel. */
const toAll = (change: Partial<AlertMessage> = {}): AlertMessage =>
  message({ key: 'i-1/k/1', chat, pager: [pageOf('ALARM')], events: [EVENT], ...change });

function setUpAll() {
  const telemetry = fakeTelemetry();
  const put: (readonly ProgramEvent[])[] = [];
  const alerts = createAlertPort(new SNSClient({}), {
    topicArn: TOPIC,
    chatTopicArn: CHAT,
    pagerTopicArn: PAGER,
    telemetry,
    events: async (events) => void put.push(events),
  });
  return { telemetry, alerts, put };
}

/** How often each topic was asked. */
const asked = () =>
  Object.fromEntries(
    Object.entries({ people: TOPIC, chat: CHAT, pager: PAGER }).map(([name, arn]) => [
      name,
      sns.commandCalls(PublishCommand).filter(({ args }) => args[0].input.TopicArn === arn).length,
    ]),
  );

const sentTo = (arn: string) =>
  sns
    .commandCalls(PublishCommand)
    .map(({ args }) => args[0].input)
    .find(({ TopicArn }) => TopicArn === arn);

const breaks = (arn: string, error = awsFailure('InternalErrorException', 500)) =>
  sns.on(PublishCommand, { TopicArn: arn }).rejects(error);

const mends = (arn: string) => sns.on(PublishCommand, { TopicArn: arn }).resolves({});

describe('with every channel on', () => {
  test('a message goes to each, once', async () => {
    const { alerts, put } = setUpAll();
    expect(await alerts.publish(toAll())).toBe(true);
    expect(asked()).toEqual({ people: 1, chat: 1, pager: 1 });
    expect(put).toEqual([[EVENT]]);
  });

  test('and with none of them on, to people alone', async () => {
    expect(await setUp().alerts.publish(toAll())).toBe(true);
    expect(asked()).toEqual({ people: 1, chat: 0, pager: 0 });
  });

  test('chat gets the notification itself, not a structure by protocol that holds it', async () => {
    await setUpAll().alerts.publish(toAll());
    expect(sentTo(CHAT)?.Message).toBe(JSON.stringify(chat));
    expect(sentTo(CHAT)).not.toHaveProperty('MessageStructure');
    expect(sentTo(CHAT)?.MessageAttributes).toHaveProperty('severity');
  });

  test('a pager gets the alarm itself, and attributes to filter by', async () => {
    await setUpAll().alerts.publish(toAll());
    expect(sentTo(PAGER)).toMatchObject({
      Subject: 'ALARM: "watchdog-pod-23"',
      Message: '{"AlarmName":"watchdog-pod-23","NewStateValue":"ALARM"}',
      MessageAttributes: {
        severity: { StringValue: 'warning' },
        event: { StringValue: 'opened' },
        state: { StringValue: 'ALARM' },
        alarmName: { StringValue: 'watchdog-pod-23' },
      },
    });
    expect(sentTo(PAGER)).not.toHaveProperty('MessageStructure');
  });

  test('what has no page and no chat asks neither topic', async () => {
    await setUpAll().alerts.publish(toAll({ chat: undefined, pager: [] }));
    expect(asked()).toEqual({ people: 1, chat: 0, pager: 0 });
  });
});

describe('channels are independent', () => {
  test('a pager topic that is broken keeps the alert, and repeats no mail', async () => {
    const { alerts, put, telemetry } = setUpAll();
    breaks(PAGER);
    expect(await alerts.publish(toAll())).toBe(false);
    expect(await alerts.publish(toAll())).toBe(false);
    expect(asked()).toEqual({ people: 1, chat: 1, pager: 2 });
    expect(put).toHaveLength(1);
    expect(telemetry.lines[0]).toMatchObject({ fields: { channel: 'pager' } });
    mends(PAGER);
    expect(await alerts.publish(toAll())).toBe(true);
    expect(asked()).toEqual({ people: 1, chat: 1, pager: 3 });
  });

  test('a topic of people that is broken keeps the alert, and pages once', async () => {
    const { alerts } = setUpAll();
    breaks(TOPIC);
    expect(await alerts.publish(toAll())).toBe(false);
    mends(TOPIC);
    expect(await alerts.publish(toAll())).toBe(true);
    expect(asked()).toEqual({ people: 2, chat: 1, pager: 1 });
  });

  test('once everybody has it, nothing of it is remembered: the same key is a new message', async () => {
    const { alerts } = setUpAll();
    await alerts.publish(toAll());
    await alerts.publish(toAll());
    expect(asked()).toEqual({ people: 2, chat: 2, pager: 2 });
  });

  test('what one message had to wait for does not concern another', async () => {
    const { alerts } = setUpAll();
    breaks(PAGER);
    await alerts.publish(toAll());
    await alerts.publish(toAll({ key: 'i-2/k/1' }));
    expect(asked()).toEqual({ people: 2, chat: 2, pager: 2 });
  });

  test('chat that does not answer is tried twice, counted, and keeps nothing', async () => {
    const { alerts, telemetry } = setUpAll();
    breaks(CHAT, timedOut());
    expect(await alerts.publish(toAll())).toBe(true);
    expect(asked()).toEqual({ people: 1, chat: 2, pager: 1 });
    expect(telemetry.counted.get('ChannelsFailed')).toBe(1);
  });

  test('chat that refuses for good is not asked twice', async () => {
    const { alerts, telemetry } = setUpAll();
    breaks(CHAT, awsFailure('AuthorizationErrorException', 403));
    expect(await alerts.publish(toAll())).toBe(true);
    expect(asked()['chat']).toBe(1);
    expect(telemetry.counted.get('ChannelsFailed')).toBe(1);
  });

  test('an OK that the pager topic does not take keeps no incident open; an ALARM does', async () => {
    const { alerts, telemetry } = setUpAll();
    breaks(PAGER);
    expect(await alerts.publish(toAll({ pager: [pageOf('OK')] }))).toBe(true);
    expect(telemetry.counted.get('ChannelsFailed')).toBe(1);
    const both = [pageOf('OK', 'storm'), pageOf('ALARM')];
    expect(await alerts.publish(toAll({ key: 'i-2/k/1', pager: both }))).toBe(false);
  });

  test('nothing is counted when all is well', async () => {
    const { alerts, telemetry } = setUpAll();
    await alerts.publish(toAll());
    expect([...telemetry.counted.keys()]).toEqual([]);
  });
});
