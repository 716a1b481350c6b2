import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One guard: what it is for, how to remove it, and what fails then. */
export interface Guard {
  /** The list or the part of the program that it belongs to. */
  readonly part: string;
  readonly name: string;
  /** The invariant (`S…`) or fault (`F…`) for which it stands, or `policy`. */
  readonly rule: string;
  /** What it keeps from happening. */
  readonly keepsFrom: string;
  readonly file: string;
  /** The text that is found once in the file, and what takes its place when it is removed. */
  readonly find: string;
  readonly replace: string;
  /** A test that fails then, by the beginning of its full name. */
  readonly test: { readonly path: string; readonly name: string };
  /** A drill that fails then, where there is one. */
  readonly drill?: string;
}

const DOCS = join(__dirname, '..', 'docs');
/** The table; `scripts/guards.mjs` removes one guard after the other by it. */
const TABLE = join(DOCS, 'guards.json');
const PAGE = join(DOCS, 'guards.md');

/** Every guard of the table. */
export function readGuards(): readonly Guard[] {
  return JSON.parse(readFileSync(TABLE, 'utf8')) as readonly Guard[];
}

const INTRODUCTION = `# Guards, and what fails without them

A guard is a place in the program that keeps the watchdog from doing harm. A guard that nothing
fails without is one that somebody will lose unnoticed. So each is listed here with a test, and
where there is one a drill, that fails when it is taken out; \`node scripts/guards.mjs\` takes
them out one by one, in a copy of the checkout, and says whether that is so. It takes many minutes
and is no part of \`npm run check\`, which only sees to it that this list is complete and up to
date.

\`S…\` are the invariants of \`sim/invariants\`, \`F…\` the faults that the simulator draws;
"policy" is what an operator has set. This page is made from [guards.json](guards.json) by
\`npm run docs\`.`;

/** A cell may hold a bar, which would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

function row({ name, rule, keepsFrom, file, test, drill }: Guard): string {
  const cells = [
    cell(name),
    rule,
    cell(keepsFrom),
    `\`${file}\``,
    `\`${test.path}\`: ${cell(test.name)}`,
    drill === undefined ? '' : `\`${drill}\``,
  ];
  return `| ${cells.join(' | ')} |`;
}

const HEAD = [
  '| guard | rule | what it keeps from happening | where | a test that fails without it | drill |',
  '| --- | --- | --- | --- | --- | --- |',
];

/** docs/guards.md, as the table has it. */
export function guardsPage(guards: readonly Guard[]): string {
  const parts = [...new Set(guards.map(({ part }) => part))];
  const sections = parts.map((part) =>
    [`## ${part}`, '', ...HEAD, ...guards.filter((one) => one.part === part).map(row)].join('\n'),
  );
  // The formatter would align the tables, and so change what is compared.
  return [
    INTRODUCTION,
    '<!-- prettier-ignore-start -->',
    ...sections,
    '<!-- prettier-ignore-end -->\n',
  ].join('\n\n');
}

/** Writes docs/guards.md anew. */
export function writeGuardsPage(): void {
  writeFileSync(PAGE, guardsPage(readGuards()));
}
