import type { InstanceState, StateReason } from '../../lambda/core/observation';
import type { Instant } from '../../lambda/core/time';
import type { CheckName, Principal, SimulatedStatus } from '../history';
import type { Ailment } from './ec2-cures';

/** What runs on an instance, and how long it takes to serve. */
export interface Workload {
  /** From StartInstances to a reachable operating system; drawn around 21 s when absent. */
  readonly bootS?: number;
  /** From the reachable system to the served user. 0 is a workload that serves at once. */
  readonly appStartS: number;
  /** It sends `Server Ready` to the default bus when it serves. */
  readonly sendsReadyEvent: boolean;
  /** It never comes up again; for alerts that nothing serves. */
  readonly neverServes?: boolean;
  /** What runs is no model: it is outside of the simulation, and takes its own time to start. */
  readonly outside?: OutsideWorkload;
}

/** A workload outside of the simulation: a process that a drill at real pace starts and kills. */
export interface OutsideWorkload {
  /** The system is up: it is to start. What it says counts until it is ended. */
  start(says: OutsideWords): void;
  /** Its host or its guest is gone, or it is restarted: at once, and harmless when it is not up. */
  end(): void;
}

/** What a workload outside says; each word within an act of the timeline. */
export interface OutsideWords {
  /** Whether it serves its users; true again and again says nothing new. */
  serves(serving: boolean): void;
  /** The ready event that its boot sends. */
  ready(): void;
}

/** An instance as a drill puts it into the account. */
export interface InstanceSpec {
  readonly id: string;
  readonly name?: string;
  readonly zone?: string;
  readonly type?: string;
  /** Without the Name tag, which `name` makes. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly workload?: Workload;
  /** A customer key that encrypts its volume. */
  readonly kmsKeyArn?: string;
  /** Its volume is encrypted with AWS's own key `aws/ebs`, where no customer key is named. */
  readonly defaultEncryption?: boolean;
  readonly lifecycle?: 'spot' | 'scheduled' | 'capacity-block';
  /** The Auto Scaling group that it belongs to. */
  readonly asg?: string;
  /** The service that manages it (Operator.Principal). */
  readonly operator?: string;
  readonly rootDevice?: 'ebs' | 'instance-store';
  readonly stopProtection?: boolean;
  readonly publicIp?: string;
  readonly hasElasticIp?: boolean;
  /** `running` when absent, with all checks ok and the workload serving. */
  readonly state?: 'running' | 'stopped' | 'terminated';
  readonly stateReason?: StateReason;
  /** ISO 8601; two weeks before the start of the run when absent. */
  readonly launchedAt?: string;
  /** ISO 8601: when it was stopped, if it is stopped. */
  readonly stoppedAt?: string;
  /** Simplified automatic recovery; `default` when absent, which means on. */
  readonly autoRecovery?: 'default' | 'disabled';
  /** Whether a reboot leaves a host that is due for a reboot; `default` (yes) when absent. */
  readonly rebootMigration?: 'default' | 'disabled';
  readonly placementGroup?: string;
  /** `default` when absent, `host` where a `hostId` is named. */
  readonly tenancy?: 'default' | 'dedicated' | 'host';
  /** The Dedicated Host that it is bound to. */
  readonly hostId?: string;
  readonly hibernation?: boolean;
  /** What the type says when absent. */
  readonly architecture?: 'x86_64' | 'arm64';
  /** The image's drivers; true when absent. */
  readonly enaSupport?: boolean;
  readonly bootMode?: 'legacy-bios' | 'uefi';
  /** EBS volumes beside the root volume. */
  readonly dataVolumes?: number;
  /** Network interfaces beside the first. */
  readonly moreInterfaces?: number;
  /** Which capacity reservations it may run in; `open` when absent. */
  readonly reservationPreference?: 'open' | 'none';
}

/** The verdict of one status check, and since when. */
export interface CheckState {
  readonly status: SimulatedStatus;
  readonly since: Instant;
}

/** A scheduled event as DescribeInstanceStatus shows it. */
export interface PlannedEvent {
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly notBefore: Instant;
  readonly notAfter?: Instant;
  /** Until when it may be put off; absent when it may not. */
  readonly notBeforeDeadline?: Instant;
}

/** A stop that is under way. */
export interface Stopping {
  readonly by: Principal;
  /** StateReason.Code; undefined where EC2 gives no reason. */
  readonly code: string | undefined;
  readonly endsAt: Instant;
  /** Which force ends it in tens of seconds. */
  readonly endsBy: 'force' | 'skip-os-shutdown' | 'nothing';
}

/** The operating system: on its way up after a start, on its way round in a reboot, up, or gone. */
export type Guest = 'booting' | 'rebooting' | 'up' | 'down';

/** What of an instance never changes. */
export interface Fixed {
  readonly id: string;
  readonly zone: string;
  readonly workload: Workload;
  /** The key of its volume, AWS's own or a customer's; undefined when it is not encrypted. */
  readonly kmsKeyArn: string | undefined;
  readonly lifecycle: InstanceSpec['lifecycle'];
  readonly operator: string | undefined;
  readonly rootDevice: 'ebs' | 'instance-store';
  readonly stopProtection: boolean;
  readonly volumeId: string;
  /** Milliseconds into the minute at which EC2 evaluates its checks. */
  readonly checkPhase: number;
  readonly autoRecovery: 'default' | 'disabled';
  readonly rebootMigration: 'default' | 'disabled';
  readonly placementGroup: string;
  readonly tenancy: 'default' | 'dedicated' | 'host';
  readonly hostId: string | undefined;
  readonly hibernation: boolean;
  readonly architecture: 'x86_64' | 'arm64';
  readonly enaSupport: boolean;
  readonly bootMode: 'legacy-bios' | 'uefi';
  readonly dataVolumeIds: readonly string[];
  readonly interfaceIds: readonly string[];
  readonly privateIp: string;
  readonly reservationPreference: 'open' | 'none';
}

/** One instance of the account; only the `ec2-*` files change it. */
export interface Instance extends Fixed {
  type: string;
  hasElasticIp: boolean;
  publicIp: string | undefined;
  tags: Readonly<Record<string, string>>;
  state: InstanceState;
  stateReason: StateReason | undefined;
  transitionReason: string;
  launchTime: Instant;
  /** Grows with each boot and each stop; a plan made in an earlier life is void. */
  life: number;
  guest: Guest;
  /** The application's process runs; whether it serves depends on its ailments too. */
  appUp: boolean;
  /** Grows with each start of the application; an earlier one that is still due is void. */
  appRun: number;
  serving: boolean;
  stopping: Stopping | undefined;
  /** The capacity reservation that it runs in. */
  reservationId: string | undefined;
  checks: Readonly<Record<CheckName, CheckState>>;
  /** What is wrong, by the check that finds it at its next evaluation. */
  readonly ailments: Map<CheckName, Ailment>;
  events: readonly PlannedEvent[];
}

/** The state codes of the EC2 API. */
export const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};
