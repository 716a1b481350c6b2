import type { World } from '../world';
import { demand, type DrillSpec } from './drill';
import { ZERO_S, acted, ladderDrill, messagesOf, resolvedAs } from './ladder-drill';
import { POD_23 } from './servers';

const CODE = 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE';
const TOLD_AFTER_S = 2_700;

/** AWS stops it; three quarters of an hour later AWS Health speaks, of that time or of now. */
function healthLater(world: World, of: 'that time' | 'now'): void {
  const failedAt = world.startedAt + ZERO_S * 1_000;
  world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  world.at(ZERO_S + TOLD_AFTER_S, () => {
    const startTime = of === 'now' ? {} : { startTime: new Date(failedAt).toUTCString() };
    world.aws.health({ eventTypeCode: CODE, instanceIds: [POD_23], ...startTime });
  });
}

/** Every drill of what AWS Health says about an outage after its end. */
export const HEALTH_DRILLS: readonly DrillSpec[] = [
  ladderDrill({
    name: 'confirmed-later',
    twin: 'health-of-now',
    title: 'AWS confirms the failure when all is over',
    description:
      'AWS Health speaks of the failed host three quarters of an hour later, when the server has ' +
      'recovered: nobody is called. It is added to the archived incident, and told in the digest.',
    story: (world) => healthLater(world, 'that time'),
    minutes: 150,
    endsWell: false,
    expect: (played) => [
      acted('start', played),
      resolvedAs('recovered', played),
      demand('no notice of its own', messagesOf('notice', played).length === 0),
      demand(
        'one digest, and it names the incident',
        messagesOf('digest', played).length === 1 &&
          messagesOf('digest', played).every(({ email }) =>
            /AWS confirmed incident pod-23-\d{8}-\d{4}-\w+: AWS_EC2/.test(email),
          ),
      ),
    ],
  }),
  ladderDrill({
    name: 'health-of-now',
    twin: 'confirmed-later',
    title: 'AWS speaks of a failure that begins after the recovery',
    description: 'The same event with the time of now is no confirmation: it is told at once.',
    story: (world) => healthLater(world, 'now'),
    minutes: 150,
    endsWell: false,
    expect: (played) => [
      acted('start', played),
      demand('a notice at once', messagesOf('notice', played).length === 1),
      demand('no digest', messagesOf('digest', played).length === 0),
    ],
  }),
];
