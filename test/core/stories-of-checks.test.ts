import { laddersOf } from '../../lambda/core/ladder';
import type { Policy } from '../../lambda/core/policy';
import { minutes } from '../../lambda/core/time';
import {
  T0,
  UNKNOWN_CHECKS,
  USER_STOP,
  aView,
  at,
  impaired,
  readyEvent,
  stateChange,
  stopCall,
  stoppedView,
} from './builders';
import { Story } from './story';
import { stopping, booted, healthy } from './story-views';

describe('what an earlier condition of the same incident leaves', () => {
  it('of an impairment hours before: the stop has its own deadlines', () => {
    const story = new Story();
    story.look(600, aView({ checks: impaired(T0) }), { facts: 'unread' });
    story.look(9_000, stopping());
    expect(story.told).toEqual(['opened', 'changed']);
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
  const toldOnly: Partial<Policy> = {
    ladders: laddersOf({ 'system-impaired': [] }, minutes(2)),
  };

  it('without a ladder is told once, NOT touched, and cleared after K evaluations', () => {
    const story = new Story(toldOnly);
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
    expect(story.acts).toEqual([]);
  });

  it('whose checks cannot be read is NOT cleared', () => {
    const story = new Story(toldOnly);
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
