import type { BackfillRun } from '../../../cli/live/hook-programs';
import { chatExpectations, chatFigures, type Measured } from '../../../cli/live/live-figures';
import { livePlan, type LivePlan } from '../../../cli/live/plan';
import { dayOf } from '../../../cli/live/day';
import { keptOf } from '../../../cli/live/truth';
import {
  differenceFrom,
  reconnectedFrom,
  takenOfflineFrom,
  type Sample,
} from '../../../cli/live/watch';
import { instant } from '../../../lambda/core/time';
import { createRandom } from '../../../sim/random';

const FAILED = Date.parse('2024-08-01T12:10:00Z');
const SERVING = FAILED + 20_000;
const isoOf = (at: number): string => new Date(at).toISOString();

const run = (more: Partial<BackfillRun> = {}): BackfillRun => ({
  startedAt: SERVING + 3_000,
  endedAt: SERVING + 4_000,
  exitCode: 0,
  from: isoOf(FAILED - 30_000),
  to: isoOf(SERVING),
  parts: 2,
  stored: 7,
  scanned: 800,
  recovered: 7,
  ...more,
});

const sample = (afterS: number, differing: number, away = 0): Sample => ({
  at: FAILED + afterS * 1_000,
  differing,
  away,
});

const measured = (more: Partial<Measured> = {}): Measured => ({
  failure: { at: instant(FAILED), openChats: 20, inFlight: 5 },
  kept: { accepted: 100, present: 100, lost: 0, doubled: 0 },
  samples: [sample(0, 10, 30), sample(2, 0, 30), sample(20, 0, 30), sample(23, 0)],
  backfills: [run()],
  day: run({ startedAt: 0, endedAt: 4_500, scanned: 16_000 }),
  differAtEnd: [],
  ...more,
});

const PLAN: LivePlan = {
  killAfterS: 4,
  hurryMs: undefined,
  lineMs: 300,
  backfillKilledAfter: undefined,
  leaving: 1,
};
const SEEN = { servingAt: SERVING, backfillTakenAt: SERVING + 2_500 };

/** The demands that did not hold, of what was measured. */
function unmet(more: Partial<Measured>, plan = PLAN, seen = SEEN): readonly string[] {
  const all = measured(more);
  const chats = chatFigures(all, seen);
  return chatExpectations(all, { chats, seen, plan })
    .filter(({ held }) => !held)
    .map(({ text }) => text);
}

describe('what was acknowledged and what is stored', () => {
  test('all of it once', () => {
    expect(keptOf(['a', 'b'], ['b', 'x', 'a'])).toEqual({
      accepted: 2,
      present: 2,
      lost: 0,
      doubled: 0,
    });
  });

  test('one is missing, another is there twice', () => {
    const kept = keptOf(['a', 'b', 'c'], ['b', 'b', 'c']);
    expect(kept).toEqual({ accepted: 3, present: 2, lost: 1, doubled: 1 });
  });
});

describe('who was shown wrongly, and who was away', () => {
  const SAMPLES = [sample(0, 10, 30), sample(2, 3, 9), sample(4, 0, 2), sample(6, 1), sample(8, 0)];

  test('until the last of them was right, also when more came meanwhile', () => {
    expect(differenceFrom(SAMPLES, FAILED)).toEqual({ count: 10, goneS: 8 });
  });

  test('nobody from a moment on', () => {
    expect(differenceFrom(SAMPLES, FAILED + 7_000)).toEqual({ count: 0, goneS: 0 });
  });

  test('never gone where the last look still shows one', () => {
    expect(differenceFrom(SAMPLES.slice(0, 4), FAILED).goneS).toBeNull();
  });

  // An agent may be back a moment before anybody has found that it serves.
  test('taken offline once, whoever differs later', () => {
    expect(takenOfflineFrom(SAMPLES.slice(0, 4), FAILED)).toBe(4);
    expect(takenOfflineFrom([sample(0, 0), sample(1, 10), sample(2, 0)], FAILED)).toBe(2);
    expect(takenOfflineFrom(SAMPLES.slice(0, 2), FAILED)).toBeNull();
  });

  test('everybody is back, or not', () => {
    expect(reconnectedFrom(SAMPLES, FAILED)).toBe(6);
    expect(reconnectedFrom(SAMPLES.slice(0, 3), FAILED)).toBeNull();
  });
});

describe('the figures of the chats', () => {
  test('count from serving, beside the run over a day at the next full hour', () => {
    expect(chatFigures(measured(), SEEN)).toEqual({
      openAtFailure: 20,
      accepted: 100,
      present: 100,
      lost: 0,
      doubled: 0,
      mismatches: 0,
      mismatchesGoneS: 0,
      backfillStartS: 2.5,
      backfillEndS: 4,
      scanned: 800,
      recovered: 7,
      hourly: { startS: 2_980, endS: 2_984.5, scanned: 16_000 },
    });
  });

  test('what never happened is null', () => {
    const never = { servingAt: undefined, backfillTakenAt: undefined };
    const figures = chatFigures(measured({ backfills: [] }), never);
    expect([figures.backfillStartS, figures.backfillEndS, figures.scanned]).toEqual([
      null,
      null,
      0,
    ]);
  });
});

describe('what a live drill demands', () => {
  test('all of it holds', () => {
    expect(unmet({})).toEqual([]);
  });

  test.each<readonly [string, Partial<Measured>, string]>([
    ['a lost message', { kept: { accepted: 9, present: 8, lost: 1, doubled: 0 } }, 'is lost'],
    ['nobody who chatted', { kept: { accepted: 0, present: 0, lost: 0, doubled: 0 } }, 'is lost'],
    ['a doubled message', { kept: { accepted: 9, present: 9, lost: 0, doubled: 1 } }, 'twice'],
    ['somebody who stays away', { samples: [sample(0, 0), sample(30, 0, 1)] }, 'came back'],
    [
      'an agent who is shown until it serves',
      { samples: [sample(0, 1), sample(25, 0)] },
      'offline',
    ],
    ['an agent who differs at the end', { differAtEnd: ['agent-1'] }, 'in step at the end'],
    ['a window that begins too late', { backfills: [run({ from: isoOf(FAILED + 1) })] }, 'window'],
    ['a window that ends too early', { backfills: [run({ to: isoOf(FAILED) })] }, 'window'],
    ['a backfill that failed once', { backfills: [run({ exitCode: 75 }), run()] }, 'one run'],
  ])('not with %s', (_what, more, text) => {
    const found = unmet(more);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(text);
  });

  test('not with a backfill that begins late', () => {
    const seen = { ...SEEN, backfillTakenAt: SERVING + 5_100 };
    expect(unmet({}, PLAN, seen)).toEqual([expect.stringContaining('within 5 s')]);
  });

  test('a backfill that is to be killed was killed there, and went on', () => {
    const plan = { ...PLAN, backfillKilledAfter: 1 };
    const killed = run({ exitCode: 137, parts: 1, scanned: 0 });
    expect(unmet({ backfills: [killed, run({ parts: 1 })] }, plan)).toEqual([]);
    expect(unmet({ backfills: [run()] }, plan)).toHaveLength(1);
    expect(unmet({ backfills: [killed] }, plan)).toHaveLength(1);
    expect(unmet({ backfills: [killed, run({ from: isoOf(FAILED - 1) })] }, plan)).toHaveLength(1);
  });
});

test('a seed draws the same plan each time, and seeds draw all kinds of them', () => {
  const plans = Array.from({ length: 20 }, (_, seed) => livePlan(createRandom(seed)));
  expect(livePlan(createRandom(7))).toEqual(plans[7]);
  const kinds = plans.map(
    ({ hurryMs, backfillKilledAfter }) => `${hurryMs === undefined} ${backfillKilledAfter}`,
  );
  expect(new Set(kinds).size).toBe(6);
});

test('a day of chats rises in time, ends at its end and is busiest there', () => {
  const times = dayOf(FAILED);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(FAILED - times[0]!).toBe(24 * 3_600_000);
  expect(times.at(-1)!).toBeLessThan(FAILED);
  const lastMinute = times.filter((at) => at >= FAILED - 60_000);
  expect([times.length, lastMinute.length]).toEqual([15_750, 480]);
});
