import type {
  Address,
  AssociateAddressRequest,
  DescribeAddressesRequest,
} from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2';
import type { ElasticIp } from './ec2-addresses';
import { ec2Error } from './ec2-errors';
import { compileFilters, tagFilter } from './ec2-filters';
import { operation, READ, readBucket, resourceTags, principalOf, WRITE } from './ec2-request';
import type { Caller, Operation } from './gateway';

const associationId = ({ allocationId }: ElasticIp): string =>
  allocationId.replace('eipalloc-', 'eipassoc-');

/** The operations of Elastic IP addresses. */
export function addressOperations(account: Ec2Account): readonly Operation[] {
  return [
    operation('DescribeAddresses', READ, describe(account)),
    operation('AssociateAddress', WRITE, associate(account)),
  ];
}

function shapeOf(account: Ec2Account, address: ElasticIp): Address {
  const { allocationId, publicIp, instanceId, tags } = address;
  const { accountId, region } = account.home;
  return {
    AllocationId: allocationId,
    PublicIp: publicIp,
    Domain: 'vpc',
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: region,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...(instanceId === undefined
      ? {}
      : {
          InstanceId: instanceId,
          AssociationId: associationId(address),
          NetworkInterfaceId: account.get(instanceId).interfaceIds[0]!,
          NetworkInterfaceOwnerId: accountId,
          PrivateIpAddress: account.get(instanceId).privateIp,
        }),
  };
}

function filterOf(name: string): ((shape: Address) => readonly string[]) | undefined {
  const one = (value: string | undefined): readonly string[] =>
    value === undefined ? [] : [value];
  switch (name) {
    case 'allocation-id':
      return ({ AllocationId }) => one(AllocationId);
    case 'association-id':
      return ({ AssociationId }) => one(AssociationId);
    case 'instance-id':
      return ({ InstanceId }) => one(InstanceId);
    case 'public-ip':
      return ({ PublicIp }) => one(PublicIp);
    case 'network-interface-id':
      return ({ NetworkInterfaceId }) => one(NetworkInterfaceId);
    default:
      return tagFilter(name);
  }
}

function describe(account: Ec2Account) {
  return (input: DescribeAddressesRequest, caller: Caller): object => {
    if (input.PublicIps !== undefined) throw new Error('PublicIps are not simulated: filter');
    account.draw(caller, readBucket('DescribeAddresses', { Filters: input.Filters }));
    caller.authorize('ec2:DescribeAddresses', '*');
    const { addresses } = account;
    const chosen = input.AllocationIds?.map((id) => known(account, id)) ?? addresses.all();
    const matches = compileFilters<Address>(input.Filters, filterOf);
    return { Addresses: chosen.map((address) => shapeOf(account, address)).filter(matches) };
  };
}

function known({ addresses }: Ec2Account, allocationId: string): ElasticIp {
  const address = addresses.find(allocationId);
  if (address === undefined) throw ec2Error.noAllocation(allocationId);
  return address;
}

function associate(account: Ec2Account) {
  return (input: AssociateAddressRequest, caller: Caller): object => {
    const { AllocationId: allocationId, InstanceId: instanceId } = input;
    if (allocationId === undefined) throw ec2Error.missing('AllocationId');
    if (instanceId === undefined) throw new Error('AssociateAddress without an instance');
    account.draw(caller, 'AssociateAddress');
    const address = known(account, allocationId);
    const instance = account.known([instanceId])[0]!;
    const { region, accountId } = account.home;
    const arn = `arn:aws:ec2:${region}:${accountId}:elastic-ip/${allocationId}`;
    caller.authorize('ec2:AssociateAddress', arn, resourceTags(address));
    caller.authorize('ec2:AssociateAddress', account.arnOf(instance), resourceTags(instance));
    if (input.DryRun === true) throw ec2Error.dryRun();
    const elsewhere = address.instanceId !== undefined && address.instanceId !== instanceId;
    // "Reassociation is automatic, but you can specify false."
    if (elsewhere && input.AllowReassociation === false) {
      throw ec2Error.alreadyAssociated(allocationId);
    }
    if (instance.state === 'pending') throw ec2Error.pendingAddress(instanceId);
    account.associate(address, instance);
    caller.effect.associated = { allocationId, instanceId };
    account.recordCall({
      operation: 'AssociateAddress',
      instanceIds: [instanceId],
      by: principalOf(caller),
      parameters: { allocationId },
    });
    return { AssociationId: associationId(address) };
  };
}
