import { budgetExhausted, recentStarts } from '../../lambda/core/budget';
import { at } from './builders';

const BUDGET = { perHour: 3, perDay: 6 };
const exhausted = (...starts: readonly number[]): boolean =>
  budgetExhausted(starts.map(at), BUDGET, at(0));

describe('the budget of starts', () => {
  it.each<[readonly number[], boolean]>([
    [[], false],
    [[-10, -20], false],
    [[-10, -20, -30], true],
    [[-10, -20, -3_599], true],
    [[-10, -20, -3_600], false],
    [[-4_000, -5_000, -6_000, -7_000, -8_000], false],
    [[-4_000, -5_000, -6_000, -7_000, -8_000, -86_399], true],
    [[-4_000, -5_000, -6_000, -7_000, -8_000, -86_400], false],
  ])('starts %j s ago: exhausted %s', (starts, expected) => {
    expect(exhausted(...starts)).toBe(expected);
  });

  it('counts starts that a clock put into the future', () => {
    expect(exhausted(30, 20, 10)).toBe(true);
  });

  it('forgets after a day', () => {
    expect(recentStarts([-86_400, -86_399, -1].map(at), at(0))).toEqual([-86_399, -1].map(at));
  });
});
