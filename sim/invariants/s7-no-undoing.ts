import { after, seconds, type Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { markBreach } from './s29-game-day-mark';
import { policyAt, stopAt, type Life, type Stop, type Story } from './story';
import { toldOfWishAt } from './wishes';

/** What reached the queue is known to a run that begins then, and lasts no longer than this. */
const KNOWN_AFTER = seconds(20);

/** A start that EC2 granted, and the stop that it ended. */
interface Started {
  readonly stop: Stop;
  readonly at: Instant;
}

function breach(story: Story, life: Life, started: Started): string | undefined {
  const { stop, at } = started;
  switch (stop.by.kind) {
    case 'watchdog': {
      // What it stopped itself it must start again (S28), unless it knew that a person wants it so.
      const told = toldOfWishAt(story, stop);
      return told !== undefined && after(told, KNOWN_AFTER) < at
        ? 'a stop that somebody else had asked for too'
        : undefined;
    }
    case 'aws':
      // Of an instance that was stopped before the run only S1 can judge.
      return undefined;
    case 'guest':
      return policyAt(story, life, at)?.onGuestShutdown === 'start'
        ? undefined
        : 'a guest shutdown that the policy leaves to a person';
    default:
      return markBreach(life, stop) === undefined
        ? undefined
        : `a stop by ${stop.by.kind} ${stop.by.name}`;
  }
}

/** The invariant S7; its rule says what must hold. */
export const S7: Invariant = {
  id: 'S7',
  rule: 'A stop that a person or another automation asked for is never undone.',
  exercised: ({ stops }) =>
    stops.filter(({ by }) => by.kind !== 'aws' && by.kind !== 'watchdog').length,
  check: (story) =>
    story.starts.flatMap(({ effect }) =>
      (effect?.started ?? []).flatMap((instanceId): readonly Violation[] => {
        const life = story.lives.get(instanceId);
        const stop = stopAt(story, instanceId, effect!.at);
        if (life === undefined || stop === undefined) return [];
        const text = breach(story, life, { stop, at: effect!.at });
        return text === undefined
          ? []
          : [{ invariant: 'S7', at: effect!.at, instanceId, text: `Undid ${text}` }];
      }),
    ),
};
