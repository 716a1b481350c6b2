import type { Incident } from './incident';
import type { Instant } from './time';

/**
 * When the present stop began. The outage of its incident may be older: it was impaired first, or
 * waited for its planned move; what is not down any more has that of its outage.
 */
export function stopBegan({ progress, outage }: Incident): Instant {
  return (progress.kind === 'down' ? progress.since : undefined) ?? outage.firstKnownBad;
}
