import { CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { ApplicationCheck } from '../lambda/core/policy';
import { OPT_IN_TAG } from '../lambda/core/tags';
import { acknowledge } from './acknowledge';

/** Which servers are asked, and where. */
export interface ApplicationStatusCheckProps {
  /** The policy's name, the value of the opt-in tag. */
  readonly policyName: string;
  readonly check: ApplicationCheck;
}

/** The only interval that EC2 accepts, in seconds. */
const INTERVAL_SECONDS = 60;

/**
 * EC2 waits 300 s after a launch by default before it asks. The watchdog has its own startup
 * grace, so the check may begin as soon as a server can be up: it is then the proof that it serves.
 */
const GRACE_SECONDS = 30;

/**
 * Lets EC2 ask the servers of one policy over HTTP each minute, associated with the opt-in tag so
 * that a server joins and leaves with it. The result comes with DescribeInstanceStatus.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateApplicationStatusCheck.html
 *
 * aws-cdk-lib names the type of the association in its documentation and has no class for it. Its
 * property names are those of the API (AssociateApplicationStatusCheck) and could not be checked
 * against AWS. If CloudFormation refuses them: `aws ec2 associate-application-status-check`.
 */
export class ApplicationStatusCheck extends Construct {
  constructor(scope: Construct, id: string, props: ApplicationStatusCheckProps) {
    super(scope, id);
    const check = new ec2.CfnApplicationStatusCheck(this, 'Check', {
      protocol: props.check.protocol,
      port: props.check.port,
      path: props.check.path,
      interval: INTERVAL_SECONDS,
      initializationGracePeriodSeconds: GRACE_SECONDS,
      // One good answer proves that it serves; two bad ones in a row make it impaired.
      successThreshold: 1,
      failureThreshold: 2,
    });
    const association = new CfnResource(this, 'Association', {
      type: 'AWS::EC2::ApplicationStatusCheckTagAssociation',
      properties: {
        ApplicationStatusCheckId: check.attrApplicationStatusCheckId,
        Key: OPT_IN_TAG,
        Value: props.policyName,
      },
    });
    acknowledge(
      association,
      'CloudFormation-Validate::F3006',
      'The type is newer than the schemas that this aws-cdk-lib brings.',
    );
  }
}
