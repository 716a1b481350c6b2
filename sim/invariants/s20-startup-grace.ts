import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { latest, seconds, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf, takenFromRunning, type TakedownDeed } from './deeds';
import type { Invariant, Violation } from './invariant';
import { policyAt, tagsAt, type Life, type Story } from './story';

/** A boot counts from LaunchTime, in whole seconds, or from the intent of a reboot. */
const SLACK = seconds(5);

/** When it last began anew: its boot, or a reboot of the watchdog's, which LaunchTime hides. */
function bootAt(story: Story, { fact, states }: Life, before: Instant): Instant {
  const launched = states.findLast(({ to, at }) => to === 'pending' && at < before)?.at;
  const rebooted = deedsOf(story).findLast(
    ({ what, instanceId, doneAt }) =>
      what === 'reboot' &&
      instanceId === fact.instanceId &&
      doneAt !== undefined &&
      doneAt < before,
  )?.doneAt;
  return latest(launched ?? fact.launchTime, ...(rebooted === undefined ? [] : [rebooted]));
}

/** An operator asked for it to be moved at once. */
const isWished = (life: Life, { askedAt }: TakedownDeed): boolean =>
  tagsAt(life, askedAt)[OPERATOR_TAGS.move] === 'now';

/** The invariant S20; its rule says what must hold. */
export const S20: Invariant = {
  id: 'S20',
  rule: 'Nothing that runs is restarted within the startup grace of its boot.',
  exercised: (story) =>
    factsOf(story.facts, 'check').filter(({ status, instanceId, at }) => {
      const life = story.lives.get(instanceId);
      const grace = life && policyAt(story, life, at)?.startupGrace;
      if (status !== 'impaired' || life === undefined || grace === undefined) return false;
      return at - bootAt(story, life, at) < grace;
    }).length,
  check: (story) =>
    takenFromRunning(story).flatMap((deed): readonly Violation[] => {
      const { instanceId, what, askedAt: at } = deed;
      const life = story.lives.get(instanceId);
      const grace = life === undefined ? undefined : policyAt(story, life, at)?.startupGrace;
      if (life === undefined || grace === undefined || isWished(life, deed)) return [];
      const age = at - bootAt(story, life, at);
      if (age >= grace - SLACK) return [];
      const text = `A ${what} ${Math.round(age / 1_000)} s after its boot`;
      return [{ invariant: 'S20', at, instanceId, text }];
    }),
};
