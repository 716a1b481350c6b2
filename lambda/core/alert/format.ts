import { oneLine } from '../one-line';
import { iso, type Duration, type Instant } from '../time';

/** SNS subjects and SMS: ASCII only; what is not becomes "?". */
export function ascii(text: string, limit: number): string {
  return oneLine(oneLine(text, Infinity).replace(/[^\x20-\x7e]/gu, '?'), limit, '...');
}

/** With its full stop, also where it was cut and ends in `...`. */
export function sentence(text: string): string {
  return text.replace(/\.*$/, '.');
}

/** `12:10:07 UTC (05:10 PDT)`: to the second in UTC, to the minute in the reader's zone. */
export function clock(at: Instant, timeZone: string): string {
  const utc = `${iso(at).slice(11, 19)} UTC`;
  return timeZone === 'UTC' ? utc : `${utc} (${inZone(at, timeZone)})`;
}

/** `12:10 UTC`, for subjects. */
export function shortClock(at: Instant): string {
  return `${iso(at).slice(11, 16)} UTC`;
}

function inZone(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at);
}

/** `42 s`, `1 min 5 s`, `2 h 3 min`. */
export function length(duration: Duration): string {
  const total = Math.round(Math.max(0, duration) / 1_000);
  const [h, m, s] = [Math.floor(total / 3_600), Math.floor((total % 3_600) / 60), total % 60];
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`;
  if (m > 0) return s > 0 ? `${m} min ${s} s` : `${m} min`;
  return `${s} s`;
}
