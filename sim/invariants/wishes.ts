import { minutes, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf } from './deeds';
import type { Stop, Story } from './story';

/** CloudTrail's copy of a call reaches the bus within this. */
const COPIED_WITHIN = minutes(30);

/**
 * When the watchdog was told that somebody else had called EC2 for what it was stopping itself. A
 * call for what is on its way down already changes no state: all that tells of it is CloudTrail's
 * copy, one more than the watchdog's own calls can have made.
 */
export function wishedAt(story: Story, { instanceId, beganAt }: Stop): Instant | undefined {
  const since = beganAt - COPIED_WITHIN;
  const copies = factsOf(story.facts, 'event').filter(
    ({ at, detailType, instanceIds }) =>
      at >= since &&
      detailType === 'AWS API Call via CloudTrail' &&
      instanceIds.includes(instanceId),
  );
  const foreign = copies.find(({ at }, index) => {
    const own = deedsOf(story).filter(
      (deed) =>
        deed.instanceId === instanceId &&
        deed.doneAt !== undefined &&
        deed.doneAt >= since &&
        deed.doneAt <= at,
    );
    return at >= beganAt && index >= own.length;
  });
  if (foreign === undefined) return undefined;
  return factsOf(story.facts, 'delivered').find(({ eventId }) => eventId === foreign.eventId)?.at;
}
