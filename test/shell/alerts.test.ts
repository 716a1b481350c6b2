import { seconds } from '../../lambda/core/time';
import { aView, anAttempt, anIncident, at, BOOT, OK_CHECKS, T0 } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { healthMessage, stateEvent, sweepMessage, tickMessage } from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);

async function sweep(world: FakeWorld, afterSeconds = 60): Promise<void> {
  world.clock.goOn(seconds(afterSeconds));
  await world.run(sweepMessage(world.clock.now()));
}

/** Serving since ten minutes, and seen well once: one more look resolves its incident. */
function nearlyRecovered(): FakeWorld {
  const world = new FakeWorld();
  const launchTime = at(-600);
  const view = { ...aView({ instanceId: POD, launchTime }), tags: stoppedPod(23).tags };
  const progress = {
    kind: 'serving',
    launchTime,
    at: at(-540),
    proof: 'status-checks',
    passes: 1,
    lastPassAt: at(-120),
  } as const;
  const incident = anIncident({
    openedAt: at(-660),
    launchTimeBefore: BOOT,
    attempts: [anAttempt(at(-601))],
    served: [at(-540)],
    progress,
    timeline: [{ at: at(-540), decision: 'defer', reason: 'verifying' }],
  });
  world.add(view, { incident, starts: [at(-601)] });
  return world;
}

describe('an alert', () => {
  it('stays in the outbox while SNS does not take it, and goes out at the next look', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.snsTakes = () => false;
    await world.run(STOPPED);
    expect(world.record(POD).outbox.map(({ kind }) => kind)).toEqual(['opened']);
    expect(world.count('AlertsFailed')).toBe(1);
    world.snsTakes = () => true;
    world.clock.goOn(seconds(4));
    await world.run(tickMessage(world.store.fleet.tickGeneration, world.clock.now()));
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.record(POD).outbox).toEqual([]);
  });

  it('does not wait for another of its instance that SNS does not take', async () => {
    const world = new FakeWorld();
    const alert = (key: string) => ({ key, kind: 'notice', severity: 'info', at: T0 }) as const;
    const outbox = [
      { ...alert('a'), text: 'poison' },
      { ...alert('b'), text: 'fine' },
    ];
    world.add(stoppedPod(23), { outbox });
    world.snsTakes = ({ email }) => !email.includes('poison');
    await world.run(STOPPED);
    expect(world.record(POD).outbox.map(({ key }) => key)).toEqual(['a']);
  });

  it('is not sent again once SNS took it', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    await world.run(STOPPED);
    await sweep(world);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('waits in its own outbox only: another instance is told', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.add(stoppedPod(24));
    world.snsTakes = ({ attributes }) => attributes['instanceId'] !== POD;
    await world.run(STOPPED);
    expect(world.told).toEqual([`opened ${idOf(24)}`]);
    expect(world.record(POD).outbox).toHaveLength(1);
    expect(world.record(idOf(24)).outbox).toEqual([]);
  });

  it('brings the next look soon while it waits', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.snsTakes = () => false;
    await world.run(STOPPED);
    expect(world.ticks.at(-1)?.delay).toBe(4_000);
  });
});

describe('one event of AWS Health that names many', () => {
  const CODE = 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE';
  const PODS = Array.from({ length: 6 }, (_, index) => idOf(index + 1));

  function serving(): FakeWorld {
    const world = new FakeWorld();
    for (const instanceId of PODS) world.add(aView({ instanceId }));
    return world;
  }

  it('is one message, and NOT one for each server', async () => {
    const world = serving();
    await world.run(healthMessage(PODS, at(1), CODE));
    expect(world.told).toEqual(['notice many']);
    expect(world.sent[0]?.subject).toMatch(/^6 servers notice: AWS Health: /);
    expect(PODS.flatMap((id) => world.record(id).outbox)).toEqual([]);
    await sweep(world);
    expect(world.told).toHaveLength(1);
  });

  it('of few is told of each', async () => {
    const world = serving();
    await world.run(healthMessage(PODS.slice(0, 2), at(1), CODE));
    expect(world.told).toEqual(PODS.slice(0, 2).map((id) => `notice ${id}`));
  });

  it('that SNS does not take waits in every outbox', async () => {
    const world = serving();
    world.snsTakes = () => false;
    await world.run(healthMessage(PODS, at(1), CODE));
    expect(PODS.flatMap((id) => world.record(id).outbox)).toHaveLength(6);
    world.snsTakes = () => true;
    await sweep(world);
    expect(world.told).toEqual(['notice many']);
  });
});

describe('an incident that is over', () => {
  it('is archived once and taken off the record', async () => {
    const world = nearlyRecovered();
    await sweep(world, 0);
    await sweep(world);
    expect(world.store.archived).toHaveLength(1);
    expect(world.store.archived[0]?.incident?.resolved?.reason).toBe('recovered');
    const { incident, lastIncidentId } = world.record(POD);
    expect(incident).toBeUndefined();
    expect(lastIncidentId).toBe(anIncident().id);
  });

  it('is not archived before', async () => {
    const world = nearlyRecovered();
    world.ec2.statusesFail = true;
    await sweep(world, 0);
    expect(world.store.archived).toEqual([]);
    expect(world.record(POD).incident).toBeDefined();
  });

  it('stays on the record while an alert of it has not gone out', async () => {
    const world = nearlyRecovered();
    const record = world.record(POD);
    const alert = { key: 'k', kind: 'serving', severity: 'info', at: at(-540) } as const;
    world.store.records.set(POD, { ...record, outbox: [alert] });
    world.snsTakes = () => false;
    await sweep(world, 0);
    expect(world.record(POD).incident?.resolved).toBeDefined();
    expect(world.store.archived).toEqual([]);
    world.snsTakes = () => true;
    await sweep(world);
    expect(world.told).toEqual([`serving ${POD}`]);
    expect(world.store.archived).toHaveLength(1);
    expect(world.record(POD).incident).toBeUndefined();
  });

  it('stays on the record while the archive does not answer, and is archived later', async () => {
    const world = nearlyRecovered();
    world.store.archiveDown = true;
    await sweep(world, 0);
    expect(world.record(POD).incident?.resolved).toBeDefined();
    world.store.archiveDown = false;
    await sweep(world);
    expect(world.store.archived).toHaveLength(1);
    expect(world.record(POD).incident).toBeUndefined();
  });

  it('is archived by the next look when the Lambda died before', async () => {
    const world = nearlyRecovered();
    await world.runAndDie('archive', 'before-effect', sweepMessage(at(2)));
    await sweep(world);
    expect(world.store.archived).toHaveLength(1);
    expect(world.record(POD).incident).toBeUndefined();
  });

  it('is taken off the record when it was archived already', async () => {
    const world = nearlyRecovered();
    await world.runAndDie('archive', 'after-effect', sweepMessage(at(2)));
    await sweep(world);
    expect(world.store.archived).toHaveLength(1);
    expect(world.record(POD).incident).toBeUndefined();
  });

  it('does not hide a new stop', async () => {
    const world = nearlyRecovered();
    world.store.archiveDown = true;
    await sweep(world, 0);
    world.store.archiveDown = false;
    world.clock.goOn(seconds(30));
    const now = world.clock.now();
    const { state, stateReason } = stoppedPod(23);
    world.ec2.change(POD, { state, stateReason });
    await world.run(stateEvent(POD, 'stopped', now));
    await sweep(world);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
  });
});

describe('serving again', () => {
  it('is told once, by the first look that proves it', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    await world.run(STOPPED);
    world.ec2.boots(POD, OK_CHECKS);
    await sweep(world);
    await sweep(world);
    await sweep(world);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
    expect(world.record(POD).incident).toBeUndefined();
    expect(world.store.archived).toHaveLength(1);
  });
});
