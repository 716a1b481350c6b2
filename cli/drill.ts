import { InvalidArgumentError, type Command } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { toJson, type Drill, type DrillResult, type TimelineLine } from '../sim/drill-result';
import type { DrillSpread } from '../sim/drills/spread';
import { reportHtml } from '../sim/report/report';
import { drillHeading, drillSummary } from './drill-text';
import { spreadText } from './spread-text';
import { LIVE } from './live/live';
import { createLiveTimeline } from './live-timeline';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

/** The drills, as `sim/drills` exports them; loaded late, since they bring the whole stack. */
export interface DrillModule {
  readonly DRILLS: readonly Drill[];
  readonly runDrill: (
    name: string,
    options: { readonly seed: number; readonly onLine?: (line: TimelineLine) => void },
  ) => Promise<DrillResult>;
}

interface DrillOptions {
  readonly list?: true;
  readonly json?: true;
  readonly seed: number;
  readonly report?: string;
  readonly seeds?: number;
  readonly live?: true;
}

const ORIGIN = 'pod-23';
const DEFAULT_SEED = 1;
/** Progress of many seeds is told this often. */
const PROGRESS_EVERY = 10;
const LAST_SEED = 4_294_967_295;

const HELP = `
A drill plays a scenario in a simulated AWS account: the synthesized stack and the real Lambda
code, with every latency, interleaving and fault drawn from one seed. It takes seconds, and needs
no AWS account, no credentials and no network. The same seed gives the same run.

Without --json it prints what happens while it happens, a summary, and the path of an HTML report.
With --json it prints one JSON object, and writes a report only where --report says:
  drill, seed, passed, stoppedS, detectedS, firstAlertS, startIssuedS, servingS, recoveredS,
  resolvedS, alerts, decisions, apiCalls, roundTripsToStart, chats, violations, replay
Seconds count from the moment the server stopped serving; null is what did not happen. In chats,
which is null in a drill without any, they count from the moment it served again:
  openAtFailure, accepted, present, lost, doubled, mismatches, mismatchesGoneS, backfillStartS,
  backfillEndS, scanned, recovered, hourly (startS, endS, scanned, presence)

With --live the chat server of examples/livechat runs for real: processes, sockets and files of this
machine, loopback only, in real time against the simulated account, in less than a minute. A seed
draws when the server is killed, not how long the machine takes.

Examples:
  $ watchdog drill
  $ watchdog drill --list
  $ watchdog drill no-capacity --seed 7 --report no-capacity.html
  $ watchdog drill lost-event --json | jq .startIssuedS
  $ watchdog drill pod-23 --seeds 50
  $ watchdog drill --live

Exit code: 0 when the drill's own expectations and all invariants held, 1 when not (or when the
report cannot be written), 2 for a command line that is not understood, 130 for a live drill that
was interrupted.
`;

/** More than this takes hours; nobody means it. */
const MOST_SEEDS = 10_000;

function parseCount(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= MOST_SEEDS) return count;
  throw new InvalidArgumentError(
    `It must be a whole number from 1 to ${MOST_SEEDS}, for instance --seeds 50.`,
  );
}

function parseSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (seed <= LAST_SEED) return seed;
  throw new InvalidArgumentError(
    `It must be a whole number from 0 to ${LAST_SEED}, for instance --seed 7.`,
  );
}

/** Adds `drill` to the program; `onExit` gets the exit code. */
export function addDrill(
  program: Command,
  terminal: Terminal,
  onExit: (code: number) => void,
): void {
  program
    .command('drill')
    .summary('play a scenario in a simulated AWS account')
    .description('Plays a named scenario in a simulated AWS account and says how it went.')
    .argument('[NAME]', `the drill, of those that --list names (default: ${ORIGIN})`)
    .option('--list', 'print the drills and what each is about')
    .option('--json', 'print one JSON object instead')
    .option('--seed <N>', 'the seed that all chance is drawn from', parseSeed, DEFAULT_SEED)
    .option('--seeds <N>', 'play so many seeds, from --seed on, and print the spread', parseCount)
    .option('--live', 'play the outage with a real chat server, in real time')
    .option('--report <FILE>', 'the HTML report (default: reports/<drill>-seed<N>.html)')
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, options: DrillOptions) => {
      if (options.live === true) {
        onExit(await live(name, options, terminal));
        return;
      }
      if (options.seeds !== undefined) {
        onExit(await spread(name ?? ORIGIN, options, terminal));
        return;
      }
      const drills: DrillModule = await import('../sim/drills/index');
      onExit(await drill(name ?? ORIGIN, options, { drills, terminal }));
    });
}

/** Plays with real processes; all of them have ended when this ends, at Ctrl-C too. */
async function live(
  name: string | undefined,
  options: DrillOptions,
  terminal: Terminal,
): Promise<number> {
  if (name !== undefined && options.list !== true) {
    throw new UsageError({
      what: 'The name of a drill beside --live',
      actual: JSON.stringify(name),
      allowed: 'absent',
      fix: 'Leave the name out, or --live.',
    });
  }
  const { endOnSignal, liveDrills, tellUnmet } = await import('./live/live-command');
  return endOnSignal(terminal, async (signal) => {
    const drills = liveDrills({ terminal, signal, quiet: options.json === true });
    const { seed: from, seeds } = options;
    if (seeds === undefined) return drill('live', options, { drills, terminal });
    const { drillSpread } = await import('../sim/drills/spread');
    const onRun = (done: number): void => terminal.err(`${done} of ${seeds} seeds`);
    const play = async (seed: number): Promise<DrillResult> => {
      const result = await drills.runDrill('live', { seed });
      tellUnmet(result, terminal);
      return result;
    };
    return told(await drillSpread('live', { from, seeds, onRun, play }), options, terminal);
  });
}

function told(found: DrillSpread, { json }: DrillOptions, terminal: Terminal): number {
  terminal.out(json === true ? JSON.stringify(found) : spreadText(found));
  return found.failed.length === 0 ? 0 : 1;
}

/** Plays many seeds; the exit code is 0 only if each of them passed. */
async function spread(name: string, options: DrillOptions, terminal: Terminal): Promise<number> {
  const { DRILLS } = await import('../sim/drills/index');
  if (!DRILLS.some((one) => one.name === name)) throw unknownDrill(name, DRILLS);
  const { drillSpread } = await import('../sim/drills/spread');
  const { seed: from, seeds = 1 } = options;
  const onRun = (done: number): void => {
    if (done % PROGRESS_EVERY === 0) terminal.err(`${done} of ${seeds} seeds`);
  };
  return told(await drillSpread(name, { from, seeds, onRun }), options, terminal);
}

/** Carries the command out with any set of drills, and answers the exit code. */
export async function drill(
  name: string,
  options: DrillOptions,
  world: { readonly drills: DrillModule; readonly terminal: Terminal },
): Promise<number> {
  const { drills, terminal } = world;
  const { DRILLS } = drills;
  if (options.list === true) {
    terminal.out(options.json === true ? listJson(DRILLS) : listText(DRILLS, terminal));
    return 0;
  }
  const found = DRILLS.find((one) => one.name === name);
  if (found === undefined) throw unknownDrill(name, DRILLS);
  return options.json === true ? asJson(found, options, world) : forPeople(found, options, world);
}

function unknownDrill(name: string, drills: readonly Drill[]): UsageError {
  return new UsageError({
    what: 'The drill',
    actual: JSON.stringify(name),
    allowed: `one of ${drills.map((one) => one.name).join(', ')}`,
    fix: 'Correct the name; `watchdog drill --list` tells what each is about.',
  });
}

function listText(drills: readonly Drill[], { colors }: Terminal): string {
  return [...drills, { ...LIVE, name: '--live' }]
    .map(
      ({ name, title, description, twin }) =>
        `${colors.bold(name)}  ${title}\n  ${description}\n  ${colors.dim(`Its twin: ${twin}`)}`,
    )
    .join('\n\n');
}

function listJson(drills: readonly Drill[]): string {
  return JSON.stringify(
    drills.map(({ name, title, description, twin }) => ({ name, title, description, twin })),
  );
}

type World = Parameters<typeof drill>[2];

async function asJson(
  { name }: Drill,
  { seed, report }: DrillOptions,
  { drills, terminal }: World,
): Promise<number> {
  const result = await drills.runDrill(name, { seed });
  terminal.out(JSON.stringify(toJson(result)));
  const isWritten = report === undefined || writeReport(result, report, terminal);
  return result.passed && isWritten ? 0 : 1;
}

async function forPeople(
  found: Drill,
  { seed, report }: DrillOptions,
  { drills, terminal }: World,
): Promise<number> {
  terminal.out(drillHeading(found, seed, terminal.colors));
  const live = createLiveTimeline(terminal);
  const result = await drills.runDrill(found.name, { seed, onLine: live.add });
  live.end();
  terminal.out(drillSummary(result, terminal.colors));
  const file = report ?? join('reports', `${found.name}-seed${seed}.html`);
  const isWritten = writeReport(result, file, terminal);
  if (isWritten) terminal.out(`Report   ${file}`);
  return result.passed && isWritten ? 0 : 1;
}

function writeReport(result: DrillResult, file: string, terminal: Terminal): boolean {
  const path = resolve(terminal.folder, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, reportHtml(result));
    return true;
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    terminal.err(
      `The report ${file} is not written (${told}), but must be a file that can be.\n` +
        '  Name another with --report.',
    );
    return false;
  }
}
