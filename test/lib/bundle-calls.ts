import { TAKEDOWN_CALLS } from './bundle-calls-takedown';
import { ec2, ec2Error, ID, JSON_1_0, JSON_1_1, XML, type WireCall } from './wire-call';

const RESERVATION = `<reservationSet><item><reservationId>r-1</reservationId><instancesSet><item>
<instanceId>${ID}</instanceId><instanceState><code>80</code><name>stopped</name></instanceState>
<instanceType>m6i.large</instanceType><launchTime>2024-07-01T08:00:00.000Z</launchTime>
<placement><availabilityZone>us-east-1b</availabilityZone></placement>
<stateReason><code>Server.ScheduledStop</code><message>Stopped due to scheduled retirement</message></stateReason>
<tagSet><item><key>watchdog</key><value>livechat</value></item></tagSet>
<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item></blockDeviceMapping>
</item></instancesSet></item></reservationSet><nextToken>more</nextToken>`;

const STATUS = `<instanceStatusSet><item><instanceId>${ID}</instanceId>
<instanceState><code>16</code><name>running</name></instanceState>
<systemStatus><status>impaired</status><details><item><name>reachability</name><status>failed</status><impairedSince>2024-08-01T12:10:00.000Z</impairedSince></item></details></systemStatus>
<instanceStatus><status>ok</status></instanceStatus><attachedEbsStatus><status>ok</status></attachedEbsStatus>
<eventsSet><item><code>instance-retirement</code><notBefore>2024-08-15T00:00:00.000Z</notBefore></item></eventsSet>
</item></instanceStatusSet>`;

const EC2_CALLS: readonly WireCall[] = [
  ec2(
    'DescribeInstances',
    { Filters: [{ Name: 'tag-key', Values: ['watchdog'] }], MaxResults: 1000 },
    RESERVATION,
  ),
  ec2('DescribeInstanceStatus', { InstanceIds: [ID], IncludeAllInstances: true }, STATUS),
  ec2(
    'StartInstances',
    { InstanceIds: [ID, 'i-0aaaabbbbccccddde'] },
    `<instancesSet><item><instanceId>${ID}</instanceId><currentState><code>0</code><name>pending</name></currentState><previousState><code>80</code><name>stopped</name></previousState></item></instancesSet>`,
  ),
  ec2(
    'CreateTags',
    { Resources: [ID], Tags: [{ Key: 'watchdog:ready', Value: 'yes' }] },
    '<return>true</return>',
  ),
  ec2(
    'DescribeVolumes',
    { Filters: [{ Name: 'attachment.instance-id', Values: [ID] }] },
    '<volumeSet><item><volumeId>vol-1</volumeId><encrypted>true</encrypted><kmsKeyId>arn:aws:kms:us-east-1:111122223333:key/1</kmsKeyId><attachmentSet><item><instanceId>i-1</instanceId></item></attachmentSet></item></volumeSet>',
  ),
  ec2(
    'DescribeInstanceAttribute',
    { InstanceId: ID, Attribute: 'disableApiStop' },
    `<instanceId>${ID}</instanceId><disableApiStop><value>true</value></disableApiStop>`,
  ),
  ec2Error('InsufficientInstanceCapacity', 'We currently do not have sufficient capacity.'),
  ec2Error(
    'IncorrectInstanceState',
    'The instance is not in a state from which it can be started.',
  ),
  ec2Error('UnauthorizedOperation', 'You are not authorized to perform this operation.'),
];

const OTHER_CALLS: readonly WireCall[] = [
  {
    client: 'DynamoDBClient',
    command: 'QueryCommand',
    input: {
      TableName: 'incidents',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'fleet' } },
      ConsistentRead: true,
    },
    status: 200,
    contentType: JSON_1_0,
    body: '{"Count":1,"Items":[{"pk":{"S":"fleet"},"version":{"N":"7"},"body":{"S":"{}"}}],"LastEvaluatedKey":{"pk":{"S":"fleet"}}}',
  },
  {
    client: 'DynamoDBClient',
    command: 'PutItemCommand',
    input: {
      TableName: 'incidents',
      Item: { pk: { S: 'fleet' }, version: { N: '8' } },
      ConditionExpression: 'version = :before',
      ExpressionAttributeValues: { ':before': { N: '7' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
    status: 400,
    contentType: JSON_1_0,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed","Item":{"leaseToken":{"N":"9"}}}',
    error: 'ConditionalCheckFailedException',
  },
  {
    client: 'SNSClient',
    command: 'PublishCommand',
    input: {
      TopicArn: 'arn:aws:sns:us-east-1:111122223333:alerts',
      Subject: 'pod-23 stopped by AWS',
      Message: '{"default":"text"}',
      MessageStructure: 'json',
      MessageAttributes: { severity: { DataType: 'String', StringValue: 'warning' } },
    },
    status: 200,
    contentType: XML,
    body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>',
  },
  {
    client: 'EventBridgeClient',
    command: 'PutEventsCommand',
    input: {
      Entries: [
        {
          EventBusName: 'default',
          Source: 'livechat-watchdog',
          DetailType: 'LiveChat Watchdog Incident Opened',
          Time: new Date('2024-08-01T12:10:09Z'),
          Resources: [`arn:aws:ec2:us-east-1:111122223333:instance/${ID}`],
          Detail: '{"version":1}',
        },
      ],
    },
    status: 200,
    contentType: JSON_1_1,
    body: '{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"Rate exceeded"}]}',
  },
  {
    client: 'EventBridgeClient',
    command: 'PutEventsCommand',
    input: { Entries: [] },
    status: 400,
    contentType: JSON_1_1,
    body: '{"__type":"AccessDeniedException","Message":"not authorized to perform: events:PutEvents"}',
    error: 'AccessDeniedException',
  },
  {
    client: 'SQSClient',
    command: 'SendMessageCommand',
    input: {
      QueueUrl: 'https://sqs.us-east-1.amazonaws.com/1/q',
      MessageBody: '{}',
      DelaySeconds: 5,
    },
    status: 200,
    contentType: JSON_1_0,
    // The MD5 of "{}", which the client checks.
    body: '{"MessageId":"m-2","MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"}',
  },
  {
    client: 'CloudTrailClient',
    command: 'LookupEventsCommand',
    input: {
      LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: ID }],
      StartTime: new Date('2024-08-01T12:00:00Z'),
    },
    status: 200,
    contentType: JSON_1_1,
    body: `{"Events":[{"EventId":"e","EventName":"StopInstances","EventTime":1722514200,"Username":"ana","CloudTrailEvent":"{}","Resources":[{"ResourceName":"${ID}"}]}]}`,
  },
  ...['InvalidTimeRangeException', 'ThrottlingException'].map((error) => ({
    client: 'CloudTrailClient',
    command: 'LookupEventsCommand',
    input: { LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: ID }] },
    status: 400,
    contentType: JSON_1_1,
    body: JSON.stringify({
      __type: `com.amazonaws.cloudtrail.v20131101#${error}`,
      message: 'Not now.',
    }),
    error,
  })),
];

const KMS_CALLS: readonly WireCall[] = [
  {
    client: 'KMSClient',
    command: 'DescribeKeyCommand',
    input: { KeyId: 'alias/aws/ebs' },
    status: 200,
    contentType: JSON_1_1,
    body: '{"KeyMetadata":{"AWSAccountId":"111122223333","Arn":"arn:aws:kms:us-east-1:111122223333:key/1","CreationDate":1722514200.5,"Enabled":true,"KeyId":"1","KeyManager":"AWS","KeyState":"Enabled"}}',
  },
  ...[
    ['NotFoundException', 'Alias arn:aws:kms:us-east-1:111122223333:alias/aws/ebs is not found.'],
    ['AccessDeniedException', 'User is not authorized to perform: kms:DescribeKey'],
  ].map(([error = '', message = '']) => ({
    client: 'KMSClient',
    command: 'DescribeKeyCommand',
    input: { KeyId: 'alias/aws/ebs' },
    status: 400,
    contentType: JSON_1_1,
    body: JSON.stringify({ __type: error, message }),
    error,
  })),
];

/** Each command that the function sends, with answers and errors that it reads. */
export const WIRE_CALLS: readonly WireCall[] = [
  ...EC2_CALLS,
  ...OTHER_CALLS,
  ...KMS_CALLS,
  ...TAKEDOWN_CALLS,
];
