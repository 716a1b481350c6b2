import type { BusEvent } from '../account/bus-event';
import { only, rescued, SILENCE } from './episodes';
import { family, type Sketch, type Stage } from './scenario';

const ofEc2 = ({ source }: BusEvent): boolean => source === 'aws.ec2';

const stop = ({ world, id, at }: Stage): void =>
  at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));

/** A stop whose events meet with this; two messages are fair all the same. */
const met = (name: string, title: string, meet: (stage: Stage) => void): Sketch => ({
  name,
  title,
  play(stage) {
    meet(stage);
    stop(stage);
  },
  label: (truth, [id = '']) => only(rescued(truth, id)),
});

const LOST: readonly Sketch[] = [
  met('every-event-lost', 'EventBridge loses every event of EC2.', ({ world }) =>
    world.faults.dropEvents(ofEc2),
  ),
  met('every-signal-lost', 'Every event is lost, the ready event too.', ({ world }) =>
    world.faults.dropEvents(() => true),
  ),
  met('stopping-lost', 'Only the event of `stopping` is lost.', ({ world }) =>
    world.faults.dropEvents(({ detail }) => detail['state'] === 'stopping'),
  ),
  met('stopped-lost', 'Only the event of `stopped` is lost.', ({ world }) =>
    world.faults.dropEvents(({ detail }) => detail['state'] === 'stopped'),
  ),
  met('half-lost', 'Half of all events are lost.', ({ world }) =>
    world.faults.dropEvents(() => true, { probability: 0.5 }),
  ),
];

const DOUBLED: readonly Sketch[] = [
  ...[2, 3, 5, 10].map((times) =>
    met(`${times}-times`, `Every event comes ${times} times within 20 s.`, ({ world }) =>
      world.faults.duplicateEvents(times, { withinS: 20 }),
    ),
  ),
  met('again-for-an-hour', 'Every event comes five times within half an hour.', ({ world }) =>
    world.faults.duplicateEvents(5, { withinS: 1_800 }),
  ),
];

const LATE: readonly Sketch[] = [
  ...(
    [
      [2, 10],
      [10, 40],
      [60, 300],
      [600, 1_200],
    ] as const
  ).map(([leastS, mostS]) =>
    met(
      `${leastS}-to-${mostS}-s-late`,
      `Every event of EC2 is ${leastS} to ${mostS} s late, and overtakes others.`,
      ({ world }) => world.faults.delayEvents(ofEc2, { leastS, mostS }),
    ),
  ),
  met('all-late', 'Every event of anybody is up to a minute late.', ({ world }) =>
    world.faults.delayEvents(() => true, { leastS: 0, mostS: 60 }),
  ),
  met('late-and-doubled', 'Events come three times, and late.', ({ world }) => {
    world.faults.duplicateEvents(3, { withinS: 120 });
    world.faults.delayEvents(() => true, { leastS: 0, mostS: 60 });
  }),
];

/** An old event of a server that runs. */
const oldEvent =
  (state: string) =>
  (stage: Stage): void => {
    const { world, id, at } = stage;
    at(0, () => {
      world.aws.event({
        source: 'aws.ec2',
        detailType: 'EC2 Instance State-change Notification',
        resources: [],
        instanceIds: [id],
        detail: { 'instance-id': id, state },
      });
    });
  };

const UNTRUE: readonly Sketch[] = ['stopped', 'stopping', 'terminated', 'shutting-down'].map(
  (state) => ({
    name: `stale-${state}`,
    title: `An old event says "${state}" of a server that runs.`,
    minutes: 15,
    play: oldEvent(state),
    label: () => SILENCE,
  }),
);

/** Events are hints: lost, doubled, late, out of order, or of another time. */
export const DELIVERY = family('delivery', [...LOST, ...DOUBLED, ...LATE, ...UNTRUE]);
