import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { graph, heading, inOneRow, numbers, table } from './dashboard-widgets';
import { ownMetric } from './own-metric';
import type { SignalQueue } from './signal-queue';

/** What the rows of the dashboard show. */
export interface Shown {
  readonly function: lambda.IFunction;
  readonly signals: SignalQueue;
  readonly logGroup: logs.ILogGroup;
}

/** Widgets side by side. */
export type Row = readonly cloudwatch.IWidget[];

const { SUM, MAXIMUM } = cloudwatch.Stats;
const P50 = cloudwatch.Stats.percentile(50);
const { RED, ORANGE, GREEN, BLUE, GREY } = cloudwatch.Color;
/** The function's time-out, and what the alarm on waiting signals allows, in seconds. */
const TIMEOUT_S = 15;
const SIGNALS_OLD_S = 120;
const MINUTE = Duration.minutes(1);

/** Whether the watchdog itself works; what its alarms watch, over time. */
export function aliveRows({ function: target, signals, logGroup }: Shown): readonly Row[] {
  const sweeps = new cloudwatch.MathExpression({
    // As many a minute, whatever period the page has chosen for its range.
    expression: 'FILL(heartbeat, 0) * 60 / PERIOD(heartbeat)',
    usingMetrics: { heartbeat: ownMetric('Heartbeat') },
    label: 'complete sweeps a minute',
    period: MINUTE,
    color: GREEN,
  });
  const oldest = signals.queue.metricApproximateAgeOfOldestMessage({
    statistic: MAXIMUM,
    label: 'oldest signal',
  });
  return [
    [
      heading(
        'Is it alive?',
        'Each minute one sweep, well within 15 s; nothing waits, nothing fails.',
      ),
    ],
    inOneRow(
      graph('Heartbeat', [sweeps], [{ value: 1, label: 'one a minute' }]),
      graph(
        'The longest sweep, and the longest run, in seconds',
        [
          ownMetric('SweepSeconds', { statistic: MAXIMUM, label: 'sweep, longest', color: ORANGE }),
          longestRun(target),
        ],
        [{ value: TIMEOUT_S, label: 'time-out' }],
      ),
      graph('Signals waiting, in seconds', [oldest], [{ value: SIGNALS_OLD_S, label: 'alarm' }]),
      graph('Given up on, and undelivered', [
        waiting(signals.deadLetters, 'dead letters'),
        waiting(signals.undelivered, 'undelivered'),
      ]),
    ),
    inOneRow(
      graph('The function fails', [
        target.metricErrors({ label: 'errors, time-outs', color: RED }),
        target.metricThrottles({ label: 'throttled by Lambda', color: ORANGE }),
        ownMetric('InvocationsFailed', { label: 'its own code' }),
      ]),
      graph('It is blind, or without its table', [
        ownMetric('ReadsFailed', { label: 'reads failed' }),
        ownMetric('StoreDown', { label: 'table did not answer' }),
        ownMetric('StoreConflicts', { label: 'met another run', color: GREY }),
      ]),
      table('trouble', logGroup),
    ),
  ];
}

function longestRun(target: lambda.IFunction): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    expression: 'run / 1000',
    usingMetrics: { run: target.metricDuration({ statistic: MAXIMUM }) },
    label: 'any run, longest',
    color: GREY,
  });
}

function waiting(queue: SignalQueue['queue'], label: string): cloudwatch.IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: MAXIMUM, label });
}

/** What it looks after, and what is wrong there. */
export function openRows({ logGroup }: Shown): readonly Row[] {
  // Each sweep tells how many there are: of two sweeps in a period a sum would be twice that.
  const managed = ownMetric('Managed', { statistic: MAXIMUM, label: 'managed' });
  const open = ownMetric('OpenIncidents', { statistic: MAXIMUM, label: 'open incidents' });
  return [
    [
      heading(
        'What is open?',
        'Servers that it looks after, and those of which an incident is open.',
      ),
    ],
    inOneRow(
      numbers('Now', [managed, open], { sparkline: true }),
      graph('Open incidents', [open]),
      table('incidents', logGroup),
    ),
  ];
}

/** What was decided, and what AWS was asked for. */
export function doneRows({ logGroup }: Shown): readonly Row[] {
  return [
    [
      heading(
        'What was done?',
        'Decisions by their reason; each reason has its section in the runbook.',
      ),
    ],
    inOneRow(
      graph('Asked of AWS', [
        ownMetric('StartsRequested', { label: 'starts' }),
        ownMetric('StartsRefused', { label: 'starts refused', color: RED }),
        ownMetric('TakedownsRequested', { label: 'restarts, reboots, stops', color: ORANGE }),
      ]),
      graph('Decided', [
        ownMetric('DecisionsRemediate', { label: 'attempts', color: BLUE }),
        ownMetric('Escalations', { label: 'a person is called', color: ORANGE }),
        ownMetric('Refusals', { label: 'of these: refused to act', color: RED }),
      ]),
      table('acts', logGroup),
    ),
    inOneRow(table('decisions', logGroup), table('refusals', logGroup)),
  ];
}

const TIMES = [
  ['TimeToDetect', 'detect'],
  ['TimeToAct', 'act'],
  ['TimeToServe', 'serve'],
  ['TimeToVerify', 'verify'],
] as const;

/** Times to detect, act, serve and verify. */
export function timeRows(): readonly Row[] {
  const times = (statistic: string): readonly cloudwatch.Metric[] =>
    TIMES.map(([name, label]) => ownMetric(name, { statistic, label: `to ${label}` }));
  const whole = { setPeriodToTimeRange: true };
  return [
    [
      heading(
        'How long did it take?',
        'Seconds, of outages that nobody wished for; empty without one.',
      ),
    ],
    inOneRow(
      numbers('Median of the range', times(P50), whole),
      numbers('Longest of the range', times(MAXIMUM), whole),
      graph('Longest', times(MAXIMUM)),
    ),
  ];
}

/** The work after outages; only where a policy that acts lists hooks. */
export function hookRows(): readonly Row[] {
  const longest = { statistic: MAXIMUM };
  return [
    [
      heading(
        'What came after?',
        'Hooks: presence, backfill. Taken within 5 s, done well before their deadlines, none left.',
      ),
    ],
    inOneRow(
      graph('Longest hooks, in seconds', [
        ownMetric('TimeToHook', { ...longest, label: 'serving to taken' }),
        ownMetric('TimeOfHook', { ...longest, label: 'taken to done' }),
      ]),
      graph('Chats recovered', [ownMetric('ChatsRecovered', { label: 'as hooks report' })]),
      graph('Left to a person', [
        ownMetric('HooksFailed', { label: 'failed, or not in time', color: RED }),
      ]),
    ),
  ];
}

/** What people were sent, and whether somebody took it up. */
export function peopleRows({ logGroup }: Shown): readonly Row[] {
  const sum = { statistic: SUM };
  return [
    [
      heading(
        'What did people hear?',
        'Pages ask for somebody now; two messages make an ordinary incident.',
      ),
    ],
    inOneRow(
      graph('Alerts by severity', [
        ownMetric('AlertsCritical', { label: 'critical', color: RED }),
        ownMetric('AlertsWarning', { label: 'warning', color: ORANGE }),
        ownMetric('AlertsSent', { label: 'all', color: GREY }),
      ]),
      graph('Not acknowledged, and not delivered', [
        ownMetric('PagesRepeated', { ...sum, label: 'pages repeated' }),
        ownMetric('AlertsFailed', { ...sum, label: 'not taken by SNS', color: RED }),
        ownMetric('ChannelsFailed', { ...sum, label: 'not taken by chat or pager' }),
        ownMetric('EventsFailed', { ...sum, label: 'events not taken' }),
      ]),
      numbers(
        'Acknowledged',
        [
          ownMetric('TimeToAcknowledge', {
            statistic: cloudwatch.Stats.SAMPLE_COUNT,
            label: 'times',
          }),
          ownMetric('TimeToAcknowledge', { statistic: P50, label: 'median, in seconds' }),
        ],
        { setPeriodToTimeRange: true },
      ),
    ),
    inOneRow(table('alerts', logGroup)),
  ];
}

/** How AWS answers, and what reaches the queue. */
export function callRows({ logGroup }: Shown): readonly Row[] {
  return [
    [
      heading(
        'What does AWS answer?',
        'A few errors are retried and heal; a missing permission does not.',
      ),
    ],
    inOneRow(
      graph('Calls of AWS', [
        ownMetric('ApiErrors', { label: 'failed', color: RED }),
        ownMetric('ApiThrottles', { label: 'throttled', color: ORANGE }),
      ]),
      graph('Messages that are no signal', [
        ownMetric('SignalsRejected', { label: 'rejected', color: RED }),
        ownMetric('SignalsIgnored', { label: 'ignored', color: GREY }),
      ]),
      table('calls', logGroup),
    ),
  ];
}
