import { seconds } from '../../lambda/core/time';
import {
  aCause,
  aView,
  anAttempt,
  anIncident,
  at,
  BOOT,
  healthEvent,
  impaired,
  T0,
} from '../core/builders';
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
const SWEEP = sweepMessage(at(2));

const runningPod = (index: number, over: Parameters<typeof aView>[0] = {}) =>
  aView({ ...stoppedPod(index), state: 'running', stateReason: undefined, ...over });

describe('when EC2 does not answer the look', () => {
  function blind(): FakeWorld {
    const world = new FakeWorld();
    world.add(stoppedPod(23), { incident: anIncident() });
    world.ec2.looksFail = true;
    return world;
  }

  it('nothing is changed and nobody told', async () => {
    const world = blind();
    const before = world.record(POD);
    await world.run(STOPPED, SWEEP);
    expect(world.record(POD)).toEqual(before);
    expect(world.ec2.starts).toEqual([]);
    expect(world.told).toEqual([]);
    expect(world.store.fleet.version).toBe(0);
    expect(world.count('ReadsFailed')).toBe(1);
  });

  it('what no later look would show comes again, whatever instance it is about', async () => {
    const world = blind();
    const messages = [
      readyMessage(idOf(99), at(1)),
      stopCallMessage(POD, at(-1)),
      healthMessage(idOf(99), at(1)),
      healthMessage('vol-00000000000000099', at(1)),
    ];
    const again = await world.run(STOPPED, ...messages, SWEEP, tickMessage(0, at(2)));
    expect(again).toEqual(messages.map(({ id }) => id));
  });

  it('nothing comes again when it answers', async () => {
    const world = blind();
    world.ec2.looksFail = false;
    const again = await world.run(STOPPED, readyMessage(POD, at(1)), stopCallMessage(POD, at(-1)));
    expect(again).toEqual([]);
  });
});

describe('an instance with which the program cannot cope', () => {
  /** A newer version wrote it, and was rolled back. */
  const newer = { kind: 'network' } as unknown as Parameters<typeof aCause>[0];

  it('is counted and left alone, and the others go on', async () => {
    const world = new FakeWorld();
    const stories = { ...anIncident({ cause: aCause(newer) }), mandate: undefined } as never;
    world.add(stoppedPod(23), { incident: stories });
    world.add(stoppedPod(24));
    await world.run(STOPPED, stateEvent(idOf(24), 'stopped', T0));
    expect(world.ec2.starts).toEqual([[idOf(24)]]);
    expect(world.count('InvocationsFailed')).toBe(1);
  });

  it('is told in plain words when its alert cannot be written', async () => {
    const world = new FakeWorld();
    const alert = { key: 'k', kind: 'opened', severity: 'warning', at: T0 } as const;
    const incident = anIncident({
      cause: aCause(newer),
      resolved: { at: T0, reason: 'recovered' },
    });
    world.add(runningPod(23), { incident, outbox: [alert] });
    world.add(stoppedPod(24));
    await world.run(SWEEP);
    expect(world.told).toEqual(expect.arrayContaining([`opened ${POD}`, `opened ${idOf(24)}`]));
    expect(world.ec2.starts).toEqual([[idOf(24)]]);
  });
});

describe('when EC2 does not answer the sweep about status checks', () => {
  it('it is counted: nobody else would notice that impairments go unseen', async () => {
    const world = new FakeWorld();
    world.add(runningPod(23));
    world.ec2.statusesFail = true;
    await world.run(SWEEP);
    expect(world.count('ReadsFailed')).toBe(1);
  });
});

describe('an instance with an open incident that EC2 does not show', () => {
  const open = (): FakeWorld => {
    const world = new FakeWorld();
    world.add(stoppedPod(23), { incident: anIncident({ attempts: [anAttempt(at(1))] }) });
    world.add(runningPod(24));
    return world;
  };
  const sweepTwice = async (world: FakeWorld): Promise<void> => {
    for (let count = 0; count < 2; count += 1) {
      await world.run(sweepMessage(world.clock.now()));
      world.clock.goOn(seconds(60));
    }
  };

  it('is closed when two sweeps in a row miss it', async () => {
    const world = open();
    world.ec2.views.delete(POD);
    await sweepTwice(world);
    expect(world.store.archived.map(({ incident }) => incident?.resolved?.reason)).toEqual([
      'opt-in-removed',
    ]);
    expect(world.ec2.starts).toEqual([]);
  });

  it('is not closed by one sweep', async () => {
    const world = open();
    world.ec2.views.delete(POD);
    await world.run(SWEEP);
    expect(world.record(POD).incident?.resolved).toBeUndefined();
  });

  it('is not closed by sweeps that show nothing at all (S12)', async () => {
    const world = open();
    world.ec2.views.clear();
    await sweepTwice(world);
    expect(world.store.archived).toEqual([]);
    expect(world.record(POD).incident).toEqual(anIncident({ attempts: [anAttempt(at(1))] }));
  });

  it('is closed when sweeps show nothing for a quarter of an hour: it was the only one', async () => {
    const world = open();
    world.ec2.views.clear();
    for (let count = 0; count < 16; count += 1) await sweepTwice(world);
    expect(world.store.archived.map(({ incident }) => incident?.resolved?.reason)).toEqual([
      'opt-in-removed',
    ]);
    expect(world.told).toEqual([`closed ${POD}`]);
    expect(world.ec2.starts).toEqual([]);
  });

  it('is not closed by a look at something else', async () => {
    const world = open();
    world.ec2.views.delete(POD);
    for (const offset of [2, 100, 200]) {
      await world.run(stateEvent(idOf(24), 'running', at(offset)));
      world.clock.goOn(seconds(60));
    }
    expect(world.record(POD).incident?.resolved).toBeUndefined();
    expect(world.record(POD).unseenSince).toBeUndefined();
  });
});

describe('when status checks cannot be read', () => {
  it('an impairment is no incident, and is one when they are read', async () => {
    const world = new FakeWorld();
    world.add(runningPod(23, { checks: impaired(at(-600)) }));
    world.ec2.statusesFail = true;
    await world.run(SWEEP);
    expect(world.told).toEqual([]);
    world.ec2.statusesFail = false;
    await world.run(SWEEP);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('nobody is paged that it does not serve, and is when they are read', async () => {
    const world = new FakeWorld();
    const launchTime = at(-1_200);
    const progress = { kind: 'booting', launchTime, since: launchTime } as const;
    const attempts = [anAttempt(at(-1_201))];
    const incident = anIncident({
      openedAt: at(-1_300),
      launchTimeBefore: BOOT,
      attempts,
      progress,
    });
    const system = { status: 'initializing' } as const;
    const view = runningPod(23, { launchTime });
    world.add({ ...view, checks: { ...view.checks, system } }, { incident });
    world.ec2.change(POD, {
      checks: {
        system,
        instance: system,
        attachedEbs: system,
        application: { status: 'not-configured' },
      },
    });
    world.ec2.statusesFail = true;
    await world.run(SWEEP);
    expect(world.told).toEqual([]);
    expect(world.count('ReadsFailed')).toBeGreaterThan(0);
    world.ec2.statusesFail = false;
    await world.run(SWEEP);
    expect(world.told).toEqual([`needs-person ${POD}`]);
  });
});

describe('a record that cannot be read', () => {
  it('keeps its instance out of everything, while others proceed', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.add(stoppedPod(24));
    world.store.quarantined = [POD];
    const before = world.record(POD);
    await world.run(STOPPED, SWEEP);
    expect(world.ec2.starts).toEqual([[idOf(24)]]);
    expect(world.told).toEqual([`opened ${idOf(24)}`]);
    expect(world.record(POD)).toEqual(before);
  });
});

describe('the heartbeat', () => {
  const managed = (): FakeWorld => {
    const world = new FakeWorld();
    world.add(runningPod(23));
    return world;
  };

  it('beats once for a sweep that did its work, and counts', async () => {
    const world = managed();
    await world.run(SWEEP);
    expect(world.beats).toBe(1);
    expect(world.count('Heartbeat')).toBe(1);
    expect(world.count('Managed')).toBe(1);
  });

  it('beats last, when everything else was done', async () => {
    const world = managed();
    await world.run(SWEEP);
    expect(world.journal.lines.at(-1)).toBe('beat answered');
  });

  it.each([
    ['an event', STOPPED],
    ['a tick', tickMessage(0, at(2))],
    ['a sweep that is old', sweepMessage(at(-119))],
  ])('does not beat for %s', async (_what, message) => {
    const world = managed();
    await world.run(message);
    expect(world.beats).toBe(0);
    expect(world.count('Heartbeat')).toBe(0);
  });

  it.each<[string, (world: FakeWorld) => void]>([
    ['EC2', (world) => (world.ec2.looksFail = true)],
    ['the table', (world) => (world.store.isDown = true)],
  ])('goes quiet when the sweep could not read %s', async (_what, breakIt) => {
    const world = managed();
    breakIt(world);
    await world.run(SWEEP);
    expect(world.beats).toBe(0);
    expect(world.count('Heartbeat')).toBe(0);
  });

  it('beats although one instance is being changed by somebody else', async () => {
    const world = managed();
    world.add(stoppedPod(24));
    world.store.rivals.set(idOf(24), 9);
    await world.run(SWEEP);
    expect(world.beats).toBe(1);
  });
});

describe('a Health event that names a volume', () => {
  it('reaches the instance that has it', async () => {
    const world = new FakeWorld();
    const pod = runningPod(23);
    world.add(pod);
    world.add(runningPod(24));
    const again = await world.run(healthMessage(pod.volumeIds[0] ?? '', at(1)));
    expect(again).toEqual([]);
    expect(world.told).toEqual([`notice ${POD}`]);
    expect(world.record(POD).evidence.map(({ kind }) => kind)).toEqual(['health']);
    expect(world.record(idOf(24)).evidence).toEqual([]);
  });

  it('reaches nobody when the volume is nobody’s', async () => {
    const world = new FakeWorld();
    world.add(runningPod(23));
    await world.run(healthMessage('vol-00000000000000099', at(1)));
    expect(world.told).toEqual([]);
    expect(world.store.written).toEqual([]);
  });

  it('is told once, however often it comes', async () => {
    const world = new FakeWorld();
    const pod = runningPod(23, {});
    world.add(pod, { evidence: [healthEvent()] });
    const message = healthMessage(pod.volumeIds[0] ?? '', at(1));
    await world.run(message, message);
    await world.run(message);
    expect(world.told).toEqual([`notice ${POD}`]);
  });
});
