import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { createAlertPort } from '../../lambda/adapters/alerts';
import type { AlertMessage } from '../../lambda/ports';
import { awsFailure, fakeTelemetry, timedOut } from './fake-world';

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
    expect(body.email).toHaveLength(50_000);
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
