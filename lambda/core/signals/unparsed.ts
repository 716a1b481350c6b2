import { quote } from './field';
import type { Home, Signal, Unparsed } from './signal';

/** A malformed event: which field, its actual value (cut), and what it may be. */
export function rejected(what: string, actual: unknown, allowed: string): Unparsed {
  return { outcome: 'rejected', reason: `${what} is ${quote(actual)}, but must be ${allowed}` };
}

/** An event that is well formed and none of the watchdog's business, with the reason. */
export function ignored(reason: string): Unparsed {
  return { outcome: 'ignored', reason };
}

/** A signal as the outcome of parsing. */
export function parsed<S extends Signal>(signal: S): { outcome: 'signal'; signal: S } {
  return { outcome: 'signal', signal };
}

/** Where something happened: an envelope says it, or for AWS Health the detail. */
export interface Origin {
  readonly account: string;
  readonly region: string;
}

/** The refusal of an event of another account or Region; undefined for one of ours. */
export function foreign({ account, region }: Origin, home: Home): Unparsed | undefined {
  if (account !== home.accountId) {
    return ignored(`it is of account ${quote(account)}; ours is ${home.accountId}`);
  }
  if (region !== home.region) {
    return ignored(`it is of Region ${quote(region)}; ours is ${home.region}`);
  }
  return undefined;
}
