import type {
  Dimension,
  GetMetricDataInput,
  MetricDataQuery,
  MetricStat,
} from '@aws-sdk/client-cloudwatch';
import { instant } from '../../lambda/core/time';
import type { Alarms } from './cloudwatch-alarms';
import { refusal, refuseCloudWatchFields } from './cloudwatch-errors';
import { MINUTE_MS, type Metrics, type Sample } from './cloudwatch-metrics';
import type { Caller, Latency, Operation } from './gateway';

const LATENCY: Latency = { medianMs: 120, sigma: 0.45, leastMs: 30, mostMs: 2_500 };
const MOST_QUERIES = 500;
const MOST_POINTS = 100_800;
const QUERY_ID = /^[a-z][a-zA-Z0-9_]*$/;

/** How the points of a period become one. */
const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One query's points in the asked order. */
interface Answer {
  readonly id: string;
  readonly label: string;
  readonly points: readonly Sample[];
}

/** CloudWatch's operations, as far as the watchdog calls them. */
export function cloudWatchOperations(parts: {
  readonly metrics: Metrics;
  readonly alarms: Alarms;
}): readonly Operation[] {
  const operation = (name: string, run: (input: never, caller: Caller) => object): Operation => ({
    service: 'cloudwatch',
    name,
    latency: LATENCY,
    run: run as Operation['run'],
  });
  return [
    operation('GetMetricData', getMetricData(parts.metrics)),
    operation('DescribeAlarms', parts.alarms.describe),
  ];
}

function getMetricData(metrics: Metrics) {
  return (input: GetMetricDataInput, caller: Caller): object => {
    const paging = ['ScanBy', 'MaxDatapoints', 'NextToken'];
    refuseCloudWatchFields(input, ['MetricDataQueries', 'StartTime', 'EndTime', ...paging]);
    caller.authorize('cloudwatch:GetMetricData', '*');
    const queries = checkedQueries(input);
    const span = checkedSpan(input);
    const isAscending = input.ScanBy === 'TimestampAscending';
    const answers = queries.map((query): Answer => {
      const stat = checkedStat(query);
      const points = pointsOf(metrics, stat, span);
      const label = query.Label ?? stat.Metric?.MetricName ?? '';
      return { id: query.Id!, label, points: isAscending ? points : points.toReversed() };
    });
    return page(answers, input);
  };
}

function checkedQueries({ MetricDataQueries: queries = [] }: GetMetricDataInput) {
  if (queries.length === 0 || queries.length > MOST_QUERIES) {
    throw refusal('ValidationError', `metricDataQueries must have 1 to ${MOST_QUERIES} members`);
  }
  const ids = queries.map(({ Id = '' }) => Id);
  const faulty = ids.find((id) => !QUERY_ID.test(id) || id.length > 255);
  if (faulty !== undefined)
    throw refusal('ValidationError', `Invalid metrics query id "${faulty}"`);
  if (new Set(ids).size < ids.length) {
    throw refusal(
      'ValidationError',
      'The values for parameter id in MetricDataQueries are not unique',
    );
  }
  return queries;
}

interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

function checkedSpan({ StartTime, EndTime }: GetMetricDataInput): TimeSpan {
  const [from, to] = [StartTime?.getTime() ?? NaN, EndTime?.getTime() ?? NaN];
  if (from < to) return { from, to };
  throw refusal(
    'ValidationError',
    'The parameter StartTime must be less than the parameter EndTime',
  );
}

function checkedStat({ Id, MetricStat: stat, ...others }: MetricDataQuery): MetricStat {
  refuseCloudWatchFields(others, ['Label', 'ReturnData']);
  if (stat === undefined || others.ReturnData === false) {
    throw new Error(`Query ${Id}: only MetricStat with its data is simulated`);
  }
  refuseCloudWatchFields(stat, ['Metric', 'Period', 'Stat']);
  const period = stat.Period ?? 0;
  if (period <= 0 || period % 60 !== 0) {
    throw refusal('ValidationError', `Period ${period} of ${Id} must be a multiple of 60`);
  }
  return stat;
}

/** Start is inclusive and the end is not; each point bears the beginning of its period. */
function pointsOf(metrics: Metrics, stat: MetricStat, { from, to }: TimeSpan): readonly Sample[] {
  const { Metric: metric, Period = 60, Stat = '' } = stat;
  const combine = Object.hasOwn(STATISTICS, Stat) ? STATISTICS[Stat] : undefined;
  if (combine === undefined) throw new Error(`The statistic ${Stat} is not simulated`);
  const dimension = onlyDimension(metric?.Dimensions);
  if (dimension === undefined) return [];
  const periodMs = Period * 1_000;
  const begin = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  const samples = metrics
    .samples(metric?.Namespace ?? '', metric?.MetricName ?? '', dimension)
    .filter(({ at }) => at >= begin && at < to);
  const periods = new Map<number, number[]>();
  for (const { at, value } of samples) {
    const period = Math.floor(at / periodMs) * periodMs;
    periods.set(period, [...(periods.get(period) ?? []), value]);
  }
  return [...periods].map(([at, values]) => ({ at: instant(at), value: combine(values) }));
}

/** A metric is found by exactly its dimensions; those of the simulated account have one each. */
function onlyDimension(
  dimensions: readonly Dimension[] = [],
): readonly [string, string] | undefined {
  const [first, ...more] = dimensions;
  if (first?.Name === undefined || first.Value === undefined || more.length > 0) return undefined;
  return [first.Name, first.Value];
}

/**
 * One page of at most MaxDatapoints points, query after query. A query whose points go on says
 * `PartialData`.
 */
function page(
  answers: readonly Answer[],
  { MaxDatapoints, NextToken }: GetMetricDataInput,
): object {
  const most = MaxDatapoints ?? MOST_POINTS;
  if (most < 1 || most > MOST_POINTS) throw refusal('ValidationError', 'MaxDatapoints');
  const [first, skipped] = (NextToken ?? '0/0').split('/').map(Number);
  if (!Number.isInteger(first) || !Number.isInteger(skipped)) {
    throw refusal('InvalidNextToken', String(NextToken));
  }
  const results: object[] = [];
  let left = most;
  for (let index = first!; index < answers.length; index += 1) {
    const { id, label, points } = answers[index]!;
    const from = index === first ? skipped! : 0;
    if (left === 0 && points.length > 0) return pageOf(results, `${index}/0`);
    const taken = points.slice(from, from + left);
    left -= taken.length;
    const isPartial = from + taken.length < points.length;
    results.push({
      Id: id,
      Label: label,
      Timestamps: taken.map(({ at }) => new Date(at)),
      Values: taken.map(({ value }) => value),
      StatusCode: isPartial ? 'PartialData' : 'Complete',
    });
    if (isPartial) return pageOf(results, `${index}/${from + taken.length}`);
  }
  return pageOf(results, undefined);
}

function pageOf(results: readonly object[], next: string | undefined): object {
  const token = next === undefined ? {} : { NextToken: next };
  return { MetricDataResults: results, Messages: [], ...token };
}
