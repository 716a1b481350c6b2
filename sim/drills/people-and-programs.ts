import { OPERATOR_TAGS, OPT_IN_TAG } from '../../lambda/core/tags';
import { EXPERIMENT, OPERATOR, SCHEDULER } from '../people';
import type { World } from '../world';
import { actsOf } from './acts';
import { demand, type DrillSpec, type Played } from './drill';
import {
  ZERO_S,
  acted,
  decided,
  ladderDrill,
  messagesOf,
  pageSays,
  pagedTimes,
  resolvedAs,
  says,
} from './ladder-drill';
import { POD_23 } from './servers';

/** Nobody is called: what a person or a program did on purpose is only told. */
const noPage = (played: Played) =>
  demand('no page', messagesOf('needs-person', played).length === 0);

/** An experiment of Fault Injection Service stops the server; its tag says whether it may count. */
function gameDay(
  name: string,
  {
    mark,
    ...told
  }: { readonly mark?: string; readonly title: string; readonly description: string },
): DrillSpec {
  const counts = name === 'game-day';
  return ladderDrill({
    name,
    twin: counts ? 'game-day-expired' : 'game-day',
    ...told,
    server: mark === undefined ? {} : { tags: { [OPERATOR_TAGS.gameDay]: mark } },
    trail: true,
    story: (world) => world.at(ZERO_S, () => world.people.stop(POD_23, EXPERIMENT)),
    minutes: 40,
    endsWell: counts,
    expect: (played) =>
      counts
        ? [
            acted('start', played),
            decided('remediate', 'game-day', played),
            resolvedAs('recovered', played),
          ]
        : [
            acted('', played),
            decided('ignore', 'stopped-by-person', played),
            says(undefined, 'fis-game-day', played),
            noPage(played),
          ],
  });
}

/** A game day: the stop of an experiment counts as AWS's while the server carries its mark. */
const GAME_DAYS: readonly DrillSpec[] = [
  gameDay('game-day', {
    mark: `2024-08-01T18:00:00Z ${EXPERIMENT.name}`,
    title: 'A game day stops it',
    description:
      "The server carries a game day's mark, and the role that it names stops it: once " +
      'CloudTrail says so, it is started as if AWS had stopped it.',
  }),
  gameDay('game-day-expired', {
    mark: `2024-08-01T12:00:00Z ${EXPERIMENT.name}`,
    title: 'The mark of the game day has expired',
    description: "The same experiment ten minutes after the mark's time: honoured as a person's.",
  }),
  gameDay('game-day-unmarked', {
    title: 'An experiment stops a server without a mark',
    description: "A stop by Fault Injection Service is honoured as a person's.",
  }),
  gameDay('game-day-of-another-role', {
    mark: '2024-08-01T18:00:00Z arn:aws:iam::111122223333:role/fis-other-team',
    title: 'The mark names another role',
    description: "The mark counts only for the stops of its own role: honoured as a person's.",
  }),
];

/** Programs that stop servers on purpose. */
const PROGRAMS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'scheduler-stops-it',
    twin: 'pod-23',
    title: 'Instance Scheduler stops it',
    description:
      'Its role stops the server and starts it again half an hour later. The stop is not undone, ' +
      'nobody is called, and the start is verified.',
    trail: true,
    story(world) {
      world.at(ZERO_S, () => world.people.stop(POD_23, SCHEDULER));
      world.at(ZERO_S + 1_800, () => world.people.start(POD_23, SCHEDULER));
    },
    expect: (played) => [
      acted('', played),
      decided('ignore', 'stopped-by-scheduler', played),
      noPage(played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'scheduler-leaves-its-tag',
    twin: 'pod-23',
    title: "Only Instance Scheduler's tag says that it stopped it",
    description:
      'There is no trail, and CloudTrail has not told yet: the tag IS-LastAction, which Instance ' +
      'Scheduler writes with its stop, says whose it was.',
    story(world) {
      world.at(ZERO_S, () => {
        world.people.stop(POD_23, SCHEDULER);
        world.people.setTag(POD_23, 'IS-LastAction', 'Stopped (2024-08-01 12:10:00 UTC)');
      });
    },
    // CloudTrail's history is asked five minutes after the stop: until then it is the tag alone.
    minutes: 4,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('ignore', 'stopped-by-scheduler', played),
      noPage(played),
    ],
  }),
];

/** What was stopped, and not by AWS. */
const STOPS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'guest-shuts-down',
    twin: 'guest-shuts-down-started',
    title: 'The server shuts itself down',
    description: 'Somebody types shutdown inside: by default that is told, and left to a person.',
    story: (world) => world.at(ZERO_S, () => world.people.shutdownGuest(POD_23)),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('escalate', 'guest-shutdown', played),
      pageSays('guest-shutdown', played),
    ],
  }),
  ladderDrill({
    name: 'guest-shuts-down-started',
    twin: 'guest-shuts-down',
    title: 'The server shuts itself down, and its policy says to start it',
    description: 'The same under a policy with onGuestShutdown = "start".',
    policy: 'restarting',
    story: (world) => world.at(ZERO_S, () => world.people.shutdownGuest(POD_23)),
    expect: (played) => [
      acted('start', played),
      decided('remediate', 'guest-shutdown-start', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'unknown-stop',
    twin: 'unknown-stop-started',
    title: 'Nobody knows why it stopped',
    description:
      'EC2 gives no reason, CloudTrail knows of no call: after two minutes a person is called.',
    story: (world) => world.at(ZERO_S, () => world.aws.goesDown(POD_23)),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('defer', 'awaiting-evidence', played),
      decided('escalate', 'unknown-cause', played),
      pageSays('unknown-cause', played),
    ],
  }),
  ladderDrill({
    name: 'unknown-stop-started',
    twin: 'unknown-stop',
    title: 'Nobody knows why it stopped, and its policy says to start it',
    description: 'The same under a policy with onUnknownStop = "start": not before two minutes.',
    policy: 'trusting',
    story: (world) => world.at(ZERO_S, () => world.aws.goesDown(POD_23)),
    expect: (played) => [
      acted('start', played),
      demand(
        'CloudTrail and AWS Health get two minutes to speak',
        actsOf(played.facts).every(
          ({ at }) => at >= (played.facts[0]?.at ?? 0) + (ZERO_S + 120) * 1_000,
        ),
      ),
      decided('remediate', 'unknown-stop-start', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'person-stops-what-is-broken',
    twin: 'nothing-helps',
    title: 'A person stops what the watchdog could not mend',
    description:
      'The guest is impaired for good, and a person was called. An hour later somebody stops the ' +
      "server: their stop is not undone, and told with who it was, from CloudTrail's history.",
    story(world) {
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'instance', { curedBy: 'nothing' }));
      world.at(ZERO_S + 6_000, () => world.people.stop(POD_23));
    },
    minutes: 130,
    endsWell: false,
    expect: (played) => [
      acted('reboot, stop, start', played),
      decided('escalate', 'ladder-exhausted', played),
      decided('ignore', 'stopped-by-person', played),
      says(undefined, OPERATOR.name, played),
    ],
  }),
  ladderDrill({
    name: 'terminated',
    twin: 'person-stops-it',
    title: 'A person terminates the server',
    description: 'Nothing can be started any more: a person is called, once.',
    trail: true,
    story: (world) => world.at(ZERO_S, () => world.people.terminate(POD_23, OPERATOR)),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('escalate', 'terminated', played),
      pageSays('terminated', played),
      pagedTimes(1, played),
    ],
  }),
];

/** A person pauses it, and AWS stops it meanwhile. */
const PAUSED = ladderDrill({
  name: 'stopped-while-paused',
  twin: 'paused-after-own-stop',
  title: 'AWS stops it while it is paused',
  description:
    'A person has paused the server for 20 minutes, and AWS stops it meanwhile: told at once, ' +
    'and not started when the pause is over either, since the pause was meant for this stop too.',
  story(world) {
    world.at(ZERO_S - 30, () =>
      world.people.setTag(POD_23, OPERATOR_TAGS.pauseUntil, '2024-08-01T12:30:00Z deploying'),
    );
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  minutes: 60,
  endsWell: false,
  expect: (played) => [
    acted('', played),
    decided('escalate', 'stopped-while-paused', played),
    pageSays('stopped-while-paused', played),
  ],
});

/** A person tags what the watchdog must leave alone; two minutes later AWS stops it. */
function taggedAndStopped(tag: string): (world: World) => void {
  return (world) => {
    world.people.removeTag(POD_23, OPT_IN_TAG);
    world.at(ZERO_S, () => world.people.setTag(POD_23, OPT_IN_TAG, tag));
    world.at(ZERO_S + 180, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  };
}

/** What is not the watchdog's to start, though it carries its tag. */
const NOT_OURS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'auto-scaling-member',
    twin: 'pod-23',
    title: 'A member of an Auto Scaling group carries the tag',
    description: 'Its group replaces it by itself: told when it is tagged, and never started.',
    server: { asg: 'chat-workers' },
    story: taggedAndStopped('livechat'),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('ignore', 'out-of-scope', played),
      says('notice', 'chat-workers', played),
    ],
  }),
  ladderDrill({
    name: 'spot-instance',
    twin: 'pod-23',
    title: 'A Spot instance carries the tag',
    description: 'Only EC2 may start it again: told when it is tagged, and never started.',
    server: { lifecycle: 'spot' },
    story: taggedAndStopped('livechat'),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('ignore', 'out-of-scope', played),
      says('notice', 'Spot', played),
    ],
  }),
  ladderDrill({
    name: 'unknown-policy',
    twin: 'pod-23',
    title: 'Its tag names a policy that does not exist',
    description: 'A typing error in the tag: told when it is tagged, and nothing is done for it.',
    story: taggedAndStopped('livchat'),
    minutes: 30,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('ignore', 'unknown-policy', played),
      says('notice', 'livchat', played),
    ],
  }),
];

/** Who takes the opt-in tag away takes the server out of the watchdog's hands. */
const LET_GO = ladderDrill({
  name: 'opt-in-removed',
  twin: 'no-capacity',
  title: 'Its opt-in tag is removed while it is down',
  description:
    'AWS stops the server and has no capacity; after ten minutes a person removes the tag. No ' +
    'start is asked for any more, the incident is closed, and they are told that it is theirs.',
  story(world) {
    world.faults.capacityOut({ zone: 'us-east-1b', fromS: 0, toS: ZERO_S + 1_200 });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
    world.at(ZERO_S + 600, () => world.people.removeTag(POD_23, OPT_IN_TAG));
  },
  minutes: 60,
  endsWell: false,
  expect: (played) => [
    acted('', played),
    resolvedAs('opt-in-removed', played),
    demand('they are told that it is closed', messagesOf('closed', played).length > 0),
  ],
});

/** Every drill of what people and other programs do, and of what is theirs. */
export const PEOPLE_DRILLS: readonly DrillSpec[] = [
  ...GAME_DAYS,
  ...PROGRAMS,
  ...STOPS,
  PAUSED,
  ...NOT_OURS,
  LET_GO,
];
