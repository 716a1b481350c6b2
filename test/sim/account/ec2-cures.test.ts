import { DescribeInstanceStatusCommand, RebootInstancesCommand } from '@aws-sdk/client-ec2';
import { SendCommandCommand } from '@aws-sdk/client-ssm';
import type { Clients } from '../../../lambda/adapters/clients';
import type { Cure } from '../../../sim/account/ec2-cures';
import type { InstanceSpec } from '../../../sim/account/ec2-instance';
import { factsOf, type CheckName } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

const APPLICATION_CHECK = {
  resources: {
    Check: {
      Type: 'AWS::EC2::ApplicationStatusCheck',
      Properties: { InitializationGracePeriodSeconds: 30, SuccessThreshold: 1 },
    },
    Association: {
      Type: 'AWS::EC2::ApplicationStatusCheckTagAssociation',
      Properties: {
        ApplicationStatusCheckId: { 'Fn::GetAtt': ['Check', 'ApplicationStatusCheckId'] },
        Key: 'watchdog',
        Value: 'livechat',
      },
    },
  },
};

const pod = (spec: Partial<InstanceSpec> = {}): InstanceSpec => ({
  id: POD,
  tags: { watchdog: 'livechat' },
  workload: { appStartS: 12, sendsReadyEvent: true },
  ...spec,
});

/** Something happens at 10 s, somebody acts at 300 s, and all has long settled by the end. */
async function story(parts: {
  readonly spec?: Partial<InstanceSpec>;
  readonly happens: (world: World) => void;
  readonly acts?: (world: World) => void;
  readonly calls?: (clients: Clients) => Promise<unknown>;
}): Promise<World> {
  const { world, error } = await inside(async (clients) => parts.calls?.(clients), {
    changes: APPLICATION_CHECK,
    atS: 300,
    lastsS: 1_500,
    prepare(made) {
      made.ec2.addInstance(pod(parts.spec));
      made.at(10, () => parts.happens(made));
      made.at(300, () => parts.acts?.(made));
    },
  });
  expect(error).toBeUndefined();
  return world;
}

const servesAtEnd = ({ history }: World): boolean =>
  factsOf(history.facts, 'serving').at(-1)?.serving ?? true;

const statusAtEnd = ({ history }: World, check: CheckName): string =>
  factsOf(history.facts, 'check').findLast((fact) => fact.check === check)?.status ?? 'ok';

type Act = 'restart-service' | 'reboot' | 'stop-start';

const perform: Readonly<Record<Act, Parameters<typeof story>[0]>> = {
  'restart-service': {
    happens: () => undefined,
    calls: ({ ssm }) =>
      ssm.send(
        new SendCommandCommand({ DocumentName: 'watchdog-restart-service', InstanceIds: [POD] }),
      ),
  },
  reboot: { happens: () => undefined, acts: ({ people }) => people.reboot(POD) },
  'stop-start': {
    happens: () => undefined,
    acts(world) {
      world.people.stop(POD, undefined, { stoppingS: 20 });
      world.at(330, () => world.people.start(POD));
    },
  },
};

describe('what cures what', () => {
  const ACTS: readonly Act[] = ['restart-service', 'reboot', 'stop-start'];
  const CURES: readonly Cure[] = [...ACTS, 'nothing'];
  const helps = (act: Act, curedBy: Cure): boolean =>
    curedBy !== 'nothing' && ACTS.indexOf(act) >= ACTS.indexOf(curedBy);
  const cases = CURES.flatMap((curedBy) => ACTS.map((act) => ({ curedBy, act })));

  it.each(cases)('a dead application that $curedBy cures, after $act', async ({ curedBy, act }) => {
    const happens = ({ aws }: World): void => aws.appDies(POD, curedBy);
    const world = await story({ ...perform[act], happens });
    expect(servesAtEnd(world)).toBe(helps(act, curedBy));
    expect(statusAtEnd(world, 'application')).toBe(helps(act, curedBy) ? 'ok' : 'impaired');
    expect(statusAtEnd(world, 'system')).toBe('ok');
    expect(statusAtEnd(world, 'instance')).toBe('ok');
  });

  const checks = ['system', 'instance'] as const;
  const hangs = checks.flatMap((check) => cases.map((rest) => ({ check, ...rest })));

  it.each(hangs.filter(({ act }) => act !== 'restart-service'))(
    'a failing $check check that $curedBy cures, after $act',
    async ({ check, curedBy, act }) => {
      const happens = ({ aws }: World): void => aws.breaks(POD, check, { curedBy });
      const world = await story({ ...perform[act], happens });
      expect(servesAtEnd(world)).toBe(helps(act, curedBy));
      expect(statusAtEnd(world, check)).toBe(helps(act, curedBy) ? 'ok' : 'impaired');
    },
  );

  it('usually a reboot for the guest, another host for the host, and nothing for a volume', async () => {
    for (const [check, act, expected] of [
      ['instance', 'reboot', 'ok'],
      ['system', 'reboot', 'impaired'],
      ['system', 'stop-start', 'ok'],
      ['attachedEbs', 'stop-start', 'impaired'],
    ] as const) {
      const world = await story({ ...perform[act], happens: ({ aws }) => aws.breaks(POD, check) });
      expect([check, act, statusAtEnd(world, check)]).toEqual([check, act, expected]);
    }
  });

  it('a check that fails while all are served interrupts nobody', async () => {
    const world = await story({ happens: ({ aws }) => aws.impair(POD, 'system', true) });
    expect(factsOf(world.history.facts, 'serving')).toEqual([]);
    expect(statusAtEnd(world, 'system')).toBe('impaired');
  });
});

describe('a restart of the service', () => {
  const restarted = (happens: (world: World) => void): Promise<World> =>
    story({ ...perform['restart-service'], happens });

  it('interrupts one that is well, and tells when it is ready again', async () => {
    const world = await restarted(() => undefined);
    const [down, up] = factsOf(world.history.facts, 'serving');
    expect(up!.at - down!.at).toBe(12_000);
    const ready = factsOf(world.history.facts, 'event').filter(
      ({ source }) => source === 'watchdog.server',
    );
    expect(ready).toHaveLength(1);
  });

  it('is not heard by a guest that hangs, nor by one without a network', async () => {
    for (const check of ['instance', 'system'] as const) {
      const world = await restarted(({ aws }) => aws.breaks(POD, check));
      expect(factsOf(world.history.facts, 'serving')).toHaveLength(1);
      expect(servesAtEnd(world)).toBe(false);
    }
  });
});

describe('a guest that hangs', () => {
  const downForS = async (acts: (world: World) => void, hangs: boolean): Promise<number> => {
    const world = await story({
      acts,
      happens: ({ aws }) => (hangs ? aws.breaks(POD, 'instance') : undefined),
    });
    const up = factsOf(world.history.facts, 'serving').findLast(({ serving }) => serving)!;
    return (up.at - world.startedAt) / 1_000 - 300;
  };
  const reboot = ({ people }: World): void => people.reboot(POD);

  it('is reset only after minutes by a reboot, which a sound one takes in seconds', async () => {
    expect(await downForS(reboot, true)).toBeGreaterThan(170);
    expect(await downForS(reboot, false)).toBeLessThan(60);
  });

  it('makes a stop take minutes, too', async () => {
    const stop = async (hangs: boolean): Promise<number> => {
      const world = await story({
        acts: ({ people }) => people.stop(POD),
        happens: ({ aws }) => (hangs ? aws.breaks(POD, 'instance') : undefined),
      });
      const [stopping, stopped] = factsOf(world.history.facts, 'state');
      return (stopped!.at - stopping!.at) / 1_000;
    };
    expect(await stop(true)).toBeGreaterThanOrEqual(150);
    expect(await stop(false)).toBeLessThan(150);
  });
});

describe('the checks during a reboot', () => {
  it('tell of the guest alone that it initializes or cannot be reached, and end ok', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `i-0abc00000000001${index + 10}`);
    const workload = { bootS: 90, appStartS: 5, sendsReadyEvent: false };
    const { world } = await inside(
      ({ ec2 }) => ec2.send(new RebootInstancesCommand({ InstanceIds: ids })),
      {
        changes: APPLICATION_CHECK,
        lastsS: 600,
        prepare: (made) => ids.forEach((id) => made.ec2.addInstance(pod({ id, workload }))),
      },
    );
    const checks = factsOf(world.history.facts, 'check');
    expect(checks.filter(({ check }) => check === 'system')).toEqual([]);
    const ofGuests = checks.filter(({ check }) => check === 'instance');
    expect(new Set(ofGuests.map(({ status }) => status))).toEqual(
      new Set(['impaired', 'initializing', 'ok']),
    );
    for (const id of ids) {
      const own = checks.filter(({ instanceId }) => instanceId === id);
      expect(own.findLast(({ check }) => check === 'instance')?.status).toBe('ok');
      expect(own.findLast(({ check }) => check === 'application')?.status ?? 'ok').toBe('ok');
    }
  });

  it('leave an impaired host impaired', async () => {
    const { result } = await inside(
      async ({ ec2 }) => {
        await ec2.send(new RebootInstancesCommand({ InstanceIds: [POD] }));
        return ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [POD] }));
      },
      {
        atS: 100,
        prepare(world) {
          world.ec2.addInstance(pod());
          world.aws.impair(POD, 'system', true);
        },
      },
    );
    expect(result?.InstanceStatuses?.[0]?.SystemStatus?.Status).toBe('impaired');
  });
});

describe('a zone without a sound host', () => {
  const moved = async (prepare: (world: World) => void): Promise<World> =>
    story({
      ...perform['stop-start'],
      spec: { zone: 'us-east-1b' },
      happens(world) {
        prepare(world);
        world.aws.breaks(POD, 'system');
      },
    });

  it('gives the moved server another faulty one', async () => {
    const world = await moved(({ faults }) => faults.zoneImpaired('us-east-1b'));
    expect(statusAtEnd(world, 'system')).toBe('impaired');
    expect(servesAtEnd(world)).toBe(false);
  });

  it('but not in another zone, and not when it is over', async () => {
    for (const prepare of [
      ({ faults }: World) => faults.zoneImpaired('us-east-1c'),
      ({ faults }: World) => faults.zoneImpaired('us-east-1b', { fromS: 0, toS: 200 }),
    ]) {
      const world = await moved(prepare);
      expect(statusAtEnd(world, 'system')).toBe('ok');
      expect(servesAtEnd(world)).toBe(true);
    }
  });

  it('also spoils a host that was sound', async () => {
    const world = await story({
      ...perform['stop-start'],
      spec: { zone: 'us-east-1b' },
      happens: ({ faults }) => faults.zoneImpaired('us-east-1b'),
    });
    expect(statusAtEnd(world, 'system')).toBe('impaired');
  });
});

it('a Dedicated Host is kept by a stop and start, with what ails it', async () => {
  const happens = ({ aws }: World): void => aws.breaks(POD, 'system');
  const kept = await story({ ...perform['stop-start'], spec: { hostId: 'h-0abc' }, happens });
  expect(statusAtEnd(kept, 'system')).toBe('impaired');
  const moved = await story({ ...perform['stop-start'], happens });
  expect(statusAtEnd(moved, 'system')).toBe('ok');
});

describe('what a stop loses', () => {
  const lostBy = async (spec: Partial<InstanceSpec>, act: Act): Promise<readonly string[]> => {
    const world = await story({ ...perform[act], spec });
    return factsOf(world.history.facts, 'lost').map(({ what }) => what);
  };

  it.each([
    [{ type: 'm6id.large' }, ['instance-store-data']],
    [{ publicIp: '203.0.113.7' }, ['public-address']],
    [{ publicIp: '203.0.113.7', hasElasticIp: true }, []],
    [{}, []],
  ] as const)('%j loses %j', async (spec, expected) => {
    expect(await lostBy(spec, 'stop-start')).toEqual(expected);
    expect(await lostBy(spec, 'reboot')).toEqual([]);
  });

  it('and the Elastic IP, where the fault says so', async () => {
    const world = await story({
      ...perform['stop-start'],
      spec: { publicIp: '203.0.113.7', hasElasticIp: true },
      happens: ({ faults }) => faults.loseAddress(POD),
    });
    expect(factsOf(world.history.facts, 'lost').map(({ what }) => what)).toEqual(['elastic-ip']);
  });
});
