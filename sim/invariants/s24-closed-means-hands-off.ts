import { OPT_IN_TAG } from '../../lambda/core/tags';
import { seconds } from '../../lambda/core/time';
import { concernedBy } from './deeds';
import type { Invariant, Violation } from './invariant';
import { staleBy, tagsAt, type Life } from './story';
import type { Instant } from '../../lambda/core/time';

/** A run that was under way may still act on what it read; no longer than the run may last. */
const ONE_RUN = seconds(20);

function handsOffSince(life: Life, at: Instant): Instant | undefined {
  const ended = life.states.find(({ to }) => to === 'shutting-down' || to === 'terminated')?.at;
  if (ended !== undefined && ended <= at) return ended;
  if (OPT_IN_TAG in tagsAt(life, at)) return undefined;
  const spans = life.tags.filter((span) => span.at <= at);
  const lastTagged = spans.findLastIndex(({ tags }) => OPT_IN_TAG in tags);
  return spans[lastTagged + 1]?.at;
}

/** The invariant S24; its rule says what must hold. */
export const S24: Invariant = {
  id: 'S24',
  rule: 'What is terminated or has lost its tag is not touched any more.',
  exercised: ({ lives, endsAt }) =>
    [...lives.values()].filter((life) => handsOffSince(life, endsAt) !== undefined).length,
  check: (story) =>
    story.requests
      .filter(({ call }) => call.service === 'ec2' || call.operation === 'SendCommand')
      .filter(({ call }) => !/^(Describe|Get)/.test(call.operation))
      .filter(({ call }) => !call.dryRun)
      .flatMap((request) =>
        concernedBy(request).flatMap((instanceId): readonly Violation[] => {
          const { call } = request;
          const life = story.lives.get(instanceId);
          const since = life === undefined ? undefined : handsOffSince(life, call.at);
          if (since === undefined) return [];
          // What EC2 does not show yet nobody can know; it refuses such a call.
          if (call.at - since <= ONE_RUN + staleBy(story, call.at)) return [];
          const text = `${call.operation} after it was terminated or left the watchdog's care`;
          return [{ invariant: 'S24', at: call.at, instanceId, text }];
        }),
      ),
};
