import { hours, type Duration, type Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { policyAt, type Story } from './story';

function startsOf(story: Story): ReadonlyMap<string, readonly Instant[]> {
  const starts = new Map<string, Instant[]>();
  for (const { effect } of story.starts) {
    for (const instanceId of effect?.started ?? []) {
      starts.set(instanceId, [...(starts.get(instanceId) ?? []), effect!.at]);
    }
  }
  return starts;
}

const within = (moments: readonly Instant[], until: Instant, span: Duration): number =>
  moments.filter((at) => at <= until && until - at < span).length;

/** The invariant S8; its rule says what must hold. */
export const S8: Invariant = {
  id: 'S8',
  rule: 'Accepted starts of an instance stay within its budget for the hour and the day.',
  check: (story) =>
    [...startsOf(story)].flatMap(([instanceId, moments]) =>
      moments.flatMap((at): readonly Violation[] => {
        const life = story.lives.get(instanceId);
        const budget = life === undefined ? undefined : policyAt(story, life, at)?.budget;
        const { perHour, perDay } = budget ?? { perHour: 3, perDay: 6 };
        const [hour, day] = [within(moments, at, hours(1)), within(moments, at, hours(24))];
        if (hour <= perHour && day <= perDay) return [];
        const text = `${hour} starts in an hour, ${day} in a day (allowed: ${perHour}, ${perDay})`;
        return [{ invariant: 'S8', at, instanceId, text }];
      }),
    ),
};
