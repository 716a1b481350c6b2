import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { CountMetric, TimeMetric } from '../core/metrics';
import type { TelemetryPort } from '../ports';

/** The namespace of every metric that the watchdog emits. */
export const METRICS_NAMESPACE = 'LiveChatWatchdog';
/** The service's name in logs, and the one dimension of the metrics. */
export const SERVICE_NAME = 'watchdog';

/** What telemetry writes with. */
export interface TelemetryOptions {
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'addMetric' | 'publishStoredMetrics'>;
}

/**
 * JSON logs and EMF metrics. A count is summed over the invocation; of a time every value is kept,
 * as EMF's list of values, so that CloudWatch can tell percentiles. All are written once, at flush:
 * one line of log (one more for each hundred values), and no call to CloudWatch.
 */
export function createTelemetry({ logger, metrics }: TelemetryOptions): TelemetryPort {
  const sums = new Map<CountMetric, number>();
  const times: { readonly metric: TimeMetric; readonly seconds: number }[] = [];
  return {
    log(level, message, fields) {
      logger[level](message, { ...fields });
    },
    count(metric, value) {
      sums.set(metric, (sums.get(metric) ?? 0) + value);
    },
    measure(metric, length) {
      times.push({ metric, seconds: length / 1_000 });
    },
    flush() {
      if (sums.size === 0 && times.length === 0) return;
      for (const [name, value] of sums) metrics.addMetric(name, MetricUnit.Count, value);
      for (const { metric, seconds } of times) {
        metrics.addMetric(metric, MetricUnit.Seconds, seconds);
      }
      sums.clear();
      times.length = 0;
      metrics.publishStoredMetrics();
    },
  };
}
