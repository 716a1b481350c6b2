import { describeReason } from '../../lambda/core/reasons';
import {
  code,
  note,
  paragraph,
  soft,
  type Block,
  type Figure,
  type Section,
  type Text,
} from '../../report/document';
import { laneName } from '../../report/line';
import { groupLines, groupText } from '../../report/line-groups';
import { momentText, spanText } from '../../report/span-text';
import type { DrillDecision, DrillResult } from '../drill-result';

/** A page of thousands of lines helps nobody; the picture shows where the rest lies. */
const MOST_LINES = 400;
const MOST_MESSAGES = 60;

function startRemark({ startIssuedS, stoppedS, instances }: DrillResult): string | undefined {
  if (startIssuedS === null || stoppedS === null || instances > 1) return undefined;
  const late = startIssuedS - stoppedS;
  return late < 0 ? undefined : `${spanText(late)} after EC2 reported stopped`;
}

/** The figures that a reader looks for first. */
export function figuresOf(result: DrillResult): readonly Figure[] {
  const { alerts, roundTripsToStart: trips, instances } = result;
  const isMany = instances > 1;
  const of = isMany ? `, the last of ${instances}` : '';
  return [
    {
      name: isMany ? 'until all served again' : 'without service',
      value: spanText(result.servingS),
    },
    { name: 'to the first alert', value: spanText(result.firstAlertS) },
    {
      name: `to the start request${of}`,
      value: spanText(result.startIssuedS),
      remark: startRemark(result),
    },
    { name: `to recovered: every check passed${of}`, value: spanText(result.recoveredS) },
    { name: alerts.length === 1 ? 'message sent' : 'messages sent', value: String(alerts.length) },
    { name: 'round trips to the start', value: trips === null ? '–' : String(trips) },
  ];
}

/** What the drill expected, and the invariants that did not hold. */
export function outcomeSection({ expectations, violations }: DrillResult): Section {
  const items = [
    ...expectations.map(({ text, held }) => ({ text, held })),
    ...(violations.length === 0
      ? [{ text: 'Every invariant held, at every step.', held: true }]
      : violations.map((text) => ({ text: `Violated: ${text}`, held: false }))),
  ];
  return { heading: 'What had to hold', blocks: [{ kind: 'checks', items }] };
}

/** The table beside the picture: the same steps in words. */
export function timelineTable({ timeline }: DrillResult): Block {
  const groups = groupLines(timeline);
  return {
    kind: 'table',
    fold: `Every step in words (${groups.length})`,
    columns: ['Time', 'Where', 'What'],
    rows: groups
      .slice(0, MOST_LINES)
      .map((group) => [momentText(group.first.at), laneName(group.first.lane), groupText(group)]),
    more: Math.max(0, groups.length - MOST_LINES),
  };
}

/** What people were told, in full behind each subject. */
export function messagesSection({ messages }: DrillResult): Section {
  const heading = 'What people were told';
  if (messages.length === 0) return { heading, blocks: [paragraph('Nobody was told anything.')] };
  const shown = messages
    .slice(0, MOST_MESSAGES)
    .map(({ at, ...message }) => ({ at: momentText(at), ...message }));
  const more = messages.length - shown.length;
  const left = more > 0 ? [note(`${more} more are not shown here.`)] : [];
  return { heading, blocks: [{ kind: 'messages', messages: shown }, ...left] };
}

/** All decisions of one kind for one reason. */
interface DecisionGroup {
  readonly first: DrillDecision;
  readonly last: DrillDecision;
  readonly count: number;
}

function grouped(decisions: readonly DrillDecision[]): readonly DecisionGroup[] {
  const groups = new Map<string, DecisionGroup>();
  for (const one of decisions) {
    const key = `${one.decision} ${one.reason}`;
    const known = groups.get(key);
    groups.set(key, { first: known?.first ?? one, last: one, count: (known?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

function decisionRow({ first, last, count }: DecisionGroup): readonly Text[] {
  const { decision, remediation, reason } = first;
  const times = count === 1 ? '' : ` ${count} times, last ${momentText(last.at)}`;
  return [
    momentText(first.at),
    remediation === null ? decision : `${decision}: ${remediation}`,
    [`${describeReason(reason)} `, code(reason), soft(times)],
  ];
}

/** What was decided and why, in the words of the alerts and the runbook. */
export function decisionsSection({ decisions }: DrillResult): Section {
  const rows = grouped(decisions).map(decisionRow);
  const columns = ['Time', 'Decision', 'Reason'];
  return {
    heading: 'What was decided, and why',
    blocks: [{ kind: 'table', columns, rows }],
  };
}

/** How often AWS was called, the most called first. */
export function callsSection({ apiCalls }: DrillResult): Section {
  const calls = Object.entries(apiCalls).toSorted(
    ([one, many], [other, more]) => more - many || (one < other ? -1 : 1),
  );
  const sum = calls.reduce((total, [, count]) => total + count, 0);
  return {
    heading: 'Calls of AWS',
    blocks: [
      {
        kind: 'table',
        fold: `${sum} calls of ${calls.length} operations, from the first second to the last`,
        columns: ['Operation', 'Calls'],
        rows: calls.map(([name, count]) => [[code(name)], String(count)]),
      },
    ],
  };
}
