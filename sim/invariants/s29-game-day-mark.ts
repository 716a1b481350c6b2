import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { deedsOf } from './deeds';
import type { Invariant, Violation } from './invariant';
import { stopAt, tagsAt, type Life, type Stop } from './story';

/** What is wrong with the mark by which a stop would be a game day's; undefined when it counts. */
export function markBreach(life: Life, stop: Stop): string | undefined {
  const mark = tagsAt(life, stop.beganAt)[OPERATOR_TAGS.gameDay];
  if (mark === undefined) return 'it carries no mark of a game day';
  const [until = '', role = ''] = mark.split(' ');
  if (!(Date.parse(until) > stop.beganAt)) return 'the mark of its game day had expired';
  return role === stop.by.name ? undefined : 'its mark names another role';
}

/** The invariant S29; its rule says what must hold. */
export const S29: Invariant = {
  id: 'S29',
  rule: 'A game-day mark counts until it expires, and only for the stops of its own role.',
  exercised: ({ stops, lives }) =>
    stops.filter(({ instanceId, beganAt }) => {
      const life = lives.get(instanceId);
      return life !== undefined && OPERATOR_TAGS.gameDay in tagsAt(life, beganAt);
    }).length,
  check: (story) =>
    deedsOf(story).flatMap(({ what, instanceId, doneAt }): readonly Violation[] => {
      const life = story.lives.get(instanceId);
      if (what !== 'start' || doneAt === undefined || life === undefined) return [];
      const stop = stopAt(story, instanceId, doneAt);
      if (stop === undefined || ['aws', 'guest', 'watchdog'].includes(stop.by.kind)) return [];
      // Without any mark at all it is undoing what somebody did: S7.
      if (!(OPERATOR_TAGS.gameDay in tagsAt(life, stop.beganAt))) return [];
      const text = markBreach(life, stop);
      return text === undefined
        ? []
        : [{ invariant: 'S29', at: doneAt, instanceId, text: `Started, but ${text}` }];
    }),
};
