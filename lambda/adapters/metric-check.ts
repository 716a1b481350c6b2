import type { Check } from '../core/observation';
import type { ApplicationMetric, Policy } from '../core/policy';
import { between, earliest, minutes, type Duration, type Instant } from '../core/time';

/** One minute's average of a metric. */
export interface DataPoint {
  /** When the minute began. */
  readonly at: Instant;
  readonly value: number;
}

/** CloudWatch has a minute's data some minutes late; older data says nothing of the server now. */
const STALE_AFTER: Duration = minutes(5);

function isUnwell({ unwell }: ApplicationMetric, { value }: DataPoint): boolean {
  return unwell.kind === 'below' ? value < unwell.threshold : value > unwell.threshold;
}

/**
 * How far back to read: the minutes that decide, those by which the data is late, and the longest
 * toleration on the policy's ladder, since an impairment that began before what is read would seem
 * younger than it is.
 */
export function metricWindow(policy: Policy, metric: ApplicationMetric): Duration {
  const rungs = policy.ladders['application-impaired'];
  const tolerations = rungs.map((rung) => rung.toleration);
  const longest = Math.max(policy.toleration, ...tolerations);
  return minutes(metric.evaluations + Math.ceil(longest / minutes(1)) + 5);
}

/**
 * Judges an application by its metric: impaired when its last data points are unwell, as many as
 * the policy says; ok when the last one is well. Too few of them, or only old ones, say nothing.
 */
export function metricCheck(
  metric: ApplicationMetric,
  points: readonly DataPoint[],
  now: Instant,
): Check {
  const newestFirst = points.toSorted((one, other) => other.at - one.at);
  const [newest] = newestFirst;
  if (newest === undefined || between(newest.at, now) > STALE_AFTER) {
    return { status: 'insufficient-data' };
  }
  if (!isUnwell(metric, newest)) return { status: 'ok' };
  const firstWell = newestFirst.findIndex((point) => !isUnwell(metric, point));
  const run = firstWell === -1 ? newestFirst : newestFirst.slice(0, firstWell);
  if (run.length < metric.evaluations) return { status: 'insufficient-data' };
  return { status: 'impaired', impairedSince: earliest(newest.at, ...run.map(({ at }) => at)) };
}

/**
 * The verdict of several checks of one application: either impaired makes it impaired; well only
 * when all say so.
 */
export function together(checks: readonly Check[]): Check {
  const impaired = checks.filter(({ status }) => status === 'impaired');
  if (impaired.length > 0) {
    const [first, ...rest] = impaired
      .map(({ impairedSince }) => impairedSince)
      .filter((at) => at !== undefined);
    return {
      status: 'impaired',
      impairedSince: first === undefined ? undefined : earliest(first, ...rest),
    };
  }
  const isWell = checks.length > 0 && checks.every(({ status }) => status === 'ok');
  return { status: isWell ? 'ok' : 'insufficient-data' };
}
