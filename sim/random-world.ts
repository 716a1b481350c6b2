import type { PolicyInput } from '../lambda/core/policy';
import type { InstanceSpec } from './account/ec2-instance';
import { LADDER_POLICIES } from './drills/policies';
import { chatServer } from './drills/servers';
import { CHAT_HOOKS, SIDE_BY_SIDE, hookWorldOf } from './random-hooks';
import { addTroubles } from './random-troubles';
import type { Stream } from './random';
import { createWorld, type World, type WorldOptions } from './world';

/** From then on things happen to the fleet; before, it is enrolled. */
const STORY_FROM_S = 600;
/** Things happen within this; then the faults end, and it must settle. */
const STORY_LASTS_S = 600;
const FAULTS_UNTIL_S = STORY_FROM_S + STORY_LASTS_S;
const ENDS_S = 5_400;

const TYPES = ['m6i.large', 'm6i.xlarge', 'c6i.large', 'r6i.large'] as const;
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;

/** The policies of most worlds: their ladders differ, so that different rungs are climbed. */
const WITHOUT_HOOKS = {
  livechat: LADDER_POLICIES.livechat,
  asked: LADDER_POLICIES.asked,
  forcing: LADDER_POLICIES.forcing,
  types: LADDER_POLICIES.types,
  reserving: LADDER_POLICIES.reserving,
  proved: LADDER_POLICIES.proved,
  alarmed: LADDER_POLICIES.alarmed,
  /** Planned moves at any time of the day, so that a short run sees them. */
  anytime: { maintenanceWindow: { from: '00:00', to: '00:00' } },
} as const satisfies Readonly<Record<string, PolicyInput>>;
type PolicyName = keyof typeof WITHOUT_HOOKS;

/** The policies that are deployed. Worlds without hooks take them out again. */
export const RANDOM_POLICIES: Readonly<Record<PolicyName, PolicyInput>> = {
  ...WITHOUT_HOOKS,
  livechat: { ...WITHOUT_HOOKS.livechat, readyEvent: true, hooks: CHAT_HOOKS },
  asked: { ...WITHOUT_HOOKS.asked, hooks: SIDE_BY_SIDE },
};

const POLICY_NAMES: readonly PolicyName[] = [
  ...(['livechat', 'livechat', 'asked', 'asked', 'asked', 'forcing', 'anytime'] as const),
  ...(['types', 'types', 'reserving', 'proved', 'alarmed'] as const),
];

/** What makes a takedown cost more than a moment, or forbids it; each is rare. */
function obstaclesOf(stream: Stream): Partial<InstanceSpec> {
  return {
    ...(stream.chance(0.1) && { stopProtection: true }),
    ...(stream.chance(0.1) && { type: 'm6id.large' }),
    ...(stream.chance(0.1) && { publicIp: '203.0.113.7', hasElasticIp: false }),
  };
}

function addFleet(world: World, stream: Stream): void {
  const count = stream.whole(1, 6);
  // In some worlds all share a zone, so that it can have a storm, or one check of applications.
  const zones = stream.chance(0.3) ? ZONES.slice(0, 1) : ZONES;
  const isOneCheck = count >= 3 && stream.chance(0.15);
  const policies = isOneCheck ? (['asked'] as const) : POLICY_NAMES;
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = `i-0b${index.toString(16).padStart(15, '0')}`;
    const spec = { name: `pod-${index}`, zone: stream.pick(zones), type: stream.pick(TYPES) };
    const sendsReadyEvent = stream.chance(0.7);
    const policy = stream.pick(policies);
    world.ec2.addInstance(
      chatServer(id, {
        ...spec,
        ...obstaclesOf(stream),
        tags: { watchdog: policy },
        workload: { appStartS: 12, sendsReadyEvent },
      }),
    );
    ids.push(id);
    if (policy === 'alarmed') addAlarm(world, id, stream);
    addTroubles(world, id, { stream, fromS: STORY_FROM_S, lastsS: STORY_LASTS_S });
  }
  if (stream.chance(0.1)) addZoneTrouble(world, ids, stream);
  if (isOneCheck) addCheckTrouble(world, ids, stream);
}

/** The owner's alarm goes off some time after the server ceased to serve, and back likewise. */
function addAlarm(world: World, id: string, stream: Stream): void {
  const name = WITHOUT_HOOKS.alarmed.applicationAlarm.replace('{id}', id);
  world.alarms.define(name, { instanceId: id });
  let isServing = true;
  world.history.onFact((fact) => {
    if (fact.kind !== 'serving' || fact.instanceId !== id) return;
    const { serving } = fact;
    isServing = serving;
    world.at(world.elapsedS() + stream.uniform(60, 180), () => {
      if (isServing === serving) world.alarms.set(name, serving ? 'OK' : 'ALARM');
    });
  });
}

/** What checks the applications fails, and calls all of them impaired while they serve. */
function addCheckTrouble(world: World, ids: readonly string[], stream: Stream): void {
  const fromS = STORY_FROM_S + stream.uniform(0, STORY_LASTS_S);
  const lastsS = stream.uniform(200, 1_500);
  for (const id of ids) {
    world.at(fromS, () => world.aws.impair(id, 'application', true));
    world.at(fromS + lastsS, () => world.aws.impair(id, 'application', false));
  }
}

/** Many hosts break at about the same time. */
function addZoneTrouble(world: World, ids: readonly string[], stream: Stream): void {
  const fromS = STORY_FROM_S + stream.uniform(0, STORY_LASTS_S);
  for (const id of ids) {
    if (stream.chance(0.2)) continue;
    world.at(fromS + stream.uniform(0, 90), () => world.aws.breaks(id, 'system'));
  }
}

/** Faults of delivery: on in every world, how often is drawn. */
function addEventFaults({ faults }: World, stream: Stream): void {
  const span = { toS: FAULTS_UNTIL_S };
  faults.dropEvents(() => true, { ...span, probability: stream.uniform(0, 0.2) });
  faults.duplicateEvents(3, { ...span, probability: stream.uniform(0, 0.5) });
  const late = { leastS: 0, mostS: 30, probability: stream.uniform(0, 0.3) };
  faults.delayEvents(() => true, { ...span, ...late });
}

/** Faults of services: each is on in some worlds only. */
function addServiceFaults({ faults }: World, stream: Stream): void {
  const span = { fromS: STORY_FROM_S, toS: FAULTS_UNTIL_S };
  const effect = (): 'full' | 'none' => stream.pick(['full', 'none']);
  const operations = [
    'StartInstances',
    'StopInstances',
    'RebootInstances',
    'CreateTags',
    'TransactWriteItems',
    'PutItem',
    'Publish',
    'SendMessage',
    'DescribeInstances',
  ];
  const plans: readonly (readonly [chance: number, put: () => void])[] = [
    [0.3, () => faults.serviceDown('dynamodb', { ...span, toS: 600 + stream.uniform(60, 600) })],
    [0.3, () => faults.timeouts('dynamodb', { ...span, effect: effect(), probability: 0.1 })],
    [0.3, () => faults.timeouts('ec2', { ...span, effect: effect(), probability: 0.1 })],
    [0.3, () => faults.throttleEc2({ ...span, probability: 0.2 })],
    [0.2, () => faults.serviceDown('sns', { ...span, toS: 900 })],
    [0.2, () => faults.capacityOut({ ...span, toS: 1_500 })],
    [0.1, () => faults.serviceDown('ssm', { ...span, toS: 1_200 })],
    [0.1, () => faults.conflicts({ ...span, probability: 0.2 })],
    [0.2, () => faults.staleReads({ ...span, toS: 1_500 }, 30)],
    [0.1, () => faults.skipSweeps({ ...span, toS: 900 })],
    [0.1, () => faults.throttleLambda({ ...span, toS: 660 })],
    [
      0.3,
      () =>
        faults.killInvocation({
          nth: stream.whole(1, stream.chance(0.5) ? 3 : 40),
          when: stream.pick(['before-effect', 'after-effect']),
          operation: stream.pick(operations),
        }),
    ],
  ];
  for (const [chance, put] of plans) if (stream.chance(chance)) put();
}

/**
 * Plays one world that is drawn from its seed: a small fleet, something that happens to each
 * server, and faults of the services around it. After 20 minutes the faults end (a want of capacity
 * may last for an hour), and by the end of the run everything must have settled. `handler` replaces
 * the function's code.
 */
export async function playRandomWorld(
  seed: number,
  parts: Pick<WorldOptions, 'template' | 'handler'>,
): Promise<World> {
  // Half of the accounts have a trail, which tells of each call within minutes.
  const trail = seed % 2 === 0;
  const hooks = hookWorldOf(seed);
  const world = createWorld({
    seed,
    startAt: '2024-08-01T12:00:00Z',
    trail,
    ...(hooks === undefined
      ? { environment: { POLICIES: JSON.stringify(WITHOUT_HOOKS) } }
      : { documents: hooks.documents }),
    ...parts,
  });
  const stream = world.random.stream('random-world');
  addFleet(world, stream);
  if (stream.chance(0.9)) {
    addEventFaults(world, stream);
    addServiceFaults(world, stream);
  }
  hooks?.begin(world, { fromS: STORY_FROM_S, toS: FAULTS_UNTIL_S });
  await world.runUntil(ENDS_S);
  return world;
}
