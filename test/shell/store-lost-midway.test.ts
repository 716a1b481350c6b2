import { seconds } from '../../lambda/core/time';
import { aView, anIncident, at, OK_CHECKS, T0 } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { healthMessage, readyMessage, stateEvent, stopCallMessage, sweepMessage } from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);
const TAG = 'watchdog:last-start';

async function sweeps(world: FakeWorld, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    world.clock.goOn(seconds(60));
    await world.run(sweepMessage(world.clock.now()));
  }
}

describe('when the table goes away between the read and the write', () => {
  function writesDown(): FakeWorld {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.writesDown = true;
    return world;
  }

  it('the start is told once, and remembered on the instance', async () => {
    const world = writesDown();
    await world.run(STOPPED);
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.ec2.views.get(POD)?.tags[TAG]).toBe(
      '2024-08-01T12:10:09.000Z pod-23-20240801-1210-0017',
    );
  });

  it('it is adopted when the table is back, and told to its end', async () => {
    const world = writesDown();
    await world.run(STOPPED);
    world.store.writesDown = false;
    world.ec2.boots(POD, OK_CHECKS);
    await sweeps(world, 5);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
    expect(world.store.archived).toHaveLength(1);
  });

  it('only the invocation that moved it tells', async () => {
    const world = writesDown();
    world.ec2.outcomes.set(POD, { kind: 'accepted', wasStopped: false });
    await world.run(STOPPED);
    expect(world.told).toEqual([]);
    expect(world.ec2.tagged).toEqual([]);
  });

  it('what only it could be told comes again', async () => {
    const world = writesDown();
    const [volume = ''] = stoppedPod(23).volumeIds;
    world.add(aView({ instanceId: idOf(24) }), { incident: anIncident() });
    const mine = [
      readyMessage(POD, at(1)),
      stopCallMessage(POD, at(-1)),
      healthMessage(volume, T0),
    ];
    const again = await world.run(STOPPED, ...mine, readyMessage(idOf(99), at(1)));
    expect(again).toEqual(mine.map(({ id }) => id));
  });

  it('a write whose answer was lost tells twice at most, and starts once', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.answersLost.set(POD, 1);
    await world.run(STOPPED);
    world.ec2.boots(POD, OK_CHECKS);
    await sweeps(world, 6);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told.filter((text) => text === `opened ${POD}`).length).toBeLessThanOrEqual(2);
    expect(world.told.filter((text) => text === `serving ${POD}`)).toHaveLength(1);
    expect(world.store.archived).toHaveLength(1);
  });
});
