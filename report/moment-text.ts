import { iso, type Instant } from '../lambda/core/time';

/** A moment in both clocks of a report. */
export interface Stamp {
  /** `2024-08-01 12:10:07` */
  readonly utc: string;
  /** `2024-08-01 05:10:07 PDT`; absent where the zone is UTC. */
  readonly local?: string | undefined;
}

/** A moment in UTC and in the reader's zone, to the second. */
export function stampOf(at: Instant, timeZone: string): Stamp {
  const utc = iso(at).slice(0, 19).replace('T', ' ');
  return timeZone === 'UTC' ? { utc } : { utc, local: localText(at, timeZone) };
}

/** Both clocks in one phrase: `2024-08-01 12:10:07 UTC (05:10:07 PDT)`. */
export function whenText(at: Instant, timeZone: string): string {
  const { utc, local } = stampOf(at, timeZone);
  if (local === undefined) return `${utc} UTC`;
  const sameDay = local.startsWith(utc.slice(0, 10));
  return `${utc} UTC (${sameDay ? local.slice(11) : local})`;
}

/** The time of day in both clocks: `12:10:07 UTC (05:10:07 PDT)`. */
export const clockText = (at: Instant, timeZone: string): string =>
  whenText(at, timeZone).slice(11);

/** Whether a word is a time zone of the IANA database that this runtime knows. */
export function isTimeZone(word: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: word }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function localText(at: Instant, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((one) => one.type === type)?.value ?? '';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  return `${date} ${time} ${part('timeZoneName')}`;
}
