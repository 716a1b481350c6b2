import { INVARIANTS } from '../../../sim/invariants';
import { storyOf } from '../../../sim/invariants/story';
import type { HandMade } from './hand-made';

/** What one invariant has against a hand-made history, whatever the order of its making. */
export function breachesOf(id: string, history: HandMade): readonly string[] {
  const facts = [...history.facts].sort((a, b) => a.at - b.at);
  return INVARIANTS.filter((invariant) => invariant.id === id)
    .flatMap((invariant) => invariant.check(storyOf(facts)))
    .map(({ text }) => text);
}
