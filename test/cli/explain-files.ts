export const ID = 'i-0123456789abcdef0';
export const VOLUME = 'vol-0fedcba9876543210';

/** An EventBridge event of the documented shape. */
export function event(over: Readonly<Record<string, unknown>>): object {
  return {
    version: '0',
    id: '7c4f2d1e-0000-4000-8000-000000000001',
    account: '111122223333',
    region: 'us-east-1',
    time: '2024-08-01T12:10:30Z',
    resources: [],
    ...over,
  };
}

/** EC2 says that the instance changed its state. */
export const stateChange = (state: string, over: Readonly<Record<string, unknown>> = {}): object =>
  event({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    detail: { 'instance-id': ID, state },
    ...over,
  });

/** AWS Health tells of a lost volume. */
export const volumeLost = (): object =>
  event({
    source: 'aws.health',
    'detail-type': 'AWS Health Event',
    resources: [VOLUME],
    detail: {
      eventArn: 'arn:aws:health:us-east-1::event/EBS/AWS_EBS_VOLUME_LOST/1',
      service: 'EBS',
      eventTypeCode: 'AWS_EBS_VOLUME_LOST',
      eventTypeCategory: 'issue',
      statusCode: 'open',
      startTime: 'Thu, 01 Aug 2024 12:09:00 GMT',
      affectedEntities: [{ entityValue: VOLUME, status: 'IMPAIRED' }],
    },
  });

/** CloudTrail recorded who called StopInstances. */
export const stopCall = (): object =>
  event({
    source: 'aws.ec2',
    'detail-type': 'AWS API Call via CloudTrail',
    time: '2024-08-01T12:10:05Z',
    detail: {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'StopInstances',
      eventTime: '2024-08-01T12:10:05Z',
      awsRegion: 'us-east-1',
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ana' },
      requestParameters: { instancesSet: { items: [{ instanceId: ID }] } },
      responseElements: {
        instancesSet: { items: [{ instanceId: ID, currentState: { name: 'stopping' } }] },
      },
    },
  });

interface InstanceOptions {
  readonly code?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly over?: Readonly<Record<string, unknown>>;
}

/** What `aws ec2 describe-instances` prints: dates are texts. */
export function instances({ code, tags, over }: InstanceOptions = {}): object {
  const instance = {
    InstanceId: ID,
    State: { Code: 80, Name: 'stopped' },
    ...(code === undefined ? {} : { StateReason: { Code: code, Message: `${code}: text of AWS` } }),
    StateTransitionReason: 'User initiated (2024-08-01 12:10:05 GMT)',
    LaunchTime: '2024-07-01T08:00:00+00:00',
    Placement: { AvailabilityZone: 'us-east-1b' },
    InstanceType: 'm6i.large',
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeId: VOLUME } }],
    Tags: Object.entries(tags ?? { Name: 'pod-23', watchdog: 'livechat' }).map(([Key, Value]) => ({
      Key,
      Value,
    })),
    ...over,
  };
  return { Reservations: [{ OwnerId: '111122223333', Instances: [instance] }] };
}

export const RUNNING = { State: { Code: 16, Name: 'running' }, StateTransitionReason: '' };

/** What `aws ec2 describe-instance-status` prints for an impaired host. */
export const impairedStatus = (): object => ({
  InstanceStatuses: [
    {
      InstanceId: ID,
      SystemStatus: {
        Status: 'impaired',
        Details: [{ ImpairedSince: '2024-08-01T12:00:00+00:00', Name: 'reachability' }],
      },
      InstanceStatus: { Status: 'ok' },
    },
  ],
});
