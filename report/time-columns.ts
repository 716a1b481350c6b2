import type { Instant } from '../lambda/core/time';
import { soft, type Text } from './document';
import { stampOf } from './moment-text';

/** The heading of a column of moments: both clocks that its cells show. */
export const timeColumn = (name: string, timeZone: string): string =>
  timeZone === 'UTC' ? `${name} (UTC)` : `${name} (UTC, ${timeZone})`;

/** A figure and its unit, or a time and its zone, stay on one line. */
export const glued = (text: string): string => text.replaceAll(' ', '\u00a0');

/** A moment in UTC, and beside it in the reader's zone, with the date where that is another. */
export function timeCell(at: Instant, timeZone: string): Text {
  const { utc, local } = stampOf(at, timeZone);
  if (local === undefined) return utc;
  const sameDay = local.slice(0, 10) === utc.slice(0, 10);
  const clock = sameDay ? local.slice(11) : local;
  return [`${utc} `, soft(glued(clock))];
}
