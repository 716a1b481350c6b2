import type { Instant } from './time';

/** EC2's instance states (API InstanceState.Name). */
export type InstanceState =
  'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/**
 * One status check as EC2 reports it, plus what it does not say: `not-configured` where the check
 * does not exist for this instance, `unknown` where it was not read or the read failed. Neither
 * counts as healthy or as unhealthy.
 */
export type CheckStatus =
  | 'ok'
  | 'impaired'
  | 'initializing'
  | 'insufficient-data'
  | 'not-applicable'
  | 'not-configured'
  | 'unknown';

/** One check: its status, and since when EC2 calls it impaired (`ImpairedSince`). */
export interface Check {
  readonly status: CheckStatus;
  readonly impairedSince?: Instant | undefined;
}

/** EC2's four status checks of one instance. */
export interface Checks {
  readonly system: Check;
  readonly instance: Check;
  readonly attachedEbs: Check;
  readonly application: Check;
}

/** Their names, the worst first. */
export const CHECKS = ['system', 'instance', 'attachedEbs', 'application'] as const;

/** A scheduled event from DescribeInstanceStatus that has not been completed. */
export interface ScheduledEvent {
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly notBefore?: Instant | undefined;
  /** The latest time to which EC2 lets it be moved, where it lets it be moved at all. */
  readonly deadline?: Instant | undefined;
}

/** What a type must offer so that the instance can run on it. */
export interface Hardware {
  /** `x86_64`, `arm64` … */
  readonly architecture: string;
  /** `hvm` or `paravirtual`. */
  readonly virtualization: string;
  /** `uefi`, `legacy-bios` …: how it booted. */
  readonly bootMode?: string | undefined;
  /** The image has the driver of the Elastic Network Adapter. */
  readonly ena: boolean;
  readonly networkInterfaces: number;
  /** The most private IPv4 addresses on one of its interfaces. */
  readonly addressesPerInterface: number;
  /** `Linux/UNIX`, `Windows` …: DescribeInstances' PlatformDetails. */
  readonly platform: string;
}

/** Why EC2 says that it changed the state; both texts are AWS's own. */
export interface StateReason {
  readonly code: string;
  readonly message: string;
}

/** A public IPv4 address: an Elastic IP stays over a stop, an auto-assigned one does not. */
export interface PublicAddress {
  readonly kind: 'elastic' | 'auto-assigned';
  readonly publicIp: string;
}

/** One instance as read from AWS in this invocation. */
export interface InstanceView {
  readonly instanceId: string;
  readonly ownerId: string;
  readonly state: InstanceState;
  readonly stateReason?: StateReason | undefined;
  /** The date in StateTransitionReason, when it has one: when the stop was asked for. */
  readonly transitionAt?: Instant | undefined;
  /** The last launch: it names the boot, since EC2 shows no boot id. */
  readonly launchTime: Instant;
  readonly zone: string;
  readonly instanceType: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `spot`, `scheduled`, `capacity-block` …; absent on an ordinary instance. */
  readonly lifecycle?: string | undefined;
  readonly rootDevice: 'ebs' | 'instance-store';
  /** The service that manages the instance (API Operator.Principal), where one does. */
  readonly operator?: string | undefined;
  readonly volumeIds: readonly string[];
  readonly publicIp?: string | undefined;
  /** An Elastic IP keeps the public address over a stop and start. */
  readonly hasElasticIp: boolean;
  /** Whether AWS's simplified automatic recovery is switched off for it; on when absent. */
  readonly autoRecovery?: 'default' | 'disabled' | undefined;
  readonly placementGroup?: string | undefined;
  /** `dedicated` or `host`; absent on shared hardware. */
  readonly tenancy?: string | undefined;
  /** The Dedicated Host that it is on. */
  readonly hostId?: string | undefined;
  /** It was launched so that it can hibernate. */
  readonly canHibernate?: boolean | undefined;
  readonly subnetId?: string | undefined;
  readonly hardware?: Hardware | undefined;
  readonly checks: Checks;
  readonly scheduledEvents: readonly ScheduledEvent[];
}

const NOT_READ: Check = { status: 'unknown' };

/** The checks of an instance whose status was not read: nothing is known. */
export const UNREAD_CHECKS: Checks = {
  system: NOT_READ,
  instance: NOT_READ,
  attachedEbs: NOT_READ,
  application: NOT_READ,
};

/** The instance's name for people: its Name tag, or its id. */
export function nameOf(view: Pick<InstanceView, 'instanceId' | 'tags'>): string {
  const name = view.tags['Name']?.trim();
  return name === undefined || name === '' ? view.instanceId : name;
}
