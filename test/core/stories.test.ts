import type { InstanceView } from '../../lambda/core/observation';
import { iso } from '../../lambda/core/time';
import {
  GUEST_STOP,
  INITIALIZING,
  NO_CAPACITY,
  REFUSED,
  T0,
  UNAVAILABLE,
  UNKNOWN_CHECKS,
  USER_STOP,
  aView,
  at,
  impaired,
  readyEvent,
  stateChange,
  stopCall,
  stoppedView,
  tagged,
} from './builders';
import { Story } from './story';

const stopping = (code?: string): InstanceView => stoppedView(code, { state: 'stopping' });
const booted = (launch: number, over: Partial<InstanceView> = {}): InstanceView =>
  aView({ launchTime: at(launch), checks: INITIALIZING, ...over });
const pending = (launch: number): InstanceView => booted(launch, { state: 'pending' });
const healthy = (launch: number): InstanceView => aView({ launchTime: at(launch) });

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

describe('a person', () => {
  it('stops it: told, never undone, verified when a person starts it again', () => {
    const story = new Story();
    story.look(1, stopping(USER_STOP), { fresh: [stopCall()] });
    story.look(20, stoppedView(USER_STOP));
    story.look(90_000, stoppedView(USER_STOP));
    expect(story.alerts).toMatchObject([{ kind: 'opened', severity: 'info' }]);
    story.look(260_000, pending(259_990));
    story.look(260_060, booted(259_990), { fresh: [readyEvent(at(260_050))] });
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'serving']);
  });

  it('is named minutes later by CloudTrail: the message is corrected, once', () => {
    const story = new Story();
    story.look(1, stoppedView(USER_STOP));
    story.look(300, stoppedView(USER_STOP), { fresh: [stopCall()] });
    story.look(304, stoppedView(USER_STOP), { fresh: [stopCall()] });
    expect(story.told).toEqual(['opened', 'changed']);
    expect(story.alerts[1]).toMatchObject({ severity: 'info' });
    expect(story.alerts[1]?.text).toContain('user/nikki');
  });

  it('stops it during our restart: the rescue is cancelled and that is told', () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(5, pending(3));
    story.look(40, stoppedView(USER_STOP, { launchTime: at(3) }), { fresh: [stopCall(at(30))] });
    expect(story.decisions.at(-1)).toBe('ignore stopped-by-person');
    story.look(4_000, stoppedView(USER_STOP, { launchTime: at(3) }));
    expect(story.starts).toEqual([at(1)]);
    expect(story.told).toEqual(['opened', 'changed']);
  });

  it('stops it again while it is verified, CloudTrail silent: told as down again', () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(60, booted(3), { fresh: [readyEvent(at(59))] });
    story.look(90, stoppedView(USER_STOP, { launchTime: at(3) }));
    expect(story.alerts.at(-1)).toMatchObject({ kind: 'changed', severity: 'info' });
    expect(story.alerts.at(-1)?.text).toContain('went down again');
    expect(story.starts).toHaveLength(1);
  });

  it('starts it first: adopted and verified, no start of ours', () => {
    const story = new Story();
    story.look(1, stopping());
    story.look(30, pending(28));
    story.look(90, booted(28), { fresh: [readyEvent(at(85))] });
    story.look(400, healthy(28));
    story.look(460, healthy(28));
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.record.incident).toBeUndefined();
  });

  // Why this test? Evidence is kept for 48 h; without a code of EC2 it alone held the verdict.
  it('stopped it days ago, EC2 gives no reason: NOT started once the call is forgotten', () => {
    const story = new Story({ onUnknownStop: 'start' });
    const noReason = aView({ state: 'stopped', checks: UNKNOWN_CHECKS });
    story.look(1, noReason, { fresh: [stopCall()] });
    expect(story.decisions).toEqual(['ignore stopped-by-person']);
    story.look(4 * 86_400, noReason, { fresh: [stateChange('stopped', at(4 * 86_400))] });
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened']);
  });
});

describe('a pause', () => {
  const paused = (until: number, code?: string): InstanceView =>
    stoppedView(code, { tags: tagged({ 'watchdog:pause-until': `${iso(at(until))} deploying` }) });

  it('during the stop: told, not started, and not started after it ended either', () => {
    const story = new Story();
    story.look(1, paused(600));
    story.look(300, paused(600));
    story.look(700, paused(600));
    story.look(9_000, stoppedView());
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['needs-person stopped-while-paused']);
  });

  it('that ended between the stop and the first look: still not started', () => {
    const story = new Story();
    story.look(60, paused(30), { fresh: [stateChange('stopped')] });
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['needs-person stopped-while-paused']);
  });

  it('that ended before the stop does NOT keep it from being started', () => {
    const story = new Story();
    story.look(60, paused(-5), { fresh: [stateChange('stopped')] });
    expect(story.starts).toEqual([at(60)]);
  });

  it('set between detection and `stopped`: nothing while it lasts, told; then it goes on', () => {
    const story = new Story();
    story.look(1, stopping());
    story.look(30, paused(600));
    story.look(500, paused(600));
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'needs-person paused']);
    story.look(600, paused(600));
    expect(story.starts).toEqual([at(600)]);
  });

  it('and a second stop during it, in the same incident: told, not started, also afterwards', () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(60, booted(3), { fresh: [readyEvent(at(59))] });
    const again = { ...paused(600), launchTime: at(3) };
    story.look(100, again, { fresh: [stateChange('stopped', at(99))] });
    story.look(700, again);
    expect(story.starts).toEqual([at(1)]);
    expect(story.told).toEqual(['opened', 'serving', 'needs-person stopped-while-paused']);
  });

  it('of an impaired server that AWS then stops: told, not started, also afterwards', () => {
    const story = new Story();
    story.look(600, aView({ checks: impaired(T0) }));
    story.look(700, paused(900), { fresh: [stateChange('stopped', at(699))] });
    story.look(1_000, paused(900));
    expect(story.starts).toEqual([]);
    expect(story.told.at(-1)).toBe('needs-person stopped-while-paused');
  });

  it("and then a person's own stop: told as that person's, nobody is called", () => {
    const story = new Story();
    story.look(1, paused(600, USER_STOP), { fresh: [stopCall()] });
    expect(story.alerts).toMatchObject([{ kind: 'opened', severity: 'info' }]);
  });

  it('a hold counts as a pause without an end', () => {
    const story = new Story();
    const held = stoppedView(undefined, { tags: tagged({ 'watchdog:hold': 'forensics' }) });
    story.look(1, stopping());
    story.look(30, held);
    story.look(900_000, held);
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'needs-person held']);
  });
});

describe('an old stop', () => {
  const weeks = 21 * 86_400;
  const old = stoppedView(undefined, { transitionAt: T0 });

  it('found when it is tagged weeks later: told, not started', () => {
    const story = new Story({}, { enrolment: { kind: 'unseen' } });
    for (const seconds of [weeks, weeks + 60, weeks + 9_000]) story.look(seconds, old);
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['needs-person stopped-before-enrolment']);
  });

  it('is NOT one: a server that was never seen serving, but whose stop event just came', () => {
    const story = new Story({}, { enrolment: { kind: 'unseen' } });
    story.look(2, stoppedView(), { fresh: [stateChange('stopped')] });
    expect(story.starts).toEqual([at(2)]);
  });

  it('by a person: nobody is called', () => {
    const story = new Story({}, { enrolment: { kind: 'unseen' } });
    story.look(weeks, stoppedView(USER_STOP, { transitionAt: T0 }));
    expect(story.alerts).toMatchObject([{ kind: 'opened', severity: 'info' }]);
  });
});

describe('what an earlier condition of the same incident leaves', () => {
  it('of an impairment hours before: the stop has its own deadlines', () => {
    const story = new Story();
    story.look(600, aView({ checks: impaired(T0) }));
    story.look(9_000, stopping());
    expect(story.told).toEqual(['needs-person impaired', 'changed']);
    story.look(9_060, aView({ state: 'stopped', checks: UNKNOWN_CHECKS }));
    expect(story.decisions.at(-1)).toBe('defer awaiting-evidence');
  });

  it("of a person's stop: a describe of the stop before it does NOT undo it", () => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(60, booted(3), { fresh: [readyEvent(at(59))] });
    story.look(200, stoppedView(USER_STOP, { launchTime: at(3) }), { fresh: [stopCall(at(195))] });
    story.look(260, stoppedView());
    expect(story.decisions.at(-1)).toBe('ignore stopped-by-person');
    expect(story.starts).toHaveLength(1);
  });
});

describe('a stop of unknown cause', () => {
  const unexplained = aView({ state: 'stopped', checks: UNKNOWN_CHECKS });

  it('waits two minutes, then calls a person', () => {
    const story = new Story();
    story.look(1, unexplained, { fresh: [stateChange('stopped')] });
    story.look(119, unexplained);
    expect(story.told).toEqual(['opened']);
    story.look(120, unexplained);
    story.look(4_000, unexplained);
    expect(story.told).toEqual(['opened', 'needs-person unknown-cause']);
    expect(story.starts).toEqual([]);
  });

  it('waits two minutes, then is started where the policy says so', () => {
    const story = new Story({ onUnknownStop: 'start' });
    story.look(1, unexplained, { fresh: [stateChange('stopped')] });
    story.look(60, unexplained);
    expect(story.starts).toEqual([]);
    story.look(121, unexplained);
    expect(story.starts).toEqual([at(121)]);
  });

  it('is NOT started when CloudTrail names a person while it waits', () => {
    const story = new Story({ onUnknownStop: 'start' });
    story.look(1, unexplained, { fresh: [stateChange('stopped')] });
    story.look(90, unexplained, { fresh: [stopCall()] });
    story.look(200, unexplained);
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'changed']);
  });
});

describe('a shutdown from inside', () => {
  it('calls a person by default', () => {
    const story = new Story();
    story.look(1, stoppedView(GUEST_STOP));
    story.look(900, stoppedView(GUEST_STOP));
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['needs-person guest-shutdown']);
  });

  it('is started where the policy says so, within the same bounds', () => {
    const story = new Story({ onGuestShutdown: 'start' });
    story.look(1, stoppedView(GUEST_STOP));
    expect(story.starts).toEqual([at(1)]);
    story.look(20, stoppedView(GUEST_STOP, { launchTime: at(3) }));
    story.look(62, stoppedView(GUEST_STOP, { launchTime: at(3) }));
    story.look(130, stoppedView(GUEST_STOP, { launchTime: at(64) }));
    story.look(1_000, stoppedView(GUEST_STOP, { launchTime: at(64) }));
    expect(story.starts).toEqual([at(1), at(62)]);
    expect(story.told.at(-1)).toBe('needs-person start-does-not-hold');
  });
});

describe('the end without recovery', () => {
  it('terminated: one page, then silence', () => {
    const story = new Story();
    const gone = (state: 'shutting-down' | 'terminated') =>
      stoppedView('Client.UserInitiatedShutdown', { state });
    story.look(1, gone('shutting-down'));
    story.look(30, gone('terminated'));
    story.look(90, gone('terminated'), { fresh: [stateChange('terminated', at(29))] });
    story.look(5_000, undefined);
    expect(story.told).toEqual(['needs-person terminated']);
    expect(story.record.incident).toBeUndefined();
  });

  it('terminated while we restart it: one page, no start', () => {
    const story = new Story();
    story.look(1, stopping());
    story.look(20, stoppedView(USER_STOP, { state: 'terminated' }));
    story.look(80, stoppedView(USER_STOP, { state: 'terminated' }));
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'needs-person terminated']);
  });

  it('terminated before it was ever enrolled: nothing is told', () => {
    const story = new Story({}, { enrolment: { kind: 'unseen' } });
    story.look(1, stoppedView(USER_STOP, { state: 'terminated' }));
    expect(story.told).toEqual([]);
  });

  it('the opt-in tag removed: closed and told without an act, after two looks 45 s apart', () => {
    const story = new Story();
    story.look(1, stopping());
    story.look(60, undefined);
    story.look(104, undefined);
    expect(story.record.incident).toBeDefined();
    story.look(105, undefined);
    expect(story.record.incident).toBeUndefined();
    story.look(165, undefined);
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'closed']);
  });

  it('an answer that misses it once does NOT close anything', () => {
    const story = new Story();
    story.look(1, stopping());
    story.look(60, undefined);
    story.look(64, stopping());
    story.look(120, undefined);
    expect(story.record.incident).toBeDefined();
    expect(story.told).toEqual(['opened']);
  });
});

describe('an impaired server', () => {
  it('is told to a person once, NOT touched, and cleared after K evaluations', () => {
    const story = new Story();
    story.look(60, aView({ checks: impaired(T0) }));
    expect(story.told).toEqual([]);
    story.look(120, aView({ checks: impaired(T0) }));
    story.look(180, aView({ checks: impaired(T0) }));
    expect(story.told).toEqual(['needs-person impaired']);
    story.look(240, aView());
    story.look(244, aView());
    expect(story.told).toEqual(['needs-person impaired', 'serving']);
    story.look(300, aView());
    expect(story.decisions.at(-1)).toBe('resolve cleared');
    story.look(360, aView());
    expect(story.told).toEqual(['needs-person impaired', 'serving']);
    expect(story.starts).toEqual([]);
  });

  it('whose checks cannot be read is NOT cleared', () => {
    const story = new Story();
    story.look(120, aView({ checks: impaired(T0) }));
    for (const seconds of [180, 240, 300]) story.look(seconds, aView({ checks: UNKNOWN_CHECKS }));
    expect(story.record.incident).toBeDefined();
    expect(story.told).toEqual(['needs-person impaired']);
  });

  it('that was never enrolled and that AWS stopped unseen is NOT started', () => {
    const story = new Story({}, { enrolment: { kind: 'unseen' } });
    story.look(120, aView({ checks: impaired(T0) }));
    story.look(8_000, stoppedView(undefined, { transitionAt: at(4_000) }));
    expect(story.starts).toEqual([]);
  });
});

describe('a policy that only observes', () => {
  it('tells that it would have started it, and does NOT', () => {
    const story = new Story({ mode: 'observe' });
    story.look(1, stoppedView());
    story.look(900, stoppedView());
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['needs-person observe-mode']);
  });

  it('verifies what a person then starts', () => {
    const story = new Story({ mode: 'observe' });
    story.look(1, stoppedView());
    story.look(300, booted(290), { fresh: [readyEvent(at(299))] });
    expect(story.told.at(-1)).toBe('serving');
  });
});

describe('recovered', () => {
  const start = (): Story => {
    const story = new Story();
    story.look(1, stoppedView());
    story.look(60, booted(3), { fresh: [readyEvent(at(59))] });
    return story;
  };
  const isOpen = (story: Story): boolean => story.record.incident !== undefined;

  it('takes evaluations a minute apart: reads seconds apart see the same one', () => {
    const story = start();
    for (let seconds = 200; seconds < 260; seconds += 4) story.look(seconds, healthy(3));
    expect(isOpen(story)).toBe(true);
    story.look(260, healthy(3));
    expect(isOpen(story)).toBe(false);
  });

  it('begins to count anew when a check fails', () => {
    const story = start();
    story.look(200, healthy(3));
    story.look(230, aView({ launchTime: at(3), checks: impaired(at(229)) }));
    story.look(262, healthy(3));
    expect(isOpen(story)).toBe(true);
    story.look(322, healthy(3));
    expect(isOpen(story)).toBe(false);
  });

  it('begins to count anew in another boot', () => {
    const story = start();
    story.look(200, healthy(3));
    story.look(262, healthy(210));
    expect(isOpen(story)).toBe(true);
    story.look(322, healthy(210));
    expect(isOpen(story)).toBe(false);
  });

  it('does NOT follow from checks that could not be read', () => {
    const story = start();
    story.look(200, healthy(3));
    for (const seconds of [262, 322, 382]) {
      story.look(seconds, aView({ launchTime: at(3), checks: UNKNOWN_CHECKS }));
    }
    expect(isOpen(story)).toBe(true);
  });
});

describe('serving', () => {
  it('is NOT proven by a ready event of an earlier boot', () => {
    const story = new Story({ readyEvent: true });
    story.look(1, stoppedView(), { fresh: [readyEvent(at(-20))] });
    story.look(60, healthy(3));
    expect(story.told).toEqual(['opened']);
    story.look(64, healthy(3), { fresh: [readyEvent(at(63))] });
    expect(story.told).toEqual(['opened', 'serving']);
  });

  it('never proven: a person is called after the deadline, once', () => {
    const story = new Story({ readyEvent: true });
    story.look(1, stoppedView());
    for (let seconds = 10; seconds < 2_000; seconds += 30) story.look(seconds, booted(3));
    expect(story.told).toEqual(['opened', 'needs-person not-serving']);
    expect(story.timesOf('not-serving')[0]).toBeGreaterThan(603);
    expect(story.timesOf('not-serving')[0]).toBeLessThan(640);
    expect(story.starts).toHaveLength(1);
  });
});
