import { InvalidArgumentError, type Command } from 'commander';
import type { Duration } from '../lambda/core/time';
import type { AccountOptions } from './account-clients';
import {
  accountOf,
  CREDENTIALS_HELP,
  withAccountOptions,
  type AccountCommand,
} from './account-command';
import { printDone } from './done';
import type { GameDayAccount } from './gameday-target';
import { startGameDay, USUAL_MARK } from './gameday-start';
import {
  closeGameDay,
  outcomeLines,
  reportOf,
  verifyGameDay,
  type Verified,
} from './gameday-verify';
import { parseLength } from './pause-time';
import { FORMATS, type Format } from './report-forms';
import type { Terminal } from './terminal';
import { writeTextFile } from './write-file';

interface ListOptions extends AccountOptions {
  readonly json?: true;
}

interface StartOptions extends AccountOptions {
  readonly instance: string;
  readonly for: Duration;
  readonly yes?: true;
  readonly json?: true;
}

interface VerifyOptions extends AccountOptions {
  readonly out?: string;
  readonly format: Format;
  readonly quiet?: true;
  readonly json?: true;
}

const HELP = `
A game day breaks a real server of yours with AWS Fault Injection Service (FIS), and then holds the
watchdog to its goals. docs/gameday.md is the plan for it: read it with the owners of the service.

Examples:
  $ watchdog gameday list
  $ watchdog gameday start stop --instance pod-23            tells what would be done
  $ watchdog gameday start stop --instance pod-23 --yes
  $ watchdog gameday verify stop --out pod-23.md
${CREDENTIALS_HELP}
Exit code: 0, 1 when a game day was not started, is not over or failed, or AWS or the state of the
account does not allow it (the message says why), 2 for a command line that is not understood.
`;

const START_HELP = `
It refuses a server whose owners did not write watchdog:game-day-consent = yes, that is paused, not
enrolled or not running, that has an open incident, or whose policy does not act; and it starts no
second experiment while one is under way. It writes two tags on the server: watchdog:game-day, by
which the watchdog knows the experiment's stop for one, and watchdog:game-day-target, by which FIS
finds the server.

With --json, one object: version, command, changed, scope, id, name, incidentId, text, notes, undo.
${HELP}`;

const VERIFY_HELP = `
It reads the incident's record. When the game day is over the outcome goes to those who are
subscribed to the topic of game days, and the two tags are removed. --out writes the incident's
report, the same that watchdog report gives.

With --json, one object: version, experiment, name, instanceId, incidentId, verdict (pass, fail or
open), checks (goal, result, limitS, measuredS, text), why.
${HELP}`;

/** Adds `gameday` with its three commands to the program; `onExit` gets the exit code. */
export function addGameDay(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  const group = program
    .command('gameday')
    .summary('break a real server on purpose, and see it come back')
    .description('Game days: experiments of AWS Fault Injection Service, and how they went.')
    .addHelpText('after', HELP);
  addList(group, command);
  addStart(group, command, onExit);
  addVerify(group, command, onExit);
}

async function gameDaysOf(
  options: AccountOptions,
  command: AccountCommand,
): Promise<GameDayAccount> {
  const account = await accountOf(options, command);
  return { ...account, ...(await account.gameDays()) };
}

function addList(group: Command, command: AccountCommand): void {
  withAccountOptions(group.command('list'))
    .summary('the experiments that are deployed')
    .description('Lists the experiments that are deployed, what each shows and cannot show.')
    .option('--json', 'one JSON array')
    .addHelpText('after', HELP)
    .action(async (options: ListOptions) => {
      const { out, colors } = command.terminal;
      const account = await gameDaysOf(options, command);
      const found = await account.experimentTemplates();
      if (options.json === true) {
        out(JSON.stringify(found, null, 2));
        return;
      }
      if (found.length === 0) {
        out('No experiment is deployed here: docs/gameday.md tells how.');
      }
      for (const { name, description, templateId } of found) {
        out(`${colors.bold(name)} (${templateId})`);
        out(`  ${description}`);
      }
    });
}

function addStart(group: Command, command: AccountCommand, onExit: (code: number) => void): void {
  withAccountOptions(group.command('start'))
    .summary('start an experiment on one server')
    .description('Marks a server and starts an experiment on it.')
    .argument('<NAME>', 'the experiment: watchdog gameday list')
    .requiredOption('--instance <INSTANCE>', 'the id or the name of a managed instance')
    .option('--for <LENGTH>', 'how long its mark counts: 15m to 4h', parseLength, USUAL_MARK)
    .option('--yes', 'do it: without this it only tells what it would do')
    .option('--json', 'one JSON object')
    .addHelpText('after', START_HELP)
    .action(async (name: string, options: StartOptions) => {
      const account = await gameDaysOf(options, command);
      const { done, isStarted } = await startGameDay({
        name,
        instance: options.instance,
        account,
        options,
        length: options.for,
        isSure: options.yes === true,
      });
      printDone(done, options.json === true, command.terminal);
      onExit(isStarted ? 0 : 1);
    });
}

function addVerify(group: Command, command: AccountCommand, onExit: (code: number) => void): void {
  withAccountOptions(group.command('verify'))
    .summary('hold a game day to its goals')
    .description('Says pass or fail of a game day, with its times, and tells the team.')
    .argument('<NAME|EXPERIMENT>', 'the newest of this name, or one by its id (EXP…)')
    .option('--out <FILE>', "write the incident's report to this file")
    .option('--format <FORMAT>', `of the report: ${FORMATS.join(', ')}`, parseFormat, 'md')
    .option('--quiet', 'tell nobody, and leave the tags')
    .option('--json', 'one JSON object')
    .addHelpText('after', VERIFY_HELP)
    .action(async (meant: string, options: VerifyOptions) => {
      onExit(await verify(meant, options, command));
    });
}

async function verify(
  meant: string,
  options: VerifyOptions,
  command: AccountCommand,
): Promise<number> {
  const { terminal } = command;
  const account = await gameDaysOf(options, command);
  const verified = await verifyGameDay(meant, account);
  const { verdict } = verified.judgement;
  printVerified(verified, options.json === true, terminal);
  const isWritten = await writeReport(verified, { options, account, terminal });
  if (verdict !== 'open' && options.quiet !== true) {
    await closeGameDay(verified, { account, options });
  }
  return verdict === 'pass' && isWritten ? 0 : 1;
}

function printVerified(verified: Verified, isJson: boolean, { out, colors }: Terminal): void {
  const { started, instanceId, record, judgement } = verified;
  if (isJson) {
    const { id: experiment, name } = started;
    const incidentId = record?.incident.id ?? null;
    out(JSON.stringify({ version: 1, experiment, name, instanceId, incidentId, ...judgement }));
    return;
  }
  const [first = '', ...rest] = outcomeLines(verified);
  out(colors.bold(first));
  for (const line of rest) out(`  ${line}`);
}

/** False where it could not be written, or there is nothing to write. */
async function writeReport(
  verified: Verified,
  around: {
    readonly options: VerifyOptions;
    readonly account: Parameters<typeof reportOf>[2];
    readonly terminal: Terminal;
  },
): Promise<boolean> {
  const { options, account, terminal } = around;
  if (options.out === undefined) return true;
  const text = await reportOf(verified, options.format, account);
  if (text === undefined) {
    terminal.err('No report is written: the game day left no incident.');
    return false;
  }
  return writeTextFile(options.out, text, terminal);
}

function parseFormat(text: string): Format {
  const found = FORMATS.find((one) => one === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It must be one of ${FORMATS.join(', ')}.`);
}
