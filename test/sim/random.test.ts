import { createRandom } from '../../sim/random';

const draws = (seed: number, name: string, count = 5): readonly number[] => {
  const stream = createRandom(seed).stream(name);
  return Array.from({ length: count }, () => stream.next());
};

describe('randomness', () => {
  it('gives the same numbers for the same seed and name', () => {
    expect(draws(7, 'ec2')).toEqual(draws(7, 'ec2'));
  });

  it.each([
    ['another seed', draws(8, 'ec2')],
    ['another name', draws(7, 'sqs')],
    ['a seed that differs in its sign', draws(-7, 'ec2')],
  ])('gives others for %s', (_what, other) => {
    expect(other).not.toEqual(draws(7, 'ec2'));
  });

  it('does not shift one stream by a draw more in another', () => {
    const random = createRandom(7);
    random.stream('sqs').next();
    random.stream('sqs').next();
    expect(random.stream('ec2').next()).toBe(draws(7, 'ec2')[0]);
  });

  it('keeps to its distributions', () => {
    const stream = createRandom(1).stream('shape');
    const sample = (draw: () => number): number[] =>
      Array.from({ length: 4_000 }, draw).sort((a, b) => a - b);
    const lognormal = sample(() => stream.lognormal(16.4, 0.12));
    expect(lognormal[2_000]).toBeCloseTo(16.4, 0);
    const exponential = sample(() => stream.exponential(10));
    expect(exponential.reduce((sum, value) => sum + value, 0) / 4_000).toBeCloseTo(10, -1);
    const whole = sample(() => stream.whole(1, 3));
    expect([...new Set(whole)]).toEqual([1, 2, 3]);
    expect(sample(() => Number(stream.chance(0))).at(-1)).toBe(0);
  });

  it('shuffles a copy', () => {
    const list = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = createRandom(3).stream('s').shuffled(list);
    expect(list).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shuffled).not.toEqual(list);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(list);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createRandom(1).stream('s').pick([])).toThrow(RangeError);
  });
});
