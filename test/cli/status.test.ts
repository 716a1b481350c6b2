import { typed } from '../../cli/simulated-account';
import type { Status } from '../../cli/status-form';
import { instant } from '../../lambda/core/time';
import { POD_23 } from '../../sim/drills/servers';
import type { World } from '../../sim/world';
import { chatWorld, typedJson } from './account-world';

/** 12:10, with pod-23 enrolled. */
async function enrolled(policy: Parameters<typeof chatWorld>[0] = 'livechat'): Promise<World> {
  const world = chatWorld(policy);
  await world.runUntil(300);
  return world;
}

const status = async (world: World, ...args: readonly string[]): Promise<Status> =>
  typedJson<Status>(world, ['status', ...args]);

test('a quiet fleet: what is managed, and how old the last sweep is', async () => {
  const world = await enrolled();
  expect(await status(world)).toMatchObject({
    version: 1,
    at: '2024-08-01T12:10:00.000Z',
    region: 'us-east-1',
    watchdog: { isStale: false, lastSweepAgeS: expect.any(Number) as number },
    instances: [
      {
        instanceId: POD_23,
        name: 'pod-23',
        policy: 'livechat',
        state: 'running',
        readiness: 'ready',
        gaps: [],
        pause: null,
        incidentId: null,
      },
    ],
    incidents: [],
    pauses: [],
    plans: [],
    storm: null,
    undelivered: [],
    unreadable: [],
    warnings: [],
  });
  const { out } = await typed(world, ['status']);
  expect(out).toContain('1 instance managed, 1 running. Nothing is open.');
  expect(out).toMatch(/last sweep \d+ s ago\n/);
});

test('before anything was stored', async () => {
  const world = chatWorld();
  expect((await status(world)).watchdog).toEqual({
    lastSweepAt: null,
    lastSweepAgeS: null,
    isStale: true,
  });
  expect((await typed(world, ['status'])).out).toContain('no sweep was ever made');
});

test('a sweep that is missing for minutes is told', async () => {
  const world = await enrolled();
  world.faults.throttleLambda({ fromS: 300, toS: 900 });
  await world.runUntil(840);
  expect((await status(world)).watchdog).toMatchObject({ isStale: true });
  const { out } = await typed(world, ['status']);
  expect(out).toMatch(/last sweep 9 min \d+ s ago: the watchdog itself may be down/);
});

test('what AWS stopped: what was done, and what comes by itself', async () => {
  const world = await enrolled();
  world.aws.hostFailure(POD_23, { stoppingS: 25 });
  await world.runUntil(335);
  const { incidents } = await status(world);
  expect(incidents).toMatchObject([
    {
      id: 'pod-23-20240801-1210-0023',
      attention: 'handled',
      cause: { kind: 'aws', confidence: 'high' },
      attempts: [{ remediation: 'start', outcome: 'accepted' }],
      escalations: [],
      wouldHave: [],
    },
  ]);
  const { out } = await typed(world, ['status']);
  expect(out).toMatch(/\n {2}pod-23 {2}down for \d+ s, since 12:10:\d\d UTC; EC2: pending\n/);
  expect(out).toMatch(/done {5}12:10:\d\d UTC start: accepted/);
  expect(out).toContain('expect');
  expect(out).not.toContain('ACT');
});

test('what was refused, and why: it needs a person, and the runbook has the section', async () => {
  const world = await enrolled();
  world.faults.capacityOut({ type: 'm6i.large', zone: 'us-east-1b', fromS: 0, toS: 9_999 });
  world.aws.hostFailure(POD_23, { stoppingS: 25 });
  await world.runUntil(900);
  const { out } = await typed(world, ['status']);
  expect(out).toContain('1 open, 1 needs a person.');
  expect(out).toContain('ACT  pod-23  down for');
  expect(out).toMatch(/start: no-capacity \(InsufficientInstanceCapacity\)/);
  expect(out).toContain('nobody acknowledged it yet');
  expect(out).toMatch(/runbook {2}\S+#(no-capacity|backing-off)/);
});

test('what a person stopped is open and calls nobody', async () => {
  const world = await enrolled();
  world.people.stop(POD_23);
  await world.runUntil(1_300);
  const { out } = await typed(world, ['status']);
  expect(out).toContain('1 open.');
  expect(out).toContain('nothing: started by a person, it is verified.');
  expect((await status(world)).incidents).toMatchObject([{ attention: 'on-purpose' }]);
});

test('in shadow mode it tells what would have been done', async () => {
  const world = await enrolled('watched');
  world.aws.hostFailure(POD_23, { stoppingS: 25 });
  await world.runUntil(600);
  const { incidents, policies } = await status(world, '--policy', 'watched');
  expect(policies).toMatchObject([{ name: 'watched', mode: 'observe', instances: 1 }]);
  expect(incidents).toMatchObject([
    { attempts: [], wouldHave: [{ remediation: 'start', reason: 'stopped-by-aws' }] },
  ]);
  const { out } = await typed(world, ['status']);
  expect(out).toMatch(/would have done start \(stopped-by-aws\): shadow mode/);
  expect(out).toMatch(/watched {2}observe \(shadow\)/);
});

test('planned moves, and a veto of one', async () => {
  const world = await enrolled('windowed');
  world.aws.schedule(POD_23, {
    id: 'instance-event-0d59937288b749b32',
    code: 'instance-stop',
    description: 'The instance is running on degraded hardware',
    notBefore: instant(Date.parse('2024-08-05T12:00:00Z')),
  });
  await world.runUntil(900);
  const { plans } = await status(world);
  expect(plans).toMatchObject([
    {
      instanceId: POD_23,
      condition: 'stop-scheduled',
      deadline: '2024-08-05T12:00:00.000Z',
      wish: null,
    },
  ]);
  const vetoed = await typed(world, ['veto', 'pod-23']);
  expect(vetoed.out).toContain('is not moved as planned.');
  expect(vetoed.out).toContain('AWS begins at 2024-08-05 12:00:00 UTC.');
  const { out } = await typed(world, ['status']);
  expect(out).toMatch(
    /PLANNED MOVES\n {2}pod-23 .*stop-scheduled: AWS begins at .*, moved at .*; vetoed, not moved/,
  );
  const lifted = await typed(world, ['veto', 'pod-23', '--lift']);
  expect(lifted.out).toContain('may be moved as planned again');
  expect((await status(world)).plans).toMatchObject([{ wish: null }]);
});

test('a move that nobody planned cannot be vetoed', async () => {
  const { code, err } = await typed(await enrolled(), ['veto', 'pod-23']);
  expect(code).toBe(1);
  expect(err).toContain('there is nothing to veto');
});

describe('filters', () => {
  const POD_24 = 'i-0a1b2c3d4e5f60024';

  async function two(): Promise<World> {
    const world = chatWorld();
    world.ec2.addInstance({
      id: POD_24,
      name: 'pod-24',
      zone: 'us-east-1b',
      type: 'm6i.large',
      hasElasticIp: true,
      tags: { watchdog: 'asked' },
    });
    await world.runUntil(300);
    world.people.stop(POD_24);
    await world.runUntil(400);
    return world;
  }

  const ids = ({ instances, incidents }: Status): readonly (readonly string[])[] => [
    instances.map(({ instanceId }) => instanceId),
    incidents.map(({ instanceId }) => instanceId),
  ];

  test('without one, everything', async () => {
    expect(ids(await status(await two()))).toEqual([[POD_23, POD_24], [POD_24]]);
  });

  test('--open', async () => {
    expect(ids(await status(await two(), '--open'))).toEqual([[POD_24], [POD_24]]);
    const { out } = await typed(await two(), ['status', '--open']);
    expect(out).not.toContain('INSTANCE  ID');
  });

  test('--policy', async () => {
    const shown = await status(await two(), '--policy', 'livechat');
    expect(ids(shown)).toEqual([[POD_23], []]);
    expect(shown.policies.map(({ name }) => name)).toEqual(['livechat']);
  });

  test('a policy that does not exist', async () => {
    const { code, err } = await typed(await two(), ['status', '--policy', 'livchat']);
    expect(code).toBe(1);
    expect(err).toContain('There is no policy livchat');
  });
});

test('a large fleet is counted, and listed when asked for', async () => {
  const world = chatWorld();
  for (let index = 0; index < 30; index += 1) {
    world.ec2.addInstance({
      id: `i-0b${String(index).padStart(15, '0')}`,
      name: `chat-${index}`,
      zone: 'us-east-1a',
      type: 'm6i.large',
      tags: { watchdog: 'livechat' },
    });
  }
  await world.runUntil(120);
  const short = await typed(world, ['status']);
  expect(short.out).toContain('31 instances: list them with --instances.');
  expect(short.out).not.toContain('chat-7 ');
  expect((await typed(world, ['status', '--instances'])).out).toMatch(/chat-7 +i-0b0+7 +running/);
});

test('names and notes of others cannot do things to a terminal', async () => {
  const world = await enrolled();
  world.people.setTag(POD_23, 'Name', `\u001B[31mroot\u202E\n${'x'.repeat(200)}`);
  world.people.setTag(POD_23, 'watchdog:hold', `a\nOPEN\n  ACT  everything ${'y'.repeat(250)}`);
  const { out } = await typed(world, ['status']);
  expect(out).not.toMatch(/[\u001B\u202E]/);
  expect(out).not.toMatch(/^OPEN$/m);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(320);
});
