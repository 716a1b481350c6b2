import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Json } from '../../../sim/account/template';
import { factsOf } from '../../../sim/history';
import { inside } from './lab';

const GOOD: PutEventsRequestEntry = {
  EventBusName: 'default',
  Source: 'livechat-watchdog',
  DetailType: 'LiveChat Watchdog Notice',
  Time: new Date('2024-08-01T12:00:00Z'),
  Resources: ['arn:aws:ec2:us-east-1:111122223333:instance/i-1'],
  Detail: '{"version":1}',
};

const BUS = 'arn:aws:events:us-east-1:111122223333:event-bus/default';

const put = (entries: readonly PutEventsRequestEntry[], statements?: readonly Json[]) =>
  inside(({ events }) => events.send(new PutEventsCommand({ Entries: [...entries] })), {
    ...(statements && { changes: { statements } }),
  });

const times = (count: number, entry = GOOD): readonly PutEventsRequestEntry[] =>
  Array.from({ length: count }, () => entry);

it('puts an event on the bus, with its detail and resources', async () => {
  const { result, world } = await put([GOOD]);
  expect(result).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  expect(factsOf(world.history.facts, 'program-event')).toMatchObject([
    { source: 'livechat-watchdog', detail: { version: 1 }, resources: GOOD.Resources },
  ]);
});

it('puts it on the bus that rules listen to', async () => {
  const { world } = await put([GOOD]);
  const onBus = factsOf(world.history.facts, 'event').filter(
    ({ source }) => source === 'livechat-watchdog',
  );
  expect(onBus).toMatchObject([{ detailType: 'LiveChat Watchdog Notice', rules: [] }]);
});

it.each([
  ['a source of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSource'],
  ['no source', { Source: '' }, 'InvalidArgument'],
  ['a detail that is no JSON', { Detail: 'hello' }, 'MalformedDetail'],
  ['a detail that is no object', { Detail: '[1]' }, 'MalformedDetail'],
  ['a detail-type that is too long', { DetailType: 'x'.repeat(129) }, 'InvalidArgument'],
])('refuses an entry with %s, and takes the others of the call', async (_, change, ErrorCode) => {
  const { result, world } = await put([GOOD, { ...GOOD, ...change }, GOOD]);
  expect(result).toMatchObject({ FailedEntryCount: 1, Entries: [{}, { ErrorCode }, {}] });
  expect(factsOf(world.history.facts, 'program-event')).toHaveLength(2);
});

it.each([
  ['eleven entries', times(11)],
  ['no entry', []],
  ['over 256 KiB together', times(10, { ...GOOD, Detail: `{"x":"${'y'.repeat(27_000)}"}` })],
])('refuses a call with %s whole', async (_, entries) => {
  const { error, world } = await put(entries);
  expect(error?.name).toBe('ValidationException');
  expect(factsOf(world.history.facts, 'program-event')).toEqual([]);
});

it('takes ten entries', async () => {
  expect((await put(times(10))).result).toMatchObject({ FailedEntryCount: 0 });
});

describe('asks the role', () => {
  const only = (source: string): readonly Json[] => [
    { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: BUS,
      Condition: {
        'ForAllValues:StringEquals': { 'events:source': source },
        Null: { 'events:source': 'false' },
      },
    },
  ];

  it('which may speak in its own name', async () => {
    expect((await put([GOOD], only('livechat-watchdog'))).error).toBeUndefined();
  });

  it('and not in that of another, nor half', async () => {
    const entries = [GOOD, { ...GOOD, Source: 'com.example' }];
    for (const [sent, source] of [
      [[GOOD], 'com.example'],
      [entries, 'livechat-watchdog'],
    ] as const) {
      const { error, world } = await put(sent, only(source));
      expect(error?.name).toBe('AccessDeniedException');
      expect(factsOf(world.history.facts, 'program-event')).toEqual([]);
    }
  });

  it('and not on another bus', async () => {
    const { error } = await put([{ ...GOOD, EventBusName: 'billing' }], only('livechat-watchdog'));
    expect(error?.name).toBe('AccessDeniedException');
  });
});

it('knows no bus but the one that every account has', async () => {
  const { error } = await put([{ ...GOOD, EventBusName: 'billing' }]);
  expect(error?.name).toBe('ResourceNotFoundException');
});
