import { between, ms, type Duration, type Instant } from '../core/time';
import type { ClockPort } from '../ports';

/** A rate limit: so many calls at once, and so many more a second. */
export interface Rate {
  readonly capacity: number;
  readonly refillPerSecond: number;
  /** Who would have to wait longer than this gets no token. */
  readonly longestWait: Duration;
}

/** Hands out the right to make a call. */
export interface TokenBucket {
  /** Waits for a token; false, at once and without taking one, if that would last too long. */
  take(): Promise<boolean>;
  /** How many tokens are there now; takes none. */
  left(): number;
  /** Takes up to so many tokens of those that are there now, and says how many. */
  takeUpTo(count: number): number;
}

/**
 * A token bucket. Those who wait are served in the order in which they asked, since each takes its
 * token when it asks and waits until the bucket has made up for it. A clock that jumps backwards
 * gives nothing and takes nothing.
 */
export function createTokenBucket(clock: ClockPort, rate: Rate): TokenBucket {
  let tokens = rate.capacity;
  let filledAt: Instant = clock.now();

  const refill = (): void => {
    const now = clock.now();
    const elapsed = Math.max(0, between(filledAt, now));
    tokens = Math.min(rate.capacity, tokens + (elapsed / 1_000) * rate.refillPerSecond);
    filledAt = now;
  };

  const wait = (): Duration =>
    ms(Math.ceil(Math.max(0, ((1 - tokens) / rate.refillPerSecond) * 1_000)));

  return {
    left() {
      refill();
      return Math.max(0, Math.floor(tokens));
    },
    takeUpTo(count) {
      refill();
      const taken = Math.max(0, Math.min(count, Math.floor(tokens)));
      tokens -= taken;
      return taken;
    },
    async take() {
      refill();
      const length = wait();
      if (length > rate.longestWait) return false;
      tokens -= 1;
      if (length > 0) await clock.sleep(length);
      return true;
    },
  };
}
