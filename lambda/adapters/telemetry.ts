import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { MetricName } from '../core/metrics';
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
 * JSON logs and EMF metrics. A metric is summed over the invocation and written once, at flush: one
 * line of log for all of them, and no call to CloudWatch.
 */
export function createTelemetry({ logger, metrics }: TelemetryOptions): TelemetryPort {
  const sums = new Map<MetricName, number>();
  return {
    log(level, message, fields) {
      logger[level](message, { ...fields });
    },
    count(metric, value) {
      sums.set(metric, (sums.get(metric) ?? 0) + value);
    },
    flush() {
      if (sums.size === 0) return;
      for (const [name, value] of sums) metrics.addMetric(name, MetricUnit.Count, value);
      sums.clear();
      metrics.publishStoredMetrics();
    },
  };
}
