import { FakeWorld, idOf, isFirst, stoppedPod } from './fake-ports';
import { illPod, isWell, runningPod, stopsAfter, sweepAfter, tickAfter } from './ill-pods';
import { sweepMessage } from './messages';
import { aTakedown, anIncident, at, impaired } from '../core/builders';

const POD = idOf(23);
const NO_CAPACITY = { kind: 'no-capacity', code: 'InsufficientInstanceCapacity' } as const;
const PROOF = {
  ladders: { 'system-impaired': [{ remediation: 'stop-start', requires: ['capacity-proof'] }] },
};

/** Server 23, ill, under a policy that wants its way back proved before it is stopped. */
function ill(policy: object = PROOF): FakeWorld {
  const world = new FakeWorld({ livechat: policy });
  for (let index = 1; index <= 10; index += 1) world.add(runningPod(index));
  world.add(illPod(23, { hardware: HARDWARE }));
  return world;
}

const HARDWARE = {
  architecture: 'x86_64',
  virtualization: 'hvm',
  ena: true,
  networkInterfaces: 1,
  addressesPerInterface: 1,
  platform: 'Linux/UNIX',
};

/** The calls about capacity, stops and starts, in their order. */
const acts = ({ journal }: FakeWorld): readonly string[] =>
  journal.lines.filter((line) => ['reserve', 'stop', 'start', 'release'].includes(line));

describe('a proof that there is a way back', () => {
  it('is held before the stop, given up right before the start that is to find it', async () => {
    const world = ill();
    await sweepAfter(world, 0);
    expect(acts(world)).toEqual(['reserve']);
    await tickAfter(world, 4);
    await stopsAfter(world, 30);
    expect(acts(world)).toEqual(['reserve', 'stop', 'release', 'start']);
    const { lines } = world.journal;
    expect(lines.indexOf('release answered')).toBeLessThan(lines.indexOf('start'));
    expect(new Set(world.capacity.released).size).toBe(1);
  });

  it('is asked for this very type and zone, and ends by itself', async () => {
    const world = ill();
    await sweepAfter(world, 0);
    expect(world.capacity.requests).toEqual([
      {
        instanceId: POD,
        instanceType: 'm6i.large',
        zone: 'us-east-1b',
        platform: 'Linux/UNIX',
        tenancy: undefined,
        until: 1722525009000,
        token: `${POD}-1722514209000`,
      },
    ]);
  });

  it('costs no slot: only the stop does', async () => {
    const world = ill();
    await sweepAfter(world, 0);
    expect(world.store.takedownVersion).toBe(0);
    await tickAfter(world, 4);
    expect(world.store.takedownVersion).toBe(1);
  });

  it.each([
    NO_CAPACITY,
    { kind: 'refused', code: 'UnauthorizedOperation', message: 'no' },
  ] as const)('that is refused means no stop, and is told once ($kind)', async (outcome) => {
    const world = ill();
    world.capacity.reserveOutcomes.set(POD, outcome);
    await sweepAfter(world, 0);
    for (let count = 0; count < 30; count += 1) await tickAfter(world, 60);
    expect(world.ec2.stops).toEqual([]);
    const pages = world.sent
      .filter(isFirst)
      .filter(({ attributes }) => attributes['severity'] === 'critical');
    expect(pages).toHaveLength(1);
    expect(pages[0]?.email).toContain('no-way-back');
  });

  it('that is granted at last lets it be stopped', async () => {
    const world = ill();
    world.capacity.reserveOutcomes.set(POD, NO_CAPACITY);
    await sweepAfter(world, 0);
    world.capacity.reserveOutcomes.clear();
    for (let count = 0; count < 20; count += 1) await tickAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('is not asked for where something else speaks against the stop', async () => {
    const world = ill();
    const reads = { stopProtection: true, hasInstanceStore: false, awsRecovers: false };
    world.ec2.reads.set(POD, reads);
    await sweepAfter(world, 0);
    expect(acts(world)).toEqual([]);
  });

  it('is not asked for where the policy does not want it', async () => {
    const world = ill({});
    await sweepAfter(world, 0);
    expect(acts(world)).toEqual(['stop']);
  });

  it('is given back where the server is well before it was stopped', async () => {
    const world = ill();
    await sweepAfter(world, 0);
    isWell(world, 23);
    for (let count = 0; count < 4; count += 1) await tickAfter(world, 60);
    expect(acts(world)).toEqual(['reserve', 'release']);
  });

  it('that cannot be given back is logged; the incident ends all the same', async () => {
    const world = ill();
    world.capacity.releaseOutcome = { kind: 'unavailable', code: 'InternalError' };
    await sweepAfter(world, 0);
    isWell(world, 23);
    for (let count = 0; count < 4; count += 1) await tickAfter(world, 60);
    expect(world.record(POD).incident).toBeUndefined();
    expect(world.logs.map(({ message }) => message)).toContain(
      'reservation not given back; it ends by itself',
    );
    // Why this? It was forgotten, and paid for until EC2 ended it.
    expect(world.record(POD).unreleased).toHaveLength(1);
    world.capacity.releaseOutcome = { kind: 'accepted' };
    const before = world.capacity.released.length;
    for (let count = 0; count < 3; count += 1) await sweepAfter(world, 60);
    expect(world.capacity.released).toHaveLength(before + 1);
    expect(world.record(POD).unreleased).toBeUndefined();
  });

  it('that AWS does not let us give back is NOT asked for again and again', async () => {
    const world = ill();
    world.capacity.releaseOutcome = { kind: 'refused', code: 'UnauthorizedOperation', message: '' };
    await sweepAfter(world, 0);
    isWell(world, 23);
    for (let count = 0; count < 4; count += 1) await sweepAfter(world, 60);
    expect(world.capacity.released).toHaveLength(1);
  });

  it('is given back where something objects to the stop for long, and asked for anew', async () => {
    const world = ill();
    await sweepAfter(world, 0);
    world.ec2.change(POD, { tags: { watchdog: 'livechat', 'watchdog:hold': 'wait' } });
    for (let count = 0; count < 14; count += 1) await tickAfter(world, 60);
    expect(acts(world)).toEqual(['reserve']);
    for (let count = 0; count < 10; count += 1) await sweepAfter(world, 60);
    expect(acts(world)).toEqual(['reserve', 'release']);
    world.ec2.change(POD, { tags: { watchdog: 'livechat' } });
    for (let count = 0; count < 2; count += 1) await sweepAfter(world, 60);
    expect(acts(world)).toEqual(['reserve', 'release', 'reserve', 'stop']);
  });

  // Why this test? Of ten that waited for one slot each held a place, and was paid for.
  it('is asked for one after the other, as slots are free', async () => {
    const world = new FakeWorld({ livechat: PROOF });
    for (let index = 1; index <= 8; index += 1) {
      world.add(
        illPod(index, { hardware: HARDWARE, zone: `us-east-1${'abcd'.charAt(index % 4)}` }),
      );
      world.add(runningPod(index + 20, { zone: `us-east-1${'abcd'.charAt(index % 4)}` }));
    }
    await sweepAfter(world, 0);
    expect(acts(world)).toEqual(['reserve']);
    await tickAfter(world, 4);
    await tickAfter(world, 4);
    expect(acts(world)).toEqual(['reserve', 'stop']);
  });

  it('whose Lambda died is asked for again by the same token, and only then stopped', async () => {
    const world = ill();
    await world.runAndDie('reserve', 'before-effect', sweepMessage(world.clock.now()));
    for (let count = 0; count < 5; count += 1) await tickAfter(world, 15);
    expect(acts(world)).toEqual(['reserve', 'reserve', 'stop']);
    expect(new Set(world.capacity.requests.map(({ token }) => token)).size).toBe(1);
  });
});

describe('a start into its place', () => {
  /** Three servers that are stopped by us, each with a place that is held for it. */
  function three(): FakeWorld {
    const world = new FakeWorld({ livechat: PROOF });
    for (const index of [1, 2, 3]) {
      world.add(
        stoppedPod(index, {
          hardware: HARDWARE,
          stateReason: { code: 'Client.UserInitiatedShutdown', message: '' },
        }),
        { incident: ownStop(index) },
      );
    }
    return world;
  }

  const ownStop = (index: number) =>
    anIncident({
      id: `pod-${index}-20240801-1205-000${index}`,
      condition: 'impaired',
      progress: { kind: 'down', since: at(-10) },
      attempts: [
        {
          remediation: 'reserve-capacity',
          reason: 'prove-capacity',
          at: at(-16),
          outcome: { kind: 'accepted', at: at(-16), id: `cr-${index}` },
          detail: 'm6i.large',
        },
        aTakedown('stop-start', at(-12)),
      ],
    });
  const started = ({ ec2 }: FakeWorld): readonly string[] => ec2.starts.flat();

  // Why this test? Our own rate allowed five releases, and the others were started without a place.
  it('waits where our own rate kept the place from being given up', async () => {
    const world = three();
    world.capacity.nextReleases.push({ kind: 'accepted' }, { kind: 'not-asked' });
    await sweepAfter(world, 0);
    expect(started(world)).toEqual([idOf(1), idOf(3)]);
    expect(world.record(idOf(2)).incident?.attempts).toHaveLength(2);
    await tickAfter(world, 4);
    expect(started(world)).toEqual([idOf(1), idOf(3), idOf(2)]);
    expect(world.capacity.released).toEqual(['cr-1', 'cr-2', 'cr-3', 'cr-2']);
  });

  it('is made beside the place where EC2 does not give it up, which is tried again', async () => {
    const world = three();
    world.capacity.nextReleases.push({ kind: 'unavailable', code: 'InternalError' });
    world.ec2.outcomes.set(idOf(1), NO_CAPACITY);
    await sweepAfter(world, 0);
    expect(started(world)).toContain(idOf(1));
    world.ec2.outcomes.clear();
    for (let count = 0; count < 4; count += 1) await tickAfter(world, 15);
    expect(world.capacity.released.filter((id) => id === 'cr-1')).toHaveLength(2);
    expect(started(world).filter((id) => id === idOf(1))).toHaveLength(2);
  });
});

describe('what EC2 said of capacity', () => {
  it('is remembered when the incident has ended: the next server is NOT stopped for it', async () => {
    const world = new FakeWorld();
    for (let index = 1; index <= 10; index += 1) world.add(runningPod(index));
    world.add(stoppedPod(23));
    world.ec2.outcomes.set(POD, NO_CAPACITY);
    await sweepAfter(world, 0);
    world.ec2.outcomes.clear();
    for (let count = 0; count < 3; count += 1) await tickAfter(world, 20);
    isWell(world, 23);
    for (let count = 0; count < 5; count += 1) await sweepAfter(world, 60);
    expect(world.record(POD).incident).toBeUndefined();
    world.ec2.change(idOf(1), { checks: impaired(world.clock.now()) });
    for (let count = 0; count < 10; count += 1) await sweepAfter(world, 60);
    expect(world.ec2.stops).toEqual([]);
    expect(world.sent.map(({ email }) => email).join('\n')).toContain('no-way-back');
    for (let count = 0; count < 25; count += 1) await sweepAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(1);
  });
});

describe('a place for a server that has no capacity', () => {
  const LADDER = [{ remediation: 'reserve-capacity', tolerationSeconds: 60 }];

  function short(): FakeWorld {
    const world = new FakeWorld({ livechat: { ladders: { 'no-capacity': LADDER } } });
    world.add(stoppedPod(23, { hardware: HARDWARE }));
    world.ec2.outcomes.set(POD, NO_CAPACITY);
    return world;
  }

  it('is asked for by turns with the start, given up right before the start that takes it', async () => {
    const world = short();
    world.capacity.reserveOutcomes.set(POD, NO_CAPACITY);
    await sweepAfter(world, 0);
    for (let count = 0; count < 10; count += 1) await tickAfter(world, 60);
    expect(acts(world)).toContain('reserve');
    expect(world.capacity.released).toEqual([]);
    world.capacity.reserveOutcomes.clear();
    world.journal.lines.length = 0;
    for (let count = 0; count < 10; count += 1) await tickAfter(world, 60);
    const [first, second, third] = acts(world).slice(acts(world).lastIndexOf('reserve'));
    expect([first, second, third]).toEqual(['reserve', 'release', 'start']);
  });

  it('is not asked for where the policy lists nothing', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.ec2.outcomes.set(POD, NO_CAPACITY);
    await sweepAfter(world, 0);
    for (let count = 0; count < 10; count += 1) await tickAfter(world, 60);
    expect(world.capacity.requests).toEqual([]);
  });
});
