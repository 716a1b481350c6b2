import { deedsOf } from './deeds';
import type { Invariant, Violation } from './invariant';
import { policyAt } from './story';

/** The invariant S26; its rule says what must hold. */
export const S26: Invariant = {
  id: 'S26',
  rule: 'A type changes only to what the policy lists, or back to its own; a zone never does.',
  exercised: (story) => deedsOf(story).filter(({ what }) => what === 'change-type').length,
  check: (story) =>
    deedsOf(story).flatMap(({ what, instanceId, instanceType, doneAt }): readonly Violation[] => {
      const life = story.lives.get(instanceId);
      if (what !== 'change-type' || life === undefined || doneAt === undefined) return [];
      if (instanceType === life.fact.instanceType) return [];
      const policy = policyAt(story, life, doneAt);
      const asks = policy?.ladders['no-capacity'].some((rung) => rung.remediation === what);
      if (asks === true && policy?.alternateTypes.includes(instanceType ?? '')) return [];
      const text = `It became ${instanceType}, which its policy does not list`;
      return [{ invariant: 'S26', at: doneAt, instanceId, text }];
    }),
};
