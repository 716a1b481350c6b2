import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { OWN_TAGS } from '../lambda/core/tags';
import { acknowledge } from './acknowledge';
import { instancesOf, OPTED_IN } from './opted-in';
import type { RoleNeeds } from './role-needs';
import { addressStatements } from './role-statements-addresses';
import { capacityStatements } from './role-statements-capacity';
import {
  alertKeyStatement,
  readAwsKeyStatement,
  volumeKeyStatements,
} from './role-statements-keys';
import { channelStatements } from './role-statements-channels';
import { neverStatements } from './role-statements-never';
import { takedownStatements } from './role-statements-takedown';
import type { PublishedTopics } from './topics';

/** Everything that the function touches. */
export interface WatchdogRoleProps {
  readonly queue: sqs.IQueue;
  readonly table: dynamodb.Table;
  readonly topics: PublishedTopics;
  /** The customer key of the topics, where there is one. */
  readonly alertKey?: kms.IKey | undefined;
  readonly logGroup: logs.ILogGroup;
  /** Customer keys of the servers' volumes. */
  readonly kmsKeyArns: readonly string[];
  /** What the policies ask for. */
  readonly needs: RoleNeeds;
}

/**
 * The function's role: one inline policy and no managed one, so that this file and its
 * `role-statements-…` are all that it may do. It mutates only instances that carry the opt-in tag,
 * gives them addresses that carry it too, and makes reservations of its own; it has what the
 * policies ask for and no more; and nothing of it terminates, deletes or replaces anything.
 *
 * Sources: which actions take a resource, and the condition keys, are in the service
 * authorization reference
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html).
 */
export class WatchdogRole extends iam.Role {
  constructor(scope: Construct, id: string, props: WatchdogRoleProps) {
    const instances = instancesOf(scope);
    super(scope, id, {
      description: 'LiveChat Watchdog: restores servers that carry its tag, and tells people',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        watchdog: new iam.PolicyDocument({
          statements: [
            ...readStatements(instances),
            ...readApplicationStatements(props.needs),
            readAwsKeyStatement(Stack.of(scope)),
            ...mutateStatements(instances),
            ...takedownStatements(scope, props.needs),
            ...capacityStatements(scope, props.needs),
            ...addressStatements(scope, props.needs),
            ...ownStatements(props),
            ...volumeKeyStatements(props.kmsKeyArns),
            ...neverStatements(),
          ],
        }),
      },
    });
    acknowledgeWildcards(this, props.needs);
  }
}

function readStatements(instances: string): readonly iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      // EC2's list calls take no resource and no tag condition: "*" is the only choice.
      sid: 'ReadServers',
      actions: [
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceStatus',
        'ec2:DescribeVolumes',
        // What a type is made of, and which zones offer it: known before anything is stopped.
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeInstanceTypeOfferings',
      ],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      // Reads stop protection for the readiness check. Unlike the list calls it takes an
      // instance, and it could read user data, where secrets live: so only of what opted in.
      sid: 'ReadAttributesOfOptedIn',
      actions: ['ec2:DescribeInstanceAttribute'],
      resources: [instances],
      conditions: { Null: OPTED_IN },
    }),
    new iam.PolicyStatement({
      // Who stopped it, where no trail sends events. LookupEvents takes no resource.
      sid: 'ReadWhoStopped',
      actions: ['cloudtrail:LookupEvents'],
      resources: ['*'],
    }),
  ];
}

/**
 * The metric or the alarm by which a policy judges its application. GetMetricData takes no metric
 * as a resource. DescribeAlarms takes an alarm, but tells of composite ones only to a caller with
 * the resource "*".
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
function readApplicationStatements(needs: RoleNeeds): readonly iam.PolicyStatement[] {
  const actions = [
    ...(needs.readAlarms ? ['cloudwatch:DescribeAlarms'] : []),
    ...(needs.readMetrics ? ['cloudwatch:GetMetricData'] : []),
  ];
  if (actions.length === 0) return [];
  return [new iam.PolicyStatement({ sid: 'ReadApplications', actions, resources: ['*'] })];
}

function mutateStatements(instances: string): readonly iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      // A start needs permission on the instance only, not on its volumes, network or image.
      // The ARN holds it to this account and Region, the tag to what opted in.
      sid: 'StartOptedIn',
      actions: ['ec2:StartInstances'],
      resources: [instances],
      conditions: { Null: OPTED_IN },
    }),
    new iam.PolicyStatement({
      // Only the watchdog's own keys: never the opt-in tag, through which it could give itself
      // other servers, and no operator's tag. ForAllValues also holds for a request without
      // keys, so their presence is asked for too.
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
      sid: 'TagOptedIn',
      actions: ['ec2:CreateTags'],
      resources: [instances],
      conditions: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': Object.values(OWN_TAGS) },
        Null: { ...OPTED_IN, 'aws:TagKeys': 'false' },
      },
    }),
  ];
}

function ownStatements(props: WatchdogRoleProps): readonly iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      // What the event source mapping needs of a queue, and SendMessage for the fleet tick.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      sid: 'Signals',
      actions: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:SendMessage',
      ],
      resources: [props.queue.queueArn],
    }),
    new iam.PolicyStatement({
      // Conditional PutItem is the only write; items leave by their TTL, never by the function.
      // TransactWriteItems has no action of its own: each of its puts is authorized as PutItem.
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
      sid: 'Incidents',
      actions: ['dynamodb:Query', 'dynamodb:PutItem'],
      resources: [props.table.tableArn],
    }),
    ...channelStatements(Stack.of(props.table), props),
    new iam.PolicyStatement({
      // The group itself belongs to the stack: no permission to create one.
      sid: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [props.logGroup.logGroupArn],
    }),
    ...(props.alertKey === undefined ? [] : [alertKeyStatement(props.alertKey)]),
  ];
}

function acknowledgeWildcards(role: iam.Role, needs: RoleNeeds): void {
  const here = 'arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>';
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'What describes instances, volumes, types, offers and addresses takes no resource, nor do ' +
      'LookupEvents, GetMetricData and ListCommandInvocations; DescribeAlarms tells of composite ' +
      'alarms only with "*".',
  );
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::${here}:instance/*]`,
    'Servers join by their tag, so their ids are not known here; the statements are conditioned ' +
      'on that tag.',
  );
  if (needs.reserve) {
    acknowledge(
      role,
      `AwsSolutions-IAM5[Resource::${here}:capacity-reservation/*]`,
      'Reservations are made in need, so their ids are not known here; the statements are ' +
        "conditioned on the watchdog's own tag.",
    );
  }
  if (needs.associate) {
    acknowledge(
      role,
      `AwsSolutions-IAM5[Resource::${here}:elastic-ip/*]`,
      'Addresses join by their tag as servers do; the statement is conditioned on it.',
    );
  }
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*]',
    'DescribeKey of the one key with the alias aws/ebs: its ARN is not known here, so the ' +
      'statement is conditioned on the alias.',
  );
  acknowledge(
    role,
    'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]',
    'SNS asks for both actions of that name on the one key of the topics.',
  );
}
