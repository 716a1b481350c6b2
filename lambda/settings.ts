import { describeConfigError, parsePolicies, type ConfigError, type Policy } from './core/policy';
import type { Home } from './core/signals/signal';

/** What the deployed function knows of its surroundings, read once from its environment. */
export interface Settings {
  readonly home: Home;
  readonly policies: ReadonlyMap<string, Policy>;
  /** IANA name of the zone that alerts show beside UTC, for instance `America/Los_Angeles`. */
  readonly timeZone: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly topicArn: string;
  /** For Amazon Q Developer in chat applications; undefined where chat is not used. */
  readonly chatTopicArn: string | undefined;
  /** For PagerDuty and the like; undefined where no pager is used. */
  readonly pagerTopicArn: string | undefined;
  /** The EventBridge bus for events to programs; undefined where they are off. */
  readonly eventBus: string | undefined;
  /** Where the function logs, for links; Lambda tells it. */
  readonly logGroup: string | undefined;
  /** Called by each sweep; an outside service pages when it goes quiet. */
  readonly heartbeatUrl: string | undefined;
  /** Customer keys that the role may use to start instances with encrypted volumes. */
  readonly kmsKeyArns: readonly string[];
  /** How many takedowns may be under way at once, in the whole fleet. */
  readonly takedowns: TakedownLimits;
  /** Where runbook sections are read; the reason is appended as `#reason`. */
  readonly runbookUrl: string;
}

/**
 * The fleet's budget of takedowns: max(1, `percent` of the managed instances), and never more than
 * `most`.
 */
export interface TakedownLimits {
  /** Whole percent, 1 to 50. */
  readonly percent: number;
  /** A number of instances, 1 to 50. */
  readonly most: number;
}

/** What holds where the environment says nothing: the stack's own defaults. */
const DEFAULT_TAKEDOWNS: TakedownLimits = { percent: 10, most: 5 };

/** The environment as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings, or every mistake that was found in the environment. */
export type SettingsResult =
  | { readonly kind: 'valid'; readonly settings: Settings }
  | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] };

/** What is wrong with a variable's value: what it may be, or undefined when nothing is. */
type Check = (value: string) => boolean;

const isUrl =
  (...protocols: readonly string[]): Check =>
  (value) =>
    URL.canParse(value) && protocols.includes(new URL(value).protocol);

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value);

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

interface Variable {
  readonly check: Check;
  readonly allowed: string;
  /** An empty or missing one is all right. */
  readonly optional?: true;
  /** Its value is not shown: a heartbeat's address is all that its sender has to prove itself. */
  readonly secret?: true;
}

const KMS_KEY_ARN = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

const SNS_TOPIC_ARN = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** A topic that is there only where the configuration asks for it. */
const OPTIONAL_TOPIC = {
  check: matches(SNS_TOPIC_ARN),
  allowed: 'the ARN of a standard SNS topic, or empty',
  optional: true,
} as const;

const split = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** A whole number from 1 to 50. */
const UP_TO_FIFTY = {
  check: matches(/^\s*([1-9]|[1-4]\d|50)\s*$/),
  allowed: 'a whole number from 1 to 50, or empty',
  optional: true,
} as const;

const VARIABLES = {
  ACCOUNT_ID: { check: matches(/^\d{12}$/), allowed: '12 digits' },
  AWS_REGION: {
    check: matches(/^[a-z]{2,}(-[a-z]+)+-\d+$/),
    allowed: 'a Region, for instance us-east-1',
  },
  TIME_ZONE: { check: isTimeZone, allowed: 'an IANA time zone, for instance America/Los_Angeles' },
  TABLE_NAME: {
    check: matches(/^[A-Za-z0-9_.-]{3,255}$/),
    allowed: 'the name of a DynamoDB table',
  },
  QUEUE_URL: { check: isUrl('https:', 'http:'), allowed: 'the URL of an SQS queue' },
  TOPIC_ARN: { check: matches(SNS_TOPIC_ARN), allowed: 'the ARN of a standard SNS topic' },
  CHAT_TOPIC_ARN: OPTIONAL_TOPIC,
  PAGER_TOPIC_ARN: OPTIONAL_TOPIC,
  EVENT_BUS: {
    check: matches(/^[A-Za-z0-9/_.-]{1,256}$/),
    allowed: 'the name of an EventBridge bus, or empty for no events',
    optional: true,
  },
  AWS_LAMBDA_LOG_GROUP_NAME: {
    check: matches(/^[A-Za-z0-9/_.#-]{1,512}$/),
    allowed: 'the name of a log group; Lambda sets it',
    optional: true,
  },
  HEARTBEAT_URL: {
    check: isUrl('https:'),
    allowed: 'an https URL, or empty',
    optional: true,
    secret: true,
  },
  KMS_KEY_ARNS: {
    check: (value) => split(value).every((arn) => KMS_KEY_ARN.test(arn)),
    allowed: 'ARNs of KMS keys (not aliases) with commas between, or empty',
    optional: true,
  },
  RUNBOOK_URL: { check: matches(/^\S+$/), allowed: 'a URL or a path without spaces' },
  TAKEDOWN_PERCENT: UP_TO_FIFTY,
  TAKEDOWN_MOST: UP_TO_FIFTY,
} as const satisfies Readonly<Record<string, Variable>>;

const FIX = 'Set it in the environment of the function; the stack does so, so deploy it again.';
/** A value is quoted to be recognised, not to fill the log. */
const LONGEST_QUOTE = 120;

function actualOf(value: string | undefined, secret: boolean): string {
  if (value === undefined) return 'missing';
  if (secret) return `a text of ${value.length} characters (not shown)`;
  return JSON.stringify(value.slice(0, LONGEST_QUOTE));
}

function checkVariable(name: string, variable: Variable, env: Environment): readonly ConfigError[] {
  const value = env[name];
  const empty = value === undefined || value.trim() === '';
  if (empty ? variable.optional === true : variable.check(value)) return [];
  const actual = actualOf(value, variable.secret === true);
  return [{ path: name, actual, allowed: variable.allowed, fix: FIX }];
}

function readPolicies(text: string | undefined): ReturnType<typeof parsePolicies> {
  try {
    return parsePolicies(JSON.parse(text ?? ''));
  } catch {
    const allowed = 'JSON, an object of policies by name, for instance {"livechat":{}}';
    const error: ConfigError = {
      path: 'POLICIES',
      actual: actualOf(text, false),
      allowed,
      fix: FIX,
    };
    return { kind: 'invalid', errors: [error] };
  }
}

/**
 * Reads the settings from the environment, all of it or nothing: with a policy that does not parse
 * the watchdog acts on nothing, rather than on a guess (S12).
 */
export function readSettings(env: Environment): SettingsResult {
  const errors = Object.entries(VARIABLES).flatMap(([name, variable]) =>
    checkVariable(name, variable, env),
  );
  const policies = readPolicies(env['POLICIES']);
  if (policies.kind === 'invalid')
    return { kind: 'invalid', errors: [...errors, ...policies.errors] };
  if (errors.length > 0) return { kind: 'invalid', errors };
  const valueOf = (name: keyof typeof VARIABLES): string => env[name]?.trim() ?? '';
  const optional = (name: keyof typeof VARIABLES): string | undefined => valueOf(name) || undefined;
  const numberOf = (name: keyof typeof VARIABLES, otherwise: number): number =>
    valueOf(name) === '' ? otherwise : Number(valueOf(name));
  return {
    kind: 'valid',
    settings: {
      home: { accountId: valueOf('ACCOUNT_ID'), region: valueOf('AWS_REGION') },
      policies: policies.policies,
      timeZone: valueOf('TIME_ZONE'),
      tableName: valueOf('TABLE_NAME'),
      queueUrl: valueOf('QUEUE_URL'),
      topicArn: valueOf('TOPIC_ARN'),
      chatTopicArn: optional('CHAT_TOPIC_ARN'),
      pagerTopicArn: optional('PAGER_TOPIC_ARN'),
      eventBus: optional('EVENT_BUS'),
      logGroup: optional('AWS_LAMBDA_LOG_GROUP_NAME'),
      heartbeatUrl: optional('HEARTBEAT_URL'),
      kmsKeyArns: split(valueOf('KMS_KEY_ARNS')),
      takedowns: {
        percent: numberOf('TAKEDOWN_PERCENT', DEFAULT_TAKEDOWNS.percent),
        most: numberOf('TAKEDOWN_MOST', DEFAULT_TAKEDOWNS.most),
      },
      runbookUrl: valueOf('RUNBOOK_URL'),
    },
  };
}

/** The environment does not describe a watchdog; the message lists every mistake. */
export class SettingsError extends Error {
  constructor(errors: readonly ConfigError[]) {
    super(['The settings are wrong.', ...errors.map(describeConfigError)].join('\n'));
    this.name = 'SettingsError';
  }
}
