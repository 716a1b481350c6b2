import type { Command } from 'commander';
import type { FuzzFailure, Fuzzed } from '../sim/fuzz/fuzz';
import type { Terminal } from './terminal';
import { whole } from './whole-number';

const MOST_EVENTS = 10_000_000;
const LAST_SEED = 4_294_967_295;
/** Progress is told this often, in events. */
const PROGRESS_EVERY = 10_000;
/** A record is shown up to so many characters: some of them are huge. */
const LONGEST_SHOWN = 2_000;
const MOST_SHOWN = 10;

const HELP = `
Gives the real handler, in the simulated account, events that nobody should send: truncated, of the
wrong type, huge, deeply nested, doubled, of another account, with keys of the prototype, and what
is no batch at all; mixed with the account's own. Meanwhile AWS stops one server. Nothing may crash,
nothing but that server be touched, and nothing be lost: it is started and told, and every bad
record is refused with a reason and counted (docs/resilience.md).

Examples:
  $ watchdog fuzz --events 100000
  $ watchdog fuzz --events 500 --seed 17 --json

Exit code: 0 when nothing was wrong, 1 when something was, 2 for a command line that is not
understood.
`;

/** Adds `fuzz` to the program; `onExit` gets the exit code. */
export function addFuzz(
  program: Command,
  terminal: Terminal,
  onExit: (code: number) => void,
): void {
  program
    .command('fuzz')
    .summary('search for an event that the function does not cope with')
    .description('Gives mutated events and records to the real handler in a simulated account.')
    .option('--events <N>', 'how many records', whole(1, MOST_EVENTS), 10_000)
    .option('--seed <N>', 'the first seed; each 500 records take another', whole(0, LAST_SEED), 1)
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (options: { events: number; seed: number; json?: true }) => {
      const { fuzz } = await import('../sim/fuzz/fuzz');
      const { events, seed, json } = options;
      const found = await fuzz({
        events,
        seed,
        onRound: (done, failure) => {
          if (failure !== undefined) terminal.err(failureText(failure));
          if (done % PROGRESS_EVERY === 0) terminal.err(`${done} of ${events} records`);
        },
      });
      terminal.out(json === true ? JSON.stringify(found) : summary(found));
      onExit(found.failures.length === 0 ? 0 : 1);
    });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** What was wrong with a round, what is needed for it, and how to see it again. */
function failureText({ seed, breaches, needed, odd, replay }: FuzzFailure): string {
  return [
    `seed ${seed}:`,
    ...breaches.slice(0, MOST_SHOWN).map(({ rule, text }) => `  ${rule}: ${text}`),
    `  needed for it, of the records:${needed.length === 0 ? ' none' : ''}`,
    ...needed.slice(0, MOST_SHOWN).map(({ how, record }) => `    ${how}: ${shown(record)}`),
    ...odd.slice(0, MOST_SHOWN).map((event) => `    invoked with ${shown(event)}`),
    `  Play again with: ${replay}`,
  ].join('\n');
}

function summary({ events, from, signals, refused, invocations, failures }: Fuzzed): string {
  return [
    `${events} records in ${invocations} invocations, from seed ${from} on: ${failures.length} ` +
      'rounds in which something was wrong',
    `${refused} were refused and counted, ${signals} were signals all the same`,
  ].join('\n');
}
