import { factsOf } from '../history';
import type { Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import type { Life, Story } from './story';

/** Something was wrong with the instance, other than what the watchdog did, since the last time. */
function hadTrouble(story: Story, life: Life, span: readonly [Instant, Instant]): boolean {
  const [from, to] = span;
  const { instanceId, state } = life.fact;
  const inSpan = ({ at }: { readonly at: Instant }): boolean => at >= from && at <= to;
  const initially = life.fact.at >= from && state !== 'running';
  const stopped = life.states.some(
    (change) =>
      inSpan(change) &&
      change.by.kind !== 'watchdog' &&
      ['stopping', 'stopped', 'shutting-down', 'terminated'].includes(change.to),
  );
  const impaired = factsOf(story.facts, 'check').some(
    (check) => check.instanceId === instanceId && check.status === 'impaired' && inSpan(check),
  );
  const hinted = factsOf(story.facts, 'event').some(
    (event) =>
      event.instanceIds.includes(instanceId) && event.source !== 'aws.ec2' && inSpan(event),
  );
  return initially || stopped || impaired || hinted;
}

/** The invariant S21; its rule says what must hold. */
export const S21: Invariant = {
  id: 'S21',
  rule: "The watchdog's own starts and tags never open an incident.",
  check(story) {
    const last = new Map<string, Instant>();
    const told = new Set<string>();
    return factsOf(story.facts, 'message').flatMap(({ at, attributes }): readonly Violation[] => {
      const { event, instanceId = '', incidentId = '' } = attributes;
      const life = story.lives.get(instanceId);
      if (event !== 'opened' || life === undefined) return [];
      // The same incident told once more (a lost write) is not another one.
      if (told.has(incidentId)) return [];
      told.add(incidentId);
      const from = last.get(instanceId) ?? life.fact.at;
      last.set(instanceId, at);
      if (hadTrouble(story, life, [from, at])) return [];
      const text = 'An incident was opened though nobody but the watchdog did anything';
      return [{ invariant: 'S21', at, instanceId, text }];
    });
  },
};
