import { OPERATOR_TAGS } from '../../lambda/core/tags';
import { after, before, hours, minutes, seconds, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf, type Deed } from './deeds';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, policyAt, stopAt, type Life, type Story } from './story';
import { wishedAt } from './wishes';

/** The wait grows to five minutes; a reservation may be asked for by turns with the start. */
const LONGEST_WAIT = minutes(11);
/** It is tried for at least this long. */
const TRIED_FOR = hours(12);
/** Told at once, after a quarter of an hour, after an hour, and then each hour. */
const FIRST_TOLD = [minutes(0), minutes(15), minutes(60)];
/** A reminder goes out with the next look, which may be a sweep's. */
const TOLD_BEFORE = seconds(30);
const TOLD_AFTER = minutes(2);
/** A storm's thread has a time of its own for its next message. */
const STORM_TELLS_EACH = minutes(6);
const TOLD_IN_STORM = minutes(6);
const STORM_LASTS = minutes(15);

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

function placeOf({ lives }: Story, instanceId: string): string {
  const fact = lives.get(instanceId)?.fact;
  return `${fact?.zone ?? ''}/${fact?.instanceType ?? ''}`;
}

/** Faults other than the missing capacity itself. */
const isDisturbed = (story: Story, from: Instant, to: Instant): boolean =>
  faultyWithin(story, [from, to], ['ec2/capacity']);

/** EC2's answer to one server holds for others of its type and zone: a start is asked for all. */
function longWaits(
  story: Story,
  { life, from, to }: Shortage,
  ofPlace: readonly Instant[],
): readonly Violation[] {
  const until = Math.min(to, after(from, TRIED_FOR)) as Instant;
  const moments = [from, ...ofPlace.filter((at) => at > from && at < until), until];
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
  const storms = pages.filter(({ attributes }) => attributes['event'] === 'storm');
  return remindersOf(shortage).flatMap((due): readonly Violation[] => {
    // A storm's thread brings what is new in its next message.
    const inStorm = storms.some(({ at }) => Math.abs(at - due) < STORM_LASTS);
    const late = inStorm ? TOLD_IN_STORM : TOLD_AFTER;
    const [from, to] = [before(due, TOLD_BEFORE), after(due, late)];
    const isTold = pages.some(({ at, attributes }) => {
      const late = attributes['event'] === 'storm' ? after(due, STORM_TELLS_EACH) : to;
      return at >= from && at <= late;
    });
    if (isTold || isDisturbed(story, shortage.from, to)) return [];
    const text = `No capacity for ${(due - shortage.from) / 60_000} min, and nobody was told`;
    return [{ invariant: 'L7', at: due, instanceId, text }];
  });
}

/** Somebody wants it stopped by then: it need not be tried any more. */
function isWished(story: Story, { life, from }: Shortage, at: Instant): boolean {
  const { instanceId } = life.fact;
  const beganAt = stopAt(story, instanceId, from)?.beganAt ?? from;
  return wishedAt(story, { instanceId, beganAt, endedAt: at }) !== undefined;
}

/** The invariant L7; its rule says what must hold. */
export const L7: Invariant = {
  id: 'L7',
  rule: 'Without capacity it is tried for 12 h and more, and told at 0, 15, 60 min, then hourly.',
  exercised: ({ requests }) =>
    requests.filter(({ effect }) => effect?.code === 'InsufficientInstanceCapacity').length,
  check(story) {
    const starts = deedsOf(story).filter(({ what }) => what === 'start');
    const places = grouped(starts, ({ instanceId }) => placeOf(story, instanceId));
    return [...grouped(starts, ({ instanceId }) => instanceId)].flatMap(([instanceId, asks]) => {
      const life = story.lives.get(instanceId);
      if (life === undefined || policyAt(story, life, story.endsAt) === undefined) return [];
      const ofPlace = (places.get(placeOf(story, instanceId)) ?? []).map(({ askedAt }) => askedAt);
      return shortagesOf(story, life, asks).flatMap((shortage) =>
        [...longWaits(story, shortage, ofPlace), ...untold(story, shortage)].filter(
          ({ at }) => !isWished(story, shortage, at),
        ),
      );
    });
  },
};
