import { OPERATOR_TAGS } from '../lambda/core/tags';
import { iso } from '../lambda/core/time';
import { chatServer } from './drills/servers';
import { EXPERIMENT, OPERATOR, SCHEDULER } from './people';
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

/** One thing that can happen to a server, and how often of all. */
interface Trouble {
  readonly weight: number;
  readonly strike: (world: World, id: string, stream: Stream) => void;
}

const TROUBLES: readonly Trouble[] = [
  { weight: 50, strike: ({ aws }, id) => void aws.hostFailure(id) },
  {
    weight: 5,
    strike: ({ aws }, id) => void aws.hostFailure(id, { code: 'Server.InternalError' }),
  },
  { weight: 12, strike: ({ people }, id) => people.stop(id, OPERATOR) },
  { weight: 4, strike: ({ people }, id) => people.stop(id, SCHEDULER) },
  { weight: 3, strike: ({ people }, id) => people.stop(id, EXPERIMENT) },
  { weight: 8, strike: ({ people }, id) => people.shutdownGuest(id) },
  { weight: 4, strike: ({ people }, id) => people.terminate(id) },
  { weight: 6, strike: impaired },
  { weight: 4, strike: ({ aws }, id) => void aws.health(retirementOf(id)) },
  { weight: 4, strike: held },
];

const retirementOf = (id: string) =>
  ({
    eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
    category: 'scheduledChange',
    statusCode: 'upcoming',
    entityStatus: 'PENDING',
    instanceIds: [id],
  }) as const;

function impaired(world: World, id: string, stream: Stream): void {
  const check = stream.pick(['system', 'instance', 'attachedEbs'] as const);
  world.aws.impair(id, check, true);
  const endS = world.elapsedS() + stream.uniform(60, 900);
  world.at(endS, () => world.aws.impair(id, check, false));
}

/** Somebody pauses or holds it, and AWS stops it meanwhile or soon after. */
function held(world: World, id: string, stream: Stream): void {
  const now = world.now();
  const tag = stream.pick([OPERATOR_TAGS.hold, OPERATOR_TAGS.pauseUntil]);
  const until = iso((now + stream.whole(1, 20) * 60_000) as typeof now);
  world.people.setTag(id, tag, tag === OPERATOR_TAGS.hold ? 'on purpose' : `${until} on purpose`);
  world.at(world.elapsedS() + stream.uniform(0, 600), () => void world.aws.hostFailure(id));
}

function pickTrouble(stream: Stream): Trouble {
  const total = TROUBLES.reduce((sum, { weight }) => sum + weight, 0);
  let left = stream.uniform(0, total);
  for (const trouble of TROUBLES) {
    left -= trouble.weight;
    if (left < 0) return trouble;
  }
  return TROUBLES[0]!;
}

function addFleet(world: World, stream: Stream): void {
  const count = stream.whole(1, 6);
  for (let index = 0; index < count; index += 1) {
    const id = `i-0b${index.toString(16).padStart(15, '0')}`;
    const spec = { name: `pod-${index}`, zone: stream.pick(ZONES), type: stream.pick(TYPES) };
    const sendsReadyEvent = stream.chance(0.7);
    world.ec2.addInstance(
      chatServer(id, { ...spec, workload: { appStartS: 12, sendsReadyEvent } }),
    );
    const strike = (): void => pickTrouble(stream).strike(world, id, stream);
    const firstS = STORY_FROM_S + stream.uniform(0, STORY_LASTS_S);
    world.at(firstS, strike);
    // Some are struck again, maybe before all is well or told.
    if (stream.chance(0.3)) world.at(firstS + stream.uniform(30, 1_200), strike);
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
  const operations = ['StartInstances', 'PutItem', 'Publish', 'SendMessage', 'DescribeInstances'];
  const plans: readonly (readonly [chance: number, put: () => void])[] = [
    [0.3, () => faults.serviceDown('dynamodb', { ...span, toS: 600 + stream.uniform(60, 600) })],
    [0.3, () => faults.timeouts('dynamodb', { ...span, effect: effect(), probability: 0.1 })],
    [0.3, () => faults.timeouts('ec2', { ...span, effect: effect(), probability: 0.1 })],
    [0.3, () => faults.throttleEc2({ ...span, probability: 0.2 })],
    [0.2, () => faults.serviceDown('sns', { ...span, toS: 900 })],
    [0.2, () => faults.capacityOut({ ...span, toS: 1_500 })],
    [0.2, () => faults.staleReads({ ...span, toS: 1_500 }, 30)],
    [0.1, () => faults.skipSweeps({ ...span, toS: 900 })],
    [0.1, () => faults.throttleLambda({ ...span, toS: 660 })],
    [
      0.3,
      () =>
        faults.killInvocation({
          nth: stream.whole(1, 40),
          when: stream.pick(['before-effect', 'after-effect']),
          operation: stream.pick(operations),
        }),
    ],
  ];
  for (const [chance, put] of plans) if (stream.chance(chance)) put();
}

/**
 * Plays one world that is drawn from its seed: a small fleet, something that happens to each
 * server, and faults of the services around it. After 20 minutes the faults end, and by the end of
 * the run everything must have settled. `handler` replaces the function's code.
 */
export async function playRandomWorld(
  seed: number,
  parts: Pick<WorldOptions, 'template' | 'handler'>,
): Promise<World> {
  const world = createWorld({ seed, startAt: '2024-08-01T12:00:00Z', ...parts });
  const stream = world.random.stream('random-world');
  addFleet(world, stream);
  if (stream.chance(0.9)) {
    addEventFaults(world, stream);
    addServiceFaults(world, stream);
  }
  await world.runUntil(ENDS_S);
  return world;
}
