import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  parsePolicies,
  type ConfigError,
  type Policy,
  type PolicyInput,
} from '../lambda/core/policy';
import {
  emailList,
  httpsUrl,
  keyArnList,
  phoneList,
  retention,
  show,
  timeZone,
  truth,
  type FieldCheck,
} from './config-fields';
import { ConfigurationError } from './configuration-error';
import { ENVIRONMENT_LIMIT_BYTES, environmentBytes } from './environment';

/** The key in `cdk.json`'s context that holds the configuration. */
export const CONTEXT_KEY = 'watchdog';

/** A configuration that was checked, every default filled in. */
export interface WatchdogConfig {
  /** As written, which is how the function gets them: defaults need no room there. */
  readonly policyInputs: Readonly<Record<string, PolicyInput>>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly timeZone: string;
  readonly alertEmails: readonly string[];
  readonly alertPhones: readonly string[];
  readonly opsEmails: readonly string[];
  readonly heartbeatUrl: string | undefined;
  readonly runbookUrl: string;
  readonly kmsKeyArns: readonly string[];
  readonly encryptTopics: boolean;
  readonly logRetentionDays: RetentionDays;
}

/**
 * A configuration as it is written: only `policies` is required. It is the shape of the
 * construct's props and of the `watchdog` context in `cdk.json` alike.
 */
export interface WatchdogConfigInput {
  /**
   * What to do, by policy name; an instance joins with the tag `watchdog = <policy name>`.
   */
  readonly policies: Readonly<Record<string, PolicyInput>>;
  /**
   * IANA name of the time zone that alerts show beside UTC.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
  /**
   * Who gets alerts about servers by e-mail.
   *
   * @default - nobody; subscribe to the topic by other means
   */
  readonly alertEmails?: readonly string[];
  /**
   * Who gets alerts about servers by SMS, as E.164 numbers.
   *
   * @default - nobody
   */
  readonly alertPhones?: readonly string[];
  /**
   * Who is told by e-mail that the watchdog itself fails.
   *
   * @default - those of `alertEmails`
   */
  readonly opsEmails?: readonly string[];
  /**
   * An outside dead man's switch: each sweep calls this https URL, and that service pages when
   * the calls stop. It is visible to whoever can read the function's configuration.
   *
   * @default - none
   */
  readonly heartbeatUrl?: string;
  /**
   * Where people read docs/runbook.md; the reason is appended as `#reason`.
   *
   * @default - a placeholder that leads nowhere, and a warning at synth
   */
  readonly runbookUrl?: string;
  /**
   * Customer managed keys of encrypted volumes. A server with such a volume cannot be started by
   * a role that may not use its key: EC2 accepts the start and stops the server again.
   *
   * @default - none; volumes without encryption or under the key aws/ebs need no permission
   */
  readonly kmsKeyArns?: readonly string[];
  /**
   * Encrypt both topics with a customer key of the stack's own. One thing more that can silence
   * a page, so it is for those whose rules ask for it.
   *
   * @default false
   */
  readonly encryptTopics?: boolean;
  /**
   * How many days the function's logs are kept.
   *
   * @default 30
   */
  readonly logRetentionDays?: number;
}

/** A checked configuration, or every mistake that was found. */
export type ConfigResult =
  | { readonly kind: 'valid'; readonly config: WatchdogConfig }
  | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] };

/** Every field but the policies, which have a parser of their own. */
const FIELDS: Readonly<Record<Exclude<keyof WatchdogConfigInput, 'policies'>, FieldCheck>> = {
  timeZone,
  alertEmails: emailList,
  alertPhones: phoneList,
  opsEmails: emailList,
  heartbeatUrl: httpsUrl,
  runbookUrl: httpsUrl,
  kmsKeyArns: keyArnList,
  encryptTopics: truth,
  logRetentionDays: retention,
};

/**
 * Stands in alerts until `runbookUrl` is set, and synth warns of it. A domain that is reserved for
 * examples, so that nobody else can own what people click on in the middle of an incident.
 * https://www.rfc-editor.org/rfc/rfc2606
 */
export const RUNBOOK_PLACEHOLDER = 'https://example.com/set-runbookUrl/docs/runbook.md';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkField([key, value]: readonly [string, unknown]): readonly ConfigError[] {
  if (key === 'policies' || value === undefined) return [];
  if (Object.hasOwn(FIELDS, key)) return FIELDS[key as keyof typeof FIELDS](key, value);
  const allowed = `one of the fields policies, ${Object.keys(FIELDS).join(', ')}`;
  const fix = 'Correct the name of the field, or remove it.';
  return [{ path: key, actual: show(value), allowed, fix }];
}

function complete(
  input: WatchdogConfigInput,
  policies: ReadonlyMap<string, Policy>,
): WatchdogConfig {
  const alertEmails = input.alertEmails ?? [];
  return {
    policyInputs: input.policies,
    policies,
    timeZone: input.timeZone ?? 'UTC',
    alertEmails,
    alertPhones: input.alertPhones ?? [],
    opsEmails: input.opsEmails ?? alertEmails,
    heartbeatUrl: input.heartbeatUrl,
    runbookUrl: input.runbookUrl ?? RUNBOOK_PLACEHOLDER,
    kmsKeyArns: input.kmsKeyArns ?? [],
    encryptTopics: input.encryptTopics ?? false,
    logRetentionDays: input.logRetentionDays ?? RetentionDays.ONE_MONTH,
  };
}

function checkSize(config: WatchdogConfig): readonly ConfigError[] {
  const bytes = environmentBytes(config);
  if (bytes <= ENVIRONMENT_LIMIT_BYTES) return [];
  return [
    {
      path: "the function's environment",
      actual: `about ${bytes} bytes, ${JSON.stringify(config.policyInputs).length} of them policies`,
      allowed: `at most ${ENVIRONMENT_LIMIT_BYTES} bytes (Lambda takes 4,096)`,
      fix: 'Use fewer policies, leave out fields that repeat a default, or list fewer keys.',
    },
  ];
}

/** Checks a configuration of any shape. */
export function parseConfig(input: unknown): ConfigResult {
  if (!isRecord(input)) {
    const allowed = 'an object with "policies"';
    const fix = `Write for instance "${CONTEXT_KEY}": { "policies": { "livechat": {} } }.`;
    const actual = show(input);
    return { kind: 'invalid', errors: [{ path: CONTEXT_KEY, actual, allowed, fix }] };
  }
  const parsed = parsePolicies(input['policies']);
  const errors = Object.entries(input).flatMap((entry) => checkField(entry));
  if (parsed.kind === 'invalid') return { kind: 'invalid', errors: [...parsed.errors, ...errors] };
  if (errors.length > 0) return { kind: 'invalid', errors };
  // Every field was judged above, so that the raw input has the shape of its type.
  const config = complete(input as unknown as WatchdogConfigInput, parsed.policies);
  const tooLarge = checkSize(config);
  return tooLarge.length > 0 ? { kind: 'invalid', errors: tooLarge } : { kind: 'valid', config };
}

/**
 * The configuration, or a ConfigurationError with all mistakes. `where` tells the reader of the
 * error where the configuration came from.
 */
export function requireConfig(input: unknown, where: string): WatchdogConfig {
  const result = parseConfig(input);
  if (result.kind === 'invalid') throw new ConfigurationError(where, result.errors);
  return result.config;
}
