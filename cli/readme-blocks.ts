import type { ChatFigures } from '../sim/chat/figures';
import type { DrillMessage, DrillResult } from '../sim/drill-result';
import type { CostLine } from './cost';
import { totalUsd } from './cost';

/** What README shows of real runs, made anew by `npm run docs` and checked by a test. */
export interface RealRuns {
  readonly pod23: DrillResult;
  readonly kms: DrillResult;
  readonly costs: readonly { readonly instances: number; readonly lines: readonly CostLine[] }[];
}

/** The generated blocks of README.md by name. */
export function readmeBlocks(runs: RealRuns): ReadonlyMap<string, string> {
  return new Map([
    ['comparison', comparison(runs.pod23)],
    ['alerts', alerts(runs)],
    ['cost', cost(runs.costs)],
  ]);
}

/** The formatter would align tables and so change what is compared. */
const IGNORE_START = '<!-- prettier-ignore-start -->';
const IGNORE_END = '<!-- prettier-ignore-end -->';

/** Puts the blocks between their markers; what stands outside is left alone. */
export function fillBlocks(markdown: string, blocks: ReadonlyMap<string, string>): string {
  return [...blocks].reduce((text, [name, block]) => {
    const [begin, end] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`The page has no block "${name}".`);
    const kept = `${IGNORE_START}\n\n${block}\n\n${IGNORE_END}`;
    return `${text.slice(0, from + begin.length)}\n${kept}\n${text.slice(to)}`;
  }, markdown);
}

/** A table of Markdown; the first row is its head. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
};

function span(value: number | null): string {
  if (value === null) return 'never';
  const total = Math.round(value);
  if (total < 60) return `${Math.round(value * 10) / 10} s`;
  return `${Math.floor(total / 60)} min ${total % 60} s`;
}

function comparison(result: DrillResult): string {
  return table([
    ['', '1 August 2024', 'with the watchdog'],
    ['first word', '30 min, to customers', `${span(result.firstAlertS)}, to the operators`],
    [
      'start requested',
      'by a person',
      `${span(result.startIssuedS)} (EC2 took ${span(result.stoppedS)} to stop it)`,
    ],
    ['serving again', '23 min', span(result.servingS)],
    ['recovered, every check passed twice', 'not recorded', span(result.recoveredS)],
    ['messages to people', 'not recorded', String(result.alerts.length)],
    ...chatRowsOf(result),
  ]);
}

function withoutHooks(presence: ChatFigures['hourly']['presence']): string {
  if (presence === undefined) return '';
  return ` (without hooks ${presence.mismatches}, ${presence.left} of them for good)`;
}

function chatRowsOf({ chats }: DrillResult): readonly (readonly string[])[] {
  if (chats === null) return [];
  const { accepted, lost, mismatches, backfillStartS, backfillEndS, hourly } = chats;
  const byHour = `by an hourly schedule ${span(hourly.startS)}, ${span(hourly.endS)}`;
  return [
    [
      'agents online in the workspace and offline on the server',
      'yes',
      `${mismatches}${withoutHooks(hourly.presence)}`,
    ],
    ['accepted messages lost', 'not recorded', `${lost} of ${accepted}`],
    [
      'backfill begins, ends, after serving',
      'chats saved late',
      `${span(backfillStartS)}, ${span(backfillEndS)} (${byHour})`,
    ],
  ];
}

const fenced = ({ subject, email }: DrillMessage): string =>
  ['```text', `Subject: ${subject}`, '', email.trimEnd(), '```'].join('\n');

function alerts({ pod23, kms }: RealRuns): string {
  const page = kms.messages.filter(({ kind }) => kind === 'needs-person').slice(0, 1);
  return [
    'The two of the origin incident, as they arrive by e-mail:',
    ...pod23.messages.map(fenced),
    'A page, from the drill `kms-grant-missing`:',
    ...page.map(fenced),
  ].join('\n\n');
}

/** Whole cents. */
export const dollars = (usd: number): string => `$${usd.toFixed(2)}`;

function cost(costs: RealRuns['costs']): string {
  const first = costs[0]?.lines ?? [];
  const head = [
    'a month',
    ...costs.map(({ instances }) => `${instances} instance${instances === 1 ? '' : 's'}`),
    'price',
  ];
  const rows = first.map((line, index) => [
    line.what,
    ...costs.map(({ lines }) => dollars(lines[index]?.usd ?? 0)),
    `$${plain(line.price)} per ${line.unit}`,
  ]);
  const sum = ['**all**', ...costs.map(({ lines }) => `**${dollars(totalUsd(lines))}**`), ''];
  return table([head, ...rows, sum]);
}

/** Small prices without an exponent. */
const plain = (usd: number): string => usd.toFixed(10).replace(/\.?0+$/, '');
