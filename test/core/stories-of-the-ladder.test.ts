import { laddersOf } from '../../lambda/core/ladder';
import { minutes } from '../../lambda/core/time';
import {
  BOOT,
  INITIALIZING,
  NO_CAPACITY,
  REFUSED,
  T0,
  aView,
  at,
  healthEvent,
  readyEvent,
  stateChange,
  stoppedView,
  tagged,
} from './builders';
import { NIGHTLY, anEvent, shows } from './planned-server';
import { Story } from './story';
import { booted, comesBack, goingDown, healthy, ill, isDown, stopping } from './story-views';

const AWS_MAY = { facts: { awsRecovers: true } };

describe('a host fails under a server that runs on', () => {
  it('AWS gets its time, then it is moved and recovers: two messages', () => {
    const story = new Story();
    story.look(60, ill('system'), AWS_MAY);
    expect(story.record.incident).toBeUndefined();
    for (const seconds of [120, 180, 240, 299]) story.look(seconds, ill('system'), AWS_MAY);
    expect(story.acts).toEqual([]);
    story.look(300, ill('system'), AWS_MAY);
    expect(story.acts).toEqual(['stop-start 300']);
    comesBack(story, 300);
    expect(story.starts).toEqual([at(340)]);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.record.incident).toBeUndefined();
    expect(story.decisions).toEqual([
      'defer tolerated',
      'defer awaiting-aws-recovery',
      'remediate system-impaired',
      'defer still-stopping',
      'remediate finish-own-stop',
      'defer start-in-flight',
      'defer startup-grace',
      'defer verifying',
      'resolve recovered',
    ]);
  });

  it('where AWS does not recover it, it is moved once that is tolerated no longer', () => {
    const story = new Story();
    story.look(60, ill('system'));
    story.look(120, ill('system'));
    expect(story.acts).toEqual(['stop-start 120']);
  });

  it('AWS says that it failed: it is moved at once', () => {
    const story = new Story();
    story.look(120, ill('system'), AWS_MAY);
    const failed = healthEvent({ topic: 'auto-recovery-failure', at: at(130) });
    story.look(131, ill('system'), { ...AWS_MAY, fresh: [failed] });
    expect(story.acts).toEqual(['stop-start 131']);
  });

  it('AWS says that it moved it: that is verified, and nothing else is done', () => {
    const story = new Story();
    story.look(120, ill('system'), AWS_MAY);
    const moved = healthEvent({ topic: 'auto-recovery-success', at: at(130) });
    story.look(131, ill('system'), { ...AWS_MAY, fresh: [moved] });
    for (const seconds of [300, 400, 500]) story.look(seconds, ill('system'), AWS_MAY);
    story.look(520, aView());
    story.look(580, aView());
    expect(story.acts).toEqual([]);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.decisions.at(-1)).toBe('resolve cleared');
  });

  it('AWS says so, and it is NOT true: it is moved after all', () => {
    const story = new Story();
    const moved = healthEvent({ topic: 'auto-recovery-success', at: at(130) });
    story.look(131, ill('system'), { ...AWS_MAY, fresh: [moved] });
    story.look(609, ill('system'), AWS_MAY);
    expect(story.acts).toEqual([]);
    story.look(610, ill('system'), AWS_MAY);
    expect(story.acts).toEqual(['stop-start 610']);
  });

  it('the new host fails too: nothing is left, a person is called once', () => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(160, isDown(120));
    story.look(180, ill('system', 170, { launchTime: at(162) }));
    for (let seconds = 200; seconds < 5_000; seconds += 60) {
      story.look(seconds, ill('system', 170, { launchTime: at(162) }));
    }
    expect(story.acts).toEqual(['stop-start 120']);
    expect(story.told).toEqual(['opened', 'needs-person ladder-exhausted']);
    // The start at 160 s led to a boot at 162 s, which gets its quarter of an hour.
    expect(story.timesOf('ladder-exhausted')[0]).toBeGreaterThanOrEqual(162 + 900);
  });

  it('there is no place for it afterwards: it is tried, told, and started when there is', () => {
    const story = new Story();
    story.look(120, ill('system'));
    story.look(160, isDown(120), { outcome: NO_CAPACITY });
    story.look(161, isDown(120));
    for (let seconds = 200; seconds < 2_000; seconds += 60) {
      story.look(seconds, isDown(120), { outcome: NO_CAPACITY });
    }
    expect(story.timesOf('no-capacity').length).toBeGreaterThanOrEqual(2);
    const before = story.starts.length;
    story.look(2_400, isDown(120));
    expect(story.starts).toHaveLength(before + 1);
  });

  it('AWS refuses the stop: a person is called, and it is tried again in its time', () => {
    const story = new Story();
    story.look(120, ill('system'), { outcome: REFUSED });
    for (const seconds of [124, 600, 1_919]) story.look(seconds, ill('system'));
    expect(story.acts).toEqual(['stop-start 120']);
    expect(story.told).toEqual(['opened', 'needs-person takedown-refused']);
    story.look(1_920, ill('system'));
    expect(story.acts).toEqual(['stop-start 120', 'stop-start 1920']);
  });
});

describe('a guest fails', () => {
  it('and the reboot helps: nothing else is done', () => {
    const story = new Story();
    story.look(60, ill('instance'));
    story.look(120, ill('instance'));
    for (const seconds of [124, 130, 150]) story.look(seconds, ill('instance'));
    for (const seconds of [180, 240, 300]) story.look(seconds, aView({ checks: INITIALIZING }));
    for (const seconds of [360, 424]) story.look(seconds, aView());
    expect(story.acts).toEqual(['reboot 120']);
    expect(story.starts).toEqual([]);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.decisions.at(-1)).toBe('resolve recovered');
  });

  it('the checks from before the reboot do NOT prove that it helped', () => {
    const story = new Story();
    story.look(120, ill('instance'));
    story.look(124, aView());
    story.look(184, aView());
    expect(story.told).toEqual(['opened']);
  });

  it('and the reboot does not help: it is stopped and started once that had its time', () => {
    const story = new Story();
    story.look(120, ill('instance'));
    story.look(200, aView({ checks: INITIALIZING }));
    for (let seconds = 300; seconds < 600; seconds += 60) story.look(seconds, ill('instance', 280));
    expect(story.acts).toEqual(['reboot 120']);
    story.look(600, ill('instance', 280));
    expect(story.acts).toEqual(['reboot 120', 'stop-start 600']);
    comesBack(story, 600);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.record.incident).toBeUndefined();
  });

  it('for moments only: nothing is told or done', () => {
    const story = new Story();
    for (let minute = 0; minute < 60; minute += 2) {
      story.look(minute * 60, ill('instance', minute * 60 - 50));
      story.look(minute * 60 + 60, aView());
    }
    expect(story.acts).toEqual([]);
    expect(story.told).toEqual([]);
  });

  it('within an open incident, for moments only: nothing more is done', () => {
    const story = new Story();
    story.look(120, ill('instance'));
    story.look(300, aView());
    for (const seconds of [700, 820, 940]) {
      story.look(seconds, ill('instance', seconds - 50));
      story.look(seconds + 30, aView());
    }
    expect(story.acts).toEqual(['reboot 120']);
    expect(story.told).toEqual(['opened', 'serving']);
  });
});

describe('an application fails while EC2 is fine', () => {
  const policy = { applicationAlarm: 'livechat-{id}', restartDocument: 'RestartLiveChat' };
  const well = aView({ checks: { ...aView().checks, application: { status: 'ok' } } });

  it('its service is restarted, and that helps', () => {
    const story = new Story(policy);
    story.look(120, ill('application'));
    story.look(150, ill('application'), { fresh: [readyEvent(at(149))] });
    for (const seconds of [180, 240]) story.look(seconds, ill('application'));
    for (const seconds of [260, 320]) story.look(seconds, well);
    expect(story.acts).toEqual(['restart-service 120']);
    expect(story.told).toEqual(['opened', 'serving']);
    expect(story.decisions.at(-1)).toBe('resolve recovered');
  });

  it('nothing gentle helps: restart, reboot, stop and start, a person', () => {
    const story = new Story(policy);
    for (let seconds = 120; seconds < 900; seconds += 30) story.look(seconds, ill('application'));
    story.look(900, ill('application'));
    expect(story.acts).toEqual(['restart-service 120', 'reboot 420', 'stop-start 900']);
    story.look(940, isDown(900));
    for (let seconds = 960; seconds < 5_000; seconds += 60) {
      story.look(seconds, ill('application', 950, { launchTime: at(942) }));
    }
    expect(story.acts).toHaveLength(3);
    expect(story.starts).toEqual([at(940)]);
    expect(story.told).toEqual(['opened', 'needs-person ladder-exhausted']);
  });
});

describe('what speaks against a takedown', () => {
  it.each([
    ['stop protection', { stopProtection: true }, 'needs-person stop-protected'],
    ['a storm of its zone', { zone: { managed: 3, impaired: 3 } }, 'needs-person zone-storm'],
    ['no capacity for its type', { noCapacityAt: T0 }, 'needs-person no-way-back'],
  ])('%s: a person is called once, nothing is done', (_name, facts, told) => {
    const story = new Story();
    for (const seconds of [120, 180, 600]) story.look(seconds, ill('system'), { facts });
    expect(story.acts).toEqual([]);
    expect(story.told).toEqual([told]);
  });

  it.each([
    ['a fleet of which enough is down', { slotsFree: 0 }],
    ['a read that failed', { stopProtection: undefined }],
  ])('%s: it waits, and goes on when that is over', (_name, facts) => {
    const story = new Story();
    for (const seconds of [120, 180, 240]) story.look(seconds, ill('system'), { facts });
    expect(story.acts).toEqual([]);
    story.look(300, ill('system'));
    expect(story.acts).toEqual(['stop-start 300']);
    expect(story.told).toEqual(['opened']);
  });

  it('facts that nobody could find out: it waits', () => {
    const story = new Story();
    for (const seconds of [120, 600]) story.look(seconds, ill('system'), { facts: 'unread' });
    expect(story.acts).toEqual([]);
    expect(story.decisions.at(-1)).toBe('defer takedown-unchecked');
  });

  it('it was never seen to serve: a person is called, nothing is done', () => {
    const story = new Story({}, { enrolment: { kind: 'unseen' } });
    for (const seconds of [120, 600]) story.look(seconds, ill('system', 0, { launchTime: BOOT }));
    expect(story.acts).toEqual([]);
    expect(story.told).toEqual(['needs-person impaired-before-enrolment']);
  });
});

// Why this test? Its service was restarted, and a check that EC2 had made before counted as passed.
describe('a service that is restarted and says that it serves', () => {
  const well = { checks: { ...aView().checks, application: { status: 'ok' } } } as const;

  it('recovers by what was evaluated after the restart', () => {
    const story = new Story({
      applicationCheck: { protocol: 'http', port: 8080, path: '/health' },
      restartDocument: 'restart',
    });
    story.look(120, ill('application'));
    expect(story.acts).toEqual(['restart-service 120']);
    story.look(135, aView(well), { fresh: [readyEvent(at(134))] });
    expect(story.told).toEqual(['opened', 'serving']);
    for (const seconds of [150, 195, 210, 269]) story.look(seconds, aView(well));
    expect(story.record.incident?.resolved).toBeUndefined();
    expect(story.decisions.at(-1)).toBe('defer verifying');
    story.look(270, aView(well));
    expect(story.decisions.at(-1)).toBe('resolve recovered');
  });
});

describe('AWS stops what was to be moved', () => {
  const event = anEvent();
  const move = { 'watchdog:move': 'now' };

  // Why this test? Nobody was told that it went down, and it was "cleared" before it served.
  it('it is told, started, and over when it has recovered', () => {
    const story = new Story({ maintenanceWindow: NIGHTLY });
    const protectedOne = { facts: { stopProtection: true } };
    story.look(10, aView({ ...shows(event), tags: tagged(move) }), protectedOne);
    expect(story.told.at(-1)).toBe('needs-person stop-protected');
    story.alerts.length = 0;
    story.look(100, stopping());
    story.look(130, stoppedView());
    expect(story.starts).toEqual([at(130)]);
    story.look(140, booted(131));
    expect(story.record.incident?.resolved).toBeUndefined();
    expect(story.told).toEqual(['changed']);
    story.look(160, booted(131), { fresh: [readyEvent(at(159))] });
    story.look(300, healthy(131));
    story.look(360, healthy(131));
    expect(story.told).toEqual(['changed', 'serving']);
    expect(story.decisions.at(-1)).toBe('resolve recovered');
    expect(story.acts).toEqual([]);
  });
});

// Why this test? A server that was started within the second of its stop was stopped once more half
// an hour later, gracefully, and forced two seconds after that: its stop seemed to last all along.
describe('a server that stops for the second time', () => {
  const FORCING = { ladders: laddersOf({ 'stuck-stopping': ['force-stop'] }, minutes(2)) };

  it('has its time to stop, however close its last start was to the stop before', () => {
    const story = new Story(FORCING);
    const boot = at(0);
    // The end of the boot before: EC2 dates the launch in the same second.
    story.look(1, aView({ launchTime: boot }), { fresh: [stateChange('stopped', at(0.1))] });
    story.look(1_900, ill('system', 1_700, { launchTime: boot }));
    expect(story.acts).toEqual(['stop-start 1900']);
    for (const seconds of [1_902, 1_910, 2_200, 2_499]) {
      story.look(seconds, goingDown(1_900, { launchTime: boot }));
    }
    expect(story.acts).toEqual(['stop-start 1900']);
    story.look(2_630, goingDown(1_900, { launchTime: boot }));
    expect(story.acts.at(-1)).toBe('force-stop 2630');
    expect(story.record.incident?.outage.firstKnownBad).toBe(at(1_700));
  });
});
