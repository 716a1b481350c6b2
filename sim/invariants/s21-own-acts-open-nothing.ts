import { factsOf, type CheckFact } from '../history';
import { minutes, type Instant } from '../../lambda/core/time';
import { deedsOf, takedownDeeds } from './deeds';
import { isToBeMoved } from './announced';
import type { Invariant, Violation } from './invariant';
import type { Dated, Life, Story } from './story';

/** A reboot or a restart of the service of the watchdog's own fails a check for so long. */
const OWN_DOING = minutes(5);

/** A check that fails right after an act of the watchdog's, and passes again by itself. */
function isOwnDoing(story: Story, { instanceId, check, at }: Dated<CheckFact>): boolean {
  const follows = takedownDeeds(story).some(
    (deed) =>
      deed.instanceId === instanceId &&
      deed.doneAt !== undefined &&
      deed.doneAt <= at &&
      at - deed.doneAt < OWN_DOING,
  );
  const passesAgain = factsOf(story.facts, 'check').some(
    (later) =>
      later.instanceId === instanceId &&
      later.check === check &&
      later.status === 'ok' &&
      later.at > at &&
      later.at - at < OWN_DOING,
  );
  return follows && passesAgain;
}

type Span = readonly [Instant, Instant];

/** It served no more, and not by an act of the watchdog's: what an owner's alarm may tell of. */
function ceasedToServe(story: Story, instanceId: string, [from, to]: Span): boolean {
  const acts = takedownDeeds(story).filter((deed) => deed.instanceId === instanceId);
  return factsOf(story.facts, 'serving').some(
    ({ instanceId: id, serving, at }) =>
      id === instanceId &&
      !serving &&
      at >= from &&
      at <= to &&
      !acts.some(({ doneAt }) => doneAt !== undefined && doneAt <= at && at - doneAt < OWN_DOING),
  );
}

/** Something was wrong with the instance, other than what the watchdog did, since the last time. */
function hadTrouble(story: Story, life: Life, span: Span): boolean {
  const [from, to] = span;
  const { instanceId, state } = life.fact;
  const inSpan = ({ at }: { readonly at: Instant }): boolean => at >= from && at <= to;
  const initially = life.fact.at >= from && state !== 'running';
  const stopped = life.states.some(
    (change) =>
      inSpan(change) &&
      change.by.kind !== 'watchdog' &&
      ['stopping', 'stopped', 'shutting-down', 'terminated'].includes(change.to),
  );
  const impaired = factsOf(story.facts, 'check').some(
    (check) =>
      check.instanceId === instanceId &&
      check.status === 'impaired' &&
      inSpan(check) &&
      !isOwnDoing(story, check),
  );
  const hinted = factsOf(story.facts, 'event').some(
    (event) =>
      event.instanceIds.includes(instanceId) && event.source !== 'aws.ec2' && inSpan(event),
  );
  return initially || stopped || ceasedToServe(story, instanceId, span) || impaired || hinted;
}

/** The invariant S21; its rule says what must hold. */
export const S21: Invariant = {
  id: 'S21',
  rule: "The watchdog's own stops, starts, reboots and tags never open an incident.",
  exercised: (story) => deedsOf(story).filter(({ doneAt }) => doneAt !== undefined).length,
  check(story) {
    const last = new Map<string, Instant>();
    const told = new Set<string>();
    return factsOf(story.facts, 'message').flatMap(({ at, attributes }): readonly Violation[] => {
      const { event, instanceId = '', incidentId = '' } = attributes;
      const life = story.lives.get(instanceId);
      if (event !== 'opened' || life === undefined) return [];
      // The same incident told once more (a lost write) is not another one.
      if (told.has(incidentId)) return [];
      told.add(incidentId);
      const from = last.get(instanceId) ?? life.fact.at;
      last.set(instanceId, at);
      if (hadTrouble(story, life, [from, at]) || isToBeMoved(story, life, at)) return [];
      const text = 'An incident was opened though nobody but the watchdog did anything';
      return [{ invariant: 'S21', at, instanceId, text }];
    });
  },
};
