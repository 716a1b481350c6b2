import { OPT_IN_TAG } from '../../lambda/core/tags';
import type { Invariant, Violation } from './invariant';
import { tagsAt } from './story';

/** The invariant S12; its rule says what must hold. */
export const S12: Invariant = {
  id: 'S12',
  rule: 'An empty selector or a configuration that does not parse means no action, never "all".',
  exercised: ({ requests }) =>
    requests.filter(
      ({ call, effect }) => call.operation === 'DescribeInstances' && effect?.read.length === 0,
    ).length,
  check: (story) =>
    story.starts.flatMap(({ call }): readonly Violation[] => {
      const violation = (text: string, instanceId?: string): Violation => ({
        invariant: 'S12',
        at: call.at,
        instanceId,
        text,
      });
      if (call.instanceIds.length === 0) return [violation('A start that names no instance')];
      if (story.policies.size === 0) return [violation('A start without any valid policy')];
      return call.instanceIds
        .filter((id) => {
          const life = story.lives.get(id);
          const everTagged = life?.tags.some(({ tags }) => OPT_IN_TAG in tags) ?? false;
          return life === undefined || (!everTagged && !(OPT_IN_TAG in tagsAt(life, call.at)));
        })
        .map((id) => violation('A start of an instance that never carried the tag', id));
    }),
};
