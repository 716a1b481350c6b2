import fc from 'fast-check';
import { createTokenBucket } from '../../lambda/adapters/token-bucket';
import { after, before, hours, ms, seconds } from '../../lambda/core/time';
import { fakeClock, NOON } from './fake-world';

const RATE = { capacity: 1, refillPerSecond: 0.5, longestWait: seconds(4) };

describe('a token bucket of one token and half a token a second', () => {
  test('gives the first token at once and the next two seconds later', async () => {
    const clock = fakeClock();
    const bucket = createTokenBucket(clock, RATE);
    expect([await bucket.take(), await bucket.take()]).toEqual([true, true]);
    expect(clock.slept).toEqual([2_000]);
  });

  test('waits four seconds at most, and does not take what it refuses', async () => {
    const clock = { ...fakeClock(), sleep: async () => {} };
    const bucket = createTokenBucket(clock, RATE);
    const answers = [];
    for (let call = 0; call < 5; call += 1) answers.push(await bucket.take());
    expect(answers).toEqual([true, true, true, false, false]);
  });

  test('does not hoard while it is idle', async () => {
    const clock = fakeClock();
    const bucket = createTokenBucket(clock, RATE);
    clock.set(after(NOON, hours(5)));
    await bucket.take();
    await bucket.take();
    expect(clock.slept).toEqual([2_000]);
  });

  test('gives nothing for a clock that jumped backwards, and goes on from there', async () => {
    const clock = fakeClock();
    const bucket = createTokenBucket(clock, RATE);
    await bucket.take();
    clock.set(before(NOON, hours(1)));
    await bucket.take();
    expect(clock.slept).toEqual([2_000]);
    clock.set(after(clock.now(), seconds(2)));
    await bucket.take();
    expect(clock.slept).toEqual([2_000]);
  });

  test('never hands out more than its rate, however it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 40 }),
        async (gaps) => {
          const clock = fakeClock();
          const bucket = createTokenBucket(clock, RATE);
          const given: number[] = [];
          for (const gap of gaps) {
            clock.set(after(clock.now(), ms(gap)));
            if (await bucket.take()) given.push(clock.now());
          }
          // Two in a row are two seconds apart, a rounding of a millisecond aside.
          return given.every((at, index) => index === 0 || at - (given[index - 1] ?? 0) >= 1_999);
        },
      ),
    );
  });
});
