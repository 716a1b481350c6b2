import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { after, before, hours, minutes, seconds, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf, type Deed } from './deeds';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, policyAt, type Life, type Story } from './story';

/** The wait grows to five minutes; a reservation may be asked for by turns with the start. */
const LONGEST_WAIT = minutes(11);
/** It is tried for at least this long. */
const TRIED_FOR = hours(12);
/** Told at once, after a quarter of an hour, after an hour, and then each hour. */
const FIRST_TOLD = [minutes(0), minutes(15), minutes(60)];
/** A reminder goes out with the next look, which may be a sweep's. */
const TOLD_BEFORE = seconds(30);
const TOLD_AFTER = minutes(2);

/** A time in which EC2 refused every start of an instance for want of capacity. */
interface Shortage {
  readonly life: Life;
  readonly asks: readonly Deed[];
  readonly from: Instant;
  readonly to: Instant;
}

/** A batch fails whole for any one of it: only a call for this one alone tells of this one. */
const isRefusal = ({ request: { call, effect } }: Deed): boolean =>
  effect?.code === 'InsufficientInstanceCapacity' && call.instanceIds.length === 1;

/** Moments at which it is not, or not only, the watchdog's any more. */
function endsOf(story: Story, { states, tags }: Life): readonly Instant[] {
  const changes = states.map(({ at }) => at);
  const leftAlone = tags
    .filter(
      (span) =>
        OPERATOR_TAGS.hold in span.tags ||
        OPERATOR_TAGS.pauseUntil in span.tags ||
        story.policies.get(span.tags['watchdog'] ?? '') === undefined,
    )
    .map(({ at }) => at);
  return [...changes, ...leftAlone].toSorted((one, other) => one - other);
}

function shortagesOf(story: Story, life: Life, asks: readonly Deed[]): readonly Shortage[] {
  const ends = endsOf(story, life);
  const shortages: { life: Life; asks: Deed[]; from: Instant; to: Instant }[] = [];
  for (const ask of asks) {
    const last = shortages.at(-1);
    if (last !== undefined && ask.askedAt <= last.to) last.asks.push(ask);
    else if (isRefusal(ask)) {
      const from = ask.request.effect!.at;
      const to = ends.find((at) => at > from) ?? story.endsAt;
      shortages.push({ life, asks: [ask], from, to });
    }
  }
  return shortages;
}

/** Faults other than the missing capacity itself. */
const isDisturbed = (story: Story, from: Instant, to: Instant): boolean =>
  faultyWithin(story, [from, to], ['ec2/capacity']);

function longWaits(story: Story, { life, asks, from, to }: Shortage): readonly Violation[] {
  const until = Math.min(to, after(from, TRIED_FOR)) as Instant;
  const moments = [...asks.map(({ askedAt }) => askedAt).filter((at) => at < until), until];
  return moments.slice(1).flatMap((at, index): readonly Violation[] => {
    const last = moments[index]!;
    if (at - last <= LONGEST_WAIT || isDisturbed(story, last, at)) return [];
    const { instanceId } = life.fact;
    const text = `No capacity, and not asked for during ${Math.round((at - last) / 60_000)} min`;
    return [{ invariant: 'L7', at, instanceId, text }];
  });
}

/** When a person must hear of it, as long as it lasts. */
function remindersOf({ from, to }: Shortage): readonly Instant[] {
  const later = Array.from({ length: 71 }, (_, index) => hours(index + 2));
  return [...FIRST_TOLD, ...later]
    .map((since) => after(from, since))
    .filter((at) => after(at, TOLD_AFTER) < to);
}

function untold(story: Story, shortage: Shortage): readonly Violation[] {
  const { instanceId } = shortage.life.fact;
  const pages = factsOf(story.facts, 'message').filter(
    ({ attributes }) =>
      attributes['severity'] === 'critical' &&
      (attributes['instanceId'] === instanceId || attributes['event'] === 'storm'),
  );
  return remindersOf(shortage).flatMap((due): readonly Violation[] => {
    const [from, to] = [before(due, TOLD_BEFORE), after(due, TOLD_AFTER)];
    if (pages.some(({ at }) => at >= from && at <= to)) return [];
    if (isDisturbed(story, shortage.from, to)) return [];
    const text = `No capacity for ${(due - shortage.from) / 60_000} min, and nobody was told`;
    return [{ invariant: 'L7', at: due, instanceId, text }];
  });
}

/** The invariant L7; its rule says what must hold. */
export const L7: Invariant = {
  id: 'L7',
  rule: 'Without capacity it is tried for 12 h and more, and told at 0, 15, 60 min, then hourly.',
  check(story) {
    const starts = deedsOf(story).filter(({ what }) => what === 'start');
    return [...grouped(starts, ({ instanceId }) => instanceId)].flatMap(([instanceId, asks]) => {
      const life = story.lives.get(instanceId);
      if (life === undefined || policyAt(story, life, story.endsAt) === undefined) return [];
      return shortagesOf(story, life, asks).flatMap((shortage) => [
        ...longWaits(story, shortage),
        ...untold(story, shortage),
      ]);
    });
  },
};
