import type { Evidence } from '../../lambda/core/evidence';
import { after, before, hours, minutes, seconds } from '../../lambda/core/time';
import {
  DOWN,
  PERSON,
  SESSION,
  actor,
  call,
  downEvent,
  judge,
  summary,
  USER,
  days,
} from './stopped-server';

describe('who used the API', () => {
  const stopped = (...calls: readonly Evidence[]) =>
    judge(USER, '', { evidence: [downEvent, ...calls] });
  const at = before(DOWN, seconds(9));

  it('is told with name and time', () => {
    const cause = stopped(call(at));
    expect([summary(cause), cause.actor?.principal]).toEqual(['api plain high', PERSON]);
    expect(cause.evidence).toContain(`CloudTrail: StopInstances by ${PERSON} at 12:09:58 UTC`);
  });

  it('is not known without CloudTrail, and that is said', () => {
    const cause = stopped();
    expect(cause.actor).toBeUndefined();
    expect(cause.evidence).toContain('No StopInstances call seen so far');
  });

  it.each([
    ['its kind', actor({ kind: 'scheduler', principal: 'arn:x' }), 'scheduler plain high'],
    [
      'a part of its name',
      actor({ kind: 'role', principal: 'arn:aws:sts::1:assumed-role/Nightly-Stop-7/x' }),
      'scheduler plain high',
    ],
    [
      'neither',
      actor({ kind: 'role', principal: 'arn:aws:sts::1:assumed-role/deploy/x' }),
      'api plain high',
    ],
  ])('is a scheduler by %s', (_name, by, expected) => {
    expect(summary(stopped(call(at, by)))).toBe(expected);
  });

  it('is the watchdog when only its role called, and a person when one called too', () => {
    const own = call(
      at,
      actor({ kind: 'watchdog', principal: 'arn:aws:sts::1:assumed-role/Watchdog/x' }),
    );
    expect(summary(stopped(own))).toBe('self plain medium');
    const both = stopped(own, call(before(at, minutes(2))));
    expect([summary(both), both.actor?.principal]).toEqual(['api plain high', PERSON]);
  });

  it('is FIS, as any other program: never undone without a mark', () => {
    expect(summary(stopped(call(at, actor({ kind: 'fis', principal: SESSION }))))).toBe(
      'api plain high',
    );
  });

  it.each([
    ['fifteen minutes before', before(DOWN, minutes(15)), true],
    ['earlier than that', before(DOWN, seconds(901)), false],
    ['two minutes after', after(DOWN, minutes(2)), true],
    ['later than that', after(DOWN, seconds(121)), false],
  ])('may have called %s the stop', (_name, when, counts) => {
    expect(stopped(call(when)).actor !== undefined).toBe(counts);
  });

  it('is nobody whose call ended an earlier boot', () => {
    const view = { launchTime: before(DOWN, minutes(5)) };
    const earlier = call(before(DOWN, minutes(6)));
    expect(judge(USER, '', { view, evidence: [downEvent, earlier] }).actor).toBeUndefined();
  });

  it('is anybody since the launch when nothing says when it stopped', () => {
    expect(judge(USER, '', { evidence: [call(before(DOWN, hours(9)))] }).actor).toBeDefined();
    expect(judge(USER, '', { evidence: [call(before(DOWN, days(6)))] }).actor).toBeUndefined();
  });

  it('is measured from EC2’s own date where it gives one', () => {
    const view = { transitionAt: before(DOWN, hours(1)) };
    const evidence = [downEvent, call(before(DOWN, minutes(61)))];
    expect(judge(USER, '', { view, evidence }).actor).toBeDefined();
  });

  it('is not a person who started or rebooted it', () => {
    const started = { ...call(at), call: 'StartInstances' } as Evidence;
    const rebooted = { ...call(at), call: 'RebootInstances' } as Evidence;
    expect(stopped(started, rebooted).actor).toBeUndefined();
  });
});

describe('Instance Scheduler’s own tag', () => {
  const noted = (note: string, evidence: readonly Evidence[] = [downEvent]) =>
    judge(USER, '', {
      view: { tags: { 'IS-LastAction': note }, launchTime: before(DOWN, minutes(5)) },
      evidence,
    });

  it('tells of a scheduler without CloudTrail', () => {
    const cause = noted('Stopped (2024-08-01 12:10:10 UTC)');
    expect(summary(cause)).toBe('scheduler plain medium');
    expect(cause.evidence[1]).toContain('Stopped (2024-08-01 12:10:10 UTC)');
  });

  it.each([
    ['of a start', 'Started (2024-08-01 12:10:10 UTC)'],
    ['of an earlier boot', 'Stopped (2024-07-20 12:10:10 UTC)'],
    ['of before a launch of just now', 'Stopped (2024-08-01 12:04:00 UTC)'],
    ['of another hour', 'Stopped (2024-08-01 10:10:10 UTC)'],
    ['without a time', 'Stopped'],
  ])('says nothing %s', (_name, note) => {
    expect(summary(noted(note))).toBe('api plain high');
  });

  it('does not outweigh a person in CloudTrail', () => {
    const person = call(before(DOWN, seconds(9)));
    expect(noted('Stopped (2024-08-01 12:10:10 UTC)', [downEvent, person]).kind).toBe('api');
  });

  it('does not turn AWS’s stop into a scheduler’s', () => {
    const tags = { 'IS-LastAction': 'Stopped (2024-08-01 12:10:10 UTC)' };
    expect(judge('Server.ScheduledStop', '', { view: { tags } }).kind).toBe('aws');
  });
});

// Why this test? A person stopped a server that AWS had stopped before, and that waited for
// capacity; the watchdog named the person and started it all the same.
describe('a stop of AWS that somebody asks for too', () => {
  const LATE = after(DOWN, minutes(40));
  const scheduled = (...calls: readonly Evidence[]) =>
    judge('Server.ScheduledStop', '', {
      evidence: [downEvent, ...calls],
      now: after(LATE, seconds(9)),
    });

  it.each([
    ['before it', before(DOWN, minutes(3))],
    ['right after it', after(DOWN, seconds(30))],
    ['while it waits for capacity', LATE],
  ])('is theirs when they ask %s', (_when, when) => {
    const cause = scheduled(call(when));
    expect([summary(cause), cause.actor?.principal]).toEqual(['api plain medium', PERSON]);
    expect(cause.evidence).toContainEqual(expect.stringMatching(/^CloudTrail: StopInstances by/));
  });

  it('is the scheduler’s when that asks', () => {
    const by = actor({ kind: 'scheduler', principal: 'arn:x' });
    expect(summary(scheduled(call(LATE, by)))).toBe('scheduler plain medium');
  });

  it.each([
    ['nobody asks', []],
    ['AWS itself asks', [call(LATE, actor({ kind: 'service', principal: 'ec2.amazonaws.com' }))]],
    ['the watchdog asks', [call(LATE, actor({ kind: 'watchdog' }))]],
    ['they asked long before', [call(before(DOWN, hours(2)))]],
    [
      'they ask for a start after that',
      [call(LATE), { ...call(after(LATE, seconds(5))), call: 'StartInstances' } as Evidence],
    ],
  ])('stays AWS’s when %s', (_what, calls) => {
    expect(scheduled(...calls).kind).toBe('aws');
  });
});
