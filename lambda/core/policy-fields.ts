import { ALLOWED_ON, type LadderCondition, type Precondition, type RungCheck } from './ladder';
import { DAYS, QUARTER } from './maintenance-window';
import type { Remediation } from './remediation';

/** What a value may be instead, or undefined when it is right. */
export type Field = (value: unknown) => string | undefined;

/** A JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One of some words. */
export const oneOf =
  (...allowed: readonly string[]): Field =>
  (value) =>
    typeof value === 'string' && allowed.includes(value)
      ? undefined
      : `one of ${allowed.map((word) => `"${word}"`).join(', ')}`;

/** A whole number within bounds. */
export const wholeNumber =
  (least: number, most: number, unit = ''): Field =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `a whole number from ${least} to ${most}${unit}`;

/** The unit of every duration in a configuration. */
export const SECONDS = ' (seconds)';

/** True or false. */
export const truth: Field = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

/** A text that matches. */
export const textLike =
  (pattern: RegExp, allowed: string): Field =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : allowed;

/** A list in which each entry is right, without repetition. */
export const listOf =
  (entry: Field, allowed: string): Field =>
  (value) =>
    Array.isArray(value) &&
    value.every((item) => entry(item) === undefined) &&
    new Set(value).size === value.length
      ? undefined
      : allowed;

/** An object with these fields and no others; a field named in `required` must be there. */
function shaped(
  fields: Readonly<Record<string, Field>>,
  required: readonly string[],
): (value: unknown) => boolean {
  return (value) =>
    isRecord(value) &&
    required.every((name) => value[name] !== undefined) &&
    Object.entries(value).every(
      ([name, field]) => Object.hasOwn(fields, name) && fields[name]?.(field) === undefined,
    );
}

const isApplicationCheck = shaped(
  {
    protocol: oneOf('http', 'https'),
    port: wholeNumber(1, 65_535),
    path: textLike(/^\//, 'a path'),
  },
  ['port', 'path'],
);

/** Where EC2's application status check asks. */
export const applicationCheck: Field = (value) =>
  isApplicationCheck(value)
    ? undefined
    : '{ "port": 1 to 65535, "path": "/…", "protocol": "http" or "https" }';

const isNumber: Field = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number';

const isMetric = shaped(
  {
    namespace: textLike(/^.{1,255}$/, 'a namespace'),
    name: textLike(/^.{1,255}$/, 'a name'),
    dimension: textLike(/^.{1,255}$/, 'a name'),
    below: isNumber,
    above: isNumber,
    evaluations: wholeNumber(1, 10),
  },
  ['namespace', 'name'],
);

/** A CloudWatch metric that tells whether the application is well. */
export const applicationMetric: Field = (value) =>
  isMetric(value) &&
  isRecord(value) &&
  (value['below'] === undefined) !== (value['above'] === undefined)
    ? undefined
    : '{ "namespace": …, "name": …, and either "below" or "above": the number that is unwell; ' +
      '"dimension": "InstanceId" and "evaluations": 2 where they are left out }';

const LOCAL_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Minutes after midnight of `HH:MM`; undefined for anything else. */
export function minutesOf(text: unknown): number | undefined {
  const [, hour, minute] = (typeof text === 'string' ? LOCAL_TIME.exec(text) : null) ?? [];
  return hour === undefined || minute === undefined
    ? undefined
    : Number(hour) * 60 + Number(minute);
}

const quarter: Field = (value) => {
  const minute = minutesOf(value);
  return minute !== undefined && minute % QUARTER === 0 ? undefined : 'HH:MM, a quarter of an hour';
};

const timeZone: Field = (value) => {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: String(value) }).resolvedOptions();
    return typeof value === 'string' && known.timeZone !== '' ? undefined : 'an IANA time zone';
  } catch {
    return 'an IANA time zone';
  }
};

const isWindow = shaped(
  {
    days: (value) =>
      Array.isArray(value) && value.length > 0 ? listOf(oneOf(...DAYS), 'days')(value) : 'days',
    from: quarter,
    to: quarter,
    timeZone,
  },
  ['from', 'to'],
);

/** When running servers may be moved. */
export const maintenanceWindow: Field = (value) =>
  isWindow(value)
    ? undefined
    : `{ "days": [${DAYS.map((day) => `"${day}"`).join(', ')}], "from": "HH:MM", "to": "HH:MM" ` +
      '(quarters of an hour), "timeZone": an IANA name }';

const CHECKS: readonly RungCheck[] = ['cleared', 'serving'];
const PRECONDITIONS: readonly Precondition[] = ['maintenance-window', 'capacity-proof'];

const isRung = (allowed: readonly Remediation[]) =>
  shaped(
    {
      remediation: oneOf(...allowed),
      tolerationSeconds: wholeNumber(0, 43_200),
      timeoutSeconds: wholeNumber(60, 7_200),
      check: oneOf(...CHECKS),
      requires: listOf(oneOf(...PRECONDITIONS), 'preconditions'),
      skipOsShutdown: truth,
    },
    ['remediation'],
  );

/** Rungs that the condition allows, in their order, each remediation once. */
function isLadder(value: unknown, allowed: readonly Remediation[]): boolean {
  if (!Array.isArray(value)) return false;
  const rungs = value.map((rung: unknown) =>
    typeof rung === 'string' ? { remediation: rung } : rung,
  );
  if (!rungs.every(isRung(allowed))) return false;
  const places = rungs.map((rung) =>
    allowed.findIndex((name) => isRecord(rung) && rung['remediation'] === name),
  );
  // Forcing may be tried once with, then without, the guest's own shutdown.
  const mayRepeat = allowed.length === 1 && allowed[0] === 'force-stop' && places.length <= 2;
  return places.every(
    (place, index) => index === 0 || mayRepeat || place > (places[index - 1] ?? -1),
  );
}

/** The conditions that have a ladder. */
export const LADDER_CONDITIONS: readonly LadderCondition[] = [
  'system-impaired',
  'instance-impaired',
  'ebs-impaired',
  'application-impaired',
  'stop-scheduled',
  'reboot-scheduled',
  'no-capacity',
  'stuck-stopping',
];

/** The ladders of a policy. */
export const ladders: Field = (value) => {
  const isRight =
    isRecord(value) &&
    Object.entries(value).every(([name, ladder]) => {
      const condition = LADDER_CONDITIONS.find((known) => known === name);
      return condition !== undefined && isLadder(ladder, ALLOWED_ON[condition]);
    });
  const lines = LADDER_CONDITIONS.map((name) => `${name}: ${ALLOWED_ON[name].join(', ')}`);
  return isRight
    ? undefined
    : `ladders by condition, their rungs from the gentlest on, each once (${lines.join('; ')}); ` +
        'a rung is a name, or { "remediation", "tolerationSeconds" 0 to 43200, "timeoutSeconds" ' +
        `60 to 7200, "check": ${CHECKS.join(' or ')}, "requires": [${PRECONDITIONS.join(', ')}], ` +
        '"skipOsShutdown" }';
};
