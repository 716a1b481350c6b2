import type { ClockPort } from '../ports';
import { between, ms } from '../core/time';
import { awsError } from './aws-errors';

/** A call that took longer is not repeated: the run is short, and the next look is near. */
const QUICK = ms(1_000);
/** Long enough for a load balancer to choose another host, short against the 15 s of a run. */
const PAUSE = ms(100);

/**
 * Runs an idempotent call, and a second time when the first failed quickly without an answer: a
 * connection that was kept alive while Lambda had frozen the environment fails exactly once, and
 * at once. A throttled call is not repeated, since that would only make it worse; nor one that
 * timed out, since two of them would use up the function's own time.
 *
 * @throws whatever the last call threw
 */
export async function retryOnce<T>(clock: ClockPort, call: () => Promise<T>): Promise<T> {
  const begun = clock.now();
  try {
    return await call();
  } catch (error) {
    const isQuick = between(begun, clock.now()) <= QUICK;
    if (!isQuick || awsError(error).fault !== 'unavailable') throw error;
    await clock.sleep(PAUSE);
    return call();
  }
}
