import { laddersOf } from '../../lambda/core/ladder';
import { after, before, days, hours, instant, iso, minutes } from '../../lambda/core/time';
import { planned } from '../../lambda/core/planned-move';
import type { Policy } from '../../lambda/core/policy';
import {
  T0,
  UNKNOWN_CHECKS,
  aPolicy,
  aRecord,
  aView,
  anAttempt,
  anIncident,
  tagged,
} from './builders';
import {
  moment,
  NIGHTLY,
  TONIGHT,
  anEvent,
  enrolledAt,
  shows,
  later,
  Planned,
} from './planned-server';

describe('the reason that the notice of a plan gives', () => {
  const aboutOf = (policy: Partial<Policy>, tags = {}): readonly (string | undefined)[] => {
    const view = aView({ ...shows(anEvent()), tags: tagged(tags) });
    const input = { view, record: aRecord(), now: T0 };
    const all = aPolicy({ maintenanceWindow: NIGHTLY, ...policy });
    return planned({ ...input, policy: all }).outbox.map(({ about }) => about);
  };

  it.each<[string, Partial<Policy>, Readonly<Record<string, string>>, string | undefined]>([
    ['its time is within the window', {}, {}, 'outside-window'],
    ['there is no window', { maintenanceWindow: undefined }, {}, 'no-window'],
    ['somebody vetoed it', {}, { 'watchdog:move': 'veto' }, 'move-vetoed'],
    [
      'its ladder is empty',
      { ladders: laddersOf({ 'stop-scheduled': [] }, minutes(2)) },
      {},
      undefined,
    ],
  ])('%s', (_what, policy, tags, about) => {
    expect(aboutOf(policy, tags)).toEqual([about]);
  });
});

describe('work that EC2 announces', () => {
  it('is planned for the next window, told with its time and with how to say no', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    expect(server.at).toBe(iso(TONIGHT));
    expect(server.told).toHaveLength(1);
    expect(server.told[0]).toContain('EC2 announces instance-stop for 2024-08-11 12:10 UTC');
    expect(server.told[0]).toContain('will stop and start it at 2024-08-02 02:00 UTC');
    expect(server.told[0]).toContain('watchdog:move = "veto"');
  });

  it.each([
    ['instance-stop', 'stop-scheduled'],
    ['instance-retirement', 'stop-scheduled'],
    ['system-maintenance', 'stop-scheduled'],
    ['instance-reboot', 'reboot-scheduled'],
    ['system-reboot', 'reboot-scheduled'],
  ])('%s: the ladder of %s', (code, condition) => {
    const { record } = new Planned().look(T0, shows(anEvent({ code })));
    expect(record.plan?.condition).toBe(condition);
  });

  it('is NOT planned where EC2 announces what the watchdog does not know', () => {
    const server = new Planned().look(T0, shows(anEvent({ code: 'new-kind-of-event' })));
    expect(server.record.plan).toBeUndefined();
  });

  it('does NOT move, and is NOT told again, with any later look, in the window neither', () => {
    const server = new Planned();
    for (let seconds = 0; seconds < hours(15) / 1_000; seconds += 97) {
      server.look(instant(T0 + seconds * 1_000), shows(anEvent()));
    }
    expect(server.at).toBe(iso(TONIGHT));
    expect(server.told).toHaveLength(1);
  });

  it('people have an hour to say no, also while the window is open', () => {
    const inWindow = moment('2024-08-02T02:30:00Z');
    expect(new Planned().look(inWindow, shows(anEvent())).at).toBe('2024-08-02T03:30:00.000Z');
    const nearItsEnd = moment('2024-08-02T03:30:00Z');
    expect(new Planned().look(nearItsEnd, shows(anEvent())).at).toBe('2024-08-03T02:00:00.000Z');
  });

  it('that comes first is planned first', () => {
    const soon = anEvent({ id: 'soon', notBefore: after(T0, days(3)) });
    const server = new Planned().look(T0, shows(anEvent(), soon));
    expect(server.record.plan?.eventId).toBe('soon');
  });

  it('loses nothing by a status that was not read', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    const { plan } = server.record;
    server.look(later(hours(1)), { checks: UNKNOWN_CHECKS, scheduledEvents: [] });
    server.look(later(hours(2)), { state: 'stopped', scheduledEvents: [] });
    expect(server.record.plan).toEqual(plan);
    expect(server.told).toHaveLength(1);
  });

  // Why this test? AWS stopped it as announced, and a second later a person was told to do so.
  it('is NOT told of what is down by now', () => {
    const server = new Planned({ maintenanceWindow: undefined });
    server.look(T0, { ...shows(anEvent()), state: 'running' });
    server.record = { ...server.record, told: [] };
    server.look(later(hours(1)), { ...shows(anEvent()), state: 'stopping' });
    expect(server.told).toHaveLength(1);
    server.look(later(hours(2)), shows(anEvent()));
    expect(server.told).toHaveLength(2);
  });

  it('that was called off is planned no more, and that is told once', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    server.look(later(hours(1))).look(later(hours(2)));
    expect(server.record.plan).toBeUndefined();
    expect(server.told).toHaveLength(2);
    expect(server.told[1]).toContain('no longer announces');
  });

  it('is NOT planned for a server that was never seen serving', () => {
    const server = new Planned({}, { enrolment: { kind: 'unseen' } }).look(T0, shows(anEvent()));
    expect(server.record.plan).toBeUndefined();
    expect(server.told).toEqual([]);
  });

  it('is NOT planned once AWS begins', () => {
    const over = after(T0, days(10));
    const server = new Planned().look(T0, shows(anEvent())).look(over, shows(anEvent()));
    expect(server.record.plan).toBeUndefined();
    expect(server.told).toHaveLength(1);
  });

  it('without a time is planned within two weeks', () => {
    const { record } = new Planned().look(T0, shows(anEvent({ notBefore: undefined })));
    expect(record.plan?.deadline).toBe(after(T0, days(14)));
  });
});

describe('a time that cannot be kept', () => {
  it('is told again when AWS moves its own', () => {
    const server = new Planned().look(T0, shows(anEvent({ notBefore: after(T0, days(10)) })));
    const sooner = anEvent({ notBefore: after(TONIGHT, minutes(50)) });
    server.look(later(minutes(5)), shows(sooner));
    expect(server.at).toBeUndefined();
    expect(server.told[1]).toContain('No maintenance window of its policy comes in time');
  });

  it('stays when AWS moves its own to a later day', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    server.look(later(minutes(5)), shows(anEvent({ notBefore: after(T0, days(12)) })));
    expect(server.at).toBe(iso(TONIGHT));
    expect(server.told).toHaveLength(1);
  });

  it('falls to the next window when it was missed, which is told', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    server.look(moment('2024-08-02T09:00:00Z'), shows(anEvent()));
    expect(server.at).toBe('2024-08-03T02:00:00.000Z');
    expect(server.told).toHaveLength(2);
    // The watchdog was down for a day: the next window is open already, and has its own time.
    server.look(moment('2024-08-04T02:40:00Z'), shows(anEvent()));
    expect(server.at).toBe('2024-08-04T02:40:00.000Z');
  });

  it('does NOT fall to a window that comes too late', () => {
    const event = anEvent({ notBefore: moment('2024-08-03T02:30:00Z') });
    const server = new Planned().look(T0, shows(event));
    expect(server.at).toBe(iso(TONIGHT));
    server.look(moment('2024-08-02T09:00:00Z'), shows(event));
    expect(server.at).toBeUndefined();
  });

  it('follows the policy when its window changes', () => {
    const server = new Planned().look(T0, shows(anEvent()));
    const noon = aPolicy({ maintenanceWindow: { ...NIGHTLY, from: 720, to: 780 } });
    server.look(later(hours(2)), shows(anEvent()), noon);
    expect(server.at).toBe('2024-08-02T12:00:00.000Z');
    expect(server.told).toHaveLength(2);
  });

  it('is local time: on the day on which clocks go forward the window may not come', () => {
    const zone = { ...NIGHTLY, from: 120, to: 180, timeZone: 'Europe/Berlin' };
    const saturday = moment('2024-03-30T12:00:00Z');
    const event = anEvent({ notBefore: after(saturday, days(9)) });
    const server = new Planned({ maintenanceWindow: zone });
    server.look(saturday, { ...shows(event), launchTime: before(saturday, days(9)) });
    expect(server.at).toBe('2024-04-01T00:00:00.000Z');
  });
});

describe("what its policy does not allow is a person's", () => {
  it.each([
    ['no window', { maintenanceWindow: undefined }, 'has no maintenance window'],
    ['no rung', { ladders: laddersOf({ 'stop-scheduled': [] }, minutes(2)) }, 'lists nothing'],
  ])('%s: told once, and never due', (_, policy, words) => {
    const server = new Planned(policy);
    for (const hour of [0, 5, 15, 30]) {
      expect(server.isDue(later(hours(hour)), shows(anEvent()))).toBe(false);
    }
    expect(server.told).toHaveLength(1);
    expect(server.told[0]).toContain(words);
    expect(server.at).toBeUndefined();
  });

  it('a policy that observes says what it would do', () => {
    const server = new Planned({ mode: 'observe' }).look(T0, shows(anEvent()));
    expect(server.told[0]).toContain('would (its policy only observes) stop and start it');
  });
});

describe('the move is due', () => {
  const inWindow = moment('2024-08-02T02:00:10Z');
  /** Checked again since, as the shell does each day. */
  const fresh = { enrolment: enrolledAt(T0) };
  const server = () => new Planned({}, fresh).look(T0, shows(anEvent()));

  it('at its time, and NOT before', () => {
    expect(server().isDue(inWindow, shows(anEvent()))).toBe(true);
    expect(server().isDue(before(TONIGHT, minutes(1)), shows(anEvent()))).toBe(false);
  });

  it('at once with the wish "now", also without a window', () => {
    const now = { ...shows(anEvent()), tags: tagged({ 'watchdog:move': ' NOW ' }) };
    expect(server().isDue(later(minutes(5)), now)).toBe(true);
    const without = new Planned({ maintenanceWindow: undefined }, fresh);
    expect(without.isDue(later(minutes(5)), now)).toBe(true);
  });

  it.each(['veto', 'no', 'nwo'])('never with the wish "%s", which is told once', (wish) => {
    const vetoed = { ...shows(anEvent()), tags: tagged({ 'watchdog:move': wish }) };
    const one = server();
    expect(one.isDue(inWindow, vetoed)).toBe(false);
    expect(one.isDue(after(inWindow, minutes(5)), vetoed)).toBe(false);
    expect(one.told).toHaveLength(2);
    expect(one.told[1]).toContain('Vetoed');
    expect(one.told[1]).toContain('AWS begins by itself at 2024-08-11');
  });

  it('NOT while EC2 does not show the event: it may have been called off', () => {
    const unread = { checks: UNKNOWN_CHECKS, scheduledEvents: [] };
    expect(server().isDue(inWindow, unread)).toBe(false);
  });

  it('NOT for one that is not running, nor one that nobody checked for two days', () => {
    expect(server().isDue(inWindow, { ...shows(anEvent()), state: 'stopped' })).toBe(false);
    const stale = { enrolment: enrolledAt(before(T0, hours(40))) };
    const one = new Planned({}, stale).look(T0, shows(anEvent()));
    expect(one.isDue(inWindow, shows(anEvent()))).toBe(false);
  });
});

describe('once it was moved', () => {
  const event = anEvent();

  it('it is NOT moved again for the same event, whoever moved it', () => {
    const server = new Planned().look(T0, shows(event));
    const booted = { ...shows(event), launchTime: later(hours(3)) };
    server.look(later(hours(4)), booted);
    expect(server.record.plan).toBeUndefined();
    expect(server.isDue(moment('2024-08-02T02:30:00Z'), booted)).toBe(false);
  });

  it('it is NOT rebooted again either, though a reboot leaves no other trace', () => {
    const reboot = anEvent({ code: 'system-reboot' });
    const server = new Planned().look(T0, shows(reboot));
    const incident = anIncident({
      condition: 'planned',
      planned: { eventId: reboot.id, condition: 'reboot-scheduled' },
      attempts: [{ ...anAttempt(TONIGHT), remediation: 'reboot', reason: 'reboot-scheduled' }],
    });
    server.record = { ...server.record, incident, starts: [TONIGHT] };
    server.look(after(TONIGHT, minutes(1)), shows(reboot));
    const { incident: _over, ...rest } = server.record;
    server.record = rest;
    expect(server.isDue(after(TONIGHT, minutes(30)), shows(reboot))).toBe(false);
    expect(server.record.plan).toBeUndefined();
    expect(server.told).toHaveLength(1);
    server.look(after(TONIGHT, minutes(61)), shows(reboot));
    server.look(after(TONIGHT, minutes(62)), shows(reboot));
    expect(server.told).toHaveLength(2);
    expect(server.told[1]).toContain('EC2 still announces system-reboot');
  });

  it('the next event is planned all the same', () => {
    const server = new Planned().look(T0, shows(event));
    const booted = { launchTime: later(hours(3)) };
    server.look(later(hours(4)), { ...booted, ...shows(event) });
    const next = anEvent({ id: 'instance-event-2', notBefore: after(T0, days(12)) });
    server.look(later(hours(5)), { ...booted, ...shows(event, next) });
    expect(server.record.plan?.eventId).toBe('instance-event-2');
  });
});
