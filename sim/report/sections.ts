import { describeReason } from '../../lambda/core/reasons';
import type { DrillDecision, DrillMessage, DrillResult } from '../drill-result';
import { groupLines, groupText } from './line-groups';
import { markup, type Markup, type Part } from './markup';
import { table } from './shapes';
import { momentText, spanText } from './span-text';
import { LANES } from './timeline-picture';

/** A page of thousands of lines helps nobody; the picture shows where the rest lies. */
const MOST_LINES = 400;
const MOST_MESSAGES = 60;

interface Figure {
  readonly value: string;
  readonly name: string;
  readonly remark?: string | undefined;
}

function startRemark({ startIssuedS, stoppedS, instances }: DrillResult): string | undefined {
  if (startIssuedS === null || stoppedS === null || instances > 1) return undefined;
  const late = startIssuedS - stoppedS;
  return late < 0 ? undefined : `${spanText(late)} after EC2 reported stopped`;
}

function figuresOf(result: DrillResult): readonly Figure[] {
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

/** The figures that a reader looks for first. */
export function keyFigures(result: DrillResult): Markup {
  return markup`<dl class="figures">${figuresOf(result).map(
    ({ name, value, remark }) =>
      markup`<div><dt>${name}</dt><dd>${value}</dd>${
        remark === undefined ? undefined : markup`<small>${remark}</small>`
      }</div>`,
  )}</dl>`;
}

/** What the drill expected, and the invariants that did not hold. */
export function outcomeSection({ expectations, violations }: DrillResult): Markup {
  const items = [
    ...expectations.map(({ text, held }) => ({ text, held })),
    ...(violations.length === 0
      ? [{ text: 'Every invariant held, at every step.', held: true }]
      : violations.map((text) => ({ text: `Violated: ${text}`, held: false }))),
  ];
  const list = items.map(({ text, held }) =>
    held
      ? markup`<li class="good"><b>✓</b>${text}</li>`
      : markup`<li class="bad"><b>✗</b>Not held: ${text}</li>`,
  );
  return markup`<section><h2>What had to hold</h2><ul class="checks">${list}</ul></section>`;
}

/** The table beside the picture: the same steps in words. */
export function timelineTable({ timeline }: DrillResult): Markup {
  const groups = groupLines(timeline);
  const laneName = new Map(LANES.map(({ lane, name }) => [lane, name]));
  const rows = groups
    .slice(0, MOST_LINES)
    .map((group) => [momentText(group.first.at), laneName.get(group.first.lane), groupText(group)]);
  return markup`<details><summary>Every step in words (${groups.length})</summary>
<div class="scroll">${table(['Time', 'Where', 'What'], rows)}</div>
${leftOut(groups.length, MOST_LINES)}</details>`;
}

function leftOut(count: number, most: number): Markup | undefined {
  if (count <= most) return undefined;
  const more = count - most;
  return markup`<p class="note">${more} more are not shown here.</p>`;
}

function message({ at, subject, severity, email, sms }: DrillMessage): Markup {
  return markup`<details><summary><span class="time">${momentText(at)}</span>
<span class="severity ${severity}">${severity}</span> ${subject}</summary>
<p class="soft">E-mail</p><pre>${email}</pre><p class="soft">SMS</p><pre>${sms}</pre></details>`;
}

/** What people were told, in full behind each subject. */
export function messagesSection({ messages }: DrillResult): Markup {
  const list =
    messages.length === 0
      ? markup`<p>Nobody was told anything.</p>`
      : messages.slice(0, MOST_MESSAGES).map(message);
  return markup`<section><h2>What people were told</h2>${list}
${leftOut(messages.length, MOST_MESSAGES)}</section>`;
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

function decisionRow({ first, last, count }: DecisionGroup): readonly Part[] {
  const { decision, remediation, reason } = first;
  const times = count === 1 ? '' : ` ${count} times, last ${momentText(last.at)}`;
  return [
    momentText(first.at),
    remediation === null ? decision : `${decision}: ${remediation}`,
    markup`${describeReason(reason)} <code>${reason}</code><span class="soft">${times}</span>`,
  ];
}

/** What was decided and why, in the words of the alerts and the runbook. */
export function decisionsSection({ decisions }: DrillResult): Markup {
  const rows = grouped(decisions).map(decisionRow);
  return markup`<section><h2>What was decided, and why</h2>
<div class="scroll">${table(['Time', 'Decision', 'Reason'], rows)}</div></section>`;
}

/** How often AWS was called, the most called first. */
export function callsSection({ apiCalls }: DrillResult): Markup {
  const calls = Object.entries(apiCalls).toSorted(
    ([one, many], [other, more]) => more - many || (one < other ? -1 : 1),
  );
  const sum = calls.reduce((total, [, count]) => total + count, 0);
  const rows = calls.map(([name, count]) => [markup`<code>${name}</code>`, count]);
  return markup`<section><h2>Calls of AWS</h2><details>
<summary>${sum} calls of ${calls.length} operations, from the first second to the last</summary>
${table(['Operation', 'Calls'], rows)}</details></section>`;
}
