import type { Instant } from '../../lambda/core/time';
import { takenFromRunning } from './deeds';
import { impairedChecks, managedAt, momentsKnown, stateOf } from './fleet-state';
import type { Invariant, Violation } from './invariant';
import type { Story } from './story';
import { isStorm, isZonesDoing, stormsOf } from './zone-storms';

/** Whether most managed instances of a zone run and are unhealthy at a moment. */
function isStormAt(story: Story, zone: string, at: Instant): boolean {
  const members = managedAt(story, at).filter(({ fact }) => fact.zone === zone);
  const ill = members.filter(
    (life) => stateOf(life, at) === 'running' && isZonesDoing(impairedChecks(story, life, at)),
  );
  return isStorm(ill.length, members.length);
}

/** The invariant S10; its rule says what must hold. */
export const S10: Invariant = {
  id: 'S10',
  rule: 'Where 55 % (at least 3) of a zone are unhealthy and run, nothing is stopped or rebooted.',
  exercised: (story) => stormsOf(story).length,
  check: (story) =>
    takenFromRunning(story).flatMap((deed): readonly Violation[] => {
      const { instanceId, what, askedAt: at } = deed;
      const zone = story.lives.get(instanceId)?.fact.zone;
      if (zone === undefined || what === 'restart-service') return [];
      // Whatever the watchdog had read of the checks by then showed a storm.
      const moments = momentsKnown(story, deed);
      const isStorm = moments.every((moment) => isStormAt(story, zone, moment));
      if (moments.length === 0 || !isStorm) return [];
      return [{ invariant: 'S10', at, instanceId, text: `A ${what} during a storm of ${zone}` }];
    }),
};
