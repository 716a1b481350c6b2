import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Check } from '../core/observation';
import type { ApplicationMetric, Policy } from '../core/policy';
import { before, type Duration } from '../core/time';
import type { ClockPort } from '../ports';
import type { CloudWatchClient } from './clients';
import { instantOf } from './ec2-view';
import { metricCheck, metricWindow, type DataPoint } from './metric-check';
import { retryOnce } from './retry-once';

/** The most queries that one call takes. */
export const METRICS_PER_CALL = 500;
const MOST_PAGES = 10;
const PERIOD_SECONDS = 60;

/** One instance whose policy names a metric. */
export interface MetricQuestion {
  readonly instanceId: string;
  readonly policy: Policy;
  readonly metric: ApplicationMetric;
}

const idOf = (index: number): string => `m${index}`;

function queryOf({ instanceId, metric }: MetricQuestion, index: number): MetricDataQuery {
  return {
    Id: idOf(index),
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: [{ Name: metric.dimension, Value: instanceId }],
      },
      Period: PERIOD_SECONDS,
      Stat: 'Average',
    },
  };
}

function pointsOf({ Timestamps, Values }: MetricDataResult): readonly DataPoint[] {
  return (Timestamps ?? []).flatMap((timestamp, index) => {
    const at = instantOf(timestamp);
    const value = Values?.[index];
    return at === undefined || value === undefined || !Number.isFinite(value)
      ? []
      : [{ at, value }];
  });
}

/** What the pages told of one query; undefined once CloudWatch says that it could not read it. */
type Points = readonly DataPoint[] | undefined;

/** CloudWatch spreads the points of a query over pages; `PartialData` says that more will come. */
const isRead = ({ StatusCode }: MetricDataResult): boolean =>
  StatusCode === undefined || StatusCode === 'Complete' || StatusCode === 'PartialData';

async function readPages(
  client: CloudWatchClient,
  questions: readonly MetricQuestion[],
  clock: ClockPort,
): Promise<ReadonlyMap<string, Points>> {
  const windows = questions.map(({ policy, metric }) => metricWindow(policy, metric));
  const longest = Math.max(...windows) as Duration;
  const end = clock.now();
  const found = new Map<string, Points>();
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new GetMetricDataCommand({
      MetricDataQueries: questions.map(queryOf),
      StartTime: new Date(before(end, longest)),
      EndTime: new Date(end),
      ScanBy: 'TimestampDescending',
      NextToken: token,
    });
    const answer = await retryOnce(clock, () => client.send(command));
    for (const result of answer.MetricDataResults ?? []) {
      const id = result.Id ?? '';
      const earlier = found.has(id) ? found.get(id) : [];
      const isKnown = isRead(result) && earlier !== undefined;
      found.set(id, isKnown ? [...earlier, ...pointsOf(result)] : undefined);
    }
    token = answer.NextToken;
    if (token === undefined || token === '') return found;
  }
  throw new Error(`GetMetricData has more than ${MOST_PAGES} pages`);
}

/**
 * The checks of these instances, at most 500, by instance id. One whose metric CloudWatch could not
 * read is absent.
 *
 * @throws whatever CloudWatch's last answer threw
 */
export async function readMetrics(
  client: CloudWatchClient,
  questions: readonly MetricQuestion[],
  clock: ClockPort,
): Promise<ReadonlyMap<string, Check>> {
  const points = await readPages(client, questions, clock);
  const now = clock.now();
  const checks = new Map<string, Check>();
  questions.forEach(({ instanceId, metric }, index) => {
    const id = idOf(index);
    const read = points.has(id) ? points.get(id) : [];
    if (read !== undefined) checks.set(instanceId, metricCheck(metric, read, now));
  });
  return checks;
}
