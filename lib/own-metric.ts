import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../lambda/core/metrics';
import { METRIC_NAMESPACE, SERVICE_NAME } from './environment';

/**
 * A metric of the watchdog's own, the sum of each minute unless told otherwise; Powertools writes
 * them with the one dimension `service`.
 */
export function ownMetric(
  metricName: MetricName,
  over: Pick<cloudwatch.MetricProps, 'statistic' | 'period' | 'label' | 'color'> = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { service: SERVICE_NAME },
    statistic: cloudwatch.Stats.SUM,
    period: Duration.minutes(1),
    ...over,
  });
}
