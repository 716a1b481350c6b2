import type { CheckName, Fact } from '../history';

import type { World } from '../world';
import { actsOf, describesPerSecond, type Act } from './acts';
import { demand, type DrillSpec, type Played } from './drill';
import { decisionFacts } from './figures';
import { LADDER_POLICIES, under } from './policies';
import { chatFleet } from './servers';

/** Types of a fleet of some size: EC2's capacity is per type. */
const TYPES = ['m6i.large', 'm6i.xlarge', 'c6i.large', 'r6i.large'];
const HOUR_S = 3_600;

interface Outage {
  readonly name: string;
  readonly twin: string;
  readonly title: string;
  readonly description: string;
  readonly count: number;
  readonly zones: readonly string[];
  readonly zeroS: number;
  readonly hours: number;
  readonly story: (world: World, ids: readonly string[], zeroS: number) => void;
  /** So many incidents end before it is over; without it, it is played to its limit. */
  readonly incidents?: number;
  readonly expect: DrillSpec['expect'];
}

function outage({ story, ...drill }: Outage): DrillSpec {
  const fleet = chatFleet(drill.count, drill.zones, TYPES);
  return {
    name: drill.name,
    twin: drill.twin,
    title: drill.title,
    description: drill.description,
    startAt: '2024-08-01T06:00:00Z',
    zeroS: drill.zeroS,
    limitS: drill.zeroS + drill.hours * HOUR_S,
    policies: LADDER_POLICIES,
    play(world) {
      for (const server of fleet) world.ec2.addInstance({ ...server, tags: under('livechat') });
      story(
        world,
        fleet.map(({ id }) => id),
        drill.zeroS,
      );
    },
    ...(drill.incidents !== undefined && {
      isOver: (facts: readonly Fact[]) => resolved(facts) >= (drill.incidents ?? 0),
    }),
    expect: drill.expect,
  };
}

const resolved = (facts: readonly Fact[]): number =>
  decisionFacts(facts).filter(({ fields }) => fields['decision'] === 'resolve').length;

/** What EC2's checks said of a server at a moment. */
function isImpairedAt(facts: readonly Fact[], { instanceId, at }: Act): boolean {
  const last = new Map<CheckName, string>();
  for (const fact of facts) {
    // A stop itself ends its checks at the same moment.
    if (fact.at >= at) break;
    if (fact.kind === 'check' && fact.instanceId === instanceId) last.set(fact.check, fact.status);
  }
  return [...last.values()].includes('impaired');
}

const TAKEDOWNS = ['stop', 'reboot', 'restart-service'];

/** Acts that took something down that ran. */
const takedowns = (facts: readonly Fact[]): readonly Act[] =>
  actsOf(facts).filter(({ what }) => TAKEDOWNS.includes(what));

/** What every outage must show, whatever happened in it. */
function nothingMadeWorse({ facts }: Played): readonly ReturnType<typeof demand>[] {
  const healthy = takedowns(facts).filter((act) => !isImpairedAt(facts, act));
  const acts = actsOf(facts);
  const left = acts.filter(
    ({ what, instanceId, at }) =>
      what === 'stop' &&
      !acts.some((act) => act.what === 'start' && act.instanceId === instanceId && act.at > at),
  );
  const reads = describesPerSecond(facts);
  return [
    demand(`at most 5 describe calls a second (got ${reads})`, reads <= 5),
    demand(`nothing healthy was taken down (got ${healthy.length})`, healthy.length === 0),
    demand(`whatever was stopped was started again (left: ${left.length})`, left.length === 0),
  ];
}

/** Servers that serve at the end. */
function servingAtEnd(facts: readonly Fact[]): number {
  const serving = new Map<string, boolean>();
  for (const fact of facts) {
    if (fact.kind === 'instance') serving.set(fact.instanceId, true);
    if (fact.kind === 'serving') serving.set(fact.instanceId, fact.serving);
  }
  return [...serving.values()].filter(Boolean).length;
}

function all(count: number, { facts }: Played): ReturnType<typeof demand> {
  const serving = servingAtEnd(facts);
  return demand(`all ${count} serve at the end (got ${serving})`, serving === count);
}

function atMost(messages: number, { figures }: Played): ReturnType<typeof demand> {
  const got = figures.alerts.length;
  return demand(`at most ${messages} messages (got ${got})`, got <= messages);
}

const POWER_ZERO_S = 2_400;

/** A zone loses power; as in us-east-1 on 22 December 2021. */
const ZONE_POWER: DrillSpec = outage({
  name: 'zone-power-loss',
  twin: 'fleet-budget',
  title: 'A zone of 300 servers loses power',
  description:
    'Of 600 servers in three zones AWS stops 200 in one zone within a minute, and 100 beside ' +
    'them run on, impaired. Capacity in the zone is scarce for two hours. What is stopped is ' +
    'tried on; what runs is not touched.',
  count: 600,
  incidents: 300,
  zones: ['us-east-1a', 'us-east-1a', 'us-east-1b', 'us-east-1c'],
  zeroS: POWER_ZERO_S,
  hours: 3,
  story(world, ids, zeroS) {
    const hit = ids.filter((_, index) => index % 4 < 2);
    const stop = hit.slice(0, 200);
    const impair = hit.slice(200, 300);
    world.faults.capacityOut({ zone: 'us-east-1a', fromS: zeroS, toS: zeroS + 2 * HOUR_S });
    stop.forEach((id, index) => {
      world.at(zeroS + (index * 60) / stop.length, () => void world.aws.hostFailure(id));
    });
    for (const id of impair) world.at(zeroS, () => world.aws.breaks(id, 'system'));
    // Power is back: the hosts come up again and the servers on them with their guests.
    for (const id of impair) {
      world.at(zeroS + 2 * HOUR_S, () => void world.aws.autoRecovery(id, 'success'));
    }
  },
  expect: (played) => [
    ...nothingMadeWorse(played),
    demand('nothing that ran was taken down', takedowns(played.facts).length === 0),
    all(600, played),
    atMost(60, played),
  ],
});

const REGION_ZERO_S = 900;

/** The control plane of a Region in trouble; as in us-east-1 on 20 October 2025. */
const REGION_TROUBLE: DrillSpec = outage({
  name: 'region-trouble',
  twin: 'dynamodb-down',
  title: "A Region's control plane in trouble, DynamoDB gone for three hours",
  description:
    'DynamoDB does not answer for three hours; EC2 throttles and says that it has no capacity ' +
    'though it has. Of 30 servers AWS stops six, four run and are impaired. What is stopped is ' +
    'tried on; without the table nothing is taken down.',
  count: 30,
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  zeroS: REGION_ZERO_S,
  hours: 6,
  story(world, ids, zeroS) {
    const span = { fromS: zeroS, toS: zeroS + 3 * HOUR_S };
    world.faults.serviceDown('dynamodb', span);
    world.faults.throttleEc2({ ...span, probability: 0.4 });
    world.faults.capacityOut({ fromS: zeroS, toS: zeroS + 2 * HOUR_S });
    ids.slice(0, 6).forEach((id, index) => {
      world.at(zeroS + 300 + index * 600, () => void world.aws.hostFailure(id));
    });
    ids.slice(6, 10).forEach((id, index) => {
      world.at(zeroS + 600 + index * 600, () => world.aws.breaks(id, 'system'));
    });
  },
  expect: (played) => [
    ...nothingMadeWorse(played),
    demand(
      'nothing is taken down while the table is gone',
      takedowns(played.facts).every(
        ({ at }) => at > (played.facts[0]?.at ?? 0) + (REGION_ZERO_S + 3 * HOUR_S) * 1_000,
      ),
    ),
    all(30, played),
  ],
});

const COOLING_ZERO_S = 900;

/** A zone that gets worse slowly; as when its cooling fails. */
const COOLING: DrillSpec = outage({
  name: 'cooling-failure',
  twin: 'fleet-budget',
  title: 'A zone overheats slowly',
  description:
    'One after the other the 24 servers of a zone become impaired within an hour, and new hosts ' +
    'there are no better. The first are moved one at a time; once most of the zone is ill it is ' +
    'left alone, and when it has cooled down what is still broken is moved.',
  count: 48,
  zones: ['us-east-1a', 'us-east-1b'],
  zeroS: COOLING_ZERO_S,
  hours: 9,
  story(world, ids, zeroS) {
    const hot = ids.filter((_, index) => index % 2 === 0);
    world.faults.zoneImpaired('us-east-1a', { fromS: zeroS, toS: zeroS + 2 * HOUR_S });
    hot.forEach((id, index) => {
      world.at(zeroS + index * 150, () => world.aws.breaks(id, 'system'));
    });
    // It has cooled down: AWS's own recovery brings most of them back, six stay broken.
    for (const id of hot.slice(6)) {
      world.at(zeroS + 2 * HOUR_S, () => void world.aws.autoRecovery(id, 'success'));
    }
  },
  expect: (played) => {
    const stops = takedowns(played.facts).length;
    return [
      ...nothingMadeWorse(played),
      demand(`far fewer are moved than are ill (got ${stops})`, stops <= 24),
      atMost(120, played),
    ];
  },
});

/** Public outages, replayed on a simulated fleet. */
export const OUTAGE_DRILLS: readonly DrillSpec[] = [ZONE_POWER, REGION_TROUBLE, COOLING];
