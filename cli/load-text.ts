import type { Goal } from '../sim/load/load';
import type { PlayedHere } from './played-load';
import type { Colors } from './terminal';

const LIMITS: Readonly<Record<Goal['limit']['kind'], string>> = {
  'at-most': 'at most',
  'at-least': 'at least',
  exactly: 'exactly',
};

const UNITS: Readonly<Record<Goal['unit'], string>> = {
  s: ' s',
  min: ' min',
  h: ' h',
  '1/s': ' a second',
  count: '',
};

const number = (value: number): string => value.toLocaleString('en-US');

/** What was measured, as people read it. */
export const measuredText = ({ measured, unit }: Goal): string =>
  measured === null ? 'did not happen' : `${number(measured)}${UNITS[unit]}`;

/** What it was held against. */
export const limitText = ({ limit, unit }: Goal): string =>
  `${LIMITS[limit.kind]} ${number(limit.value)}${UNITS[unit]}`;

/** More violations of one run than this say nothing more. */
const MOST_VIOLATIONS = 10;

/** Loads as they were played: each with its goals, and what to type to see it again. */
export function loadText(played: readonly PlayedHere[], colors: Colors): string {
  return played.map((one) => oneText(one, colors)).join('\n\n');
}

function oneText(one: PlayedHere, colors: Colors): string {
  const { load, title, goals, violations, instances, simulatedS, invocations, processorS } = one;
  const width = Math.max(...goals.map((goal) => measuredText(goal).length));
  const figures = Math.max(...goals.map(({ figure }) => figure.length));
  return [
    `${colors.bold(load)}  ${title}`,
    ...goals.map((goal) =>
      [
        goal.held ? colors.green('held  ') : colors.red('MISSED'),
        goal.figure.padEnd(figures),
        measuredText(goal).padStart(width),
        colors.dim(`(${limitText(goal)})`),
      ].join('  '),
    ),
    violations.length === 0
      ? `${colors.green('held  ')}  every invariant`
      : `${colors.red('BROKEN')}  ${violations.length} times an invariant`,
    ...violations.slice(0, MOST_VIOLATIONS).map((text) => `        ${text}`),
    colors.dim(
      `${instances} servers, ${number(Math.round(simulatedS / 60))} simulated minutes, ` +
        `${number(invocations)} invocations, ${number(processorS)} s of processor time with the ` +
        'simulated account',
    ),
    ...(one.passed ? [] : [`Play again with: ${one.replay}`]),
  ].join('\n');
}
