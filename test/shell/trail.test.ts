import { minutes, seconds } from '../../lambda/core/time';
import { anActor, at, PERSON, T0, USER_STOP } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { untilQuiet } from './journal';
import { stateEvent, sweepMessage, tickMessage } from './messages';

const POD = idOf(23);
const stateReason = { code: USER_STOP, message: 'User initiated' };

/** Somebody stopped these at T0, and no trail says who. */
async function stoppedBySomebody(...indexes: readonly number[]): Promise<FakeWorld> {
  const world = new FakeWorld();
  for (const index of indexes) world.add(stoppedPod(index, { stateReason }));
  await world.run(...indexes.map((index) => stateEvent(idOf(index), 'stopped', T0)));
  return world;
}

async function tickAt(world: FakeWorld, offset: number): Promise<void> {
  world.clock.goOn(seconds((at(offset) - world.clock.now()) / 1_000));
  await world.run(tickMessage(world.store.fleet.tickGeneration, world.clock.now()));
}

const lookupsOf = (world: FakeWorld, index = 23): number =>
  world.record(idOf(index)).incident?.lookups.length ?? 0;

describe('CloudTrail’s history', () => {
  it('is asked five minutes after a stop by somebody, not earlier', async () => {
    const world = await stoppedBySomebody(23);
    await tickAt(world, 299);
    expect(world.lookups).toEqual([]);
    await tickAt(world, 300);
    expect(world.lookups).toEqual([{ instanceId: POD, since: at(-minutes(15) / 1_000) }]);
  });

  it('is asked again after fifteen minutes when it knew nothing, and then no more', async () => {
    const world = await stoppedBySomebody(23);
    world.history.set(POD, []);
    for (const offset of [300, 600, 899]) await tickAt(world, offset);
    expect(world.lookups).toHaveLength(1);
    for (const offset of [900, 1_000, 4_000]) await tickAt(world, offset);
    expect(world.lookups).toHaveLength(2);
    expect(lookupsOf(world)).toBe(2);
  });

  it('brings a second message that names who did it', async () => {
    const world = await stoppedBySomebody(23);
    world.history.set(POD, [{ at: at(-3), actor: anActor() }]);
    await tickAt(world, 300);
    expect(world.told).toEqual([`opened ${POD}`, `changed ${POD}`]);
    expect(world.sent[1]?.email).toContain(PERSON);
    await tickAt(world, 900);
    expect(world.lookups).toHaveLength(1);
    expect(world.told).toHaveLength(2);
  });

  it('is asked at the next look when it did not answer', async () => {
    const world = await stoppedBySomebody(23);
    await tickAt(world, 300);
    expect(lookupsOf(world)).toBe(0);
    world.history.set(POD, [{ at: at(-3), actor: anActor() }]);
    await tickAt(world, 360);
    expect(world.told).toEqual([`opened ${POD}`, `changed ${POD}`]);
  });

  it('is asked about one instance in a pass; the others follow', async () => {
    const world = await stoppedBySomebody(1, 2, 3);
    for (const index of [1, 2, 3]) world.history.set(idOf(index), []);
    for (const [pass, offset] of [300, 304, 308].entries()) {
      await tickAt(world, offset);
      expect(world.lookups).toHaveLength(pass + 1);
    }
    expect(world.lookups.map(({ instanceId }) => instanceId)).toEqual([1, 2, 3].map(idOf));
  });

  it('is asked by the single chain of ticks only: not by a sweep, nor by a stale tick', async () => {
    const world = await stoppedBySomebody(23);
    world.clock.goOn(minutes(6));
    await world.run(sweepMessage(world.clock.now()));
    await world.run(tickMessage(0, world.clock.now()));
    expect(world.lookups).toEqual([]);
  });

  it('is not asked about what AWS stopped', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    await world.run(stateEvent(POD, 'stopped', T0));
    await tickAt(world, 300);
    expect(world.lookups).toEqual([]);
  });

  it('is not asked on the urgent path', async () => {
    const world = await stoppedBySomebody(23);
    world.add(stoppedPod(24));
    world.clock.goOn(minutes(6));
    await world.run(stateEvent(idOf(24), 'stopped', world.clock.now()));
    expect(world.ec2.starts).toEqual([[idOf(24)]]);
    expect(world.lookups).toEqual([]);
  });

  it('does not let a slow answer delay a start', async () => {
    const world = await stoppedBySomebody(23);
    world.add(stoppedPod(24));
    world.clock.goOn(minutes(6));
    const release = world.journal.hold('who stopped');
    const run = world.run(
      stateEvent(idOf(24), 'stopped', world.clock.now()),
      tickMessage(world.store.fleet.tickGeneration, world.clock.now()),
    );
    await untilQuiet();
    expect(world.ec2.starts).toEqual([[idOf(24)]]);
    release();
    await run;
  });
});
