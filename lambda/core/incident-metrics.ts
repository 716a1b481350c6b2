import { isLeft, type HookRun } from './hook-run';
import type { Attempt, Incident } from './incident';
import { isRefusal, type CountMetric, type TimeMetric } from './metrics';
import { isTakedown } from './remediation';
import { between, latest, ms, type Duration, type Instant } from './time';

/** One value of one metric. */
export type IncidentMetric =
  | { readonly kind: 'count'; readonly metric: CountMetric; readonly value: number }
  | { readonly kind: 'time'; readonly metric: TimeMetric; readonly length: Duration };

/**
 * What happened to an incident between two versions of its record, as metrics. Pure, and a function
 * of the records alone: whoever calls it for each version that was written counts each fact once.
 * All times are those of the record, so that a late write makes no figure longer.
 */
export function metricsOf(
  before: Incident | undefined,
  after: Incident | undefined,
): readonly IncidentMetric[] {
  if (after === undefined) return [];
  // The name may change, when a start made without the table is adopted; the opening does not.
  const known = before?.openedAt === after.openedAt ? before : undefined;
  return [
    ...(isMeasured(after) ? timesOf(known, after) : []),
    ...counts('DecisionsRemediate', newAttempts(known, after).length),
    ...escalations(known, after),
    ...counts('PagesRepeated', repeatsOf(after) - repeatsOf(known)),
    ...acknowledged(known, after),
    ...hooked(known, after),
  ];
}

/**
 * Whose times say something of the watchdog: outages that nobody wished for, of servers that are
 * its to look after. A person's stop over a weekend would be the longest outage of the month.
 */
function isMeasured({ mandate, cause }: Incident): boolean {
  const wasWished = cause.kind === 'api' || cause.kind === 'scheduler' || cause.kind === 'spot';
  return mandate.kind === 'rescue' && (!wasWished || cause.detail === 'game-day');
}

function timesOf(before: Incident | undefined, after: Incident): readonly IncidentMetric[] {
  return [
    ...(before === undefined ? detected(after) : []),
    ...acted(before, after),
    ...served(before, after),
    ...verified(before, after),
  ];
}

function time(metric: TimeMetric, from: Instant, until: Instant): readonly IncidentMetric[] {
  // Clocks differ: EC2's dates are compared with the function's.
  return [{ kind: 'time', metric, length: ms(Math.max(0, between(from, until))) }];
}

function counts(metric: CountMetric, value: number): readonly IncidentMetric[] {
  return value > 0 ? [{ kind: 'count', metric, value }] : [];
}

/** First known bad to opened. Planned work is announced, not detected. */
function detected({ condition, outage, openedAt }: Incident): readonly IncidentMetric[] {
  return condition === 'planned' ? [] : time('TimeToDetect', outage.firstKnownBad, openedAt);
}

/** What restores by itself; a place and an address only help it. */
const restores = ({ remediation }: Attempt): boolean =>
  remediation === 'start' || isTakedown(remediation);

/** The first remediation that AWS accepted, and when. */
function firstAct({ attempts }: Incident): { attempt: Attempt; at: Instant } | undefined {
  for (const attempt of attempts) {
    const { outcome } = attempt;
    if (restores(attempt) && outcome.kind === 'accepted') return { attempt, at: outcome.at };
  }
  return undefined;
}

/**
 * Opened to accepted; from when it was seen `stopped`, if that was later: what is still stopping
 * cannot be started, however fast one is.
 */
function acted(before: Incident | undefined, after: Incident): readonly IncidentMetric[] {
  const act = firstAct(after);
  if (act === undefined || (before !== undefined && firstAct(before) !== undefined)) return [];
  if (after.condition === 'planned') return [];
  const stopped = (after.seen ?? []).findLast(
    ({ what, now, at }) => what === 'state' && now === 'stopped' && at <= act.attempt.at,
  );
  return time('TimeToAct', latest(after.openedAt, stopped?.at ?? after.openedAt), act.at);
}

/** First known bad to good again: the outage as users felt it, whoever ended it. */
function served(before: Incident | undefined, after: Incident): readonly IncidentMetric[] {
  const { firstKnownBad, goodAgain } = after.outage;
  if (goodAgain === undefined || before?.outage.goodAgain === goodAgain) return [];
  return time('TimeToServe', firstKnownBad, goodAgain);
}

/** Serving to recovered: what the checks took beyond the first proof. */
function verified(before: Incident | undefined, after: Incident): readonly IncidentMetric[] {
  const { resolved, progress, timeline } = after;
  const { reason } = resolved ?? {};
  const isOver = reason === 'recovered' || reason === 'recovered-work-left';
  if (resolved === undefined || !isOver || before?.resolved !== undefined) return [];
  if (progress.kind !== 'serving') return [];
  // Every check had passed before the hooks were waited for.
  const waited = timeline.find(
    (entry) => entry.reason === 'hooks-at-work' && entry.at >= progress.at,
  );
  return time('TimeToVerify', progress.at, waited?.at ?? resolved.at);
}

/** Each attempt is a decision to remediate; its outcome, written later, is no new one. */
function newAttempts(before: Incident | undefined, { attempts }: Incident): readonly Attempt[] {
  const known = new Set(before?.attempts.map(attemptKey));
  return attempts.filter((attempt) => !known.has(attemptKey(attempt)));
}

const attemptKey = ({ remediation, at }: Attempt): string => `${remediation} ${at}`;

/** A reason is handed over once; what follows with the same one reminds of it. */
function escalations(before: Incident | undefined, after: Incident): readonly IncidentMetric[] {
  const known = new Set(before?.escalated.map(({ reason }) => reason));
  const fresh = [...new Set(after.escalated.map(({ reason }) => reason))].filter(
    (reason) => !known.has(reason),
  );
  return [
    ...counts('Escalations', fresh.length),
    ...counts('Refusals', fresh.filter(isRefusal).length),
  ];
}

/** How often pages of this incident were sent again. */
const repeatsOf = (incident: Incident | undefined): number =>
  (incident?.escalated ?? []).reduce((sum, { repeats = 0 }) => sum + repeats, 0);

/** From when a person was first called; from the opening, where somebody was quicker than that. */
function acknowledged(before: Incident | undefined, after: Incident): readonly IncidentMetric[] {
  const at = after.acknowledged?.at;
  if (at === undefined || before?.acknowledged !== undefined) return [];
  const called = after.escalated[0]?.at;
  const since = called === undefined || called > at ? after.openedAt : called;
  return time('TimeToAcknowledge', since, at);
}

/** What hooks came to since the version before, each once. */
function hooked(before: Incident | undefined, after: Incident): readonly IncidentMetric[] {
  const known = new Map(before?.hooks?.map((run) => [run.key, run]));
  return (after.hooks ?? []).flatMap((run) => hookMetrics(known.get(run.key), run));
}

function hookMetrics(before: HookRun | undefined, run: HookRun): readonly IncidentMetric[] {
  const { startedAt, to, state } = run;
  const begins = startedAt !== undefined && before?.startedAt === undefined;
  const isDone = state.kind === 'done' && before?.state.kind !== 'done';
  const hasLeft = isLeft(run) && (before === undefined || !isLeft(before));
  const recovered = state.kind === 'done' ? (state.chatsRecovered ?? 0) : 0;
  const counted = before?.state.kind === 'done' ? (before.state.chatsRecovered ?? 0) : 0;
  return [
    ...(begins && to !== undefined ? time('TimeToHook', to, startedAt) : []),
    ...(isDone && startedAt !== undefined ? time('TimeOfHook', startedAt, state.at) : []),
    ...counts('ChatsRecovered', recovered - counted),
    ...counts('HooksFailed', hasLeft ? 1 : 0),
  ];
}
