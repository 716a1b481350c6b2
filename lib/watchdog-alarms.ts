import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ownMetric } from './own-metric';
import type { SignalQueue } from './signal-queue';

/** What is watched, and who is told. */
export interface WatchdogAlarmsProps {
  readonly function: lambda.IFunction;
  readonly signals: SignalQueue;
  /** Told by CloudWatch itself: the function has no part in it. */
  readonly opsTopic: sns.ITopic;
  /** Each alarm's text ends with this and `#` and the name of the alarm. */
  readonly runbookUrl: string;
  /** Messages go elsewhere than to people's topic too. */
  readonly hasChannels: boolean;
}

/** One condition of the watchdog itself that a person must hear of. */
interface Watch {
  /** Construct id and anchor in the runbook. */
  readonly name: string;
  readonly text: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** How many of the last `of` minutes must be bad. */
  readonly bad: number;
  readonly of: number;
  /** What bad is. Greater than or equal to the threshold unless told otherwise. */
  readonly comparison?: cloudwatch.ComparisonOperator;
  /** What a minute without data is. Good unless told otherwise. */
  readonly missing?: cloudwatch.TreatMissingData;
}

const MINUTE = Duration.minutes(1);

/** Who watches the watchdog: CloudWatch, to a topic of its own, past the function. */
export class WatchdogAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];
  /** No sweep was completed: the watchdog is blind or gone. */
  readonly heartbeatMissing: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: WatchdogAlarmsProps) {
    super(scope, id);
    const action = new SnsAction(props.opsTopic);
    const watches = [
      heartbeatMissing(),
      ...functionWatches(props.function),
      ...queueWatches(props.signals),
      ...OWN_WATCHES,
      ...(props.hasChannels ? [channelsFailed()] : []),
    ];
    const alarms = watches.map((watch) => {
      const alarm = new cloudwatch.Alarm(this, watch.name, {
        alarmDescription: `LiveChat Watchdog: ${watch.text} ${props.runbookUrl}#${watch.name}`,
        metric: watch.metric,
        threshold: watch.threshold,
        comparisonOperator:
          watch.comparison ?? cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: watch.of,
        datapointsToAlarm: watch.bad,
        treatMissingData: watch.missing ?? cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
    this.alarms = alarms;
    // The first of the watches.
    [this.heartbeatMissing] = alarms as [cloudwatch.Alarm, ...cloudwatch.Alarm[]];
  }
}

/**
 * Silence alarms within six minutes: four minutes without a sweep, and CloudWatch's own delay.
 * An alarm on missing data alone waits for its whole evaluation range, longer than its periods,
 * so FILL makes zeros of the gaps; where there is no data at all, missing data counts as bad.
 * Four, since Scheduler fires anywhere within its minute (one minute may hold no sweep and the
 * next one two), and metrics from the log come late: both together must not page.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
function heartbeatMissing(): Watch {
  return {
    name: 'heartbeat-missing',
    text: 'no sweep was completed for four minutes, so nothing is watched.',
    metric: new cloudwatch.MathExpression({
      expression: 'FILL(heartbeat, 0)',
      usingMetrics: { heartbeat: ownMetric('Heartbeat') },
      label: 'Heartbeat',
      period: MINUTE,
    }),
    threshold: 1,
    comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    bad: 4,
    of: 4,
    missing: cloudwatch.TreatMissingData.BREACHING,
  };
}

/** One bad minute is retried by SQS and heals; two of five are a fault. */
function functionWatches(target: lambda.IFunction): readonly Watch[] {
  return [
    {
      name: 'watchdog-errors',
      text: 'its function fails; see the log.',
      metric: target.metricErrors({ period: MINUTE }),
      threshold: 1,
      bad: 2,
      of: 5,
    },
    {
      name: 'watchdog-throttled',
      text: 'Lambda does not let its function run; the account has no concurrency left.',
      metric: target.metricThrottles({ period: MINUTE }),
      threshold: 1,
      bad: 2,
      of: 5,
    },
  ];
}

function waiting(queue: sqs.IQueue): cloudwatch.Metric {
  return queue.metricApproximateNumberOfMessagesVisible({
    period: MINUTE,
    statistic: cloudwatch.Stats.MAXIMUM,
  });
}

function queueWatches(signals: SignalQueue): readonly Watch[] {
  return [
    {
      name: 'signals-old',
      text: 'a signal waits for more than two minutes; the function does not keep up.',
      metric: signals.queue.metricApproximateAgeOfOldestMessage({
        period: MINUTE,
        statistic: cloudwatch.Stats.MAXIMUM,
      }),
      threshold: 120,
      comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      bad: 1,
      of: 1,
    },
    {
      name: 'signals-dead',
      text: 'the function gave up on a signal; it is in the dead-letter queue.',
      metric: waiting(signals.deadLetters),
      threshold: 1,
      bad: 1,
      of: 1,
    },
    {
      name: 'signals-undelivered',
      text: 'EventBridge or its Scheduler could not deliver a signal; the sweep covers for events.',
      metric: waiting(signals.undelivered),
      threshold: 1,
      bad: 1,
      of: 1,
    },
  ];
}

/**
 * Chat, events, and the end of a page: what never keeps an incident open, so that nothing else
 * would tell. A page that the pager topic does not take is among the alerts that failed.
 */
function channelsFailed(): Watch {
  return {
    name: 'channels-failed',
    text: 'a message did not reach chat, programs, or the pager that it would have closed.',
    metric: new cloudwatch.MathExpression({
      expression: 'FILL(channels, 0) + FILL(events, 0)',
      usingMetrics: { channels: ownMetric('ChannelsFailed'), events: ownMetric('EventsFailed') },
      label: 'ChannelsFailed',
      period: MINUTE,
    }),
    threshold: 1,
    bad: 1,
    of: 1,
  };
}

/** What the function itself says of its surroundings, while it still can. */
const OWN_WATCHES: readonly Watch[] = [
  {
    // The handler gives a batch back to the queue instead of throwing, so that Lambda's own count
    // of errors knows nothing of a broken shell. Like errors: one bad minute heals by itself.
    name: 'invocations-failed',
    text: 'its own code fails, on a batch or on one instance; see the log.',
    metric: ownMetric('InvocationsFailed'),
    threshold: 1,
    bad: 2,
    of: 5,
  },
  {
    name: 'alerts-failed',
    text: 'SNS did not take an alert about a server.',
    metric: ownMetric('AlertsFailed'),
    threshold: 1,
    bad: 1,
    of: 1,
  },
  {
    name: 'reads-failed',
    text: 'EC2 does not answer it: it runs, and is blind.',
    metric: ownMetric('ReadsFailed'),
    threshold: 1,
    bad: 3,
    of: 5,
  },
  {
    name: 'store-down',
    text: 'its table does not answer: it only starts what AWS stopped.',
    metric: ownMetric('StoreDown'),
    threshold: 1,
    bad: 3,
    of: 5,
  },
];
