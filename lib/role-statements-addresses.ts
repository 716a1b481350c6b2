import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { instancesOf, OPTED_IN } from './opted-in';
import type { RoleNeeds } from './role-needs';

/**
 * The Elastic IP of a server, where a policy wants it associated again. AssociateAddress by
 * instance is authorized on the address and on the instance: both must carry the opt-in tag, so an
 * address of anything else cannot be moved, and none can go to another server. Network interfaces
 * are left out, so that a request by interface is denied. That the address is associated with
 * nothing has no condition key: the request says so (AllowReassociation).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function addressStatements(
  scope: Construct,
  needs: RoleNeeds,
): readonly iam.PolicyStatement[] {
  if (!needs.associate) return [];
  return [
    new iam.PolicyStatement({
      // A list call: it takes no resource and no tag condition.
      sid: 'ReadAddresses',
      actions: ['ec2:DescribeAddresses'],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      sid: 'AssociateOptedIn',
      actions: ['ec2:AssociateAddress'],
      resources: [instancesOf(scope), addressesOf(scope)],
      conditions: { Null: OPTED_IN },
    }),
  ];
}

/** Every Elastic IP of this account and Region, as an ARN. */
function addressesOf(scope: Construct): string {
  return Stack.of(scope).formatArn({ service: 'ec2', resource: 'elastic-ip', resourceName: '*' });
}
