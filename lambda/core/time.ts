declare const instantBrand: unique symbol;
declare const durationBrand: unique symbol;

/** A moment, in milliseconds since 1970-01-01T00:00Z. Made only by a clock or a parser. */
export type Instant = number & { readonly [instantBrand]: true };

/** A length of time, in milliseconds; may be zero, never NaN. */
export type Duration = number & { readonly [durationBrand]: true };

/** 2001-09-09: a value below it is seconds taken for milliseconds. */
const EARLIEST = 1_000_000_000_000;
/** Year 2100: a value above it is microseconds, or garbage. */
const LATEST = 4_102_444_800_000;

/**
 * Milliseconds since the epoch as an Instant.
 *
 * @throws RangeError when the number is not finite or lies outside 2001 to 2100, which is how
 *   seconds or microseconds given by mistake look.
 */
export function instant(epochMs: number): Instant {
  if (!Number.isFinite(epochMs) || epochMs < EARLIEST || epochMs > LATEST) {
    throw new RangeError(
      `Not a time in milliseconds: ${epochMs} (allowed: ${EARLIEST} to ${LATEST}, 2001 to 2100)`,
    );
  }
  return Math.round(epochMs) as Instant;
}

/** Reads ISO 8601 or any other date text that JavaScript knows; undefined when it is none. */
export function parseInstant(text: string): Instant | undefined {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && ms >= EARLIEST && ms <= LATEST ? instant(ms) : undefined;
}

/** ISO 8601 in UTC, to the millisecond: the form of storage, logs and messages for programs. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

/** A length of time from milliseconds. */
export function ms(count: number): Duration {
  if (!Number.isFinite(count)) throw new RangeError(`Not a duration: ${count}`);
  return Math.round(count) as Duration;
}

/** A length of time from seconds. */
export const seconds = (count: number): Duration => ms(count * 1_000);

/** A length of time from minutes. */
export const minutes = (count: number): Duration => ms(count * 60_000);

/** A length of time from hours. */
export const hours = (count: number): Duration => ms(count * 3_600_000);

/** A length of time from days of 24 hours. */
export const days = (count: number): Duration => hours(count * 24);

/** The clocks of EC2, CloudTrail, servers and ours may differ by this. */
export const CLOCK_SKEW = seconds(10);

/** The moment that lies `by` after `at`. */
export const after = (at: Instant, by: Duration): Instant => (at + by) as Instant;

/** The moment that lies `by` before `at`. */
export const before = (at: Instant, by: Duration): Instant => (at - by) as Instant;

/** How long it is from `start` to `end`; negative when `end` came first. */
export const between = (start: Instant, end: Instant): Duration => (end - start) as Duration;

/** The earliest of some moments. */
export const earliest = (first: Instant, ...rest: readonly Instant[]): Instant =>
  Math.min(first, ...rest) as Instant;

/** The latest of some moments. */
export const latest = (first: Instant, ...rest: readonly Instant[]): Instant =>
  Math.max(first, ...rest) as Instant;
