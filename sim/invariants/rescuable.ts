import { OPERATOR_TAGS, OPT_IN_TAG } from '../../lambda/core/tags';
import { hours, type Instant } from '../../lambda/core/time';
import { policyAt, tagsAt, type Life, type Stop, type Story } from './story';

/** Codes with which AWS stops an instance that can simply be started again. */
const PLAIN = ['Server.ScheduledStop', 'Server.InternalError'];

function hasBudget(story: Story, { fact }: Life, at: Instant): boolean {
  const day = story.starts.filter(
    ({ effect }) =>
      effect !== undefined &&
      effect.started.includes(fact.instanceId) &&
      effect.at <= at &&
      at - effect.at < hours(24),
  );
  const hour = day.filter(({ effect }) => at - effect!.at < hours(1));
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
  return leftAlone && wasEnrolled(story, life, stop) && hasBudget(story, life, at);
}
