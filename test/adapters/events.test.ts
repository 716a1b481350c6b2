import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { createEventSender } from '../../lambda/adapters/events';
import { EVENT_SOURCE, type ProgramEvent } from '../../lambda/core/alert/event';
import { awsFailure, fakeTelemetry, NOON, timedOut } from './fake-world';

const bridge = mockClient(EventBridgeClient);

function setUp(busName: string | undefined = 'default') {
  const telemetry = fakeTelemetry();
  return { telemetry, send: createEventSender(new EventBridgeClient({}), { busName, telemetry }) };
}

const eventsOf = (count: number): readonly ProgramEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    detailType: 'LiveChat Watchdog Incident Opened',
    at: NOON,
    resources: ['arn:aws:ec2:us-east-1:111122223333:instance/i-1'],
    detail: { version: 1, id: `e-${index}` },
  }));

const batches = (): readonly (readonly PutEventsRequestEntry[])[] =>
  bridge.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);

const taken = (entries: readonly PutEventsRequestEntry[]) => ({
  FailedEntryCount: 0,
  Entries: entries.map(() => ({ EventId: '1' })),
});

/** EventBridge takes everything but the entries with these ids. */
function refuses(ids: readonly string[], times = Infinity): void {
  let left = times;
  bridge.on(PutEventsCommand).callsFake(({ Entries }: { Entries: PutEventsRequestEntry[] }) => {
    const isRefused = ({ Detail }: PutEventsRequestEntry): boolean =>
      left > 0 && ids.some((id) => Detail?.includes(`"${id}"`));
    const results = Entries.map((entry) =>
      isRefused(entry) ? { ErrorCode: 'ThrottlingException' } : { EventId: '1' },
    );
    left -= 1;
    return {
      FailedEntryCount: results.filter((one) => 'ErrorCode' in one).length,
      Entries: results,
    };
  });
}

beforeEach(() => {
  bridge.reset();
  bridge
    .on(PutEventsCommand)
    .callsFake(({ Entries }: { Entries: PutEventsRequestEntry[] }) => taken(Entries));
});

describe('events for programs', () => {
  test('go onto the bus under the source of the watchdog, with their time and resources', async () => {
    await setUp().send(eventsOf(1));
    expect(batches()).toEqual([
      [
        {
          EventBusName: 'default',
          Source: EVENT_SOURCE,
          DetailType: 'LiveChat Watchdog Incident Opened',
          Time: new Date(NOON),
          Resources: ['arn:aws:ec2:us-east-1:111122223333:instance/i-1'],
          Detail: '{"version":1,"id":"e-0"}',
        },
      ],
    ]);
  });

  test('without a bus nobody is called', async () => {
    const telemetry = fakeTelemetry();
    const options = { busName: undefined, telemetry };
    await createEventSender(new EventBridgeClient({}), options)(eventsOf(3));
    expect(batches()).toEqual([]);
    expect([...telemetry.counted.keys()]).toEqual([]);
  });

  test('without events nobody is called', async () => {
    await setUp().send([]);
    expect(batches()).toEqual([]);
  });

  test('go ten in a call, as PutEvents allows; a storm of a thousand in a hundred', async () => {
    await setUp().send(eventsOf(1_000));
    expect(batches().map(({ length }) => length)).toEqual(Array(100).fill(10));
  });

  test('one that is not taken is sent once more, by itself', async () => {
    refuses(['e-3'], 1);
    const { send, telemetry } = setUp();
    await send(eventsOf(5));
    expect(batches().map(({ length }) => length)).toEqual([5, 1]);
    expect(batches()[1]?.[0]?.Detail).toContain('"e-3"');
    expect(telemetry.counted.get('EventsFailed')).toBeUndefined();
  });

  test('one that is not taken twice is counted, and lost', async () => {
    refuses(['e-3', 'e-4']);
    const { send, telemetry } = setUp();
    await send(eventsOf(5));
    expect(batches()).toHaveLength(2);
    expect(telemetry.counted.get('EventsFailed')).toBe(2);
    expect(telemetry.lines[0]).toMatchObject({
      level: 'warn',
      message: 'events-not-taken',
      fields: { entries: 2, codes: ['ThrottlingException'] },
    });
  });

  test.each([
    ['a server error', awsFailure('InternalException', 500), 2],
    ['a time-out', timedOut(), 2],
    ['a refusal for good', awsFailure('AccessDeniedException', 400), 1],
  ])('%s is counted, and never thrown', async (_, error, times) => {
    bridge.on(PutEventsCommand).rejects(error);
    const { send, telemetry } = setUp();
    await send(eventsOf(4));
    expect(batches()).toHaveLength(times);
    expect(telemetry.counted.get('EventsFailed')).toBe(4);
  });

  test('of a storm not every call is tried, once a whole round has failed', async () => {
    bridge.on(PutEventsCommand).rejects(awsFailure('AccessDeniedException', 400));
    const { send, telemetry } = setUp();
    await send(eventsOf(1_000));
    expect(batches()).toHaveLength(10);
    expect(telemetry.counted.get('EventsFailed')).toBe(1_000);
  });
});
