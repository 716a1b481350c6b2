import {
  CancelCapacityReservationCommand,
  CreateCapacityReservationCommand,
  type CreateCapacityReservationCommandInput,
  DescribeCapacityReservationsCommand,
  DescribeInstancesCommand,
  type EC2Client,
  ModifyCapacityReservationCommand,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { InstanceSpec } from '../../../sim/account/ec2-instance';
import type { Json } from '../../../sim/account/template';
import { factsOf } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

type Sender = Pick<EC2Client, 'send'>;

const OTHER = 'i-0abc0000000000024';
const ZONE = 'us-east-1b';
const pod = (spec: Partial<InstanceSpec> = {}): InstanceSpec => ({ id: POD, zone: ZONE, ...spec });
const withPod =
  (spec: Partial<InstanceSpec> = {}) =>
  (world: World): void =>
    world.ec2.addInstance(pod(spec));

async function reserve(
  ec2: Sender,
  input: Partial<CreateCapacityReservationCommandInput> = {},
): Promise<string> {
  const { CapacityReservation } = await ec2.send(
    new CreateCapacityReservationCommand({
      InstanceType: 'm6i.large',
      InstancePlatform: 'Linux/UNIX',
      AvailabilityZone: ZONE,
      InstanceCount: 1,
      InstanceMatchCriteria: 'targeted',
      ...input,
    }),
  );
  return CapacityReservation!.CapacityReservationId!;
}

const start = (ec2: Sender, ...InstanceIds: string[]) =>
  ec2.send(new StartInstancesCommand({ InstanceIds }));
const open = (ec2: Sender, CapacityReservationId: string) =>
  ec2.send(
    new ModifyCapacityReservationCommand({ CapacityReservationId, InstanceMatchCriteria: 'open' }),
  );
const cancel = (ec2: Sender, CapacityReservationId: string) =>
  ec2.send(new CancelCapacityReservationCommand({ CapacityReservationId }));
const shapesOf = async (ec2: Sender) =>
  (await ec2.send(new DescribeCapacityReservationsCommand({}))).CapacityReservations ?? [];

/** Capacity is there for the first ten seconds, and for a reservation made within them. */
const scarce =
  (spec: Partial<InstanceSpec> = {}) =>
  (world: World): void => {
    withPod({ state: 'stopped', ...spec })(world);
    world.faults.capacityOut({ zone: ZONE, type: 'm6i.large', fromS: 10, toS: 1_000 });
  };

describe('a capacity reservation', () => {
  it('that is open holds a place, and a start takes it though there is no capacity', async () => {
    const { error, result, world } = await inside(
      async ({ ec2 }, { clock }) => {
        const id = await reserve(ec2);
        await clock.sleep(12_000 as never);
        await open(ec2, id);
        await start(ec2, POD);
        return {
          id,
          shapes: await shapesOf(ec2),
          seen: await ec2.send(new DescribeInstancesCommand({})),
        };
      },
      { prepare: scarce() },
    );
    expect(error).toBeUndefined();
    expect(result?.shapes).toMatchObject([
      { State: 'active', TotalInstanceCount: 1, AvailableInstanceCount: 0 },
    ]);
    const seen = result?.seen.Reservations?.[0]?.Instances?.[0];
    expect(seen?.CapacityReservationId).toBe(result?.id);
    expect(factsOf(world.history.facts, 'reservation').at(-1)?.usedBy).toEqual([POD]);
  });

  it.each<readonly [string, Partial<CreateCapacityReservationCommandInput>, Partial<InstanceSpec>]>(
    [
      ['that is targeted', { InstanceMatchCriteria: 'targeted' }, {}],
      ['of another type', { InstanceType: 'c6i.large' }, {}],
      ['in another zone', { AvailabilityZone: 'us-east-1c' }, {}],
      ['for another platform', { InstancePlatform: 'Windows' }, {}],
      ['for another tenancy', { Tenancy: 'dedicated' }, {}],
      ['that the instance does not want', {}, { reservationPreference: 'none' }],
    ],
  )('%s does not help', async (_what, input, spec) => {
    const { error } = await inside(
      async ({ ec2 }, { clock }) => {
        await reserve(ec2, { InstanceMatchCriteria: 'open', ...input });
        await clock.sleep(12_000 as never);
        await start(ec2, POD);
      },
      { prepare: scarce(spec) },
    );
    expect(error?.name).toBe('InsufficientInstanceCapacity');
  });

  it('has no more places than it has, for a batch too', async () => {
    const { error } = await inside(
      async ({ ec2 }, { clock }) => {
        await reserve(ec2, { InstanceMatchCriteria: 'open' });
        await clock.sleep(12_000 as never);
        await start(ec2, POD, OTHER);
      },
      {
        prepare(world) {
          scarce()(world);
          world.ec2.addInstance(pod({ id: OTHER, state: 'stopped' }));
        },
      },
    );
    expect(error?.name).toBe('InsufficientInstanceCapacity');
  });

  it('cannot be made where there is no capacity', async () => {
    const { error, world } = await inside(({ ec2 }) => reserve(ec2), {
      atS: 20,
      prepare: scarce(),
    });
    expect(error?.name).toBe('InsufficientInstanceCapacity');
    expect(factsOf(world.history.facts, 'reservation')).toEqual([]);
  });

  it('counts against the quota itself, so that a start into it needs no more of it', async () => {
    const startWith = async (reserved: boolean) => {
      const { error } = await inside(
        async ({ ec2 }, { clock }) => {
          if (reserved) await reserve(ec2, { InstanceMatchCriteria: 'open' });
          await clock.sleep(12_000 as never);
          await start(ec2, POD);
        },
        {
          prepare(world) {
            withPod({ state: 'stopped' })(world);
            world.faults.quotaUsed({ fromS: 10, toS: 1_000 });
          },
        },
      );
      return error?.name;
    };
    expect(await startWith(true)).toBeUndefined();
    expect(await startWith(false)).toBe('VcpuLimitExceeded');
  });

  it('when open is taken by a fitting instance that runs; targeted it is not', async () => {
    const used = async (matches: 'open' | 'targeted') => {
      const { world } = await inside(
        ({ ec2 }) => reserve(ec2, { InstanceMatchCriteria: matches }),
        { prepare: withPod() },
      );
      return factsOf(world.history.facts, 'reservation').at(-1)?.usedBy;
    };
    expect(await used('open')).toEqual([POD]);
    expect(await used('targeted')).toEqual([]);
  });

  it('keeps its place over a stop and start', async () => {
    const { world } = await inside(({ ec2 }) => reserve(ec2, { InstanceMatchCriteria: 'open' }), {
      lastsS: 400,
      prepare(made) {
        withPod()(made);
        made.at(20, () => made.people.stop(POD, undefined, { stoppingS: 10 }));
        made.at(60, () => made.people.start(POD));
      },
    });
    const uses = factsOf(world.history.facts, 'reservation').map(({ usedBy }) => usedBy.length);
    expect(uses).toEqual([0, 1, 0, 1]);
  });

  it('cannot change its kind while it is used', async () => {
    const { error } = await inside(
      async ({ ec2 }) => {
        const id = await reserve(ec2, { InstanceMatchCriteria: 'open' });
        await ec2.send(
          new ModifyCapacityReservationCommand({
            CapacityReservationId: id,
            InstanceMatchCriteria: 'targeted',
          }),
        );
      },
      { prepare: withPod() },
    );
    expect(error?.name).toBe('InvalidCapacityReservationState');
  });

  it('leaves the instance running when it is cancelled, and is gone only once', async () => {
    const { result, error, world } = await inside(
      async ({ ec2 }) => {
        const id = await reserve(ec2, { InstanceMatchCriteria: 'open' });
        await cancel(ec2, id);
        const shapes = await shapesOf(ec2);
        return { shapes, again: await cancel(ec2, id).catch((thrown: unknown) => thrown) };
      },
      { prepare: withPod() },
    );
    expect(error).toBeUndefined();
    expect(result?.shapes).toMatchObject([{ State: 'cancelled', AvailableInstanceCount: 0 }]);
    expect(result?.again).toMatchObject({ name: 'InvalidCapacityReservationState' });
    expect(factsOf(world.history.facts, 'state')).toEqual([]);
  });

  it('ends by itself at its date', async () => {
    const EndDate = new Date('2024-08-01T12:00:30Z');
    const { world } = await inside(({ ec2 }) => reserve(ec2, { EndDate, EndDateType: 'limited' }), {
      prepare: withPod(),
    });
    expect(factsOf(world.history.facts, 'reservation').map(({ state }) => state)).toEqual([
      'active',
      'expired',
    ]);
  });

  it.each([
    [{ EndDateType: 'limited' }, 'InvalidParameterCombination'],
    [
      { EndDate: new Date('2020-01-01T00:00:00Z'), EndDateType: 'limited' },
      'InvalidParameterValue',
    ],
    [{ InstanceType: 'x9.large' as 'm6i.large' }, 'InvalidInstanceType'],
    [{ AvailabilityZone: 'us-east-1e' }, 'Unsupported'],
    [{ InstanceCount: 0 }, 'InvalidParameterValue'],
    [{ DryRun: true }, 'DryRunOperation'],
  ] as const)('is refused with %j', async (input, code) => {
    const { error, world } = await inside(({ ec2 }) => reserve(ec2, input));
    expect(error?.name).toBe(code);
    expect(factsOf(world.history.facts, 'reservation')).toEqual([]);
  });

  it('is made once for one token', async () => {
    const { result } = await inside(async ({ ec2 }) => [
      await reserve(ec2, { ClientToken: 'once' }),
      await reserve(ec2, { ClientToken: 'once' }),
      await reserve(ec2, { ClientToken: 'twice' }),
    ]);
    expect(new Set(result).size).toBe(2);
  });

  it('that nobody knows is not found', async () => {
    const { error } = await inside(({ ec2 }) => cancel(ec2, 'cr-0123456789abcdef0'));
    expect(error?.name).toBe('InvalidCapacityReservationId.NotFound');
  });
});

describe('DescribeCapacityReservations', () => {
  it.each([
    [{ Name: 'state', Values: ['active'] }, 1],
    [{ Name: 'instance-match-criteria', Values: ['open'] }, 0],
    [{ Name: 'tag:watchdog:for', Values: [POD] }, 1],
    [{ Name: 'tag-key', Values: ['other'] }, 0],
  ])('filters by %j', async (filter, count) => {
    const { result } = await inside(async ({ ec2 }) => {
      const Tags = [{ Key: 'watchdog:for', Value: POD }];
      await reserve(ec2, { TagSpecifications: [{ ResourceType: 'capacity-reservation', Tags }] });
      const { Values, Name } = filter;
      return ec2.send(new DescribeCapacityReservationsCommand({ Filters: [{ Name, Values }] }));
    });
    expect(result?.CapacityReservations).toHaveLength(count);
  });
});

describe('permissions of capacity reservations', () => {
  const resource = 'arn:aws:ec2:us-east-1:111122223333:capacity-reservation/*';
  const own = { StringEquals: { 'aws:RequestTag/watchdog:made': 'yes' } };
  const create: Json = {
    Effect: 'Allow',
    Action: 'ec2:CreateCapacityReservation',
    Resource: resource,
    Condition: own,
  };
  const tagNew: Json = {
    Effect: 'Allow',
    Action: 'ec2:CreateTags',
    Resource: resource,
    Condition: { StringEquals: { 'ec2:CreateAction': 'CreateCapacityReservation' } },
  };
  const end: Json = {
    Effect: 'Allow',
    Action: 'ec2:CancelCapacityReservation',
    Resource: resource,
    Condition: { StringEquals: { 'aws:ResourceTag/watchdog:made': 'yes' } },
  };
  const tagged = {
    TagSpecifications: [
      {
        ResourceType: 'capacity-reservation' as const,
        Tags: [{ Key: 'watchdog:made', Value: 'yes' }],
      },
    ],
  };

  it.each([
    ['with its tag', [create, tagNew], tagged, undefined],
    ['without its tag', [create, tagNew], {}, 'UnauthorizedOperation'],
    ['without leave to tag', [create], tagged, 'UnauthorizedOperation'],
  ])('makes one %s', async (_what, statements, input, code) => {
    const { error } = await inside(({ ec2 }) => reserve(ec2, input), { changes: { statements } });
    expect(error?.name).toBe(code);
  });

  it('ends its own and no other', async () => {
    const anyCreate: Json = {
      Effect: 'Allow',
      Action: 'ec2:CreateCapacityReservation',
      Resource: '*',
    };
    const statements = [anyCreate, tagNew, end];
    const ends = async (input: Partial<CreateCapacityReservationCommandInput>) => {
      const use = async ({ ec2 }: { readonly ec2: Sender }) =>
        cancel(ec2, await reserve(ec2, input));
      return (await inside(use, { changes: { statements } })).error?.name;
    };
    expect(await ends(tagged)).toBeUndefined();
    expect(await ends({})).toBe('UnauthorizedOperation');
  });
});
