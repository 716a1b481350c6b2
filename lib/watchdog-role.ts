import { Aws, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { OPT_IN_TAG, OWN_TAGS } from '../lambda/core/tags';
import { acknowledge } from './acknowledge';

/** Everything that the function touches. */
export interface WatchdogRoleProps {
  readonly queue: sqs.IQueue;
  readonly table: dynamodb.Table;
  readonly alertTopic: sns.ITopic;
  /** The customer key of the topics, where there is one. */
  readonly alertKey?: kms.IKey | undefined;
  readonly logGroup: logs.ILogGroup;
  /** Customer keys of the servers' volumes. */
  readonly kmsKeyArns: readonly string[];
}

/**
 * The function's role: one inline policy and no managed one, so that this file is all that it may
 * do. It mutates only instances that carry the opt-in tag, and there is no permission to stop,
 * terminate, delete or release anything.
 *
 * Sources: which actions take a resource, and the condition keys, are in the service
 * authorization reference
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html).
 */
export class WatchdogRole extends iam.Role {
  constructor(scope: Construct, id: string, props: WatchdogRoleProps) {
    const instances = Stack.of(scope).formatArn({
      service: 'ec2',
      resource: 'instance',
      resourceName: '*',
    });
    super(scope, id, {
      description: 'LiveChat Watchdog: starts servers that carry its tag, and tells people',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        watchdog: new iam.PolicyDocument({
          statements: [
            ...readStatements(instances),
            readAwsKeyStatement(Stack.of(scope)),
            ...mutateStatements(instances),
            ...ownStatements(props),
            ...volumeKeyStatements(props.kmsKeyArns),
          ],
        }),
      },
    });
    acknowledgeWildcards(this);
  }
}

/** The instance carries the opt-in tag; its value is the policy's name and judged by the code. */
const OPTED_IN = { [`aws:ResourceTag/${OPT_IN_TAG}`]: 'false' } as const;

function readStatements(instances: string): readonly iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      // EC2's list calls take no resource and no tag condition: "*" is the only choice.
      sid: 'ReadServers',
      actions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceStatus', 'ec2:DescribeVolumes'],
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
 * Which key of the account is AWS's own for EBS (`aws/ebs`), so that the readiness check reports
 * customer keys only. That key's ARN is not known at deployment, and an alias as a resource does
 * not allow DescribeKey; so any key of this account and Region by its ARN, and of them only the
 * one that bears that alias. Nobody but AWS can give an alias that begins with `alias/aws/`.
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
function readAwsKeyStatement(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ReadAwsKeyOfVolumes',
    actions: ['kms:DescribeKey'],
    resources: [stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
    // A key has several aliases, and one that has none does not match: ForAnyValue needs a value.
    conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/ebs' } },
  });
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
      sid: 'Incidents',
      actions: ['dynamodb:Query', 'dynamodb:PutItem'],
      resources: [props.table.tableArn],
    }),
    new iam.PolicyStatement({
      sid: 'Alerts',
      actions: ['sns:Publish'],
      resources: [props.alertTopic.topicArn],
    }),
    new iam.PolicyStatement({
      // The group itself belongs to the stack: no permission to create one.
      sid: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [props.logGroup.logGroupArn],
    }),
    ...(props.alertKey === undefined ? [] : [alertKeyStatement(props.alertKey)]),
  ];
}

/** A publisher to an encrypted topic needs both actions on its key itself. */
function alertKeyStatement(key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AlertsAtRest',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: [key.keyArn],
  });
}

/**
 * Starting an instance with volumes under a customer key makes EC2 use that key in the caller's
 * name. Without this EC2 accepts the start and the server falls back to `stopped`.
 * `kms:GrantIsForAWSResource` is a key of CreateGrant only; the other actions are held to calls
 * that come through EC2.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
function volumeKeyStatements(keyArns: readonly string[]): readonly iam.PolicyStatement[] {
  if (keyArns.length === 0) return [];
  return [
    new iam.PolicyStatement({
      sid: 'GrantVolumeKeysToEc2',
      actions: ['kms:CreateGrant'],
      resources: [...keyArns],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
    new iam.PolicyStatement({
      sid: 'UseVolumeKeysThroughEc2',
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [...keyArns],
      conditions: { StringEquals: { 'kms:ViaService': `ec2.${Aws.REGION}.amazonaws.com` } },
    }),
  ];
}

function acknowledgeWildcards(role: iam.Role): void {
  const instances = 'ec2:<AWS::Region>:<AWS::AccountId>:instance/*';
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'DescribeInstances, DescribeInstanceStatus, DescribeVolumes and LookupEvents take no resource.',
  );
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${instances}]`,
    'Servers join by their tag, so their ids are not known here; the statements are conditioned ' +
      'on that tag.',
  );
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
