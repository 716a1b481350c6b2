import { seconds } from '../../lambda/core/time';
import { anIncident, aView, anAttempt, at, OK_CHECKS, T0 } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { untilQuiet } from './journal';
import { stateEvent, sweepMessage, tickMessage } from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);

async function started(): Promise<FakeWorld> {
  const world = new FakeWorld();
  world.add(stoppedPod(23));
  await world.run(STOPPED);
  return world;
}

/** Delivers the newest tick when it is due. */
async function nextTick(world: FakeWorld): Promise<void> {
  const tick = world.ticks.at(-1);
  if (tick === undefined) throw new Error('No tick was sent');
  world.clock.goOn(tick.delay);
  await world.run(tickMessage(tick.generation, world.clock.now()));
}

describe('the chain of ticks', () => {
  it('begins with the first incident: one claim, one tick, four seconds away', async () => {
    const world = await started();
    expect(world.ticks).toEqual([{ generation: 1, delay: 4_000 }]);
    expect(world.store.fleet).toMatchObject({ tickGeneration: 1, nextTickAt: at(6) });
  });

  it('goes on with one tick for each that arrives', async () => {
    const world = await started();
    await nextTick(world);
    await nextTick(world);
    expect(world.ticks.map(({ generation }) => generation)).toEqual([1, 2, 3]);
  });

  it('is not begun when nothing is open', async () => {
    const world = new FakeWorld();
    world.add(aView({ ...stoppedPod(23), state: 'running', stateReason: undefined }));
    await world.run(stateEvent(POD, 'running', T0), sweepMessage(at(2)));
    expect(world.ticks).toEqual([]);
  });

  it('does not multiply when another event comes before the tick', async () => {
    const world = await started();
    world.clock.goOn(seconds(1));
    await world.run(STOPPED);
    expect(world.ticks).toHaveLength(1);
  });

  it('is begun anew when something wants a look much earlier, and the old tick is void', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.fleet = { ...world.store.fleet, tickGeneration: 7, nextTickAt: at(50) };
    await world.run(STOPPED);
    expect(world.ticks).toEqual([{ generation: 8, delay: 4_000 }]);
    world.clock.goOn(seconds(1));
    await world.run(tickMessage(7, world.clock.now()));
    expect(world.ticks).toHaveLength(1);
  });

  it('is not begun twice by a tick that is delivered twice', async () => {
    const world = await started();
    world.clock.goOn(seconds(4));
    const tick = tickMessage(1, world.clock.now());
    await Promise.all([world.run(tick), world.run(tick)]);
    await world.run(tick);
    expect(world.ticks.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  // Why this test? A sweep that wrote at the same moment ended the chain until the next sweep.
  it('goes on though a sweep writes the record of the fleet at the same moment', async () => {
    const world = await started();
    world.clock.goOn(seconds(4));
    const now = world.clock.now();
    await Promise.all([world.run(sweepMessage(now)), world.run(tickMessage(1, now))]);
    expect(world.store.fleet).toMatchObject({ tickGeneration: 2, lastSweepAt: now });
    expect(world.ticks.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  it('looks at what is open and running too', async () => {
    const world = await started();
    world.ec2.boots(POD, OK_CHECKS);
    await nextTick(world);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
  });

  it('does not look at what is open for the sake of a stale tick', async () => {
    const world = await started();
    world.ec2.boots(POD, OK_CHECKS);
    await world.run(tickMessage(0, world.clock.now()));
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.ticks).toHaveLength(1);
  });

  it('ends when nothing is open any more', async () => {
    const world = await started();
    world.ec2.boots(POD, OK_CHECKS);
    for (let count = 0; count < 40 && world.record(POD).incident !== undefined; count += 1) {
      await nextTick(world);
    }
    const sent = world.ticks.length;
    if (world.store.fleet.nextTickAt !== undefined) await nextTick(world);
    expect(world.ticks).toHaveLength(sent);
    expect(world.store.fleet.nextTickAt).toBeUndefined();
  });

  it('is never more than a minute away', async () => {
    const world = new FakeWorld();
    const launchTime = at(-7_199);
    const progress = {
      kind: 'serving',
      launchTime,
      at: at(-7_100),
      proof: 'ready-event',
      passes: 0,
    } as const;
    const incident = anIncident({
      openedAt: at(-7_200),
      attempts: [anAttempt(at(-7_200))],
      served: [at(-7_100)],
      progress,
    });
    world.add(aView({ instanceId: POD, launchTime }), { incident });
    world.ec2.statusesFail = true;
    await world.run(sweepMessage(at(2)));
    expect(world.ticks).toEqual([{ generation: 1, delay: 60_000 }]);
  });
});

describe('a chain that was lost', () => {
  const lost = async (): Promise<FakeWorld> => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.queueFails = true;
    await world.run(STOPPED);
    world.queueFails = false;
    return world;
  };

  it('is begun anew by the sweep', async () => {
    const world = await lost();
    world.clock.goOn(seconds(20));
    await world.run(sweepMessage(world.clock.now()));
    expect(world.ticks).toEqual([{ generation: 2, delay: 4_000 }]);
  });

  it('is not taken for lost while its tick may still come', async () => {
    const world = await lost();
    world.clock.goOn(seconds(4));
    await world.run(sweepMessage(world.clock.now()));
    expect(world.ticks).toEqual([]);
  });

  it('is forgotten by the sweep when nothing is open', async () => {
    const world = new FakeWorld();
    world.add(aView({ ...stoppedPod(23), state: 'running', stateReason: undefined }));
    world.store.fleet = { ...world.store.fleet, tickGeneration: 7, nextTickAt: at(-60) };
    await world.run(sweepMessage(at(2)));
    expect(world.store.fleet.nextTickAt).toBeUndefined();
    expect(world.ticks).toEqual([]);
  });

  it('sends no tick that it could not claim', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    const release = world.journal.hold('write fleet');
    const run = world.run(STOPPED);
    await untilQuiet();
    world.store.fleet = { ...world.store.fleet, version: 5, tickGeneration: 3 };
    release();
    await run;
    expect(world.ticks).toEqual([]);
    expect(world.store.fleet.tickGeneration).toBe(3);
  });
});

describe('a sweep', () => {
  it('is noted in the fleet’s record', async () => {
    const world = await started();
    world.clock.goOn(seconds(1));
    await world.run(sweepMessage(at(3)));
    expect(world.store.fleet.lastSweepAt).toBe(at(3));
    // And leaves the chain as it was.
    expect(world.store.fleet).toMatchObject({ tickGeneration: 1, nextTickAt: at(6) });
  });

  it('is dropped when it is older than two minutes: nothing is even read', async () => {
    const world = await started();
    const before = world.journal.lines.length;
    await world.run(sweepMessage(at(2 - 121)));
    expect(world.journal.lines).toHaveLength(before);
  });

  it('is done when it is two minutes old', async () => {
    const world = await started();
    await world.run(sweepMessage(at(2 - 120)));
    expect(world.ec2.looks.at(-1)).toEqual({ kind: 'everything' });
  });
});
