import { OPERATOR_TAGS } from '../../lambda/core/tags';
import {
  after,
  before,
  between,
  minutes,
  parseInstant,
  seconds,
  type Instant,
} from '../../lambda/core/time';
import { factsOf, type FactOf } from '../history';
import { grouped } from './grouped';
import { happenedTo, hookSendsOf, isOfOutage, type HookSend } from './hook-sends';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, tagsAt, type Story } from './story';

const BEGINS_WITHIN = seconds(5);
/** What the server says of itself is the proof when both are of the same moment. */
const SAME_MOMENT = seconds(2);
/** Systems Manager is asked at the deadline, and may be slow to answer; then the next look. */
const TOLD_WITHIN = minutes(4);

/** A storm has one thread for all, and an update each five minutes. */
const TOLD_IN_STORM_WITHIN = minutes(10);

const isOfStorm = (
  { at, attributes }: FactOf<'message'>,
  [from, to]: readonly [from: Instant, to: Instant],
): boolean => attributes['event'] === 'storm' && at >= before(from, minutes(10)) && at <= to;

/** When the server's own word that it serves reached the queue. */
function readyWords(story: Story, instanceId: string): readonly { sentAt: Instant; at: Instant }[] {
  const delivered = new Map(
    factsOf(story.facts, 'delivered').map(({ eventId, at }) => [eventId, at] as const),
  );
  return factsOf(story.facts, 'event')
    .filter(
      ({ source, instanceIds }) => source === 'watchdog.server' && instanceIds.includes(instanceId),
    )
    .flatMap(({ eventId, at: sentAt }) => {
      const at = delivered.get(eventId);
      return at === undefined ? [] : [{ sentAt, at }];
    });
}

/** The first hooks after an outage begin within seconds of the proof that the server serves. */
function lateBeginnings(story: Story, works: readonly HookSend[]): readonly Violation[] {
  return works.flatMap(({ at, instanceId, key, hook, window }): readonly Violation[] => {
    const good = parseInstant(window[2]);
    if (hook?.on !== 'serving' || hook.after !== undefined || good === undefined) return [];
    const word = readyWords(story, instanceId).find(
      ({ sentAt }) => Math.abs(between(sentAt, good)) <= SAME_MOMENT,
    );
    if (word === undefined || between(word.at, at) <= BEGINS_WITHIN) return [];
    if (isHeld(story, instanceId, at) || faultyWithin(story, [word.sentAt, at])) return [];
    const late = Math.round(between(word.at, at) / 1_000);
    const text = `${key} began ${late} s after the server had said that it serves`;
    return [{ invariant: 'L9', at, instanceId, text }];
  });
}

function isHeld(story: Story, instanceId: string, at: Instant): boolean {
  const life = story.lives.get(instanceId);
  if (life === undefined) return false;
  return (
    life.tags.some(
      ({ at: since, tags }) =>
        since <= at && (OPERATOR_TAGS.hold in tags || OPERATOR_TAGS.pauseUntil in tags),
    ) || !('watchdog' in tagsAt(life, at))
  );
}

/** Whether whoever did the work said in time that it is done, heard or not. */
function isDone(story: Story, { key, hook, instanceId, at }: HookSend, until: Instant): boolean {
  const said = factsOf(story.facts, 'hook-word').some(
    (word) => word.key === key && word.status === 'done' && word.at <= until,
  );
  if (said || hook?.kind !== 'ssm') return said;
  const name = hook.document.slice(hook.document.lastIndexOf('/') + 1);
  return factsOf(story.facts, 'command').some(
    (fact) =>
      fact.instanceId === instanceId &&
      fact.document === name &&
      fact.status === 'Success' &&
      fact.at >= at &&
      fact.at <= until,
  );
}

/** Work that was not done by its deadline, and of which nobody heard. */
function untold(story: Story, works: readonly HookSend[]): readonly Violation[] {
  const messages = factsOf(story.facts, 'message');
  return works.flatMap((send): readonly Violation[] => {
    const { at, instanceId, incidentId, key, name, hook } = send;
    if (hook === undefined || !isOfOutage(send)) return [];
    const deadline = after(at, hook.deadline);
    const isStorm = messages.some((message) => isOfStorm(message, [at, deadline]));
    const until = after(deadline, isStorm ? TOLD_IN_STORM_WITHIN : TOLD_WITHIN);
    if (story.endsAt < until || isDone(story, send, deadline)) return [];
    const isTold = messages.some((message) => {
      if (message.at < at || message.at > until) return false;
      const lines = message.email.split('\n').filter((line) => line.includes(`hook ${name} `));
      return message.attributes['incidentId'] === incidentId
        ? lines.length > 0
        : lines.some((line) => line.includes(instanceId));
    });
    if (isTold || happenedTo(story, instanceId, [at, until])) return [];
    if (faultyWithin(story, [deadline, until])) return [];
    const text = `${key} was not done by its deadline, and nobody was told`;
    return [{ invariant: 'L9', at: until, instanceId, text }];
  });
}

/** The invariant L9; its rule says what must hold. */
export const L9: Invariant = {
  id: 'L9',
  rule:
    'Once it serves the hooks begin within 5 s; what did not end by its deadline is told within ' +
    'minutes.',
  exercised: (story) => hookSendsOf(story).length,
  check(story) {
    const firsts = [...grouped(hookSendsOf(story), ({ key }) => key).values()].flatMap(
      ([first]) => first ?? [],
    );
    return [...lateBeginnings(story, firsts), ...untold(story, firsts)];
  },
};
