import type { InstanceRecord } from '../../lambda/core/record';
import { hours, seconds } from '../../lambda/core/time';
import { anIncident, at, OK_CHECKS, T0, USER_STOP } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { stateEvent, sweepMessage } from './messages';

const PODS = [1, 2, 3, 4, 5, 6];

function allDown(count = PODS.length): FakeWorld {
  const world = new FakeWorld();
  for (const index of PODS.slice(0, count)) world.add(stoppedPod(index));
  return world;
}

const events = PODS.map((index) => stateEvent(idOf(index), 'stopped', T0));

async function sweep(world: FakeWorld, waitSeconds: number): Promise<void> {
  world.clock.goOn(seconds(waitSeconds));
  await world.run(sweepMessage(world.clock.now()));
}

function boot(world: FakeWorld, ...indexes: readonly number[]): void {
  for (const index of indexes) world.ec2.boots(idOf(index), OK_CHECKS);
}

const outboxes = (world: FakeWorld): readonly number[] =>
  PODS.map((index) => world.record(idOf(index)).outbox.length);

describe('many incidents at once', () => {
  it('are told in one message instead of single ones', async () => {
    const world = allDown();
    await world.run(...events);
    expect(world.told).toEqual(['storm many']);
    expect(world.sent[0]?.subject).toContain('6 instances');
    expect(outboxes(world)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are told in one message from five on', async () => {
    const world = allDown(5);
    await world.run(...events.slice(0, 5));
    expect(world.told).toEqual(['storm many']);
  });

  it('are told one by one up to four', async () => {
    const world = allDown(4);
    await world.run(...events.slice(0, 4));
    expect(world.told).toEqual([1, 2, 3, 4].map((index) => `opened ${idOf(index)}`));
  });

  it('are started like any other', async () => {
    const world = allDown();
    await world.run(...events);
    expect(world.ec2.starts).toEqual([PODS.map(idOf)]);
  });

  // Why this test? Of a thousand all that waited were recorded anew with each look, since each was
  // to be started and then was not, for want of our own rate.
  it('are recorded as tried only as far as our own rate lets them start', async () => {
    const world = allDown();
    world.ec2.startsAllowed = 2;
    await world.run(...events);
    expect(world.ec2.starts.flat()).toHaveLength(2);
    const tried = PODS.map((index) => world.record(idOf(index)).incident?.attempts ?? []);
    expect(tried.filter(({ length }) => length > 0)).toHaveLength(2);
    expect(world.ticks).toHaveLength(1);
  });

  it('leave out what a person stopped: that is told by itself', async () => {
    const world = allDown();
    const stateReason = { code: USER_STOP, message: 'User initiated' };
    world.add(stoppedPod(7, { stateReason }));
    await world.run(...events, stateEvent(idOf(7), 'stopped', T0));
    expect(world.told.toSorted()).toEqual([`opened ${idOf(7)}`, 'storm many']);
    expect(world.sent.find(({ subject }) => subject.startsWith('Storm'))?.email).not.toContain(
      idOf(7),
    );
  });
});

describe('the thread of a storm', () => {
  it('lets alerts wait for its next message, a minute later', async () => {
    const world = allDown();
    await world.run(...events);
    boot(world, 1, 2);
    await sweep(world, 30);
    expect(world.told).toEqual(['storm many']);
    expect(outboxes(world)).toEqual([1, 1, 0, 0, 0, 0]);
    await sweep(world, 31);
    expect(world.told).toEqual(['storm many', 'storm many']);
    expect(outboxes(world)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('does not write what only waits again and again', async () => {
    const world = allDown();
    await world.run(...events);
    boot(world, 1);
    await sweep(world, 20);
    const { version } = world.record(idOf(1));
    await sweep(world, 5);
    expect(world.record(idOf(1)).version).toBe(version);
  });

  it('has no message when there is nothing to tell', async () => {
    const world = allDown();
    await world.run(...events);
    await sweep(world, 90);
    expect(world.told).toEqual(['storm many']);
  });

  it('ends with one last message when all serve', async () => {
    const world = allDown();
    await world.run(...events);
    boot(world, ...PODS);
    await sweep(world, 30);
    expect(world.told).toEqual(['storm many', 'storm many']);
    expect(world.sent[1]?.email).toContain('this storm is over');
    expect(world.store.fleet.storm).toBeUndefined();
    await sweep(world, 60);
    await sweep(world, 60);
    await sweep(world, 60);
    expect(world.told).toEqual(['storm many', 'storm many']);
    expect(world.store.archived).toHaveLength(PODS.length);
  });

  it('ends with one last message also when some waited to be told', async () => {
    const world = allDown();
    await world.run(...events);
    boot(world, 1, 2);
    await sweep(world, 30);
    boot(world, 3, 4, 5, 6);
    await sweep(world, 10);
    expect(outboxes(world)).toEqual([0, 0, 0, 0, 0, 0]);
    for (let count = 0; count < 6; count += 1) await sweep(world, 30);
    expect(world.told).toEqual(['storm many', 'storm many']);
  });

  it('does not end while one is down', async () => {
    const world = allDown();
    await world.run(...events);
    boot(world, 1, 2, 3, 4, 5);
    await sweep(world, 30);
    expect(world.store.fleet.storm).toBeDefined();
  });

  it('is not judged by a look at a part of the fleet', async () => {
    const world = allDown();
    await world.run(...events);
    boot(world, ...PODS);
    world.clock.goOn(seconds(70));
    await world.run(stateEvent(idOf(1), 'running', world.clock.now()));
    expect(world.told).toEqual(['storm many']);
    expect(world.record(idOf(1)).outbox).toHaveLength(1);
  });

  it('keeps its alerts while SNS does not take the message', async () => {
    const world = allDown();
    world.snsTakes = () => false;
    await world.run(...events);
    expect(outboxes(world)).toEqual([1, 1, 1, 1, 1, 1]);
    world.snsTakes = () => true;
    await sweep(world, 61);
    expect(world.told).toEqual(['storm many']);
    expect(outboxes(world)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('does not swallow an incident of an hour later: that is told alone, at once', async () => {
    const world = allDown();
    await world.run(...events);
    boot(world, 1, 2, 3, 4, 5);
    world.ec2.outcomes.set(idOf(6), { kind: 'not-asked' });
    for (let count = 0; count < 8; count += 1) await sweep(world, 60);
    world.clock.goOn(hours(1));
    expect(world.store.fleet.storm).toBeDefined();
    const before = world.told.length;
    world.add(stoppedPod(8));
    await world.run(stateEvent(idOf(8), 'stopped', world.clock.now()));
    expect(world.told.slice(before)).toEqual([`opened ${idOf(8)}`]);
  });
});

describe('two invocations that meet a storm at the same time', () => {
  const waiting = (index: number): Partial<InstanceRecord> => ({
    incident: anIncident({ id: `pod-${index}`, openedAt: at(1) }),
    outbox: [{ key: `pod-${index}:opened`, kind: 'opened', severity: 'warning', at: at(1) }],
  });

  it('send one message; the alerts of the other wait', async () => {
    const world = new FakeWorld();
    for (const index of PODS) {
      world.add(stoppedPod(index, { state: 'running', stateReason: undefined }), waiting(index));
    }
    const running = PODS.map((index) => stateEvent(idOf(index), 'running', at(2)));
    await Promise.all([world.run(...running.slice(0, 3)), world.run(...running.slice(3))]);
    expect(world.told).toEqual(['storm many']);
    expect(outboxes(world).toSorted((one, other) => one - other)).toEqual([0, 0, 0, 1, 1, 1]);
    await sweep(world, 61);
    expect(outboxes(world)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(world.told).toEqual(['storm many', 'storm many']);
  });
});
