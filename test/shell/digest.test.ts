import { hours, seconds } from '../../lambda/core/time';
import { aView } from '../core/builders';
import { FakeWorld, idOf } from './fake-ports';
import { sweepMessage, tickMessage } from './messages';

const spot = (index: number) =>
  aView({ instanceId: idOf(index), lifecycle: 'spot', tags: { watchdog: 'livechat' } });

async function sweep(world: FakeWorld): Promise<void> {
  world.clock.goOn(seconds(60));
  await world.run(sweepMessage(world.clock.now()));
}

/** Two Spot servers that run, and cannot be helped: seen by a sweep. */
async function noticed(): Promise<FakeWorld> {
  const world = new FakeWorld();
  world.add(spot(1));
  world.add(spot(2));
  await sweep(world);
  return world;
}

describe('what needs nobody', () => {
  it('waits for the digest, and goes out in one message', async () => {
    const world = await noticed();
    expect(world.told).toEqual([]);
    world.clock.goOn(hours(1));
    await sweep(world);
    expect(world.told).toEqual(['digest many']);
    expect(world.sent[0]?.subject).toBe('Digest: 2 notices of 2 servers, nothing to do');
    expect(world.sent[0]?.attributes['severity']).toBe('info');
    world.clock.goOn(hours(30));
    await sweep(world);
    expect(world.told).toHaveLength(1);
  });

  it('does NOT go out before its hour, nor with a tick, which does not look at everything', async () => {
    const world = await noticed();
    await sweep(world);
    world.clock.goOn(hours(2));
    await world.run(tickMessage(world.store.fleet.tickGeneration, world.clock.now()));
    expect(world.told).toEqual([]);
  });

  it('that SNS does not take is told the day after', async () => {
    const world = await noticed();
    world.clock.goOn(hours(1));
    world.snsTakes = () => false;
    await sweep(world);
    expect(world.record(idOf(1)).notes).toHaveLength(1);
    world.snsTakes = () => true;
    await sweep(world);
    expect(world.told).toEqual([]);
    world.clock.goOn(hours(24));
    await sweep(world);
    expect(world.told).toEqual(['digest many']);
  });

  it('is told at once when the server is down and the digest has not told it', async () => {
    const world = await noticed();
    world.ec2.change(idOf(1), { state: 'stopped' });
    await sweep(world);
    expect(world.told).toEqual([`notice ${idOf(1)}`]);
    world.clock.goOn(hours(1));
    await sweep(world);
    expect(world.told).toEqual([`notice ${idOf(1)}`, `digest ${idOf(2)}`]);
  });

  it('is NOT told a second time when it goes down after the digest', async () => {
    const world = await noticed();
    world.clock.goOn(hours(1));
    await sweep(world);
    world.ec2.change(idOf(1), { state: 'stopped' });
    await sweep(world);
    expect(world.told).toEqual(['digest many']);
  });
});
