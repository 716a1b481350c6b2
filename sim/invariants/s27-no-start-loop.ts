import { factsOf } from '../history';
import { minutes, type Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, type Life, type Story } from './story';

const TRIES = 2;
const PAGE_WITHIN = minutes(5);

/** When each accepted start of the watchdog fell back, in runs without a person or a success. */
function fallbackRuns({ states }: Life): readonly (readonly Instant[])[] {
  const runs: Instant[][] = [[]];
  for (const { from, to, at, by, code } of states) {
    const fell = from === 'pending' && to === 'stopped';
    // Missing capacity is asked for again and again, and told in its own time (L7).
    if (fell && code !== 'Server.InsufficientInstanceCapacity') runs.at(-1)!.push(at);
    const relief = to === 'running' || (to === 'pending' && by.kind !== 'watchdog');
    if (relief) runs.push([]);
  }
  return runs;
}

function wasPaged(story: Story, instanceId: string, since: Instant): boolean {
  return factsOf(story.facts, 'message').some(
    ({ at, attributes }) =>
      at >= since &&
      at - since <= PAGE_WITHIN &&
      attributes['severity'] === 'critical' &&
      (attributes['instanceId'] === instanceId || attributes['event'] === 'storm'),
  );
}

/** The invariant S27; its rule says what must hold. */
export const S27: Invariant = {
  id: 'S27',
  rule: 'A start that falls back is tried once more, then a person is paged.',
  exercised: ({ lives }) => [...lives.values()].flatMap(fallbackRuns).length,
  check: (story) =>
    [...story.lives.values()].flatMap((life): readonly Violation[] => {
      const { instanceId } = life.fact;
      return fallbackRuns(life).flatMap((falls): readonly Violation[] => {
        const [, second, third] = falls;
        if (third !== undefined) {
          const text = `Started over ${TRIES} times though each start fell back`;
          return [{ invariant: 'S27', at: third, instanceId, text }];
        }
        const until = second === undefined ? undefined : ((second + PAGE_WITHIN) as Instant);
        if (second === undefined || until! > story.endsAt) return [];
        if (wasPaged(story, instanceId, second)) return [];
        if (faultyWithin(story, [second, until!])) return [];
        const text = 'Two starts fell back and nobody was paged';
        return [{ invariant: 'S27', at: second, instanceId, text }];
      });
    }),
};
