import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { deedsOf, endsOwnStop } from './deeds';
import type { Invariant, Violation } from './invariant';
import { lastRead, staleBy, tagsAt, type Story } from './story';
import { before, type Instant } from '../../lambda/core/time';

function pausedAt(story: Story, instanceId: string, at: Instant): boolean {
  const life = story.lives.get(instanceId);
  if (life === undefined) return false;
  const tags = tagsAt(life, at);
  if (OPERATOR_TAGS.hold in tags) return true;
  const until = Date.parse((tags[OPERATOR_TAGS.pauseUntil] ?? '').split(' ')[0] ?? '');
  return Number.isFinite(until) && until > at;
}

/** Whether the answer that was read at that moment must have shown the pause. */
function mustShow(story: Story, instanceId: string, readAt: Instant): boolean {
  if (!pausedAt(story, instanceId, readAt)) return false;
  // Nobody can honour a tag that is not shown.
  return pausedAt(story, instanceId, before(readAt, staleBy(story, readAt)));
}

/** The invariant S25; its rule says what must hold. */
export const S25: Invariant = {
  id: 'S25',
  rule: 'A pause or hold is honoured before every act but the start that ends an own stop.',
  exercised: ({ lives }) =>
    [...lives.values()].flatMap((life) =>
      life.tags.filter(
        ({ tags }) => OPERATOR_TAGS.hold in tags || OPERATOR_TAGS.pauseUntil in tags,
      ),
    ).length,
  check: (story) =>
    deedsOf(story).flatMap((deed): readonly Violation[] => {
      const { what, instanceId, askedAt: at } = deed;
      if (endsOwnStop(story, deed)) return [];
      const { invocation } = deed.request.call;
      const read = lastRead(story, { invocation, instanceId, before: at });
      if (read === undefined || !mustShow(story, instanceId, read.readAt)) return [];
      const text = `A ${what} although the tags that were read pause or hold it`;
      return [{ invariant: 'S25', at, instanceId, text }];
    }),
};
