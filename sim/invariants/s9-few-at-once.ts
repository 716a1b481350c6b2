import { OPT_IN_TAG } from '../../lambda/core/tags';
import { seconds, type Instant } from '../../lambda/core/time';
import { factsOf } from '../history';
import { takenFromRunning, type TakedownDeed } from './deeds';
import { managedAt } from './fleet-state';
import { grouped } from './grouped';
import type { Invariant, Violation } from './invariant';
import type { Story } from './story';

/** A server that has not ceased to serve by then was not taken down: nobody heard the command. */
const FALLS_WITHIN = seconds(60);

/** A server that the watchdog took down, and until when. */
interface Down {
  readonly instanceId: string;
  readonly from: Instant;
  readonly to: number;
}

/** The first of the moments after `from`; never, when there is none. */
const firstAfter = (moments: readonly Instant[], from: Instant): number =>
  moments.find((at) => at > from) ?? Infinity;

/** When the workload began, or ceased, to serve. */
function servingMoments(story: Story, instanceId: string) {
  const all = factsOf(story.facts, 'serving').filter((fact) => fact.instanceId === instanceId);
  const at = (serving: boolean): readonly Instant[] =>
    all.filter((fact) => fact.serving === serving).map((fact) => fact.at);
  return { begins: at(true), ceases: at(false), all };
}

/** When it is over or in other hands: a person is called, stops, starts or ends it, untags it. */
function otherHands(story: Story, instanceId: string): readonly Instant[] {
  // The page itself may be one line of a storm's message, which has a time of its own; and what is
  // dead in a way that no check of its policy sees is over when the checks say so (S19).
  const pages = factsOf(story.facts, 'log').filter(
    ({ message, fields }) =>
      message === 'decision' &&
      (fields['decision'] === 'escalate' || fields['decision'] === 'resolve') &&
      fields['instanceId'] === instanceId,
  );
  const served = factsOf(story.facts, 'message').filter(
    ({ attributes }) =>
      attributes['event'] === 'serving' && attributes['instanceId'] === instanceId,
  );
  const states = story.lives.get(instanceId)?.states ?? [];
  const ended = states.filter(
    ({ to, by }) => to === 'shutting-down' || !['aws', 'watchdog'].includes(by.kind),
  );
  const left = (story.lives.get(instanceId)?.tags ?? []).filter(
    ({ tags }) => !(OPT_IN_TAG in tags),
  );
  return [...pages, ...served, ...ended, ...left]
    .map(({ at }) => at)
    .toSorted((one, other) => one - other);
}

function downsOf(
  story: Story,
  instanceId: string,
  deeds: readonly TakedownDeed[],
): readonly Down[] {
  const { begins, ceases, all } = servingMoments(story, instanceId);
  const hands = otherHands(story, instanceId);
  return deeds.flatMap(({ doneAt: from }): readonly Down[] => {
    if (from === undefined) return [];
    const served = all.findLast(({ at }) => at < from)?.serving ?? true;
    const falls = ceases.some((at) => at >= from && at - from <= FALLS_WITHIN);
    if (served && !falls) return [];
    return [{ instanceId, from, to: Math.min(firstAfter(begins, from), firstAfter(hands, from)) }];
  });
}

/** The deployed limits; the settings' own defaults where the environment names none. */
function limitAt(story: Story, at: Instant): number {
  const { TAKEDOWN_PERCENT: percent, TAKEDOWN_MOST: most } = story.deployed.environment;
  const share = Math.floor((managedAt(story, at).length * Number(percent || 10)) / 100);
  return Math.max(1, Math.min(Number(most || 5), share));
}

/** The invariant S9; its rule says what must hold. */
export const S9: Invariant = {
  id: 'S9',
  rule: "No more servers are under takedown at once than the fleet's budget allows.",
  exercised: (story) => takenFromRunning(story).length,
  check(story) {
    const deeds = grouped(takenFromRunning(story), ({ instanceId }) => instanceId);
    const downs = [...deeds].flatMap(([id, own]) => downsOf(story, id, own));
    return downs.flatMap(({ from, instanceId }): readonly Violation[] => {
      const others = downs.filter((down) => down.from <= from && down.to > from);
      const count = new Set(others.map((down) => down.instanceId)).size;
      const limit = limitAt(story, from);
      if (count <= limit) return [];
      const text = `${count} servers are under takedown at once (allowed: ${limit})`;
      return [{ invariant: 'S9', at: from, instanceId, text }];
    });
  },
};
