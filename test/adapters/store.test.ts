import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { createStorePort } from '../../lambda/adapters/store';
import { fleetItem, instanceItem, takedownItem, type Item } from '../../lambda/adapters/store-item';
import {
  NEW_FLEET,
  newRecord,
  type FleetRecord,
  type InstanceRecord,
} from '../../lambda/core/record';
import { after, hours, iso, type Instant } from '../../lambda/core/time';
import { aRecord, anIncident } from '../core/builders';
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

const fleet = (version: number): FleetRecord => ({ ...NEW_FLEET, version, tickGeneration: 4 });

const refused = (Item?: Item) =>
  new ConditionalCheckFailedException({
    $metadata: { httpStatusCode: 400 },
    message: 'The conditional request failed',
    Item,
  });

const puts = () => dynamo.commandCalls(PutItemCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  dynamo.reset();
  dynamo.on(PutItemCommand).resolves({});
  dynamo.on(QueryCommand).resolves({ Items: [] });
});

test('a record is forgotten 90 days after its last write, one with an open incident NOT', async () => {
  const { store } = setUp();
  const { incident } = aRecord({ incident: anIncident() });
  await store.write(record(1));
  await store.write({ ...record(1), incident });
  const [idle, open] = puts().map(({ Item }) => Item?.['expiresAt']?.N);
  expect(idle).toBe(String(after(NOON, hours(24 * 90)) / 1_000));
  expect(open).toBeUndefined();
});

describe('reading all records', () => {
  test('is one consistent query of the fleet’s partition', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [instanceItem(record(3)), fleetItem(fleet(9))] });
    expect(await setUp().store.readAll()).toEqual({
      kind: 'read',
      records: new Map([[id(1), record(3)]]),
      fleet: fleet(9),
      takedownVersion: 0,
      policyPauses: new Map(),
      quarantined: [],
    });
    expect(dynamo.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'incidents',
        KeyConditionExpression: 'pk = :fleet',
        ExpressionAttributeValues: { ':fleet': { S: 'fleet' } },
        ConsistentRead: true,
        ExclusiveStartKey: undefined,
      },
    ]);
  });

  test('an empty table is a new fleet, and not a store that is down', async () => {
    expect(await setUp().store.readAll()).toEqual({
      kind: 'read',
      records: new Map(),
      fleet: NEW_FLEET,
      takedownVersion: 0,
      policyPauses: new Map(),
      quarantined: [],
    });
  });

  test('reads page after page', async () => {
    const key = { pk: { S: 'fleet' }, sk: { S: 'x' } };
    dynamo
      .on(QueryCommand)
      .resolvesOnce({ Items: [fleetItem(fleet(9))], LastEvaluatedKey: key })
      .resolvesOnce({ Items: [instanceItem(record(3))] });
    expect(await setUp().store.readAll()).toMatchObject({ kind: 'read', fleet: fleet(9) });
    expect(dynamo.commandCalls(QueryCommand)[1]?.args[0].input.ExclusiveStartKey).toEqual(key);
  });

  test('tells how often a takedown was claimed, and which policies are paused', async () => {
    const policy = (name: string, pauseUntil: string) => ({
      pk: { S: 'fleet' },
      sk: { S: `policy#${name}` },
      pauseUntil: { S: pauseUntil },
    });
    const Items = [
      takedownItem(12, id(1), NOON),
      policy('livechat', `${iso(after(NOON, hours(1)))} deploying`),
      policy('batch', iso(NOON)),
      { pk: { S: 'fleet' }, sk: { S: 'from a later version' }, body: { S: '?' } },
    ];
    dynamo.on(QueryCommand).resolves({ Items });
    const { store, telemetry } = setUp();
    expect(await store.readAll()).toMatchObject({
      takedownVersion: 12,
      policyPauses: new Map([
        ['livechat', { kind: 'paused', until: after(NOON, hours(1)), note: 'deploying' }],
      ]),
      quarantined: [],
    });
    expect(telemetry.lines).toEqual([]);
  });

  test('a record that cannot be read is in quarantine, not new, and hides no other', async () => {
    const broken = {
      ...instanceItem({ ...record(3), instanceId: id(2) }),
      body: { S: '{"schema":2}' },
    };
    dynamo.on(QueryCommand).resolves({ Items: [broken, instanceItem(record(3))] });
    const { store, telemetry } = setUp();
    expect(await store.readAll()).toMatchObject({
      records: new Map([[id(1), record(3)]]),
      quarantined: [id(2)],
    });
    expect(telemetry.lines).toMatchObject([{ level: 'error', message: 'record-unreadable' }]);
  });

  test("the fleet's record heals: the next write replaces the version that is there", async () => {
    dynamo.on(QueryCommand).resolves({ Items: [{ ...fleetItem(fleet(9)), body: { S: '?' } }] });
    expect(await setUp().store.readAll()).toMatchObject({
      fleet: { ...NEW_FLEET, version: 9 },
      quarantined: [],
    });
  });

  test.each([
    ['throttled', awsFailure('ProvisionedThroughputExceededException', 400), 1],
    ['not permitted', awsFailure('AccessDeniedException', 400), 1],
    ['a server error', awsFailure('InternalServerError', 500), 2],
    ['a time-out', timedOut(), 2],
  ])('%s: the store is down, which is not the same as empty', async (_, thrown, calls) => {
    dynamo.on(QueryCommand).rejects(thrown);
    expect(await setUp().store.readAll()).toMatchObject({ kind: 'down' });
    expect(dynamo.commandCalls(QueryCommand)).toHaveLength(calls);
  });

  test('a later page that fails: half of the records is no answer', async () => {
    dynamo
      .on(QueryCommand)
      .resolvesOnce({ Items: [instanceItem(record(3))], LastEvaluatedKey: { pk: { S: 'fleet' } } })
      .rejects(awsFailure('InternalServerError', 500));
    expect(await setUp().store.readAll()).toMatchObject({ kind: 'down' });
  });
});

describe('writing a record', () => {
  test('a new one must not be there yet', async () => {
    expect(await setUp().store.write(record(1))).toBe('written');
    expect(puts()).toEqual([
      {
        TableName: 'incidents',
        Item: instanceItem(record(1), after(NOON, hours(24 * 90))),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  test('an old one must be there in the version before', async () => {
    expect(await setUp().store.write(record(8))).toBe('written');
    expect(puts()).toMatchObject([
      {
        ConditionExpression: '#version = :previous',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':previous': { N: '7' } },
      },
    ]);
  });

  test.each<[string, Item | undefined]>([
    ['of another owner', instanceItem(record(8, 'somebody else', 6))],
    ['of another token', instanceItem(record(8, 'me', 6))],
    ['of a later version', instanceItem(record(9))],
    ['that is unknown', undefined],
  ])('is a conflict with a record %s', async (_, stored) => {
    dynamo.on(PutItemCommand).rejects(refused(stored));
    expect(await setUp().store.write(record(8))).toBe('conflict');
    expect(puts()).toHaveLength(1);
  });

  test('that had taken effect before is recognised by its lease', async () => {
    dynamo.on(PutItemCommand).rejects(refused(instanceItem(record(8))));
    expect(await setUp().store.write(record(8))).toBe('written');
  });

  test.each([
    ['a time-out', timedOut()],
    ['a server error', awsFailure('InternalServerError', 500)],
    ['a throttle', awsFailure('ThrottlingException', 400)],
    ['a closed connection', connectionReset()],
  ])('%s is tried once more', async (_, thrown) => {
    dynamo.on(PutItemCommand).rejectsOnce(thrown).resolves({});
    const { store, clock } = setUp();
    expect(await store.write(record(8))).toBe('written');
    expect(puts()).toHaveLength(2);
    expect(clock.slept).toEqual([100]);
  });

  test('a time-out that took effect is written; one that lost the race is a conflict', async () => {
    dynamo
      .on(PutItemCommand)
      .rejectsOnce(timedOut())
      .rejectsOnce(refused(instanceItem(record(8))));
    expect(await setUp().store.write(record(8))).toBe('written');
    dynamo.reset();
    dynamo
      .on(PutItemCommand)
      .rejectsOnce(timedOut())
      .rejectsOnce(refused(instanceItem(record(8, 'other'))));
    expect(await setUp().store.write(record(8))).toBe('conflict');
  });

  test.each([
    ['two time-outs', timedOut(), 2],
    ['a refusal', awsFailure('AccessDeniedException', 400), 1],
  ])('%s: the store is down', async (_, thrown, calls) => {
    dynamo.on(PutItemCommand).rejects(thrown);
    const { store, telemetry } = setUp();
    expect(await store.write(record(8))).toBe('down');
    expect(puts()).toHaveLength(calls);
    expect(telemetry.messages()).toEqual(['store-write-failed']);
  });
});

describe('a record that has no stored form', () => {
  test('is told, and throws at nobody', async () => {
    const { store, telemetry } = setUp();
    const broken = { ...record(8), starts: [Number.NaN as Instant] };
    expect(await store.write(broken)).toBe('down');
    expect(puts()).toEqual([]);
    expect(telemetry.messages()).toEqual(['record-not-writable']);
  });
});

describe("writing the fleet's record", () => {
  test('goes by its version', async () => {
    expect(await setUp().store.writeFleet(fleet(2))).toBe('written');
    expect(puts()).toMatchObject([
      { Item: fleetItem(fleet(2)), ConditionExpression: '#version = :previous' },
    ]);
  });

  test('two that write the same: one has a conflict, or both would send a tick', async () => {
    dynamo.on(PutItemCommand).rejects(refused(fleetItem(fleet(2))));
    expect(await setUp().store.writeFleet(fleet(2))).toBe('conflict');
  });

  test('after a time-out the same content is taken for our own', async () => {
    dynamo
      .on(PutItemCommand)
      .rejectsOnce(timedOut())
      .rejectsOnce(refused(fleetItem(fleet(2))));
    expect(await setUp().store.writeFleet(fleet(2))).toBe('written');
  });
});

describe('archiving an incident', () => {
  const closed: InstanceRecord = {
    ...record(8),
    incident: {
      id: 'pod-1-20240801-1210-0001',
      openedAt: NOON,
      condition: 'stopped',
      cause: { kind: 'aws', detail: 'plain', confidence: 'high', evidence: [] },
      mandate: { kind: 'rescue' },
      outage: { lastKnownGood: NOON, firstKnownBad: NOON },
      launchTimeBefore: NOON,
      attempts: [],
      progress: { kind: 'down' },
      served: [],
      escalated: [],
      lookups: [],
      timeline: [],
      resolved: { at: NOON, reason: 'recovered' },
    },
  };

  test('keeps it for thirteen months, under its own key', async () => {
    expect(await setUp().store.archive(closed)).toBe('written');
    expect(puts()).toMatchObject([
      {
        Item: {
          pk: { S: 'incident#pod-1-20240801-1210-0001' },
          sk: { S: 'record' },
          expiresAt: { N: String(after(NOON, hours(24 * 396)) / 1_000) },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    ]);
  });

  test('a second time changes nothing', async () => {
    dynamo.on(PutItemCommand).rejects(refused(instanceItem(record(3, 'other'))));
    expect(await setUp().store.archive(closed)).toBe('written');
  });

  test('a store that is down is told', async () => {
    dynamo.on(PutItemCommand).rejects(awsFailure('InternalServerError', 500));
    expect(await setUp().store.archive(closed)).toBe('down');
  });

  test('without an incident there is nothing to keep', async () => {
    const { store, telemetry } = setUp();
    expect(await store.archive(record(8))).toBe('written');
    expect(puts()).toEqual([]);
    expect(telemetry.messages()).toEqual(['nothing-to-archive']);
  });
});

describe('adding to what is archived', () => {
  const fact = {
    kind: 'health',
    at: NOON,
    key: 'k',
    eventArn: 'arn:aws:health:us-east-1::event/EC2/X/1',
    code: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
    topic: 'availability-issue',
    status: 'closed',
    entityStatus: 'resolved',
    description: 'It was the host.',
  } as const;
  const amendment = { incidentId: 'pod-1-20240801-1210-0001', fact };

  test('is an item of its own beside the incident, which is not touched', async () => {
    dynamo.on(PutItemCommand).resolves({});
    expect(await setUp().store.amend(amendment)).toBe('written');
    expect(puts()).toMatchObject([
      {
        Item: {
          pk: { S: 'incident#pod-1-20240801-1210-0001' },
          sk: { S: `health:${fact.eventArn}:closed` },
          expiresAt: { N: String(after(NOON, hours(24 * 396)) / 1_000) },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    ]);
  });

  test('a second time changes nothing', async () => {
    dynamo.on(PutItemCommand).rejects(refused({ pk: { S: 'incident#x' } }));
    expect(await setUp().store.amend(amendment)).toBe('written');
  });

  test('a store that is down is told', async () => {
    dynamo.on(PutItemCommand).rejects(awsFailure('InternalServerError', 500));
    expect(await setUp().store.amend(amendment)).toBe('down');
  });
});
