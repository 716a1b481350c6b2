import type { ClockPort } from '../ports';
import { ms } from '../core/time';
import { awsError } from './aws-errors';

/** Long enough for a load balancer to choose another host, short against the 15 s of a run. */
const PAUSE = ms(100);

/**
 * Runs an idempotent call, and a second time when AWS did not answer the first: a connection that
 * was kept alive while Lambda had frozen the environment fails exactly once. A throttled call is
 * not repeated here, since that would only make it worse.
 *
 * @throws whatever the last call threw
 */
export async function retryOnce<T>(clock: ClockPort, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (awsError(error).fault !== 'unavailable') throw error;
    await clock.sleep(PAUSE);
    return call();
  }
}
