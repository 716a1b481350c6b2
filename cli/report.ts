import { InvalidArgumentError, type Command } from 'commander';
import { isTimeZone } from '../report/moment-text';
import { isLanguage, LANGUAGES, type Language } from '../report/status-page/languages';
import { STAGES, type Stage } from '../report/status-page/texts';
import type { AccountOptions } from './account-clients';
import { CREDENTIALS_HELP, withAccountOptions, type AccountCommand } from './account-command';
import { draftsText, FORMATS, reportText, type Format } from './report-forms';
import { tellRecent } from './report-list';
import { fromAccount, fromDrill, type Meant } from './report-source';
import { UsageError } from './usage-error';
import { writeTextFile } from './write-file';

interface ReportOptions extends AccountOptions {
  readonly drill?: string;
  readonly seed?: number;
  readonly format?: Format;
  readonly statusPage?: readonly Stage[];
  readonly language?: readonly Language[];
  readonly zone?: string;
  readonly out?: string;
  readonly limit: number;
}

const DEFAULT_LIMIT = 20;
const MOST_LISTED = 1_000;
const LAST_SEED = 4_294_967_295;

const HELP = `
Without an ID it lists the incidents that are open or ended last. Several IDs, or the id of a storm
(storm-20240801-1210, as its alerts have it), make one report with a lane for each instance. With
--drill it reports what a drill leaves in the simulated table; that needs no account.

--status-page writes drafts for customers instead: ${STAGES.join(', ')},
or all that the record has the facts for. They hold what was measured and no more, and are for a
person to publish.

--format json prints one object; docs/reports.md has its fields.

Examples:
  $ watchdog report
  $ watchdog report pod-23-20240801-1210-0023 > pod-23.md
  $ watchdog report storm-20240801-1210 --format html --out storm.html
  $ watchdog report pod-23-20240801-1210-0023 --status-page all --language en,it
  $ watchdog report --drill pod-23 --format html --out pod-23.html --zone America/Los_Angeles
${CREDENTIALS_HELP}
Exit code: 0, 1 when AWS or the record does not allow it (the message says why), 2 for a command
line that is not understood.
`;

const LANGUAGE_CODES = Object.keys(LANGUAGES).join(', ');

/** Adds `report` to the program; `onExit` gets the exit code. */
export function addReport(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  withAccountOptions(program.command('report'))
    .summary('an incident as a report, nearly the post-mortem')
    .description('Reports an incident, several, or a drill: what happened, why, what was done.')
    .argument('[ID...]', 'incidents, or one storm; without any the recent ones are listed')
    .option('--drill <NAME>', 'report what this drill leaves, without any account')
    .option('--seed <N>', "the drill's seed (default: 1)", parseNumber(0, LAST_SEED))
    .option('--format <FORMAT>', `${FORMATS.join(', ')} (default: md)`, parseFormat)
    .option('--status-page <STAGE>', `drafts: ${STAGES.join(', ')} or all`, parseStages)
    .option('--language <CODES>', `of the drafts: ${LANGUAGE_CODES} (default: en)`, parseLanguages)
    .option('--zone <ZONE>', 'the time zone beside UTC (default: as deployed)', parseZone)
    .option('--out <FILE>', 'write it to this file instead')
    .option('--limit <N>', 'list so many', parseNumber(1, MOST_LISTED), DEFAULT_LIMIT)
    .addHelpText('after', HELP)
    .action(async (ids: readonly string[], options: ReportOptions) => {
      checkOptions(ids, options);
      onExit(await report(ids, options, command));
    });
}

async function report(
  ids: readonly string[],
  options: ReportOptions,
  command: AccountCommand,
): Promise<number> {
  const { terminal } = command;
  const { drill, seed = 1, zone, format = 'md', statusPage, language = ['en'] } = options;
  if (drill === undefined && ids.length === 0) {
    return tellRecent({ limit: options.limit, isJson: format === 'json' }, options, command);
  }
  const meant: Meant =
    drill === undefined
      ? await fromAccount(ids, { zone, account: options, command })
      : await fromDrill(drill, { seed, zone });
  for (const remark of meant.remarks) terminal.err(remark);
  const { text, remarks } =
    statusPage === undefined
      ? { text: reportText(meant.report, format), remarks: [] }
      : draftsText(meant.report, { stages: statusPage, languages: language, format });
  for (const remark of remarks) terminal.err(remark);
  if (options.out === undefined) {
    terminal.out(text.trimEnd());
    return 0;
  }
  if (!writeTextFile(options.out, text, terminal)) return 1;
  terminal.out(`Report   ${options.out}`);
  return 0;
}

/** What does not go together says so, and is not silently left out. */
function checkOptions(ids: readonly string[], options: ReportOptions): void {
  const { drill, seed, statusPage, language, format } = options;
  if (drill !== undefined && ids.length > 0) {
    throw new UsageError('--drill reports a drill and an ID an incident: give one of the two.');
  }
  const place = (['profile', 'region', 'stack', 'table'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (drill !== undefined && place !== undefined) {
    throw new UsageError(`--${place} names an account, and --drill needs none: give one of them.`);
  }
  if (seed !== undefined && drill === undefined) {
    throw new UsageError(
      '--seed is the seed of a drill: add --drill, for instance --drill pod-23.',
    );
  }
  if (language !== undefined && statusPage === undefined) {
    throw new UsageError('--language is that of the drafts: add --status-page, for instance all.');
  }
  if (drill === undefined && ids.length === 0 && (statusPage !== undefined || format === 'html')) {
    throw new UsageError('Name an incident: `watchdog report` lists the recent ones.');
  }
}

function parseFormat(text: string): Format {
  const found = FORMATS.find((one) => one === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It must be one of ${FORMATS.join(', ')}.`);
}

function parseStages(text: string): readonly Stage[] {
  if (text === 'all') return STAGES;
  return text.split(',').map((word) => {
    const found = STAGES.find((one) => one === word.trim());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be all, or some of ${STAGES.join(', ')}.`);
  });
}

function parseLanguages(text: string): readonly Language[] {
  const codes = text.split(',').map((word) => word.trim());
  const known = codes.filter(isLanguage);
  if (known.length === codes.length) return [...new Set(known)];
  throw new InvalidArgumentError(`It must be some of ${LANGUAGE_CODES}, for instance en,it.`);
}

function parseZone(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError(
    'It must be a time zone of the IANA database, for instance Europe/Rome or UTC.',
  );
}

function parseNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
