import { hours, minutes } from '../../lambda/core/time';
import { anIncident, at, BOOT, ENROLLED, impaired } from '../core/builders';
import { FakeWorld, idOf } from './fake-ports';
import { actsOf, illPod, isWell, runningPod, stopsAfter, sweepAfter, tickAfter } from './ill-pods';
import { sweepMessage } from './messages';

/** So few in each zone that the zone itself is not suspected. */
const zoneOf = (index: number): string => `us-east-1${'abcdef'.charAt(index % 6)}`;

const stopped = ({ ec2 }: FakeWorld): readonly string[] =>
  ec2.stops.map(({ instanceId }) => instanceId);

/** Ten servers of which each fails, in five zones. */
function tenIll(): FakeWorld {
  const world = new FakeWorld();
  for (let index = 1; index <= 10; index += 1) world.add(illPod(index, { zone: zoneOf(index) }));
  return world;
}

describe('S2: two invocations that both see a free slot', () => {
  it('one takes it, the other conflicts, looks again and takes nothing down', async () => {
    const world = new FakeWorld();
    for (const index of [1, 2]) world.add(illPod(index));
    const open = world.journal.hold('claim takedown');
    const both = [world.run(sweepMessage(at(2))), world.run(sweepMessage(at(2)))];
    open();
    await Promise.all(both);
    expect(world.ec2.stops).toHaveLength(1);
    expect(world.store.takedownVersion).toBe(1);
    expect(world.count('StoreConflicts')).toBeGreaterThan(0);
  });

  it('each for its own instance: still only one', async () => {
    const world = new FakeWorld();
    for (const index of [1, 2]) world.add(illPod(index));
    // Somebody else claims between this invocation's read and its claim.
    world.store.slotsTaken = 1;
    world.store.beforeClaim = () => {
      const { version, ...other } = world.record(idOf(2));
      const rival = { ...other, version: version + 1, incident: takenDown(at(1)) };
      world.store.records.set(idOf(2), rival);
    };
    await world.run(sweepMessage(at(2)));
    expect(world.ec2.stops).toEqual([]);
    expect(world.ec2.tagged).toEqual([]);
  });

  it('a claim whose answer was lost is not acted on, and taken up later', async () => {
    const world = new FakeWorld();
    world.add(illPod(1));
    world.store.answersLost.set(idOf(1), 1);
    await world.run(sweepMessage(at(2)));
    expect(actsOf(world)).toEqual(['claim takedown']);
    await sweepAfter(world, 60);
    await sweepAfter(world, 10);
    expect(stopped(world)).toEqual([idOf(1)]);
  });

  it('a claim that the table does not take is not acted on', async () => {
    const world = new FakeWorld();
    world.add(illPod(1));
    world.store.writesDown = true;
    await world.run(sweepMessage(at(2)));
    expect(actsOf(world)).toEqual(['claim takedown']);
  });
});

const takenDown = (when: ReturnType<typeof at>) =>
  anIncident({
    openedAt: when,
    condition: 'impaired',
    progress: { kind: 'booting', launchTime: BOOT, since: when },
    attempts: [
      {
        remediation: 'stop-start',
        reason: 'system-impaired',
        at: when,
        outcome: { kind: 'accepted', at: when },
      },
    ],
  });

describe('S9: the fleet’s budget of takedowns under way', () => {
  it('of ten impaired servers one is taken down at once', async () => {
    const world = tenIll();
    await sweepAfter(world, 0);
    await tickAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('the next one when that one serves, until all are helped', async () => {
    const world = tenIll();
    for (let round = 1; round <= 10; round += 1) {
      await sweepAfter(world, 60);
      expect(new Set(stopped(world)).size).toBe(round);
      const index = Number.parseInt(stopped(world).at(-1)?.slice(2) ?? '', 16);
      await stopsAfter(world, 30, index);
      isWell(world, index);
      await tickAfter(world, 60);
    }
  });

  it('twice as many where the fleet is twice as large', async () => {
    const world = tenIll();
    for (let index = 11; index <= 20; index += 1)
      world.add(runningPod(index, { zone: 'us-east-1a' }));
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toHaveLength(2);
  });

  it('never more than the most', async () => {
    const world = tenIll();
    for (let index = 11; index <= 200; index += 1) {
      world.add(runningPod(index, { zone: zoneOf(index) }));
    }
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toHaveLength(5);
  });

  it.each([1, 2, 3])('one at a time in a fleet of %i', async (count) => {
    const world = new FakeWorld();
    for (let index = 1; index <= count; index += 1) {
      world.add(illPod(index, { zone: zoneOf(index) }));
    }
    await sweepAfter(world, 0);
    await sweepAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('goes to who waits longest', async () => {
    const world = new FakeWorld();
    for (const [index, openedAt] of [
      [1, at(-60)],
      [2, at(-600)],
      [3, at(-300)],
    ] as const) {
      const incident = { ...takenDown(openedAt), attempts: [] };
      world.add(illPod(index, { zone: zoneOf(index) }), { incident });
    }
    await sweepAfter(world, 0);
    expect(stopped(world)).toEqual([idOf(2)]);
  });

  it('is used in that order where it is for several', async () => {
    const world = new FakeWorld();
    for (let index = 11; index <= 30; index += 1) world.add(runningPod(index));
    for (const [index, openedAt] of [
      [1, at(-60)],
      [2, at(-600)],
    ] as const) {
      world.add(illPod(index), { incident: { ...takenDown(openedAt), attempts: [] } });
    }
    await sweepAfter(world, 0);
    expect(stopped(world)).toEqual([idOf(2), idOf(1)]);
  });

  it('is not used up by who may not be taken down', async () => {
    const world = new FakeWorld();
    for (const [index, openedAt] of [
      [1, at(-600)],
      [2, at(-60)],
    ] as const) {
      const incident = { ...takenDown(openedAt), attempts: [] };
      world.add(illPod(index, { zone: zoneOf(index) }), { incident });
    }
    const reads = { stopProtection: true, hasInstanceStore: false, awsRecovers: false };
    world.ec2.reads.set(idOf(1), reads);
    await sweepAfter(world, 0);
    expect(stopped(world)).toEqual([idOf(2)]);
  });

  it('is asked for by those only whose turn it is: each read is a call of its own (S16)', async () => {
    const world = tenIll();
    await sweepAfter(world, 0);
    expect(world.ec2.readsAsked).toEqual([[idOf(1)]]);
    await tickAfter(world, 60);
    expect(world.ec2.readsAsked).toHaveLength(1);
    expect(world.record(idOf(2)).incident?.timeline.at(-1)?.reason).toBe('takedown-budget');
  });

  it('passes on from those that may not be taken down, however many they are', async () => {
    const world = tenIll();
    const reads = { stopProtection: true, hasInstanceStore: false, awsRecovers: false };
    for (let index = 1; index <= 9; index += 1) world.ec2.reads.set(idOf(index), reads);
    await sweepAfter(world, 0);
    for (let count = 0; count < 9; count += 1) await tickAfter(world, 5);
    expect(stopped(world)).toEqual([idOf(10)]);
  });

  it('does not grow with servers that are gone: their records outlive them', async () => {
    const world = tenIll();
    const enrolment = { ...ENROLLED, checkedAt: at(-hours(72) / 1_000) };
    for (let index = 11; index <= 40; index += 1) {
      world.add(runningPod(index), index < 30 ? { told: ['terminated'] } : { enrolment });
      world.ec2.views.delete(idOf(index));
    }
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toHaveLength(1);
  });
});

describe('S10: most of a zone is impaired while it runs', () => {
  /** Six of eight servers of one zone fail, and none of the other zone. */
  function zoneDown(): FakeWorld {
    const world = new FakeWorld();
    for (let index = 1; index <= 8; index += 1) {
      world.add(index <= 6 ? illPod(index) : runningPod(index));
    }
    for (let index = 11; index <= 30; index += 1) {
      world.add(runningPod(index, { zone: 'us-east-1c' }));
    }
    return world;
  }

  it('nothing in it is taken down, people are told, and it is remembered', async () => {
    const world = zoneDown();
    await sweepAfter(world, 0);
    await tickAfter(world, 60);
    expect(actsOf(world)).toEqual([]);
    expect(world.told).toEqual(['storm many']);
    expect(world.store.fleet.zoneStorms).toEqual([{ zone: 'us-east-1b', seenAt: at(62) }]);
  });

  it('a server of another zone is helped meanwhile', async () => {
    const world = zoneDown();
    world.add(illPod(40, { zone: 'us-east-1c' }));
    await sweepAfter(world, 0);
    expect(stopped(world)).toEqual([idOf(40)]);
  });

  it('two that fail are no storm, however small the zone', async () => {
    const world = new FakeWorld();
    for (const index of [1, 2]) world.add(illPod(index));
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toHaveLength(1);
    expect(world.store.fleet.zoneStorms ?? []).toEqual([]);
  });

  it('half of a zone is no storm', async () => {
    const world = new FakeWorld();
    for (let index = 1; index <= 8; index += 1) {
      world.add(index <= 4 ? illPod(index) : runningPod(index));
    }
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('after it the zone settles for ten minutes, then those that are left are helped in turn', async () => {
    const world = zoneDown();
    await sweepAfter(world, 0);
    isWell(world, 1, 2, 3, 4);
    for (let count = 0; count < 9; count += 1) await sweepAfter(world, 60);
    expect(actsOf(world)).toEqual([]);
    expect(world.record(idOf(5)).incident?.timeline.at(-1)?.reason).toBe('zone-cooldown');
    for (let count = 0; count < 3; count += 1) await sweepAfter(world, 60);
    // Twenty-eight servers allow two at once.
    expect(stopped(world)).toEqual([idOf(5), idOf(6)]);
  });

  it('a storm that comes back begins the ten minutes anew', async () => {
    const world = zoneDown();
    await sweepAfter(world, 0);
    isWell(world, 1, 2, 3, 4);
    for (let count = 0; count < 5; count += 1) await sweepAfter(world, 60);
    const since = world.clock.now();
    for (const index of [1, 2, 3, 4]) world.ec2.change(idOf(index), { checks: impaired(since) });
    for (let count = 0; count < 3; count += 1) await sweepAfter(world, 60);
    isWell(world, 1, 2, 3, 4);
    for (let count = 0; count < 9; count += 1) await sweepAfter(world, 60);
    expect(actsOf(world)).toEqual([]);
    for (let count = 0; count < 3; count += 1) await sweepAfter(world, 60);
    expect(world.ec2.stops.length).toBeGreaterThan(0);
  });

  it('is known to an invocation that did not see it', async () => {
    const world = new FakeWorld();
    world.add(illPod(23));
    world.store.fleet = {
      ...world.store.fleet,
      zoneStorms: [{ zone: 'us-east-1b', seenAt: at(-minutes(5) / 1_000) }],
    };
    await sweepAfter(world, 0);
    expect(actsOf(world)).toEqual([]);
    await sweepAfter(world, 301);
    expect(stopped(world)).toEqual([idOf(23)]);
  });
});
