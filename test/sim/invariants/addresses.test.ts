import { breachesOf } from './breaches';
import { ANA, HandMade, POD, otherPod } from './hand-made';

const ALLOCATION = 'eipalloc-0abc';
const POLICIES = { livechat: { reassociateAddress: true } };

interface Case {
  readonly id: 'S3' | 'S13' | 'S18';
  readonly what: string;
  readonly good: HandMade;
  readonly bad: HandMade;
}

/** From then on the address is with this instance, or with none. */
const isWith = (history: HandMade, seconds: number, instanceId?: string): HandMade =>
  history.add(seconds, {
    kind: 'address',
    allocationId: ALLOCATION,
    publicIp: '198.51.100.23',
    instanceId,
  });

interface Association {
  readonly read?: 'running' | 'pending';
  readonly recorded?: boolean;
  readonly checks?: boolean;
}

/** The watchdog reads the server, records what it means to do, and associates the address. */
function associates(history: HandMade, seconds: number, how: Association = {}): HandMade {
  const { read = 'running', recorded = true, checks = true } = how;
  history.reads(seconds - 3, read, 9);
  if (checks) history.readsChecks(seconds - 3, 9);
  if (recorded) history.writes(seconds - 1, { invocation: 9 });
  const associated = { allocationId: ALLOCATION, instanceId: POD };
  history.call(seconds, 'AssociateAddress', { invocation: 9, effect: { associated } });
  return history.writes(seconds + 1, { invocation: 9 });
}

/** It had the address, and lost it at the stop. */
function lost(policies: object = POLICIES): HandMade {
  const history = new HandMade(policies).instance().others(1);
  isWith(history, 0, POD);
  return isWith(history.stops(100), 105).reads(109, 'stopped').starts(110);
}

const CASES: readonly Case[] = [
  {
    id: 'S3',
    what: 'an address that another server had last',
    good: associates(lost(), 140),
    bad: associates(isWith(isWith(lost(), 120, otherPod(1)), 130), 140),
  },
  {
    id: 'S3',
    what: 'an address that somebody else has',
    good: associates(isWith(lost(), 120, POD), 140),
    bad: associates(isWith(lost(), 120, otherPod(1)), 140),
  },
  {
    id: 'S3',
    what: 'an address that nobody ever had',
    good: associates(lost(), 140),
    bad: associates(isWith(new HandMade(POLICIES).instance(), 0), 140),
  },
  {
    id: 'S3',
    what: 'a server that was not read as running',
    good: associates(lost(), 140),
    bad: associates(lost(), 140, { read: 'pending' }),
  },
  {
    id: 'S3',
    what: 'a policy that leaves it to a person',
    good: associates(lost(), 140),
    bad: associates(lost({ livechat: {} }), 140),
  },
  {
    id: 'S18',
    what: 'an association without a recorded intent',
    good: associates(lost(), 140),
    bad: associates(lost(), 140, { recorded: false }),
  },
  {
    id: 'S13',
    what: 'an association without a read of the checks',
    good: associates(lost(), 140),
    bad: associates(lost(), 140, { checks: false }),
  },
];

describe.each(CASES)('$id notices $what', ({ id, good, bad }) => {
  it('and has nothing against the same done well', () => {
    expect(breachesOf(id, good)).toEqual([]);
  });

  it('when it happens', () => {
    expect(breachesOf(id, bad).length).toBeGreaterThan(0);
  });
});

it('a person may associate whatever they want', () => {
  const history = isWith(lost(), 120, otherPod(1));
  history.state(130, ['running', 'stopping'], { by: ANA });
  expect(breachesOf('S3', history)).toEqual([]);
});
