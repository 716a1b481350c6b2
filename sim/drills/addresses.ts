import { factsOf } from '../history';
import type { Expectation } from '../drill-result';
import type { World } from '../world';
import { demand, type DrillSpec, type Played } from './drill';
import { ZERO_S, acted, ladderDrill, resolvedAs, says } from './ladder-drill';
import { chatServer, POD_23 } from './servers';

const OTHER = 'i-0a1b2c3d4e5f60024';
const ADDRESS = {
  allocationId: 'eipalloc-0a1b2c3d4e5f60023',
  publicIp: '198.51.100.23',
  tags: { watchdog: 'addressed' },
} as const;

/** The server has an Elastic IP, which is gone once AWS has stopped it. */
function losesItsAddress(world: World): void {
  world.ec2.addAddress({ ...ADDRESS, instanceId: POD_23 });
  world.at(ZERO_S, () => {
    world.faults.loseAddress(POD_23);
    void world.aws.hostFailure(POD_23);
  });
}

/** Whose the address is at the end. */
function addressOf(whose: string | undefined, { facts }: Played): Expectation {
  const last = factsOf(facts, 'address').findLast(
    ({ allocationId }) => allocationId === ADDRESS.allocationId,
  );
  return demand(`its address is with ${whose ?? 'nobody'}`, last?.instanceId === whose);
}

/** Exactly one message of this kind. */
function toldOnce(event: string, { figures }: Played): Expectation {
  const count = figures.alerts.filter(({ kind }) => kind === event).length;
  return demand(`one message of the kind ${event} (got: ${count})`, count === 1);
}

/** Nobody is told that there is nothing to do. */
function doesNotReassure({ facts }: Played): Expectation {
  const serving = factsOf(facts, 'message').find(
    ({ attributes }) => attributes['event'] === 'serving',
  );
  const text = `${serving?.email} ${serving?.sms}`;
  return demand('that it serves is not told as if all were well', !/nothing to do/i.test(text));
}

/** Public addresses over a stop (F36). */
export const ADDRESS_DRILLS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'address-lost',
    twin: 'address-lost-told',
    title: 'It comes back without its Elastic IP, and gets it again',
    description:
      'AWS stops the server and its Elastic IP is no longer associated with it. Its policy asks ' +
      'for that: once it runs again the address is associated with it again, and people are told.',
    policy: 'addressed',
    story: losesItsAddress,
    expect: (played) => [
      acted('start', played),
      addressOf(POD_23, played),
      says('changed', 'the watchdog associated it again', played),
      toldOnce('changed', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'address-lost-told',
    twin: 'address-lost',
    title: 'It comes back without its Elastic IP',
    description:
      'AWS stops the server and its Elastic IP is no longer associated with it. By default that ' +
      'is only told: the server serves, and its users do not reach it.',
    story: losesItsAddress,
    expect: (played) => [
      acted('start', played),
      addressOf(undefined, played),
      says('changed', `who uses ${ADDRESS.publicIp} does not reach it`, played),
      doesNotReassure(played),
      toldOnce('changed', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'address-taken',
    twin: 'address-lost',
    title: 'Somebody has associated its Elastic IP elsewhere',
    description:
      'While the server is down, somebody gives its Elastic IP to another one. It is not taken ' +
      'away again, though the policy asks for the association: a person is told who has it.',
    policy: 'addressed',
    story(world) {
      world.ec2.addInstance({ ...chatServer(OTHER, { name: 'spare' }), tags: {} });
      losesItsAddress(world);
      world.at(ZERO_S + 9, () => world.people.giveAddress(ADDRESS.allocationId, OTHER));
    },
    expect: (played) => [
      acted('start', played),
      addressOf(OTHER, played),
      toldOnce('changed', played),
      says('changed', `It is associated with ${OTHER}`, played),
      doesNotReassure(played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'public-address-changed',
    twin: 'address-lost',
    title: 'It comes back with another public address',
    description:
      'AWS stops a server whose public address is no Elastic IP: it comes back with another one, ' +
      'which no policy can change. People are told both.',
    policy: 'addressed',
    server: { publicIp: '203.0.113.23', hasElasticIp: false },
    story: (world) => world.at(ZERO_S, () => void world.aws.hostFailure(POD_23)),
    expect: (played) => [
      acted('start', played),
      says('changed', 'not at its old public address 203.0.113.23 since the stop', played),
      doesNotReassure(played),
      toldOnce('changed', played),
      resolvedAs('recovered', played),
    ],
  }),
];
