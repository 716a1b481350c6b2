import type { Command } from 'commander';
import { availableParallelism } from 'node:os';
import type { RunVerdict } from '../sim/accuracy';
import type { Scenario } from '../sim/scenarios/scenario';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';
import { whole } from './whole-number';

const LAST_SEED = 4_294_967_295;
const MOST_SEEDS = 1_000;
/** Progress is told this often. */
const PROGRESS_EVERY = 50;
/** Fewer are played before another process has started. */
const FEW = 25;

const HELP = `
Plays a labelled set of scenarios in the simulated account, with the deployed code: AWS stops a
server, a person does, its guest hangs, checks flap, work is announced, storms, noise, and failing
parts of the watchdog itself. Each label says who must act, when that could be known, and why; it is
made from what happens and from what the policy promises, never from what the watchdog does. What
people got is held against it. docs/accuracy.md tells how it is counted.

Examples:
  $ watchdog accuracy
  $ watchdog accuracy --only storm
  $ watchdog accuracy --only person/force-stops-it --seed 7
  $ watchdog accuracy --seeds 5 --json

Exit code: 0 when every goal is held, 1 when one is missed, 2 for a command line that is not
understood.
`;

/** One scenario and the seed to play it with. */
export interface AccuracyJob {
  readonly scenario: string;
  readonly seed: number;
}

interface AccuracyOptions {
  readonly only?: string;
  readonly seed: number;
  readonly seeds: number;
  readonly list?: true;
  readonly json?: true;
}

/** Adds `accuracy` to the program; `onExit` gets the exit code. */
export function addAccuracy(
  program: Command,
  terminal: Terminal,
  onExit: (code: number) => void,
): void {
  program
    .command('accuracy')
    .summary('hold what people are told against a labelled set of scenarios')
    .description('Plays labelled scenarios and says whether the right people were told in time.')
    .option('--only <KIND>', 'one kind, or one scenario by its name')
    .option('--seed <N>', 'the first seed', whole(0, LAST_SEED), 1)
    .option('--seeds <N>', 'play each with so many seeds', whole(1, MOST_SEEDS), 1)
    .option('--list', 'print the scenarios and what happens in each')
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (options: AccuracyOptions) => {
      onExit(await accuracy(options, terminal));
    });
}

/** Carries the command out and answers the exit code. */
async function accuracy(options: AccuracyOptions, terminal: Terminal): Promise<number> {
  const { scenariosOf } = await import('../sim/accuracy');
  const { accuracyOf } = await import('../sim/accuracy-figures');
  const { accuracyText } = await import('./accuracy-text');
  const scenarios = scenariosOf(options.only);
  const [first] = scenarios;
  if (first === undefined) throw unknownKind(options.only ?? '', scenariosOf());
  const isJson = options.json === true;
  if (options.list === true) {
    terminal.out(isJson ? JSON.stringify(scenarios.map(listed)) : listText(scenarios, terminal));
    return 0;
  }
  const { seed: from, seeds } = options;
  const isOne = scenarios.length === 1 && seeds === 1;
  if (isOne && !isJson) terminal.out(await replayText(first, from, terminal));
  const found = accuracyOf(await played(scenarios, options, terminal), { from, seeds });
  terminal.out(isJson ? JSON.stringify(found) : accuracyText(found, terminal.colors));
  return found.goals.every(({ held }) => held) ? 0 : 1;
}

const listed = ({ name, family, title }: Scenario) => ({ name, kind: family, title });

function listText(scenarios: readonly Scenario[], { colors }: Terminal): string {
  return scenarios.map(({ name, title }) => `${colors.bold(name)}  ${title}`).join('\n');
}

function unknownKind(only: string, all: readonly Scenario[]): UsageError {
  return new UsageError({
    what: 'The kind',
    actual: JSON.stringify(only),
    allowed: `one of ${[...new Set(all.map(({ family }) => family))].join(', ')}`,
    fix: 'Correct it, or name one scenario; `watchdog accuracy --list` tells their names.',
  });
}

async function replayText(scenario: Scenario, seed: number, terminal: Terminal): Promise<string> {
  const { playScenario } = await import('../sim/accuracy');
  const { scenarioText } = await import('./accuracy-text');
  return scenarioText(scenario, await playScenario(scenario, { seed }), terminal.colors);
}

/** A few are played here, many in a process for each core. */
async function played(
  scenarios: readonly Scenario[],
  { seed: from, seeds }: AccuracyOptions,
  terminal: Terminal,
): Promise<readonly RunVerdict[]> {
  const jobs: readonly AccuracyJob[] = Array.from(
    { length: seeds },
    (_, index) => from + index,
  ).flatMap((seed) => scenarios.map(({ name }) => ({ scenario: name, seed })));
  let done = 0;
  const onRun = (): void => {
    done += 1;
    if (done % PROGRESS_EVERY === 0) terminal.err(`${done} of ${jobs.length} scenarios`);
  };
  if (jobs.length > FEW) {
    const { inParallel } = await import('./pool');
    const processes = Math.min(availableParallelism(), jobs.length);
    return inParallel(jobs, { worker: 'accuracy-worker.ts', processes, onResult: onRun });
  }
  return playHere(jobs, scenarios, onRun);
}

async function playHere(
  jobs: readonly AccuracyJob[],
  scenarios: readonly Scenario[],
  onRun: () => void,
): Promise<readonly RunVerdict[]> {
  const { runScenario } = await import('../sim/accuracy');
  const runs: RunVerdict[] = [];
  for (const { scenario, seed } of jobs) {
    const found = scenarios.find(({ name }) => name === scenario);
    if (found === undefined) throw new Error(`No scenario is called ${scenario}`);
    const run = await runScenario(found, { seed });
    runs.push(run);
    onRun();
  }
  return runs;
}
