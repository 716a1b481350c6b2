import { actsOf, describesPerSecond } from '../drills/acts';
import { isAboutServers, isStart } from '../drills/figures';
import { factsOf, type Fact, type FactOf } from '../history';
import { atMost, exactly, secondsFrom, type Goal, type PlayedLoad } from './load';

/** The account's request bucket for reads refills by 20 a second, and people draw on it too. */
const DESCRIBES_A_SECOND = 5;

/** "at most 5 describe calls a second at any number of incidents". */
export const fewDescribes = ({ story }: PlayedLoad): Goal =>
  atMost(DESCRIBES_A_SECOND, [
    'describe calls a second, the most over 10 s',
    describesPerSecond(story),
    '1/s',
  ]);

/** The first such fact of each instance, by instance id. */
function firsts<F extends Fact & { readonly instanceId: string }>(
  found: readonly F[],
): ReadonlyMap<string, F> {
  const first = new Map<string, F>();
  for (const fact of found) if (!first.has(fact.instanceId)) first.set(fact.instanceId, fact);
  return first;
}

/** The moments at which instances reached `stopped` for the first time, the earliest first. */
export function stops(story: readonly Fact[]): readonly FactOf<'state'>[] {
  return [...firsts(factsOf(story, 'state').filter(({ to }) => to === 'stopped')).values()];
}

/** Requests to start these, as they were sent. */
export const startCalls = (story: readonly Fact[]): readonly FactOf<'call'>[] =>
  factsOf(story, 'call').filter(isStart);

/** Seconds from the first stop of all to the last instance's first start on the wire. */
export function startsIssuedS(story: readonly Fact[]): number | null {
  const [first] = stops(story);
  const asked = startCalls(story).flatMap(({ at, instanceIds }) =>
    instanceIds.map((instanceId) => ({ at, instanceId })),
  );
  const last = new Map<string, (typeof asked)[number]>();
  for (const one of asked) if (!last.has(one.instanceId)) last.set(one.instanceId, one);
  if (last.size < stops(story).length) return null;
  return secondsFrom(first, [...last.values()].at(-1));
}

/** How many instances were started. */
export const startedCount = (story: readonly Fact[]): number =>
  new Set(starts(story).map(({ instanceId }) => instanceId)).size;

/** Starts that took an instance out of `stopped`. */
export const starts = (story: readonly Fact[]) =>
  actsOf(story).filter(({ what }) => what === 'start');

/** The most starts that any one instance got. */
export function mostStartsOfOne(story: readonly Fact[]): number {
  const counts = new Map<string, number>();
  for (const { instanceId } of starts(story)) {
    counts.set(instanceId, (counts.get(instanceId) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Messages to people that are about servers. */
export const messagesIn = (story: readonly Fact[]): readonly FactOf<'message'>[] =>
  factsOf(story, 'message').filter(isAboutServers);

/** How many incidents ended as recovered. */
export const recoveredCount = (story: readonly Fact[]): number =>
  new Set(
    factsOf(story, 'log')
      .filter(({ message, fields }) => message === 'decision' && fields['reason'] === 'recovered')
      .map(({ fields }) => fields['instanceId']),
  ).size;

/** All were started, once each, and recovered. */
export const allRescued = (count: number, { story }: PlayedLoad): readonly Goal[] => [
  exactly(count, ['servers started', startedCount(story)]),
  exactly(1, ['starts of one server, at most', mostStartsOfOne(story)]),
  exactly(count, ['servers recovered', recoveredCount(story)]),
];
