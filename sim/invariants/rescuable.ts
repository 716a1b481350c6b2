import { OPERATOR_TAGS, OPT_IN_TAG } from '../../lambda/core/tags';
import { hours, minutes, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { deedsOf } from './deeds';
import { policyAt, tagsAt, type Life, type Stop, type Story } from './story';

const WATCHED_FOR = minutes(5);
/** Codes with which AWS stops an instance that can simply be started again. */
const PLAIN = ['Server.ScheduledStop', 'Server.InternalError'];

function hasBudget(story: Story, { fact }: Life, at: Instant): boolean {
  const day = deedsOf(story).filter(
    ({ what, instanceId, doneAt }) =>
      (what === 'start' || what === 'reboot') &&
      instanceId === fact.instanceId &&
      doneAt !== undefined &&
      doneAt <= at &&
      at - doneAt < hours(24),
  );
  const hour = day.filter(({ doneAt }) => at - doneAt! < hours(1));
  return hour.length === 0 && day.length < 3;
}

/** Serving with its tag for minutes before the stop, so that every look had a chance to see it. */
function wasEnrolled(story: Story, life: Life, stop: Stop): boolean {
  return story.requests.some(
    ({ effect }) =>
      effect !== undefined &&
      effect.at < stop.beganAt &&
      OPT_IN_TAG in tagsAt(life, effect.at) &&
      effect.read.some(([id, state]) => id === life.fact.instanceId && state === 'running'),
  );
}

/** When the event that says `stopped` reached the queue. */
export function toldAt(story: Story, { instanceId, stoppedAt }: Stop): Instant | undefined {
  const event = factsOf(story.facts, 'event').find(
    ({ at, state, instanceIds }) =>
      at === stoppedAt && state === 'stopped' && instanceIds.includes(instanceId),
  );
  if (event === undefined) return undefined;
  return factsOf(story.facts, 'delivered').find(({ eventId }) => eventId === event.eventId)?.at;
}

/**
 * It ran with its tag for minutes, and the event of its stop arrived: the watchdog owes it a start
 * though it may never have read it before, whatever kept it from reading.
 */
function wasWatchable(story: Story, { fact, states }: Life, stop: Stop): boolean {
  const before = states.findLast(({ at, to }) => at < stop.beganAt && to === 'running');
  const since = before?.at ?? (fact.state === 'running' ? fact.at : undefined);
  return (
    since !== undefined && stop.beganAt - since >= WATCHED_FOR && toldAt(story, stop) !== undefined
  );
}

/** Whether the watchdog owes this stop a start: nothing speaks against it, nobody came first. */
export function isRescuable(story: Story, stop: Stop): boolean {
  const life = story.lives.get(stop.instanceId);
  if (life === undefined || stop.by.kind !== 'aws' || !PLAIN.includes(stop.code ?? ''))
    return false;
  if (life.fact.managedBy !== 'nobody') return false;
  const at = stop.stoppedAt ?? stop.beganAt;
  if (policyAt(story, life, at)?.mode !== 'act') return false;
  const tags = tagsAt(life, at);
  if (OPERATOR_TAGS.hold in tags || OPERATOR_TAGS.pauseUntil in tags) return false;
  const leftAlone = life.tags.every((span) => span.at < stop.beganAt || OPT_IN_TAG in span.tags);
  const isKnown = wasEnrolled(story, life, stop) || wasWatchable(story, life, stop);
  return leftAlone && isKnown && hasBudget(story, life, at);
}
