import { OPT_IN_TAG } from '../../lambda/core/tags';
import type { Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { takenFromRunning } from './deeds';
import { impairedChecks, managedAt, momentsKnown, stateOf } from './fleet-state';
import type { Invariant, Violation } from './invariant';
import { tagsAt, type Life, type Story } from './story';

const LEAST = 3;

/** EC2 finds nothing wrong but the application. */
function isApplicationAlone(story: Story, life: Life, at: Instant): boolean {
  const impaired = impairedChecks(story, life, at);
  return impaired.length === 1 && impaired[0] === 'application';
}

/** Every server of a policy that runs fails its application check, and nothing else. */
function isSuspect(story: Story, policy: string | undefined, at: Instant): boolean {
  const running = managedAt(story, at).filter(
    (life) => tagsAt(life, at)[OPT_IN_TAG] === policy && stateOf(life, at) === 'running',
  );
  return running.length >= LEAST && running.every((life) => isApplicationAlone(story, life, at));
}

/** Moments at which the last application of a policy failed, too. */
function suspicions(story: Story): readonly Instant[] {
  return factsOf(story.facts, 'check')
    .filter(({ check, status }) => check === 'application' && status === 'impaired')
    .filter(({ instanceId, at }) => {
      const life = story.lives.get(instanceId);
      return life !== undefined && isSuspect(story, tagsAt(life, at)[OPT_IN_TAG], at);
    })
    .map(({ at }) => at);
}

/** The invariant S11; its rule says what must hold. */
export const S11: Invariant = {
  id: 'S11',
  rule: 'When all applications of a policy (at least 3) fail and EC2 is fine, nothing is done.',
  exercised: (story) => suspicions(story).length,
  check: (story) =>
    takenFromRunning(story).flatMap((deed): readonly Violation[] => {
      const { instanceId, what, askedAt: at } = deed;
      const life = story.lives.get(instanceId);
      if (life === undefined) return [];
      const policy = tagsAt(life, at)[OPT_IN_TAG];
      const moments = momentsKnown(story, deed);
      if (moments.length === 0) return [];
      if (!moments.every((moment) => isSuspect(story, policy, moment))) return [];
      const text = `A ${what} though every application fails: it is the check`;
      return [{ invariant: 'S11', at, instanceId, text }];
    }),
};
