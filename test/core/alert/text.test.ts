import type { Incident } from '../../../lambda/core/incident';
import { HANDOVERS } from '../../../lambda/core/alert/steps';
import { REASONS, type EscalateReason } from '../../../lambda/core/reasons';
import {
  ID,
  NO_CAPACITY,
  T0,
  aCause,
  aRecord,
  anActor,
  anAttempt,
  anIncident,
  at,
} from '../builders';
import { LABELS, anAlert, text } from './sample';

const timeline = (decision: 'remediate' | 'ignore' | 'defer', reason: string) =>
  [{ at: at(2), decision, reason }] as Incident['timeline'];
const about = (over: Partial<Incident>) => aRecord({ incident: anIncident(over) });
const REASONS_TO_CALL = Object.keys(REASONS.escalate) as readonly EscalateReason[];

describe('the first message', () => {
  const record = about({
    timeline: timeline('remediate', 'stopped-by-aws'),
    attempts: [anAttempt(at(2))],
  });
  const opened = text(anAlert('opened', { severity: 'warning' }), record);

  it('says who, what, when and what is being done in its subject', () => {
    expect(opened.subject).toBe('pod-23 stopped by AWS at 12:10 UTC, starting it now');
  });

  it('says in its e-mail what is so, was done, is expected, and is wanted of the reader', () => {
    const lines = opened.email.split('\n');
    expect(lines[0]).toBe(
      `pod-23 (${ID}, m6i.large, us-east-1b) stopped serving at 12:10:07 UTC (05:10 PDT).`,
    );
    expect(opened.email).toContain('Cause    stopped by AWS, high confidence.');
    expect(opened.email).toContain('EC2 reports Server.ScheduledStop.');
    expect(opened.email).toContain('12:10:09 UTC (05:10 PDT) start requested, accepted by EC2.');
    expect(opened.email).toContain('You      nothing to do.');
    expect(opened.email).toContain('Incident pod-23-20240801-1210-def0');
    expect(opened.email).toContain('Runbook  https://example.org/runbook#stopped-by-aws');
    expect(opened.email).toContain(`instanceId=${ID}`);
  });

  it('is short as an SMS', () => {
    expect(opened.sms).toBe(
      'pod-23 stopped by AWS at 12:10 UTC, starting it now. Nothing to do for now.',
    );
  });

  it.each([
    ['defer', 'still-stopping', 'starting it once it has stopped'],
    ['defer', 'awaiting-evidence', 'looking for the cause'],
    ['ignore', 'stopped-by-person', 'left alone'],
    ['defer', 'cooldown', 'looking into it'],
  ] as const)('%s %s: "%s"', (decision, reason, expected) => {
    const { subject } = text(anAlert('opened'), about({ timeline: timeline(decision, reason) }));
    expect(subject.endsWith(expected)).toBe(true);
  });

  it('does NOT say that a start is under way when a person stopped it', () => {
    const cause = aCause({ kind: 'api', actor: anActor() });
    const left = about({ cause, timeline: timeline('ignore', 'stopped-by-person') });
    const { subject, email } = text(anAlert('opened'), left);
    expect(`${subject}${email}`).not.toMatch(/starting|serving again by/);
    expect(email).toContain('user/nikki');
  });
});

describe('a call to a person', () => {
  it.each(REASONS_TO_CALL)('%s: subject, reason and steps', (reason) => {
    const page = text(anAlert('needs-person', { reason }));
    expect(page.subject).toBe(`ACT: pod-23 ${HANDOVERS[reason].phrase}`);
    expect(page.email).toContain('You      1. ');
    expect(page.email).toContain(`#${reason}\n`);
    expect(page.email).not.toContain('{id}');
    expect(page.email).not.toContain('nothing to do');
    expect(page.sms).toContain('A person must act');
  });

  it('names what was tried: the last three attempts, and how many before', () => {
    const attempts = [1, 20, 60, 140, 300].map((when) => anAttempt(at(when), NO_CAPACITY));
    const { email } = text(anAlert('needs-person', { reason: 'no-capacity' }), about({ attempts }));
    expect(email).toContain('2 earlier attempts.');
    expect(
      email.match(/start refused: no capacity \(InsufficientInstanceCapacity\)/g),
    ).toHaveLength(3);
  });
});

describe('serving again', () => {
  const served = about({
    outage: { lastKnownGood: at(-40), firstKnownBad: T0, goodAgain: at(79) },
    attempts: [anAttempt(at(2))],
    served: [at(79)],
    progress: { kind: 'serving', launchTime: at(3), at: at(79), proof: 'ready-event', passes: 0 },
  });

  it('says for how long it was down, with the uncertainty, and what proves it', () => {
    const { subject, email } = text(anAlert('serving'), served);
    expect(subject).toBe('pod-23 serves again at 12:11 UTC, was down for 1 min 19 s');
    expect(email).toContain('it may have begun up to 40 s earlier.');
    expect(email).toContain(
      'detected after 1 s, start requested after 2 s, serving after 1 min 19 s.',
    );
    expect(email).toContain("the server's own ready event.");
  });

  it('does NOT claim a start that somebody else made', () => {
    const { email } = text(anAlert('serving'), about({ ...served.incident, attempts: [] }));
    expect(email).toContain('started by somebody else; verified by the watchdog.');
    expect(email).not.toContain('start requested');
  });
});

describe('what changed, and a notice', () => {
  it('are one sentence and its links', () => {
    const changed = text(anAlert('changed', { text: 'CloudTrail tells who stopped it: nikki.' }));
    expect(changed.subject).toBe('pod-23 update: CloudTrail tells who stopped it: nikki');
    expect(changed.email).toContain('New      CloudTrail tells who stopped it: nikki.');
    const notice = text(anAlert('notice', { text: 'AWS Health: x.' }), aRecord());
    expect(notice.subject).toBe('pod-23 notice: AWS Health: x');
    expect(notice.email).not.toContain('Incident ');
  });

  it('a notice links the section of its own reason, and NOT that of the incident', () => {
    const { email } = text(anAlert('notice', { text: 'x', about: 'no-window' }));
    expect(email).toMatch(/Runbook +\S+#no-window\n/);
    expect(email).not.toContain('#stopped-by-aws');
  });

  it('a notice during an incident is NOT a message of its thread', () => {
    expect(text(anAlert('notice', { text: 'x' })).email).not.toContain('Incident ');
  });
});

describe('a page', () => {
  const page = anAlert('needs-person', { reason: 'held' });
  const called = (over: Partial<Incident> = {}) =>
    about({ escalated: [{ reason: 'held', at: at(2) }], ...over });

  it('says how to acknowledge it, and when it comes again otherwise', () => {
    expect(text(page, called()).email).toContain(
      'Ack      watchdog ack pod-23-20240801-1210-def0 (or that id in the tag watchdog:ack); ' +
        'else this comes again at 12:15:09 UTC (05:15 PDT).\n',
    );
  });

  it('says on its second repetition that it does NOT come again', () => {
    const escalated = [{ reason: 'held', at: at(2), repeats: 2 }] as const;
    const { subject, email } = text({ ...page, repeat: 2 }, called({ escalated }));
    expect(subject).toMatch(/^ACT \(again\): pod-23 /);
    expect(email).toMatch(/^Ack .*watchdog:ack\)\.$/m);
  });

  it('that is acknowledged, or is no emergency, does NOT ask for it', () => {
    const acknowledged = { at: at(9), by: 'nikki' };
    expect(text(page, called({ acknowledged })).email).not.toMatch(/^Ack/m);
    expect(text({ ...page, severity: 'warning' }, called()).email).not.toMatch(/^Ack/m);
  });

  it('links the log of the function, as the console writes its name', () => {
    expect(text(page, called()).email).toContain(
      'Logs     https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1' +
        '#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fwatchdog\n',
    );
    expect(text(anAlert('serving'), called()).email).not.toMatch(/^Logs/m);
  });

  it('of a policy that observes says what would have been done, and why', () => {
    const wouldHave = [{ remediation: 'start', reason: 'stopped-by-aws', at: at(3) }] as const;
    const observed = anAlert('needs-person', { reason: 'observe-mode' });
    expect(text(observed, about({ wouldHave })).email).toContain(
      'Would    12:10:10 UTC (05:10 PDT) start (stopped-by-aws): ',
    );
    expect(text(page, about({ wouldHave })).email).not.toMatch(/^Would/m);
  });
});

describe('every message', () => {
  it.each(['opened', 'changed', 'needs-person', 'serving', 'closed', 'notice'] as const)(
    '%s: each line begins with its label',
    (kind) => {
      const { email } = text(anAlert(kind, { reason: 'no-capacity', text: 'New.' }));
      for (const line of email.split('\n').slice(1)) expect(line).toMatch(LABELS);
    },
  );
});
