import fc from 'fast-check';
import {
  after,
  before,
  between,
  earliest,
  hours,
  instant,
  iso,
  latest,
  minutes,
  ms,
  parseInstant,
  seconds,
} from '../../lambda/core/time';

const MOMENT = Date.UTC(2024, 7, 1, 12, 10, 7);

describe('a moment', () => {
  it('is milliseconds since 1970', () => {
    expect(iso(instant(MOMENT))).toBe('2024-08-01T12:10:07.000Z');
  });

  it.each([
    ['seconds given for milliseconds', MOMENT / 1_000],
    ['microseconds', MOMENT * 1_000],
    ['zero', 0],
    ['a negative number', -MOMENT],
    ['no number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['the milliseconds of a second, as Date.getMilliseconds gives them', 999],
  ])('is NOT %s', (_name, value) => {
    expect(() => instant(value)).toThrow(RangeError);
  });

  it('refuses every second of this century given for milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 946_684_800, max: 4_102_444_800 }), (epochSeconds) => {
        expect(() => instant(epochSeconds)).toThrow(/milliseconds/);
        expect(instant(Math.max(epochSeconds, 1_000_000_000) * 1_000)).toBeDefined();
      }),
      { seed: 20_240_801 },
    );
  });

  it.each([
    ['2024-08-01T12:10:07Z', MOMENT],
    ['2024-08-01T05:10:07-07:00', MOMENT],
    ['Thu, 1 Aug 2024 12:10:07 GMT', MOMENT],
    ['', undefined],
    ['soon', undefined],
    ['1970-01-01T00:00:00Z', undefined],
    ['9999-01-01T00:00:00Z', undefined],
  ])('is read from %j', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it('survives the way into storage and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000_000, max: 4_102_444_800_000 }), (epochMs) => {
        expect(parseInstant(iso(instant(epochMs)))).toBe(epochMs);
      }),
      { seed: 20_240_801 },
    );
  });
});

describe('a length of time', () => {
  it('has its unit in its name', () => {
    expect([seconds(2), minutes(2), hours(2), ms(2)]).toEqual([2_000, 120_000, 7_200_000, 2]);
  });

  it('is NOT NaN', () => {
    expect(() => ms(Number.NaN)).toThrow(RangeError);
    expect(() => seconds(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  it('lies between two moments, negative when the second came first', () => {
    const now = instant(MOMENT);
    expect(between(now, after(now, seconds(5)))).toBe(5_000);
    expect(between(now, before(now, seconds(5)))).toBe(-5_000);
    expect(earliest(now, after(now, ms(1)), before(now, ms(1)))).toBe(MOMENT - 1);
    expect(latest(now, after(now, ms(1)), before(now, ms(1)))).toBe(MOMENT + 1);
  });
});
