// Entry that test/lib/bundle.test.ts bundles as the function is bundled: the clients that the
// function uses, and every command that its adapters send.
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
export {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
export {
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
export {
  AssociateAddressCommand,
  CancelCapacityReservationCommand,
  CreateCapacityReservationCommand,
  CreateTagsCommand,
  DescribeAddressesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
export { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
export { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
export { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
export { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
export { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
