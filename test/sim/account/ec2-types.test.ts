import {
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { InstanceSpec } from '../../../sim/account/ec2-instance';
import type { Json } from '../../../sim/account/template';
import { factsOf } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

const stopped =
  (spec: Partial<InstanceSpec> = {}) =>
  (world: World): void =>
    world.ec2.addInstance({
      id: POD,
      zone: 'us-east-1b',
      state: 'stopped',
      tags: { watchdog: 'livechat' },
      ...spec,
    });

const change = (type: string, more: Partial<ModifyInstanceAttributeCommandInput> = {}) =>
  new ModifyInstanceAttributeCommand({ InstanceId: POD, InstanceType: { Value: type }, ...more });

describe('ModifyInstanceAttribute', () => {
  it('gives a stopped instance another type, which then decides about capacity', async () => {
    const { error, result, world } = await inside(
      async ({ ec2 }) => {
        await ec2.send(change('m6a.large'));
        await ec2.send(new StartInstancesCommand({ InstanceIds: [POD] }));
        return ec2.send(new DescribeInstancesCommand({}));
      },
      {
        prepare(made) {
          stopped()(made);
          made.faults.capacityOut({ type: 'm6i.large', fromS: 0, toS: 900 });
        },
      },
    );
    expect(error).toBeUndefined();
    expect(result?.Reservations?.[0]?.Instances?.[0]?.InstanceType).toBe('m6a.large');
    expect(factsOf(world.history.facts, 'effect').flatMap(({ changed }) => changed)).toEqual([
      { instanceId: POD, instanceType: 'm6a.large' },
    ]);
  });

  it.each<readonly [string, string, Partial<InstanceSpec>, string]>([
    ['that runs', 'm6a.large', { state: 'running' }, 'IncorrectInstanceState'],
    ['to a type that nobody knows', 'x9.large', {}, 'InvalidInstanceAttributeValue'],
    ['to another architecture', 'm6g.large', {}, 'InvalidParameterCombination'],
  ])('refuses one %s', async (_what, type, spec, code) => {
    const { error, world } = await inside(({ ec2 }) => ec2.send(change(type)), {
      prepare: stopped(spec),
    });
    expect(error?.name).toBe(code);
    expect(factsOf(world.history.facts, 'effect').flatMap(({ changed }) => changed)).toEqual([]);
  });

  it('of anything but the type fails the run', async () => {
    const { error, world } = await inside(
      ({ ec2 }) => ec2.send(change('m6a.large', { DisableApiStop: { Value: false } })),
      { prepare: stopped() },
    );
    expect(error?.message).toContain('DisableApiStop');
    expect(factsOf(world.history.facts, 'failure')).toHaveLength(1);
  });

  it('leaves a start to find out about drivers and offerings', async () => {
    const startAs = async (type: string, spec: Partial<InstanceSpec>) => {
      const { error } = await inside(
        async ({ ec2 }) => {
          await ec2.send(change(type));
          await ec2.send(new StartInstancesCommand({ InstanceIds: [POD] }));
        },
        { prepare: stopped(spec) },
      );
      return error?.name;
    };
    expect(await startAs('m6i.large', { type: 't2.large', enaSupport: false })).toBe(
      'InvalidParameterCombination',
    );
    expect(await startAs('m7i.large', { zone: 'us-east-1e', type: 'm5.large' })).toBe(
      'Unsupported',
    );
    expect(await startAs('m7i.large', {})).toBeUndefined();
  });

  const typeOnly: Json = {
    Effect: 'Allow',
    Action: 'ec2:ModifyInstanceAttribute',
    Resource: 'arn:aws:ec2:us-east-1:111122223333:instance/*',
    Condition: {
      StringEquals: { 'ec2:Attribute': 'InstanceType' },
      StringLike: { 'ec2:Attribute/InstanceType': 'm6*.large' },
      Null: { 'aws:ResourceTag/watchdog': 'false' },
    },
  };

  it.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
    ['m6a.large', { watchdog: 'livechat' }, undefined],
    ['m5.large', { watchdog: 'livechat' }, 'UnauthorizedOperation'],
    ['m6a.large', {}, 'UnauthorizedOperation'],
  ])('is allowed by its value and the tag: %s on %j', async (type, tags, code) => {
    const { error } = await inside(({ ec2 }) => ec2.send(change(type)), {
      changes: { statements: [typeOnly] },
      prepare: stopped({ tags }),
    });
    expect(error?.name).toBe(code);
  });
});

describe('DescribeInstanceTypes', () => {
  it('tells what a compatible type depends on', async () => {
    const { result } = await inside(({ ec2 }) =>
      ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['m6id.large', 'm6g.large'] })),
    );
    expect(result?.InstanceTypes).toMatchObject([
      {
        InstanceType: 'm6g.large',
        ProcessorInfo: { SupportedArchitectures: ['arm64'] },
        InstanceStorageSupported: false,
        AutoRecoverySupported: true,
      },
      { InstanceType: 'm6id.large', InstanceStorageSupported: true, AutoRecoverySupported: false },
    ]);
  });

  it('refuses one that nobody knows, and filters without a word', async () => {
    const named = await inside(({ ec2 }) =>
      ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['x9.large' as 'm5.large'] })),
    );
    expect(named.error?.name).toBe('InvalidInstanceType');
    const Filters = [{ Name: 'instance-type', Values: ['x9.large', 'm5.*'] }];
    const filtered = await inside(({ ec2 }) =>
      ec2.send(new DescribeInstanceTypesCommand({ Filters })),
    );
    expect(filtered.result?.InstanceTypes?.map(({ InstanceType }) => InstanceType)).toEqual([
      'm5.large',
      'm5.metal',
    ]);
  });
});

describe('DescribeInstanceTypeOfferings', () => {
  const zonesOf = async (type: string, prepare: (world: World) => void = () => undefined) => {
    const { result } = await inside(
      ({ ec2 }) =>
        ec2.send(
          new DescribeInstanceTypeOfferingsCommand({
            LocationType: 'availability-zone',
            Filters: [{ Name: 'instance-type', Values: [type] }],
          }),
        ),
      { prepare },
    );
    return result?.InstanceTypeOfferings?.map(({ Location }) => Location?.slice(-1)).join('');
  };

  it('leaves the newer types out of the old zone, and what a fault withholds', async () => {
    expect(await zonesOf('m5.large')).toBe('abcdef');
    expect(await zonesOf('m7i.large')).toBe('abcdf');
    const withheld = ({ faults }: World): void =>
      faults.notOffered({ type: 'm5.large', zone: 'us-east-1b' });
    expect(await zonesOf('m5.large', withheld)).toBe('acdef');
  });
});

describe('DescribeInstances', () => {
  const shapeOf = async (spec: Partial<InstanceSpec>) => {
    const { result } = await inside(({ ec2 }) => ec2.send(new DescribeInstancesCommand({})), {
      prepare: (world) => world.ec2.addInstance({ id: POD, ...spec }),
    });
    return result?.Reservations?.[0]?.Instances?.[0];
  };

  it('tells what stands in the way of a stop', async () => {
    const spec = { placementGroup: 'chat', hostId: 'h-0abc', hibernation: true } as const;
    expect(await shapeOf({ ...spec, autoRecovery: 'disabled' })).toMatchObject({
      Placement: { GroupName: 'chat', Tenancy: 'host', HostId: 'h-0abc' },
      MaintenanceOptions: { AutoRecovery: 'disabled' },
      HibernationOptions: { Configured: true },
    });
    expect(await shapeOf({})).toMatchObject({
      Placement: { GroupName: '', Tenancy: 'default' },
      MaintenanceOptions: { AutoRecovery: 'default' },
      HibernationOptions: { Configured: false },
      Architecture: 'x86_64',
      EnaSupport: true,
    });
  });

  it('lists every volume and interface, and on the first whose address it is', async () => {
    const shape = await shapeOf({
      publicIp: '203.0.113.7',
      hasElasticIp: true,
      dataVolumes: 2,
      moreInterfaces: 1,
    });
    expect(shape?.BlockDeviceMappings).toHaveLength(3);
    expect(shape?.NetworkInterfaces).toHaveLength(2);
    expect(shape?.NetworkInterfaces?.[0]?.Association).toEqual({
      PublicIp: '203.0.113.7',
      IpOwnerId: '111122223333',
    });
    expect(shape?.NetworkInterfaces?.[1]).not.toHaveProperty('Association');
    const auto = await shapeOf({ publicIp: '203.0.113.7' });
    expect(auto?.NetworkInterfaces?.[0]?.Association?.IpOwnerId).toBe('amazon');
  });
});
