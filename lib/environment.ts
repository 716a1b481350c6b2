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
  /** Undefined where there is no such topic. */
  readonly chatTopicArn: string | undefined;
  readonly pagerTopicArn: string | undefined;
}

/** Events go to the bus that every account has, under a source of their own. */
export const EVENT_BUS = 'default';

/** The source of the watchdog's events, as the function gives it (core/alert/event.ts). */
export const EVENT_SOURCE = 'livechat-watchdog';

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
    ...(names.chatTopicArn === undefined ? {} : { CHAT_TOPIC_ARN: names.chatTopicArn }),
    ...(names.pagerTopicArn === undefined ? {} : { PAGER_TOPIC_ARN: names.pagerTopicArn }),
    ...(config.events ? { EVENT_BUS } : {}),
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
const LONGEST_ARN = 'a'.repeat(160);
const longestNames = ({ chatTopic, pagerTopic }: WatchdogConfig): ResourceNames => ({
  accountId: '0'.repeat(12),
  tableName: 't'.repeat(128),
  queueUrl: 'q'.repeat(160),
  topicArn: LONGEST_ARN,
  chatTopicArn: chatTopic ? LONGEST_ARN : undefined,
  pagerTopicArn: pagerTopic ? LONGEST_ARN : undefined,
});

/** The size of the environment that a configuration makes, in bytes, estimated from above. */
export function environmentBytes(config: WatchdogConfig): number {
  return Object.entries(environmentOf(config, longestNames(config)))
    .map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value))
    .reduce((sum, bytes) => sum + bytes, 0);
}
