import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeInstanceStatusCommand,
  type DescribeInstanceStatusCommandInput,
  StartInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Json } from '../../../sim/account/template';
import { factsOf } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

const OTHER = 'i-0abc0000000000024';
const stopped = (world: World): void => {
  world.ec2.addInstance({
    id: POD,
    name: 'pod-23',
    state: 'stopped',
    tags: { watchdog: 'livechat' },
  });
};
const startCommand = (...ids: readonly string[]): StartInstancesCommand =>
  new StartInstancesCommand({ InstanceIds: [...ids] });

describe('StartInstances', () => {
  it('moves a stopped instance to pending, and in its time to running and serving', async () => {
    const { result, world } = await inside(({ ec2 }) => ec2.send(startCommand(POD)), {
      prepare: (made) => {
        made.ec2.addInstance({
          id: POD,
          state: 'stopped',
          workload: { appStartS: 10, sendsReadyEvent: true },
        });
      },
    });
    expect(result?.StartingInstances).toEqual([
      {
        InstanceId: POD,
        CurrentState: { Code: 0, Name: 'pending' },
        PreviousState: { Code: 80, Name: 'stopped' },
      },
    ]);
    const states = factsOf(world.history.facts, 'state').map(({ to }) => to);
    expect(states).toEqual(['pending', 'running']);
    const [serving] = factsOf(world.history.facts, 'serving');
    const [pending] = factsOf(world.history.facts, 'state');
    expect(serving!.at - pending!.at).toBeGreaterThan(25_000);
    const ready = factsOf(world.history.facts, 'event').filter(
      ({ source }) => source === 'watchdog.server',
    );
    expect(ready).toHaveLength(1);
  });

  const cases: readonly [string, string, (world: World) => void, readonly string[]][] = [
    ['an id that EC2 does not know', 'InvalidInstanceID.NotFound', stopped, [POD, OTHER]],
    ['a malformed id', 'InvalidInstanceID.Malformed', stopped, ['pod-23']],
    ['no id at all', 'MissingParameter', stopped, []],
    [
      'one that is still stopping',
      'IncorrectInstanceState',
      (world) => {
        stopped(world);
        world.ec2.addInstance({ id: OTHER });
        world.aws.hostFailure(OTHER, { stoppingS: 50 });
      },
      [POD, OTHER],
    ],
    [
      'no capacity for one of them',
      'InsufficientInstanceCapacity',
      (world) => {
        stopped(world);
        world.ec2.addInstance({ id: OTHER, state: 'stopped', type: 'c6i.large' });
        world.faults.capacityOut({ type: 'c6i.large', fromS: 0, toS: 60 });
      },
      [POD, OTHER],
    ],
    [
      'an interrupted Spot instance',
      'IncorrectSpotRequestState',
      (world) => world.ec2.addInstance({ id: POD, state: 'stopped', lifecycle: 'spot' }),
      [POD],
    ],
  ];

  it.each(cases)('fails whole for %s', async (_what, code, prepare, ids) => {
    const { error, world } = await inside(({ ec2 }) => ec2.send(startCommand(...ids)), { prepare });
    expect(error?.name).toBe(code);
    expect(error).toHaveProperty('$metadata.httpStatusCode');
    expect(factsOf(world.history.facts, 'state').filter(({ to }) => to === 'pending')).toEqual([]);
  });

  it('is idempotent while it is pending', async () => {
    const { result, world } = await inside(
      async ({ ec2 }) => {
        await ec2.send(startCommand(POD));
        return ec2.send(startCommand(POD));
      },
      { prepare: stopped },
    );
    expect(result?.StartingInstances?.[0]?.PreviousState?.Name).toBe('pending');
    expect(factsOf(world.history.facts, 'effect').flatMap(({ started }) => started)).toEqual([POD]);
  });

  it('is throttled after five at once, and refills by two a second', async () => {
    const { result } = await inside(
      async ({ ec2 }, { clock }) => {
        const burst = await Promise.allSettled(
          Array.from({ length: 7 }, () => ec2.send(startCommand(POD))),
        );
        await clock.sleep(3_000 as never);
        const later = await Promise.allSettled([ec2.send(startCommand(POD))]);
        return [...burst, ...later].map((one) =>
          one.status === 'rejected' ? (one.reason as Error).name : 'ok',
        );
      },
      { prepare: stopped },
    );
    expect(
      result?.slice(0, 7).filter((code) => code === 'RequestLimitExceeded').length,
    ).toBeGreaterThan(0);
    expect(result?.slice(0, 7).filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(5);
    expect(result?.[7]).toBe('ok');
  });

  it('a dry run is answered by an error and starts nothing', async () => {
    const { error, world } = await inside(
      ({ ec2 }) => ec2.send(new StartInstancesCommand({ InstanceIds: [POD], DryRun: true })),
      { prepare: stopped },
    );
    expect(error?.name).toBe('DryRunOperation');
    expect(factsOf(world.history.facts, 'state')).toEqual([]);
  });
});

describe('a start with a customer key', () => {
  const key = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';
  const prepare = (world: World): void =>
    world.ec2.addInstance({ id: POD, state: 'stopped', kmsKeyArn: key });
  const kms = (grantCondition: Json): readonly Json[] => [
    { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
    { Effect: 'Allow', Action: 'kms:CreateGrant', Resource: key, Condition: grantCondition },
    {
      Effect: 'Allow',
      Action: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncrypt*',
      ],
      Resource: key,
      Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
    },
  ];
  const statesAfterStart = async (statements: readonly Json[]): Promise<readonly string[]> => {
    const { error, world } = await inside(({ ec2 }) => ec2.send(startCommand(POD)), {
      changes: { statements },
      prepare,
    });
    expect(error).toBeUndefined();
    return factsOf(world.history.facts, 'state').map(({ to, code }) =>
      `${to} ${code ?? ''}`.trim(),
    );
  };

  it('comes up when the role has the grants', async () => {
    const grant = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
    expect(await statesAfterStart(kms(grant))).toEqual(['pending', 'running']);
  });

  it('is accepted and falls back when it has not', async () => {
    expect(await statesAfterStart([{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }])).toEqual([
      'pending',
      'stopped Client.InternalError',
    ]);
  });

  it('falls back when the condition of the grant can never hold', async () => {
    const grant = { StringEquals: { 'kms:ViaService': 'rds.us-east-1.amazonaws.com' } };
    expect(await statesAfterStart(kms(grant))).toEqual(['pending', 'stopped Client.InternalError']);
  });
});

describe('permissions', () => {
  const managedOnly: Json = {
    Effect: 'Allow',
    Action: 'ec2:StartInstances',
    Resource: 'arn:aws:ec2:us-east-1:111122223333:instance/*',
    Condition: { Null: { 'aws:ResourceTag/watchdog': 'false' } },
  };
  const ownTagsOnly: Json = {
    Effect: 'Allow',
    Action: 'ec2:CreateTags',
    Resource: '*',
    Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['watchdog:ready'] } },
  };
  const changes = { statements: [managedOnly, ownTagsOnly] };

  it('lets the tagged one start, and refuses a batch with an untagged one', async () => {
    const prepare = (world: World): void => {
      stopped(world);
      world.ec2.addInstance({ id: OTHER, state: 'stopped' });
    };
    const one = await inside(({ ec2 }) => ec2.send(startCommand(POD)), { changes, prepare });
    expect(one.error).toBeUndefined();
    const both = await inside(({ ec2 }) => ec2.send(startCommand(POD, OTHER)), {
      changes,
      prepare,
    });
    expect(both.error?.name).toBe('UnauthorizedOperation');
  });

  it.each([
    ['its own key', [{ Key: 'watchdog:ready', Value: 'yes' }], undefined],
    ['the opt-in tag', [{ Key: 'watchdog', Value: 'livechat' }], 'UnauthorizedOperation'],
    [
      'its own key beside a foreign one',
      [
        { Key: 'watchdog:ready', Value: 'yes' },
        { Key: 'Name', Value: 'x' },
      ],
      'UnauthorizedOperation',
    ],
  ])('writing %s', async (_what, Tags, code) => {
    const { error } = await inside(
      ({ ec2 }) => ec2.send(new CreateTagsCommand({ Resources: [POD], Tags })),
      { changes, prepare: stopped },
    );
    expect(error?.name).toBe(code);
  });
});

describe('DescribeInstances', () => {
  const prepare = (world: World): void => {
    stopped(world);
    world.ec2.addInstance({ id: OTHER });
  };
  const idsOf = async (input: DescribeInstancesCommandInput) => {
    const { result, error } = await inside(
      ({ ec2 }) => ec2.send(new DescribeInstancesCommand(input)),
      {
        prepare,
      },
    );
    return (
      error?.name ??
      result?.Reservations?.flatMap(({ Instances }) =>
        Instances!.map(({ InstanceId }) => InstanceId),
      )
    );
  };

  it.each([
    [{ Filters: [{ Name: 'tag-key', Values: ['watchdog'] }] }, [POD]],
    [{ Filters: [{ Name: 'instance-id', Values: [OTHER, 'i-0fff0000000000099'] }] }, [OTHER]],
    [{ Filters: [{ Name: 'instance-state-name', Values: ['stopped', 'stopping'] }] }, [POD]],
    [{ InstanceIds: [OTHER, 'i-0fff0000000000099'] }, 'InvalidInstanceID.NotFound'],
    [{ Filters: [{ Name: 'tag-key', Values: [] }] }, 'MissingParameter'],
  ])('%j', async (input, expected) => {
    expect(await idsOf(input)).toEqual(expected);
  });

  it('tells the reason already while it is stopping', async () => {
    const { result } = await inside(({ ec2 }) => ec2.send(new DescribeInstancesCommand({})), {
      prepare: (world) => {
        world.ec2.addInstance({ id: POD });
        world.aws.hostFailure(POD, { stoppingS: 40 });
      },
    });
    const instance = result?.Reservations?.[0]?.Instances?.[0];
    expect(instance?.State?.Name).toBe('stopping');
    expect(instance?.StateReason).toEqual({
      Code: 'Server.ScheduledStop',
      Message: 'Server.ScheduledStop: Stopped due to scheduled retirement',
    });
    expect(instance?.StateTransitionReason).toBe('User initiated');
  });

  it('dates the stop of a person', async () => {
    const { result } = await inside(({ ec2 }) => ec2.send(new DescribeInstancesCommand({})), {
      prepare: (world) => {
        world.ec2.addInstance({ id: POD });
        world.people.stop(POD);
      },
    });
    const instance = result?.Reservations?.[0]?.Instances?.[0];
    expect(instance?.StateTransitionReason).toBe('User initiated (2024-08-01 12:00:00 GMT)');
    expect(instance?.StateReason?.Code).toBe('Client.UserInitiatedShutdown');
  });

  it('can be stale: it tells of a moment ago', async () => {
    const { result } = await inside(({ ec2 }) => ec2.send(new DescribeInstancesCommand({})), {
      atS: 40,
      prepare: (world) => {
        world.ec2.addInstance({ id: POD });
        world.faults.staleReads({ fromS: 0, toS: 100 }, 30);
        world.at(30, () => world.people.stop(POD));
      },
    });
    expect(result?.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('running');
  });
});

describe('DescribeInstanceStatus', () => {
  const statusOf = (
    input: DescribeInstanceStatusCommandInput,
    atS: number,
    prepare: (world: World) => void,
  ) => inside(({ ec2 }) => ec2.send(new DescribeInstanceStatusCommand(input)), { atS, prepare });

  it('says initializing for minutes after a start, then ok', async () => {
    const prepare = (world: World): void => {
      stopped(world);
      world.at(1, () => world.people.start(POD));
    };
    const early = await statusOf({ InstanceIds: [POD] }, 60, prepare);
    expect(early.result?.InstanceStatuses?.[0]?.SystemStatus?.Status).toBe('initializing');
    const late = await statusOf({ InstanceIds: [POD] }, 330, prepare);
    expect(late.result?.InstanceStatuses?.[0]?.SystemStatus?.Status).toBe('ok');
  });

  it('tells of an impairment after its evaluation, with its beginning', async () => {
    const prepare = (world: World): void => {
      world.ec2.addInstance({ id: POD });
      world.at(10, () => world.aws.impair(POD, 'system', true));
    };
    const filter = { Filters: [{ Name: 'system-status.status', Values: ['impaired'] }] };
    const { result } = await statusOf(filter, 80, prepare);
    const [status] = result?.InstanceStatuses ?? [];
    expect(status?.InstanceId).toBe(POD);
    expect(status?.SystemStatus?.Details?.[0]?.ImpairedSince).toBeInstanceOf(Date);
    expect(status?.InstanceStatus?.Status).toBe('ok');
  });

  it('leaves out what does not run, unless it is asked for', async () => {
    const running = await statusOf({ InstanceIds: [POD] }, 1, stopped);
    expect(running.result?.InstanceStatuses).toEqual([]);
    const all = await statusOf({ InstanceIds: [POD], IncludeAllInstances: true }, 1, stopped);
    expect(all.result?.InstanceStatuses?.[0]?.SystemStatus?.Status).toBe('not-applicable');
  });

  it.each([
    [{ InstanceIds: [POD], MaxResults: 50 }, 'InvalidParameterCombination'],
    [{ InstanceIds: Array.from({ length: 101 }, () => POD) }, 'InvalidParameterValue'],
  ])('refuses %j', async (input, code) => {
    expect((await statusOf(input, 1, stopped)).error?.name).toBe(code);
  });

  it('shows no application status where no check is configured', async () => {
    const { result } = await statusOf({}, 1, (world) => world.ec2.addInstance({ id: POD }));
    expect(result?.InstanceStatuses?.[0]).not.toHaveProperty('ApplicationStatus');
  });
});

describe('a call that is not simulated', () => {
  it('rejects with its name and fails the run', async () => {
    const { error, world } = await inside(
      ({ ec2 }) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [POD] })),
      { prepare: stopped },
    );
    expect(error?.message).toBe('Unsimulated call: ec2 TerminateInstancesCommand');
    expect(factsOf(world.history.facts, 'failure')).toHaveLength(1);
  });
});
