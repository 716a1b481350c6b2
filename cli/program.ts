import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCost } from './cost-command';
import { addDrill } from './drill';
import { addExplain } from './explain';
import { addSimulate } from './simulate';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

/** A command line that is not understood, as getopt and most shells have it. */
const USAGE = 2;

const HELP = `
Examples:
  $ watchdog drill                     play the outage of 1 August 2024 in a simulated account
  $ watchdog drill --list              the other drills
  $ watchdog explain event.json        what the watchdog would make of an event
  $ watchdog cost --instances 100      what it costs a month, idle

Help on a command: watchdog help drill, or watchdog drill --help.
None of the commands needs an AWS account or credentials.
`;

function version(): string {
  const text = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function createProgram(terminal: Terminal, onExit: (code: number) => void): Command {
  const program = new Command('watchdog')
    .description(
      'LiveChat Watchdog: starts the servers that AWS stopped, verifies them, tells people.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .showHelpAfterError('(add --help for what is allowed)');
  addDrill(program, terminal, onExit);
  addExplain(program, terminal, onExit);
  addCost(program, terminal);
  addSimulate(program, terminal, onExit);
  return program;
}

/** Runs one command line (without node and the script) and answers its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = createProgram(terminal, (given) => {
    code = given;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has told what is wrong by now; help and version end this way too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof UsageError)) throw error;
    terminal.err(error.message);
    return USAGE;
  }
}
