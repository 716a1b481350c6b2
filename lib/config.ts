import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { parsePolicies, type ConfigError, type Policy } from '../lambda/core/policy';
import {
  emailList,
  httpsUrl,
  httpsUrlList,
  keyArnList,
  phoneList,
  retention,
  show,
  timeZone,
  truth,
  upToFifty,
  type FieldCheck,
} from './config-fields';
import { ConfigurationError } from './configuration-error';
import { ENVIRONMENT_LIMIT_BYTES, environmentBytes } from './environment';
import type { WatchdogConfig, WatchdogConfigInput } from './watchdog-config';

/** The key in `cdk.json`'s context that holds the configuration. */
export const CONTEXT_KEY = 'watchdog';

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
  chatTopic: truth,
  pagerTopic: truth,
  pagerUrls: httpsUrlList,
  events: truth,
  heartbeatUrl: httpsUrl,
  runbookUrl: httpsUrl,
  kmsKeyArns: keyArnList,
  takedownPercent: upToFifty,
  takedownMost: upToFifty,
  encryptTopics: truth,
  dashboard: truth,
  logRetentionDays: retention,
};

/**
 * Stands in alerts until `runbookUrl` is set, and synth warns of it: the path in this repository,
 * which at least tells a reader where to look.
 */
export const RUNBOOK_PLACEHOLDER = 'docs/runbook.md';

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
  const pagerUrls = input.pagerUrls ?? [];
  return {
    policyInputs: input.policies,
    policies,
    timeZone: input.timeZone ?? 'UTC',
    alertEmails,
    alertPhones: input.alertPhones ?? [],
    opsEmails: input.opsEmails ?? alertEmails,
    chatTopic: input.chatTopic ?? false,
    pagerTopic: input.pagerTopic ?? pagerUrls.length > 0,
    pagerUrls,
    events: input.events ?? false,
    heartbeatUrl: input.heartbeatUrl,
    runbookUrl: input.runbookUrl ?? RUNBOOK_PLACEHOLDER,
    kmsKeyArns: input.kmsKeyArns ?? [],
    takedownPercent: input.takedownPercent ?? 10,
    takedownMost: input.takedownMost ?? 5,
    encryptTopics: input.encryptTopics ?? false,
    dashboard: input.dashboard ?? true,
    logRetentionDays: input.logRetentionDays ?? RetentionDays.ONE_MONTH,
  };
}

/** The policies that take the most room, the largest first, with their bytes. */
function largestPolicies({ policyInputs }: WatchdogConfig): string {
  return Object.entries(policyInputs)
    .map(([name, input]) => ({ name, bytes: Buffer.byteLength(JSON.stringify(input)) }))
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, 3)
    .map(({ name, bytes }) => `"${name}" ${bytes}`)
    .join(', ');
}

function checkSize(config: WatchdogConfig): readonly ConfigError[] {
  const bytes = environmentBytes(config);
  if (bytes <= ENVIRONMENT_LIMIT_BYTES) return [];
  const policyBytes = Buffer.byteLength(JSON.stringify(config.policyInputs));
  return [
    {
      path: "the function's environment",
      actual:
        `about ${bytes} bytes, ${policyBytes} of them policies ` +
        `(the largest: ${largestPolicies(config)})`,
      allowed: `at most ${ENVIRONMENT_LIMIT_BYTES} bytes (Lambda takes 4,096)`,
      fix:
        'Let servers that need the same share a policy, leave out fields and ladders that repeat ' +
        'a default, write a rung as its name alone where its defaults suit, or list fewer keys.',
    },
  ];
}

/** A pager's URL without the topic would be left out in silence, and nobody paged. */
function checkPager({ pagerTopic, pagerUrls }: WatchdogConfig): readonly ConfigError[] {
  if (pagerTopic || pagerUrls.length === 0) return [];
  const allowed = 'true, or left out, where pagerUrls has a URL';
  const fix = 'Remove "pagerTopic": false, or the URLs.';
  return [{ path: 'pagerTopic', actual: 'false', allowed, fix }];
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
  const mistakes = [...checkPager(config), ...checkSize(config)];
  return mistakes.length > 0 ? { kind: 'invalid', errors: mistakes } : { kind: 'valid', config };
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
