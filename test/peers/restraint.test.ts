import { FULL, templateOf } from '../lib/stack-under-test';
import { permissionsOf } from '../lib/role-under-test';
import { SIGNAL_TABLE } from '../../lambda/core/signals/table';
import { factsOf } from '../../sim/history';
import { GUEST_STOP, T0, USER_STOP, at } from '../core/builders';
import { event, parse } from '../core/signals/event';
import { FakeWorld, idOf, stoppedPod } from '../shell/fake-ports';
import { actsOf, illPod, isWell, oneIll, runningPod, sweepAfter } from '../shell/ill-pods';
import { stateEvent, stopCallMessage } from '../shell/messages';
import { account, mutationsOf, servesIn, serverId, startsOf, toldIn } from './played';

const POD = idOf(23);

describe('a repository with this pitch: a migration that terminates the instance', () => {
  it('moves a server off its broken host as the same server, and asks for nothing by hand', async () => {
    const world = account();
    world.at(300, () => world.aws.breaks(serverId(1), 'system'));
    await world.runUntil(3_600);
    const { facts } = world.history;
    expect(new Set(mutationsOf(facts))).toEqual(
      new Set(['StopInstances', 'StartInstances', 'CreateTags']),
    );
    expect(factsOf(facts, 'instance')).toHaveLength(1);
    expect(servesIn(world, serverId(1))).toBe(true);
    expect(toldIn(world, serverId(1))).toEqual(['opened', 'serving']);
    const [, serving] = factsOf(facts, 'message').filter(
      ({ attributes }) => attributes['instanceId'] === serverId(1),
    );
    expect(serving?.email).toMatch(/nothing to do/i);
  });

  it('has no permission to terminate, with everything configured: it is even denied', () => {
    const allowed = permissionsOf(templateOf(FULL)).filter(({ effect }) => effect === 'Allow');
    expect(allowed.flatMap(({ actions }) => actions)).not.toContain('ec2:TerminateInstances');
    const denied = permissionsOf(templateOf()).filter(({ effect }) => effect === 'Deny');
    expect(denied.flatMap(({ actions }) => actions)).toContain('ec2:TerminateInstances');
  });

  it('twin: what a person terminated is told as what it is, and nothing is tried', async () => {
    const world = account();
    world.at(300, () => world.people.terminate(serverId(1)));
    await world.runUntil(1_200);
    expect(mutationsOf(world.history.facts)).not.toContain('StartInstances');
    expect(toldIn(world, serverId(1))).toContain('needs-person');
  });
});

describe('a repository with this pitch: rules that wait for events nobody emits', () => {
  /** What AWS's services document that they send, and what the server itself is told to send. */
  const EMITTED = [
    'aws.ec2 EC2 Instance State-change Notification',
    'aws.health AWS Health Event',
    'aws.cloudwatch CloudWatch Alarm State Change',
    'aws.ec2 AWS API Call via CloudTrail',
    'watchdog.server Server Ready',
    'aws.ssm EC2 Command Invocation Status-change Notification',
    'watchdog.hook Hook Status',
  ];
  const hooks = [
    { name: 'presence', on: 'serving', kind: 'ssm', document: 'livechat-presence' },
    { name: 'backfill', on: 'serving', kind: 'event' },
  ] as const;
  const rules = Object.values(
    templateOf({ policies: { livechat: { hooks } } }).findResources('AWS::Events::Rule'),
  ) as {
    Properties: { EventPattern: { source: string[]; 'detail-type': string[] } };
  }[];
  const patterns = rules.map(({ Properties: { EventPattern } }) => EventPattern);

  it('every rule waits for an event that somebody sends', () => {
    const awaited = patterns.flatMap((pattern) =>
      pattern.source.flatMap((source) =>
        pattern['detail-type'].map((detailType) => `${source} ${detailType}`),
      ),
    );
    expect(awaited.length).toBeGreaterThan(0);
    expect(awaited.filter((one) => !EMITTED.includes(one))).toEqual([]);
  });

  it('every one that comes by bus is awaited by a rule, and read', () => {
    for (const { source, detailType, via } of SIGNAL_TABLE) {
      if (via !== 'bus') continue;
      const isAwaited = patterns.some(
        (pattern) => pattern.source.includes(source) && pattern['detail-type'].includes(detailType),
      );
      expect([detailType, isAwaited]).toEqual([detailType, true]);
    }
  });

  it.each([
    'EC2 Instance Status Check Failed',
    'EC2 Instance System Status Check Failed',
    'EC2 Instance Retirement',
  ])('twin: %s is an event of nobody, and none is made of it', (detailType) => {
    expect(EMITTED.join()).not.toContain(detailType);
    const read = parse(event({ source: 'aws.ec2', 'detail-type': detailType, detail: {} }));
    expect(read.outcome).not.toBe('signal');
  });
});

describe('Karpenter: a breaker that ignores zones, latches, then stampedes', () => {
  /** Six of eight servers of one zone fail, and one of twenty-one in another. */
  function zoneDown(): FakeWorld {
    const world = new FakeWorld();
    for (let index = 1; index <= 8; index += 1) {
      world.add(index <= 6 ? illPod(index) : runningPod(index));
    }
    for (let index = 11; index <= 30; index += 1) {
      world.add(runningPod(index, { zone: 'us-east-1c' }));
    }
    return world;
  }
  const stopped = ({ ec2 }: FakeWorld): readonly string[] =>
    ec2.stops.map(({ instanceId }) => instanceId);
  const minutes = async (world: FakeWorld, count: number): Promise<void> => {
    for (let passed = 0; passed < count; passed += 1) await sweepAfter(world, 60);
  };

  it('ignores zones: NOT; the other zone is helped, and the sick one left alone', async () => {
    const world = zoneDown();
    world.add(illPod(40, { zone: 'us-east-1c' }));
    await sweepAfter(world, 0);
    await minutes(world, 3);
    expect(stopped(world)).toEqual([idOf(40)]);
  });

  it('latches: NOT; ten minutes after the storm those that are still ill are helped', async () => {
    const world = zoneDown();
    await sweepAfter(world, 0);
    isWell(world, 1, 2, 3, 4);
    await minutes(world, 9);
    expect(stopped(world)).toEqual([]);
    await minutes(world, 3);
    expect(stopped(world)).toEqual([idOf(5), idOf(6)]);
  });

  it('stampedes: NOT; a whole zone that is left ill is helped one at a time', async () => {
    const world = new FakeWorld();
    for (let index = 1; index <= 8; index += 1) world.add(illPod(index));
    await sweepAfter(world, 0);
    // As many again in the same zone are well: it is no storm any more.
    for (let index = 51; index <= 58; index += 1) world.add(runningPod(index));
    await minutes(world, 14);
    expect(stopped(world)).toHaveLength(1);
  });

  it('twin: it does open; with the breaker shut a single one would be helped at once', async () => {
    const world = zoneDown();
    await sweepAfter(world, 0);
    await minutes(world, 1);
    expect(actsOf(world)).toEqual([]);
    expect(world.told).toEqual(['storm many']);
    expect(world.record(idOf(1)).incident?.timeline.at(-1)?.reason).toBe('zone-storm');
    const single = oneIll();
    await sweepAfter(single, 0);
    expect(single.ec2.stops).toHaveLength(1);
  });
});

describe('most small repositories: every stopped instance is started, whoever stopped it', () => {
  const stoppedFor = (code: string): FakeWorld => {
    const world = new FakeWorld();
    const stateReason = { code, message: `${code}: text` };
    world.add(stoppedPod(23, { stateReason }));
    return world;
  };
  const SCHEDULER = 'arn:aws:sts::111122223333:assumed-role/InstanceScheduler/x';

  it.each([
    ['a person', USER_STOP, [stopCallMessage(POD, at(-3))]],
    ['a scheduler', USER_STOP, [stopCallMessage(POD, at(-3), SCHEDULER)]],
    ['somebody who is not known yet', USER_STOP, []],
    ['its own guest', GUEST_STOP, []],
  ])('NOT what %s stopped', async (_who, code, calls) => {
    const world = stoppedFor(code);
    await world.run(...calls, stateEvent(POD, 'stopped', T0));
    for (let count = 0; count < 30; count += 1) await sweepAfter(world, 60);
    expect(world.ec2.starts).toEqual([]);
  });

  it('twin: what AWS stopped is started', async () => {
    const world = stoppedFor('Server.ScheduledStop');
    await world.run(stateEvent(POD, 'stopped', T0));
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('NOT what nobody opted in, or what AWS stopped before it was enrolled', async () => {
    const world = account();
    world.ec2.addInstance({ id: serverId(7), zone: 'us-east-1b', tags: {} });
    world.at(300, () => void world.aws.hostFailure(serverId(7), { stoppingS: 20 }));
    await world.runUntil(1_200);
    expect(startsOf(world, serverId(7))).toEqual([]);
  });
});
