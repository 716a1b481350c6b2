import { seconds, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { takedownDeeds } from './deeds';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import { faultyWithin, stopAt, type Story } from './story';

/** Starts that EC2 granted although the instance had been started in this stop already. */
function needlessStarts(story: Story): readonly Violation[] {
  const granted = new Map<string, number>();
  const unanswered = new Set<string>();
  return story.starts.flatMap(({ call, effect, answer }) => {
    if (effect?.code !== 'ok') return [];
    return call.instanceIds.flatMap((instanceId): readonly Violation[] => {
      const stop = stopAt(story, instanceId, call.at);
      const key = `${instanceId}/${stop?.beganAt}`;
      // After a start of which no answer came, asking again is all that can be done.
      if (unanswered.has(key)) return [];
      if (answer?.code !== 'ok') unanswered.add(key);
      const count = (granted.get(key) ?? 0) + 1;
      granted.set(key, count);
      // Two invocations may read `stopped` at the same time: the idempotent start may then be
      // sent by each, and by no third one.
      if (count <= story.deployed.maximumConcurrency) return [];
      const text = `Granted start number ${count} in one stop`;
      return [{ invariant: 'S15', at: effect.at, instanceId, text }];
    });
  });
}

/** The least that lies between two takedowns of one server, whatever its policy's cooldown. */
const APART = seconds(30);

/** The same server taken down again at once; only a stop that hangs is asked for once more. */
function doubleTakedowns(story: Story): readonly Violation[] {
  const last = new Map<string, Instant>();
  return takedownDeeds(story).flatMap((deed): readonly Violation[] => {
    const { instanceId, what, askedAt: at, request } = deed;
    // What another one's stop does not change at all was asked for twice.
    const isIdle = what === 'stop' && request.effect?.code === 'ok' && deed.doneAt === undefined;
    const before = last.get(instanceId);
    if (deed.doneAt !== undefined) last.set(instanceId, deed.doneAt);
    const isSoon = before !== undefined && at - before < APART;
    if (!isSoon && !isIdle) return [];
    const text = `A ${what} of what was just taken down`;
    return [{ invariant: 'S15', at, instanceId, text }];
  });
}

/** The same message of the same thread twice; SNS may repeat one only when its answer was lost. */
function repeatedMessages(story: Story): readonly Violation[] {
  const seen = new Map<string, number>();
  const messages = factsOf(story.facts, 'message');
  return messages.flatMap((message): readonly Violation[] => {
    const { incidentId, event, instanceId } = message.attributes;
    if (incidentId === undefined || event !== 'opened') return [];
    const count = (seen.get(incidentId) ?? 0) + 1;
    seen.set(incidentId, count);
    if (count === 1 || faultyWithin(story, [story.deployed.at, message.at])) return [];
    const text = `"opened" of ${incidentId} was sent ${count} times`;
    return [{ invariant: 'S15', at: message.at, instanceId, text }];
  });
}

/** Events that reached a queue more than once. */
function doubled(facts: Story['facts']): readonly string[] {
  const ids = factsOf(facts, 'delivered').map(({ eventId }) => eventId);
  return [...grouped(ids, (id) => id)].flatMap(([id, times]) => (times.length > 1 ? [id] : []));
}

/** The invariant S15; its rule says what must hold. */
export const S15: Invariant = {
  id: 'S15',
  rule: 'A duplicate never adds a mutation, nor a second page.',
  exercised: ({ facts }) => [...doubled(facts)].length,
  check: (story) => [
    ...needlessStarts(story),
    ...doubleTakedowns(story),
    ...repeatedMessages(story),
  ],
};
