import { factsOf } from '../history';
import type { Invariant, Violation } from './invariant';
import type { Request, Story } from './story';

/** More calls than any invocation needs, a fleet of 1,000 included. */
const MOST_CALLS = 3_000;
/** A start is asked for at most each half minute or so, whatever EC2 answers. */
const MOST_STARTS_AN_HOUR = 150;
const HOUR_MS = 3_600_000;

function busyInvocations(story: Story): readonly Violation[] {
  const calls = new Map<number, number>();
  return story.requests.flatMap(({ call }): readonly Violation[] => {
    const count = (calls.get(call.invocation) ?? 0) + 1;
    calls.set(call.invocation, count);
    if (count !== MOST_CALLS + 1) return [];
    const text = `Invocation ${call.invocation} made over ${MOST_CALLS} calls`;
    return [{ invariant: 'S17', at: call.at, instanceId: undefined, text }];
  });
}

function loops(story: Story): readonly Violation[] {
  const asked = new Map<string, Request[]>();
  return story.starts.flatMap((request) =>
    request.call.instanceIds.flatMap((instanceId): readonly Violation[] => {
      const { at } = request.call;
      const recent = (asked.get(instanceId) ?? []).filter(({ call }) => at - call.at < HOUR_MS);
      recent.push(request);
      asked.set(instanceId, recent);
      if (recent.length !== MOST_STARTS_AN_HOUR + 1) return [];
      const text = `Over ${MOST_STARTS_AN_HOUR} starts were asked for within an hour`;
      return [{ invariant: 'S17', at, instanceId, text }];
    }),
  );
}

/** The invariant S17; its rule says what must hold. */
export const S17: Invariant = {
  id: 'S17',
  rule: 'Every loop, retry and wait is bounded.',
  exercised: ({ facts }) => factsOf(facts, 'began').length,
  check: (story) => [
    ...busyInvocations(story),
    ...loops(story),
    ...story.facts.flatMap((fact): readonly Violation[] => {
      if (fact.kind !== 'ended' || fact.outcome !== 'timed-out') return [];
      const text = `Invocation ${fact.invocation} timed out`;
      return [{ invariant: 'S17', at: fact.at, instanceId: undefined, text }];
    }),
  ],
};
