import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlayedHere } from './played-load';
import { limitText, measuredText } from './load-text';
import { fillBlocks, table } from './readme-blocks';

const DOCS = join(__dirname, '..', 'docs');
/** What `npm run -s simulate -- --load all --json` printed the last time. */
const FIGURES = join(DOCS, 'load.json');
const PAGE = join(DOCS, 'load.md');

/** The figures of the last time that all loads were played. */
export function readFigures(): readonly PlayedHere[] {
  return JSON.parse(readFileSync(FIGURES, 'utf8')) as readonly PlayedHere[];
}

function rows({ load, title, goals, violations }: PlayedHere): readonly (readonly string[])[] {
  const ofGoals = goals.map((goal, index) => [
    index === 0 ? `\`${load}\`: ${title}` : '',
    goal.figure,
    measuredText(goal),
    limitText(goal),
    goal.held ? 'held' : '**missed**',
  ]);
  const held = violations.length === 0 ? 'held' : '**broken**';
  return [...ofGoals, ['', 'invariants broken', String(violations.length), 'exactly 0', held]];
}

const HEAD = ['load', 'figure', 'measured', 'goal', ''];

/** The block of docs/load.md with the figures. */
export function loadBlocks(played: readonly PlayedHere[]): ReadonlyMap<string, string> {
  return new Map([['load', table([HEAD, ...played.flatMap(rows)])]]);
}

/** docs/load.md with its figures made anew. */
export function freshLoadPage(played: readonly PlayedHere[]): string {
  return fillBlocks(readFileSync(PAGE, 'utf8'), loadBlocks(played));
}

/** Writes docs/load.md anew from docs/load.json. */
export function writeLoadPage(): void {
  writeFileSync(PAGE, freshLoadPage(readFigures()));
}
