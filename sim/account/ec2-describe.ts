import type { Instance as InstanceShape, InstanceStatus as StatusShape } from '@aws-sdk/client-ec2';
import type { Instant } from '../../lambda/core/time';
import { PLATFORM } from './ec2-reservations';
import { typeNamed } from './ec2-types';
import { STATE_CODES, type CheckState, type Instance } from './ec2-instance';

const date = (at: Instant): Date => new Date(at);

/** An instance as DescribeInstances answers it. */
export function instanceShape(instance: Instance, accountId: string): InstanceShape {
  const { id, tags, publicIp } = instance;
  const there = instance.state !== 'terminated';
  return {
    InstanceId: id,
    InstanceType: instance.type as NonNullable<InstanceShape['InstanceType']>,
    LaunchTime: date(instance.launchTime),
    Placement: placementShape(instance),
    State: { Code: STATE_CODES[instance.state], Name: instance.state },
    StateTransitionReason: instance.transitionReason,
    ...(instance.stateReason === undefined
      ? {}
      : {
          StateReason: { Code: instance.stateReason.code, Message: instance.stateReason.message },
        }),
    ...(instance.lifecycle === undefined ? {} : { InstanceLifecycle: instance.lifecycle }),
    ...(instance.operator === undefined
      ? {}
      : { Operator: { Managed: true, Principal: instance.operator } }),
    ...machineShape(instance),
    BlockDeviceMappings: there ? volumeShapes(instance) : [],
    NetworkInterfaces: there ? interfaceShapes(instance, accountId) : [],
    ...(there ? { ...networkOf(instance), PrivateIpAddress: instance.privateIp } : {}),
    ...(publicIp === undefined || !(instance.hasElasticIp || instance.state === 'running')
      ? {}
      : { PublicIpAddress: publicIp }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function placementShape(instance: Instance): NonNullable<InstanceShape['Placement']> {
  const { zone, tenancy, placementGroup, hostId } = instance;
  return {
    AvailabilityZone: zone,
    Tenancy: tenancy,
    GroupName: placementGroup,
    ...(hostId === undefined ? {} : { HostId: hostId, Affinity: 'default' }),
  };
}

/** What the machine is; whether its type has instance store is told of the type only. */
function machineShape(instance: Instance): Partial<InstanceShape> {
  const { architecture, enaSupport, bootMode, autoRecovery, rebootMigration } = instance;
  const { hibernation, reservationId, reservationPreference, type } = instance;
  const vcpus = typeNamed(type)?.vcpus ?? 2;
  const threads = architecture === 'arm64' ? 1 : 2;
  return {
    RootDeviceType: instance.rootDevice,
    RootDeviceName: '/dev/xvda',
    Architecture: architecture,
    VirtualizationType: 'hvm',
    Hypervisor: 'xen',
    EnaSupport: enaSupport,
    EbsOptimized: false,
    BootMode: bootMode,
    CurrentInstanceBootMode: bootMode,
    PlatformDetails: PLATFORM,
    CpuOptions: { CoreCount: vcpus / threads, ThreadsPerCore: threads },
    MaintenanceOptions: { AutoRecovery: autoRecovery, RebootMigration: rebootMigration },
    HibernationOptions: { Configured: hibernation },
    CapacityReservationSpecification: { CapacityReservationPreference: reservationPreference },
    ...(reservationId === undefined ? {} : { CapacityReservationId: reservationId }),
  };
}

function volumeShapes(instance: Instance): NonNullable<InstanceShape['BlockDeviceMappings']> {
  if (instance.rootDevice !== 'ebs') return [];
  return [instance.volumeId, ...instance.dataVolumeIds].map((VolumeId, index) => ({
    DeviceName: index === 0 ? '/dev/xvda' : `/dev/sd${String.fromCodePoint(101 + index)}`,
    Ebs: { VolumeId, Status: 'attached', DeleteOnTermination: index === 0 },
  }));
}

const networkOf = ({ zone }: Instance): { readonly VpcId: string; readonly SubnetId: string } => ({
  VpcId: 'vpc-0a0a0a0a0a0a0a0a0',
  SubnetId: `subnet-0a0a0a0a0a0a0a0${zone.slice(-1)}a`,
});

/** An auto-assigned address belongs to `amazon`, an Elastic IP to the account. */
function interfaceShapes(
  instance: Instance,
  accountId: string,
): NonNullable<InstanceShape['NetworkInterfaces']> {
  const { publicIp, hasElasticIp, interfaceIds, privateIp } = instance;
  const shown = publicIp !== undefined && (hasElasticIp || instance.state === 'running');
  const IpOwnerId = hasElasticIp ? accountId : 'amazon';
  const Association = shown ? { PublicIp: publicIp, IpOwnerId } : undefined;
  return interfaceIds.map((NetworkInterfaceId, index) => ({
    NetworkInterfaceId,
    Status: 'in-use',
    ...networkOf(instance),
    Attachment: { DeviceIndex: index, Status: 'attached' },
    ...(index > 0
      ? {}
      : {
          PrivateIpAddress: privateIp,
          PrivateIpAddresses: [
            {
              Primary: true,
              PrivateIpAddress: privateIp,
              ...(Association === undefined ? {} : { Association }),
            },
          ],
          ...(Association === undefined ? {} : { Association }),
        }),
  }));
}

const summary = (
  check: CheckState,
): {
  Status: CheckState['status'];
  Details: NonNullable<StatusShape['SystemStatus']>['Details'];
} => ({
  Status: check.status,
  Details:
    check.status === 'not-applicable'
      ? []
      : [
          {
            Name: 'reachability',
            Status: detailStatus(check.status),
            ...(check.status === 'impaired' ? { ImpairedSince: date(check.since) } : {}),
          },
        ],
});

function detailStatus(
  status: CheckState['status'],
): 'passed' | 'failed' | 'initializing' | 'insufficient-data' {
  switch (status) {
    case 'ok':
      return 'passed';
    case 'impaired':
      return 'failed';
    default:
      return status === 'initializing' ? 'initializing' : 'insufficient-data';
  }
}

/** An instance as DescribeInstanceStatus answers it; without a check of the application, none. */
export function statusShape(instance: Instance, hasApplicationCheck: boolean): StatusShape {
  const { system, instance: guest, attachedEbs, application } = instance.checks;
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.zone,
    InstanceState: { Code: STATE_CODES[instance.state], Name: instance.state },
    SystemStatus: summary(system),
    InstanceStatus: summary(guest),
    AttachedEbsStatus: summary(attachedEbs),
    ...(hasApplicationCheck
      ? {
          ApplicationStatus: {
            Status: application.status,
            ...(application.status === 'impaired'
              ? { ImpairedSince: date(application.since) }
              : {}),
          },
        }
      : {}),
    ...(instance.events.length === 0
      ? {}
      : {
          Events: instance.events.map((event) => ({
            InstanceEventId: event.id,
            Code: event.code as NonNullable<StatusShape['Events']>[number]['Code'] & string,
            Description: event.description,
            NotBefore: date(event.notBefore),
            ...(event.notAfter === undefined ? {} : { NotAfter: date(event.notAfter) }),
            ...(event.notBeforeDeadline === undefined
              ? {}
              : { NotBeforeDeadline: date(event.notBeforeDeadline) }),
          })),
        }),
  };
}
