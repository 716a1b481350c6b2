import type {
  ChatFact,
  HookWordFact,
  MessageFact,
  PageFact,
  ProgramEventFact,
} from './message-facts';
import type { CommandFact, SentCommand } from './command-facts';
import { createHash } from 'node:crypto';
import type { InstanceState } from '../lambda/core/observation';
import type { Instant } from '../lambda/core/time';
import type { LostFact, ReservationFact, ScheduledFact, WorkloadFact } from './server-facts';

/** Who did something in the simulated account. */
export interface Principal {
  readonly kind: 'person' | 'scheduler' | 'role' | 'fis' | 'aws' | 'guest' | 'watchdog';
  /** An ARN, or the name of an AWS service. */
  readonly name: string;
}

/** The four checks that EC2 makes of a running instance. */
export type CheckName = 'system' | 'instance' | 'attachedEbs' | 'application';

/** Statuses as DescribeInstanceStatus words them. */
export type SimulatedStatus =
  'ok' | 'impaired' | 'initializing' | 'insufficient-data' | 'not-applicable';

/** The services that the Lambda calls. */
export type ServiceName =
  'ec2' | 'dynamodb' | 'sns' | 'sqs' | 'cloudtrail' | 'kms' | 'ssm' | 'cloudwatch' | 'events';

/** What the stack was deployed with; the first fact of a history. */
export interface DeployedFact {
  readonly kind: 'deployed';
  readonly seed: number;
  readonly accountId: string;
  readonly region: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly maximumConcurrency: number;
}

/** An instance exists from now on, as it was when it was added. */
export interface InstanceFact {
  readonly kind: 'instance';
  readonly instanceId: string;
  readonly name: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly state: InstanceState;
  readonly launchTime: Instant;
  readonly tags: Readonly<Record<string, string>>;
  readonly managedBy: 'nobody' | 'spot' | 'auto-scaling' | 'service';
  readonly sendsReadyEvent: boolean;
}

/** EC2 moved an instance to another state. */
export interface StateFact {
  readonly kind: 'state';
  readonly instanceId: string;
  readonly from: InstanceState;
  readonly to: InstanceState;
  readonly by: Principal;
  readonly launchTime: Instant;
  /** StateReason.Code, where the new state has one. */
  readonly code?: string | undefined;
}

/** Somebody wrote or removed tags; `tags` is all that it carries now. */
export interface TagsFact {
  readonly kind: 'tags';
  readonly instanceId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly by: Principal;
}

/** Ground truth: the workload began or ceased to serve its users. */
export interface ServingFact {
  readonly kind: 'serving';
  readonly instanceId: string;
  readonly serving: boolean;
  readonly launchTime: Instant;
}

/** A status check changed its verdict; unchanged verdicts are renewed each 60 s from here on. */
export interface CheckFact {
  readonly kind: 'check';
  readonly instanceId: string;
  readonly check: CheckName;
  readonly status: SimulatedStatus;
}

/** A running instance reboots: its state stays as it is, so that EC2 tells of it by no event. */
export interface RebootFact {
  readonly kind: 'reboot';
  readonly instanceId: string;
  readonly by: Principal;
  /** It comes up on another host. */
  readonly migrates: boolean;
}

/** An Elastic IP of the account, and the instance that has it from now on, if one has. */
export interface AddressFact {
  readonly kind: 'address';
  readonly allocationId: string;
  readonly publicIp: string;
  readonly instanceId: string | undefined;
}

/** Somebody beside the watchdog called EC2, whether that changed anything or not. */
export interface AskedFact {
  readonly kind: 'asked';
  readonly operation: string;
  readonly instanceId: string;
  readonly by: Principal;
}

/** The Lambda sent a request. */
export interface CallFact {
  readonly kind: 'call';
  readonly call: number;
  readonly service: ServiceName;
  readonly operation: string;
  readonly invocation: number;
  /** Calls sent at one moment are one wave: a sequential round trip of the invocation. */
  readonly wave: number;
  readonly dryRun: boolean;
  readonly instanceIds: readonly string[];
  /** What SendCommand was to run, each parameter as it was given. */
  readonly command?: SentCommand | undefined;
}

/** One instance that a StopInstances call stopped, with what the call asked for. */
export interface StopEffect {
  readonly instanceId: string;
  readonly force: boolean;
  readonly skipOsShutdown: boolean;
}

/** A service took a request up: what it drew from EC2's buckets, what it changed or read. */
export interface EffectFact {
  readonly kind: 'effect';
  readonly call: number;
  readonly service: ServiceName;
  readonly operation: string;
  readonly invocation: number;
  /** `ok`, or the error's code. */
  readonly code: string;
  readonly draws: readonly { readonly bucket: string; readonly tokens: number }[];
  /** Instances that this very call moved out of `stopped`. */
  readonly started: readonly string[];
  /** Instances that this very call took out of `running`, or whose stop it forced. */
  readonly stopped: readonly StopEffect[];
  /** Running instances that this very call rebooted. */
  readonly rebooted: readonly string[];
  /** The document of Systems Manager that this very call was to send. */
  readonly document?: string | undefined;
  /** Stopped instances to which this very call gave another type. */
  readonly changed: readonly { readonly instanceId: string; readonly instanceType: string }[];
  /** The Elastic IP that this very call gave an instance. */
  readonly associated?: { readonly allocationId: string; readonly instanceId: string } | undefined;
  /** What a describe told of each instance. */
  readonly read: readonly (readonly [instanceId: string, state: InstanceState])[];
  /** What a conditional write stored. */
  readonly stored?: StoredItem | undefined;
  /** What a transaction stored beside `stored`, in its order; `storedBy` answers them together. */
  readonly alsoStored?: readonly StoredItem[] | undefined;
  /** Request units of DynamoDB that it used: reads of 4 kB, writes of 1 kB. */
  readonly units?: number | undefined;
}

/** The parts of a stored item that leases and versions are checked by. */
export interface StoredItem {
  readonly pk: string;
  readonly sk: string;
  readonly version: number | undefined;
  readonly leaseToken: number | undefined;
  readonly leaseOwner: string | undefined;
}

/** Every item that a request stored: one of a write, all of a transaction, none of a refusal. */
export function storedBy(
  effect: Pick<EffectFact, 'stored' | 'alsoStored'> | undefined,
): readonly StoredItem[] {
  if (effect?.stored === undefined) return [];
  return [effect.stored, ...(effect.alsoStored ?? [])];
}

/** The Lambda got the answer (never, when it died before). */
export interface AnswerFact {
  readonly kind: 'answer';
  readonly call: number;
  readonly service: ServiceName;
  readonly operation: string;
  readonly invocation: number;
  readonly code: string;
}

/** An event was put on the default bus; `rules` are those that it matched. */
export interface EventFact {
  readonly kind: 'event';
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly rules: readonly string[];
  readonly instanceIds: readonly string[];
  readonly state?: string | undefined;
}

/** A message reached a queue; `eventId` names the event that it carries. */
export interface DeliveredFact {
  readonly kind: 'delivered';
  readonly queue: string;
  readonly messageId: string;
  readonly eventId: string;
  readonly source: string;
}

/** A message went to a dead-letter queue, or could not be delivered at all. */
export interface DeadLetterFact {
  readonly kind: 'dead-letter';
  readonly queue: string;
  readonly eventId: string;
  readonly why: string;
}

/** Lambda began an invocation. */
export interface BeganFact {
  readonly kind: 'began';
  readonly invocation: number;
  readonly environment: number;
  readonly cold: boolean;
  readonly eventIds: readonly string[];
}

/** An invocation ended; `failed` counts the records that will come again. */
export interface EndedFact {
  readonly kind: 'ended';
  readonly invocation: number;
  readonly outcome: 'returned' | 'threw' | 'timed-out' | 'killed';
  readonly failed: number;
  readonly error?: string | undefined;
}

/** A line of the Lambda's log. */
export interface LogFact {
  readonly kind: 'log';
  readonly invocation: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A metric as it was flushed: a sum, or one of the times, in seconds. */
export interface MetricFact {
  readonly kind: 'metric';
  readonly invocation: number;
  readonly metric: string;
  readonly value: number;
}

/** The outside dead man's switch was called. */
export interface HeartbeatFact {
  readonly kind: 'heartbeat';
  readonly invocation: number;
  readonly url: string;
}

/** A fault was put in or ended; `name` is stable, `text` is for people. */
export interface FaultFact {
  readonly kind: 'fault';
  readonly name: string;
  readonly phase: 'begins' | 'ends' | 'strikes';
  readonly text: string;
}

/** The simulator refuses: an unsimulated call, a wrong use. Any one fails the run. */
export interface FailureFact {
  readonly kind: 'failure';
  readonly text: string;
}

/** A remark of a drill for its timeline. */
export interface NoteFact {
  readonly kind: 'note';
  readonly text: string;
}

/** Anything that happened, without its time. */
export type Happening =
  | DeployedFact
  | InstanceFact
  | StateFact
  | TagsFact
  | ServingFact
  | WorkloadFact
  | CheckFact
  | RebootFact
  | LostFact
  | AskedFact
  | ScheduledFact
  | AddressFact
  | ReservationFact
  | CallFact
  | EffectFact
  | AnswerFact
  | EventFact
  | DeliveredFact
  | DeadLetterFact
  | BeganFact
  | EndedFact
  | MessageFact
  | ChatFact
  | PageFact
  | ProgramEventFact
  | HookWordFact
  | LogFact
  | MetricFact
  | CommandFact
  | HeartbeatFact
  | FaultFact
  | FailureFact
  | NoteFact;

/** A thing that happened, with its virtual time. */
export type Fact = Happening & { readonly at: Instant };

/** The fact of one kind. */
export type FactOf<K extends Fact['kind']> = Extract<Fact, { readonly kind: K }>;

/** What was found in a history that may have grown since. */
interface ByKind {
  readonly length: number;
  readonly kinds: Map<string, readonly Fact[]>;
}

const found = new WeakMap<readonly Fact[], ByKind>();

/** All facts of one kind, in order; found once for a history that does not grow. */
export function factsOf<K extends Fact['kind']>(
  facts: readonly Fact[],
  kind: K,
): readonly FactOf<K>[] {
  let known = found.get(facts);
  if (known === undefined || known.length !== facts.length) {
    known = { length: facts.length, kinds: new Map() };
    found.set(facts, known);
  }
  const before = known.kinds.get(kind);
  if (before !== undefined) return before as readonly FactOf<K>[];
  const ofKind = facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
  known.kinds.set(kind, ofKind);
  return ofKind;
}

/** One line of the trace: keys in the order in which the facts are made. */
export const factLine = (fact: Fact): string => JSON.stringify(fact);

/** SHA-256 over every fact: two runs with the same hash are the same run. */
export function traceHash(facts: readonly Fact[]): string {
  const hash = createHash('sha256');
  for (const fact of facts) hash.update(factLine(fact)).update('\n');
  return hash.digest('hex');
}

/** The append-only list of what happened; drills, reports and invariants read nothing else. */
export class History {
  readonly #facts: Fact[] = [];
  readonly #listeners: ((fact: Fact) => void)[] = [];
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  /** Every fact so far, oldest first. */
  get facts(): readonly Fact[] {
    return this.#facts;
  }

  /** Appends what happens now. */
  add(happening: Happening): void {
    const fact: Fact = { at: this.#now(), ...happening };
    this.#facts.push(fact);
    for (const listener of this.#listeners) listener(fact);
  }

  /** Calls the listener with each later fact; for a timeline that prints while it runs. */
  onFact(listener: (fact: Fact) => void): void {
    this.#listeners.push(listener);
  }
}
