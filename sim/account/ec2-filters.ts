import type {
  Filter,
  Instance as InstanceShape,
  InstanceStatus as StatusShape,
  Tag,
} from '@aws-sdk/client-ec2';
import { ec2Error } from './ec2-errors';

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

/** The filters `tag:<key>` and `tag-key`, which every resource with tags has. */
export function tagFilter(
  name: string,
): ((item: { readonly Tags?: Tag[] | undefined }) => readonly string[]) | undefined {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return ({ Tags }) => (Tags ?? []).filter(({ Key }) => Key === key).map(({ Value }) => Value!);
  }
  if (name === 'tag-key') return ({ Tags }) => (Tags ?? []).map(({ Key }) => Key!);
  return undefined;
}

/** What DescribeInstances can filter by, as far as it is simulated. */
export function instanceFilter(
  name: string,
): ((item: InstanceShape) => readonly string[]) | undefined {
  switch (name) {
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
    case 'placement-group-name':
      return ({ Placement }) => [Placement!.GroupName!];
    default:
      return tagFilter(name);
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
