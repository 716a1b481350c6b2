import type {
  Filter,
  Instance as InstanceShape,
  InstanceStatus as StatusShape,
} from '@aws-sdk/client-ec2';
import type { Instant } from '../../lambda/core/time';
import { ec2Error } from './ec2-errors';
import { STATE_CODES, type CheckState, type Instance } from './ec2-instance';

const date = (at: Instant): Date => new Date(at);

/** An instance as DescribeInstances answers it. */
export function instanceShape(instance: Instance): InstanceShape {
  const { id, tags, publicIp } = instance;
  const there = instance.state !== 'terminated';
  return {
    InstanceId: id,
    InstanceType: instance.type as NonNullable<InstanceShape['InstanceType']>,
    LaunchTime: date(instance.launchTime),
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default', GroupName: '' },
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
    RootDeviceType: instance.rootDevice,
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings:
      there && instance.rootDevice === 'ebs'
        ? [{ DeviceName: '/dev/xvda', Ebs: { VolumeId: instance.volumeId, Status: 'attached' } }]
        : [],
    NetworkInterfaces: there ? [interfaceShape(instance)] : [],
    ...(publicIp === undefined || instance.state !== 'running'
      ? {}
      : { PublicIpAddress: publicIp }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function interfaceShape(
  instance: Instance,
): NonNullable<InstanceShape['NetworkInterfaces']>[number] {
  const { publicIp, hasElasticIp } = instance;
  const shown = publicIp !== undefined && (hasElasticIp || instance.state === 'running');
  return {
    NetworkInterfaceId: `eni-${instance.id.slice(2)}`,
    Status: 'in-use',
    ...(shown
      ? { Association: { PublicIp: publicIp, IpOwnerId: hasElasticIp ? '123456789012' : 'amazon' } }
      : {}),
  };
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
          })),
        }),
  };
}

/** A glob of a filter's value, where `*` and `?` are wildcards. */
function matcher(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}

type Test<T> = (item: T) => boolean;

/** All filters must hold, one value each; EC2's rule. A filter without values is an error. */
export function compileFilters<T>(
  filters: readonly Filter[] | undefined,
  valuesOf: (name: string) => ((item: T) => readonly string[]) | undefined,
): Test<T> {
  const tests = (filters ?? []).map((filter): Test<T> => {
    const name = filter.Name ?? '';
    const read = valuesOf(name);
    if (read === undefined) throw new Error(`The filter "${name}" is not simulated`);
    if (filter.Values === undefined || filter.Values.length === 0) {
      throw ec2Error.missing(`Filter.Value (${name})`);
    }
    if (filter.Values.length > 200) {
      throw ec2Error.invalid(
        'The maximum number of filter values specified on a single call is 200',
      );
    }
    const plain = new Set(filter.Values.filter((value) => !/[*?]/.test(value)));
    const globs = filter.Values.filter((value) => !plain.has(value)).map(matcher);
    return (item) =>
      read(item).some((value) => plain.has(value) || globs.some((glob) => glob(value)));
  });
  return (item) => tests.every((test) => test(item));
}

/** What DescribeInstances can filter by, as far as it is simulated. */
export function instanceFilter(
  name: string,
): ((item: InstanceShape) => readonly string[]) | undefined {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return ({ Tags }) => (Tags ?? []).filter(({ Key }) => Key === key).map(({ Value }) => Value!);
  }
  switch (name) {
    case 'tag-key':
      return ({ Tags }) => (Tags ?? []).map(({ Key }) => Key!);
    case 'instance-id':
      return ({ InstanceId }) => [InstanceId!];
    case 'instance-state-name':
      return ({ State }) => [State!.Name!];
    case 'availability-zone':
      return ({ Placement }) => [Placement!.AvailabilityZone!];
    case 'instance-type':
      return ({ InstanceType }) => [InstanceType!];
    case 'block-device-mapping.volume-id':
      return ({ BlockDeviceMappings }) =>
        (BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs!.VolumeId!);
    default:
      return undefined;
  }
}

/** What DescribeInstanceStatus can filter by, as far as it is simulated. */
export function statusFilter(name: string): ((item: StatusShape) => readonly string[]) | undefined {
  switch (name) {
    case 'system-status.status':
      return ({ SystemStatus }) => [SystemStatus!.Status!];
    case 'instance-status.status':
      return ({ InstanceStatus }) => [InstanceStatus!.Status!];
    case 'attached-ebs-status.status':
      return ({ AttachedEbsStatus }) => [AttachedEbsStatus!.Status!];
    case 'application-status.status':
      return ({ ApplicationStatus }) =>
        ApplicationStatus === undefined ? [] : [ApplicationStatus.Status!];
    case 'event.code':
      return ({ Events }) => (Events ?? []).map(({ Code }) => Code!);
    case 'instance-state-name':
      return ({ InstanceState }) => [InstanceState!.Name!];
    case 'availability-zone':
      return ({ AvailabilityZone }) => [AvailabilityZone!];
    default:
      return undefined;
  }
}
