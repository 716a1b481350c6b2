import { InvalidArgumentError } from 'commander';
import { oneLine } from '../lambda/core/one-line';
import { describePause, readPause, type Pause } from '../lambda/core/pause';
import { OPERATOR_TAGS } from '../lambda/core/tags';
import {
  after,
  days,
  hours,
  instant,
  iso,
  minutes,
  ms,
  type Duration,
  type Instant,
} from '../lambda/core/time';
import { UsageError } from './usage-error';

const UNITS: Readonly<Record<string, (count: number) => Duration>> = {
  m: minutes,
  h: hours,
  d: days,
};

/** A year: more is meant to be for good, and that is a hold or the policy's mode. */
const LONGEST = days(366);

const FORM = 'It must be a length of time such as 30m, 2h, 1h30m or 3d, and a year at most.';

/** Reads `90m`, `2h`, `1h30m`, `3d`. */
export function parseLength(text: string): Duration {
  if (!/^(?:\d{1,6}[mhd])+$/.test(text)) throw new InvalidArgumentError(FORM);
  const parts = [...text.matchAll(/(\d+)([mhd])/g)];
  const total = parts.reduce(
    (sum, [, count, unit = '']) => sum + (UNITS[unit]?.(Number(count)) ?? 0),
    0,
  );
  if (total <= 0 || total > LONGEST) throw new InvalidArgumentError(FORM);
  return ms(total);
}

/**
 * The end of a pause, read as the watchdog reads it: what it would take for a pause without an end
 * is refused here.
 *
 * @throws UsageError
 */
export function endOf(
  { until, length }: { readonly until?: string; readonly length?: Duration },
  now: Instant,
): Instant | undefined {
  if (length !== undefined) return inFullSeconds(after(now, length));
  if (until === undefined) return undefined;
  const pause = readPause({ [OPERATOR_TAGS.pauseUntil]: until }, now);
  if (pause.kind === 'paused' && pause.until !== undefined && pause.note === '') return pause.until;
  throw new UsageError({
    what: '--until',
    actual: JSON.stringify(until),
    allowed: 'a time to come in ISO 8601 with its zone',
    fix: 'For instance --until 2030-08-01T18:00Z or 2030-08-01T20:00+02:00; or --for 2h.',
  });
}

/** People read it on the tag. */
function inFullSeconds(at: Instant): Instant {
  return instant(Math.ceil(at / 1_000) * 1_000);
}

/** `2024-08-01T18:00:00Z`, as people write it on the tag. */
export const timeText = (at: Instant): string => iso(at).replace('.000Z', 'Z');

const WORDS_LIMIT = 280;

/** `paused until 2024-08-01T18:00:00Z (deploying)`, printable whoever wrote it. */
export function pauseWords(pause: Exclude<Pause, { kind: 'none' }>): string {
  return oneLine(describePause(pause).replace('.000Z', 'Z'), WORDS_LIMIT);
}
