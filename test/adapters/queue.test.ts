import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { createQueuePort } from '../../lambda/adapters/queue';
import { parseSignal } from '../../lambda/core/signals/parse';
import { minutes, ms, seconds, type Duration } from '../../lambda/core/time';
import { awsFailure, fakeClock, fakeTelemetry, NOON, timedOut } from './fake-world';

const sqs = mockClient(SQSClient);

const HOME = { accountId: '111122223333', region: 'us-east-1' };
const URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/signals';

function setUp() {
  const telemetry = fakeTelemetry();
  const options = { queueUrl: URL, home: HOME, clock: fakeClock(), telemetry };
  return { telemetry, queue: createQueuePort(new SQSClient({}), options) };
}

const inputs = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageCommand).resolves({});
});

describe('a tick', () => {
  test('is a message that the parser reads as this tick', async () => {
    expect(await setUp().queue.sendTick(7, seconds(5), NOON)).toBe(true);
    expect(inputs()).toMatchObject([{ QueueUrl: URL, DelaySeconds: 5 }]);
    expect(parseSignal(inputs()[0]?.MessageBody, HOME)).toEqual({
      outcome: 'signal',
      signal: { kind: 'tick', eventId: 'tick-7', at: NOON, instanceIds: [], generation: 7 },
    });
  });

  test.each<[Duration, number]>([
    [ms(0), 0],
    [ms(-5_000), 0],
    [ms(1), 1],
    [ms(4_001), 5],
    [minutes(15), 900],
    [minutes(60), 900],
  ])('in %i ms comes after %i whole seconds', async (delay, DelaySeconds) => {
    await setUp().queue.sendTick(1, delay, NOON);
    expect(inputs()[0]?.DelaySeconds).toBe(DelaySeconds);
  });

  test('is sent once more after a time-out: twice is better than never', async () => {
    sqs.on(SendMessageCommand).rejectsOnce(timedOut()).resolves({});
    expect(await setUp().queue.sendTick(1, seconds(5), NOON)).toBe(true);
    expect(inputs()).toHaveLength(2);
  });

  test.each([
    ['refused', awsFailure('AccessDenied', 403), 1],
    ['throttled', awsFailure('RequestThrottled', 403), 1],
    ['no answer twice', timedOut(), 2],
  ])('that is not taken (%s) is answered with no', async (_, thrown, calls) => {
    sqs.on(SendMessageCommand).rejects(thrown);
    const { queue, telemetry } = setUp();
    expect(await queue.sendTick(1, seconds(5), NOON)).toBe(false);
    expect(inputs()).toHaveLength(calls);
    expect(telemetry.messages()).toEqual(['tick-not-sent']);
  });
});
