import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '../lambda/core/metrics';
import { synthesizeTemplate } from '../lib/synthesize';
import { idleUsage } from '../sim/idle-usage';
import { billedParts, monthlyCost, type CostLine } from './cost';
import { dollars, fillBlocks, table } from './readme-blocks';

const PAGE = join(__dirname, '..', 'docs', 'observability.md');

/** The fleet of which the page tells the cost, and the seed of its run. */
const FLEET = 100;
const SEED = 1;

/** A saved query as the template has it. */
interface SavedQuery {
  readonly Name: string;
  readonly QueryString: string;
}

/** A cell may hold a bar, which would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** One row a metric, in the order of the table in the code. */
export function metricsBlock(emittedIdle: readonly string[]): string {
  const rows = Object.entries(METRICS).map(([name, { unit, says, odd }]) => [
    `\`${name}\``,
    unit === 'Count' ? 'count' : 'seconds',
    emittedIdle.includes(name) ? 'each sweep' : 'when it happens',
    cell(says),
    cell(odd),
  ]);
  return table([['metric', 'unit', 'emitted', 'what it says', 'when it is odd'], ...rows]);
}

function savedQueries(): readonly SavedQuery[] {
  const { Resources } = synthesizeTemplate() as {
    readonly Resources: Readonly<
      Record<string, { readonly Type: string; readonly Properties: unknown }>
    >;
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Logs::QueryDefinition')
    .map(({ Properties }) => Properties as SavedQuery);
}

/** The query without its first line, which says what it answers. */
function queryText({ Name, QueryString }: SavedQuery): string {
  const [says = '', ...commands] = QueryString.split('\n');
  const name = Name.slice(Name.indexOf('/') + 1);
  return [
    `**${name}.** ${says.replace('# ', '')}`,
    ['```text', ...commands, '```'].join('\n'),
  ].join('\n\n');
}

/** What of the bill is for being observed. */
function costBlock(lines: readonly CostLine[]): string {
  const rows = lines
    .filter(({ what }) => /CloudWatch|Insights/.test(what))
    .map(({ what, usd, how }) => [what, dollars(usd), cell(how)]);
  return table([['a month', 'US dollars', 'of what'], ...rows]);
}

/** docs/observability.md with its generated blocks made anew. */
export async function freshObservability(): Promise<string> {
  const usage = await idleUsage(FLEET, SEED);
  const blocks = new Map([
    ['metrics', metricsBlock(usage.metrics)],
    ['queries', savedQueries().map(queryText).join('\n\n')],
    ['cost', costBlock(monthlyCost(usage, billedParts()))],
  ]);
  return fillBlocks(readFileSync(PAGE, 'utf8'), blocks);
}

/** Writes docs/observability.md anew. */
export async function writeObservability(): Promise<void> {
  writeFileSync(PAGE, await freshObservability());
}
