import { seconds } from '../core/time';
import type { ActOutcome } from '../ports';
import { ec2Error, refusalOf } from './ec2-errors';
import type { Rate, TokenBucket } from './token-bucket';

/**
 * EC2 gives each mutation other than StartInstances a bucket of 50 and 5 more a second for the
 * whole account, of which the watchdog may take at most half. Two environments run at a time; ten
 * takedowns at once and two more a second are far more than the fleet's budget allows, so nobody
 * waits for a turn: who finds none is told at once and comes again with the next look.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export const ACT_RATE: Rate = { capacity: 5, refillPerSecond: 1, longestWait: seconds(0) };

/**
 * Sends one mutation, once: one whose answer was lost may have taken effect, and is never repeated
 * without a look. Never throws.
 */
export async function act(bucket: TokenBucket, send: () => Promise<unknown>): Promise<ActOutcome> {
  if (!(await bucket.take())) return { kind: 'not-asked' };
  try {
    await send();
    return { kind: 'accepted' };
  } catch (thrown) {
    return refusalOf(ec2Error(thrown));
  }
}
