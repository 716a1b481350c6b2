import { hours, minutes, seconds } from '../../lambda/core/time';
import { aView, at, impaired, OK_CHECKS, T0, USER_STOP } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import {
  healthMessage,
  readyMessage,
  stateEvent,
  stopCallMessage,
  sweepMessage,
  tickMessage,
} from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);
const TAG = 'watchdog:last-start';

function storeDown(): FakeWorld {
  const world = new FakeWorld();
  world.add(stoppedPod(23));
  world.store.isDown = true;
  return world;
}

/** Started without the table; it boots a minute later. */
async function startedBlindly(): Promise<FakeWorld> {
  const world = storeDown();
  await world.run(STOPPED);
  world.clock.goOn(seconds(60));
  world.ec2.boots(POD, OK_CHECKS);
  return world;
}

async function sweeps(world: FakeWorld, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    world.clock.goOn(seconds(60));
    await world.run(sweepMessage(world.clock.now()));
  }
}

describe('while the table does not answer', () => {
  it('what AWS stopped is started, told once, and remembered on the instance', async () => {
    const world = storeDown();
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.ec2.tagged).toEqual([
      { instanceId: POD, tags: { [TAG]: '2024-08-01T12:10:09.000Z pod-23-20240801-1210-0017' } },
    ]);
    expect(world.count('StoreDown')).toBe(1);
  });

  it('the same event again starts and tells nothing more', async () => {
    const world = storeDown();
    await world.run(STOPPED);
    world.clock.goOn(seconds(3));
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('a read of the past does not start it again within a minute', async () => {
    const world = storeDown();
    world.ec2.stale.set(POD, stoppedPod(23));
    await world.run(STOPPED);
    world.clock.goOn(seconds(59));
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    // After that it is believed, or an instance that fell back would never be started.
    world.clock.goOn(seconds(1));
    await world.run(STOPPED);
    expect(world.ec2.starts).toHaveLength(2);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('of two invocations that start it, the one that moved it tells', async () => {
    const world = storeDown();
    await Promise.all([world.run(STOPPED), world.run(STOPPED)]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.ec2.tagged).toHaveLength(1);
  });

  it.each([
    ['a person stopped it', stoppedPod(23, aView(stoppedOver(USER_STOP)))],
    ['it is paused', stoppedPod(23, { tags: { watchdog: 'livechat', 'watchdog:hold': '' } })],
    ['it was launched a minute ago', stoppedPod(23, { launchTime: at(-60) })],
  ])('nothing is started when %s', async (_why, view) => {
    const world = storeDown();
    world.ec2.views.set(POD, view);
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([]);
    expect(world.told).toEqual([]);
    expect(world.ec2.tagged).toEqual([]);
  });

  it('starts go out in one call', async () => {
    const world = storeDown();
    world.ec2.views.set(idOf(24), stoppedPod(24));
    world.ec2.views.set(idOf(25), stoppedPod(25, { zone: 'us-east-1a' }));
    const stopped = [24, 25].map((index) => stateEvent(idOf(index), 'stopped', T0));
    await world.run(STOPPED, ...stopped);
    expect(world.ec2.starts).toEqual([[POD, idOf(24), idOf(25)]]);
  });

  it('a start that EC2 refuses is not told as one', async () => {
    const world = storeDown();
    world.ec2.outcomes.set(POD, { kind: 'no-capacity', code: 'InsufficientInstanceCapacity' });
    await world.run(STOPPED);
    expect(world.told).toEqual([]);
    expect(world.ec2.tagged).toEqual([]);
  });

  it('a start that EC2 does not take is tried again by each sweep, though no event comes', async () => {
    const world = storeDown();
    world.ec2.change(POD, { transitionAt: undefined });
    world.ec2.outcomes.set(POD, { kind: 'unavailable', code: 'RequestLimitExceeded' });
    await world.run(STOPPED);
    await sweeps(world, 10);
    expect(world.ec2.starts).toHaveLength(11);
    world.ec2.outcomes.clear();
    await sweeps(world, 3);
    expect(world.ec2.starts).toHaveLength(12);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('a start that EC2 did not take is NOT tried again once a person has it', async () => {
    const world = storeDown();
    world.ec2.change(POD, { transitionAt: undefined });
    world.ec2.outcomes.set(POD, { kind: 'unavailable', code: 'RequestLimitExceeded' });
    await world.run(STOPPED);
    world.ec2.change(POD, { tags: { watchdog: 'livechat', 'watchdog:hold': '' } });
    await sweeps(world, 3);
    expect(world.ec2.starts).toHaveLength(1);
  });

  it('what only it could be told comes again for managed instances, and for no others', async () => {
    const world = storeDown();
    const [volume = ''] = stoppedPod(23).volumeIds;
    const mine = [
      readyMessage(POD, at(1)),
      stopCallMessage(POD, at(-1)),
      healthMessage(POD, at(1)),
      healthMessage(volume, at(1)),
    ];
    const others = [
      readyMessage(idOf(99), at(1)),
      stopCallMessage(idOf(99), at(-1)),
      healthMessage('vol-00000000000000099', at(1)),
    ];
    const again = await world.run(
      STOPPED,
      ...mine,
      ...others,
      sweepMessage(at(2)),
      tickMessage(0, at(2)),
    );
    expect(again).toEqual(mine.map(({ id }) => id));
  });

  it('that it serves again is told once, by its own ready event', async () => {
    const world = await startedBlindly();
    const ready = readyMessage(POD, world.clock.now());
    await world.run(ready);
    await world.run(ready);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
  });

  it('that it serves is not told when the instance could not take the note', async () => {
    const world = await startedBlindly();
    world.ec2.tagsFail = true;
    await world.run(readyMessage(POD, world.clock.now()));
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('a ready event of an instance that was not started is not told', async () => {
    const world = storeDown();
    world.ec2.boots(POD, OK_CHECKS);
    await world.run(readyMessage(POD, at(2)));
    expect(world.told).toEqual([]);
  });
});

function stoppedOver(code: string): Parameters<typeof stoppedPod>[1] {
  return { ...stoppedPod(23), stateReason: { code, message: 'User initiated' } };
}

describe('when the table is back', () => {
  it('the start is adopted, verified and told to its end', async () => {
    const world = await startedBlindly();
    world.store.isDown = false;
    await world.run(sweepMessage(world.clock.now()));
    expect(world.record(POD).incident?.id).toBe('pod-23-20240801-1210-0017');
    // It counts against the budget like any other.
    expect(world.record(POD).starts).toEqual([at(2)]);
    await sweeps(world, 4);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
    expect(world.store.archived).toHaveLength(1);
    expect(world.record(POD).incident).toBeUndefined();
  });

  it('what was told to serve already is not told again', async () => {
    const world = await startedBlindly();
    await world.run(readyMessage(POD, world.clock.now()));
    world.store.isDown = false;
    await sweeps(world, 5);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
    expect(world.store.archived).toHaveLength(1);
  });

  it('it is not adopted twice', async () => {
    const world = await startedBlindly();
    world.store.isDown = false;
    await sweeps(world, 20);
    expect(world.store.archived).toHaveLength(1);
  });

  /** Why this test? The record remembers only the last incident; the tag stands for a day. */
  it('it is not adopted again after another incident', async () => {
    const world = await startedBlindly();
    world.store.isDown = false;
    await sweeps(world, 5);
    world.clock.goOn(hours(6));
    await sweeps(world, 1);
    const { state, stateReason } = stoppedPod(23);
    world.ec2.change(POD, { state, stateReason });
    await world.run(stateEvent(POD, 'stopped', world.clock.now()));
    world.clock.goOn(minutes(1));
    world.ec2.boots(POD, OK_CHECKS);
    await sweeps(world, 8);
    expect(world.store.archived).toHaveLength(2);
    expect(world.told).toEqual([1, 2].flatMap(() => [`opened ${POD}`, `serving ${POD}`]));
  });

  it('it is not adopted again after another incident in the same boot', async () => {
    const world = await startedBlindly();
    world.store.isDown = false;
    await sweeps(world, 5);
    // Its ladder is empty: a person is told, and nothing is taken down.
    world.ec2.change(POD, { checks: impaired(world.clock.now(), 'attachedEbs') });
    await sweeps(world, 5);
    world.ec2.change(POD, { checks: OK_CHECKS });
    await sweeps(world, 8);
    expect(world.store.archived.map(({ incident }) => incident?.condition)).toEqual([
      'stopped',
      'impaired',
    ]);
    expect(world.told).toEqual([
      `opened ${POD}`,
      `serving ${POD}`,
      `needs-person ${POD}`,
      `serving ${POD}`,
    ]);
    expect(world.record(POD).incident).toBeUndefined();
  });

  // Why this test? Two incidents were told of one outage: the open one and the adopted one.
  it('an incident that was open before goes on as the same thread', async () => {
    const world = new FakeWorld();
    world.add({ ...stoppedPod(23), state: 'stopping' });
    world.snsTakes = () => false;
    await world.run(stateEvent(POD, 'stopping', T0));
    world.snsTakes = () => true;
    world.ec2.change(POD, { state: 'stopped' });
    world.store.isDown = true;
    world.clock.goOn(minutes(2));
    await world.run(stateEvent(POD, 'stopped', world.clock.now()));
    world.clock.goOn(seconds(60));
    world.ec2.boots(POD, OK_CHECKS);
    world.store.isDown = false;
    await sweeps(world, 12);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
    expect(new Set(world.sent.map(({ attributes }) => attributes['incidentId'])).size).toBe(1);
    expect(world.store.archived).toHaveLength(1);
    expect(world.record(POD).starts).toHaveLength(1);
  });

  it('a tag that is a day old is not adopted', async () => {
    const world = await startedBlindly();
    world.store.isDown = false;
    world.clock.goOn(hours(25));
    await sweeps(world, 3);
    expect(world.store.archived).toEqual([]);
    expect(world.record(POD).incident).toBeUndefined();
  });
});
