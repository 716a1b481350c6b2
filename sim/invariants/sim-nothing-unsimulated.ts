import type { Invariant } from './invariant';

/** Not the watchdog's duty but the simulator's: what it cannot do must never pass for done. */
export const SIM: Invariant = {
  id: 'SIM',
  rule: 'Nothing that the run asked for went beyond what is simulated.',
  exercised: (story) => story.requests.length,
  check: (story) =>
    story.facts.flatMap((fact) =>
      fact.kind === 'failure'
        ? [{ invariant: 'SIM', at: fact.at, instanceId: undefined, text: fact.text }]
        : [],
    ),
};
