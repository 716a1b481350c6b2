import { needsPerson, only, rescued } from './episodes';
import { family, type Sketch } from './scenario';

/** CloudTrail and AWS Health get so long to speak before a person is called. */
const EVIDENCE_WAIT_S = 120;
const WHY = 'Nothing says why it stopped, and its policy leaves that to a person.';

const LEFT: readonly Sketch[] = [true, false].map((trail) => ({
  name: `left-to-a-person-${trail ? 'trail' : 'no-trail'}`,
  title: 'It goes down and nothing ever says why.',
  trail,
  play: ({ world, id, at }) => at(0, () => world.aws.goesDown(id)),
  label: (truth, [id = '']) =>
    only(needsPerson(truth, id, { why: WHY, dueAfterS: EVIDENCE_WAIT_S })),
}));

const OTHERS: readonly Sketch[] = [
  {
    name: 'a-person-starts-it',
    title: 'It goes down for no known reason; a person starts it 15 min later.',
    play({ world, id, at }) {
      at(0, () => world.aws.goesDown(id));
      at(900, () => world.people.start(id));
    },
    // Opened, the call, serving.
    label: (truth, [id = '']) =>
      only(needsPerson(truth, id, { why: WHY, dueAfterS: EVIDENCE_WAIT_S, messages: 3 })),
  },
  {
    name: 'undone',
    title: 'It goes down for no known reason, and its policy says to start it.',
    policy: 'trusting',
    play: ({ world, id, at }) => at(0, () => world.aws.goesDown(id)),
    label: (truth, [id = '']) => only(rescued(truth, id)),
  },
];

/** It goes down, and EC2 never says why. */
export const UNKNOWN_STOP = family('unknown-stop', [...LEFT, ...OTHERS]);
