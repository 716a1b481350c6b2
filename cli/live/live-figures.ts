import type { Instant } from '../../lambda/core/time';
import type { ChatFigures, HourlyBackfill } from '../../sim/chat/figures';
import { demand } from '../../sim/drills/drill';
import { decisionFacts } from '../../sim/drills/figures';
import type { Expectation } from '../../sim/drill-result';
import { factsOf, type Fact } from '../../sim/history';
import type { BackfillRun } from './hook-programs';
import { BACKFILL } from './live-world';
import type { LivePlan } from './plan';
import type { Kept } from './truth';
import { differenceFrom, reconnectedFrom, takenOfflineFrom, type Sample } from './watch';

/** What was seen on the stage at the moment of the failure. */
export interface AtFailure {
  /** Epoch milliseconds. */
  readonly at: Instant;
  readonly openChats: number;
  readonly inFlight: number;
}

/** What was measured on the stage, by nobody who took part. */
export interface Measured {
  readonly failure: AtFailure;
  readonly kept: Kept;
  readonly samples: readonly Sample[];
  readonly backfills: readonly BackfillRun[];
  /** A backfill of the whole day, for comparison. */
  readonly day: BackfillRun;
  /** Agents that clients, server and workspace did not agree on at the end. */
  readonly differAtEnd: readonly string[];
}

/** What the simulated account saw of the outage. */
export interface Seen {
  /** When it served again. */
  readonly servingAt: number | undefined;
  /** When Systems Manager took the backfill. */
  readonly backfillTakenAt: number | undefined;
}

const HOUR_MS = 3_600_000;

/** Seconds to the millisecond. */
const secondsFrom = (from: number, to: number): number => Math.round(to - from) / 1_000;

/** Reads off a history what the figures count from. */
export function seenIn(facts: readonly Fact[]): Seen {
  const serving = factsOf(facts, 'serving').findLast((fact) => fact.serving);
  const taken = factsOf(facts, 'effect').find(
    ({ document, code }) => document === BACKFILL && code === 'ok',
  );
  return { servingAt: serving?.at, backfillTakenAt: taken?.at };
}

/** The ground truth of the chats. */
export function chatFigures(measured: Measured, { servingAt, backfillTakenAt }: Seen): ChatFigures {
  const { failure, kept, samples, backfills, day, differAtEnd } = measured;
  const done = backfills.find(({ exitCode }) => exitCode === 0);
  const from = servingAt ?? failure.at;
  const wrong = differenceFrom(samples, from);
  const after = (at: number | undefined): number | null =>
    at === undefined || servingAt === undefined ? null : secondsFrom(servingAt, at);
  return {
    openAtFailure: failure.openChats,
    ...kept,
    mismatches: Math.max(wrong.count, differAtEnd.length),
    mismatchesGoneS: wrong.goneS,
    backfillStartS: after(backfillTakenAt),
    backfillEndS: after(done?.endedAt),
    scanned: done?.scanned ?? 0,
    recovered: backfills.reduce((sum, { stored }) => sum + stored, 0),
    hourly: hourlyOf(day, from),
  };
}

/** The run of a day was measured; when the hour would have struck is arithmetic. */
function hourlyOf({ startedAt, endedAt, scanned }: BackfillRun, from: number): HourlyBackfill {
  const startS = secondsFrom(from, Math.ceil(from / HOUR_MS) * HOUR_MS);
  return { startS, endS: startS + secondsFrom(startedAt, endedAt), scanned };
}

/** What had to hold for the people and their chats. */
export function chatExpectations(
  measured: Measured,
  {
    chats,
    seen,
    plan,
  }: {
    readonly chats: ChatFigures;
    readonly seen: Seen;
    readonly plan: LivePlan;
  },
): readonly Expectation[] {
  const { failure, samples, differAtEnd, backfills } = measured;
  const servingAt = seen.servingAt ?? Infinity;
  const offlineS = takenOfflineFrom(
    samples.filter(({ at }) => at < servingAt),
    failure.at,
  );
  const reconnectedS = reconnectedFrom(samples, servingAt);
  const began = backfills[0];
  return [
    demand(
      `no accepted message is lost (${chats.present} of ${chats.accepted} are in the workspace; ` +
        `${failure.inFlight} were on the way when it was killed)`,
      chats.accepted > 0 && chats.lost === 0,
    ),
    demand('none is there twice', chats.doubled === 0),
    demand(
      `of ${failure.openChats} open chats all people who stayed came back (${reconnectedS} s)`,
      failure.openChats > 0 && reconnectedS !== null,
    ),
    demand(
      `agents shown online were taken offline while it was down (after ${offlineS} s)`,
      offlineS !== null,
    ),
    demand(
      `presence is in step at the end (last difference ${chats.mismatchesGoneS} s after serving)`,
      chats.mismatchesGoneS !== null && differAtEnd.length === 0,
    ),
    demand(
      `the backfill began within 5 s of serving (taken after ${chats.backfillStartS} s, ` +
        `its process ran after ${startedAfter(began, seen)} s)`,
      chats.backfillStartS !== null && chats.backfillStartS <= 5,
    ),
    demand('its window holds the outage', began !== undefined && holds(began, failure, seen)),
    ...backfillEnds(backfills, plan),
  ];
}

const startedAfter = (run: BackfillRun | undefined, { servingAt }: Seen): number | null =>
  run === undefined || servingAt === undefined ? null : secondsFrom(servingAt, run.startedAt);

/** How far the watchdog's word for the end may be from the truth. */
const WINDOW_TOLERANCE_MS = 1_500;

function holds({ from, to }: BackfillRun, { at }: AtFailure, { servingAt }: Seen): boolean {
  const end = Date.parse(to);
  if (servingAt === undefined) return false;
  return Date.parse(from) <= at && Math.abs(end - servingAt) <= WINDOW_TOLERANCE_MS;
}

function backfillEnds(
  backfills: readonly BackfillRun[],
  { backfillKilledAfter }: LivePlan,
): readonly Expectation[] {
  const codes = backfills.map(({ exitCode }) => exitCode).join(', ');
  if (backfillKilledAfter === undefined) {
    return [demand(`one run did the backfill (exit codes: ${codes})`, codes === '0')];
  }
  const [first, last] = [backfills[0], backfills.at(-1)];
  const isResumed = first?.exitCode === 137 && last?.exitCode === 0 && first.from === last.from;
  const isHalf = first !== undefined && first.parts === backfillKilledAfter;
  return [
    demand(
      `the backfill was killed after part ${backfillKilledAfter}, and the next try did the rest ` +
        `(exit codes: ${codes})`,
      isResumed && isHalf && (last?.parts ?? 0) > 0,
    ),
  ];
}

/** What had to hold for the server, as in the drills of virtual time. */
export function rescueExpectations(facts: readonly Fact[]): readonly Expectation[] {
  const effects = factsOf(facts, 'effect');
  const started = effects.flatMap((effect) => effect.started).length;
  const takenDown = effects.flatMap(({ stopped, rebooted }) => [...stopped, ...rebooted]).length;
  const told = factsOf(facts, 'message')
    .map(({ attributes }) => attributes['event'])
    .join(', ');
  return [
    demand('exactly one start was accepted', started === 1),
    demand('the watchdog stopped and rebooted nothing', takenDown === 0),
    demand('the incident is resolved as recovered', resolvedAs(facts) === 'recovered'),
    demand(`two messages, opened and serving (got: ${told})`, told === 'opened, serving'),
  ];
}

/** The reason with which the incident closed; undefined while it is open. */
export function resolvedAs(facts: readonly Fact[]): string | undefined {
  const end = decisionFacts(facts).find(({ fields }) => fields['decision'] === 'resolve');
  return end === undefined ? undefined : String(end.fields['reason']);
}
