import { ec2, ID, JSON_1_0, JSON_1_1, type WireCall } from './wire-call';

const RESERVATION_ID = 'cr-0a1b2c3d4e5f60023';

const stateChange = (from: string, to: string): string =>
  `<instancesSet><item><instanceId>${ID}</instanceId><currentState><code>64</code><name>${to}</name></currentState><previousState><code>16</code><name>${from}</name></previousState></item></instancesSet>`;

const TAKEDOWNS: readonly WireCall[] = [
  ec2('StopInstances', { InstanceIds: [ID] }, stateChange('running', 'stopping')),
  ec2(
    'StopInstances',
    { InstanceIds: [ID], Force: true, SkipOsShutdown: true },
    stateChange('stopping', 'stopping'),
  ),
  ec2('RebootInstances', { InstanceIds: [ID] }, '<return>true</return>'),
  ec2(
    'ModifyInstanceAttribute',
    { InstanceId: ID, InstanceType: { Value: 'm6a.large' } },
    '<return>true</return>',
  ),
];

const TYPE = `<instanceTypeSet><item><instanceType>m6a.large</instanceType><currentGeneration>true</currentGeneration>
<bareMetal>false</bareMetal><autoRecoverySupported>true</autoRecoverySupported><instanceStorageSupported>false</instanceStorageSupported>
<processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>
<supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes><supportedBootModes><item>uefi</item></supportedBootModes>
<networkInfo><enaSupport>required</enaSupport><maximumNetworkInterfaces>3</maximumNetworkInterfaces><ipv4AddressesPerInterface>10</ipv4AddressesPerInterface></networkInfo>
<ebsInfo><nvmeSupport>required</nvmeSupport><attachmentLimitType>shared</attachmentLimitType><maximumEbsAttachments>28</maximumEbsAttachments></ebsInfo>
</item></instanceTypeSet><nextToken>more</nextToken>`;

const PLACE = {
  ClientToken: 'token',
  InstanceType: 'm6i.large',
  InstancePlatform: 'Linux/UNIX',
  AvailabilityZone: 'us-east-1b',
  Tenancy: 'default',
  InstanceCount: 1,
  InstanceMatchCriteria: 'targeted',
  EndDateType: 'limited',
  EndDate: new Date('2024-08-01T14:00:00Z'),
  TagSpecifications: [
    {
      ResourceType: 'capacity-reservation',
      Tags: [{ Key: 'watchdog:reservation', Value: ID }],
    },
  ],
};

const CAPACITY: readonly WireCall[] = [
  ec2(
    'DescribeInstanceTypes',
    { Filters: [{ Name: 'instance-type', Values: ['m6a.large'] }], MaxResults: 100 },
    TYPE,
  ),
  ec2(
    'DescribeInstanceTypeOfferings',
    { LocationType: 'availability-zone', Filters: [{ Name: 'location', Values: ['us-east-1b'] }] },
    '<instanceTypeOfferingSet><item><instanceType>m6a.large</instanceType><locationType>availability-zone</locationType><location>us-east-1b</location></item></instanceTypeOfferingSet>',
  ),
  ec2(
    'CreateCapacityReservation',
    PLACE,
    `<capacityReservation><capacityReservationId>${RESERVATION_ID}</capacityReservationId><state>active</state><totalInstanceCount>1</totalInstanceCount><endDate>2024-08-01T14:00:00.000Z</endDate></capacityReservation>`,
  ),
  ec2(
    'CancelCapacityReservation',
    { CapacityReservationId: RESERVATION_ID },
    '<return>true</return>',
  ),
];

const ALLOCATION_ID = 'eipalloc-0a1b2c3d4e5f60023';

const ADDRESSES: readonly WireCall[] = [
  ec2(
    'DescribeAddresses',
    { Filters: [{ Name: 'public-ip', Values: ['198.51.100.23'] }] },
    `<addressesSet><item><publicIp>198.51.100.23</publicIp><allocationId>${ALLOCATION_ID}</allocationId><domain>vpc</domain><instanceId>${ID}</instanceId><associationId>eipassoc-1</associationId><networkInterfaceId>eni-1</networkInterfaceId><tagSet><item><key>watchdog</key><value>livechat</value></item></tagSet></item></addressesSet>`,
  ),
  ec2(
    'AssociateAddress',
    { AllocationId: ALLOCATION_ID, InstanceId: ID, AllowReassociation: false },
    '<return>true</return><associationId>eipassoc-1</associationId>',
  ),
];

const transaction = {
  client: 'DynamoDBClient',
  command: 'TransactWriteItemsCommand',
  input: {
    TransactItems: ['instance#i-1', 'takedowns'].map((sk) => ({
      Put: {
        TableName: 'incidents',
        Item: { pk: { S: 'fleet' }, sk: { S: sk }, version: { N: '8' } },
        ConditionExpression: 'version = :before',
        ExpressionAttributeValues: { ':before': { N: '7' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    })),
    ClientRequestToken: 'token',
  },
  contentType: JSON_1_0,
} as const;

const CLAIMS: readonly WireCall[] = [
  { ...transaction, status: 200, body: '{}' },
  {
    ...transaction,
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled","CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":{"leaseToken":{"N":"9"}},"Message":"The conditional request failed"},{"Code":"None"}]}',
    error: 'TransactionCanceledException',
  },
  {
    ...transaction,
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#TransactionInProgressException","Message":"It is under way"}',
    error: 'TransactionInProgressException',
  },
];

const TROUBLE: readonly WireCall[] = [
  ['ProvisionedThroughputExceededException', 400],
  ['ThrottlingException', 400],
  ['ResourceNotFoundException', 400],
  ['InternalServerError', 500],
].map(([error, status]) => ({
  ...transaction,
  status: Number(status),
  body: JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${String(error)}`,
    message: 'Not now.',
  }),
  error: String(error),
}));

const command = {
  client: 'SSMClient',
  command: 'SendCommandCommand',
  input: {
    DocumentName: 'LiveChat-Restart',
    InstanceIds: [ID],
    Parameters: { Key: ['pod-23/presence/1'] },
    TimeoutSeconds: 60,
    Comment: 'LiveChat Watchdog',
  },
  contentType: JSON_1_1,
} as const;

const RESTARTS: readonly WireCall[] = [
  {
    ...command,
    status: 200,
    body: '{"Command":{"CommandId":"c-1","DocumentName":"LiveChat-Restart","Status":"Pending","RequestedDateTime":1722514200.5,"ExpiresAfter":1722517800}}',
  },
  // As Systems Manager spells the text of its errors: with and without a capital.
  ...(
    [
      ['InvalidInstanceId', { Message: 'Instances not in a valid state for account' }, 400],
      ['InvalidDocument', { Message: 'The document is not there.' }, 400],
      ['AccessDeniedException', { message: 'User is not authorized' }, 400],
      ['ThrottlingException', { message: 'Rate exceeded' }, 400],
      ['InternalServerError', { Message: 'Try again.' }, 500],
      ['AnErrorThatIsNotYetKnown', { message: 'Later.' }, 400],
      ['InvalidParameters', {}, 400],
    ] as const
  ).map(([error, text, status]) => ({
    ...command,
    status,
    body: JSON.stringify({ __type: error, ...text }),
    error,
  })),
];

const questions = {
  client: 'SSMClient',
  command: 'ListCommandInvocationsCommand',
  input: { CommandId: '11111111-2222-4333-8444-555555555555', InstanceId: ID, Details: true },
  contentType: JSON_1_1,
} as const;

const QUESTIONS: readonly WireCall[] = [
  {
    ...questions,
    status: 200,
    body: '{"CommandInvocations":[{"CommandId":"11111111-2222-4333-8444-555555555555","DocumentName":"LiveChat-Backfill","Status":"Success","RequestedDateTime":1722514200.5,"CommandPlugins":[{"Name":"backfill","Status":"Success","ResponseStartDateTime":1722514201.5,"ResponseFinishDateTime":1722514221.25,"Output":"17"}]}]}',
  },
  ...[
    ['InvalidCommandId', 'No such command.'],
    ['AccessDeniedException', 'User is not authorized'],
    ['ThrottlingException', 'Rate exceeded'],
  ].map(([error = '', message = '']) => ({
    ...questions,
    status: 400,
    body: JSON.stringify({ __type: error, message }),
    error,
  })),
];

const APPLICATIONS: readonly WireCall[] = [
  {
    client: 'CloudWatchClient',
    command: 'DescribeAlarmsCommand',
    input: {
      AlarmNames: ['livechat-1'],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: 100,
    },
    status: 200,
    contentType: JSON_1_0,
    body: '{"MetricAlarms":[{"AlarmName":"livechat-1","StateValue":"ALARM","StateTransitionedTimestamp":1722514200,"StateUpdatedTimestamp":1722514260.5}],"CompositeAlarms":[{"AlarmName":"livechat-2","StateValue":"OK"}],"NextToken":"more"}',
  },
  {
    client: 'CloudWatchClient',
    command: 'GetMetricDataCommand',
    input: {
      MetricDataQueries: [
        {
          Id: 'm0',
          MetricStat: {
            Metric: {
              Namespace: 'LiveChat',
              MetricName: 'Sockets',
              Dimensions: [{ Name: 'InstanceId', Value: ID }],
            },
            Period: 60,
            Stat: 'Average',
          },
        },
      ],
      StartTime: new Date('2024-08-01T12:00:00Z'),
      EndTime: new Date('2024-08-01T12:10:00Z'),
      ScanBy: 'TimestampDescending',
    },
    status: 200,
    contentType: JSON_1_0,
    body: '{"MetricDataResults":[{"Id":"m0","Label":"Sockets","StatusCode":"Complete","Timestamps":[1722513600,1722513540],"Values":[0.0,12.5]}]}',
  },
  ...[
    ['InvalidNextToken', 'The token is wrong.'],
    ['AccessDenied', 'User is not authorized to perform: cloudwatch:DescribeAlarms'],
    ['ThrottlingException', 'Rate exceeded'],
  ].map(([error = '', message = '']) => ({
    client: 'CloudWatchClient',
    command: 'DescribeAlarmsCommand',
    input: { AlarmNames: ['livechat-1'] },
    status: 400,
    contentType: JSON_1_0,
    body: JSON.stringify({ __type: `com.amazonaws.cloudwatch#${error}`, message }),
    error,
  })),
];

/** What takes servers down, finds places for them, and reads their application. */
export const TAKEDOWN_CALLS: readonly WireCall[] = [
  ...TAKEDOWNS,
  ...CAPACITY,
  ...ADDRESSES,
  ...CLAIMS,
  ...TROUBLE,
  ...RESTARTS,
  ...QUESTIONS,
  ...APPLICATIONS,
];
