import { OPERATOR_TAGS } from '../../lambda/core/tags';
import type { World } from '../world';
import { actsOf } from './acts';
import { demand, type DrillSpec } from './drill';
import { ZERO_S, acted, decided, ladderDrill, resolvedAs } from './ladder-drill';
import { POD_23 } from './servers';

const broken = (world: World): void => world.at(ZERO_S, () => world.aws.breaks(POD_23, 'system'));

/** Calls back once when the watchdog has stopped the server, some seconds later. */
function whenStopped(world: World, afterS: number, act: () => void): void {
  let done = false;
  world.history.onFact((fact) => {
    if (done || fact.kind !== 'state' || fact.to !== 'stopping') return;
    if (fact.by.kind !== 'watchdog') return;
    done = true;
    world.at(world.elapsedS() + afterS, act);
  });
}

/**
 * EC2 reports a stop of the watchdog's own as a person's: whatever comes between its stop and its
 * start, the server must not stay down (S28).
 */
export const OWN_STOP_DRILLS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'killed-after-own-stop',
    twin: 'killed-before-own-stop',
    title: 'The Lambda dies right after its own stop',
    description: 'Killed between the stop and its record: the next look brings the server back.',
    story(world) {
      broken(world);
      world.faults.killInvocation({ nth: 1, when: 'after-effect', operation: 'StopInstances' });
    },
    expect: (played) => [acted('stop, start', played), resolvedAs('recovered', played)],
  }),
  ladderDrill({
    name: 'killed-before-own-stop',
    twin: 'killed-after-own-stop',
    title: 'The Lambda dies right before its own stop',
    description: 'The intent is recorded and tagged, and nothing was stopped: it is done anew.',
    story(world) {
      broken(world);
      world.faults.killInvocation({ nth: 1, when: 'before-effect', operation: 'StopInstances' });
    },
    expect: (played) => [acted('stop, start', played), resolvedAs('recovered', played)],
  }),
  ladderDrill({
    name: 'store-gone-after-own-stop',
    twin: 'dynamodb-down',
    title: 'DynamoDB goes away between stop and start',
    description:
      'The table does not answer for an hour after the stop: the tag on the instance says whose ' +
      'stop it was, and the server is started.',
    story(world) {
      broken(world);
      whenStopped(world, 3, () =>
        world.faults.serviceDown('dynamodb', {
          fromS: world.elapsedS(),
          toS: world.elapsedS() + 3_600,
        }),
      );
    },
    minutes: 110,
    expect: (played) => [acted('stop, start', played), resolvedAs('recovered', played)],
  }),
  ladderDrill({
    name: 'paused-after-own-stop',
    twin: 'held-while-impaired',
    title: 'A pause comes between stop and start',
    description: 'A person pauses the server while it is stopping: the start is made all the same.',
    story(world) {
      broken(world);
      whenStopped(world, 5, () =>
        world.people.setTag(POD_23, OPERATOR_TAGS.pauseUntil, '2024-08-01T20:00:00Z looking'),
      );
    },
    expect: (played) => [acted('stop, start', played), resolvedAs('recovered', played)],
  }),
  ladderDrill({
    name: 'person-stops-during-own-stop',
    twin: 'paused-after-own-stop',
    title: 'A person stops it while the watchdog moves it',
    description:
      'Their StopInstances reaches the watchdog through CloudTrail before it has stopped: ' +
      'it is theirs now, and is not started.',
    trail: true,
    story(world) {
      broken(world);
      // A guest that hangs is ended by EC2 after minutes: time enough for CloudTrail to tell.
      world.faults.stuckStopping({ instanceId: POD_23, forS: 1_500 });
      whenStopped(world, 20, () => world.people.stop(POD_23));
    },
    minutes: 60,
    endsWell: false,
    expect: (played) => [acted('stop', played), decided('ignore', 'stopped-by-person', played)],
  }),
  ladderDrill({
    name: 'stuck-stopping',
    twin: 'stuck-stopping-forced',
    title: 'It is stuck in stopping',
    description:
      'AWS stops it and it hangs in stopping for 40 min: told with the time, and waited.',
    story(world) {
      world.faults.stuckStopping({ instanceId: POD_23, forS: 2_400 });
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23));
    },
    minutes: 80,
    expect: (played) => [
      acted('start', played),
      decided('escalate', 'stuck-stopping', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'stuck-stopping-forced',
    twin: 'stuck-stopping',
    title: 'It is stuck in stopping, and may be forced',
    description: 'Its policy lists force-stop: after the deadline it is forced, and started.',
    policy: 'forcing',
    story(world) {
      world.faults.stuckStopping({ instanceId: POD_23, forS: 7_200 });
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23));
    },
    minutes: 80,
    expect: (played) => [
      acted('force-stop, start', played),
      demand(
        'not before the deadline of 10 min',
        actsOf(played.facts).every(
          ({ at }) => at >= (played.facts[0]?.at ?? 0) + (ZERO_S + 600) * 1_000,
        ),
      ),
      resolvedAs('recovered', played),
    ],
  }),
];
