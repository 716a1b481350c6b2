import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processSurroundings, type Surroundings } from './account-clients';
import { AccountError } from './account-error';
import { addAccuracy } from './accuracy';
import { addAck } from './ack';
import { addCost } from './cost-command';
import { addDrill } from './drill';
import { addExplain } from './explain';
import { addFuzz } from './fuzz';
import { addGameDay } from './gameday';
import { addPause } from './pause';
import { addReport } from './report';
import { addResume } from './resume';
import { addScore } from './score';
import { addSimulate } from './simulate';
import { addStatus } from './status';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';
import { addVeto } from './veto';

/** AWS, or the state of the account, does not allow it. */
const NOT_POSSIBLE = 1;

/** A command line that is not understood, as getopt and most shells have it. */
const USAGE = 2;

const HELP = `
Examples:
  $ watchdog drill                     play the outage of 1 August 2024 in a simulated account
  $ watchdog drill --list              the other drills
  $ watchdog explain event.json        what the watchdog would make of an event
  $ watchdog cost --instances 100      what it costs a month, idle
  $ watchdog status                    what the deployed watchdog manages, and what is open
  $ watchdog ack pod-23                say that a page is in hand

Help on a command: watchdog help drill, or watchdog drill --help.
drill, explain, cost and simulate need no AWS account and no credentials.
`;

function version(): string {
  const text = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Characters in a line of help where nobody looks, and at most. */
const USUAL_WIDTH = 80;
const WIDEST = 100;

interface Place {
  readonly terminal: Terminal;
  readonly surroundings: Surroundings;
}

/** Every command, for one command line. */
export function createProgram(place: Place, onExit: (code: number) => void): Command {
  const { terminal } = place;
  const program = new Command('watchdog')
    .description(
      'LiveChat Watchdog: starts the servers that AWS stopped, verifies them, tells people.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      // As wide as the terminal, and the same in a pipe everywhere.
      getOutHelpWidth: () => Math.min(terminal.columns ?? USUAL_WIDTH, WIDEST),
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .showHelpAfterError('(add --help for what is allowed)');
  addDrill(program, terminal, onExit);
  addExplain(program, terminal, onExit);
  addCost(program, terminal);
  addSimulate(program, terminal, onExit);
  addFuzz(program, terminal, onExit);
  addAccuracy(program, terminal, onExit);
  addStatus(program, place, onExit);
  addAck(program, place, onExit);
  addPause(program, place, onExit);
  addResume(program, place, onExit);
  addVeto(program, place, onExit);
  addScore(program, place, onExit);
  addReport(program, place, onExit);
  addGameDay(program, place, onExit);
  return program;
}

/** Runs one command line (without node and the script) and answers its exit code. */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings = processSurroundings(),
): Promise<number> {
  let code = 0;
  const program = createProgram({ terminal, surroundings }, (given) => {
    code = given;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has told what is wrong by now; help and version end this way too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof UsageError || error instanceof AccountError)) throw error;
    terminal.err(error.message);
    return error instanceof UsageError ? USAGE : NOT_POSSIBLE;
  }
}
