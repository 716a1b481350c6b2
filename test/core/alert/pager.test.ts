import type { PendingAlert, Severity } from '../../../lambda/core/alert/alert';
import {
  pagerOf,
  pagesEndedInStorm,
  stormPager,
  type PagerMessage,
} from '../../../lambda/core/alert/pager';
import type { Incident, Sent } from '../../../lambda/core/incident';
import type { InstanceRecord } from '../../../lambda/core/record';
import { Pager, readAlarm } from '../../../sim/account/pager';
import { aRecord, anIncident, at, ID } from '../builders';
import { anAlert, text } from './sample';

const HOME = { accountId: '111122223333', region: 'us-east-1' } as const;
const NAME = 'watchdog-pod-23-20240801-1210-def0';

const sentAs = (severity: Severity, over: Partial<Sent> = {}): Sent => ({
  kind: 'needs-person',
  severity,
  at: at(2),
  sentAt: at(2),
  ...over,
});

const recordOf = (over: Partial<Incident> = {}, outbox: readonly PendingAlert[] = []) =>
  aRecord({ incident: anIncident(over), outbox });

const PAGED = { sent: [sentAs('critical')] };

const pages = (alert: PendingAlert, record: InstanceRecord): readonly PagerMessage[] =>
  pagerOf(alert, record, { home: HOME, text: text(alert, record) });

const states = (alert: PendingAlert, record: InstanceRecord): readonly string[] =>
  pages(alert, record).map(({ state, alarmName }) => `${state} ${alarmName}`);

const page = (over: Partial<PendingAlert> = {}) =>
  anAlert('needs-person', { reason: 'no-capacity', ...over });

describe('to a pager', () => {
  it('a page is an ALARM by the name of its incident', () => {
    expect(states(page(), recordOf())).toEqual([`ALARM ${NAME}`]);
  });

  it('a page that is sent again is the same ALARM', () => {
    expect(states(page({ repeat: 1 }), recordOf())).toEqual([`ALARM ${NAME}`]);
  });

  it.each(['serving', 'closed'] as const)('%s after a page is its OK', (kind) => {
    expect(states(anAlert(kind, { at: at(60) }), recordOf(PAGED))).toEqual([`OK ${NAME}`]);
  });

  it.each(['serving', 'closed'] as const)('%s without a page is nothing', (kind) => {
    const quiet = { sent: [sentAs('warning', { kind: 'opened' })] };
    expect(states(anAlert(kind), recordOf(quiet))).toEqual([]);
  });

  it.each([
    ['opened', anAlert('opened', { severity: 'warning' })],
    ['changed', anAlert('changed', { severity: 'warning', text: 'x' })],
    ['a decision that has time', page({ severity: 'warning' })],
    ['a notice', anAlert('notice', { severity: 'warning', text: 'x' })],
  ])('%s is nothing, in the middle of a paged incident too', (_, alert) => {
    expect(states(alert, recordOf(PAGED))).toEqual([]);
  });

  it('two incidents of one server have two names: the second one pages while the first is open', () => {
    const other = recordOf({ id: 'pod-23-20240802-0100-def0' });
    expect(states(page(), other)).not.toEqual(states(page(), recordOf()));
  });

  it('a critical notice has a name of its own, and no OK follows', () => {
    const notice = anAlert('notice', { severity: 'critical', text: 'volume lost' });
    expect(states(notice, recordOf(PAGED))).toEqual([`ALARM watchdog-notice-${ID}-20240801-1210`]);
  });

  it('an end that itself needs a person is an ALARM, no OK', () => {
    const left = anAlert('closed', { severity: 'critical', text: 'stopped by us' });
    expect(states(left, recordOf(PAGED))).toEqual([`ALARM ${NAME}`]);
  });

  it('a page of a record from before the journal closes all the same', () => {
    const escalated = [{ reason: 'no-capacity' as const, at: at(2) }];
    expect(states(anAlert('serving'), recordOf({ escalated }))).toEqual([`OK ${NAME}`]);
  });

  describe('when SNS was silent and both wait', () => {
    const serving = anAlert('serving', { at: at(60) });

    it('a page that is over by now calls nobody', () => {
      const early = page({ at: at(2) });
      const record = recordOf({}, [early, serving]);
      expect(states(early, record)).toEqual([]);
    });

    it('a page from after it served calls, and no OK takes it back', () => {
      const late = page({ at: at(90) });
      const record = recordOf(PAGED, [serving, late]);
      expect([...states(late, record), ...states(serving, record)]).toEqual([`ALARM ${NAME}`]);
    });
  });

  describe('the message', () => {
    it('has the state at the head of its subject, without which PagerDuty drops it', () => {
      const [message] = pages(page(), recordOf());
      expect(message?.subject).toBe(`ALARM: "${NAME}" in US East (N. Virginia)`);
      const body = JSON.stringify(message?.body);
      expect(readAlarm(body, `OK: "${NAME}"`)).toHaveProperty('mistake');
    });

    it('is an alarm as CloudWatch words it', () => {
      const [message] = pages(page(), recordOf());
      expect(readAlarm(JSON.stringify(message?.body), message?.subject ?? '')).toMatchObject({
        alarmName: NAME,
        state: 'ALARM',
        reason: text(page()).subject,
      });
      expect(message?.body).toMatchObject({
        NewStateValue: 'ALARM',
        OldStateValue: 'OK',
        StateChangeTime: '2024-08-01T12:10:09.000+0000',
        Region: 'US East (N. Virginia)',
        AWSAccountId: '111122223333',
        AlarmArn: `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${NAME}`,
        Trigger: { Namespace: 'LiveChatWatchdog', Dimensions: [{ name: 'Incident', value: NAME }] },
      });
    });

    it('goes back from ALARM to OK', () => {
      const [message] = pages(anAlert('serving'), recordOf(PAGED));
      expect(message?.body).toMatchObject({ NewStateValue: 'OK', OldStateValue: 'ALARM' });
    });

    it("tells in the description what the mail tells, within CloudWatch's lengths", () => {
      const description = String(pages(page(), recordOf())[0]?.body['AlarmDescription']);
      const lines = description.split('\n');
      expect(lines[0]).toMatch(/^pod-23 \(/);
      for (const label of ['Cause: ', 'Console: https://', 'Runbook: https://']) {
        expect(lines.filter((line) => line.startsWith(label))).toHaveLength(1);
      }
      expect(description.length).toBeLessThanOrEqual(1_024);
    });

    it('leaves out what has no room whole, and says so: half a command does harm', () => {
      const message = text(page());
      const description = String(pages(page(), recordOf())[0]?.body['AlarmDescription']);
      expect(description).toMatch(/\nMore is in the e-mail\.$/);
      const said = message.email.replace(/ +/g, ' ');
      for (const line of description.split('\n').slice(0, -1)) {
        expect(said).toContain(line.replace(/^([A-Z][a-z]+): /, '$1 '));
      }
    });

    it('says nothing of more where all has room', () => {
      const short = { subject: 'x', email: 'pod-23 is down.\nYou      nothing.\n', sms: '' };
      const [message] = pagerOf(page(), recordOf(), { home: HOME, text: short });
      expect(message?.body['AlarmDescription']).toBe('pod-23 is down.\nYou: nothing.');
    });

    it('has a subject as SNS takes it', () => {
      const incident = anIncident({ id: `pod-${'é'.repeat(200)}` });
      const [message] = pages(page(), aRecord({ incident }));
      expect(message?.subject).toMatch(/^ALARM: "[\x20-\x7e]{1,91}$/);
      expect(message?.alarmName).toMatch(/^[\x21-\x7e]{1,255}$/);
    });

    it.each([
      ['no JSON', 'ALARM'],
      [
        'another state',
        JSON.stringify({ ...pages(page(), recordOf())[0]?.body, NewStateValue: 'X' }),
      ],
      ['no name', JSON.stringify({ ...pages(page(), recordOf())[0]?.body, AlarmName: '' })],
    ])('would not be read as an alarm with %s', (_, body) => {
      expect(readAlarm(body, 'ALARM: "x"')).toHaveProperty('mistake');
    });
  });
});

describe('a storm to a pager', () => {
  const context = { home: HOME, text: { subject: 'Storm', email: 'Storm', sms: '' } };
  const STORM = 'storm-20240801-1210';
  const stormStates = (state: 'needs-person' | 'goes-on' | 'over') =>
    stormPager({ id: STORM, state, at: at(5) }, context).map((one) => one.state);

  it('is one alarm for all: it opens, goes on in silence, and closes', () => {
    expect(stormStates('needs-person')).toEqual(['ALARM']);
    expect(stormStates('goes-on')).toEqual([]);
    expect(stormStates('over')).toEqual(['OK']);
  });

  it('closes the alarms that its members had of their own before it began', () => {
    const serving = anAlert('serving', { at: at(60) });
    const own = recordOf(PAGED, [serving]);
    const inStorm = recordOf({ sent: [sentAs('critical', { inStorm: true })] }, [serving]);
    const down = recordOf(PAGED, []);
    const ended = pagesEndedInStorm([own, inStorm, down], context);
    expect(ended.map(({ state, alarmName }) => `${state} ${alarmName}`)).toEqual([`OK ${NAME}`]);
  });
});

describe('a pager that reads alarms', () => {
  const take = (pager: Pager, state: 'ALARM' | 'OK', alarmName: string) =>
    pager.take({ alarmName, state, reason: '', description: '' });

  it('opens one page a name, and one shared name would not page for the second incident', () => {
    const pager = new Pager();
    const effects = [
      take(pager, 'ALARM', 'a'),
      take(pager, 'ALARM', 'b'),
      take(pager, 'ALARM', 'a'),
    ];
    expect(effects).toEqual(['opened', 'opened', 'again']);
    expect([take(pager, 'OK', 'a'), take(pager, 'OK', 'a')]).toEqual(['closed', 'nothing']);
    expect(take(pager, 'ALARM', 'a')).toBe('opened');
  });
});
