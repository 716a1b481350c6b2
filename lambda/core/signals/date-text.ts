import { parseInstant, type Instant } from '../time';
import { textOf } from './field';

/** Dates are short; a longer text is none. */
const LENGTH_LIMIT = 64;
const FOUR_DIGIT_YEAR = /\b\d{4}\b/;
const ZONE = /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})$/i;
/** JavaScript wants `+00:00` where CloudWatch writes `+0000`. */
const BARE_OFFSET = /([+-]\d{2})(\d{2})$/;

/**
 * Reads the dates that AWS really writes: ISO 8601, RFC 1123 with a wrong weekday or a one-digit
 * day, spaces in the time (`23: 25: 00`). Without a zone it is UTC. Undefined when it is no date.
 */
export function dateOf(value: unknown): Instant | undefined {
  const text = textOf(value);
  if (text === undefined || text.length > LENGTH_LIMIT) return undefined;
  const tight = text.replace(/:\s+/g, ':');
  if (!FOUR_DIGIT_YEAR.test(tight) || !/\d:\d/.test(tight)) return undefined;
  const zoned = ZONE.test(tight) ? tight : `${tight}${/T\d/.test(tight) ? 'Z' : ' GMT'}`;
  return parseInstant(/T\d/.test(zoned) ? zoned.replace(BARE_OFFSET, '$1:$2') : zoned);
}

/** What a malformed date must be, for the reason of a rejection. */
export const DATE_FORM = 'a time from 2001 to 2100, in ISO 8601';
