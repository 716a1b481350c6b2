import { Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { REFUSALS } from '../lambda/core/metrics';

/** A question to the log, in the language of CloudWatch Logs Insights. */
export interface LogQuery {
  /** As people find it in the console. */
  readonly name: string;
  /** What it answers; the first line of the saved query. */
  readonly says: string;
  /** The commands, in their order. */
  readonly commands: readonly string[];
}

const list = (values: readonly string[]): string =>
  `[${values.map((value) => `"${value}"`).join(', ')}]`;

const ALERTS = list(['alert sent', 'alert not taken by SNS']);
const UNREADABLE = list([
  'record-unreadable',
  'record-not-writable',
  'instance-unreadable',
  'signal rejected',
]);
const STORY =
  'fields @timestamp, message, decision, remediation, reason, cause, outcome, ' +
  'severity, event, subject';

/**
 * The questions that people ask of the log, in the order in which an incident brings them up. What
 * would be a metric a reason, or a server, is asked here: a field of a line costs nothing.
 *
 * Those about one incident or one server hold a stand-in, which the reader replaces: parameters of
 * saved queries are so new that a Region whose CloudFormation does not know them yet would refuse
 * the whole stack. `timestamp` is the logger's own, in ISO 8601; of `@timestamp` an aggregate is a
 * number of milliseconds, which nobody reads.
 */
export const LOG_QUERIES = {
  incident: {
    name: 'One incident',
    says: 'Its decisions and alerts. Put its id in the place of INCIDENT.',
    commands: [STORY, 'filter incidentId = "INCIDENT"', 'sort @timestamp asc', 'limit 1000'],
  },
  server: {
    name: 'One server',
    says: 'All that was said of it. Put its instance id in the place of SERVER.',
    commands: [
      `${STORY}, incidentId, level`,
      'filter instanceId = "SERVER"',
      'sort @timestamp asc',
      'limit 1000',
    ],
  },
  incidents: {
    name: 'Incidents and their last decision',
    says: 'Every incident of the time, the one that was decided on last first.',
    commands: [
      'filter message = "decision" and ispresent(incidentId)',
      'stats latest(timestamp) as decided, latest(decision) as last, latest(reason) as why, ' +
        'latest(cause) as what, count(*) as decisions by incidentId, instanceId',
      'sort decided desc',
      'limit 100',
    ],
  },
  decisions: {
    name: 'Decisions by reason',
    says: 'New decisions, and each act. Every reason has its section in the runbook.',
    commands: [
      'filter message = "decision"',
      'stats count(*) as decisions, count_distinct(instanceId) as servers, ' +
        'latest(timestamp) as newest by decision, reason',
      'sort decisions desc',
    ],
  },
  acts: {
    name: 'Acts and their outcomes',
    says: 'What AWS was asked for, why, and what it answered.',
    commands: [
      'filter message = "decision" and decision = "remediate"',
      'stats count(*) as acts, count_distinct(instanceId) as servers, ' +
        'latest(timestamp) as newest by remediation, reason, outcome',
      'sort acts desc',
    ],
  },
  refusals: {
    name: 'Refusals',
    says: 'Where a rule of the watchdog kept it from acting, and a person was called.',
    commands: [
      `filter message = "decision" and decision = "escalate" and reason in ${list(REFUSALS)}`,
      'stats count(*) as times, latest(timestamp) as newest by reason, instanceId',
      'sort newest desc',
    ],
  },
  calls: {
    name: 'Refused calls',
    says: 'Calls of AWS that failed, were throttled or are not permitted.',
    commands: [
      'filter message = "aws-call-failed"',
      'stats count(*) as calls, latest(timestamp) as newest, latest(error) as said ' +
        'by service, operation, fault, code',
      'sort calls desc',
    ],
  },
  alerts: {
    name: 'Alerts',
    says: 'What people were sent, and what SNS did not take, newest first.',
    commands: [
      'fields @timestamp, message, severity, event, subject, incidentId, policy',
      `filter message in ${ALERTS}`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  long: {
    name: 'Long runs',
    says: "Runs of the function of over 5 s, as Lambda's own report has them; 15 s is a time-out.",
    commands: [
      'fields @timestamp, record.metrics.durationMs as ms, ' +
        'record.metrics.initDurationMs as init, record.status as status, record.requestId as run',
      'filter type = "platform.report" and record.metrics.durationMs > 5000',
      'sort ms desc',
      'limit 100',
    ],
  },
  unreadable: {
    name: 'Unreadable',
    says: 'Records, instances and signals that it could not read, and left alone.',
    commands: [
      'fields @timestamp, message, sortKey, what, instanceId, messageId, reason, ' +
        'coalesce(error.message, error) as said',
      `filter message in ${UNREADABLE}`,
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  trouble: {
    name: 'Trouble of its own',
    says: 'Warnings and errors, by what they say.',
    commands: [
      'filter level in ["WARN", "ERROR"]',
      'stats count(*) as times, latest(timestamp) as newest, latest(instanceId) as server ' +
        'by level, message',
      'sort times desc',
    ],
  },
} as const satisfies Readonly<Record<string, LogQuery>>;

/** The name of one of the questions. */
export type LogQueryName = keyof typeof LOG_QUERIES;

/** Saves the questions to the log in CloudWatch Logs Insights, where they cost nothing unasked. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, props: { readonly logGroup: logs.ILogGroup }) {
    super(scope, id);
    // In a folder of the stack's own: two stacks of an account and Region must not be mistaken.
    const folder = Stack.of(this).stackName;
    for (const [key, { name, says, commands }] of Object.entries<LogQuery>(LOG_QUERIES)) {
      new logs.CfnQueryDefinition(this, key, {
        name: `${folder}/${name}`,
        logGroupNames: [props.logGroup.logGroupName],
        queryString: [`# ${says}`, commands.join('\n| ')].join('\n'),
      });
    }
  }
}
