import type { Invariant } from './invariant';

const DESTROYS = /^(Terminate|Delete|Release|Deregister|Detach|Disassociate)/;

/** The invariant S4; its rule says what must hold. */
export const S4: Invariant = {
  id: 'S4',
  rule: 'No instance is terminated, no volume or snapshot deleted, no address released.',
  exercised: ({ requests }) => requests.filter(({ call }) => call.service === 'ec2').length,
  check: (story) => [
    ...story.requests
      .filter(({ call }) => DESTROYS.test(call.operation))
      .map(({ call }) => ({
        invariant: 'S4',
        at: call.at,
        instanceId: call.instanceIds[0],
        text: `${call.operation} was sent`,
      })),
    ...[...story.lives.values()].flatMap(({ states }) =>
      states
        .filter(({ to, by }) => to === 'shutting-down' && by.kind === 'watchdog')
        .map(({ at, instanceId }) => ({
          invariant: 'S4',
          at,
          instanceId,
          text: 'The watchdog terminated it',
        })),
    ),
  ],
};
