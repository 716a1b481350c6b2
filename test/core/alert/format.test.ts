import fc from 'fast-check';
import { ascii, clock, length, shortClock } from '../../../lambda/core/alert/format';
import { oneLine } from '../../../lambda/core/one-line';
import { hours, minutes, ms, seconds } from '../../../lambda/core/time';
import { T0 } from '../builders';

const RUNS = { seed: 20_240_801, numRuns: 1_000 };
const anyText = fc.string({ unit: 'binary', maxLength: 400 });

describe('one line of text', () => {
  it.each([
    ['a\nb', 'a b'],
    ['a\r\n\r\nb', 'a b'],
    ['a\u2028b\u2029c\u0085d', 'a b c d'],
    ['a\u0000\u001b[31mb', 'a [31mb'],
    ['\u202egnp\u202c', 'gnp'],
    ['  much   space ', 'much space'],
    ['', ''],
  ])('%j becomes %j', (given, expected) => {
    expect(oneLine(given, 100)).toBe(expected);
  });

  it('is cut by characters, never within one', () => {
    expect(oneLine('😀'.repeat(20), 10)).toBe(`${'😀'.repeat(4)}…`);
    expect(ascii('a'.repeat(20), 10)).toBe('aaaaaaa...');
  });

  it('whatever the text: one line, printable, no longer than its limit', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 3, max: 300 }), (given, limit) => {
        const line = oneLine(given, limit);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect([...line].length).toBeLessThanOrEqual(limit);
        expect(ascii(given, limit)).toMatch(/^[\x20-\x7e]*$/);
        expect(ascii(given, limit).length).toBeLessThanOrEqual(limit);
      }),
      RUNS,
    );
  });
});

describe('times in texts', () => {
  it("are UTC, and the reader's zone beside it", () => {
    expect(clock(T0, 'America/Los_Angeles')).toBe('12:10:07 UTC (05:10 PDT)');
    expect(clock(T0, 'Asia/Kolkata')).toBe('12:10:07 UTC (17:40 GMT+5:30)');
    expect(clock(T0, 'UTC')).toBe('12:10:07 UTC');
    expect(shortClock(T0)).toBe('12:10 UTC');
  });

  it.each([
    [ms(499), '0 s'],
    [seconds(42), '42 s'],
    [seconds(60), '1 min'],
    [seconds(65), '1 min 5 s'],
    [minutes(59), '59 min'],
    [hours(1), '1 h'],
    [minutes(123), '2 h 3 min'],
    [hours(72), '72 h'],
    [ms(-5_000), '0 s'],
  ])('%i ms is %s', (duration, expected) => {
    expect(length(duration)).toBe(expected);
  });
});
