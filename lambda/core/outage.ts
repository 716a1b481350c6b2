import { between, type Duration, type Instant } from './time';

/**
 * The outage window: [last known good, first known good again), as measured. The true start lies
 * between `lastKnownGood` and `firstKnownBad`; their distance is the uncertainty.
 */
export interface OutageWindow {
  readonly lastKnownGood: Instant;
  readonly firstKnownBad: Instant;
  readonly goodAgain?: Instant | undefined;
}

/** How far off the start of the window may be. */
export function uncertainty(window: OutageWindow): Duration {
  return between(window.lastKnownGood, window.firstKnownBad);
}
