import fc from 'fast-check';
import {
  DAYS,
  QUARTER,
  isOpen,
  isOpenThroughout,
  nextOpening,
  type MaintenanceWindow,
} from '../../lambda/core/maintenance-window';
import { after, before, days, instant, iso, minutes, type Instant } from '../../lambda/core/time';

const moment = (text: string): Instant => instant(Date.parse(text));

const aWindow = (over: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  days: DAYS,
  from: 2 * 60,
  to: 4 * 60,
  timeZone: 'UTC',
  ...over,
});

const opens = (window: MaintenanceWindow, since: string, within = days(14)): string | undefined => {
  const at = nextOpening(window, moment(since), after(moment(since), within));
  return at === undefined ? undefined : iso(at);
};

describe('a maintenance window', () => {
  it.each([
    ['at its first minute', '2024-08-01T02:00:00Z', true],
    ['at its last second', '2024-08-01T03:59:59Z', true],
    ['a second before', '2024-08-01T01:59:59Z', false],
    ['at its end', '2024-08-01T04:00:00Z', false],
  ])('%s', (_, at, expected) => {
    expect(isOpen(aWindow(), moment(at))).toBe(expected);
  });

  it.each([
    ['on its evening', '2024-08-03T23:30:00Z', true],
    ['after midnight, on the day after', '2024-08-04T01:00:00Z', true],
    ['at its end', '2024-08-04T02:00:00Z', false],
    ['after midnight of its own day', '2024-08-03T01:00:00Z', false],
    ['on another evening', '2024-08-04T23:30:00Z', false],
  ])('past midnight: %s', (_, at, expected) => {
    const saturday = aWindow({ days: ['sat'], from: 23 * 60, to: 2 * 60 });
    expect(isOpen(saturday, moment(at))).toBe(expected);
  });

  it('from midnight to midnight is the whole day, and NOT the next one', () => {
    const sunday = aWindow({ days: ['sun'], from: 0, to: 0 });
    expect(isOpen(sunday, moment('2024-08-04T23:59:00Z'))).toBe(true);
    expect(isOpen(sunday, moment('2024-08-05T00:00:00Z'))).toBe(false);
  });

  it('that is open opens now; one that is closed at its next beginning', () => {
    expect(opens(aWindow(), '2024-08-01T03:07:11Z')).toBe('2024-08-01T03:07:11.000Z');
    expect(opens(aWindow(), '2024-08-01T04:00:00Z')).toBe('2024-08-02T02:00:00.000Z');
    expect(opens(aWindow({ days: ['wed'] }), '2024-08-01T12:10:07Z')).toBe(
      '2024-08-07T02:00:00.000Z',
    );
  });

  it('does NOT open at or after the given end', () => {
    const [since, opening] = [moment('2024-08-01T12:00:00Z'), moment('2024-08-02T02:00:00Z')];
    expect(nextOpening(aWindow(), since, opening)).toBeUndefined();
    expect(nextOpening(aWindow(), since, after(opening, minutes(1)))).toBe(opening);
    expect(nextOpening(aWindow(), opening, opening)).toBeUndefined();
  });

  it('is open throughout only where no break lies between', () => {
    const [one, two] = [moment('2024-08-01T02:05:00Z'), moment('2024-08-01T03:59:00Z')];
    expect(isOpenThroughout(aWindow(), one, two)).toBe(true);
    expect(isOpenThroughout(aWindow(), one, after(two, days(1)))).toBe(false);
    expect(isOpenThroughout(aWindow(), one, moment('2024-08-01T04:00:00Z'))).toBe(false);
    expect(isOpenThroughout(aWindow(), before(one, minutes(6)), two)).toBe(false);
  });
});

describe('local time', () => {
  const berlin = (over: Partial<MaintenanceWindow> = {}) =>
    aWindow({ timeZone: 'Europe/Berlin', from: 3 * 60, to: 4 * 60, ...over });

  it('moves with the seasons', () => {
    expect(opens(berlin(), '2024-07-01T12:00:00Z')).toBe('2024-07-02T01:00:00.000Z');
    expect(opens(berlin(), '2024-12-01T12:00:00Z')).toBe('2024-12-02T02:00:00.000Z');
  });

  it('on the day on which clocks go forward: what begins after the gap comes', () => {
    // 2024-03-31: 01:00 UTC is 03:00 summer time, one minute after 01:59 winter time.
    expect(opens(berlin(), '2024-03-30T12:00:00Z')).toBe('2024-03-31T01:00:00.000Z');
  });

  it('on that day a window within the hour that is left out does NOT come: the next day', () => {
    const lost = berlin({ from: 2 * 60, to: 3 * 60 });
    expect(opens(lost, '2024-03-30T12:00:00Z')).toBe('2024-04-01T00:00:00.000Z');
    // The twin: the night before it came.
    expect(opens(lost, '2024-03-29T12:00:00Z')).toBe('2024-03-30T01:00:00.000Z');
  });

  it('on the day on which clocks go back the hour comes twice, and the window is open in both', () => {
    const twice = berlin({ from: 2 * 60, to: 3 * 60 });
    const states = ['2024-10-26T23:59', '2024-10-27T00:00', '2024-10-27T01:30', '2024-10-27T02:00'];
    expect(states.map((text) => isOpen(twice, moment(`${text}:00Z`)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('of a zone with an odd offset opens to the minute', () => {
    const katmandu = aWindow({ timeZone: 'Asia/Kathmandu' });
    expect(opens(katmandu, '2024-08-01T00:00:00Z')).toBe('2024-08-01T20:15:00.000Z');
  });
});

describe('every window in every zone', () => {
  const anyWindow: fc.Arbitrary<MaintenanceWindow> = fc.record({
    days: fc.subarray([...DAYS], { minLength: 1 }),
    from: fc.integer({ min: 0, max: 95 }).map((count) => count * QUARTER),
    to: fc.integer({ min: 0, max: 95 }).map((count) => count * QUARTER),
    timeZone: fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/Los_Angeles',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    ),
  });
  const anyMoment = fc
    .integer({ min: 0, max: 366 * 24 * 60 })
    .map((count) => after(moment('2024-01-01T00:00:00Z'), minutes(count)));

  it('is open when it is said to open, and closed until then', () => {
    fc.assert(
      fc.property(anyWindow, anyMoment, (window, since) => {
        const at = nextOpening(window, since, after(since, days(9)));
        // A week has every day, and a window that a change of clocks takes away comes a week later.
        if (at === undefined) return;
        expect(isOpen(window, at)).toBe(true);
        for (const share of [0, 0.3, 0.6, 0.9]) {
          const earlier = instant(since + (at - since) * share);
          if (earlier < at) expect(isOpen(window, earlier)).toBe(false);
        }
      }),
      { seed: 20_240_801, numRuns: 150 },
    );
  });
});
