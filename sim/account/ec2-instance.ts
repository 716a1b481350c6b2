import type { InstanceState, StateReason } from '../../lambda/core/observation';
import type { Instant } from '../../lambda/core/time';
import type { CheckName, SimulatedStatus } from '../history';

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
}

/** One instance of the account; only `ec2-life.ts` and `ec2-checks.ts` change it. */
export interface Instance {
  readonly id: string;
  readonly zone: string;
  readonly type: string;
  readonly workload: Workload;
  /** The key of its volume, AWS's own or a customer's; undefined when it is not encrypted. */
  readonly kmsKeyArn: string | undefined;
  readonly lifecycle: InstanceSpec['lifecycle'];
  readonly operator: string | undefined;
  readonly rootDevice: 'ebs' | 'instance-store';
  readonly stopProtection: boolean;
  readonly hasElasticIp: boolean;
  readonly volumeId: string;
  /** Milliseconds into the minute at which EC2 evaluates its checks. */
  readonly checkPhase: number;
  publicIp: string | undefined;
  tags: Readonly<Record<string, string>>;
  state: InstanceState;
  stateReason: StateReason | undefined;
  transitionReason: string;
  launchTime: Instant;
  /** Grows with each boot and each stop; a plan made in an earlier life is void. */
  life: number;
  serving: boolean;
  checks: Readonly<Record<CheckName, CheckState>>;
  /** Faults that the next evaluation of a check will find. */
  readonly impaired: Set<CheckName>;
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
