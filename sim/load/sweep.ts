import { chatFleet } from '../drills/servers';
import { factsOf, type Fact } from '../history';
import { fewDescribes, messagesIn, recoveredCount, startedCount } from './figures';
import { atLeast, atMost, exactly, type Load, type PlayedLoad } from './load';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const TYPES = ['m6i.large', 'm6i.xlarge', 'c6i.large', 'r6i.large'];
const HOUR_S = 3_600;

/** How long each sweep took: the function's own metric, of virtual time, answers included. */
const sweepSeconds = (story: readonly Fact[]): readonly number[] =>
  factsOf(story, 'metric')
    .filter(({ metric }) => metric === 'SweepSeconds')
    .map(({ value }) => value);

/** The most requests that any one invocation made to a service, or to all of them. */
function mostCalls(story: readonly Fact[], service?: string): number {
  const counts = new Map<number, number>();
  for (const call of factsOf(story, 'call')) {
    if (service !== undefined && call.service !== service) continue;
    counts.set(call.invocation, (counts.get(call.invocation) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

const most = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.max(...values);

/** What a percentile of them is at most. */
function percentile(values: readonly number[], share: number): number | null {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? null;
}

const idle = (count: number, withinS: number): Load => ({
  name: `sweep-${count}`,
  title: `${count} healthy servers for an hour: the sweep of each minute`,
  fleet: chatFleet(count, ZONES, TYPES),
  lastsS: HOUR_S,
  story: () => undefined,
  goals: (played) => sweepGoals(played, { count, withinS }),
});

function sweepGoals(
  played: PlayedLoad,
  { count, withinS }: { readonly count: number; readonly withinS: number },
) {
  const { story } = played;
  const took = sweepSeconds(story);
  const pages = Math.ceil(count / 1_000) - 1;
  return [
    atLeast(58, ['sweeps in an hour', took.length]),
    atMost(withinS, ['a sweep, the median', percentile(took, 0.5), 's']),
    atMost(withinS, ['a sweep, the longest of an hour', most(took), 's']),
    atMost(8 + pages, ['EC2 calls of a sweep, the most', mostCalls(story, 'ec2')]),
    fewDescribes(played),
    exactly(0, ['messages to people', messagesIn(story).length]),
  ];
}

/** Sweeps of fleets that are well. */
export const SWEEP_LOADS: readonly Load[] = [idle(1_000, 2), idle(5_000, 10)];

/** Incidents that stay open, so that every tick of the fleet has all of them to look at. */
export const READS: Load = {
  name: 'reads',
  title: '500 incidents open for half an hour, for EC2 has no capacity',
  fleet: chatFleet(500, ZONES, TYPES),
  lastsS: 2 * HOUR_S,
  story(world, ids, zeroS) {
    world.faults.capacityOut({ fromS: zeroS, toS: zeroS + HOUR_S / 2 });
    ids.forEach((id, index) => {
      world.at(zeroS + index / 20, () => void world.aws.hostFailure(id, { stoppingS: 20 }));
    });
  },
  isOver: (story) => recoveredCount(story) >= 500,
  goals: (played) => [
    fewDescribes(played),
    exactly(500, ['servers started', startedCount(played.story)]),
    exactly(500, ['servers recovered', recoveredCount(played.story)]),
  ],
};
