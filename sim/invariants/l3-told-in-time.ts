import { factsOf } from '../history';
import { after, minutes, seconds, type Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { pagesAmiss } from './pages-again';
import { isRescuable } from './rescuable';
import { faultyWithin, type Stop, type Story } from './story';

const TOLD_WITHIN = seconds(15);
/** A storm's thread speaks for what joins it later. */
const STORM_SPEAKS_FOR = minutes(10);

/** When the watchdog first read that it is down. */
function detectedAt(story: Story, { instanceId, beganAt }: Stop): Instant | undefined {
  return story.requests.find(
    ({ effect, answer }) =>
      answer !== undefined &&
      effect !== undefined &&
      effect.at >= beganAt &&
      effect.read.some(([id, state]) => id === instanceId && state !== 'running'),
  )?.answer?.at;
}

/** The invariant L3; its rule says what must hold. */
export const L3: Invariant = {
  id: 'L3',
  rule:
    'The first alert goes out within 15 s of detection, whatever the outcome; a page that nobody ' +
    'acknowledged comes again after 5 and 15 min.',
  exercised: (story) => story.stops.filter((stop) => isRescuable(story, stop)).length,
  check(story) {
    const messages = factsOf(story.facts, 'message');
    const untold = story.stops.flatMap((stop): readonly Violation[] => {
      const { instanceId, beganAt } = stop;
      if (!isRescuable(story, stop)) return [];
      const detected = detectedAt(story, stop);
      if (detected === undefined) return [];
      const until = after(detected, TOLD_WITHIN);
      const told = messages.some(({ at, attributes }) => {
        if (at > until) return false;
        if (attributes['event'] === 'storm') return detected - at <= STORM_SPEAKS_FOR;
        return at >= beganAt && attributes['instanceId'] === instanceId;
      });
      if (told || story.endsAt < until || faultyWithin(story, [beganAt, until])) return [];
      const text = 'Detected, and nobody was told within 15 s';
      return [{ invariant: 'L3', at: until, instanceId, text }];
    });
    return [...untold, ...pagesAmiss(story)];
  },
};
