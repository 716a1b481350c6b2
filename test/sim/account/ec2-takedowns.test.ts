import {
  DescribeInstancesCommand,
  RebootInstancesCommand,
  StopInstancesCommand,
  type StopInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type { InstanceSpec } from '../../../sim/account/ec2-instance';
import type { Json } from '../../../sim/account/template';
import { factsOf, type Fact } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

const OTHER = 'i-0abc0000000000024';

const running =
  (spec: Partial<InstanceSpec> = {}) =>
  (world: World): void =>
    world.ec2.addInstance({ id: POD, tags: { watchdog: 'livechat' }, ...spec });

const stop = (input: Partial<StopInstancesCommandInput> = {}): StopInstancesCommand =>
  new StopInstancesCommand({ InstanceIds: [POD], ...input });

const statesOf = (facts: readonly Fact[]): readonly string[] =>
  factsOf(facts, 'state').map(({ to, by }) => `${to} by ${by.kind}`);

const stoppedBy = (facts: readonly Fact[]) =>
  factsOf(facts, 'effect').flatMap(({ stopped }) => stopped);

describe('StopInstances', () => {
  it('moves a running instance to stopping in the name of its caller', async () => {
    const { result, world } = await inside(
      async ({ ec2 }) => {
        const answer = await ec2.send(stop());
        return { answer, seen: await ec2.send(new DescribeInstancesCommand({})) };
      },
      { prepare: running(), lastsS: 310 },
    );
    expect(result?.answer.StoppingInstances).toEqual([
      {
        InstanceId: POD,
        CurrentState: { Code: 64, Name: 'stopping' },
        PreviousState: { Code: 16, Name: 'running' },
      },
    ]);
    const seen = result?.seen.Reservations?.[0]?.Instances?.[0];
    expect(seen?.StateReason?.Code).toBe('Client.UserInitiatedShutdown');
    expect(seen?.StateTransitionReason).toMatch(/^User initiated \(2024-08-01 12:00:\d\d GMT\)$/);
    expect(statesOf(world.history.facts)).toEqual(['stopping by watchdog', 'stopped by watchdog']);
    expect(stoppedBy(world.history.facts)).toEqual([
      { instanceId: POD, force: false, skipOsShutdown: false },
    ]);
  });

  it('changes nothing about one that is stopped or stopping already', async () => {
    const { result, world } = await inside(
      async ({ ec2 }) => [await ec2.send(stop()), await ec2.send(stop())],
      { prepare: running() },
    );
    const [, second] = result ?? [];
    expect(second?.StoppingInstances?.[0]?.PreviousState?.Name).toBe('stopping');
    expect(stoppedBy(world.history.facts)).toHaveLength(1);
    const stopped = await inside(({ ec2 }) => ec2.send(stop()), {
      prepare: running({ state: 'stopped' }),
    });
    expect(stopped.result?.StoppingInstances?.[0]?.CurrentState?.Name).toBe('stopped');
    expect(factsOf(stopped.world.history.facts, 'state')).toEqual([]);
  });

  const refusals: readonly [string, string, Partial<InstanceSpec>][] = [
    ['that is protected', 'OperationNotPermitted', { stopProtection: true }],
    ['without an EBS root', 'UnsupportedOperation', { rootDevice: 'instance-store' }],
    ['that is terminated', 'IncorrectInstanceState', { state: 'terminated' }],
  ];

  it.each(refusals)('refuses one %s, and stops no other with it', async (_what, code, spec) => {
    const { error, world } = await inside(
      ({ ec2 }) => ec2.send(stop({ InstanceIds: [OTHER, POD] })),
      {
        prepare(made) {
          running(spec)(made);
          made.ec2.addInstance({ id: OTHER });
        },
      },
    );
    expect(error?.name).toBe(code);
    expect(factsOf(world.history.facts, 'state')).toEqual([]);
  });

  it('refuses one that has not come up yet', async () => {
    const { error } = await inside(({ ec2 }) => ec2.send(stop()), {
      atS: 5,
      prepare(world) {
        running({ state: 'stopped' })(world);
        world.at(1, () => world.people.start(POD));
      },
    });
    expect(error?.name).toBe('IncorrectInstanceState');
    expect(error?.message).toContain("has never reached the 'running' state");
  });

  it('names the stop protection in the words of EC2', async () => {
    const { error } = await inside(({ ec2 }) => ec2.send(stop()), {
      prepare: running({ stopProtection: true }),
    });
    expect(error?.message).toBe(
      `The instance '${POD}' may not be stopped. Modify its 'disableApiStop' instance attribute ` +
        'and try again.',
    );
  });

  it('a dry run stops nothing', async () => {
    const { error, world } = await inside(({ ec2 }) => ec2.send(stop({ DryRun: true })), {
      prepare: running(),
    });
    expect(error?.name).toBe('DryRunOperation');
    expect(factsOf(world.history.facts, 'state')).toEqual([]);
  });
});

describe('a stop that is stuck', () => {
  /** Asks for a stop, forces it after two minutes, and tells when it ended. */
  async function stoppedAfterS(
    endsBy: 'force' | 'skip-os-shutdown' | 'nothing',
    force: Partial<StopInstancesCommandInput>,
  ): Promise<number> {
    const { world } = await inside(({ ec2 }) => ec2.send(stop(force)), {
      atS: 120,
      lastsS: 2_000,
      prepare(made) {
        running()(made);
        made.faults.stuckStopping({ instanceId: POD, forS: 1_500, endsBy });
        made.at(0, () => made.people.stop(POD));
      },
    });
    const { at } = factsOf(world.history.facts, 'state').find(({ to }) => to === 'stopped')!;
    return (at - world.startedAt) / 1_000;
  }

  it.each([
    ['force', { Force: true }, 185],
    ['force', { SkipOsShutdown: true }, 145],
    ['skip-os-shutdown', { Force: true, SkipOsShutdown: true }, 145],
  ] as const)('is ended by %s with %j', async (endsBy, force, atMostS) => {
    const endS = await stoppedAfterS(endsBy, force);
    expect(endS).toBeGreaterThan(120);
    expect(endS).toBeLessThan(atMostS);
  });

  it.each([
    ['force', {}],
    ['skip-os-shutdown', { Force: true }],
    ['nothing', { Force: true, SkipOsShutdown: true }],
  ] as const)('that only %s ends goes on with %j', async (endsBy, force) => {
    expect(await stoppedAfterS(endsBy, force)).toBe(1_500);
  });

  it('tells in the history that it was forced', async () => {
    const { world } = await inside(
      ({ ec2 }) => ec2.send(stop({ Force: true, SkipOsShutdown: true })),
      { prepare: running() },
    );
    expect(stoppedBy(world.history.facts)).toEqual([
      { instanceId: POD, force: true, skipOsShutdown: true },
    ]);
  });
});

describe('RebootInstances', () => {
  const reboot = (...InstanceIds: string[]): RebootInstancesCommand =>
    new RebootInstancesCommand({ InstanceIds });
  const workload = { appStartS: 12, sendsReadyEvent: true };

  it('is answered at once, by no state and no event, and serves again after its boot', async () => {
    const { result, world } = await inside(({ ec2 }) => ec2.send(reboot(POD)), {
      prepare: running({ workload }),
      lastsS: 120,
    });
    expect(result).toEqual({});
    const { facts } = world.history;
    expect(factsOf(facts, 'state')).toEqual([]);
    expect(factsOf(facts, 'reboot')).toMatchObject([
      { instanceId: POD, by: { kind: 'watchdog' }, migrates: false },
    ]);
    const [down, up] = factsOf(facts, 'serving');
    expect([down?.serving, up?.serving]).toEqual([false, true]);
    expect(up!.launchTime).toBe(factsOf(facts, 'instance')[0]!.launchTime);
    const tookS = (up!.at - down!.at) / 1_000;
    expect(tookS).toBeGreaterThan(25);
    expect(tookS).toBeLessThan(60);
    const ready = factsOf(facts, 'event').filter(({ source }) => source === 'watchdog.server');
    expect(ready).toHaveLength(1);
    expect(factsOf(facts, 'effect').flatMap(({ rebooted }) => rebooted)).toEqual([POD]);
  });

  it('refuses one that is stopped, and ignores one that is terminated', async () => {
    const stopped = await inside(({ ec2 }) => ec2.send(reboot(POD)), {
      prepare: running({ state: 'stopped' }),
    });
    expect(stopped.error?.name).toBe('IncorrectInstanceState');
    const gone = await inside(({ ec2 }) => ec2.send(reboot(POD)), {
      prepare: running({ state: 'terminated' }),
    });
    expect(gone.error).toBeUndefined();
    expect(factsOf(gone.world.history.facts, 'reboot')).toEqual([]);
  });
});

describe('permission to take a server down', () => {
  const managedOnly: Json = {
    Effect: 'Allow',
    Action: ['ec2:StopInstances', 'ec2:RebootInstances'],
    Resource: 'arn:aws:ec2:us-east-1:111122223333:instance/*',
    Condition: { Null: { 'aws:ResourceTag/watchdog': 'false' } },
  };
  const both = (world: World): void => {
    running()(world);
    world.ec2.addInstance({ id: OTHER });
  };

  it.each([
    ['StopInstances', StopInstancesCommand],
    ['RebootInstances', RebootInstancesCommand],
  ] as const)('%s: the tagged one, and not a batch with another', async (_name, Command) => {
    const options = { changes: { statements: [managedOnly] }, prepare: both };
    const one = await inside(({ ec2 }) => ec2.send(new Command({ InstanceIds: [POD] })), options);
    expect(one.error).toBeUndefined();
    const two = await inside(
      ({ ec2 }) => ec2.send(new Command({ InstanceIds: [POD, OTHER] })),
      options,
    );
    expect(two.error?.name).toBe('UnauthorizedOperation');
    expect(factsOf(two.world.history.facts, 'serving')).toEqual([]);
  });
});
