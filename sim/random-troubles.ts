import { OPERATOR_TAGS } from '../lambda/core/tags';
import { after, iso, minutes, seconds } from '../lambda/core/time';
import { factsOf } from './history';
import { EXPERIMENT, OPERATOR, SCHEDULER } from './people';
import type { Stream } from './random';
import type { World } from './world';

/** One thing that can happen to a server, and how often of all. */
interface Trouble {
  readonly weight: number;
  readonly strike: (world: World, id: string, stream: Stream) => void;
}

const TROUBLES: readonly Trouble[] = [
  { weight: 40, strike: ({ aws }, id) => void aws.hostFailure(id) },
  {
    weight: 5,
    strike: ({ aws }, id) => void aws.hostFailure(id, { code: 'Server.InternalError' }),
  },
  { weight: 10, strike: ({ people }, id) => people.stop(id, OPERATOR) },
  { weight: 4, strike: ({ people }, id) => people.stop(id, SCHEDULER) },
  { weight: 3, strike: ({ people }, id) => people.stop(id, EXPERIMENT) },
  { weight: 6, strike: ({ people }, id) => people.shutdownGuest(id) },
  { weight: 4, strike: ({ people }, id) => people.terminate(id) },
  { weight: 3, strike: ({ people }, id) => people.reboot(id) },
  { weight: 6, strike: impaired },
  { weight: 4, strike: ({ aws }, id) => void aws.health(retirementOf(id)) },
  { weight: 5, strike: held },
  { weight: 10, strike: ({ aws }, id) => aws.breaks(id, 'system') },
  { weight: 8, strike: hangs },
  { weight: 3, strike: ({ aws }, id) => aws.breaks(id, 'attachedEbs') },
  { weight: 14, strike: applicationDies },
  { weight: 6, strike: recoveredByAws },
  { weight: 5, strike: stuck },
  { weight: 5, strike: scheduled },
  { weight: 8, strike: meddledWith },
  { weight: 3, strike: gameDay },
  { weight: 8, strike: withoutCapacity },
];

const TOTAL = TROUBLES.reduce((sum, { weight }) => sum + weight, 0);

const retirementOf = (id: string) =>
  ({
    eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
    category: 'scheduledChange',
    statusCode: 'upcoming',
    entityStatus: 'PENDING',
    instanceIds: [id],
  }) as const;

/** A check fails for a while though users are served: maybe not for longer than is tolerated. */
function impaired(world: World, id: string, stream: Stream): void {
  const check = stream.pick(['system', 'instance', 'attachedEbs'] as const);
  world.aws.impair(id, check, true);
  const endS = world.elapsedS() + stream.uniform(30, 900);
  world.at(endS, () => world.aws.impair(id, check, false));
}

/** The guest hangs; a reboot helps, or more, or nothing. */
function hangs({ aws }: World, id: string, stream: Stream): void {
  aws.breaks(id, 'instance', { curedBy: stream.pick(['reboot', 'stop-start', 'nothing']) });
}

function applicationDies({ aws }: World, id: string, stream: Stream): void {
  aws.appDies(id, stream.pick(['restart-service', 'reboot', 'stop-start', 'nothing']));
}

/** The host breaks, and AWS's own recovery comes: early, late, or in vain. */
function recoveredByAws(world: World, id: string, stream: Stream): void {
  world.aws.breaks(id, 'system');
  const outcome = stream.pick(['success', 'success', 'failure'] as const);
  world.at(world.elapsedS() + stream.uniform(30, 420), () => {
    // The watchdog may have moved it first, and then there is nothing to recover.
    world.aws.autoRecovery(id, outcome);
  });
}

/** AWS stops it, and it hangs in `stopping`. */
function stuck(world: World, id: string, stream: Stream): void {
  const forS = stream.pick([300, 900, 1_800]);
  const endsBy = stream.pick(['force', 'skip-os-shutdown'] as const);
  world.faults.stuckStopping({ instanceId: id, forS, endsBy });
  world.aws.hostFailure(id);
}

/** The codes of AWS Health for what EC2 calls by these. */
const HEALTH_CODES = {
  'instance-stop': 'AWS_EC2_INSTANCE_STOP_SCHEDULED',
  'instance-retirement': 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
  'system-maintenance': 'AWS_EC2_SYSTEM_MAINTENANCE_EVENT',
  'instance-reboot': 'AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED',
  'system-reboot': 'AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED',
} as const;
const SCHEDULED = [
  'instance-stop',
  'instance-retirement',
  'system-maintenance',
  'instance-reboot',
  'system-reboot',
] as const;

/** AWS announces work on its host, and does it unless it is spared the trouble. */
function scheduled(world: World, id: string, stream: Stream): void {
  const code = stream.pick(SCHEDULED);
  const hex = stream.whole(0, 0xffff).toString(16).padStart(4, '0');
  const notBefore = after(world.now(), seconds(stream.whole(1_200, 40_000)));
  const description = 'The instance is running on degraded hardware';
  const event = { id: `instance-event-0d59937288b7${hex}`, code, description, notBefore };
  world.aws.schedule(id, event, { carriedOut: true });
  // AWS tells by both ways, and not of the same minute.
  world.aws.health({ ...retirementOf(id), eventTypeCode: HEALTH_CODES[code] });
  if (stream.chance(0.3)) {
    const wish = stream.pick(['now', 'veto']);
    const atS = world.elapsedS() + stream.uniform(30, 600);
    world.at(atS, () => world.people.setTag(id, OPERATOR_TAGS.move, wish));
  }
}

/** Somebody pauses or holds it, and it fails meanwhile or soon after. */
function held(world: World, id: string, stream: Stream): void {
  pauseOrHold(world, id, stream);
  const fails = stream.chance(0.5)
    ? (): void => void world.aws.hostFailure(id)
    : (): void => world.aws.breaks(id, 'system');
  world.at(world.elapsedS() + stream.uniform(0, 600), fails);
}

function pauseOrHold(world: World, id: string, stream: Stream): void {
  const tag = stream.pick([OPERATOR_TAGS.hold, OPERATOR_TAGS.pauseUntil]);
  const until = iso(after(world.now(), minutes(stream.whole(1, 20))));
  world.people.setTag(id, tag, tag === OPERATOR_TAGS.hold ? 'on purpose' : `${until} on purpose`);
}

/** The host breaks, and a person steps in while the watchdog takes the server down. */
function meddledWith(world: World, id: string, stream: Stream): void {
  const { people } = world;
  const meddle = stream.pick([
    () => people.stop(id),
    () => people.reboot(id),
    () => people.start(id),
    () => people.terminate(id),
    () => people.removeTag(id, 'watchdog'),
    () => pauseOrHold(world, id, stream),
  ]);
  const afterS = stream.uniform(0, 90);
  let isDone = false;
  world.history.onFact((fact) => {
    const begins = fact.kind === 'state' && fact.to === 'stopping' && fact.instanceId === id;
    if (isDone || !begins || fact.by.kind !== 'watchdog') return;
    isDone = true;
    world.at(world.elapsedS() + afterS, meddle);
  });
  world.aws.breaks(id, 'system');
}

/** An experiment stops it, by its mark or with one that does not count. */
function gameDay(world: World, id: string, stream: Stream): void {
  const lastsS = stream.pick([1_200, -60]);
  const role = stream.chance(0.7) ? EXPERIMENT.name : `${EXPERIMENT.name}-other`;
  const until = iso(after(world.now(), seconds(lastsS)));
  world.people.setTag(id, OPERATOR_TAGS.gameDay, `${until} ${role}`);
  world.at(world.elapsedS() + 5, () => world.people.stop(id, EXPERIMENT));
}

/** By then there is capacity again, whenever the shortage began. */
const SHORTAGES_END_S = 3_600;

/** AWS stops it, and for long there is no room for its type in its zone. */
function withoutCapacity(world: World, id: string, stream: Stream): void {
  const server = factsOf(world.history.facts, 'instance').find(
    ({ instanceId }) => instanceId === id,
  );
  if (server === undefined) return;
  const { zone, instanceType: type } = server;
  const fromS = world.elapsedS();
  const toS = Math.min(SHORTAGES_END_S, fromS + stream.uniform(300, 2_400));
  world.faults.capacityOut({ fromS, toS, zone, type });
  world.aws.hostFailure(id);
}

function pickTrouble(stream: Stream): Trouble {
  let left = stream.uniform(0, TOTAL);
  for (const trouble of TROUBLES) {
    left -= trouble.weight;
    if (left < 0) return trouble;
  }
  return TROUBLES[0]!;
}

/** Something happens to a server within this span; to some twice, maybe before all is well. */
export function addTroubles(
  world: World,
  id: string,
  {
    stream,
    fromS,
    lastsS,
  }: { readonly stream: Stream; readonly fromS: number; readonly lastsS: number },
): void {
  const strike = (): void => pickTrouble(stream).strike(world, id, stream);
  const firstS = fromS + stream.uniform(0, lastsS);
  world.at(firstS, strike);
  if (stream.chance(0.3)) world.at(firstS + stream.uniform(30, 1_200), strike);
}
