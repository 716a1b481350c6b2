import { OPERATOR_TAGS } from '../../lambda/core/tags';
import type { Instant } from '../../lambda/core/time';
import type { Invariant, Violation } from './invariant';
import { policyAt, stopAt, tagsAt, type Life, type Stop, type Story } from './story';

/** A game day's mark counts until its time, and for the stops of its role. */
function isGameDay(life: Life, stop: Stop): boolean {
  const mark = tagsAt(life, stop.beganAt)[OPERATOR_TAGS.gameDay] ?? '';
  const [until = '', role = ''] = mark.split(' ');
  return Date.parse(until) > stop.beganAt && role === stop.by.name;
}

/** A start that EC2 granted, and the stop that it ended. */
interface Started {
  readonly stop: Stop;
  readonly at: Instant;
}

function breach(story: Story, life: Life, started: Started): string | undefined {
  const { stop, at } = started;
  switch (stop.by.kind) {
    case 'aws':
      // Of an instance that was stopped before the run only S1 can judge.
      return undefined;
    case 'guest':
      return policyAt(story, life, at)?.onGuestShutdown === 'start'
        ? undefined
        : 'a guest shutdown that the policy leaves to a person';
    default:
      return isGameDay(life, stop) ? undefined : `a stop by ${stop.by.kind} ${stop.by.name}`;
  }
}

/** The invariant S7; its rule says what must hold. */
export const S7: Invariant = {
  id: 'S7',
  rule: 'A stop that a person or another automation asked for is never undone.',
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
