/** A thing that AWS bills, with its list price in US East (N. Virginia), November 2026. */
export interface Price {
  readonly unit: string;
  readonly usd: number;
  readonly source: string;
}

/**
 * An account's first dashboards are free for good, where each shows 50 metrics at most.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export const FREE_DASHBOARDS = 3;

/** List prices, without any free tier. */
export const PRICES = {
  lambdaGbSecond: {
    unit: 'GB-second, arm64',
    usd: 0.0000133334,
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  lambdaRequest: {
    unit: 'request',
    usd: 0.0000002,
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  schedulerInvocation: {
    unit: 'invocation',
    usd: 0.000001,
    source: 'https://aws.amazon.com/eventbridge/pricing/',
  },
  queueRequest: { unit: 'request', usd: 0.0000004, source: 'https://aws.amazon.com/sqs/pricing/' },
  readUnit: {
    unit: 'read request unit',
    usd: 0.000000125,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  writeUnit: {
    unit: 'write request unit',
    usd: 0.000000625,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  alarm: { unit: 'alarm-month', usd: 0.1, source: 'https://aws.amazon.com/cloudwatch/pricing/' },
  metric: { unit: 'metric-month', usd: 0.3, source: 'https://aws.amazon.com/cloudwatch/pricing/' },
  dashboard: {
    unit: 'dashboard-month',
    usd: 3,
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  logScanGb: {
    unit: 'GB scanned',
    usd: 0.005,
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  logGb: { unit: 'GB', usd: 0.5, source: 'https://aws.amazon.com/cloudwatch/pricing/' },
} as const satisfies Readonly<Record<string, Price>>;
