import {
  AssociateAddressCommand,
  DescribeAddressesCommand,
  type Address,
} from '@aws-sdk/client-ec2';
import { OPT_IN_TAG } from '../core/tags';
import type { ActOutcome, AddressPort } from '../ports';
import type { Ec2Client } from './clients';
import { act } from './ec2-act';
import { ec2Error, refusalOf } from './ec2-errors';
import type { TokenBucket } from './token-bucket';

const refused = (code: string, message: string): ActOutcome => ({ kind: 'refused', code, message });

/** Whoever has it now; a NAT gateway or a load balancer shows only its interface. */
function holderOf({ InstanceId, NetworkInterfaceId, AssociationId }: Address): string | undefined {
  return [InstanceId, NetworkInterfaceId, AssociationId].find(
    (id) => id !== undefined && id !== '',
  );
}

/** What the address itself says about being associated; undefined where nothing speaks against. */
function obstacleOf(address: Address, instanceId: string): ActOutcome | undefined {
  const holder = holderOf(address);
  if (holder === instanceId) return { kind: 'accepted' };
  if (holder !== undefined) return refused('AddressTaken', `It is associated with ${holder}.`);
  const isOptedIn = address.Tags?.some(({ Key }) => Key === OPT_IN_TAG) === true;
  if (isOptedIn) return undefined;
  return refused('AddressNotOptedIn', `The address does not carry the tag ${OPT_IN_TAG}.`);
}

/** Elastic IP addresses, over EC2's API. */
export function createAddressPort(
  client: Ec2Client,
  { bucket }: { readonly bucket: TokenBucket },
): AddressPort {
  return {
    async associate(instanceId, publicIp) {
      let address: Address | undefined;
      try {
        const filter = { Name: 'public-ip', Values: [publicIp] };
        const answer = await client.send(new DescribeAddressesCommand({ Filters: [filter] }));
        // A filter that was ignored must not move another address.
        address = answer.Addresses?.find(({ PublicIp }) => PublicIp === publicIp);
      } catch (thrown) {
        return refusalOf(ec2Error(thrown));
      }
      if (address?.AllocationId === undefined) {
        return refused('AddressGone', 'The account has no such Elastic IP any more.');
      }
      const { AllocationId } = address;
      const obstacle = obstacleOf(address, instanceId);
      if (obstacle !== undefined) return obstacle;
      // By the instance, EC2 refuses what has several interfaces; and what somebody associated
      // since that read stays theirs: AllowReassociation is true where it is left out.
      return act(bucket, () =>
        client.send(
          new AssociateAddressCommand({
            AllocationId,
            InstanceId: instanceId,
            AllowReassociation: false,
          }),
        ),
      );
    },
  };
}
