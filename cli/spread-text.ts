import type { DrillSpread } from '../sim/drills/spread';

const cell = (value: number | null): string => (value === null ? '-' : String(value));

/** The spread of a drill's figures as a table; times in seconds. */
export function spreadText({ drill, from, seeds, passed, failed, figures }: DrillSpread): string {
  const head = ['', 'median', '99 %', 'most'];
  const rows = figures.map(({ figure, median, p99, most }) => [
    figure,
    cell(median),
    cell(p99),
    cell(most),
  ]);
  const width = Math.max(0, ...rows.map(([name = '']) => name.length));
  const line = ([name = '', ...cells]: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((text) => text.padStart(9))].join('');
  return [
    `Drill ${drill}, seeds ${from} to ${from + seeds - 1}: ${passed} of ${seeds} passed (seconds)`,
    '',
    ...[head, ...rows].map(line),
    ...(failed.length === 0 ? [] : ['', 'Failed; play again with:', ...failed]),
  ].join('\n');
}
