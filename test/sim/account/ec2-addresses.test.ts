import {
  AssociateAddressCommand,
  type AssociateAddressCommandInput,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
} from '@aws-sdk/client-ec2';
import { factsOf } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

const OTHER = 'i-0abc0000000000024';
const ADDRESS = { allocationId: 'eipalloc-0abc', publicIp: '198.51.100.23' };

const associate = (input: Partial<AssociateAddressCommandInput> = {}): AssociateAddressCommand =>
  new AssociateAddressCommand({
    AllocationId: ADDRESS.allocationId,
    InstanceId: POD,
    AllowReassociation: false,
    ...input,
  });

const withSpare = (world: World): void => {
  world.ec2.addInstance({ id: POD, publicIp: '203.0.113.7' });
  world.ec2.addAddress(ADDRESS);
};

it('gives a running instance the address, and its auto-assigned one is gone', async () => {
  const { result } = await inside(
    async ({ ec2 }) => {
      await ec2.send(associate());
      return {
        instances: await ec2.send(new DescribeInstancesCommand({})),
        addresses: await ec2.send(new DescribeAddressesCommand({})),
      };
    },
    { prepare: withSpare },
  );
  expect(result?.instances.Reservations?.[0]?.Instances?.[0]?.PublicIpAddress).toBe(
    ADDRESS.publicIp,
  );
  expect(result?.addresses.Addresses).toMatchObject([
    { AllocationId: ADDRESS.allocationId, InstanceId: POD, AssociationId: 'eipassoc-0abc' },
  ]);
});

describe('an address that another instance has', () => {
  const taken = (world: World): void => {
    world.ec2.addInstance({ id: OTHER, publicIp: '203.0.113.8', hasElasticIp: true });
    world.ec2.addInstance({ id: POD });
  };
  const AllocationId = `eipalloc-${OTHER.slice(2)}`;

  it('is not taken where reassociation is not allowed', async () => {
    const { error, world } = await inside(({ ec2 }) => ec2.send(associate({ AllocationId })), {
      prepare: taken,
    });
    expect(error?.name).toBe('Resource.AlreadyAssociated');
    expect(factsOf(world.history.facts, 'lost')).toEqual([]);
  });

  it('is taken where it is', async () => {
    const { world } = await inside(
      ({ ec2 }) => ec2.send(associate({ AllocationId, AllowReassociation: true })),
      { prepare: taken },
    );
    expect(factsOf(world.history.facts, 'lost')).toMatchObject([
      { instanceId: OTHER, what: 'elastic-ip' },
    ]);
  });
});

it.each([
  [{ AllocationId: 'eipalloc-0fff' }, 'InvalidAllocationID.NotFound'],
  [{ InstanceId: OTHER }, 'InvalidInstanceID.NotFound'],
  [{ DryRun: true }, 'DryRunOperation'],
])('is refused with %j', async (input, code) => {
  const { error } = await inside(({ ec2 }) => ec2.send(associate(input)), { prepare: withSpare });
  expect(error?.name).toBe(code);
});

it('asks for leave on the address and on the instance', async () => {
  const arn = (resource: string): string => `arn:aws:ec2:us-east-1:111122223333:${resource}/*`;
  const codeWith = async (...resources: readonly string[]) => {
    const statement = { Effect: 'Allow', Action: 'ec2:AssociateAddress', Resource: resources };
    const changes = { statements: [statement] };
    const { error } = await inside(({ ec2 }) => ec2.send(associate()), {
      changes,
      prepare: withSpare,
    });
    return error?.name;
  };
  expect(await codeWith(arn('elastic-ip'), arn('instance'))).toBeUndefined();
  expect(await codeWith(arn('elastic-ip'))).toBe('UnauthorizedOperation');
  expect(await codeWith(arn('instance'))).toBe('UnauthorizedOperation');
});

it('finds the address that an instance lost with its stop', async () => {
  const addressOf = async (prepare: (world: World) => void) => {
    const { result } = await inside(({ ec2 }) => ec2.send(new DescribeAddressesCommand({})), {
      atS: 100,
      prepare(world) {
        world.ec2.addInstance({ id: POD, publicIp: '203.0.113.8', hasElasticIp: true });
        prepare(world);
        world.people.stop(POD, undefined, { stoppingS: 20 });
        world.at(50, () => world.people.start(POD));
      },
    });
    return result?.Addresses?.[0]?.InstanceId;
  };
  expect(await addressOf(({ faults }) => faults.loseAddress(POD))).toBeUndefined();
  expect(await addressOf(() => undefined)).toBe(POD);
});
