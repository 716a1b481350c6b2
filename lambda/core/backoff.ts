import type { Attempt, AttemptOutcome } from './incident';
import { after, minutes, ms, seconds, type Duration, type Instant } from './time';
import { unreachable } from './unreachable';

/** Between two tries while EC2 has no capacity: doubling up to this. */
const CAPACITY: Backoff = { first: seconds(15), cap: minutes(5) };
/** Between two tries while EC2 throttles or fails: doubling up to this. */
const UNAVAILABLE: Backoff = { first: seconds(5), cap: minutes(1) };
/** After a refusal that only a person can lift: seldom, but for good (someone may lift it). */
const REFUSED = minutes(30);
/** An intent of which nothing more was heard: the lease of the one who died is over by then. */
const UNHEARD = seconds(30);
/** Our own share of EC2's rate was used up: it refills within seconds. */
const NOT_ASKED = seconds(2);
/** IncorrectInstanceState: the next look tells. */
const WRONG_STATE = seconds(4);
/** So many of these in a row, a minute's worth, are no longer "a moment too early". */
export const WRONG_STATE_LASTS = 15;
const WRONG_STATE_LATER = minutes(1);

/**
 * A number from 0 to 1 that depends on nothing but the text: jitter for a core without randomness.
 * FNV-1a, 32 bits, so that the attempts of many instances spread evenly.
 */
export function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash / 0x1_0000_0000;
}

/** Between two tries: `first`, then doubling with each failure up to `cap`. */
interface Backoff {
  readonly first: Duration;
  readonly cap: Duration;
}

/** The wait after so many failures, of which a quarter is jitter. */
function doubling({ first, cap }: Backoff, failures: number, key: string): Duration {
  const full = Math.min(cap, first * 2 ** Math.min(failures, 20));
  return ms(full * (0.75 + 0.25 * spread(`${key}#${failures}`)));
}

/** The attempts since the last one that EC2 accepted. */
export function sinceAccepted(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.slice(
    attempts.findLastIndex((attempt) => attempt.outcome.kind === 'accepted') + 1,
  );
}

/**
 * The attempts since the last accepted one that ended like this. In a bad hour EC2 answers "no
 * capacity" and "throttled" by turns (AWS us-east-1, October 2025): one must not end the run of
 * the other.
 */
export function runOf(
  attempts: readonly Attempt[],
  kind: AttemptOutcome['kind'],
): readonly Attempt[] {
  return sinceAccepted(attempts).filter((attempt) => attempt.outcome.kind === kind);
}

/**
 * The earliest moment for another attempt, from what came of the last ones. `key` spreads the
 * instances of a fleet.
 */
export function nextAttemptAt(attempts: readonly Attempt[], key: string): Instant | undefined {
  const last = attempts.at(-1);
  if (last === undefined) return undefined;
  const failures = runOf(attempts, last.outcome.kind).length - 1;
  switch (last.outcome.kind) {
    case 'accepted':
      return undefined;
    case 'intended':
      return after(last.at, UNHEARD);
    case 'not-asked':
    case 'batch-failed':
      return after(last.at, NOT_ASKED);
    case 'wrong-state':
      return after(last.at, failures + 1 < WRONG_STATE_LASTS ? WRONG_STATE : WRONG_STATE_LATER);
    case 'refused':
      return after(last.at, REFUSED);
    case 'no-capacity':
      return after(last.at, doubling(CAPACITY, failures, key));
    case 'unavailable':
      return after(last.at, doubling(UNAVAILABLE, failures, key));
    default:
      return unreachable(last.outcome);
  }
}
