import { minutes, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf } from './deeds';
import type { Life, Story } from './story';

/** The reboot that settles it and the message that tells of the reboot are one. */
const SETTLED = minutes(1);

/**
 * Whether there is a reason at a moment to move a server that is well: work on its host that AWS
 * announced and that nobody has settled since (a start brings it to another host), or a type that
 * is not its own.
 */
export function isToBeMoved(story: Story, life: Life, at: Instant): boolean {
  return isAnnounced(story, life, at) || isOnAnotherType(story, life, at);
}

function isAnnounced(story: Story, { fact: { instanceId }, states }: Life, at: Instant): boolean {
  const facts = factsOf(story.facts, 'scheduled').filter(
    (fact) => fact.instanceId === instanceId && fact.at <= at,
  );
  const lastStart = states.findLast((state) => state.to === 'pending' && state.at <= at)?.at;
  return facts.some(
    ({ eventId, phase, at: since }) =>
      phase === 'announced' &&
      (lastStart === undefined || lastStart < since) &&
      !facts.some(
        (later) =>
          later.eventId === eventId && later.phase !== 'announced' && at - later.at >= SETTLED,
      ),
  );
}

function isOnAnotherType(story: Story, { fact }: Life, at: Instant): boolean {
  const changed = deedsOf(story).findLast(
    ({ what, instanceId, doneAt }) =>
      what === 'change-type' &&
      instanceId === fact.instanceId &&
      doneAt !== undefined &&
      doneAt <= at,
  );
  return changed !== undefined && changed.instanceType !== fact.instanceType;
}
