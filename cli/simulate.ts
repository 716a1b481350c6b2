import { InvalidArgumentError, type Command } from 'commander';
import type { Simulation } from '../sim/simulate';
import type { Terminal } from './terminal';

const MOST_SEEDS = 1_000_000;
const LAST_SEED = 4_294_967_295;
/** Progress is told this often. */
const PROGRESS_EVERY = 50;

const HELP = `
Each seed draws a world: a small fleet, what happens to each server (AWS stops it, a person does, it
shuts itself down, it is impaired, paused, terminated …), and faults of the services around it
(events lost, doubled and late, time-outs, throttling, DynamoDB or SNS down, no capacity, old
answers, a Lambda that dies). The deployed code runs in it, and the run is held against every
invariant. The same seed gives the same world.

Examples:
  $ watchdog simulate --seeds 200
  $ watchdog simulate --seeds 1 --from 4711
  $ watchdog simulate --seeds 1000 --json

Exit code: 0 when no invariant was broken, 1 when one was, 2 for a command line that is not
understood.
`;

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

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
    .option('--seeds <N>', 'how many worlds', whole(1, MOST_SEEDS), 100)
    .option('--from <M>', 'the first seed', whole(0, LAST_SEED), 1)
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (options: { seeds: number; from: number; json?: true }) => {
      const { simulate } = await import('../sim/simulate');
      const { seeds, from } = options;
      const found = await simulate({
        seeds,
        from,
        onSeed: (done, violations) => {
          for (const { seed, invariant, text } of violations) {
            terminal.err(`seed ${seed}: ${invariant}: ${text}`);
          }
          if (done % PROGRESS_EVERY === 0) terminal.err(`${done} of ${seeds} worlds`);
        },
      });
      terminal.out(options.json === true ? JSON.stringify(found) : summary(found));
      onExit(found.violations.length === 0 ? 0 : 1);
    });
}

function summary({ seeds, from, violations, simulatedHours }: Simulation): string {
  const worlds = `${seeds} worlds, seeds ${from} to ${from + seeds - 1}`;
  const head = `${worlds}, ${simulatedHours} simulated hours: ${violations.length} violations`;
  const replays = [...new Set(violations.map(({ replay }) => replay))];
  return replays.length === 0 ? head : [head, 'Play again with:', ...replays].join('\n');
}
