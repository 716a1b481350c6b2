import type { CountMetric, TimeMetric } from './core/metrics';
import type { ChatNotification } from './core/alert/chat';
import type { ProgramEvent } from './core/alert/event';
import type { PagerMessage } from './core/alert/pager';
import type { Hook } from './core/hook';
import type { HookSubject } from './core/hook-event';
import type { HookNews } from './core/hook-run';
import type { HookOutcome } from './core/hooks';
import type { Refusal } from './core/incident';
import type { Check, InstanceView } from './core/observation';
import type { Pause } from './core/pause';
import type { Policy } from './core/policy';
import type { RescueFacts } from './core/readiness';
import type { Amendment, FleetRecord, InstanceRecord } from './core/record';
import type { Actor } from './core/signals/signal';
import type { Duration, Instant } from './core/time';

/** The clock, and the only way to wait. */
export interface ClockPort {
  now(): Instant;
  sleep(length: Duration): Promise<void>;
}

/** Which instances to read. Only those with the opt-in tag are ever answered. */
export type LookRequest =
  | { readonly kind: 'everything' }
  | {
      readonly kind: 'some';
      readonly instanceIds: readonly string[];
      /** Instances that have one of these volumes attached. */
      readonly volumeIds: readonly string[];
      /** Also every managed instance that is not running. */
      readonly down: boolean;
    };

/** What a look saw, or that EC2 did not answer (never an empty list instead). */
export type LookAnswer =
  | { readonly kind: 'seen'; readonly views: readonly InstanceView[] }
  | { readonly kind: 'failed'; readonly error: string };

/** How EC2 answered a start of one instance. */
export type StartOutcome =
  /** Accepted. `wasStopped`: this very call moved it out of `stopped`. */
  { readonly kind: 'accepted'; readonly wasStopped: boolean } | Refusal;

/** How AWS answered any other act on one instance: what came of it, the next look tells. */
export type ActOutcome = { readonly kind: 'accepted' } | Refusal;

/** How an instance is stopped. */
export type StopMode =
  /** The guest is asked to shut down; EC2 ends it after some minutes. */
  | 'graceful'
  /** `Force`: of what is stuck in `stopping`. */
  | 'force'
  /** `Force` and `SkipOsShutdown`: the guest is not asked. */
  | 'skip-os-shutdown';

/** What must be known before an instance is taken down; undefined where AWS did not answer. */
export interface TakedownReads {
  readonly stopProtection: boolean | undefined;
  /** Its type has disks that live on the host. */
  readonly hasInstanceStore: boolean | undefined;
  /** AWS's simplified automatic recovery covers its type and its place. */
  readonly awsRecovers: boolean | undefined;
}

/** A place for one instance of a type in a zone. */
export interface ReservationRequest {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly zone: string;
  /** `Linux/UNIX` …: PlatformDetails of the instance. */
  readonly platform: string;
  readonly tenancy: string | undefined;
  /** EC2 gives the place back by itself within an hour after this. */
  readonly until: Instant;
  /** Makes a repeated request the same one (ClientToken). */
  readonly token: string;
}

/** What a reservation came to. */
export type ReservationOutcome =
  { readonly kind: 'accepted'; readonly reservationId: string } | Refusal;

/** Places for servers: reservations, and types that can stand in. */
export interface CapacityPort {
  /** CreateCapacityReservation for one instance, `targeted`: nothing takes it. Never throws. */
  reserve(request: ReservationRequest): Promise<ReservationOutcome>;
  /** CancelCapacityReservation; what runs in it runs on. */
  release(reservationId: string): Promise<ActOutcome>;
  /** ModifyInstanceAttribute InstanceType, of a stopped instance. Never throws. */
  changeType(instanceId: string, instanceType: string): Promise<ActOutcome>;
  /**
   * Of these types the ones on which the instance can run and that its zone offers, in their
   * order; undefined where AWS did not answer. Never throws.
   */
  fitting(view: InstanceView, types: readonly string[]): Promise<readonly string[] | undefined>;
}

/** Elastic IP addresses of the account. */
export interface AddressPort {
  /**
   * Associates an Elastic IP with the instance's one interface, if it carries the opt-in tag and
   * is associated with nothing at that moment: it is never taken from anybody. Accepted also where
   * the instance has it already. Never throws.
   */
  associate(instanceId: string, publicIp: string): Promise<ActOutcome>;
}

/** Systems Manager: the service inside the guest. */
export interface ServicePort {
  /** SendCommand of the document to one instance. Accepted means sent. Never throws. */
  restart(instanceId: string, document: string): Promise<ActOutcome>;
}

/** Whoever does the work of hooks. */
export interface HookPort {
  /** Sends one run to its document or its program. Accepted means sent. Never throws. */
  send(hook: Hook, subject: HookSubject): Promise<HookOutcome>;
  /**
   * ListCommandInvocations of one command: that it was asked about, and how far it is where
   * Systems Manager says so. Never throws.
   */
  ask(instanceId: string, commandId: string): Promise<readonly HookNews[]>;
}

/** CloudWatch, where a policy judges its application by an alarm or a metric. */
export interface ApplicationPort {
  /**
   * The application check of each of these instances whose policy names an alarm or a metric, in
   * as few calls as can be (100 alarms, 500 metrics a call). An instance of which CloudWatch says
   * nothing is `insufficient-data`; one that could not be read is absent. Never throws.
   */
  read(
    instances: readonly { readonly instanceId: string; readonly policy: Policy }[],
  ): Promise<ReadonlyMap<string, Check>>;
}

/** Status checks and scheduled events of one instance. */
export type StatusView = Pick<InstanceView, 'checks' | 'scheduledEvents'> & {
  readonly instanceId: string;
};

/** The answer about status checks, or that EC2 did not give one. */
export type StatusAnswer =
  | { readonly kind: 'seen'; readonly statuses: readonly StatusView[] }
  | { readonly kind: 'failed'; readonly error: string };

/** EC2: reading, starting, taking down, tagging. */
export interface Ec2Port {
  /** DescribeInstances; the views carry UNREAD_CHECKS. Never throws. */
  look(request: LookRequest): Promise<LookAnswer>;
  /** DescribeInstanceStatus by id (any number; 100 a call). Never throws. */
  statusOf(instanceIds: readonly string[]): Promise<StatusAnswer>;
  /**
   * DescribeInstanceStatus account-wide: every instance with a check that is impaired, or with a
   * scheduled event. Never throws.
   */
  troubled(): Promise<StatusAnswer>;
  /**
   * StartInstances in one call; on a failure that one instance can cause for all, the batch is
   * halved as long as `calls` lasts and what is left answers `batch-failed`, or `not-asked` where
   * our own rate was used up. Never throws; an outcome for every id.
   */
  start(instanceIds: readonly string[], calls: number): Promise<ReadonlyMap<string, StartOutcome>>;
  /** How many instances our own rate lets this environment start now. */
  startsLeft(): number;
  /** StopInstances of one instance. Never throws. */
  stop(instanceId: string, mode: StopMode): Promise<ActOutcome>;
  /** RebootInstances of one instance. Never throws. */
  reboot(instanceId: string): Promise<ActOutcome>;
  /** What must be known before these are taken down. Never throws; an entry for every view. */
  takedownReads(views: readonly InstanceView[]): Promise<ReadonlyMap<string, TakedownReads>>;
  /** Writes the watchdog's own tags. Answers whether EC2 took them. Never throws. */
  tag(instanceId: string, tags: Readonly<Record<string, string>>): Promise<boolean>;
  /** What a rescue needs that DescribeInstances does not tell (volumes' keys, attributes). */
  rescueFacts(views: readonly InstanceView[]): Promise<ReadonlyMap<string, RescueFacts>>;
}

/** What the store knows, or that it is down. */
export type StoreAnswer =
  | {
      readonly kind: 'read';
      readonly records: ReadonlyMap<string, InstanceRecord>;
      readonly fleet: FleetRecord;
      /** How often a takedown was claimed; the next claim must know it. */
      readonly takedownVersion: number;
      /** Policies that a person paused or holds as a whole, by name. */
      readonly policyPauses: ReadonlyMap<string, Pause>;
      /**
       * Instances whose record is there but cannot be read (of a newer version, or damaged): never
       * to be taken for new, never acted on, and told.
       */
      readonly quarantined: readonly string[];
    }
  | { readonly kind: 'down'; readonly error: string };

/** How a conditional write ended. */
export type WriteOutcome = 'written' | 'conflict' | 'down';

/** The incident table. */
export interface StorePort {
  /** Every instance's record and the fleet's, consistently read. Never throws. */
  readAll(): Promise<StoreAnswer>;
  /**
   * Writes a record if the stored version is `record.version - 1` (or the record is new and
   * version is 1). A write that timed out and took effect is recognised by its lease token and
   * answers `written`. Never throws.
   */
  write(record: InstanceRecord): Promise<WriteOutcome>;
  /**
   * Writes a record that holds the intent of a takedown, in one transaction with the fleet's count
   * of takedowns (`takedownVersion` as it was read): of two invocations that both saw a free slot,
   * one gets a conflict. Never throws.
   */
  claimTakedown(record: InstanceRecord, takedownVersion: number): Promise<WriteOutcome>;
  /** The same for the fleet's record. */
  writeFleet(fleet: FleetRecord): Promise<WriteOutcome>;
  /** Keeps a closed incident as it was. Writing it twice changes nothing. Never throws. */
  archive(record: InstanceRecord): Promise<WriteOutcome>;
  /**
   * Adds to an archived incident what AWS said later; the incident itself stays as it was. Writing
   * it twice changes nothing. Never throws.
   */
  amend(amendment: Amendment): Promise<WriteOutcome>;
}

/** One message to people, ready to send. */
export interface AlertMessage {
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  /** For subscription filters: severity, event, instanceId, incidentId, policy. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The same for each delivery of the same message: what took it already is not asked again. */
  readonly key?: string | undefined;
  /** For the chat topic, where there is one. */
  readonly chat?: ChatNotification | undefined;
  /** For the pager topic, where there is one. */
  readonly pager?: readonly PagerMessage[] | undefined;
  /** For programs, where events are on. */
  readonly events?: readonly ProgramEvent[] | undefined;
}

/** The channels to people and programs. */
export interface AlertPort {
  /**
   * Answers whether people have it: the topic that they subscribe to took it, and the pager topic
   * every ALARM of it. The rest (chat, OK, events) is tried twice and never decides. Never throws.
   */
  publish(message: AlertMessage): Promise<boolean>;
}

/** The signal queue, for the fleet tick. */
export interface QueuePort {
  /** Sends the next tick, `delay` from now (0 s to 15 min). Answers whether SQS took it. */
  sendTick(generation: number, delay: Duration, at: Instant): Promise<boolean>;
}

/** CloudTrail's event history, which works without a trail and is minutes late. */
export interface TrailPort {
  /** Who stopped the instance since then, newest first; undefined when it did not answer. */
  whoStopped(
    instanceId: string,
    since: Instant,
  ): Promise<readonly { readonly at: Instant; readonly actor: Actor }[] | undefined>;
}

/** The outside dead man's switch. */
export interface HeartbeatPort {
  /** Calls the configured URL, if there is one. Never throws. */
  beat(): Promise<void>;
}

/** Logs and metrics; the only place where the shell speaks of itself. */
export interface TelemetryPort {
  log(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, unknown>>,
  ): void;
  /** Adds to a metric that is summed over the invocation. */
  count(metric: CountMetric, value: number): void;
  /** Adds one value to a metric of which every value counts; it is emitted in seconds. */
  measure(metric: TimeMetric, length: Duration): void;
  /** Writes what was counted and measured; once at the end of an invocation. */
  flush(): void;
}

/** Everything that the shell needs of the world. */
export interface Ports {
  readonly clock: ClockPort;
  readonly ec2: Ec2Port;
  readonly capacity: CapacityPort;
  readonly addresses: AddressPort;
  readonly service: ServicePort;
  readonly hooks: HookPort;
  readonly application: ApplicationPort;
  readonly store: StorePort;
  readonly alerts: AlertPort;
  readonly queue: QueuePort;
  readonly trail: TrailPort;
  readonly heartbeat: HeartbeatPort;
  readonly telemetry: TelemetryPort;
}
