import type { Instance, InstanceNetworkInterface, Tag } from '@aws-sdk/client-ec2';
import {
  UNREAD_CHECKS,
  type Hardware,
  type InstanceState,
  type InstanceView,
  type StateReason,
} from '../core/observation';
import { OPT_IN_TAG } from '../core/tags';
import { parseInstant, type Instant } from '../core/time';

const STATES: ReadonlySet<string> = new Set<InstanceState>([
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
]);

/** A Date of the SDK as an Instant; undefined where it is missing, invalid or out of range. */
export function instantOf(date: Date | undefined): Instant | undefined {
  return date instanceof Date && !Number.isNaN(date.getTime())
    ? parseInstant(date.toISOString())
    : undefined;
}

/**
 * Tags by key, without a prototype: a tag may be named `__proto__` or `constructor`, and whoever
 * may tag an instance must not be able to confuse the watchdog with it.
 */
function tagMap(tags: readonly Tag[]): Readonly<Record<string, string>> {
  const map = Object.create(null) as Record<string, string>;
  for (const { Key, Value } of tags) {
    if (typeof Key === 'string') map[Key] = typeof Value === 'string' ? Value : '';
  }
  return map;
}

function stateOf(name: string | undefined): InstanceState | undefined {
  return name !== undefined && STATES.has(name) ? (name as InstanceState) : undefined;
}

function reasonOf(instance: Instance): StateReason | undefined {
  const code = instance.StateReason?.Code;
  if (code === undefined || code === '') return undefined;
  return { code, message: instance.StateReason?.Message ?? '' };
}

/** `User initiated (2016-10-05 13:12:34 GMT)`: only its date is used, never its words. */
function transitionOf(text: string | undefined): Instant | undefined {
  const found = /\((\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:GMT|UTC)\)/.exec(text ?? '');
  return found === null ? undefined : parseInstant(`${found[1]}T${found[2]}Z`);
}

/** An auto-assigned address belongs to `amazon`, an Elastic IP to an account. */
function isElastic({ Association }: InstanceNetworkInterface, publicIp: string | undefined) {
  const owner = Association?.IpOwnerId;
  if (owner === undefined || owner === '' || owner === 'amazon') return false;
  return publicIp === undefined || Association?.PublicIp === publicIp;
}

function operatorOf({ Operator }: Instance): string | undefined {
  return Operator?.Managed === true ? (Operator.Principal ?? 'an AWS service') : undefined;
}

function volumesOf({ BlockDeviceMappings }: Instance): readonly string[] {
  return (BlockDeviceMappings ?? [])
    .map((mapping) => mapping.Ebs?.VolumeId)
    .filter((id) => id !== undefined);
}

/** The most addresses on one interface; a delegated prefix takes the place of one address. */
function addressesOf(interfaces: readonly InstanceNetworkInterface[]): number {
  const counts = interfaces.map(
    ({ PrivateIpAddresses, Ipv4Prefixes }) =>
      (PrivateIpAddresses?.length ?? 0) + (Ipv4Prefixes?.length ?? 0),
  );
  return Math.max(0, ...counts);
}

/** What it needs of a type; undefined where EC2 does not say enough to compare. */
function hardwareOf(instance: Instance): Hardware | undefined {
  const { Architecture: architecture, VirtualizationType: virtualization } = instance;
  if (architecture === undefined || virtualization === undefined) return undefined;
  const interfaces = instance.NetworkInterfaces ?? [];
  return {
    architecture,
    virtualization,
    bootMode: bootModeOf(instance),
    ena: instance.EnaSupport === true,
    networkInterfaces: interfaces.length,
    addressesPerInterface: addressesOf(interfaces),
    platform: instance.PlatformDetails ?? '',
  };
}

/** How it booted; where EC2 tells only of the image, a mere preference says nothing. */
function bootModeOf({ CurrentInstanceBootMode, BootMode }: Instance): string | undefined {
  return CurrentInstanceBootMode ?? (BootMode === 'uefi-preferred' ? undefined : BootMode);
}

/** EC2 answers an empty text where there is none. */
const textOf = (value: string | undefined): string | undefined =>
  value === '' ? undefined : value;

type Place = Pick<InstanceView, 'placementGroup' | 'tenancy' | 'hostId' | 'subnetId'>;

function placeOf({ Placement, SubnetId }: Instance): Place {
  const tenancy = textOf(Placement?.Tenancy);
  return {
    placementGroup: textOf(Placement?.GroupName),
    tenancy: tenancy === 'default' ? undefined : tenancy,
    hostId: textOf(Placement?.HostId),
    subnetId: textOf(SubnetId),
  };
}

/** What became of one instance of an answer. */
export type ViewResult =
  | { readonly kind: 'view'; readonly view: InstanceView }
  /** It does not carry the opt-in tag: a filter that was ignored must not widen the fleet. */
  | { readonly kind: 'not-managed' }
  /** Without an id, a state or a launch time nothing can be decided about it. */
  | { readonly kind: 'unreadable'; readonly instanceId: string | undefined };

/** One instance as DescribeInstances answers it. Total: odd fields are values, not exceptions. */
export function instanceView(instance: Instance, ownerId: string | undefined): ViewResult {
  const tags = tagMap(instance.Tags ?? []);
  if (tags[OPT_IN_TAG] === undefined) return { kind: 'not-managed' };
  const instanceId = instance.InstanceId;
  const state = stateOf(instance.State?.Name);
  const launchTime = instantOf(instance.LaunchTime);
  if (instanceId === undefined || state === undefined || launchTime === undefined) {
    return { kind: 'unreadable', instanceId };
  }
  const publicIp = textOf(instance.PublicIpAddress);
  const view: InstanceView = {
    instanceId,
    ownerId: ownerId ?? '',
    state,
    stateReason: reasonOf(instance),
    transitionAt: transitionOf(instance.StateTransitionReason),
    launchTime,
    zone: instance.Placement?.AvailabilityZone ?? '',
    instanceType: instance.InstanceType ?? '',
    tags,
    lifecycle: instance.InstanceLifecycle,
    rootDevice: instance.RootDeviceType === 'instance-store' ? 'instance-store' : 'ebs',
    operator: operatorOf(instance),
    volumeIds: volumesOf(instance),
    publicIp,
    hasElasticIp: (instance.NetworkInterfaces ?? []).some((nic) => isElastic(nic, publicIp)),
    autoRecovery: instance.MaintenanceOptions?.AutoRecovery,
    ...placeOf(instance),
    canHibernate: instance.HibernationOptions?.Configured,
    hardware: hardwareOf(instance),
    checks: UNREAD_CHECKS,
    scheduledEvents: [],
  };
  return { kind: 'view', view };
}
