import type { InstanceView } from '../../lambda/core/observation';
import {
  NO_CAPACITY,
  REFUSED,
  T0,
  UNAVAILABLE,
  aView,
  at,
  impaired,
  readyEvent,
  stateChange,
  stoppedView,
} from './builders';
import { Story } from './story';
import { stopping, booted, pending, healthy } from './story-views';

describe('AWS stops it', () => {
  it('it is started once, serves, recovers, and people hear exactly twice', () => {
    const story = new Story();
    story.look(1, stopping(), { fresh: [stateChange('stopping')] });
    expect(story.told).toEqual(['opened']);
    story.look(30, stoppedView(), { fresh: [stateChange('stopped', at(30))] });
    expect(story.starts).toEqual([at(30)]);
    story.look(34, pending(31));
    story.look(50, booted(31));
    expect(story.told).toEqual(['opened']);
    story.look(80, booted(31), { fresh: [readyEvent(at(79))] });
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.record.incident?.outage).toMatchObject({ firstKnownBad: T0, goodAgain: at(79) });
    story.look(240, healthy(31));
    story.look(299, healthy(31));
    expect(story.record.incident).toBeDefined();
    story.look(300, healthy(31));
    expect(story.record.incident).toBeUndefined();
    expect(story.record.lastIncidentId).toBe('pod-23-20240801-1210-def0');
    story.look(360, healthy(31));
    expect(story.starts).toHaveLength(1);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.decisions).toEqual(
      [
        'defer still-stopping',
        'remediate stopped-by-aws',
        'defer start-in-flight',
        'defer startup-grace',
        'resolve recovered',
        'ignore healthy',
      ].toSpliced(4, 0, 'defer verifying'),
    );
  });

  it('and every event is lost: the sweep finds it all the same', () => {
    const story = new Story();
    story.look(70, stoppedView(undefined, { transitionAt: T0 }));
    expect(story.starts).toEqual([at(70)]);
    expect(story.record.incident?.outage.firstKnownBad).toBe(T0);
  });

  it('duplicated and reordered events add no start and no alert', () => {
    const story = new Story();
    const running = stateChange('running', at(31));
    story.look(30, stoppedView(), { fresh: [stateChange('stopped', at(30)), running] });
    for (const seconds of [31, 32, 33]) {
      story.look(seconds, stoppedView(), { fresh: [stateChange('stopping'), running] });
      story.look(seconds, stoppedView(), { fresh: [stateChange('stopped', at(30))] });
    }
    story.look(36, pending(31), { fresh: [stateChange('stopped', at(30))] });
    story.look(80, booted(31), { fresh: [readyEvent(at(79)), readyEvent(at(79))] });
    story.look(81, booted(31), { fresh: [readyEvent(at(79)), stateChange('stopped', at(30))] });
    expect(story.starts).toHaveLength(1);
    expect(story.told).toEqual(['opened', 'serving']);
  });

  it('a stale describe after the accepted start starts nothing and tells nothing', () => {
    const story = new Story();
    story.look(1, stoppedView());
    for (const seconds of [5, 20, 31, 59]) story.look(seconds, stoppedView());
    expect(story.decisions.at(-1)).toBe('defer start-in-flight');
    story.look(62, pending(3));
    for (const seconds of [70, 200, 400]) story.look(seconds, stoppedView());
    expect(story.starts).toHaveLength(1);
    expect(story.told).toEqual(['opened']);
  });

  it('a Lambda that died after the intent: the start goes out once its lease is over', () => {
    const story = new Story();
    story.look(1, stoppedView(), { diesAfterIntent: true });
    story.look(5, stoppedView());
    story.look(30, stoppedView());
    expect(story.starts).toEqual([]);
    story.look(31, stoppedView());
    expect(story.starts).toEqual([at(31)]);
    expect(story.told).toEqual(['opened']);
  });

  it('EC2 is not ready for the start: tried again, no start of the budget spent', () => {
    const story = new Story();
    const early = { kind: 'wrong-state', code: 'IncorrectInstanceState' } as const;
    story.look(1, stoppedView(), { outcome: early });
    story.look(5, stoppedView(), { outcome: early });
    story.look(9, stoppedView());
    expect(story.record.starts).toEqual([at(9)]);
    expect(story.told).toEqual(['opened']);
  });

  it('EC2 is never ready for the start: a person hears after some minutes, and it is asked less often', () => {
    const story = new Story();
    const early = { kind: 'wrong-state', code: 'IncorrectInstanceState' } as const;
    for (let second = 1; second <= 1_800; second += 4) {
      story.look(second, stoppedView(), { outcome: early });
    }
    expect(story.told).toEqual(['opened', 'needs-person start-refused']);
    expect(story.starts.length).toBeLessThan(50);
  });

  it('it stays in `stopping`: a person hears after 10 min, it is started once it stopped', () => {
    const story = new Story();
    for (const seconds of [1, 300, 599]) story.look(seconds, stopping());
    expect(story.told).toEqual(['opened']);
    story.look(600, stopping());
    story.look(1_500, stopping());
    expect(story.told).toEqual(['opened', 'needs-person stuck-stopping']);
    expect(story.starts).toEqual([]);
    story.look(3_600, stoppedView());
    expect(story.starts).toEqual([at(3_600)]);
  });

  it('after days of a failing host: it is started, not given up', () => {
    const story = new Story();
    const days = 4 * 86_400;
    story.look(600, aView({ checks: impaired(T0) }));
    story.look(days, aView({ checks: impaired(T0) }));
    story.look(days + 60, stoppedView(), { fresh: [stateChange('stopped', at(days + 50))] });
    expect(story.starts).toEqual([at(days + 60)]);
  });

  it('again, while it is still being verified: down again is told, it is started again', () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(60, booted(3), { fresh: [readyEvent(at(59))] });
    story.look(100, stoppedView(undefined, { launchTime: at(3) }));
    expect(story.starts).toEqual([at(1), at(100)]);
    story.look(160, booted(103), { fresh: [readyEvent(at(159))] });
    expect(story.told).toEqual(['opened', 'serving', 'changed', 'serving']);
    const { outage } = story.record.incident ?? {};
    expect(outage).toEqual({ lastKnownGood: at(59), firstKnownBad: at(100), goodAgain: at(159) });
  });

  // Why this test? The deadline counted from the first stop, or from the impairment before it.
  it('again: the second stop has its own deadline in `stopping`', () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(60, booted(3), { fresh: [readyEvent(at(59))] });
    story.look(1_000, stoppedView(undefined, { state: 'stopping', launchTime: at(3) }));
    story.look(1_599, stoppedView(undefined, { state: 'stopping', launchTime: at(3) }));
    expect(story.told).not.toContain('needs-person stuck-stopping');
    story.look(1_600, stoppedView(undefined, { state: 'stopping', launchTime: at(3) }));
    expect(story.told).toContain('needs-person stuck-stopping');
  });

  it('again: a describe that still shows the boot that ended is NOT taken for the next one', () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(60, booted(3), { fresh: [readyEvent(at(59))] });
    story.look(100, stoppedView(undefined, { launchTime: at(3) }));
    story.look(104, booted(3));
    expect(story.told).toEqual(['opened', 'serving', 'changed']);
  });

  it('again and again: the budget ends it, with one page', () => {
    const story = new Story();
    const starts = [0, 300, 600];
    for (const begin of starts) {
      story.look(begin + 1, stoppedView(undefined, { launchTime: at(begin - 240) }));
      story.look(begin + 60, booted(begin + 3), { fresh: [readyEvent(at(begin + 59))] });
    }
    story.look(901, stoppedView(undefined, { launchTime: at(603) }));
    story.look(961, stoppedView(undefined, { launchTime: at(603) }));
    expect(story.starts).toHaveLength(3);
    expect(story.told.filter((kind) => kind.startsWith('needs'))).toEqual([
      'needs-person budget-exhausted',
    ]);
  });
});

describe('a start that does not hold', () => {
  const failed = (launch: number): InstanceView =>
    stoppedView('Server.InternalError', { launchTime: at(launch) });

  it('is retried once, then a person is called: no third start', () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(5, pending(3));
    story.look(20, failed(3));
    expect(story.starts).toHaveLength(1);
    story.look(61, failed(3));
    expect(story.starts).toEqual([at(1), at(61)]);
    story.look(66, pending(63));
    story.look(80, failed(63));
    expect(story.told.at(-1)).toBe('needs-person start-does-not-hold');
    for (const seconds of [90, 600, 3_600, 40_000]) story.look(seconds, failed(63));
    expect(story.starts).toHaveLength(2);
    expect(story.told.filter((kind) => kind.startsWith('needs'))).toHaveLength(1);
  });

  it("is followed by a person's start, which is verified like any other", () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(20, failed(3));
    story.look(61, failed(3));
    story.look(80, failed(63));
    story.look(1_000, pending(995));
    story.look(1_060, booted(995), { fresh: [readyEvent(at(1_050))] });
    expect(story.told.at(-1)).toBe('serving');
    expect(story.starts).toHaveLength(2);
  });

  it('began before this incident: still only one retry', () => {
    const story = new Story({}, { starts: [at(-200)] });
    const boot = at(-198);
    story.look(1, stoppedView('Server.InternalError', { launchTime: boot }), {
      fresh: [stateChange('stopped')],
    });
    story.look(20, failed(3));
    story.look(70, failed(3));
    story.look(200, failed(3));
    expect(story.starts).toEqual([at(1)]);
    expect(story.told.at(-1)).toBe('needs-person start-does-not-hold');
  });
});

describe('EC2 does not take the start', () => {
  const HOUR = 3_600;

  it('for lack of capacity, for 12 h: tried 140 times or more, told at 0, 15, 60 min, hourly', () => {
    const story = new Story();
    for (let seconds = 0; seconds <= 12 * HOUR; seconds += 4) {
      story.look(seconds, stoppedView(), { outcome: NO_CAPACITY });
    }
    expect(story.starts.length).toBeGreaterThanOrEqual(140);
    expect(story.starts.length).toBeLessThan(220);
    const told = story.timesOf('no-capacity').map((seconds) => Math.round(seconds / 60));
    expect(told).toEqual([0, 15, 60, ...Array.from({ length: 11 }, (_, hour) => 120 + 60 * hour)]);
    expect(story.told.filter((kind) => kind !== 'needs-person no-capacity')).toEqual(['opened']);
    expect(story.record.starts).toEqual([]);
    // There is room at last.
    story.look(12 * HOUR + 300, stoppedView());
    story.look(12 * HOUR + 360, booted(12 * HOUR + 302), {
      fresh: [readyEvent(at(12 * HOUR + 350))],
    });
    expect(story.told.at(-1)).toBe('serving');
  });

  // Why this test? Alternating errors kept resetting both the backoff and the reminders.
  it('and says "no capacity" and "throttled" by turns: the backoff grows, reminders come', () => {
    const story = new Story();
    let count = 0;
    for (let seconds = 0; seconds <= 2 * HOUR; seconds += 4) {
      const { length } = story.starts;
      story.look(seconds, stoppedView(), { outcome: count % 2 === 0 ? NO_CAPACITY : UNAVAILABLE });
      if (story.starts.length > length) count += 1;
    }
    expect(story.starts.length).toBeLessThan(120);
    expect(story.timesOf('no-capacity').length).toBeGreaterThanOrEqual(3);
  });

  it('after 72 h it is given up, told once', () => {
    const story = new Story();
    for (let seconds = 0; seconds <= 73 * HOUR; seconds += 60) {
      story.look(seconds, stoppedView(), { outcome: NO_CAPACITY });
    }
    expect(story.timesOf('gave-up').map((seconds) => Math.round(seconds / HOUR))).toEqual([72]);
    const last = story.starts.at(-1) ?? T0;
    expect(last).toBeLessThanOrEqual(at(72 * HOUR));
  });

  it('because its API fails for half an hour: one page that names it, then it serves', () => {
    const story = new Story();
    for (let seconds = 0; seconds < 1_800; seconds += 4) {
      story.look(seconds, stoppedView(), { outcome: UNAVAILABLE });
    }
    expect(story.told).toEqual(['opened', 'needs-person ec2-unavailable']);
    expect(story.timesOf('ec2-unavailable')[0]).toBeLessThan(260);
    expect(story.starts.length).toBeLessThan(60);
    story.look(1_900, stoppedView());
    expect(story.record.starts).toEqual([at(1_900)]);
  });

  it('because it may not: one page at once, then seldom a try', () => {
    const story = new Story();
    for (let seconds = 0; seconds <= 2 * HOUR; seconds += 4) {
      story.look(seconds, stoppedView(), { outcome: REFUSED });
    }
    expect(story.told).toEqual(['opened', 'needs-person start-refused']);
    expect(story.timesOf('start-refused')[0]).toBeLessThanOrEqual(4);
    expect(story.starts).toHaveLength(5);
  });
});
