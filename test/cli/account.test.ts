import { policyFor, surroundingsOf, typed } from '../../cli/simulated-account';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { connect, type Account } from '../../cli/account';
import { processSurroundings } from '../../cli/account-clients';
import { after, minutes } from '../../lambda/core/time';
import type { Status } from '../../cli/status-form';
import { POD_23 } from '../../sim/drills/servers';
import { OPERATOR } from '../../sim/people';
import type { World } from '../../sim/world';
import { chatWorld, typedJson } from './account-world';

const FIRST = 'pod-23-20240801-1210-0023';

/** Two incidents: one at 12:10 that is over, one at 12:50 that is open. */
async function withHistory(): Promise<{ readonly world: World; readonly account: Account }> {
  const world = chatWorld();
  await world.runUntil(300);
  world.aws.hostFailure(POD_23, { stoppingS: 25 });
  await world.runUntil(2_700);
  world.people.shutdownGuest(POD_23);
  await world.runUntil(2_800);
  return { world, account: await connect({}, surroundingsOf(world)) };
}

/** Somebody's write into the table, past the watchdog. */
async function put(world: World, keys: readonly [string, string], body: string): Promise<void> {
  const { table } = await typedJson<Status>(world, ['status']);
  const policy = {
    ...policyFor('pause-policies', world),
    Statement: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: '*' }],
  };
  const Item = { pk: { S: keys[0] }, sk: { S: keys[1] }, version: { N: '9' }, body: { S: body } };
  const { dynamo } = world.clientsOf({ by: OPERATOR, policy });
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
}

test('incidents that are open and over, the newest first', async () => {
  const { account } = await withHistory();
  const found = await account.recentIncidents({});
  expect(found.map(({ incident }) => [incident.id, incident.resolved?.reason])).toEqual([
    ['pod-23-20240801-1250-0023', undefined],
    [FIRST, 'recovered'],
  ]);
});

test('so many of them, or since a time', async () => {
  const { account } = await withHistory();
  expect(await account.recentIncidents({ limit: 1 })).toHaveLength(1);
  const [open] = await account.recentIncidents({});
  const since = open?.incident.openedAt ?? account.now();
  expect(await account.recentIncidents({ since })).toHaveLength(1);
  expect(await account.recentIncidents({ since: after(since, minutes(1)) })).toEqual([]);
});

test('one incident by its id, be it open, over or unknown', async () => {
  const { account } = await withHistory();
  expect((await account.readIncident(FIRST))?.incident.served).toHaveLength(1);
  const open = await account.readIncident('pod-23-20240801-1250-0023');
  expect(open?.incident).toMatchObject({ cause: { kind: 'guest' } });
  expect(await account.readIncident('pod-24-20240801-1250-0024')).toBeUndefined();
});

test('an archived record that cannot be read is told, and left out of a list', async () => {
  const { world, account } = await withHistory();
  await put(world, ['incident#later', 'record'], '{"schema":99}');
  await expect(account.readIncident('later')).rejects.toThrow('The record of later cannot be read');
  expect(await account.recentIncidents({})).toHaveLength(2);
});

test("an instance's record that cannot be read is told, and the others are shown", async () => {
  const { world } = await withHistory();
  await put(world, ['fleet', `instance#${POD_23}`], '{"schema":99}');
  const status = await typedJson<Status>(world, ['status']);
  expect(status.unreadable).toMatchObject([{ key: `instance#${POD_23}` }]);
  expect(status.instances).toMatchObject([{ readiness: 'unreadable' }]);
  const { out } = await typed(world, ['status']);
  expect(out).toMatch(/CANNOT BE READ\n {2}instance#i-0a1b2c3d4e5f60023 \(.*\): the watchdog/);
});

test('a pause that somebody changed meanwhile is not overwritten', async () => {
  const { account } = await withHistory();
  const was = await account.readPolicyPause('livechat');
  expect(await account.pausePolicy(was, { kind: 'hold', text: 'bea' })).toBe(true);
  expect(await account.pausePolicy(was, { kind: 'hold', text: 'ana' })).toBe(false);
  expect(await account.resumePolicy(was)).toBe(false);
  const now = await account.readPolicyPause('livechat');
  expect(now.pause).toEqual({ kind: 'held', note: 'bea' });
  expect(await account.resumePolicy(now)).toBe(true);
});

test('messages that SNS does not take are told', async () => {
  const world = chatWorld();
  await world.runUntil(300);
  world.faults.serviceDown('sns', { fromS: 300, toS: 9_999 });
  world.people.shutdownGuest(POD_23);
  await world.runUntil(420);
  const { undelivered } = await typedJson<Status>(world, ['status']);
  expect(undelivered).toMatchObject([{ instanceId: POD_23, name: 'pod-23', messages: 1 }]);
  const { out } = await typed(world, ['status', '--open']);
  expect(out).toMatch(/NOT TOLD YET\n {2}pod-23: 1 message since .*; SNS does not take them/);
});

describe('the clients of AWS', () => {
  const { env } = process;
  const NONE = { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };

  afterEach(() => {
    process.env = env;
  });

  const regionWith = async (more: Readonly<Record<string, string>>, region?: string) => {
    const {
      AWS_REGION: _region,
      AWS_DEFAULT_REGION: _default,
      AWS_PROFILE: _profile,
      ...rest
    } = env;
    process.env = { ...rest, ...NONE, ...more };
    return (await processSurroundings().clients({ region })).region;
  };

  test('are made for the Region that is named', async () => {
    expect(await regionWith({}, 'eu-west-1')).toBe('eu-west-1');
    expect(await regionWith({ AWS_REGION: 'us-east-2' }, 'eu-west-1')).toBe('eu-west-1');
    expect(await regionWith({ AWS_REGION: 'us-east-2' })).toBe('us-east-2');
  });

  test('have none where none is configured', async () => {
    expect(await regionWith({})).toBeUndefined();
  });
});
