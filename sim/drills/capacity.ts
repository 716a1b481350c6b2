import type { Expectation } from '../drill-result';
import { factsOf } from '../history';
import type { World } from '../world';
import { actsOf } from './acts';
import { demand, type DrillSpec, type Played } from './drill';
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

/** Every drill of capacity. */
export const CAPACITY_DRILLS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'other-type',
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
];

const KNOWN = ['m6i.large', 'm6a.large', 'm7i.large'];
