import { InvalidArgumentError, type Command } from 'commander';
import { length } from '../lambda/core/alert/format';
import { oneLine } from '../lambda/core/one-line';
import { before, between, days, iso, parseInstant, type Instant } from '../lambda/core/time';
import { isShadow, scoreOf, type Score, type ScoredOutage, type Verdict } from '../report/score';
import type { AccountOptions } from './account-clients';
import {
  accountOf,
  CREDENTIALS_HELP,
  EXIT_HELP,
  withAccountOptions,
  type AccountCommand,
} from './account-command';
import { parseLength } from './pause-time';
import { policyMeant } from './scope';
import { momentText } from './status-time';
import { tableText } from './table-text';
import { shown } from './targets';
import type { Colors } from './terminal';

interface ScoreOptions extends AccountOptions {
  readonly since?: Since;
  readonly policy?: string;
  readonly json?: true;
}

/** A moment, or a length of time before now. */
type Since = (now: Instant) => Instant;

const DEFAULT_DAYS = 30;

const HELP = `
For policies in shadow mode ("mode": "observe"): compares what the watchdog would have done with
what people and AWS then did, outage by outage.

  sooner      it would have served again sooner
  no-gain     people or AWS were as quick
  wrong       the act would have done harm: against somebody's wish, or on what recovered by itself
  missed      it was down, and nothing would have been done but to call a person
  waited      nothing would have been done, and it recovered by itself
  left-alone  nothing would have been done, as somebody wanted it
  open        it is down still, or nothing can be compared

When it would have served is an estimate: the time at which the act would have been requested, and
the length of the boot that really ended the outage (else of others, else an assumption). That AWS
would have taken the request is assumed too. docs/cli.md tells what the score cannot know.

With --json, one object: version, since, until, policies, verdicts, acts, wrongActs, compared,
realDowntimeS, wouldBeDowntimeS, realMedianS, wouldBeMedianS, outages.

Examples:
  $ watchdog score
  $ watchdog score --since 14d --policy livechat
  $ watchdog score --since 2030-08-01 --json | jq '.outages[] | select(.verdict == "wrong")'
${CREDENTIALS_HELP}${EXIT_HELP}`;

const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/;

function parseSince(text: string): Since {
  const at = ISO.test(text) ? parseInstant(text) : undefined;
  if (at !== undefined) return () => at;
  try {
    const span = parseLength(text);
    return (now) => before(now, span);
  } catch {
    throw new InvalidArgumentError(
      'It must be a length of time such as 14d, or a date or a time with its zone in ISO 8601.',
    );
  }
}

/** Adds `score` to the program; `onExit` gets the exit code. */
export function addScore(
  program: Command,
  command: AccountCommand,
  onExit: (code: number) => void,
): void {
  withAccountOptions(program.command('score'))
    .summary('what shadow mode would have been worth')
    .description('Scores shadow mode: what would have been done against what was done.')
    .option('--since <WHEN>', `14d, or a time (default: ${DEFAULT_DAYS}d)`, parseSince)
    .option('--policy <NAME>', 'only instances whose tag names this policy')
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action(async (options: ScoreOptions) => {
      await tellScore(options, command);
      onExit(0);
    });
}

async function tellScore(options: ScoreOptions, command: AccountCommand): Promise<void> {
  const { terminal } = command;
  const account = await accountOf(options, command);
  const until = account.now();
  const since = options.since?.(until) ?? before(until, days(DEFAULT_DAYS));
  const policy =
    options.policy === undefined ? undefined : (await policyMeant(options.policy, account)).policy;
  const [records, { policies, problem }] = await Promise.all([
    account.recentIncidents({ since }),
    account.deployed(),
  ]);
  const meant = records.filter(({ label }) => policy === undefined || label.policy === policy);
  const shadowed = meant.filter((record) =>
    isShadow(record, policies?.get(record.label.policy)?.mode === 'observe'),
  );
  // Without the modes only what would have been done tells that it was shadow mode.
  if (policies === undefined && problem !== undefined) terminal.err(problem);
  const score = scoreOf(shadowed);
  const span = { since, until };
  terminal.out(
    options.json === true
      ? JSON.stringify(scoreJson(score, span))
      : scoreText(score, span, terminal.colors),
  );
}

interface Span {
  readonly since: Instant;
  readonly until: Instant;
}

const inSeconds = (span: number | undefined): number | null =>
  span === undefined ? null : Math.round(span / 1_000);

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : iso(at));

function scoreJson(score: Score, { since, until }: Span): Readonly<Record<string, unknown>> {
  const { outages, verdicts, acts, wrongActs, compared } = score;
  return {
    version: 1,
    since: iso(since),
    until: iso(until),
    policies: [...new Set(outages.map(({ policy }) => policy))].sort(),
    verdicts,
    acts,
    wrongActs,
    compared,
    realDowntimeS: inSeconds(score.realDowntime),
    wouldBeDowntimeS: inSeconds(score.wouldBeDowntime),
    realMedianS: inSeconds(score.realMedian),
    wouldBeMedianS: inSeconds(score.wouldBeMedian),
    outages: outages.map(outageJson),
  };
}

function outageJson({ wouldHave, ...outage }: ScoredOutage): Readonly<Record<string, unknown>> {
  return {
    ...outage,
    from: iso(outage.from),
    to: isoOrNull(outage.to),
    wouldHave: wouldHave === undefined ? null : { ...wouldHave, at: iso(wouldHave.at) },
    wouldServeAt: isoOrNull(outage.wouldServeAt),
    estimatedBy: outage.estimatedBy ?? null,
  };
}

/** In the order in which they are worth reading. */
const ORDER: readonly Verdict[] = [
  'wrong',
  'missed',
  'sooner',
  'no-gain',
  'waited',
  'left-alone',
  'open',
];

function scoreText(score: Score, { since, until }: Span, colors: Colors): string {
  const { outages, verdicts, acts, wrongActs, compared } = score;
  const span = `${momentText(iso(since))} to ${momentText(iso(until))}`;
  if (outages.length === 0) {
    return (
      `${span}\nNo outage in shadow mode. A policy is in it with "mode": "observe"; ` +
      'watchdog status shows the modes.'
    );
  }
  const counts = ORDER.filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${verdicts[verdict]} ${verdict}`)
    .join(', ');
  const wrong = `${wrongActs} of ${acts} acts would have been wrong.`;
  const [head = '', ...rows] = tableText([
    ['SINCE', 'INSTANCE', 'WAS DOWN', 'WOULD BE', 'WOULD HAVE DONE', 'VERDICT'],
    ...[...outages].sort(byVerdict).map(rowOf),
  ]);
  return [
    span,
    `${outages.length} ${outages.length === 1 ? 'outage' : 'outages'}: ${counts}.`,
    wrongActs > 0 ? colors.red(wrong) : wrong,
    ...(compared === 0 ? [] : [downtimeText(score)]),
    '',
    colors.bold(head),
    ...rows,
    '',
    ...reasonsText(outages),
  ].join('\n');
}

function downtimeText(score: Score): string {
  const { compared, realMedian, wouldBeMedian } = score;
  const medians =
    realMedian === undefined || wouldBeMedian === undefined
      ? ''
      : `; at the median ${length(realMedian)} and ${length(wouldBeMedian)}`;
  return (
    `Down for ${length(score.realDowntime)} in ${compared} of them, with the watchdog ` +
    `${length(score.wouldBeDowntime)} (estimated)${medians}.`
  );
}

const byVerdict = (a: ScoredOutage, b: ScoredOutage): number =>
  ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || a.from - b.from;

function rowOf(outage: ScoredOutage): readonly string[] {
  const { from, to, wouldServeAt, wouldHave } = outage;
  const lasted = (end: Instant | undefined): string =>
    end === undefined ? '' : length(between(from, end));
  return [
    momentText(iso(from)),
    shown(outage.name),
    to === undefined ? 'still' : lasted(to),
    lasted(wouldServeAt),
    wouldHave === undefined ? '' : `${wouldHave.remediation} (${wouldHave.reason})`,
    outage.verdict,
  ];
}

/** Why, for what somebody will want to look at. */
function reasonsText(outages: readonly ScoredOutage[]): readonly string[] {
  return [...outages]
    .filter(({ verdict }) => verdict === 'wrong' || verdict === 'missed')
    .sort(byVerdict)
    .map(({ verdict, incidentId, why }) => `${verdict}  ${incidentId}: ${oneLine(why, 160)}`);
}
