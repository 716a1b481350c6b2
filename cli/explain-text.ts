import { describeCause } from '../lambda/core/alert/cause-text';
import { nameOf } from '../lambda/core/observation';
import { describeReason } from '../lambda/core/reasons';
import { oneLine } from '../lambda/core/one-line';
import { iso } from '../lambda/core/time';
import type { Explanation, Judgement } from './judge';
import { signalJson } from './signal-text';
import type { Colors } from './terminal';

/** The longest line of text of unknown origin; a terminal must not be made to do things. */
const LINE = 400;
const RUNBOOK = 'docs/runbook.md';

/** One line of JSON for a file: the documented fields, in their order. */
export function explanationJson(file: string, explanation: Explanation): string {
  const { outcome, reason } = explanation;
  const isSignal = explanation.outcome === 'signal';
  return JSON.stringify({
    file,
    outcome,
    signal: isSignal ? signalJson(explanation.signal) : null,
    reason,
    instances: isSignal ? explanation.instances.map(instanceJson) : [],
  });
}

function instanceJson(found: Judgement): Readonly<Record<string, unknown>> {
  const { instanceId, cause, confidence, decision, remediation, rung, reason } = found;
  return { instanceId, cause, confidence, decision, remediation, rung, reason };
}

/** The same for people: what it is, who did it, what would be done, and why. */
export function explanationText(file: string, explanation: Explanation, colors: Colors): string {
  const head = `${colors.bold(file)}  ${outcomeText(explanation.outcome, colors)}`;
  if (explanation.outcome !== 'signal') return `${head}\n  ${oneLine(explanation.reason, LINE)}\n`;
  const { instances, at } = explanation;
  const seen = colors.dim(`Looked at ${iso(at)}.`);
  const lines = [head, `  ${oneLine(explanation.reason, LINE)} ${seen}`];
  if (instances.length === 0) lines.push('  It names no instance to judge.');
  return [...lines, ...instances.flatMap((one) => ['', ...instanceText(one, colors)]), ''].join(
    '\n',
  );
}

function outcomeText(outcome: Explanation['outcome'], colors: Colors): string {
  if (outcome === 'signal') return colors.green('a signal');
  return outcome === 'ignored' ? colors.yellow('ignored') : colors.red('rejected');
}

function instanceText(found: Judgement, colors: Colors): readonly string[] {
  const row = (label: string, text: string): string =>
    `    ${colors.dim(label.padEnd(9))} ${oneLine(text, LINE)}`;
  return [
    `  ${titleOf(found, colors)}`,
    ...causeRows(found, row),
    row('Decision', decisionText(found)),
    ...(found.rung === null ? [] : [row('Rung', found.rung)]),
    row('Reason', found.note ?? describeReason(found.reason)),
    ...toldRows(found, row),
    row('Runbook', `${RUNBOOK}#${found.reason}`),
  ];
}

function titleOf({ instanceId, view }: Judgement, colors: Colors): string {
  if (view === undefined) return colors.bold(instanceId);
  const name = oneLine(nameOf(view), LINE);
  const about = [name === instanceId ? '' : instanceId, view.state, view.instanceType, view.zone];
  return `${colors.bold(name)}  ${oneLine(about.filter((text) => text !== '').join(', '), LINE)}`;
}

function causeRows(
  { verdict, view }: Judgement,
  row: (label: string, text: string) => string,
): readonly string[] {
  if (verdict === undefined) return [];
  const isUp = view?.state === 'running' || view?.state === 'pending';
  // Nothing took down what runs: only what is known of it is worth a line.
  const cause = isUp && verdict.kind === 'unknown' ? 'none: it is not down' : causeText(verdict);
  return [
    row('Cause', cause),
    ...verdict.evidence.map((text, index) => row(index === 0 ? 'Evidence' : '', text)),
  ];
}

function toldRows(
  { told }: Judgement,
  row: (label: string, text: string) => string,
): readonly string[] {
  return told.map(({ kind, severity, text }, index) => {
    const what = text === undefined ? '' : `: ${text}`;
    return row(index === 0 ? 'Told' : '', `${kind} (${severity})${what}`);
  });
}

function causeText(verdict: NonNullable<Judgement['verdict']>): string {
  const detail = verdict.detail === 'plain' ? '' : ` (${verdict.detail})`;
  return `${verdict.kind}${detail}: ${describeCause(verdict)}, ${verdict.confidence} confidence`;
}

function decisionText({ decision, remediation, reason }: Judgement): string {
  const what = remediation === null ? decision : `${decision}: ${remediation}`;
  return `${what} (${reason})`;
}
