import type {
  _InstanceType,
  Instance,
  InstanceStatus,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2';

/** The n-th instance id. */
export const id = (n: number): string => `i-${n.toString(16).padStart(17, '0')}`;

/** The n-th volume id. */
export const volume = (n: number): string => `vol-${n.toString(16).padStart(17, '0')}`;

/** An instance as DescribeInstances answers it: stopped by AWS, with the opt-in tag. */
export function instanceAnswer(n: number, change: Partial<Instance> = {}): Instance {
  return {
    InstanceId: id(n),
    State: { Code: 80, Name: 'stopped' },
    StateReason: {
      Code: 'Server.ScheduledStop',
      Message: 'Server.ScheduledStop: Stopped due to scheduled retirement',
    },
    StateTransitionReason: 'User initiated (2024-08-01 12:10:07 GMT)',
    LaunchTime: new Date('2024-07-01T08:00:00Z'),
    Placement: { AvailabilityZone: 'us-east-1b' },
    InstanceType: 'm6i.large',
    Tags: [
      { Key: 'Name', Value: `pod-${n}` },
      { Key: 'watchdog', Value: 'livechat' },
    ],
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeId: volume(n) } }],
    ...change,
  };
}

/** One page of DescribeInstances, each instance in a reservation of its own. */
export const page = (instances: readonly Instance[], NextToken?: string) => ({
  Reservations: instances.map((instance) => ({ OwnerId: '111122223333', Instances: [instance] })),
  NextToken,
});

/** An instance's status as DescribeInstanceStatus answers it: all well. */
export function statusAnswer(n: number, change: Partial<InstanceStatus> = {}): InstanceStatus {
  return {
    InstanceId: id(n),
    InstanceState: { Code: 16, Name: 'running' },
    SystemStatus: { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] },
    InstanceStatus: { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] },
    AttachedEbsStatus: { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] },
    ApplicationStatus: { Status: 'ok' },
    ...change,
  };
}

/** A type as DescribeInstanceTypes answers it: an ordinary one of the Nitro system. */
export function typeAnswer(name: string, change: Partial<InstanceTypeInfo> = {}): InstanceTypeInfo {
  return {
    InstanceType: name as _InstanceType,
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    Hypervisor: 'nitro',
    ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
    InstanceStorageSupported: false,
    EbsInfo: { NvmeSupport: 'required', MaximumEbsAttachments: 28, AttachmentLimitType: 'shared' },
    NetworkInfo: {
      MaximumNetworkInterfaces: 3,
      Ipv4AddressesPerInterface: 10,
      EnaSupport: 'required',
    },
    AutoRecoverySupported: true,
    SupportedBootModes: ['legacy-bios', 'uefi'],
    ...change,
  };
}
