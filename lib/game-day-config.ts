import type { ConfigError } from '../lambda/core/policy';
import { emailList, show, type FieldCheck } from './config-fields';
import { ConfigurationError } from './configuration-error';

/** The key in `cdk.json`'s context that asks for the stack of game days; absent: there is none. */
export const GAME_DAY_CONTEXT_KEY = 'gameDays';

/** What the experiments of a game day need to know of the servers. */
export interface GameDayConfigInput {
  /**
   * Who is told how a game day went.
   *
   * @default - nobody; subscribe to the topic by other means
   */
  readonly emails?: readonly string[];
  /**
   * Alarms of the service itself, by ARN: an experiment ends when one of them is in ALARM, and
   * does not begin. The watchdog's own heartbeat is always one.
   *
   * @default - none
   */
  readonly stopAlarmArns?: readonly string[];
  /**
   * The zones in which the watchdog's starts are to meet "no capacity".
   *
   * @default - the experiment `no-capacity` is left out
   */
  readonly zones?: readonly string[];
  /**
   * The TCP port that the server listens on.
   *
   * @default - the experiment `network` is left out
   */
  readonly port?: number;
  /**
   * The name of the server's process, as `killall` takes it.
   *
   * @default - the experiment `service` is left out
   */
  readonly process?: string;
}

/** A configuration that was checked. */
export interface GameDayConfig extends GameDayConfigInput {
  readonly emails: readonly string[];
  readonly stopAlarmArns: readonly string[];
  readonly zones: readonly string[];
}

/** FIS takes five stop conditions; one is the watchdog's heartbeat. */
const MOST_ALARMS = 4;

function check(is: (value: unknown) => boolean, allowed: string, fix: string): FieldCheck {
  return (path, value) => (is(value) ? [] : [{ path, actual: show(value), allowed, fix }]);
}

const texts = (pattern: RegExp, most: number) => (value: unknown) =>
  Array.isArray(value) &&
  value.length <= most &&
  value.every((one) => typeof one === 'string' && pattern.test(one));

const FIELDS: Readonly<Record<keyof GameDayConfigInput, FieldCheck>> = {
  emails: emailList,
  stopAlarmArns: check(
    texts(/^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/, MOST_ALARMS),
    `a list of at most ${MOST_ALARMS} ARNs of CloudWatch alarms`,
    'Take them from "aws cloudwatch describe-alarms --query MetricAlarms[].AlarmArn".',
  ),
  zones: check(
    texts(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 6),
    'a list of at most 6 zone names such as "us-east-1b"',
    'Name the zones of the servers that take part.',
  ),
  port: check(
    (value) => typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536,
    'a whole number from 1 to 65535',
    'Write the TCP port on which users reach the server.',
  ),
  process: check(
    (value) => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value),
    'the name of a process: letters, digits, ".", "_" and "-", at most 64',
    'Take it from "ps -e" on the server: what killall would be given, without a path.',
  ),
};

function mistakesIn(input: Readonly<Record<string, unknown>>): readonly ConfigError[] {
  return Object.entries(input).flatMap(([key, value]) => {
    if (Object.hasOwn(FIELDS, key)) return FIELDS[key as keyof typeof FIELDS](key, value);
    const allowed = `one of the fields ${Object.keys(FIELDS).join(', ')}`;
    return [
      { path: key, actual: show(value), allowed, fix: 'Correct the name, or remove the field.' },
    ];
  });
}

/**
 * The checked configuration.
 *
 * @throws ConfigurationError with every mistake
 */
export function requireGameDays(input: unknown, where: string): GameDayConfig {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const fix = `Write "${GAME_DAY_CONTEXT_KEY}": {} for the experiments that need nothing more.`;
    const path = GAME_DAY_CONTEXT_KEY;
    throw new ConfigurationError(where, [{ path, actual: show(input), allowed: 'an object', fix }]);
  }
  const errors = mistakesIn(input as Readonly<Record<string, unknown>>);
  if (errors.length > 0) throw new ConfigurationError(where, errors);
  return { emails: [], stopAlarmArns: [], zones: [], ...(input as GameDayConfigInput) };
}
