import { minutes, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf } from './deeds';
import type { Stop, Story } from './story';

/** CloudTrail's copy of a call reaches the bus within this. */
const COPIED_WITHIN = minutes(30);

/**
 * When somebody else called for a stop that the watchdog was making itself. A call for what is on
 * its way down already changes no state, and is a wish all the same.
 */
export function wishedAt(
  story: Story,
  { instanceId, beganAt, endedAt }: Pick<Stop, 'instanceId' | 'beganAt' | 'endedAt'>,
): Instant | undefined {
  return factsOf(story.facts, 'asked').find(
    ({ at, operation, instanceId: id }) =>
      operation === 'StopInstances' &&
      id === instanceId &&
      at >= beganAt &&
      (endedAt === undefined || at < endedAt),
  )?.at;
}

/**
 * When the watchdog was told of that wish: by CloudTrail's copy, one more than its own calls can
 * have made. Undefined without a trail, or when the copy did not arrive.
 */
export function toldOfWishAt(story: Story, stop: Stop): Instant | undefined {
  const wished = wishedAt(story, stop);
  if (wished === undefined) return undefined;
  const { instanceId, beganAt } = stop;
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
    return at >= wished && index >= own.length;
  });
  if (foreign === undefined) return undefined;
  return factsOf(story.facts, 'delivered').find(({ eventId }) => eventId === foreign.eventId)?.at;
}
