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

/** A scheduled event from DescribeInstanceStatus that has not been completed. */
export interface ScheduledEvent {
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly notBefore?: Instant | undefined;
}

/** Why EC2 says that it changed the state; both texts are AWS's own. */
export interface StateReason {
  readonly code: string;
  readonly message: string;
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
