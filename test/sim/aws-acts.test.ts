import { DescribeInstanceStatusCommand } from '@aws-sdk/client-ec2';
import { after, seconds } from '../../lambda/core/time';
import type { InstanceSpec, PlannedEvent } from '../../sim/account/ec2-instance';
import { factsOf, type CheckName } from '../../sim/history';
import { SCHEDULER } from '../../sim/people';
import type { World } from '../../sim/world';
import { inside, lab, POD } from './account/lab';

const workload = { appStartS: 12, sendsReadyEvent: true };

async function played(
  play: (world: World) => void,
  { untilS = 900, spec = {} }: { untilS?: number; spec?: Partial<InstanceSpec> } = {},
): Promise<World> {
  const world = lab(async () => undefined);
  world.ec2.addInstance({ id: POD, workload, ...spec });
  play(world);
  await world.runUntil(untilS);
  return world;
}

const lastCheck = ({ history }: World, name: CheckName): string | undefined =>
  factsOf(history.facts, 'check').findLast(({ check }) => check === name)?.status;

const statesOf = ({ history }: World): readonly string[] =>
  factsOf(history.facts, 'state').map(({ to }) => to);

describe('an instance that goes down without a reason', () => {
  it('is stopped, EC2 gives no StateReason, and CloudTrail knows of no call', async () => {
    const world = await played((world) => world.at(10, () => world.aws.goesDown(POD)));
    expect(statesOf(world)).toEqual(['stopping', 'stopped']);
    const { facts } = world.history;
    expect(factsOf(facts, 'state').map(({ code }) => code)).toEqual([undefined, undefined]);
    expect(factsOf(facts, 'asked')).toEqual([]);
  });
});

describe("AWS's own recovery", () => {
  const recovered = (outcome: 'success' | 'failure'): Promise<World> =>
    played(
      (world) => {
        world.at(10, () => world.aws.breaks(POD, 'system'));
        world.at(200, () => void world.aws.autoRecovery(POD, outcome));
      },
      { spec: { publicIp: '203.0.113.7' } },
    );
  const healthEvents = ({ history }: World) =>
    factsOf(history.facts, 'event').filter(({ source }) => source === 'aws.health');

  it('looks like a reboot that nobody planned, and cures the host', async () => {
    const world = await recovered('success');
    const { facts } = world.history;
    expect(statesOf(world)).toEqual([]);
    expect(factsOf(facts, 'reboot')).toMatchObject([{ by: { kind: 'aws' }, migrates: true }]);
    expect(lastCheck(world, 'system')).toBe('ok');
    expect(factsOf(facts, 'serving').at(-1)?.serving).toBe(true);
    expect(factsOf(facts, 'lost')).toEqual([]);
    expect(healthEvents(world)).toMatchObject([{ instanceIds: [POD] }]);
  });

  it('that fails cures nothing and tells so', async () => {
    const world = await recovered('failure');
    expect(lastCheck(world, 'system')).toBe('impaired');
    expect(factsOf(world.history.facts, 'reboot')).toEqual([]);
    expect(healthEvents(world)).toHaveLength(1);
  });

  it('does nothing where it is switched off, or nothing runs', async () => {
    const off = await played(() => undefined, { untilS: 1, spec: { autoRecovery: 'disabled' } });
    expect(() => off.aws.autoRecovery(POD, 'success')).toThrow('disabled');
    const stopped = await played(() => undefined, { untilS: 1, spec: { state: 'stopped' } });
    expect(stopped.aws.autoRecovery(POD, 'success')).toBe(false);
  });
});

describe('a scheduled event', () => {
  const eventAt = (world: World, code: string, atS: number): PlannedEvent => ({
    id: 'instance-event-0abc',
    code,
    description: `${code} is due`,
    notBefore: after(world.startedAt, seconds(atS)),
    notBeforeDeadline: after(world.startedAt, seconds(atS + 86_400)),
  });

  async function shownAfter(code: string, acts: (world: World) => void, spec = {}) {
    const { result } = await inside(
      ({ ec2 }) => ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [POD] })),
      {
        atS: 400,
        prepare(world) {
          world.ec2.addInstance({ id: POD, ...spec });
          world.aws.schedule(POD, eventAt(world, code, 86_400));
          acts(world);
        },
      },
    );
    const [event] = result?.InstanceStatuses?.[0]?.Events ?? [];
    return event;
  }
  const reboot = ({ people }: World): void => people.reboot(POD);
  const stopStart = (world: World): void => {
    world.people.stop(POD, undefined, { stoppingS: 20 });
    world.at(30, () => world.people.start(POD));
  };

  it.each([
    ['instance-reboot', 'a reboot', reboot, true],
    ['system-reboot', 'a reboot', reboot, true],
    ['instance-stop', 'a reboot', reboot, false],
    ['instance-retirement', 'a reboot', reboot, false],
    ['system-maintenance', 'a reboot', reboot, false],
    ['instance-stop', 'a stop and start', stopStart, true],
    ['instance-retirement', 'a stop and start', stopStart, true],
    ['system-reboot', 'a stop and start', stopStart, true],
    ['system-maintenance', 'a stop and start', stopStart, true],
    ['instance-stop', 'nothing', () => undefined, false],
  ] as const)('%s after %s', async (code, _what, acts, completed) => {
    const event = await shownAfter(code, acts);
    const text = `${code} is due`;
    expect(event?.Description).toBe(completed ? `[Completed] ${text}` : text);
    expect(event?.NotBeforeDeadline).toBeInstanceOf(Date);
  });

  it('of the host is not completed by a reboot that may not migrate', async () => {
    for (const spec of [
      { rebootMigration: 'disabled' },
      { type: 'm6id.large' },
      { hostId: 'h-0abc' },
    ] as const) {
      const event = await shownAfter('system-reboot', reboot, spec);
      expect(event?.Description).toBe('system-reboot is due');
    }
  });

  it('of the host lets a reboot leave it, with what ails it', async () => {
    const after300 = async (due: boolean): Promise<string | undefined> => {
      const world = await played((made) => {
        made.aws.breaks(POD, 'system');
        if (due) made.aws.schedule(POD, eventAt(made, 'system-reboot', 86_400));
        made.at(300, () => made.people.reboot(POD));
      });
      return lastCheck(world, 'system');
    };
    expect(await after300(true)).toBe('ok');
    expect(await after300(false)).toBe('impaired');
  });

  const carriedOut = (
    code: string,
    options: { readonly carriedOut?: boolean; readonly acts?: (world: World) => void } = {},
  ): Promise<World> =>
    played((world) => {
      world.aws.schedule(POD, eventAt(world, code, 300), { carriedOut: true, ...options });
      options.acts?.(world);
    });

  it.each([
    ['instance-stop', ['stopping', 'stopped'], 0],
    ['instance-retirement', ['stopping', 'stopped'], 0],
    ['instance-reboot', [], 1],
    ['system-maintenance', [], 0],
  ])('%s is carried out by AWS at its time', async (code, states, reboots) => {
    const world = await carriedOut(code);
    expect(statesOf(world)).toEqual(states);
    expect(factsOf(world.history.facts, 'reboot')).toHaveLength(reboots);
    const first = factsOf(world.history.facts, 'state')[0];
    if (first !== undefined) expect(first).toMatchObject({ code: 'Server.ScheduledStop' });
  });

  it('is not carried out when nobody asks for it, or it is completed or taken back', async () => {
    const early = await carriedOut('instance-stop', { acts: stopStart });
    expect(statesOf(early)).toEqual(['stopping', 'stopped', 'pending', 'running']);
    expect(statesOf(await carriedOut('instance-stop', { carriedOut: false }))).toEqual([]);
    const acts = ({ aws }: World): void => aws.schedule(POD, undefined);
    expect(statesOf(await carriedOut('instance-stop', { acts }))).toEqual([]);
  });
});

describe('the application', () => {
  it('dies alone: it serves nobody, and EC2 finds nothing', async () => {
    const world = await played(({ aws }) => aws.appDies(POD));
    expect(factsOf(world.history.facts, 'serving').at(-1)?.serving).toBe(false);
    expect(factsOf(world.history.facts, 'check')).toEqual([]);
  });
});

it('a zone that loses power stops some at once and leaves others broken', async () => {
  const ids = Array.from({ length: 300 }, (_, index) => `i-0f${String(index).padStart(15, '0')}`);
  const world = lab(async () => undefined);
  for (const id of ids) world.ec2.addInstance({ id, zone: 'us-east-1b', workload });
  world.at(60, () =>
    world.aws.zonePowerLoss('us-east-1b', { stop: ids.slice(0, 200), impair: ids.slice(200) }),
  );
  await world.runUntil(900);
  const { facts } = world.history;
  expect(factsOf(facts, 'state').filter(({ to }) => to === 'stopped')).toHaveLength(200);
  expect(factsOf(facts, 'serving').filter(({ serving }) => !serving)).toHaveLength(300);
  const impaired = factsOf(facts, 'check').filter(({ status }) => status === 'impaired');
  expect(new Set(impaired.map(({ instanceId }) => instanceId))).toEqual(new Set(ids.slice(200)));
});

describe('other people', () => {
  it('reboot a server as CloudTrail tells, and leave one that does not run', async () => {
    const world = await played(({ people }) => people.reboot(POD));
    expect(factsOf(world.history.facts, 'reboot')).toMatchObject([{ by: { kind: 'person' } }]);
    const spec = { state: 'stopped' } as const;
    const stopped = await played(({ people }) => people.reboot(POD), { spec });
    expect(factsOf(stopped.history.facts, 'reboot')).toEqual([]);
  });

  it('stop it each time it runs, as often as they were told to', async () => {
    const world = await played(
      (made) => {
        made.people.keepStopping(POD, SCHEDULER, { times: 2, afterS: 20 });
        for (const atS of [400, 900, 1_400]) made.at(atS, () => made.people.start(POD));
      },
      { untilS: 2_000 },
    );
    const stops = factsOf(world.history.facts, 'state').filter(({ to }) => to === 'stopping');
    expect(stops.map(({ by }) => by.kind)).toEqual(['scheduler', 'scheduler']);
    expect(statesOf(world).at(-1)).toBe('running');
  });

  it('force a stop that hangs', async () => {
    const endS = async (force: boolean): Promise<number> => {
      const world = await played((made) => {
        made.faults.stuckStopping({ instanceId: POD, forS: 600 });
        made.people.stop(POD);
        if (force) made.at(60, () => made.people.stop(POD, undefined, { force: 'after-graceful' }));
      });
      const stopped = factsOf(world.history.facts, 'state').find(({ to }) => to === 'stopped')!;
      return (stopped.at - world.startedAt) / 1_000;
    };
    expect(await endS(false)).toBe(600);
    expect(await endS(true)).toBeLessThan(125);
  });
});

it('the same seed brings the same acts to the same end, and another seed does not', async () => {
  const hashOf = async (seed: number): Promise<string> => {
    const world = lab(async () => undefined, { seed });
    world.ec2.addInstance({ id: POD, workload });
    world.people.reboot(POD);
    world.at(100, () => world.aws.breaks(POD, 'instance'));
    world.at(200, () => world.people.stop(POD, undefined, { force: 'after-graceful' }));
    await world.runUntil(400);
    return world.traceHash();
  };
  expect(await hashOf(7)).toBe(await hashOf(7));
  expect(await hashOf(7)).not.toBe(await hashOf(8));
});
