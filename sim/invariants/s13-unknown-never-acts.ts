import { deedsOf, stateRead, statusReadBefore, type Deed } from './deeds';
import type { Invariant, Violation } from './invariant';
import type { Story } from './story';

/** What must have been read as what, before each deed. */
const STATES: Readonly<Record<Deed['what'], readonly string[]>> = {
  start: ['stopped'],
  'change-type': ['stopped'],
  stop: ['running', 'stopping'],
  reboot: ['running'],
  'restart-service': ['running'],
  'associate-address': ['running'],
};

function breach(story: Story, deed: Deed): string | undefined {
  const state = stateRead(story, deed);
  if (state === undefined) return 'asked without a successful read in this invocation';
  // That a start is of what was read as stopped is S1's business.
  if (deed.what === 'start') return undefined;
  if (!STATES[deed.what].includes(state)) return `asked of what was read as ${state}`;
  const needsChecks = state === 'running';
  return needsChecks && statusReadBefore(story, deed) === undefined
    ? 'asked without a successful read of the checks in this invocation'
    : undefined;
}

/** S13 and S14. */
export const S13: Invariant = {
  id: 'S13',
  rule: 'Every act rests on successful reads of its own invocation; an event alone never acts.',
  exercised: ({ requests }) =>
    requests.filter(
      ({ call, answer }) => call.operation.startsWith('Describe') && answer?.code !== 'ok',
    ).length,
  check: (story) =>
    deedsOf(story).flatMap((deed): readonly Violation[] => {
      const text = breach(story, deed);
      const { what, instanceId, askedAt: at } = deed;
      if (text === undefined) return [];
      return [{ invariant: 'S13', at, instanceId, text: `A ${what} ${text}` }];
    }),
};
