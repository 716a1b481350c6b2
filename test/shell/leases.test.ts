import type { Lease } from '../../lambda/core/record';
import { seconds } from '../../lambda/core/time';
import { aView, anAttempt, anIncident, at, OK_CHECKS, T0 } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { untilQuiet } from './journal';
import {
  healthMessage,
  readyMessage,
  stateEvent,
  stopCallMessage,
  sweepMessage,
  tickMessage,
} from './messages';

const POD = idOf(23);
const OTHER = idOf(24);
const STOPPED = stateEvent(POD, 'stopped', T0);

const leaseUntil = (offsetSeconds: number): Lease => ({
  owner: 'somebody',
  token: 4,
  until: at(offsetSeconds),
});

function leased(lease: Lease): FakeWorld {
  const world = new FakeWorld();
  world.add(stoppedPod(23), { lease });
  world.add(stoppedPod(24));
  return world;
}

describe('a record that another live invocation has leased', () => {
  it('is not touched, while others are', async () => {
    const world = leased(leaseUntil(20));
    const before = world.record(POD);
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[OTHER]]);
    expect(world.told).toEqual([`opened ${OTHER}`]);
    expect(world.record(POD)).toEqual(before);
  });

  it('is taken over with a larger token when the lease is over', async () => {
    const world = leased(leaseUntil(1));
    await world.run(STOPPED);
    expect(world.ec2.starts.flat()).toContain(POD);
    expect(world.record(POD).lease).toMatchObject({ owner: 'request-1', token: 5 });
  });

  it('is touched when the lease is this invocation’s own', async () => {
    const world = leased({ ...leaseUntil(20), owner: 'request-1' });
    await world.run(STOPPED);
    expect(world.ec2.starts.flat()).toContain(POD);
  });

  it('is not checked for readiness either', async () => {
    const world = new FakeWorld();
    world.add(aView({ instanceId: POD }), {
      lease: leaseUntil(20),
      enrolment: { kind: 'unseen' },
    });
    const before = world.record(POD);
    await world.run(sweepMessage(at(2)));
    expect(world.record(POD)).toEqual(before);
    expect(world.ec2.tagged).toEqual([]);
  });

  it('lets what only it could be told come again, and nothing else', async () => {
    const world = leased(leaseUntil(20));
    const again = await world.run(
      STOPPED,
      readyMessage(POD, at(1)),
      stopCallMessage(POD, at(-1)),
      healthMessage(POD, at(1)),
      readyMessage(OTHER, at(1)),
      sweepMessage(at(2)),
      tickMessage(0, at(2)),
    );
    expect(again).toEqual([`ready ${POD}`, `stop call ${POD}`, `health ${POD}`]);
  });

  it('lets a Health event about one of its volumes come again', async () => {
    const world = leased(leaseUntil(20));
    const [volume = ''] = stoppedPod(23).volumeIds;
    const again = await world.run(healthMessage(volume, at(1)));
    expect(again).toEqual([`health ${volume}`]);
  });
});

describe('a conflict of versions', () => {
  it('makes a second pass for that instance only', async () => {
    const world = leased(leaseUntil(1));
    world.store.rivals.set(POD, 1);
    const again = await world.run(STOPPED, readyMessage(POD, at(1)));
    expect(again).toEqual([]);
    expect(world.ec2.looks.slice(1)).toEqual([
      { kind: 'some', instanceIds: [POD], volumeIds: [], down: false },
    ]);
    expect(world.clock.sleeps).toEqual([400]);
    expect(world.told.filter((text) => text === `opened ${OTHER}`)).toHaveLength(1);
  });

  it('needs no second pass when there is none', async () => {
    const world = leased(leaseUntil(1));
    await world.run(STOPPED);
    expect(world.ec2.looks).toHaveLength(1);
    expect(world.clock.sleeps).toEqual([]);
  });

  it('makes three passes at most', async () => {
    const world = leased(leaseUntil(1));
    world.store.rivals.set(POD, 9);
    const again = await world.run(STOPPED, readyMessage(POD, at(1)));
    expect(world.ec2.looks).toHaveLength(3);
    expect(again).toEqual([`ready ${POD}`]);
  });

  it('makes no pass for which there is no time left', async () => {
    const world = leased(leaseUntil(1));
    world.store.rivals.set(POD, 9);
    const release = world.journal.hold('look');
    const run = world.run(STOPPED, readyMessage(POD, at(1)));
    world.clock.goOn(seconds(11));
    release();
    expect(await run).toEqual([`ready ${POD}`]);
    expect(world.ec2.looks).toHaveLength(1);
  });

  it('keeps what the second pass decided in the chain of ticks', async () => {
    const world = leased(leaseUntil(1));
    world.store.rivals.set(POD, 1);
    await world.run(STOPPED);
    expect(world.store.fleet.nextTickAt).toBeDefined();
  });
});

/**
 * Why these tests? The start that goes out along with the intent may be accepted while the intent
 * is refused. The next look sees `pending` and no incident: healthy, and nobody would ever hear.
 */
describe('a start that EC2 accepted and that could not be recorded', () => {
  it('is recorded and told by the next pass', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.rivals.set(POD, 1);
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
    const { incident, starts } = world.record(POD);
    expect(incident?.attempts.map(({ outcome }) => outcome)).toEqual([
      { kind: 'accepted', at: at(2) },
    ]);
    expect(starts).toEqual([at(2)]);
  });

  // Why this test? A second pass found the table gone and an old answer of EC2, and started again.
  it('is NOT repeated by a pass that finds the table gone and an old answer', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.rivals.set(POD, 1);
    const sleep = world.clock.sleep.bind(world.clock);
    world.clock.sleep = async (length) => {
      world.store.isDown = true;
      world.ec2.views.set(POD, stoppedPod(23));
      await sleep(length);
    };
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.ec2.tagged).toHaveLength(1);
  });

  it('is added to the incident that the other invocation opened', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    const release = world.journal.hold('write');
    const run = world.run(STOPPED);
    await untilQuiet();
    const other = world.record(POD);
    world.store.records.set(POD, { ...other, version: 8, incident: anIncident() });
    release();
    await run;
    expect(world.ec2.starts).toEqual([[POD]]);
    const { incident, starts } = world.record(POD);
    expect(incident?.id).toBe(anIncident().id);
    expect(incident?.attempts).toHaveLength(1);
    expect(starts).toEqual([at(2)]);
    // The other invocation has told of its incident.
    expect(world.told).toEqual([]);
  });

  it('is not added when the other invocation recorded the same start', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    const release = world.journal.hold('write');
    const run = world.run(STOPPED);
    await untilQuiet();
    const incident = anIncident({ attempts: [anAttempt(at(1))] });
    world.store.records.set(POD, { ...world.record(POD), version: 8, incident, starts: [at(1)] });
    release();
    await run;
    expect(world.record(POD).incident?.attempts).toHaveLength(1);
    expect(world.record(POD).starts).toEqual([at(1)]);
  });

  it('is told and written on the instance when no pass could record it', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.rivals.set(POD, 9);
    await world.run(STOPPED);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.ec2.views.get(POD)?.tags['watchdog:last-start']).toContain('pod-23-20240801');
    world.store.rivals.set(POD, 0);
    world.ec2.boots(POD, OK_CHECKS);
    for (const wait of [60, 60]) {
      world.clock.goOn(seconds(wait));
      await world.run(sweepMessage(world.clock.now()));
    }
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
  });

  it('is told once too when the table goes away before the next pass', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.store.rivals.set(POD, 1);
    const releaseWrite = world.journal.hold('write');
    const run = world.run(STOPPED);
    await untilQuiet();
    const releaseRead = world.journal.hold('read');
    releaseWrite();
    await untilQuiet();
    world.store.isDown = true;
    releaseRead();
    await run;
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.ec2.tagged).toHaveLength(1);
  });

  it('is left to the other invocation when that one moved it', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.ec2.outcomes.set(POD, { kind: 'accepted', wasStopped: false });
    world.store.rivals.set(POD, 9);
    await world.run(STOPPED);
    expect(world.told).toEqual([]);
    expect(world.ec2.tagged).toEqual([]);
  });
});

describe('two invocations at once', () => {
  it('with the same event: one start that counts, one message', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    await Promise.all([world.run(STOPPED), world.run(STOPPED)]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.record(POD).starts).toHaveLength(1);
    expect(world.record(POD).incident?.attempts).toHaveLength(1);
  });

  it('claim one tick between them', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    await Promise.all([world.run(STOPPED), world.run(STOPPED)]);
    const { tickGeneration } = world.store.fleet;
    expect(world.ticks.filter(({ generation }) => generation === tickGeneration)).toHaveLength(1);
  });
});
