import { DOCUMENT_NAME, hooksField, hooksOf, type Hook, type HookInput } from './hook';
import { laddersOf, type LadderCondition, type Ladders, type RungInput } from './ladder';
import { DAYS, type Day, type MaintenanceWindow } from './maintenance-window';
import {
  SECONDS,
  applicationCheck,
  applicationMetric,
  isRecord,
  ladders,
  listOf,
  maintenanceWindow,
  minutesOf,
  oneOf,
  textLike,
  truth,
  wholeNumber,
  type Field,
} from './policy-fields';
import { hours, minutes, seconds, type Duration } from './time';

/** What a takedown may cost a server; refused unless the policy accepts it. */
export type Loss =
  /** Data on instance store: gone with the host. */
  | 'instance-store'
  /** A public address that is no Elastic IP: a stop gives it away. */
  | 'public-address'
  /** Its place in a placement group, which EC2 may refuse to give back. */
  | 'placement-group'
  /** A Dedicated Host: a stop and start stays on it, and may find it full. */
  | 'dedicated-host'
  /** What hibernation would have kept: a plain stop forgets its memory. */
  | 'hibernation';

/** Every loss that a policy can accept. */
export const LOSSES: readonly Loss[] = [
  'instance-store',
  'public-address',
  'placement-group',
  'dedicated-host',
  'hibernation',
];

/** A metric by which the application is judged: unwell below, or above, a number. */
export interface ApplicationMetric {
  readonly namespace: string;
  readonly name: string;
  /** The dimension that holds the instance id. */
  readonly dimension: string;
  readonly unwell: { readonly kind: 'below' | 'above'; readonly threshold: number };
  /** So many minutes in a row make it impaired. */
  readonly evaluations: number;
}

/** What the watchdog does for the instances whose opt-in tag names this policy. */
export interface Policy {
  readonly name: string;
  /** `observe` decides and tells, and does not act. */
  readonly mode: 'act' | 'observe';
  /** After a shutdown from inside the instance. */
  readonly onGuestShutdown: 'alert' | 'start';
  /** After a stop that nothing explains. */
  readonly onUnknownStop: 'alert' | 'start';
  /** The server sends its own ready event when it can serve (docs/ready-event.md). */
  readonly readyEvent: boolean;
  /** EC2 asks the server over HTTP each minute. */
  readonly applicationCheck: ApplicationCheck | undefined;
  /** A CloudWatch alarm that tells of the application; `{id}` stands for the instance id. */
  readonly applicationAlarm: string | undefined;
  /** A CloudWatch metric that tells of the application. */
  readonly applicationMetric: ApplicationMetric | undefined;
  /** What is done about each condition, the gentlest first. */
  readonly ladders: Ladders;
  /** From the impairment of the host on: how long AWS's own recovery has, where it may act. */
  readonly awsRecoveryWait: Duration;
  /** When planned moves are made; without one they are left to a person. */
  readonly maintenanceWindow: MaintenanceWindow | undefined;
  /** What a takedown may cost. */
  readonly accepts: readonly Loss[];
  /** The Systems Manager document that restarts the service; without one that rung is left out. */
  readonly restartDocument: string | undefined;
  /** Types that may stand in where its own has no capacity, the preferred one first. */
  readonly alternateTypes: readonly string[];
  /** An Elastic IP without which it comes back is associated with it again. */
  readonly reassociateAddress: boolean;
  /** Work that belongs to an outage: presence, backfill (docs/hooks.md). */
  readonly hooks: readonly Hook[];
  /** How many distinct evaluations of every check make an instance recovered. */
  readonly recoveredAfter: number;
  /** From boot until a check that fails counts. */
  readonly startupGrace: Duration;
  /** From an accepted start until a person is called because nothing proves that it serves. */
  readonly servingDeadline: Duration;
  /** How long a failing check of a running instance is tolerated. */
  readonly toleration: Duration;
  /** How long `stopping` may last before a person is told. */
  readonly stoppingDeadline: Duration;
  /** Least time between two accepted starts. */
  readonly cooldown: Duration;
  /** Accepted starts of one instance within the last hour and the last day. */
  readonly budget: { readonly perHour: number; readonly perDay: number };
  /** Parts of principal names that mark a stop as a scheduler's. */
  readonly schedulers: readonly string[];
}

/** Where EC2's application status check asks. */
export interface ApplicationCheck {
  readonly protocol: 'http' | 'https';
  readonly port: number;
  readonly path: string;
}

/** A policy as it is written in JSON: every field optional, durations in seconds. */
export interface PolicyInput {
  readonly mode?: 'act' | 'observe';
  readonly onGuestShutdown?: 'alert' | 'start';
  readonly onUnknownStop?: 'alert' | 'start';
  readonly readyEvent?: boolean;
  readonly applicationCheck?: {
    readonly protocol?: 'http' | 'https';
    readonly port: number;
    readonly path: string;
  };
  readonly recoveredAfter?: number;
  readonly startupGraceSeconds?: number;
  readonly servingDeadlineSeconds?: number;
  readonly tolerationSeconds?: number;
  readonly stoppingDeadlineSeconds?: number;
  readonly cooldownSeconds?: number;
  readonly startsPerHour?: number;
  readonly startsPerDay?: number;
  readonly schedulers?: readonly string[];
  readonly applicationAlarm?: string;
  readonly applicationMetric?: {
    readonly namespace: string;
    readonly name: string;
    readonly dimension?: string;
    readonly below?: number;
    readonly above?: number;
    readonly evaluations?: number;
  };
  readonly ladders?: Readonly<Partial<Record<LadderCondition, readonly RungInput[]>>>;
  readonly awsRecoverySeconds?: number;
  readonly maintenanceWindow?: {
    readonly days?: readonly Day[];
    /** `HH:MM` */
    readonly from: string;
    readonly to: string;
    readonly timeZone?: string;
  };
  readonly accepts?: readonly Loss[];
  readonly restartDocument?: string;
  readonly alternateTypes?: readonly string[];
  readonly reassociateAddress?: boolean;
  readonly hooks?: readonly HookInput[];
}

/** One mistake in a configuration, with all that mending it needs. */
export interface ConfigError {
  readonly path: string;
  readonly actual: string;
  readonly allowed: string;
  readonly fix: string;
}

/** The defaults, every one the safe choice; docs/configuration.md gives the reasons. */
export const POLICY_DEFAULTS: Omit<Policy, 'name'> = {
  mode: 'act',
  onGuestShutdown: 'alert',
  onUnknownStop: 'alert',
  readyEvent: false,
  applicationCheck: undefined,
  recoveredAfter: 2,
  startupGrace: minutes(5),
  servingDeadline: minutes(10),
  toleration: minutes(2),
  stoppingDeadline: minutes(10),
  cooldown: minutes(1),
  budget: { perHour: 3, perDay: 6 },
  schedulers: ['InstanceScheduler', 'instance-scheduler'],
  applicationAlarm: undefined,
  applicationMetric: undefined,
  ladders: laddersOf({}, minutes(2)),
  awsRecoveryWait: minutes(5),
  maintenanceWindow: undefined,
  accepts: [],
  restartDocument: undefined,
  alternateTypes: [],
  reassociateAddress: false,
  hooks: [],
};

/** EC2 keeps no tag value longer than this. */
const TAG_VALUE_LIMIT = 256;
const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** What each field of a policy may hold; anything else is a ConfigError. */
const FIELDS: Readonly<Record<keyof PolicyInput, Field>> = {
  mode: oneOf('act', 'observe'),
  onGuestShutdown: oneOf('alert', 'start'),
  onUnknownStop: oneOf('alert', 'start'),
  readyEvent: truth,
  applicationCheck,
  recoveredAfter: wholeNumber(1, 10),
  startupGraceSeconds: wholeNumber(0, 3_600, SECONDS),
  servingDeadlineSeconds: wholeNumber(60, 7_200, SECONDS),
  tolerationSeconds: wholeNumber(60, 3_600, SECONDS),
  stoppingDeadlineSeconds: wholeNumber(60, 7_200, SECONDS),
  cooldownSeconds: wholeNumber(30, 3_600, SECONDS),
  startsPerHour: wholeNumber(1, 10),
  startsPerDay: wholeNumber(1, 24),
  schedulers: listOf(textLike(/^.{4,}$/, ''), 'a list of texts of 4 characters or more'),
  applicationAlarm: textLike(
    /^(?=.{1,255}$).*\{id\}/,
    'the name of a CloudWatch alarm, with {id} in place of the instance id',
  ),
  applicationMetric,
  ladders,
  awsRecoverySeconds: wholeNumber(0, 3_600, SECONDS),
  maintenanceWindow,
  accepts: listOf(oneOf(...LOSSES), `a list of ${LOSSES.join(', ')}`),
  restartDocument: textLike(
    DOCUMENT_NAME,
    'the name of a Systems Manager document of your own that restarts the service (never one ' +
      'that runs what it is given, as AWS-RunShellScript)',
  ),
  alternateTypes: listOf(
    textLike(/^[a-z0-9-]+\.[a-z0-9-]+$/, ''),
    'a list of instance types, for instance ["m6a.large"]',
  ),
  reassociateAddress: truth,
  hooks: hooksField,
};

function checkField(path: string, key: string, value: unknown): ConfigError | undefined {
  if (!Object.hasOwn(FIELDS, key)) {
    const known = Object.keys(FIELDS).join(', ');
    return {
      path: `${path}.${key}`,
      actual: JSON.stringify(value),
      allowed: `the fields ${known}`,
      fix: 'Correct the name of the field, or remove it.',
    };
  }
  const allowed = FIELDS[key as keyof PolicyInput](value);
  return allowed === undefined
    ? undefined
    : {
        path: `${path}.${key}`,
        actual: JSON.stringify(value) ?? 'undefined',
        allowed,
        fix: `Set it to ${allowed}, or leave it out for the default.`,
      };
}

function checkPolicy(name: string, value: unknown): readonly ConfigError[] {
  const path = `policies.${name}`;
  if (!NAME_PATTERN.test(name) || name.length > TAG_VALUE_LIMIT) {
    const allowed = `letters, digits, "_", "." and "-", at most ${TAG_VALUE_LIMIT}`;
    return [{ path, actual: JSON.stringify(name), allowed, fix: 'Rename the policy.' }];
  }
  if (!isRecord(value)) {
    const actual = JSON.stringify(value) ?? 'undefined';
    return [{ path, actual, allowed: 'an object', fix: 'Use {} for all defaults.' }];
  }
  return Object.entries(value)
    .map(([key, field]) => checkField(path, key, field))
    .filter((error) => error !== undefined);
}

function toPolicy(name: string, input: PolicyInput): Policy {
  const defaults = POLICY_DEFAULTS;
  const length = (value: number | undefined, otherwise: Duration): Duration =>
    value === undefined ? otherwise : seconds(value);
  const check = input.applicationCheck;
  return {
    name,
    mode: input.mode ?? defaults.mode,
    onGuestShutdown: input.onGuestShutdown ?? defaults.onGuestShutdown,
    onUnknownStop: input.onUnknownStop ?? defaults.onUnknownStop,
    readyEvent: input.readyEvent ?? defaults.readyEvent,
    applicationCheck: check === undefined ? undefined : { protocol: 'http', ...check },
    recoveredAfter: input.recoveredAfter ?? defaults.recoveredAfter,
    startupGrace: length(input.startupGraceSeconds, defaults.startupGrace),
    servingDeadline: length(input.servingDeadlineSeconds, defaults.servingDeadline),
    toleration: length(input.tolerationSeconds, defaults.toleration),
    stoppingDeadline: length(input.stoppingDeadlineSeconds, defaults.stoppingDeadline),
    cooldown: length(input.cooldownSeconds, defaults.cooldown),
    budget: {
      perHour: input.startsPerHour ?? defaults.budget.perHour,
      perDay: input.startsPerDay ?? defaults.budget.perDay,
    },
    schedulers: input.schedulers ?? defaults.schedulers,
    applicationAlarm: input.applicationAlarm,
    applicationMetric: metricOf(input.applicationMetric),
    ladders: laddersOf(input.ladders ?? {}, length(input.tolerationSeconds, defaults.toleration)),
    awsRecoveryWait: length(input.awsRecoverySeconds, defaults.awsRecoveryWait),
    maintenanceWindow: windowOf(input.maintenanceWindow),
    accepts: input.accepts ?? defaults.accepts,
    restartDocument: input.restartDocument,
    alternateTypes: input.alternateTypes ?? defaults.alternateTypes,
    reassociateAddress: input.reassociateAddress ?? defaults.reassociateAddress,
    hooks: hooksOf(input.hooks),
  };
}

function metricOf(input: PolicyInput['applicationMetric']): ApplicationMetric | undefined {
  if (input === undefined) return undefined;
  const { namespace, name, dimension = 'InstanceId', below, above, evaluations = 2 } = input;
  const unwell =
    below === undefined
      ? ({ kind: 'above', threshold: above ?? 0 } as const)
      : ({ kind: 'below', threshold: below } as const);
  return { namespace, name, dimension, unwell, evaluations };
}

function windowOf(input: PolicyInput['maintenanceWindow']): MaintenanceWindow | undefined {
  if (input === undefined) return undefined;
  const { days = DAYS, from, to, timeZone = 'UTC' } = input;
  return { days, from: minutesOf(from) ?? 0, to: minutesOf(to) ?? 0, timeZone };
}

/** Named policies, or every mistake that was found in them. */
export type PoliciesResult =
  | { readonly kind: 'valid'; readonly policies: ReadonlyMap<string, Policy> }
  | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] };

/** Reads policies from JSON of any shape: `{ "<name>": { …fields of PolicyInput } }`. */
export function parsePolicies(input: unknown): PoliciesResult {
  if (!isRecord(input) || Object.keys(input).length === 0) {
    const error: ConfigError = {
      path: 'policies',
      actual: JSON.stringify(input) ?? 'undefined',
      allowed: 'an object with at least one named policy',
      fix: 'Write for instance { "livechat": {} }.',
    };
    return { kind: 'invalid', errors: [error] };
  }
  const errors = Object.entries(input).flatMap(([name, value]) => checkPolicy(name, value));
  if (errors.length > 0) return { kind: 'invalid', errors };
  const policies = Object.entries(input).map(
    ([name, value]) => [name, toPolicy(name, value as PolicyInput)] as const,
  );
  return { kind: 'valid', policies: new Map(policies) };
}

/** A configuration error in one sentence: what, the actual value, what is allowed, the mend. */
export function describeConfigError(error: ConfigError): string {
  return `${error.path} is ${error.actual}, but must be ${error.allowed}. ${error.fix}`;
}

/** The longest that the watchdog keeps trying to start what has no capacity. */
export const KEEP_TRYING_FOR: Duration = hours(72);
