import { earliest, latest, type Instant } from '../lambda/core/time';
import type { Block, Section, Text } from './document';
import { code, paragraph, strong } from './document';
import { PROOF_TEXT } from './headline';
import { isTakenDown } from './impact';
import { reasonText } from './known-word';
import type { Act, IncidentReport, InstanceReport } from './model';
import { clockText } from './moment-text';
import { capital, namesText } from './names-text';
import { printableWord } from './printable';
import { tableBlock } from './section-table';
import { timeCell, timeColumn } from './time-columns';

/** What was tried, what AWS answered, and what proved that it serves again. */
export function resolutionSection(report: IncidentReport): Section {
  const [first, ...others] = report.instances;
  if (first === undefined) return { heading: 'Resolution', blocks: [] };
  return {
    heading: 'Resolution',
    blocks:
      others.length === 0
        ? [actsTable(report), ...endOf(first, report.timeZone)]
        : [groupedActs(report), ...groupedEnds(report)],
  };
}

const NO_ACT = 'The watchdog asked AWS for nothing.';

/** One after the other; the same outcome again and again is one row. */
function actsTable({ instances, timeZone }: IncidentReport): Block {
  const runs = runsOf(instances.flatMap(({ acts }) => acts));
  const isRepeated = runs.some(({ count }) => count > 1);
  const columns = [timeColumn('Asked for', timeZone), 'Act and outcome'];
  return tableBlock({
    columns: isRepeated ? [...columns, 'How often'] : columns,
    rows: runs.map(({ first, last, count }): readonly Text[] => [
      timeCell(first.at, timeZone),
      first.outcome,
      ...(isRepeated
        ? [count === 1 ? 'once' : `${count} times, last at ${clockText(last.at, timeZone)}`]
        : []),
    ]),
    none: NO_ACT,
  });
}

interface Run {
  readonly first: Act;
  readonly last: Act;
  readonly count: number;
}

function runsOf(acts: readonly Act[]): readonly Run[] {
  const runs: Run[] = [];
  for (const act of acts) {
    const run = runs.at(-1);
    if (run?.first.outcome === act.outcome) {
      runs[runs.length - 1] = { ...run, last: act, count: run.count + 1 };
    } else {
      runs.push({ first: act, last: act, count: 1 });
    }
  }
  return runs;
}

function endOf(one: InstanceReport, timeZone: string): readonly Block[] {
  const { resolved, proof, served, acknowledged } = one;
  const at = served.at(-1);
  const by = proof === undefined ? '' : `, proved by ${PROOF_TEXT[proof] ?? proof}`;
  const never = isTakenDown(one) ? 'Nothing has proved yet that it serves again. ' : '';
  const again = at === undefined ? never : `It served again at ${clockText(at, timeZone)}${by}. `;
  const person =
    acknowledged === undefined
      ? ''
      : `${acknowledged.by} took it in hand at ${clockText(acknowledged.at, timeZone)}. `;
  const over: Text =
    resolved === undefined
      ? ['It is not over.']
      : [
          `Closed at ${clockText(resolved.at, timeZone)}: ${reasonText(resolved.reason)} `,
          code(printableWord(resolved.reason)),
        ];
  return [paragraph([`${again}${person}`, ...over])];
}

/** Of several instances, the same act with the same outcome is one row. */
function groupedActs({ instances, timeZone }: IncidentReport): Block {
  const groups = new Map<string, { first: Instant; last: Instant; names: string[] }>();
  for (const { name, acts } of instances) {
    for (const { at, outcome } of acts) {
      const known = groups.get(outcome) ?? { first: at, last: at, names: [] };
      known.first = earliest(known.first, at);
      known.last = latest(known.last, at);
      known.names.push(name);
      groups.set(outcome, known);
    }
  }
  const rows = [...groups]
    .toSorted(([, one], [, other]) => one.first - other.first)
    .map(([outcome, { first, last, names }]): readonly Text[] => [
      timeCell(first, timeZone),
      timeCell(last, timeZone),
      outcome,
      names.length === 1 ? (names[0] ?? '') : `${names.length} times`,
    ]);
  const columns = [
    timeColumn('First', timeZone),
    timeColumn('Last', timeZone),
    'Act and outcome',
    'For',
  ];
  return tableBlock({ columns, rows, none: NO_ACT });
}

/** How they ended, those of one kind together. */
function groupedEnds({ instances }: IncidentReport): readonly Block[] {
  const groups = new Map<string, { readonly text: string; names: string[] }>();
  for (const one of instances) {
    const { proof, resolved, served, name } = one;
    const never = isTakenDown(one) ? 'not serving again yet' : 'went on serving';
    const by = proof === undefined ? '' : `, proved by ${PROOF_TEXT[proof] ?? proof}`;
    const again = served.length === 0 ? never : `serving again${by}`;
    const over = resolved === undefined ? 'not over' : reasonText(resolved.reason);
    const key = `${again}; ${over}`;
    const known = groups.get(key) ?? { text: key, names: [] };
    known.names.push(name);
    groups.set(key, known);
  }
  const items = [...groups.values()]
    .toSorted((one, other) => other.names.length - one.names.length)
    .map(({ text, names }): Text => [
      strong(capital(namesText(names, { of: instances.length }))),
      `: ${text}`,
    ]);
  return [{ kind: 'list', items }];
}
