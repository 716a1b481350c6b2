import { BucketLevel, BUCKETS } from '../account/buckets';
import type { Invariant, Violation } from './invariant';
import type { Story } from './story';

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

/** The invariant S16; its rule says what must hold. */
export const S16: Invariant = {
  id: 'S16',
  rule: "Requests stay within half of the account's documented buckets, all invocations together.",
  exercised: (story) => drawsOf(story).length,
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
