import { BucketLevel, BUCKETS } from '../account/buckets';
import type { Invariant, Violation } from './invariant';
import type { Story } from './story';

/** How close a run came to a bucket: 1 is the whole of what AWS documents. */
export interface PeakUse {
  readonly bucket: string;
  readonly share: number;
}

interface Draw {
  readonly at: Parameters<BucketLevel['take']>[1];
  readonly bucket: string;
  readonly tokens: number;
}

function drawsOf(story: Story): readonly Draw[] {
  return story.requests
    .flatMap(({ effect }) => (effect === undefined ? [] : [effect]))
    .flatMap(({ at, draws }) => draws.map((draw) => ({ ...draw, at })))
    .sort((a, b) => a.at - b.at);
}

/** Whether the draws on one bucket fit into this share of it. */
function fits(draws: readonly Draw[], share: number): Draw | undefined {
  const levels = new Map<string, BucketLevel>();
  return draws.find(({ bucket, tokens, at }) => {
    const { capacity, refill } = BUCKETS[bucket]!;
    const level =
      levels.get(bucket) ?? new BucketLevel({ capacity: capacity * share, refill: refill * share });
    levels.set(bucket, level);
    return !level.take(tokens, at);
  });
}

/** The least share of each bucket, in hundredths, that all requests of the run fit into. */
export function peakUse(story: Story): readonly PeakUse[] {
  const draws = drawsOf(story);
  return [...new Set(draws.map(({ bucket }) => bucket))].sort().map((bucket) => {
    const own = draws.filter((draw) => draw.bucket === bucket);
    let [low, high] = [0, 400];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(own, middle / 100) === undefined) high = middle;
      else low = middle + 1;
    }
    return { bucket, share: low / 100 };
  });
}

/** The invariant S16; its rule says what must hold. */
export const S16: Invariant = {
  id: 'S16',
  rule: "Requests stay within half of the account's documented buckets, all invocations together.",
  check: (story) => {
    const draws = drawsOf(story);
    return [...new Set(draws.map(({ bucket }) => bucket))].flatMap(
      (bucket): readonly Violation[] => {
        const own = draws.filter((draw) => draw.bucket === bucket);
        const first = fits(own, 0.5);
        if (first === undefined) return [];
        const text = `${bucket} is used over half`;
        return [{ invariant: 'S16', at: first.at, instanceId: undefined, text }];
      },
    );
  },
};
