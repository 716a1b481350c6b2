import { after, minutes, ms, type Instant } from './time';

/** The days of a week, as a policy names them. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A day of the week. */
export type Day = (typeof DAYS)[number];

/** When a policy lets running servers be moved: on these days, in this span of local time. */
export interface MaintenanceWindow {
  /** The days on which it opens; one that ends after midnight ends on the next day. */
  readonly days: readonly Day[];
  /** Minutes after local midnight; a multiple of QUARTER. */
  readonly from: number;
  /** Likewise; equal to `from` means the whole day, less than `from` means past midnight. */
  readonly to: number;
  /** IANA name. */
  readonly timeZone: string;
}

/** Windows open and close at quarters of an hour, so that looking for one is cheap. */
export const QUARTER = 15;
const DAY = 1_440;

/** Tells the local day and the minutes after local midnight. Made once: that is the dear part. */
type LocalClock = (at: Instant) => { readonly day: Day; readonly minute: number };

function localClock(timeZone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = format.formatToParts(at);
    const textOf = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
    const day = DAYS.find((name) => name === textOf('weekday').toLowerCase()) ?? 'mon';
    return { day, minute: Number(textOf('hour')) * 60 + Number(textOf('minute')) };
  };
}

function dayBefore(day: Day): Day {
  return DAYS[(DAYS.indexOf(day) + DAYS.length - 1) % DAYS.length] ?? day;
}

/** Whether the window is open at a moment. */
export function isOpen(window: MaintenanceWindow, at: Instant): boolean {
  return opening(window)(at);
}

/**
 * Local time decides: on the day on which clocks go back an hour of the window comes twice, and
 * on the day on which they go forward a window within the hour that is left out does not come.
 */
function opening({ days, from, to, timeZone }: MaintenanceWindow): (at: Instant) => boolean {
  const clock = localClock(timeZone);
  const end = to > from ? to : to + DAY;
  return (at) => {
    const { day, minute } = clock(at);
    const today = days.includes(day) && minute >= from && minute < end;
    const sinceYesterday = days.includes(dayBefore(day)) && minute + DAY < end;
    return today || sinceYesterday;
  };
}

/** Whether the window is open from one moment to another without a break. */
export function isOpenThroughout(window: MaintenanceWindow, from: Instant, to: Instant): boolean {
  const isOpenAt = opening(window);
  for (let at = from; at < to; at = nextQuarter(at)) {
    if (!isOpenAt(at)) return false;
  }
  return isOpenAt(to);
}

/** The first moment from `since` on at which the window is open, if that is before `until`. */
export function nextOpening(
  window: MaintenanceWindow,
  since: Instant,
  until: Instant,
): Instant | undefined {
  const isOpenAt = opening(window);
  for (let at = since; at < until; at = nextQuarter(at)) {
    if (isOpenAt(at)) return at;
  }
  return undefined;
}

/** Zones differ from UTC by whole quarters: the grid of UTC is theirs too. */
function nextQuarter(at: Instant): Instant {
  const quarter = minutes(QUARTER);
  return after(at, ms(quarter - (at % quarter)));
}
