import type { Principal } from '../history';
import { OPERATOR } from '../people';
import { needsPerson, only, SILENCE } from './episodes';
import { family, type Sketch } from './scenario';

const WHY = 'It is gone with its chats and nothing can be started: a person must know at once.';
const PROGRAM: Principal = { kind: 'role', name: 'arn:aws:iam::111122223333:role/cleanup' };

const GONE: readonly Sketch[] = (
  [
    ['a-person', OPERATOR],
    ['a-program', PROGRAM],
  ] as const
).flatMap(([who, by]) =>
  [true, false].map((trail) => ({
    name: `by-${who}-${trail ? 'trail' : 'no-trail'}`,
    title: `It is terminated by ${who}, ${trail ? 'and a trail tells of it' : 'without a trail'}.`,
    trail,
    play: ({ world, id, at }) => at(0, () => world.people.terminate(id, by)),
    // Called, and who it was once that is known.
    label: (truth, [id = '']) => only(needsPerson(truth, id, { why: WHY, messages: 3 })),
  })),
);

const OTHERS: readonly Sketch[] = [
  {
    name: 'forgotten-an-hour-later',
    title: 'It is terminated, and EC2 forgets it an hour later: nothing more is told.',
    minutes: 90,
    play({ world, id, at }) {
      at(0, () => world.people.terminate(id));
      at(3_600, () => world.aws.forget(id));
    },
    label: (truth, [id = '']) => only(needsPerson(truth, id, { why: WHY, messages: 3 })),
  },
  {
    name: 'untagged-first',
    title: 'Its tag is taken away, and two minutes later it is terminated: retired on purpose.',
    play({ world, id, at }) {
      at(-120, () => world.people.removeTag(id, 'watchdog'));
      at(0, () => world.people.terminate(id));
    },
    label: () => SILENCE,
  },
  {
    name: 'every-event-lost',
    title: 'It is terminated, and no event tells of it.',
    play({ world, id, at }) {
      world.faults.dropEvents(() => true);
      at(0, () => world.people.terminate(id));
    },
    label: (truth, [id = '']) => only(needsPerson(truth, id, { why: WHY, messages: 3 })),
  },
];

/** It is terminated. */
export const TERMINATED = family('terminated', [...GONE, ...OTHERS]);
