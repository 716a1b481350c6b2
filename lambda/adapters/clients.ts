import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { CloudWatchClient as SdkCloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** EC2 as the adapters use it; the SDK's client and the simulator's both fit. */
export type Ec2Client = Pick<EC2Client, 'send'>;

/** DynamoDB as the adapters use it. */
export type DynamoClient = Pick<DynamoDBClient, 'send'>;

/** KMS as the adapters use it. */
export type KmsClient = Pick<KMSClient, 'send'>;

/** SNS as the adapters use it. */
export type SnsClient = Pick<SNSClient, 'send'>;

/** EventBridge as the adapters use it. */
export type EventsClient = Pick<EventBridgeClient, 'send'>;

/** SQS as the adapters use it. */
export type SqsClient = Pick<SQSClient, 'send'>;

/** CloudTrail as the adapters use it. */
export type TrailClient = Pick<CloudTrailClient, 'send'>;

/** Systems Manager as the adapters use it. */
export type SsmClient = Pick<SSMClient, 'send'>;

/** CloudWatch as the adapters use it. */
export type CloudWatchClient = Pick<SdkCloudWatchClient, 'send'>;

/**
 * Every AWS service that the function calls. No client may retry by itself (`maxAttempts: 1`): the
 * adapters and the shell decide what is tried again, and the simulator has no SDK underneath.
 */
export interface Clients {
  readonly ec2: Ec2Client;
  readonly dynamo: DynamoClient;
  readonly sns: SnsClient;
  readonly sqs: SqsClient;
  readonly trail: TrailClient;
  readonly kms: KmsClient;
  readonly ssm: SsmClient;
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventsClient;
}
