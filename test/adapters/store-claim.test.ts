import {
  DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { createStorePort } from '../../lambda/adapters/store';
import { instanceItem, takedownItem, type Item } from '../../lambda/adapters/store-item';
import { newRecord, type InstanceRecord } from '../../lambda/core/record';
import { after, hours, type Instant } from '../../lambda/core/time';
import { id } from './ec2-answers';
import {
  awsFailure,
  connectionReset,
  fakeClock,
  fakeTelemetry,
  NOON,
  timedOut,
} from './fake-world';

const dynamo = mockClient(DynamoDBClient);

function setUp() {
  const telemetry = fakeTelemetry();
  const clock = fakeClock();
  const options = { tableName: 'incidents', clock, telemetry };
  return { telemetry, clock, store: createStorePort(new DynamoDBClient({}), options) };
}

const record = (version: number, owner = 'me', token = 5): InstanceRecord => ({
  ...newRecord(id(1)),
  version,
  lease: { owner, token, until: after(NOON, hours(1)) },
});

const transactions = () =>
  dynamo.commandCalls(TransactWriteItemsCommand).map(({ args }) => args[0].input);

const NONE: CancellationReason = { Code: 'None' };
const failed = (stored?: Item): CancellationReason => ({
  Code: 'ConditionalCheckFailed',
  ...(stored && { Item: stored }),
});

const cancelled = (...CancellationReasons: CancellationReason[]) =>
  new TransactionCanceledException({
    $metadata: { httpStatusCode: 400 },
    message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
    CancellationReasons,
  });

beforeEach(() => {
  dynamo.reset();
  dynamo.on(TransactWriteItemsCommand).resolves({});
});

describe('a claim of a takedown', () => {
  test('writes the record and the count together, each on what was read', async () => {
    expect(await setUp().store.claimTakedown(record(8), 3)).toBe('written');
    expect(transactions()).toEqual([
      {
        TransactItems: [
          {
            Put: {
              TableName: 'incidents',
              Item: instanceItem(record(8), after(NOON, hours(24 * 90))),
              ConditionExpression: '#version = :previous',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':previous': { N: '7' } },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
          {
            Put: {
              TableName: 'incidents',
              Item: takedownItem(4, id(1), NOON),
              ConditionExpression: '#version = :previous',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':previous': { N: '3' } },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
        ClientRequestToken: expect.stringMatching(/^[0-9a-f]{36}$/),
      },
    ]);
    expect(dynamo.commandCalls(PutItemCommand)).toEqual([]);
  });

  test('the first one of a fleet must be the first', async () => {
    await setUp().store.claimTakedown(record(8), 0);
    const [, count] = transactions()[0]?.TransactItems ?? [];
    expect(count?.Put).toMatchObject({
      Item: { pk: { S: 'fleet' }, sk: { S: 'takedowns' }, version: { N: '1' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  });

  test('is a conflict when another invocation took the slot, though the record is free', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled(NONE, failed()));
    expect(await setUp().store.claimTakedown(record(8), 3)).toBe('conflict');
    expect(transactions()).toHaveLength(1);
  });

  test('is a conflict when the record is another’s, whatever else stood in the way', async () => {
    const other = failed(instanceItem(record(8, 'somebody else')));
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled(other, { Code: 'TransactionConflict' }));
    expect(await setUp().store.claimTakedown(record(8), 3)).toBe('conflict');
    expect(transactions()).toHaveLength(1);
  });

  test('that had taken effect before is recognised by its lease', async () => {
    const ours = failed(instanceItem(record(8)));
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled(ours, failed()));
    expect(await setUp().store.claimTakedown(record(8), 3)).toBe('written');
  });
});

describe('a claim without an answer', () => {
  test.each([
    ['a time-out', timedOut()],
    ['a server error', awsFailure('InternalServerError', 500)],
    ['a throttle', awsFailure('ThrottlingException', 400)],
    ['a closed connection', connectionReset()],
    ['its own first try under way', awsFailure('TransactionInProgressException', 400)],
    ['another transaction', cancelled({ Code: 'TransactionConflict' }, NONE)],
    ['a throttled item', cancelled(NONE, { Code: 'ThrottlingError' })],
  ])('%s: tried once more, and to DynamoDB it is the same transaction', async (_, thrown) => {
    dynamo.on(TransactWriteItemsCommand).rejectsOnce(thrown).resolves({});
    const { store, clock } = setUp();
    expect(await store.claimTakedown(record(8), 3)).toBe('written');
    const [first, second] = transactions();
    expect(second).toEqual(first);
    expect(clock.slept).toEqual([100]);
  });

  test.each([
    ['two time-outs', timedOut(), 2],
    ['two conflicts', cancelled({ Code: 'TransactionConflict' }, NONE), 2],
    ['no permission', awsFailure('AccessDeniedException', 400), 1],
    ['an item that is too large', cancelled({ Code: 'ValidationError' }, NONE), 1],
    ['a cancellation without reasons', cancelled(), 1],
  ])('%s: the store is down', async (_, thrown, calls) => {
    dynamo.on(TransactWriteItemsCommand).rejects(thrown);
    const { store, telemetry } = setUp();
    expect(await store.claimTakedown(record(8), 3)).toBe('down');
    expect(transactions()).toHaveLength(calls);
    expect(telemetry.messages()).toEqual(['store-write-failed']);
  });

  test('a record that has no stored form is told, and throws at nobody', async () => {
    const { store, telemetry } = setUp();
    const broken = { ...record(8), starts: [Number.NaN as Instant] };
    expect(await store.claimTakedown(broken, 3)).toBe('down');
    expect(transactions()).toEqual([]);
    expect(telemetry.messages()).toEqual(['record-not-writable']);
  });
});

test.each<[string, InstanceRecord, number]>([
  ['another owner', record(8, 'other'), 3],
  ['another version', record(9), 3],
  ['another count', record(8), 4],
])('a claim of %s has a token of its own', async (_, other, count) => {
  const { store } = setUp();
  await store.claimTakedown(record(8), 3);
  await store.claimTakedown(other, count);
  const [first, second] = transactions().map(({ ClientRequestToken }) => ClientRequestToken);
  expect(second).not.toBe(first);
});
