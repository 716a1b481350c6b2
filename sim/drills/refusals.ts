import { OPERATOR_TAGS, OPT_IN_TAG } from '../../lambda/core/tags';
import type { InstanceSpec } from '../account/ec2-instance';
import type { World } from '../world';
import { actsOf } from './acts';
import { SCHEDULER } from '../people';
import { demand, type DrillSpec } from './drill';
import { fleetDrill } from './fleet-drill';
import {
  ZERO_S,
  acted,
  decided,
  ladderDrill,
  notBefore,
  refused,
  resolvedAs,
} from './ladder-drill';
import { POD_23 } from './servers';

/** The host is broken for good, and the server goes on running. */
const broken = (world: World): void => world.at(ZERO_S, () => world.aws.breaks(POD_23, 'system'));

/** A server that is broken and may not be stopped: told, and left as it is. */
function keptUp(
  name: string,
  reason: string,
  {
    title,
    description,
    ...server
  }: Partial<InstanceSpec> & { readonly title: string; readonly description: string },
): DrillSpec {
  return ladderDrill({
    name,
    // The same server without what speaks against its stop.
    twin: 'system-impaired',
    title,
    description,
    server,
    story: broken,
    minutes: 40,
    endsWell: false,
    expect: (played) => refused(reason, played),
  });
}

/** What a stop would cost: each is refused, and a person is told. */
const LOSSES: readonly DrillSpec[] = [
  keptUp('stop-protected', 'stop-protected', {
    title: 'The broken server is protected against stops',
    description: 'Somebody protected it: the watchdog asks, and does not clear the protection.',
    stopProtection: true,
  }),
  keptUp('instance-store', 'instance-store-data', {
    title: 'The broken server has data on instance store',
    description: 'A stop would lose what is on the disks of its host.',
    type: 'm6id.large',
  }),
  keptUp('public-address', 'address-would-change', {
    title: "The broken server's public address would change",
    description: 'It has a public address that is no Elastic IP: a stop would give it away.',
    publicIp: '203.0.113.23',
    hasElasticIp: false,
  }),
  keptUp('placement-group', 'in-placement-group', {
    title: 'The broken server is in a placement group',
    description: 'A start into the group may find no capacity: all members would have to stop.',
    placementGroup: 'chat-cluster',
  }),
  keptUp('dedicated-host', 'on-dedicated-host', {
    title: 'The broken server is on a Dedicated Host',
    description: 'A stop and start stays on the same host and mends nothing.',
    hostId: 'h-0a1b2c3d4e5f60001',
    tenancy: 'host',
  }),
  keptUp('hibernation', 'would-hibernate', {
    title: 'The broken server can hibernate',
    description: 'A plain stop forgets what hibernation would have kept.',
    hibernation: true,
  }),
];

const person = (key: string, value: string) => (world: World) => {
  world.at(ZERO_S - 30, () => world.people.setTag(POD_23, key, value));
  broken(world);
};

/** What a person said. */
const PEOPLE: readonly DrillSpec[] = [
  ladderDrill({
    name: 'held-while-impaired',
    twin: 'system-impaired',
    title: 'A person holds the broken server',
    description: 'A hold is honoured before every act, and told.',
    story: person(OPERATOR_TAGS.hold, 'we look at it ourselves'),
    minutes: 40,
    endsWell: false,
    expect: (played) => refused('held', played),
  }),
  ladderDrill({
    name: 'pause-ends',
    twin: 'held-while-impaired',
    title: 'A pause ends while the server is broken',
    description: 'Paused for 20 minutes: told at once, and moved once the pause is over.',
    story: person(OPERATOR_TAGS.pauseUntil, '2024-08-01T12:30:00Z deploying'),
    expect: (played) => [
      acted('stop, start', played),
      decided('escalate', 'paused', played),
      demand(
        'nothing before the pause is over',
        actsOf(played.facts).every(({ at }) => at >= Date.parse('2024-08-01T12:30:00Z')),
      ),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'policy-held',
    twin: 'system-impaired',
    title: 'A whole policy is held',
    description: 'One entry in the incident table holds every server of a policy.',
    story(world) {
      world.at(ZERO_S - 30, () => world.people.holdPolicy('livechat', 'release day'));
      broken(world);
    },
    minutes: 40,
    endsWell: false,
    expect: (played) => refused('held', played),
  }),
  ladderDrill({
    name: 'only-observed',
    twin: 'system-impaired',
    title: 'The policy only observes',
    description: 'It is decided and told what would have been done, and nothing is done.',
    policy: 'watched',
    story: broken,
    minutes: 40,
    endsWell: false,
    expect: (played) => refused('observe-mode', played),
  }),
];

/** Somebody else is at it. */
const OTHERS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'somebody-reboots-it',
    twin: 'instance-impaired',
    title: 'A person reboots the hung server first',
    description: 'Their reboot goes first: the watchdog holds off ten minutes, then it goes on.',
    trail: true,
    story(world) {
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'instance', { curedBy: 'stop-start' }));
      world.at(ZERO_S + 60, () => world.people.reboot(POD_23));
    },
    expect: (played) => [
      decided('defer', 'another-hand', played),
      notBefore(660, played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'another-automation',
    twin: 'somebody-reboots-it',
    title: 'Another automation reboots it again and again',
    description: 'Two healers must not race: the other one is named, and the watchdog holds off.',
    trail: true,
    minutes: 55,
    endsWell: false,
    story(world) {
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'instance', { curedBy: 'nothing' }));
      for (let times = 0; times < 22; times += 1) {
        world.at(ZERO_S + 30 + times * 150, () => world.people.reboot(POD_23, SCHEDULER));
      }
    },
    expect: (played) => refused('another-automation', played),
  }),
  ladderDrill({
    name: 'another-automation-stops-it',
    twin: 'pod-23',
    title: 'Another automation stops it after each start',
    description: 'AWS stops it, we start it, a program stops it: its stop is not undone.',
    trail: true,
    minutes: 60,
    endsWell: false,
    story(world) {
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
      world.at(ZERO_S + 10, () =>
        world.people.keepStopping(POD_23, SCHEDULER, { times: 3, afterS: 40 }),
      );
    },
    expect: (played) => [acted('start', played), decided('ignore', 'stopped-by-scheduler', played)],
  }),
];

/** When it is the wrong moment. */
const MOMENTS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'startup-grace',
    twin: 'system-impaired',
    title: 'It has just been rebooted by a person',
    description:
      'A person starts the server anew; its host is broken from the first minute on. The ' +
      'server gets its grace before anything is done.',
    story(world) {
      world.at(ZERO_S, () => world.people.stop(POD_23));
      world.at(ZERO_S + 240, () => world.people.start(POD_23));
      world.at(ZERO_S + 280, () => world.aws.breaks(POD_23, 'system'));
    },
    expect: (played) => [
      acted('stop, start', played),
      demand(
        'nothing within 5 min of its boot',
        actsOf(played.facts).every(
          ({ at }) => at - (played.facts[0]?.at ?? 0) > (ZERO_S + 540) * 1_000,
        ),
      ),
    ],
  }),
  ladderDrill({
    name: 'no-capacity-no-stop',
    twin: 'system-impaired',
    title: 'EC2 had no capacity a moment ago',
    description:
      'Another server of the same type and zone cannot be started for want of capacity: the ' +
      'broken one is not stopped, since it might not come back.',
    story(world) {
      const other = 'i-0a1b2c3d4e5f60024';
      world.ec2.addInstance({
        id: other,
        name: 'pod-24',
        zone: 'us-east-1b',
        type: 'm6i.large',
        hasElasticIp: true,
        workload: { appStartS: 12, sendsReadyEvent: true },
        tags: { watchdog: 'livechat' },
      });
      world.faults.capacityOut({ zone: 'us-east-1b', fromS: 0, toS: ZERO_S + 3_000 });
      world.at(ZERO_S, () => void world.aws.hostFailure(other, { stoppingS: 25 }));
      broken(world);
    },
    minutes: 45,
    endsWell: false,
    expect: (played) => [
      demand(
        'the broken one is not stopped',
        actsOf(played.facts).every(({ instanceId }) => instanceId !== POD_23),
      ),
      decided('escalate', 'no-way-back', played),
    ],
  }),
  ladderDrill({
    name: 'never-enrolled',
    twin: 'system-impaired',
    title: 'It was impaired before it was enrolled',
    description: 'A server that was never seen well is not taken down: told to a person.',
    story(world) {
      world.people.removeTag(POD_23, OPT_IN_TAG);
      world.at(1, () => world.aws.breaks(POD_23, 'system'));
      world.at(ZERO_S, () => world.people.setTag(POD_23, OPT_IN_TAG, 'livechat'));
    },
    minutes: 40,
    endsWell: false,
    expect: (played) => refused('impaired-before-enrolment', played),
  }),
];

/** What the others tell. */
const FLEETS: readonly DrillSpec[] = [
  fleetDrill({
    name: 'zone-impaired',
    twin: 'fleet-budget',
    title: 'Most of a zone is impaired',
    description:
      'Six of ten servers of a zone run on broken hosts: it is the zone. Nothing is stopped ' +
      'there; when it is well again and has settled, what is still broken is moved, in turn.',
    count: 10,
    zones: ['us-east-1a'],
    minutes: 90,
    story(world, ids, zeroS) {
      const ill = ids.slice(0, 6);
      for (const id of ill) world.at(zeroS, () => world.aws.breaks(id, 'system'));
      // AWS mends four of them by itself; two stay broken.
      for (const id of ill.slice(0, 4)) {
        world.at(zeroS + 1_800, () => world.aws.impair(id, 'system', false));
      }
    },
    expect: (played, ids, zeroS) => [
      decided('escalate', 'zone-storm', played),
      decided('defer', 'zone-cooldown', played),
      demand(
        'nothing is taken down while the zone is bad, nor until it has settled',
        actsOf(played.facts).every(
          // The cooldown counts from the last look that saw the storm.
          ({ at }) => at >= (played.facts[0]?.at ?? 0) + (zeroS + 1_800 + 540) * 1_000,
        ),
      ),
      demand(
        'the two that stay broken are moved then',
        ids.slice(4, 6).every((id) => actsOf(played.facts).some((act) => act.instanceId === id)),
      ),
    ],
  }),
  fleetDrill({
    name: 'fleet-budget',
    twin: 'zone-impaired',
    title: 'Four servers in four zones break at once',
    description:
      'The fleet of twelve allows one takedown at a time: they are moved one after the other, ' +
      'the oldest first.',
    count: 12,
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'],
    minutes: 120,
    story(world, ids, zeroS) {
      ids.slice(0, 4).forEach((id, index) => {
        world.at(zeroS + index * 60, () => world.aws.breaks(id, 'system'));
      });
    },
    expect: (played, ids) => {
      const stops = actsOf(played.facts).filter(({ what }) => what === 'stop');
      const order = stops.map(({ instanceId }) => instanceId);
      return [
        demand('all four are moved, each once', order.length === 4 && new Set(order).size === 4),
        demand('the oldest first', JSON.stringify(order) === JSON.stringify(ids.slice(0, 4))),
        decided('defer', 'takedown-budget', played),
      ];
    },
  }),
  fleetDrill({
    name: 'every-application-fails',
    twin: 'application-dies',
    title: 'Every application check fails at once',
    description: 'Five servers, all applications fail, EC2 is fine: suspect the check, page once.',
    count: 5,
    policy: 'asked',
    zones: ['us-east-1a', 'us-east-1b'],
    minutes: 40,
    story(world, ids, zeroS) {
      for (const id of ids) world.at(zeroS, () => world.aws.appDies(id));
    },
    expect: (played) => [
      acted('', played),
      decided('escalate', 'check-suspect', played),
      decided('defer', 'check-suspect-elsewhere', played),
    ],
  }),
];

/** Every drill in which the watchdog must not act, or not yet. */
export const REFUSAL_DRILLS: readonly DrillSpec[] = [
  ...LOSSES,
  ...PEOPLE,
  ...OTHERS,
  ...MOMENTS,
  ...FLEETS,
];
