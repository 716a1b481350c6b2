import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ConfigError } from '../lambda/core/policy';

/** Judges one field: the mistakes in its value, none when it is right. */
export type FieldCheck = (path: string, value: unknown) => readonly ConfigError[];

/** How a value is shown in an error: as JSON, cut so that a pasted file stays readable. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function check(is: (value: unknown) => boolean, allowed: string, fix: string): FieldCheck {
  return (path, value) => (is(value) ? [] : [{ path, actual: show(value), allowed, fix }]);
}

function listOf(item: FieldCheck, allowed: string): FieldCheck {
  return (path, value) =>
    Array.isArray(value)
      ? value.flatMap((entry, index) => item(`${path}[${index}]`, entry))
      : [{ path, actual: show(value), allowed, fix: 'Use [] for none.' }];
}

const matches = (pattern: RegExp) => (value: unknown) =>
  typeof value === 'string' && pattern.test(value);

function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

function isHttpsUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  return new URL(value).protocol === 'https:';
}

/**
 * The retentions that CloudWatch Logs accepts, in days. The one that never expires is left out:
 * it grows for ever, and what matters of an incident is kept in the incident table.
 */
export const RETENTIONS: readonly RetentionDays[] = Object.values(RetentionDays)
  .filter((value): value is RetentionDays => typeof value === 'number')
  .filter((days) => days !== RetentionDays.INFINITE)
  .sort((a, b) => a - b);

/** A list of e-mail addresses. SNS asks each of them to confirm before it sends anything. */
export const emailList: FieldCheck = listOf(
  check(
    matches(/^[^\s@]+@[^\s@]+\.[^\s@]+$/),
    'an e-mail address such as "oncall@example.com"',
    'Correct the address, or remove it.',
  ),
  'a list of e-mail addresses',
);

/** A list of telephone numbers as SNS takes them (E.164). */
export const phoneList: FieldCheck = listOf(
  check(
    matches(/^\+[1-9]\d{6,14}$/),
    'a telephone number in E.164 form such as "+14155550123"',
    'Write "+", the country code and the number, without spaces.',
  ),
  'a list of telephone numbers in E.164 form',
);

/**
 * A list of KMS key ARNs. Aliases are refused: a policy statement on an alias grants nothing on
 * the key. An ARN that CDK resolves later (a key of the same app) is taken as it is.
 */
export const keyArnList: FieldCheck = listOf(
  check(
    (value) =>
      Token.isUnresolved(value) ||
      matches(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/)(value),
    'the ARN of a KMS key, "arn:aws:kms:<region>:<account>:key/<id>" (not of an alias)',
    'Take it from "aws kms describe-key --key-id alias/NAME --query KeyMetadata.Arn".',
  ),
  'a list of KMS key ARNs',
);

/** An IANA time zone that this Node knows. */
export const timeZone: FieldCheck = check(
  isTimeZone,
  'the IANA name of a time zone such as "America/Los_Angeles"',
  'Use the name from the tz database, or "UTC".',
);

/** An https URL. */
export const httpsUrl: FieldCheck = check(
  isHttpsUrl,
  'an https URL',
  'Write the whole URL with "https://", or leave the field out.',
);

/** A list of https URLs that SNS calls, each for one outside service. */
export const httpsUrlList: FieldCheck = listOf(
  check(
    isHttpsUrl,
    'an https URL such as "https://events.pagerduty.com/integration/<key>/enqueue"',
    'Copy it whole from the page of the integration.',
  ),
  'a list of https URLs',
);

/** true or false. */
export const truth: FieldCheck = check(
  (value) => typeof value === 'boolean',
  'true or false',
  'Write true or false without quotes.',
);

/** A whole number from 1 to 50. */
export const upToFifty: FieldCheck = check(
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 50,
  'a whole number from 1 to 50',
  'Use one of these, or leave it out for the default. To take nothing down, set mode "observe".',
);

/** One of CloudWatch's retentions, in days. */
export const retention: FieldCheck = check(
  (value) => RETENTIONS.some((days) => days === value),
  `one of ${RETENTIONS.join(', ')} (days)`,
  'Use the next longer one of these.',
);
