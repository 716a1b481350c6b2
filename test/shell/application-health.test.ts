import { anIncident, at, BOOT, impaired, INITIALIZING, OK_CHECKS } from '../core/builders';
import { FakeWorld, idOf } from './fake-ports';
import { actsOf, illPod, isWell, runningPod, sweepAfter, tickAfter } from './ill-pods';
import { healthMessage, readyMessage, stateEvent } from './messages';

const POD = idOf(23);
const ALARM = { applicationAlarm: 'chat-{id}' };
const RESTART = { ...ALARM, restartDocument: 'Restart-Chat' };
const IMPAIRED = { status: 'impaired', impairedSince: at(-600) } as const;
const OK = { status: 'ok' } as const;

/** Server 23, well as EC2 sees it, and nineteen others whose applications are well. */
function fleet(policy: object = RESTART): FakeWorld {
  const world = new FakeWorld({ livechat: policy });
  for (let index = 1; index <= 19; index += 1) {
    world.add(runningPod(index));
    world.application.checks.set(idOf(index), OK);
  }
  world.add(runningPod(23));
  world.application.checks.set(POD, OK);
  return world;
}

describe('an application that CloudWatch judges', () => {
  it('is impaired by its alarm: EC2 is asked about it, and its service restarted', async () => {
    const world = fleet();
    world.application.checks.set(POD, IMPAIRED);
    await sweepAfter(world, 0);
    expect(world.ec2.statusAsked).toEqual([[POD]]);
    expect(world.service.commands).toEqual([{ instanceId: POD, document: 'Restart-Chat' }]);
    expect(world.ec2.tagged.map(({ tags }) => Object.keys(tags))).toEqual([
      ['watchdog:last-action'],
    ]);
  });

  it('that is well leaves nothing to do, and costs no call of EC2', async () => {
    const world = fleet();
    await sweepAfter(world, 0);
    expect([actsOf(world), world.told, world.ec2.statusAsked]).toEqual([[], [], []]);
    expect(world.application.asked).toHaveLength(1);
    expect(world.application.asked[0]).toHaveLength(20);
  });

  it('is not asked about where the policy names nothing', async () => {
    const world = fleet({});
    world.application.checks.set(POD, IMPAIRED);
    await sweepAfter(world, 0);
    expect([world.application.asked, world.told]).toEqual([[], []]);
  });

  it('is asked about by its metric too', async () => {
    const applicationMetric = { namespace: 'Chat', name: 'Sessions', below: 1 };
    const world = fleet({ applicationMetric, restartDocument: 'Restart-Chat' });
    world.application.checks.set(POD, IMPAIRED);
    await sweepAfter(world, 0);
    expect(world.service.commands).toHaveLength(1);
  });

  it('is not blamed while EC2’s own checks are not known (S13)', async () => {
    const world = fleet();
    world.application.checks.set(POD, IMPAIRED);
    world.ec2.statusOfFails = true;
    await sweepAfter(world, 0);
    expect([actsOf(world), world.told]).toEqual([[], []]);
    expect(world.count('ReadsFailed')).toBe(1);
    world.ec2.statusOfFails = false;
    await sweepAfter(world, 60);
    expect(world.service.commands).toHaveLength(1);
  });

  it('is not blamed for what EC2 says of its host', async () => {
    const world = fleet();
    world.add(illPod(23));
    world.application.checks.set(POD, IMPAIRED);
    await sweepAfter(world, 0);
    expect(world.service.commands).toEqual([]);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('that EC2’s own check calls impaired is so whatever CloudWatch says', async () => {
    const world = fleet();
    world.add(illPod(23, { checks: impaired(at(-600), 'application') }));
    world.application.checks.set(POD, { status: 'insufficient-data' });
    await sweepAfter(world, 0);
    expect(world.service.commands).toHaveLength(1);
  });
});

describe('when CloudWatch does not answer', () => {
  it('nothing is done, nothing told, and it is counted', async () => {
    const world = fleet();
    world.application.checks.clear();
    await sweepAfter(world, 0);
    expect([actsOf(world), world.told]).toEqual([[], []]);
    expect(world.count('ReadsFailed')).toBe(1);
  });

  it('about the others, the one that is impaired is not taken down: it may be all of them', async () => {
    const world = fleet();
    world.application.checks.clear();
    world.application.checks.set(POD, IMPAIRED);
    await sweepAfter(world, 0);
    await tickAfter(world, 60);
    expect(actsOf(world)).toEqual([]);
    for (let index = 1; index <= 19; index += 1) world.application.checks.set(idOf(index), OK);
    await tickAfter(world, 60);
    expect(world.service.commands).toHaveLength(1);
  });

  it('about the others, a failed host is helped all the same', async () => {
    const world = fleet();
    world.add(illPod(23));
    world.application.checks.clear();
    world.application.checks.set(POD, IMPAIRED);
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('an open incident does not end: that it is well must be known', async () => {
    const world = fleet();
    world.application.checks.set(POD, IMPAIRED);
    await sweepAfter(world, 0);
    world.application.checks.clear();
    for (let count = 0; count < 10; count += 1) await tickAfter(world, 60);
    expect(world.record(POD).incident?.served).toEqual([]);
    world.application.checks.set(POD, OK);
    for (let count = 0; count < 4; count += 1) await tickAfter(world, 60);
    expect(world.record(POD).incident).toBeUndefined();
  });
});

describe('who is asked about between two sweeps', () => {
  const open = anIncident({
    condition: 'impaired',
    progress: { kind: 'booting', launchTime: BOOT, since: at(1) },
  });

  it('by a tick: what has an open incident, and nothing else', async () => {
    const world = fleet();
    world.add(runningPod(23), { incident: open });
    await tickAfter(world, 0);
    expect(world.application.asked).toEqual([[POD]]);
  });

  it('nobody twice in a pass, also where EC2 does not answer about it', async () => {
    const world = fleet();
    world.add(runningPod(23), { incident: open });
    world.application.checks.set(POD, IMPAIRED);
    world.ec2.statusOfFails = true;
    await tickAfter(world, 0);
    expect(world.ec2.statusAsked).toEqual([[POD]]);
    expect(actsOf(world)).toEqual([]);
  });

  it('by an event: what it is about', async () => {
    const world = fleet();
    await world.run(healthMessage(POD, at(1), 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE'));
    await world.run(stateEvent(idOf(1), 'running', at(1)));
    expect(world.application.asked.flat()).toEqual([POD, idOf(1)]);
  });

  it('by a takedown that is due: every server of its policy, once a pass', async () => {
    const world = fleet();
    world.add(runningPod(23), { incident: open });
    world.application.checks.set(POD, IMPAIRED);
    await tickAfter(world, 0);
    expect(world.application.asked.map((ids) => ids.length)).toEqual([1, 19]);
  });
});

describe('a boot that CloudWatch has not seen yet (S19)', () => {
  const booted = () => {
    const world = fleet();
    const incident = anIncident({
      openedAt: at(-120),
      launchTimeBefore: BOOT,
      progress: { kind: 'booting', launchTime: at(-60), since: at(-60) },
    });
    world.add(runningPod(23, { launchTime: at(-60), checks: INITIALIZING }), { incident });
    return world;
  };

  it('is not proved by an alarm that still says what it said before', async () => {
    const world = booted();
    await tickAfter(world, 60);
    expect(world.told).toEqual([]);
  });

  it('is proved by the server’s own ready event', async () => {
    const world = booted();
    await world.run(readyMessage(POD, at(1)));
    expect(world.told).toEqual([`serving ${POD}`]);
  });

  it('is proved by the alarm once it can only speak of this boot', async () => {
    const world = booted();
    isWell(world, 23);
    for (let count = 0; count < 5; count += 1) await tickAfter(world, 60);
    expect(world.told).toEqual([`serving ${POD}`]);
  });
});

describe('S11: every application fails at once while EC2 is fine', () => {
  function all(count: number, judged: 'by alarm' | 'by EC2'): FakeWorld {
    const check = { protocol: 'http', port: 80, path: '/up' };
    const policy = judged === 'by alarm' ? RESTART : { applicationCheck: check };
    const world = new FakeWorld({ livechat: policy });
    const checks = impaired(at(-600), 'application');
    for (let index = 1; index <= count; index += 1) {
      world.add(runningPod(index, judged === 'by EC2' ? { checks } : {}));
      if (judged === 'by alarm') world.application.checks.set(idOf(index), IMPAIRED);
    }
    return world;
  }

  it.each(['by alarm', 'by EC2'] as const)(
    '%s: nothing is taken down, one page',
    async (judged) => {
      const world = all(4, judged);
      await sweepAfter(world, 0);
      for (let count = 0; count < 4; count += 1) await tickAfter(world, 60);
      expect(actsOf(world)).toEqual([]);
      expect(world.service.commands).toEqual([]);
      const pages = world.sent.filter(({ attributes }) => attributes['severity'] === 'critical');
      expect(pages).toHaveLength(1);
      expect(pages[0]?.email).toContain('check-suspect');
    },
  );

  it.each(['by alarm', 'by EC2'] as const)(
    '%s: not where one of them is well, all in one zone or not',
    async (judged) => {
      const world = all(4, judged);
      world.add(runningPod(5, { checks: { ...OK_CHECKS, application: OK } }));
      world.application.checks.set(idOf(5), OK);
      await sweepAfter(world, 0);
      const acts = [...world.service.commands, ...world.ec2.reboots];
      expect(acts).toHaveLength(1);
    },
  );

  // Why this test? EC2 names only what fails: a server without a verdict passed for a sound one.
  it.each(['initializing', 'insufficient-data', 'unknown'] as const)(
    'by EC2: nothing either where the fifth is %s',
    async (status) => {
      const world = all(4, 'by EC2');
      world.add(runningPod(5, { checks: { ...OK_CHECKS, application: { status } } }));
      await sweepAfter(world, 0);
      for (let count = 0; count < 2; count += 1) await tickAfter(world, 60);
      expect([world.service.commands, world.ec2.reboots]).toEqual([[], []]);
      const pages = world.sent.filter(({ attributes }) => attributes['severity'] === 'critical');
      expect(pages.map(({ subject }) => subject)).toEqual([expect.stringContaining('fail their')]);
    },
  );

  it('not where there are only two', async () => {
    const world = all(2, 'by alarm');
    await sweepAfter(world, 0);
    expect(world.service.commands).toHaveLength(1);
  });
});
