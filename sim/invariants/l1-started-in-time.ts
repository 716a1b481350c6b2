import { after, minutes, seconds, type Duration, type Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { isRescuable, toldAt } from './rescuable';
import { faultyWithin, type Stop, type Story } from './story';
import { wishedAt } from './wishes';

const AFTER_EVENT = seconds(5);
/** The event was lost: 120 s, and the sweep may come anywhere within its minute. */
const WITHOUT_EVENT = seconds(180);
/** In a storm up to 15 groups of a zone and type take turns at one call a second: two rounds. */
const IN_A_STORM = seconds(30);
const STORM_WINDOW = minutes(2);
const STORM_SIZE = 4;
/** S16 lets one environment start so many at once, and one more each two seconds. */
const AT_ONCE = 250;
const SECONDS_EACH = 2;

/** What S16 costs the last of so many that stop together. */
const turns = (count: number): Duration => seconds(SECONDS_EACH * Math.max(0, count - AT_ONCE));

function deadline(story: Story, stop: Stop): Instant {
  const stoppedAt = stop.stoppedAt!;
  const near = story.stops.filter(
    (other) => Math.abs((other.stoppedAt ?? Infinity) - stoppedAt) <= STORM_WINDOW,
  );
  const told = toldAt(story, stop);
  const lost = after(after(stoppedAt, WITHOUT_EVENT), turns(near.length));
  if (told === undefined) return lost;
  const allowance: Duration = near.length >= STORM_SIZE ? IN_A_STORM : AFTER_EVENT;
  // A late event changes nothing for the sweep, which finds the instance without it.
  return Math.min(after(after(told, allowance), turns(near.length)), lost) as Instant;
}

/** The invariant L1; its rule says what must hold. */
export const L1: Invariant = {
  id: 'L1',
  rule: 'What AWS stopped is asked to start within 5 s of the event, 180 s without one.',
  exercised: (story) => story.stops.filter((stop) => isRescuable(story, stop)).length,
  check(story) {
    return story.stops.flatMap((stop): readonly Violation[] => {
      const { instanceId, stoppedAt } = stop;
      if (stoppedAt === undefined || !isRescuable(story, stop)) return [];
      const until = deadline(story, stop);
      const asked = story.starts.some(
        ({ call }) =>
          call.at >= stop.beganAt && call.at <= until && call.instanceIds.includes(instanceId),
      );
      const someoneElse = stop.endedBy !== undefined && stop.endedBy.kind !== 'watchdog';
      const isWished = wishedAt(story, stop) !== undefined;
      if (asked || someoneElse || isWished || story.endsAt < until) return [];
      // A start waits for nobody to be told.
      if (faultyWithin(story, [stop.beganAt, until], ['sns'])) return [];
      const text = `Stopped by AWS, and no start was asked for within ${until - stoppedAt} ms`;
      return [{ invariant: 'L1', at: until, instanceId, text }];
    });
  },
};
