import { SCHEDULER } from '../people';
import type { Principal } from '../history';
import { only, rescued, wanted } from './episodes';
import { family, type Sketch } from './scenario';

const WHY = "A scheduler stopped it for the night: the owner's wish, nobody is called.";

/** What the account's own tools are called. */
const BY: readonly (readonly [string, Principal])[] = [
  ['instance-scheduler', SCHEDULER],
  [
    'named-like-one',
    { kind: 'role', name: 'arn:aws:iam::111122223333:role/my-instance-scheduler-role' },
  ],
];

const OVERNIGHT: readonly Sketch[] = BY.flatMap(([how, by]) =>
  [true, false].flatMap((trail) =>
    [true, false].map((tagged) => ({
      name: `${how}-${trail ? 'trail' : 'no-trail'}-${tagged ? 'tag' : 'no-tag'}`,
      title: `A scheduler (${how}) stops it and starts it 45 min later.`,
      trail,
      minutes: 70,
      play({ world, id, at }) {
        at(0, () => {
          world.people.stop(id, by);
          if (tagged) {
            world.people.setTag(id, 'IS-LastAction', 'Stopped (2024-08-01 12:10:00 UTC)');
          }
        });
        at(2_700, () => world.people.start(id, by));
      },
      label: (_truth, [id = '']) => only(wanted(id, { why: WHY })),
    })),
  ),
);

const OTHERS: readonly Sketch[] = [
  {
    name: 'left-for-the-night',
    title: 'A scheduler stops it and does not come back for two hours.',
    minutes: 120,
    play({ world, id, at }) {
      at(0, () => {
        world.people.stop(id, SCHEDULER);
        world.people.setTag(id, 'IS-LastAction', 'Stopped (2024-08-01 12:10:00 UTC)');
      });
    },
    label: (_truth, [id = '']) => only(wanted(id, { why: WHY, messages: 2 })),
  },
  {
    name: 'old-tag-aws-stops-it',
    title: "The scheduler's tag is of yesterday, and AWS stops it: that is no scheduler's stop.",
    server: { tags: { 'IS-LastAction': 'Stopped (2024-07-31 20:00:00 UTC)' } },
    play: ({ world, id, at }) => at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 })),
    label: (truth, [id = '']) => only(rescued(truth, id)),
  },
  {
    name: 'eight-at-once',
    title: 'A scheduler stops eight servers within a minute: no storm, and nobody is called.',
    fleet: { count: 8, zones: ['us-east-1a', 'us-east-1b'] },
    trail: true,
    play: ({ world, ids, at }) =>
      ids.forEach((id, index) => at(index * 5, () => world.people.stop(id, SCHEDULER))),
    label: (_truth, ids) => only(...ids.map((id) => wanted(id, { why: WHY, messages: 2 }))),
  },
];

/** A scheduler stops servers on purpose. */
export const SCHEDULED_STOPS = family('scheduler', [...OVERNIGHT, ...OTHERS]);
