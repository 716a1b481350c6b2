import { OPT_IN_TAG } from '../../lambda/core/tags';
import { between, minutes } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { lastRead, stopAt, tagsAt, type Life, type Request, type Story } from './story';

/** A stop event of this age still speaks for itself, though nobody saw the server ready before. */
const FRESH = minutes(5);

/** It was read as running, with its tag on, before this stop began. */
function seenServing(story: Story, life: Life, before: number): boolean {
  return story.requests.some(
    ({ effect }) =>
      effect !== undefined &&
      effect.at < before &&
      OPT_IN_TAG in tagsAt(life, effect.at) &&
      effect.read.some(([id, state]) => id === life.fact.instanceId && state === 'running'),
  );
}

function breach(story: Story, { call }: Request, instanceId: string): string | undefined {
  const { invocation, at: before } = call;
  const read = lastRead(story, { invocation, instanceId, before });
  if (read?.state !== 'stopped') return `read as ${read?.state ?? 'nothing'}`;
  const life = story.lives.get(instanceId);
  if (life === undefined) return 'unknown to the account';
  if (!(OPT_IN_TAG in tagsAt(life, read.readAt))) return 'without its opt-in tag';
  const stop = stopAt(story, instanceId, before);
  const beganAt = stop?.beganAt ?? before;
  const wasThere = life.fact.state === 'stopped' && stop?.beganAt === life.fact.at;
  // A stop of the watchdog's own is ended however long it took, and though it is paused (S28).
  if (stop?.by.kind === 'watchdog') return undefined;
  if (!wasThere && between(beganAt, before) < FRESH) return undefined;
  return seenServing(story, life, beganAt) ? undefined : 'never seen serving, and an old stop';
}

/** The invariant S1; its rule says what must hold. */
export const S1: Invariant = {
  id: 'S1',
  rule: 'Only what was read as stopped, is tagged and was seen ready or stopping is started.',
  exercised: ({ starts }) => starts.flatMap(({ call }) => call.instanceIds).length,
  check: (story) =>
    story.starts.flatMap((request) =>
      request.call.instanceIds.flatMap((instanceId): readonly Violation[] => {
        const text = breach(story, request, instanceId);
        return text === undefined
          ? []
          : [{ invariant: 'S1', at: request.call.at, instanceId, text: `Start asked: ${text}` }];
      }),
    ),
};
