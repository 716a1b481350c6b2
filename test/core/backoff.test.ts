import fc from 'fast-check';
import { nextAttemptAt, spread } from '../../lambda/core/backoff';
import type { Attempt, AttemptOutcome } from '../../lambda/core/incident';
import { NO_CAPACITY, REFUSED, UNAVAILABLE, anAttempt, at } from './builders';

const RUNS = { seed: 20_240_801, numRuns: 500 };

/** Seconds to the next attempt after so many alike. */
function wait(outcome: AttemptOutcome, count: number, key = 'incident'): number {
  const attempts = Array.from({ length: count }, (_, index) => anAttempt(at(index), outcome));
  return ((nextAttemptAt(attempts, key) ?? 0) - at(count - 1)) / 1_000;
}

describe('the wait before the next attempt', () => {
  it('is none before the first and after an accepted one', () => {
    expect(nextAttemptAt([], 'x')).toBeUndefined();
    expect(nextAttemptAt([anAttempt(at(0))], 'x')).toBeUndefined();
  });

  it.each([
    ['an intent nobody heard of', { kind: 'intended' } as const, 30],
    ['a start that came too early', { kind: 'wrong-state', code: 'X' } as const, 4],
    ['a refusal', REFUSED, 1_800],
  ])('after %s is %s', (_name, outcome, expected) => {
    expect(wait(outcome, 1)).toBe(expected);
    expect(wait(outcome, 9)).toBe(expected);
  });

  it.each([
    ['no capacity', NO_CAPACITY, 15, 300],
    ['an API that fails', UNAVAILABLE, 5, 60],
  ] as const)(
    'for %s doubles up to its cap, a quarter of it jitter',
    (_name, outcome, first, cap) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2_000 }), fc.string(), (count, key) => {
          const full = Math.min(cap, first * 2 ** Math.min(count - 1, 20));
          expect(wait(outcome, count, key)).toBeGreaterThanOrEqual(0.75 * full - 0.001);
          expect(wait(outcome, count, key)).toBeLessThanOrEqual(full);
        }),
        RUNS,
      );
    },
  );

  it('is a minute once EC2 has called it too early for about a minute', () => {
    const early = { kind: 'wrong-state', code: 'X' } as const;
    expect(wait(early, 14)).toBe(4);
    expect(wait(early, 15)).toBe(60);
  });

  it('keeps trying for 12 h and more: 140 attempts at least, none beyond 5 min', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        let attempts: readonly Attempt[] = [anAttempt(at(0), NO_CAPACITY)];
        for (let next = nextAttemptAt(attempts, key); next !== undefined && next < at(43_200);) {
          attempts = [...attempts, anAttempt(next, NO_CAPACITY)];
          next = nextAttemptAt(attempts, key);
        }
        expect(attempts.length).toBeGreaterThanOrEqual(140);
        expect(attempts.length).toBeLessThan(210);
      }),
      { ...RUNS, numRuns: 20 },
    );
  });

  it('grows although EC2 answers otherwise in between', () => {
    const attempts = [NO_CAPACITY, UNAVAILABLE, NO_CAPACITY, UNAVAILABLE, NO_CAPACITY].map(
      (outcome, index) => anAttempt(at(index), outcome),
    );
    expect((nextAttemptAt(attempts, 'x') ?? 0) - at(4)).toBeGreaterThanOrEqual(45_000);
  });

  it('begins anew after an accepted start', () => {
    const attempts = [NO_CAPACITY, NO_CAPACITY, NO_CAPACITY].map((outcome, index) =>
      anAttempt(at(index), outcome),
    );
    const later = [...attempts, anAttempt(at(10)), anAttempt(at(20), NO_CAPACITY)];
    expect((nextAttemptAt(later, 'x') ?? 0) - at(20)).toBeLessThanOrEqual(15_000);
  });
});

describe('jitter', () => {
  it('depends on nothing but the text, and spreads a fleet evenly', () => {
    expect(spread('pod-23')).toBe(spread('pod-23'));
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 1_000; index += 1) {
      const tenth = Math.floor(spread(`pod-${index}-20240801-1210#3`) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(count).toBeGreaterThan(50);
  });

  it('lies from 0 to below 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(spread(text)).toBeGreaterThanOrEqual(0);
        expect(spread(text)).toBeLessThan(1);
      }),
      RUNS,
    );
  });
});
