import type { Drill, DrillResult } from '../sim/drill-result';
import { ORIGIN } from '../sim/report/origin';
import { momentText, spanText } from '../report/span-text';
import { describeReason } from '../lambda/core/reasons';
import { chatLines } from './chat-text';
import type { Colors } from './terminal';

/** What is printed above the timeline. */
export function drillHeading(
  { name, title, description }: Drill,
  seed: number,
  colors: Colors,
): string {
  return [
    `${colors.bold(`Drill ${name}`)}  ${title} ${colors.dim(`(seed ${seed})`)}`,
    description,
    '',
    colors.dim('Time counts from the moment the server stopped serving (min:s).'),
  ].join('\n');
}

interface Row {
  readonly name: string;
  readonly now: string;
  readonly in2024: string;
}

function rowsOf(result: DrillResult): readonly Row[] {
  const { alerts, roundTripsToStart: trips, instances } = result;
  const all = instances > 1 ? ` (all ${instances})` : '';
  return [
    {
      name: 'First alert to people',
      now: spanText(result.firstAlertS),
      in2024: `${spanText(ORIGIN.firstWordS)} (first word to customers)`,
    },
    { name: `EC2 reports stopped${all}`, now: spanText(result.stoppedS), in2024: '' },
    { name: `Start requested${all}`, now: spanText(result.startIssuedS), in2024: 'by a person' },
    {
      name: `Serving again${all}`,
      now: spanText(result.servingS),
      in2024: `${spanText(ORIGIN.notServingS)} of dropped chats`,
    },
    { name: `Recovered${all}`, now: spanText(result.recoveredS), in2024: '' },
    { name: `Incident closed${all}`, now: spanText(result.resolvedS), in2024: '' },
    { name: 'Messages sent', now: String(alerts.length), in2024: '' },
    { name: 'Round trips before start', now: trips === null ? '–' : String(trips), in2024: '' },
  ];
}

const NAME = 32;
const NOW = 14;

function table(result: DrillResult, colors: Colors): readonly string[] {
  const isOrigin = result.drill === ORIGIN.drill;
  const line = ({ name, now, in2024 }: Row): string =>
    `  ${name.padEnd(NAME)}${now.padEnd(NOW)}${isOrigin ? in2024 : ''}`.trimEnd();
  const head = line({ name: '', now: 'this drill', in2024: ORIGIN.date });
  return [...(isOrigin ? [colors.dim(head)] : []), ...rowsOf(result).map(line)];
}

/** More decisions than this are for the report. */
const MOST_DECISIONS = 12;

/** Each decision with its reason once, however many instances it was made for. */
function decisionLines({ decisions }: DrillResult, colors: Colors): readonly string[] {
  const counts = new Map<string, { at: number; text: string; count: number }>();
  for (const { at, decision, remediation, reason } of decisions) {
    const what = remediation === null ? decision : `${decision} ${remediation}`;
    const text = `${what.padEnd(16)} ${describeReason(reason)} ${colors.dim(`(${reason})`)}`;
    const known = counts.get(text) ?? { at, text, count: 0 };
    known.count += 1;
    counts.set(text, known);
  }
  const lines = [...counts.values()].map(
    ({ at, text, count }) =>
      `  ${momentText(at).padStart(9)}  ${text}${count > 1 ? colors.dim(` × ${count}`) : ''}`,
  );
  const more = lines.length - MOST_DECISIONS;
  return more > 0
    ? [...lines.slice(0, MOST_DECISIONS), colors.dim(`             and ${more} more`)]
    : lines;
}

/** More subjects than this are for the report. */
const MOST_ALERTS = 8;

function alertLines({ alerts }: DrillResult): readonly string[] {
  const lines = alerts.map(
    ({ at, severity, subject }) =>
      `  ${momentText(at).padStart(9)}  ${severity.padEnd(9)} ${subject}`,
  );
  const more = lines.length - MOST_ALERTS;
  return more > 0 ? [...lines.slice(0, MOST_ALERTS), `             and ${more} more`] : lines;
}

function checkLines({ expectations, violations }: DrillResult, colors: Colors): readonly string[] {
  const mark = (held: boolean): string => (held ? colors.green('✓') : colors.red('✗'));
  return [
    ...expectations.map(({ text, held }) => `  ${mark(held)} ${text}`),
    ...(violations.length === 0
      ? [`  ${mark(true)} Every invariant held, at every step.`]
      : violations.map((text) => `  ${mark(false)} Violated: ${text}`)),
  ];
}

/** What is printed below the timeline: figures, chats, messages, decisions, demands, verdict. */
export function drillSummary(result: DrillResult, colors: Colors): string {
  const part = (name: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', colors.bold(name), ...lines];
  return [
    ...part('Summary', table(result, colors)),
    ...part('Chats', result.chats === null ? [] : chatLines(result.chats)),
    ...part('Messages', alertLines(result)),
    ...part('Decisions', decisionLines(result, colors)),
    ...part('What had to hold', checkLines(result, colors)),
    '',
    result.passed ? colors.green(colors.bold('Passed')) : colors.red(colors.bold('Failed')),
    `Replay   ${result.replay}`,
  ].join('\n');
}
