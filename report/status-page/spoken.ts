import type { Duration, Instant } from '../../lambda/core/time';
import type { Length, Spoken, StatusTexts } from './texts';

/** How exact a time of day is told. */
export type Grain = 'minute' | 'second';

/** A moment in a language's words: its date by UTC, its time in UTC and in the configured zone. */
export function spoken(
  at: Instant,
  texts: Pick<StatusTexts, 'locale' | 'date'>,
  { timeZone, grain }: { readonly timeZone: string; readonly grain: Grain },
): Spoken {
  const { locale } = texts;
  const day = Number(partOf(at, { locale, timeZone: 'UTC', day: 'numeric' }, 'day'));
  const date = texts.date(dateIn(at, locale, 'UTC'), day);
  const utc = `${clockIn(at, 'UTC', grain)} UTC`;
  if (timeZone === 'UTC') return { date, day, time: utc };
  const local = `${clockIn(at, timeZone, grain)} ${zoneName(at, timeZone, locale)}`;
  const isSameDay = dateIn(at, locale, timeZone) === dateIn(at, locale, 'UTC');
  const other = isSameDay ? local : `${dateIn(at, locale, timeZone)}, ${local}`;
  return { date, day, time: `${utc} (${other})` };
}

const dateIn = (at: Instant, locale: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'long' }).format(at);

function clockIn(at: Instant, timeZone: string, grain: Grain): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    ...(grain === 'second' && { second: '2-digit' }),
    hourCycle: 'h23',
  }).format(at);
}

/** `PDT`, `CEST`: each English knows the abbreviations of its own zones; else `GMT+2`. */
function zoneName(at: Instant, timeZone: string, locale: string): string {
  const names = [locale, 'en-US', 'en-GB'].map((one) =>
    partOf(at, { locale: one, timeZone, timeZoneName: 'short' }, 'timeZoneName'),
  );
  return names.find((name) => !/^(?:GMT|UTC)./.test(name)) ?? names[0] ?? timeZone;
}

function partOf(
  at: Instant,
  { locale, ...options }: Intl.DateTimeFormatOptions & { readonly locale: string },
  type: Intl.DateTimeFormatPartTypes,
): string {
  const parts = new Intl.DateTimeFormat(locale, options).formatToParts(at);
  return parts.find((part) => part.type === type)?.value ?? '';
}

/** A length of time in whole seconds, split; beyond an hour the seconds are rounded away. */
export function lengthOf(duration: Duration): Length {
  const exact = Math.round(Math.max(0, duration) / 1_000);
  const total = exact >= HOUR ? Math.round(exact / MINUTE) * MINUTE : exact;
  return {
    hours: Math.floor(total / HOUR),
    minutes: Math.floor((total % HOUR) / MINUTE),
    seconds: total % MINUTE,
  };
}

const HOUR = 3_600;
const MINUTE = 60;
