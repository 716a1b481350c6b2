import type { Invariant, Violation } from './invariant';
import { lastRead } from './story';

/** S13 and S14. */
export const S13: Invariant = {
  id: 'S13',
  rule: 'Every start rests on a successful read of its own invocation; an event alone never acts.',
  check: (story) =>
    story.starts.flatMap(({ call }) =>
      call.instanceIds.flatMap((instanceId): readonly Violation[] => {
        const { invocation, at } = call;
        if (lastRead(story, { invocation, instanceId, before: at }) !== undefined) return [];
        const text = 'Start asked without a successful read in this invocation';
        return [{ invariant: 'S13', at, instanceId, text }];
      }),
    ),
};
