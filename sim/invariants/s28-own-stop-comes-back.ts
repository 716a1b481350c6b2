import { OWN_TAGS } from '../../lambda/core/tags';
import { after, minutes, seconds, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { takedownDeeds } from './deeds';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, lastRead, tagsAt, type Stop, type Story } from './story';
import { wishedAt } from './wishes';

/** From `stopped` to the start, where nothing is out of order. */
const STARTED_WITHIN = minutes(3);
/** With an intent unheard of, a lease to run out and a sweep to come. */
const AFTER_FAULTS = minutes(10);

/** The stop was announced on the instance itself, and read again, before it was asked for. */
function wasAnnounced(story: Story, { instanceId, beganAt }: Stop): boolean {
  const deed = takedownDeeds(story).find(
    (other) => other.instanceId === instanceId && other.doneAt === beganAt,
  );
  const life = story.lives.get(instanceId);
  if (deed === undefined || life === undefined) return false;
  const word = tagsAt(life, deed.askedAt)[OWN_TAGS.ownStop];
  if (word === undefined || !word.includes(instanceId)) return false;
  const written = life.tags.find(({ tags }) => tags[OWN_TAGS.ownStop] === word);
  const { invocation } = deed.request.call;
  const read = lastRead(story, { invocation, instanceId, before: deed.askedAt });
  return read !== undefined && written !== undefined && read.readAt >= written.at;
}

/** A person knows: called, or at the console themselves. */
function isInHands(story: Story, stop: Stop): boolean {
  const { instanceId, beganAt } = stop;
  const isPaged = factsOf(story.facts, 'message').some(
    ({ at, attributes }) =>
      at >= beganAt &&
      attributes['severity'] === 'critical' &&
      (attributes['instanceId'] === instanceId || attributes['event'] === 'storm'),
  );
  const isGone = story.lives.get(instanceId)?.states.some(({ to }) => to === 'shutting-down');
  return isPaged || isGone === true || wishedAt(story, stop) !== undefined;
}

/** When it must be on its way up at the latest. */
function dueAt(story: Story, { stoppedAt }: Stop): Instant | undefined {
  if (stoppedAt === undefined) return undefined;
  const soon = after(stoppedAt, STARTED_WITHIN);
  if (!faultyWithin(story, [stoppedAt, soon])) return soon;
  const late = after(stoppedAt, seconds(0));
  const ends = factsOf(story.facts, 'fault').filter(({ phase }) => phase !== 'begins');
  const last = ends.at(-1)?.at ?? late;
  return after(last > late ? last : late, AFTER_FAULTS);
}

function breach(story: Story, stop: Stop): string | undefined {
  if (!wasAnnounced(story, stop)) return 'Stopped before the instance said whose stop it is';
  const until = dueAt(story, stop);
  const isBack = stop.endedAt !== undefined && stop.endedAt <= (until ?? stop.endedAt);
  if (isBack || until === undefined || until > story.endsAt) return undefined;
  return isInHands(story, stop) ? undefined : 'Stopped, not started again, and nobody was called';
}

/** The invariant S28; its rule says what must hold. */
export const S28: Invariant = {
  id: 'S28',
  rule: 'What the watchdog itself stopped is started again, or a person is called.',
  exercised: ({ stops }) => stops.filter(({ by }) => by.kind === 'watchdog').length,
  check: (story) =>
    story.stops
      .filter(({ by }) => by.kind === 'watchdog')
      .flatMap((stop): readonly Violation[] => {
        const text = breach(story, stop);
        const { instanceId, beganAt: at } = stop;
        return text === undefined ? [] : [{ invariant: 'S28', at, instanceId, text }];
      }),
};
