import { Annotations, CfnOutput } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Policy } from '../lambda/core/policy';
import { AlertKey } from './alert-topic';
import { ApplicationStatusCheck } from './application-status-check';
import { requireConfig, RUNBOOK_PLACEHOLDER } from './config';
import { IncidentTable } from './incident-table';
import { LogQueries } from './log-queries';
import { makeTopics } from './topics';
import { roleNeedsOf } from './role-needs';
import { SignalQueue } from './signal-queue';
import { SignalRules } from './signal-rules';
import { SweepSchedule } from './sweep-schedule';
import { WatchdogAlarms } from './watchdog-alarms';
import type { WatchdogConfigInput } from './watchdog-config';
import { WatchdogDashboard } from './watchdog-dashboard';
import { WatchdogFunction } from './watchdog-function';

/** Props of the watchdog; every field but `policies` has a default. */
export type InstanceWatchdogProps = WatchdogConfigInput;

/**
 * Starts the servers that AWS stopped, verifies them and tells people. One for an account and
 * Region; a server joins with the tag `watchdog = <policy name>`.
 *
 * @example
 * new InstanceWatchdog(stack, 'Watchdog', {
 *   policies: { livechat: { readyEvent: true } },
 *   alertEmails: ['oncall@example.com'],
 * });
 */
export class InstanceWatchdog extends Construct {
  /** Alerts about servers. */
  readonly alertTopic: sns.ITopic;
  /** Alarms about the watchdog itself. */
  readonly opsTopic: sns.ITopic;
  /** The same alerts for chat, where configured. */
  readonly chatTopic: sns.ITopic | undefined;
  /** What pages, as alarms, where configured. */
  readonly pagerTopic: sns.ITopic | undefined;
  /** The queue that every signal passes. */
  readonly queue: sqs.IQueue;
  /** Incidents, leases and evidence. It stays when the stack goes. */
  readonly table: dynamodb.Table;
  readonly function: lambda.IFunction;
  /** As whom the function calls AWS. */
  readonly role: iam.IRole;
  /** No sweep was completed for four minutes: nothing is watched. */
  readonly heartbeatMissing: cloudwatch.IAlarm;
  /** Where the function's logs are. */
  readonly logGroup: logs.ILogGroup;
  /** How it does, on one page, unless the configuration does without. */
  readonly dashboard: cloudwatch.Dashboard | undefined;
  /** Signals that failed five times. */
  readonly deadLetters: sqs.IQueue;
  /** Signals that could not be delivered to the queue. */
  readonly undelivered: sqs.IQueue;

  /** Throws a ConfigurationError that lists every mistake in the props. */
  constructor(scope: Construct, id: string, props: InstanceWatchdogProps) {
    super(scope, id);
    const config = requireConfig(props, `props of ${this.node.path}`);
    if (config.runbookUrl === RUNBOOK_PLACEHOLDER) {
      Annotations.of(this).addWarningV2(
        'livechat-watchdog:no-runbook',
        'Alerts will name docs/runbook.md without a link. Publish it where your team reads it, ' +
          'and set runbookUrl in the configuration.',
      );
    }
    const signals = new SignalQueue(this, 'Signals');
    const key = config.encryptTopics ? new AlertKey(this, 'AlertKey') : undefined;
    const topics = makeTopics(this, config, key);
    const { opsTopic } = topics;
    const table = new IncidentTable(this, 'Incidents');
    const { queue, deadLetters, undelivered } = signals;
    const {
      function: target,
      logGroup,
      role,
    } = new WatchdogFunction(this, 'Watchdog', {
      config,
      queue,
      table,
      topics,
      alertKey: key,
    });
    const needs = roleNeedsOf(config);
    new SignalRules(this, 'Rules', { queue, undelivered, needs });
    new SweepSchedule(this, 'Sweep', { queue, undelivered });
    const { alarms, heartbeatMissing } = new WatchdogAlarms(this, 'Alarms', {
      function: target,
      signals,
      opsTopic,
      runbookUrl: config.runbookUrl,
      hasChannels: config.chatTopic || config.pagerTopic || config.events,
    });
    this.addApplicationChecks([...config.policies.values()]);
    new LogQueries(this, 'LogQueries', { logGroup });
    const { runbookUrl } = config;
    const hasHooks = needs.hooks;
    const shown = { function: target, signals, logGroup, alarms, runbookUrl, hasHooks };
    this.dashboard = config.dashboard
      ? new WatchdogDashboard(this, 'Dashboard', shown).dashboard
      : undefined;

    this.alertTopic = topics.alertTopic;
    this.opsTopic = opsTopic;
    this.chatTopic = topics.chatTopic;
    this.pagerTopic = topics.pagerTopic;
    this.queue = queue;
    this.table = table;
    this.function = target;
    this.role = role;
    this.heartbeatMissing = heartbeatMissing;
    this.logGroup = logGroup;
    this.deadLetters = deadLetters;
    this.undelivered = undelivered;
  }

  private addApplicationChecks(policies: readonly Policy[]): void {
    for (const { name, applicationCheck } of policies) {
      if (applicationCheck === undefined) continue;
      new ApplicationStatusCheck(this, `ApplicationCheck-${name}`, {
        policyName: name,
        check: applicationCheck,
      });
    }
  }

  /** Adds the stack's outputs: what operators and the command line need to find. */
  addOutputs(): void {
    const outputs = {
      AlertTopicArn: ['Subscribe here for alerts about servers', this.alertTopic.topicArn],
      OpsTopicArn: ['Subscribe here for alarms about the watchdog itself', this.opsTopic.topicArn],
      SignalQueueUrl: ['Every signal passes this queue', this.queue.queueUrl],
      IncidentTableName: ['Incidents, kept when the stack goes', this.table.tableName],
      FunctionName: ['The watchdog', this.function.functionName],
      LogGroupName: ['What the watchdog says', this.logGroup.logGroupName],
      DeadLetterQueueUrl: ['Signals that failed five times', this.deadLetters.queueUrl],
      UndeliveredQueueUrl: ['Signals that could not be delivered', this.undelivered.queueUrl],
      ...(this.dashboard && {
        DashboardName: ['How the watchdog does, on one page', this.dashboard.dashboardName],
      }),
      ...(this.chatTopic && {
        ChatTopicArn: ['Name this topic in the configuration of a chat', this.chatTopic.topicArn],
      }),
      ...(this.pagerTopic && {
        PagerTopicArn: ['Subscribe pagers here that read alarms', this.pagerTopic.topicArn],
      }),
    } as const;
    for (const [id, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, id, { description, value }).overrideLogicalId(id);
    }
  }
}
