import { classify } from '../../lambda/core/cause';
import type { Actor } from '../../lambda/core/signals/signal';
import { after, before, hours, minutes } from '../../lambda/core/time';
import { USER_STOP, aPolicy, anActor, at, stopCall, stoppedView } from './builders';
import { DOWN, call, downEvent, retirement, judge, USER, days } from './stopped-server';

describe('the facts behind a verdict', () => {
  it('say what is known and what is not, the strongest first', () => {
    const message = 'Server.ScheduledStop: Stopped due to scheduled retirement';
    expect(judge('Server.ScheduledStop', message).evidence).toEqual([
      'EC2 reports Server.ScheduledStop (Stopped due to scheduled retirement)',
      'No StopInstances call seen so far',
      'No AWS Health event so far',
    ]);
  });

  it('name a call beside what EC2 says', () => {
    const cause = judge('Server.ScheduledStop', '', { evidence: [downEvent, call(DOWN)] });
    expect(cause.evidence[1]).toMatch(/^CloudTrail: StopInstances by/);
  });

  it('name AWS Health’s events with their date', () => {
    const upcoming = retirement({ status: 'upcoming', startsAt: after(DOWN, days(3)) });
    expect(judge('Server.ScheduledStop', '', { evidence: [upcoming] }).evidence).toContain(
      'AWS Health: AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED, upcoming for ' +
        '2024-08-04 12:10:07 UTC',
    );
    const open = retirement({ startsAt: before(DOWN, minutes(3)) });
    expect(judge(USER, '', { evidence: [open] }).evidence.at(-1)).toMatch(
      /, open since 12:07:07 UTC$/,
    );
  });

  it('leave out an issue that was over long before', () => {
    const over = { topic: 'availability-issue', status: 'closed', at: before(DOWN, hours(7)) };
    expect(judge(USER, '', { evidence: [downEvent, retirement(over)] }).evidence).toContain(
      'No AWS Health event so far',
    );
  });

  it('say that EC2 gives no reason', () => {
    expect(judge(undefined).evidence[0]).toBe('EC2 gives no reason');
  });
});

// Why this test? An experiment stopped what we were stopping, and we started it all the same: its
// role calls by way of a service, which passed for AWS itself.
describe("a call beside a stop of the watchdog's own", () => {
  const role = 'arn:aws:sts::111122223333:assumed-role';
  const kindBeside = (by: Partial<Actor>): string =>
    classify({
      view: stoppedView(USER_STOP),
      evidence: [stopCall(at(120), anActor(by))],
      startedByUsAt: undefined,
      stoppedByUsAt: at(-1),
      policy: aPolicy(),
      now: at(200),
    }).kind;

  it.each<[string, Partial<Actor>]>([
    ['a person', {}],
    ['a role by way of a service', { kind: 'service', principal: `${role}/fis-game-day/x` }],
    ['an experiment', { kind: 'fis', principal: `${role}/drills/x` }],
  ])('by %s makes the stop theirs', (_who, by) => {
    expect(kindBeside(by)).toBe('api');
  });

  it.each<[string, Partial<Actor>]>([
    ['AWS itself', { kind: 'service', principal: 'ec2.amazonaws.com' }],
    ['a role of AWS', { kind: 'service', principal: `${role}/AWSServiceRoleForEC2/x` }],
    ['the watchdog', { kind: 'watchdog', principal: `${role}/LiveChatWatchdog/x` }],
  ])('by %s does NOT', (_who, by) => {
    expect(kindBeside(by)).toBe('self');
  });
});
