import type { Command } from 'commander';
import { availableParallelism } from 'node:os';
import type { SeedRun, Simulation } from '../sim/simulate';
import type { Terminal } from './terminal';
import { whole } from './whole-number';

const MOST_SEEDS = 1_000_000;
const LAST_SEED = 4_294_967_295;
/** Progress is told this often. */
const PROGRESS_EVERY = 50;
const DEFAULT_SEEDS = 100;
const MOST_JOBS = 64;
const MOST_MINUTES = 1_440;
/** Fewer are played before another process has started. */
const FEW = 10;

const HELP = `
Each seed draws a world: a small fleet, what happens to each server (AWS stops it, a person does, it
shuts itself down, it is impaired, paused, terminated …), and faults of the services around it
(events lost, doubled and late, time-outs, throttling, DynamoDB or SNS down, no capacity, old
answers, a Lambda that dies). The deployed code runs in it, and the run is held against every
invariant. The same seed gives the same world, whatever the number of processes.

With --json it prints one JSON object:
  seeds, from, violations, exercised, simulatedHours, wallS
exercised counts how often each fault and each reason of a decision happened, and how often each
invariant was put to the test.

Examples:
  $ watchdog simulate --seeds 200
  $ watchdog simulate --seeds 1 --from 4711
  $ watchdog simulate --minutes 5 --from 100000
  $ watchdog simulate --seeds 1000 --jobs 1 --json
  $ watchdog simulate --load burst

With --load it plays a named load instead (docs/load.md), with the seed of --from.

Exit code: 0 when no invariant was broken and no goal of a load was missed, 1 when one was, 2 for a
command line that is not understood.
`;

/** Adds `simulate` to the program; `onExit` gets the exit code. */
export function addSimulate(
  program: Command,
  terminal: Terminal,
  onExit: (code: number) => void,
): void {
  program
    .command('simulate')
    .summary('search random worlds for a broken invariant')
    .description('Plays random worlds in the simulated account and checks every invariant.')
    .option('--seeds <N>', 'how many worlds (default: 100)', whole(1, MOST_SEEDS))
    .option('--from <M>', 'the first seed', whole(0, LAST_SEED), 1)
    .option('--jobs <J>', 'how many processes (default: the cores)', whole(1, MOST_JOBS))
    .option('--minutes <T>', 'begin no further world after so long', whole(1, MOST_MINUTES))
    .option('--load [NAME]', 'play a load instead: its name, all, or list')
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (options: SimulateOptions) => {
      if (options.load === undefined) {
        onExit(await simulate(options, terminal));
        return;
      }
      const { playLoads } = await import('./load');
      onExit(await playLoads(options.load === true ? 'list' : options.load, options, terminal));
    });
}

interface SimulateOptions {
  readonly seeds?: number;
  readonly from: number;
  readonly jobs?: number;
  readonly minutes?: number;
  readonly load?: string | true;
  readonly json?: true;
}

/** Carries the command out and answers the exit code. */
async function simulate(options: SimulateOptions, terminal: Terminal): Promise<number> {
  const { simulationOf } = await import('../sim/simulate');
  const begun = performance.now();
  const runs = await played(options, terminal);
  const wallS = Math.round((performance.now() - begun) / 100) / 10;
  const found = { ...simulationOf(runs, options.from), wallS };
  terminal.out(options.json === true ? JSON.stringify(found) : summary(found));
  return found.violations.length === 0 ? 0 : 1;
}

/** A few are played here, many in several processes. */
async function played(options: SimulateOptions, terminal: Terminal): Promise<readonly SeedRun[]> {
  const { minutes, from } = options;
  const seeds = options.seeds ?? (minutes === undefined ? DEFAULT_SEEDS : LAST_SEED - from + 1);
  const processes = Math.min(options.jobs ?? availableParallelism(), seeds);
  const jobs = seedsOf(from, seeds, minutes);
  const begun = performance.now();
  let done = 0;
  const onResult = ({ violations }: SeedRun): void => {
    done += 1;
    for (const { seed, invariant, text } of violations) {
      terminal.err(`seed ${seed}: ${invariant}: ${text}`);
    }
    const of = minutes === undefined ? ` of ${seeds}` : '';
    if (done % PROGRESS_EVERY !== 0) return;
    const tookS = Math.round((performance.now() - begun) / 1_000);
    terminal.err(`${done}${of} worlds in ${tookS} s`);
  };
  if (processes > 1 && seeds > FEW) {
    const { inParallel } = await import('./pool');
    return inParallel(jobs, { worker: 'simulate-worker.ts', processes, onResult });
  }
  const { playSeed } = await import('../sim/simulate');
  const runs: SeedRun[] = [];
  for (const seed of jobs) {
    const run = await playSeed(seed);
    runs.push(run);
    onResult(run);
  }
  return runs;
}

/** The seeds to play, one after the other, until there are enough or the time is over. */
function* seedsOf(from: number, seeds: number, minutes = Infinity): Generator<number, undefined> {
  const until = performance.now() + minutes * 60_000;
  for (let seed = from; seed < from + seeds && performance.now() < until; seed += 1) yield seed;
  return undefined;
}

function summary(found: Simulation): string {
  const { seeds, from, violations, simulatedHours, exercised } = found;
  const worlds = `${seeds} worlds, seeds ${from} to ${from + seeds - 1}`;
  const time = `${simulatedHours} simulated hours`;
  const replays = [...new Set(violations.map(({ replay }) => replay))];
  return [
    `${worlds}, ${time}: ${violations.length} violations`,
    `Faults: ${Object.entries(exercised.faults)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    `Reasons decided by: ${usedText(exercised.reasons)}`,
    `Invariants put to the test: ${usedText(exercised.invariants)}`,
    ...(replays.length === 0 ? [] : ['Play again with:', ...replays]),
  ].join('\n');
}

/** How many were used, and the names of those that never were. */
function usedText(counts: Readonly<Record<string, number>>): string {
  const names = Object.keys(counts);
  const unused = names.filter((name) => counts[name] === 0);
  const used = `${names.length - unused.length} of ${names.length}`;
  return `${used}; never: ${unused.join(', ') || 'none'}`;
}
