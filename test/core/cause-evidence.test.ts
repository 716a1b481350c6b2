import { after, before, hours, minutes } from '../../lambda/core/time';
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
