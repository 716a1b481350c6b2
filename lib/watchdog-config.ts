import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Policy, PolicyInput } from '../lambda/core/policy';

/** A configuration that was checked, every default filled in. */
export interface WatchdogConfig {
  /** As written, which is how the function gets them: defaults need no room there. */
  readonly policyInputs: Readonly<Record<string, PolicyInput>>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly timeZone: string;
  readonly alertEmails: readonly string[];
  readonly alertPhones: readonly string[];
  readonly opsEmails: readonly string[];
  readonly chatTopic: boolean;
  readonly pagerTopic: boolean;
  readonly pagerUrls: readonly string[];
  readonly events: boolean;
  readonly heartbeatUrl: string | undefined;
  readonly runbookUrl: string;
  readonly kmsKeyArns: readonly string[];
  readonly takedownPercent: number;
  readonly takedownMost: number;
  readonly encryptTopics: boolean;
  readonly dashboard: boolean;
  readonly logRetentionDays: RetentionDays;
}

/**
 * A configuration as it is written: only `policies` is required. It is the shape of the
 * construct's props and of the `watchdog` context in `cdk.json` alike.
 */
export interface WatchdogConfigInput {
  /**
   * What to do, by policy name; an instance joins with the tag `watchdog = <policy name>`.
   */
  readonly policies: Readonly<Record<string, PolicyInput>>;
  /**
   * IANA name of the time zone that alerts show beside UTC.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
  /**
   * Who gets alerts about servers by e-mail.
   *
   * @default - nobody; subscribe to the topic by other means
   */
  readonly alertEmails?: readonly string[];
  /**
   * Who gets alerts about servers by SMS, as E.164 numbers.
   *
   * @default - nobody
   */
  readonly alertPhones?: readonly string[];
  /**
   * Who is told by e-mail that the watchdog itself fails.
   *
   * @default - those of `alertEmails`
   */
  readonly opsEmails?: readonly string[];
  /**
   * A topic for Amazon Q Developer in chat applications (Slack, Microsoft Teams), which is
   * subscribed to it there: docs/alerts.md tells how.
   *
   * @default false
   */
  readonly chatTopic?: boolean;
  /**
   * A topic whose messages have the shape of CloudWatch alarms, ALARM and OK, one alarm an
   * incident: for PagerDuty, Jira Service Management and others that read them.
   *
   * @default - true where `pagerUrls` has one, else false
   */
  readonly pagerTopic?: boolean;
  /**
   * The https URLs by which pagers subscribe to the pager topic, as their integrations for
   * CloudWatch give them. Such a URL is a key: it is visible to whoever can read the template.
   *
   * @default - none; subscribe to the topic by other means
   */
  readonly pagerUrls?: readonly string[];
  /**
   * Send each message as an event to the account's default EventBridge bus too, for programs.
   *
   * @default false
   */
  readonly events?: boolean;
  /**
   * An outside dead man's switch: each sweep calls this https URL, and that service pages when
   * the calls stop. It is visible to whoever can read the function's configuration.
   *
   * @default - none
   */
  readonly heartbeatUrl?: string;
  /**
   * Where people read docs/runbook.md; the reason is appended as `#reason`.
   *
   * @default - the path docs/runbook.md, and a warning at synth
   */
  readonly runbookUrl?: string;
  /**
   * Customer managed keys of encrypted volumes. A server with such a volume cannot be started by
   * a role that may not use its key: EC2 accepts the start and stops the server again.
   *
   * @default - none; volumes without encryption or under the key aws/ebs need no permission
   */
  readonly kmsKeyArns?: readonly string[];
  /**
   * How many percent of the managed servers may be taken down at once: a whole number from 1 to
   * 50. One may always be, so that a small fleet is helped too.
   *
   * @default 10
   */
  readonly takedownPercent?: number;
  /**
   * How many servers may be taken down at once however large the fleet is: 1 to 50.
   *
   * @default 5
   */
  readonly takedownMost?: number;
  /**
   * Encrypt the topics with a customer key of the stack's own. One thing more that can silence
   * a page, so it is for those whose rules ask for it.
   *
   * @default false
   */
  readonly encryptTopics?: boolean;
  /**
   * A CloudWatch dashboard. The first three of an account are free, each further one is $3 a month.
   *
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * How many days the function's logs are kept.
   *
   * @default 30
   */
  readonly logRetentionDays?: number;
}
