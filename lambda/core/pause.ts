import { iso, parseInstant, type Instant } from './time';
import { OPERATOR_TAGS } from './tags';

/** Whether a person told the watchdog to keep its hands off this instance, and what they wrote. */
export type Pause =
  | { readonly kind: 'none' }
  | { readonly kind: 'paused'; readonly until: Instant | undefined; readonly note: string }
  | { readonly kind: 'held'; readonly note: string };

/**
 * A date or a time with its zone. JavaScript reads "2 hours" as February 2001 and a time without a
 * zone as whatever the machine has: both would end a pause that somebody wanted.
 */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads the operator's tags. A pause that cannot be read counts as a pause without an end: whoever
 * wrote it wanted the watchdog to stop.
 */
export function readPause(tags: Readonly<Record<string, string>>, now: Instant): Pause {
  const hold = tags[OPERATOR_TAGS.hold];
  if (hold !== undefined) return { kind: 'held', note: hold.trim() };
  const text = tags[OPERATOR_TAGS.pauseUntil]?.trim();
  if (text === undefined) return { kind: 'none' };
  const [when = '', ...rest] = text.split(/\s+/);
  const until = ISO_TIME.test(when) ? parseInstant(when) : undefined;
  if (until === undefined) {
    return { kind: 'paused', until: undefined, note: `unreadable time "${text}"` };
  }
  return until > now ? { kind: 'paused', until, note: rest.join(' ') } : { kind: 'none' };
}

/** The pause in words for an alert: how long, and the operator's own reason. */
export function describePause(pause: Exclude<Pause, { kind: 'none' }>): string {
  const note = pause.note === '' ? 'no reason given' : pause.note;
  if (pause.kind === 'held') return `held (${note})`;
  const end = pause.until === undefined ? 'without an end' : `until ${iso(pause.until)}`;
  return `paused ${end} (${note})`;
}
