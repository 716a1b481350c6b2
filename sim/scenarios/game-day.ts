import { EXPERIMENT } from '../people';
import { only, wanted } from './episodes';
import { family, type Sketch } from './scenario';

const WHY = 'An experiment of the owner stopped it: nobody is called.';
const MARKS = {
  counts: `2024-08-01T18:00:00Z ${EXPERIMENT.name}`,
  expired: `2024-08-01T12:00:00Z ${EXPERIMENT.name}`,
  'another-role': '2024-08-01T18:00:00Z arn:aws:iam::111122223333:role/fis-other-team',
  garbled: 'tomorrow, by me',
} as const;

const MARKED: readonly Sketch[] = Object.entries(MARKS).flatMap(([name, mark]) =>
  [true, false].map((trail) => ({
    name: `mark-${name}-${trail ? 'trail' : 'no-trail'}`,
    title: `An experiment stops it; of its mark: ${name}.`,
    server: { tags: { 'watchdog:game-day': mark } },
    trail,
    play: ({ world, id, at }) => at(0, () => world.people.stop(id, EXPERIMENT)),
    // Where the mark counts, it is started: that is told as a warning, since users feel it.
    label: (_truth, [id = '']) =>
      only(wanted(id, { why: WHY, loudest: name === 'counts' ? 'warning' : 'info' })),
  })),
);

const UNMARKED: readonly Sketch[] = [true, false].map((trail) => ({
  name: `unmarked-${trail ? 'trail' : 'no-trail'}`,
  title: 'An experiment stops a server that carries no mark, and starts it 15 min later.',
  trail,
  play({ world, id, at }) {
    at(0, () => world.people.stop(id, EXPERIMENT));
    at(900, () => world.people.start(id, EXPERIMENT));
  },
  label: (_truth, [id = '']) => only(wanted(id, { why: WHY })),
}));

/** Experiments of Fault Injection Service. */
export const GAME_DAY = family('game-day', [...MARKED, ...UNMARKED]);
