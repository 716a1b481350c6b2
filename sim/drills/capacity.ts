import { OPERATOR_TAGS } from '../../lambda/core/tags';
import type { Expectation } from '../drill-result';
import { factsOf } from '../history';
import type { World } from '../world';
import { actsOf } from './acts';
import { demand, type DrillSpec, type Played } from './drill';
import { fleetDrill } from './fleet-drill';
import { ZERO_S, acted, decided, ladderDrill, refused, resolvedAs } from './ladder-drill';
import { POD_23 } from './servers';

const broken = (world: World): void => world.at(ZERO_S, () => world.aws.breaks(POD_23, 'system'));

/** AWS stops the server, and has no capacity for its type. */
function stoppedWithout(world: World, type: string | undefined, forS: number): void {
  world.faults.capacityOut({
    zone: 'us-east-1b',
    ...(type !== undefined && { type }),
    fromS: 0,
    toS: ZERO_S + forS,
  });
  world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
}

/** The reservations that were made, and of those the ones that are still there at the end. */
function reservations({ facts }: Played): { readonly made: number; readonly left: number } {
  const states = new Map(
    factsOf(facts, 'reservation').map(({ reservationId, state }) => [reservationId, state]),
  );
  const left = [...states.values()].filter((state) => state === 'active').length;
  return { made: states.size, left };
}

function givenBack(played: Played): Expectation {
  const { made, left } = reservations(played);
  return demand(
    `one reservation, given back (got ${made}, left ${left})`,
    made === 1 && left === 0,
  );
}

/** Within the maintenance window of the drills. */
const NIGHT = '2024-08-01T02:05:00Z';

/** Every drill of capacity. */
export const CAPACITY_DRILLS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'other-type',
    twin: 'every-type-short',
    title: 'No capacity for its type: another one stands in',
    description:
      'AWS stops the server and has no capacity for its type for three hours. After a quarter of ' +
      'an hour it is started on the first type of its policy that fits.',
    policy: 'types',
    story: (world) => stoppedWithout(world, 'm6i.large', 10_800),
    expect: (played) => [
      acted('m6a.large, start', played),
      demand(
        'not before a quarter of an hour',
        actsOf(played.facts).every(
          ({ at }) => at - (played.facts[0]?.at ?? 0) >= (ZERO_S + 900) * 1_000,
        ),
      ),
      decided('remediate', 'another-type', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'every-type-short',
    twin: 'other-type',
    title: 'No capacity for any of its types',
    description:
      'Every type of its policy is refused for an hour and a half: it is tried on, and in the ' +
      'end the server runs on its own type, not on the one that was tried last.',
    policy: 'types',
    minutes: 150,
    story: (world) => stoppedWithout(world, undefined, 5_400),
    expect: (played) => {
      const types = actsOf(played.facts).filter(({ what }) => what.includes('.'));
      const runs = types.at(-1)?.what ?? 'm6i.large';
      return [
        demand(`several types were tried (got ${types.length})`, types.length >= 2),
        demand(`it runs on a type of its policy (got ${runs})`, KNOWN.includes(runs)),
        resolvedAs('recovered', played),
      ];
    },
  }),
  ladderDrill({
    name: 'reservation-helps',
    twin: 'no-capacity',
    title: 'A reservation finds the place that a start does not',
    description:
      'EC2 refuses starts and grants a reservation: the server is started into it, and the ' +
      'reservation is given back once it has recovered.',
    policy: 'reserving',
    story(world) {
      // Only its own starts are refused, so that a reservation is granted.
      world.faults.capacityOut({ instanceId: POD_23, fromS: 0, toS: ZERO_S + 2_400 });
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
    },
    expect: (played) => [
      acted('start', played),
      decided('remediate', 'reserve-place', played),
      givenBack(played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'proved-before-stop',
    twin: 'no-proof-no-stop',
    title: 'A reservation proves the way back before the stop',
    description:
      'The policy asks for proof: a reservation holds the place before the server is stopped, ' +
      'and is given back afterwards, though capacity runs out right after the stop.',
    policy: 'proved',
    story(world) {
      broken(world);
      world.history.onFact((fact) => {
        if (fact.kind !== 'state' || fact.to !== 'stopping') return;
        const fromS = world.elapsedS();
        world.faults.capacityOut({ zone: 'us-east-1b', fromS, toS: fromS + 3_600 });
      });
    },
    expect: (played) => [
      acted('stop, start', played),
      decided('remediate', 'prove-capacity', played),
      givenBack(played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'no-proof-no-stop',
    twin: 'proved-before-stop',
    title: 'No reservation, no stop',
    description: 'EC2 refuses the reservation: the broken server is not stopped, a person is told.',
    policy: 'proved',
    minutes: 45,
    endsWell: false,
    story(world) {
      world.faults.capacityOut({ zone: 'us-east-1b', fromS: 0, toS: ZERO_S + 7_200 });
      broken(world);
    },
    expect: (played) => refused('no-way-back', played),
  }),
  ladderDrill({
    name: 'proof-runs-out',
    twin: 'proved-before-stop',
    title: 'A reservation that ran out proves nothing',
    description:
      'A place is held, and before the stop a person holds the server for four hours. EC2 has no ' +
      'capacity meanwhile: the place is given back, and when the hold ends nothing is stopped.',
    policy: 'proved',
    minutes: 330,
    endsWell: false,
    story(world) {
      broken(world);
      let isHeld = false;
      world.history.onFact((fact) => {
        if (fact.kind !== 'reservation' || isHeld) return;
        isHeld = true;
        world.people.setTag(POD_23, OPERATOR_TAGS.hold, 'wait for me');
        const fromS = world.elapsedS();
        world.faults.capacityOut({ zone: 'us-east-1b', fromS: fromS + 60, toS: fromS + 36_000 });
        world.at(fromS + 14_400, () => world.people.removeTag(POD_23, OPERATOR_TAGS.hold));
      });
    },
    expect: (played) => [
      ...refused('no-way-back', played),
      decided('escalate', 'held', played),
      givenBack(played),
    ],
  }),
  fleetDrill({
    name: 'proofs-in-turn',
    twin: 'proved-before-stop',
    title: 'Six broken servers, one slot: one place is held at a time',
    description:
      'The fleet of twelve allows one takedown at a time, and its policy asks for proof: nobody ' +
      'has a place held, and paid for, before its turn has come.',
    policy: 'proved',
    count: 12,
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'],
    minutes: 150,
    story(world, ids, zeroS) {
      for (const id of ids.slice(0, 6)) world.at(zeroS, () => world.aws.breaks(id, 'system'));
    },
    expect: (played) => [
      demand(
        `one place at a time (got ${mostHeld(played)})`,
        mostHeld(played) === 1 && reservations(played).left === 0,
      ),
      demand(
        `all six are moved, each once (got ${stops(played)})`,
        stops(played) === 6 && reservations(played).made === 6,
      ),
    ],
  }),
  ladderDrill({
    name: 'own-type-restored',
    twin: 'own-type-short',
    title: 'Its own type is restored once a place of it is held',
    description:
      'It runs on another type since EC2 had none of its own. A day later, in the window, ' +
      'a place of its own type is reserved: only then it is stopped, changed back and started.',
    policy: 'returning',
    startAt: NIGHT,
    minutes: 27 * 60,
    endsWell: false,
    story: (world) => stoppedWithout(world, 'm6i.large', 3_600),
    expect: (played) => [
      acted('m6a.large, start, stop, m6i.large, start', played),
      decided('remediate', 'own-type', played),
      givenBack(played),
    ],
  }),
  ladderDrill({
    name: 'own-type-short',
    twin: 'own-type-restored',
    title: 'EC2 still has none of its own type: the server runs on',
    description:
      'It runs on another type since EC2 had none of its own, and it has none a day later. The ' +
      'server runs well: it is not stopped, and EC2 is not asked again for a week.',
    policy: 'returning',
    startAt: NIGHT,
    minutes: 53 * 60,
    endsWell: false,
    story: (world) => stoppedWithout(world, 'm6i.large', 10 * 86_400),
    expect: (played) => [
      acted('m6a.large, start', played),
      decided('resolve', 'own-type-short', played),
      demand(`EC2 is asked once (got ${asked(played)})`, asked(played) === 1),
    ],
  }),
];

/** How often EC2 was asked for a place. */
const asked = ({ facts }: Played): number =>
  factsOf(facts, 'call').filter(({ operation }) => operation === 'CreateCapacityReservation')
    .length;

const stops = ({ facts }: Played): number =>
  actsOf(facts).filter(({ what }) => what === 'stop').length;

/** The most places that were held at any time. */
function mostHeld({ facts }: Played): number {
  const held = new Set<string>();
  let most = 0;
  for (const { reservationId, state } of factsOf(facts, 'reservation')) {
    if (state === 'active') held.add(reservationId);
    else held.delete(reservationId);
    most = Math.max(most, held.size);
  }
  return most;
}

const KNOWN = ['m6i.large', 'm6a.large', 'm7i.large'];
