import { factsOf } from '../history';
import type { Invariant } from './invariant';

/** The invariant F55; its rule says what must hold. */
export const F55: Invariant = {
  id: 'F55',
  rule: 'The program copes with every instance: none is left out for an error of its own.',
  exercised: ({ facts }) =>
    factsOf(facts, 'log').filter(({ message }) => message === 'decision').length,
  check: (story) =>
    factsOf(story.facts, 'log')
      .filter(({ message }) => message === 'instance failed')
      .map(({ at, fields }) => ({
        invariant: 'F55',
        at,
        instanceId: String(fields['instanceId']),
        text: `It was left out: ${String(fields['error'])}`,
      })),
};
