import { seconds } from '../../lambda/core/time';
import { tagged, USER_STOP } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { isWell, oneIll, sweepAfter, stopsAfter, tickAfter } from './ill-pods';
import { readyMessage, stateEvent, stopCallMessage, sweepMessage } from './messages';

const POD = idOf(23);
const INCIDENT = 'pod-23-20240801-1210-0017';

/** We stopped it, and the table went away before it had stopped. */
async function stoppedThenTableGone(): Promise<FakeWorld> {
  const world = oneIll();
  await sweepAfter(world, 0);
  world.store.isDown = true;
  return world;
}

describe('a stop of our own when the table goes away before the start', () => {
  it('is ended by a start, by the tag alone', async () => {
    const world = await stoppedThenTableGone();
    await stopsAfter(world, 30);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('is ended by the sweep where the event is lost', async () => {
    const world = await stoppedThenTableGone();
    world.ec2.stopsNow(POD);
    await sweepAfter(world, 60);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('is told in its own thread, and not as AWS’s', async () => {
    const world = await stoppedThenTableGone();
    await stopsAfter(world, 30);
    const message = world.sent.at(-1);
    expect(message?.attributes['incidentId']).toBe(INCIDENT);
    expect(`${message?.subject} ${message?.email}`).not.toContain('by AWS');
    expect(message?.email).toContain('stopped by the watchdog');
    expect(message?.email).toContain('finish-own-stop');
    const decision = world.logs.findLast((line) => line.message === 'decision');
    expect(decision?.fields).toMatchObject({ reason: 'finish-own-stop', store: 'down' });
  });

  // Why this test? A sweep made hours later names the incident by its own minute.
  it('keeps the name of its incident, however much later it is started', async () => {
    const world = await stoppedThenTableGone();
    await stopsAfter(world, 600);
    expect(world.sent.at(-1)?.attributes['incidentId']).toBe(INCIDENT);
  });

  it('is told in its own thread where the table goes away at the very start', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    world.store.writesDown = true;
    await stopsAfter(world, 30);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.sent.at(-1)?.attributes['incidentId']).toBe(INCIDENT);
    expect(world.sent.at(-1)?.subject).not.toContain('by AWS');
  });

  it('that AWS stopped is told as AWS’s', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.isDown = true;
    await world.run(stateEvent(POD, 'stopped', world.clock.now()));
    expect(world.sent.at(-1)?.subject).toContain('stopped by AWS');
  });

  it.each([
    ['watchdog:pause-until', '2024-08-02T00:00Z'],
    ['watchdog:hold', 'do not touch'],
  ])('is ended although a person wrote %s meanwhile', async (tag, value) => {
    const world = await stoppedThenTableGone();
    const { tags } = world.ec2.views.get(POD) ?? stoppedPod(23);
    world.ec2.change(POD, { tags: { ...tags, [tag]: value } });
    await stopsAfter(world, 30);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('is left alone when a person calls for the stop too', async () => {
    const world = await stoppedThenTableGone();
    world.clock.goOn(seconds(30));
    world.ec2.stopsNow(POD);
    const now = world.clock.now();
    await world.run(stopCallMessage(POD, now), stateEvent(POD, 'stopped', now));
    expect(world.ec2.starts).toEqual([]);
  });

  it('is not ended where the tag speaks of another instance, or of an earlier boot', async () => {
    for (const word of [
      `2024-08-01T12:10:07.000Z ${idOf(24)} ${INCIDENT}`,
      `2024-07-01T12:10:07.000Z ${POD} ${INCIDENT}`,
      'none',
    ]) {
      const world = new FakeWorld();
      const stateReason = { code: USER_STOP, message: 'User initiated' };
      const tags = { ...stoppedPod(23).tags, ...tagged({ 'watchdog:own-stop': word }) };
      world.add(stoppedPod(23, { stateReason, tags }));
      world.store.isDown = true;
      await world.run(stateEvent(POD, 'stopped', world.clock.now()));
      expect(world.ec2.starts).toEqual([]);
    }
  });

  it('is started once: a read of the past does not start it again', async () => {
    const world = await stoppedThenTableGone();
    await stopsAfter(world, 30);
    isWell(world, 23);
    await sweepAfter(world, 60);
    await sweepAfter(world, 60);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('tells that it serves again by its ready event, and not that AWS stopped it', async () => {
    const world = await stoppedThenTableGone();
    await stopsAfter(world, 30);
    world.clock.goOn(seconds(40));
    isWell(world, 23);
    await world.run(readyMessage(POD, world.clock.now()));
    expect(world.told).toEqual([`opened ${POD}`, `opened ${POD}`, `serving ${POD}`]);
    expect(world.sent.at(-1)?.email).not.toContain('by AWS');
    expect(world.sent.at(-1)?.attributes['incidentId']).toBe(INCIDENT);
  });

  it('is taken up by the table when it is back, without a second start', async () => {
    const world = await stoppedThenTableGone();
    await stopsAfter(world, 30);
    world.store.isDown = false;
    await tickAfter(world, 4);
    isWell(world, 23);
    for (let count = 0; count < 4; count += 1) await sweepAfter(world, 60);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.ec2.stops).toHaveLength(1);
    expect(world.store.archived.map(({ incident }) => incident?.id)).toEqual([INCIDENT]);
    expect(world.record(POD).starts).toHaveLength(1);
    expect(world.told.at(-1)).toBe(`serving ${POD}`);
  });

  it('is not begun while the table does not answer', async () => {
    const world = oneIll();
    world.store.isDown = true;
    await world.run(sweepMessage(world.clock.now()));
    expect([world.ec2.stops, world.ec2.tagged]).toEqual([[], []]);
  });
});
