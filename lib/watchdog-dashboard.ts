import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { RUNBOOK_PLACEHOLDER } from './config';
import {
  aliveRows,
  callRows,
  doneRows,
  hookRows,
  openRows,
  peopleRows,
  timeRows,
  type Row,
  type Shown,
} from './dashboard-rows';

/** What is shown, and where people read on. */
export interface WatchdogDashboardProps extends Shown {
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly runbookUrl: string;
  /** A policy that acts lists hooks. */
  readonly hasHooks: boolean;
}

const TROUBLE_SECTION = 'when-the-watchdog-itself-is-in-trouble';

/**
 * One page that is read from the top: is the watchdog alive, what is open, what was done, how long
 * it took and what came after, what people heard, what AWS answered. Each row answers one question,
 * and names the saved query or the section of the runbook that answers the next one.
 */
export class WatchdogDashboard extends Construct {
  readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: WatchdogDashboardProps) {
    super(scope, id);
    // Without a name of ours: a dashboard's name is one for all Regions of an account.
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(24),
      // The periods below are those of the alarms; over a week nobody wants minutes.
      periodOverride: cloudwatch.PeriodOverride.AUTO,
    });
    const rows = [
      ...introduction(this, props),
      ...aliveRows(props),
      ...openRows(props),
      ...doneRows(props),
      ...timeRows(),
      ...(props.hasHooks ? hookRows() : []),
      ...peopleRows(props),
      ...callRows(props),
    ];
    for (const row of rows) this.dashboard.addWidgets(...row);
  }
}

function introduction(
  scope: Construct,
  { alarms, runbookUrl }: WatchdogDashboardProps,
): readonly Row[] {
  const link = (anchor: string, text: string): string =>
    runbookUrl === RUNBOOK_PLACEHOLDER
      ? `${text} (docs/runbook.md#${anchor})`
      : `[${text}](${runbookUrl}#${anchor})`;
  const markdown = [
    `# LiveChat Watchdog, stack ${Stack.of(scope).stackName}`,
    '',
    `- An alarm is red: ${link(TROUBLE_SECTION, 'the watchdog is in trouble')}.`,
    `- A server is down: ${link('a-person-is-needed', 'a person is needed')}, by its reason.`,
    '- All of one incident: the queries of this stack in Logs Insights, or ' +
      `${link('reading-an-incident', 'its record')}.`,
    `- The watchdog is in the way: ${link('keep-its-hands-off', 'keep its hands off')}.`,
  ].join('\n');
  const size = { width: 12, height: 5 };
  const title = 'Alarms of the watchdog itself';
  return [
    [
      new cloudwatch.TextWidget({ markdown, ...size }),
      new cloudwatch.AlarmStatusWidget({ title, alarms: [...alarms], ...size }),
    ],
  ];
}
