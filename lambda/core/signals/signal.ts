import type { HookWord } from '../hook-run';
import type { InstanceState } from '../observation';
import type { Instant } from '../time';

/** What every signal carries: where it came from and when its sender says that it happened. */
interface SignalBase {
  /** The envelope's id, for logs; never a key for deduplication. */
  readonly eventId: string;
  /** The envelope's time: when it happened, as the sender says (not when it was delivered). */
  readonly at: Instant;
  /** The instances it names; empty when it names none. */
  readonly instanceIds: readonly string[];
}

/** EC2 says that an instance changed its state. It carries no reason. */
export interface StateChangeSignal extends SignalBase {
  readonly kind: 'state-change';
  readonly state: InstanceState;
}

/** AWS Health's view of one of the affected entities. */
export type HealthEntityStatus = 'impaired' | 'unimpaired' | 'pending' | 'resolved' | 'unknown';

/** What a Health event means to the watchdog; `other` is told, never acted on. */
export type HealthTopic =
  | 'availability-issue'
  | 'auto-recovery-success'
  | 'auto-recovery-failure'
  | 'retirement-scheduled'
  | 'maintenance-scheduled'
  | 'instance-store-degraded'
  | 'volume-lost'
  | 'service-issue'
  | 'other';

/** AWS Health tells of an issue or of planned work. */
export interface HealthSignal extends SignalBase {
  readonly kind: 'health';
  readonly topic: HealthTopic;
  readonly eventArn: string;
  readonly eventTypeCode: string;
  /** `open`, `closed` or `upcoming`; a closing update brings the same eventArn again. */
  readonly status: 'open' | 'closed' | 'upcoming';
  readonly volumeIds: readonly string[];
  /** Orders the updates of one eventArn; the envelope's time does not. */
  readonly updatedAt: Instant;
  readonly startsAt?: Instant | undefined;
  readonly endsAt?: Instant | undefined;
  readonly entityStatus: HealthEntityStatus;
  /** eventArn, communicationId, page and account: the same key means the same message. */
  readonly key: string;
  /** AWS's text in English, one line, cut to 500 characters. */
  readonly description: string;
}

/** A CloudWatch alarm that names instances in its dimensions went into ALARM or OK. */
export interface AlarmSignal extends SignalBase {
  readonly kind: 'alarm';
  readonly alarmName: string;
  readonly state: 'ALARM' | 'OK';
}

/** Who made an API call, from CloudTrail. */
export interface Actor {
  /** The principal's ARN, or the AWS service's name. */
  readonly principal: string;
  /** What the name suggests; `service` is AWS itself on somebody's behalf. */
  readonly kind: 'person' | 'role' | 'service' | 'scheduler' | 'fis' | 'watchdog';
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** CloudTrail recorded a successful call that starts, stops, reboots or terminates instances. */
export interface ApiCallSignal extends SignalBase {
  readonly kind: 'api-call';
  readonly call: 'StartInstances' | 'StopInstances' | 'RebootInstances' | 'TerminateInstances';
  readonly actor: Actor;
}

/** The server itself says that it is ready to serve (docs/ready-event.md). */
export interface ReadySignal extends SignalBase {
  readonly kind: 'ready';
}

/** Whoever runs a hook tells how far it is. */
export interface HookSignal extends SignalBase {
  readonly kind: 'hook';
  readonly news: HookWord;
}

/** EventBridge Scheduler asks for the periodic look at everything managed. */
export interface SweepSignal extends SignalBase {
  readonly kind: 'sweep';
}

/** The fleet tick: the watchdog's own delayed message that brings the next look. */
export interface TickSignal extends SignalBase {
  readonly kind: 'tick';
  readonly generation: number;
}

/** A parsed event: a fact with a time, no judgement. */
export type Signal =
  | StateChangeSignal
  | HealthSignal
  | AlarmSignal
  | ApiCallSignal
  | ReadySignal
  | HookSignal
  | SweepSignal
  | TickSignal;

/** Why an event did not become a signal. `rejected` is malformed; `ignored` is not ours. */
export type Unparsed =
  | { readonly outcome: 'rejected'; readonly reason: string }
  | { readonly outcome: 'ignored'; readonly reason: string };

/** What parsing made of one event. */
export type Parsed = { readonly outcome: 'signal'; readonly signal: Signal } | Unparsed;

/** Whose events count: those of any other account or Region are ignored. */
export interface Home {
  readonly accountId: string;
  readonly region: string;
}
