// Entry that test/lib/bundle.test.ts bundles as the function is bundled: the clients that the
// function uses, and every command that its adapters send.
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
export { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
export {
  CreateTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeVolumesCommand,
  EC2Client,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
export { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
export { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
export { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
