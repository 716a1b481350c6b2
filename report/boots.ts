import type { Incident } from '../lambda/core/incident';
import { between, ms, type Duration, type Instant } from '../lambda/core/time';
import type { ImpactWindow } from './model';

/**
 * From EC2's launch to the first proof that it served, in the boot that ended an outage; undefined
 * where it served again without another boot, or the record does not tell.
 */
export function bootIn(incident: Incident, { from, to }: ImpactWindow): Duration | undefined {
  if (to === undefined) return undefined;
  const launched = launchOf(incident, to) ?? seenComing(incident, { from, to });
  return launched === undefined || launched <= from ? undefined : between(launched, to);
}

/** EC2's own LaunchTime: the record keeps that of the last boot. */
function launchOf({ progress, launchTimeBefore }: Incident, to: Instant): Instant | undefined {
  const isThis = progress.kind === 'serving' && progress.at === to;
  return isThis && progress.launchTime > launchTimeBefore ? progress.launchTime : undefined;
}

/** When a look first showed it on its way up: a little later than EC2's own date. */
function seenComing(
  { seen = [] }: Incident,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Instant | undefined {
  const within = seen.filter(({ at, what }) => what === 'state' && at > from && at < to);
  const down = within.findLastIndex(({ now }) => now.startsWith('stop'));
  return within.slice(down + 1).find(({ now }) => now === 'pending' || now === 'running')?.at;
}

/** The middle one, or the mean of the two in the middle; undefined of none. */
export function median(lengths: readonly Duration[]): Duration | undefined {
  const sorted = [...lengths].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? undefined : ms((low + high) / 2);
}
