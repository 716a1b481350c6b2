import { seconds } from '../../lambda/core/time';
import { takedownDeeds, type TakedownDeed } from './deeds';
import type { Invariant, Violation } from './invariant';
import { policyAt, stopAt, type Story } from './story';

/** Watchdog and EC2 need not agree on the second at which a stop began. */
const SLACK = seconds(2);

const isForced = ({ force, skipOsShutdown }: TakedownDeed): boolean => force || skipOsShutdown;

const forcedDeeds = (story: Story): readonly TakedownDeed[] =>
  takedownDeeds(story).filter((deed) => deed.doneAt !== undefined && isForced(deed));

/** How often the stop that it is in had been forced before. */
function timesForced(story: Story, deed: TakedownDeed, since: number): number {
  return takedownDeeds(story).filter(
    (other) =>
      other.instanceId === deed.instanceId &&
      isForced(other) &&
      other.askedAt >= since &&
      other.askedAt < deed.askedAt,
  ).length;
}

function breach(story: Story, deed: TakedownDeed): string | undefined {
  const { instanceId, askedAt } = deed;
  const life = story.lives.get(instanceId);
  const stop = stopAt(story, instanceId, askedAt);
  const isStopping = stop !== undefined && (stop.stoppedAt ?? Infinity) > askedAt;
  if (life === undefined || !isStopping) return 'what was not stopping';
  const policy = policyAt(story, life, askedAt);
  const ladder = policy?.ladders['stuck-stopping'] ?? [];
  if (policy === undefined || ladder.length === 0) return 'what its policy leaves to a person';
  if (askedAt - stop.beganAt < policy.stoppingDeadline - SLACK) {
    return 'what had its time to stop by itself';
  }
  const rung = ladder[timesForced(story, deed, stop.beganAt)];
  if (rung === undefined) return 'it more often than its policy lists';
  return deed.skipOsShutdown && !rung.skipOsShutdown
    ? 'it without asking its guest, for which its policy has no opt-in'
    : undefined;
}

/** The invariant S6; its rule says what must hold. */
export const S6: Invariant = {
  id: 'S6',
  rule: 'A stop is forced only as the policy lists, after its deadline; the guest is asked first.',
  exercised: (story) => forcedDeeds(story).length,
  check: (story) =>
    forcedDeeds(story).flatMap((deed): readonly Violation[] => {
      const text = breach(story, deed);
      const { instanceId, askedAt: at } = deed;
      return text === undefined
        ? []
        : [{ invariant: 'S6', at, instanceId, text: `Forced ${text}` }];
    }),
};
