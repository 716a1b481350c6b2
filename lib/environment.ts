import type { WatchdogConfig } from './watchdog-config';

/** Where the watchdog's own metrics are; Powertools reads it from the environment. */
export const METRIC_NAMESPACE = 'LiveChatWatchdog';

/** The value of the metrics' one dimension, `service`, and the `service` field of the logs. */
export const SERVICE_NAME = 'watchdog';

/** What the function's environment says of the stack's own resources. */
export interface ResourceNames {
  readonly accountId: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly topicArn: string;
}

/** The deployed function's whole environment, except what Lambda sets itself (AWS_REGION). */
export function environmentOf(
  config: WatchdogConfig,
  names: ResourceNames,
): Readonly<Record<string, string>> {
  return {
    ACCOUNT_ID: names.accountId,
    POLICIES: JSON.stringify(config.policyInputs),
    TIME_ZONE: config.timeZone,
    TABLE_NAME: names.tableName,
    QUEUE_URL: names.queueUrl,
    TOPIC_ARN: names.topicArn,
    KMS_KEY_ARNS: config.kmsKeyArns.join(','),
    RUNBOOK_URL: config.runbookUrl,
    TAKEDOWN_PERCENT: String(config.takedownPercent),
    TAKEDOWN_MOST: String(config.takedownMost),
    ...(config.heartbeatUrl === undefined ? {} : { HEARTBEAT_URL: config.heartbeatUrl }),
    POWERTOOLS_SERVICE_NAME: SERVICE_NAME,
    POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
  };
}

/**
 * What a function's environment may hold, in bytes. Lambda's quota is 4 KB for all names and
 * values together (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html);
 * the rest is left for what an operator adds in a hurry, such as a log level.
 */
export const ENVIRONMENT_LIMIT_BYTES = 3_900;

/** Stand-ins, at least as long as the names that CloudFormation will make. */
const LONGEST_NAMES: ResourceNames = {
  accountId: '0'.repeat(12),
  tableName: 't'.repeat(128),
  queueUrl: 'q'.repeat(160),
  topicArn: 'a'.repeat(160),
};

/** The size of the environment that a configuration makes, in bytes, estimated from above. */
export function environmentBytes(config: WatchdogConfig): number {
  return Object.entries(environmentOf(config, LONGEST_NAMES))
    .map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value))
    .reduce((sum, bytes) => sum + bytes, 0);
}
