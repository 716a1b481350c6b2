import { climb } from '../../lambda/core/climb';
import type { Decision, Situation } from '../../lambda/core/decision';
import type { Attempt, Incident } from '../../lambda/core/incident';
import { laddersOf, type LadderCondition, type RungInput } from '../../lambda/core/ladder';
import type { Checks, InstanceView } from '../../lambda/core/observation';
import type { Policy } from '../../lambda/core/policy';
import { minutes } from '../../lambda/core/time';
import {
  BOOT,
  INITIALIZING,
  OK_CHECKS,
  T0,
  UNAVAILABLE,
  aPolicy,
  aTakedown,
  aView,
  anImpairment,
  at,
  clearFacts,
  impaired,
} from './builders';

const brief = (decision: Decision | undefined): string => {
  if (decision === undefined) return 'nothing';
  const act = decision.kind === 'remediate' ? ` ${decision.remediation}` : '';
  return `${decision.kind}${act} ${decision.reason}`;
};

/** What is done about a check that fails since T0, with no more said than is needed. */
const climbed = (name: keyof Checks, over: Partial<Situation> = {}): string =>
  brief(climb(anImpairment(name, over)));

const policyWith = (
  ladders: Partial<Record<LadderCondition, readonly RungInput[]>>,
  over: Partial<Policy> = {},
): Policy => aPolicy({ ladders: laddersOf(ladders, minutes(2)), ...over });

const JUDGED = aPolicy({ applicationAlarm: 'livechat-{id}', restartDocument: 'RestartLiveChat' });

const tried = (...attempts: readonly Attempt[]): Incident => ({
  ...anImpairment().incident,
  attempts,
});

const ill = (since: number, name: keyof Checks, over: Partial<InstanceView> = {}): InstanceView =>
  aView({ checks: impaired(at(since), name), ...over });

describe('the ladders that a policy has by default', () => {
  it.each<[keyof Checks, Policy, readonly string[]]>([
    ['system', aPolicy(), ['stop-start', 'ladder-exhausted']],
    ['instance', aPolicy(), ['reboot', 'stop-start', 'ladder-exhausted']],
    ['attachedEbs', aPolicy(), ['impaired']],
    ['application', JUDGED, ['restart-service', 'reboot', 'stop-start', 'ladder-exhausted']],
  ])('%s impaired', (name, policy, expected) => {
    const rungs: string[] = [];
    let attempts: readonly Attempt[] = [];
    for (const now of [600, 3_000, 6_000, 9_000, 12_000].map(at)) {
      const decision = climb(anImpairment(name, { policy, incident: tried(...attempts), now }));
      if (decision?.kind !== 'remediate') {
        rungs.push(decision?.reason ?? 'nothing');
        break;
      }
      rungs.push(decision.remediation);
      attempts = [...attempts, { ...decision, at: now, outcome: { kind: 'accepted', at: now } }];
    }
    expect(rungs).toEqual(expected);
  });

  it.each([
    ['stop-scheduled', 'remediate stop-start stop-scheduled'],
    ['reboot-scheduled', 'remediate reboot reboot-scheduled'],
  ] as const)('work announced: %s', (condition, expected) => {
    const view = aView();
    const planned = { eventId: 'e', condition, askedBy: 'operator' };
    const incident = { ...tried(), condition: 'planned', planned };
    expect(climbed('instance', { view, incident: incident as Incident })).toBe(expected);
  });

  it('no check impaired and no work announced: nothing', () => {
    expect(climbed('instance', { view: aView() })).toBe('nothing');
  });
});

describe('the time of a rung', () => {
  it.each<[string, Partial<Situation>, string]>([
    ['is there after its toleration', { now: at(120) }, 'remediate reboot instance-impaired'],
    ['is NOT there before', { now: at(119) }, 'defer tolerated'],
    [
      'is there after the startup grace',
      { view: ill(-400, 'instance', { launchTime: at(-500) }), now: at(-200) },
      'remediate reboot instance-impaired',
    ],
    [
      'is NOT there within it',
      { view: ill(-400, 'instance', { launchTime: at(-500) }), now: at(-201) },
      'defer startup-grace',
    ],
  ])('%s', (_name, over, expected) => {
    expect(climbed('instance', over)).toBe(expected);
  });

  it('is of its own, where the rung names one', () => {
    const policy = policyWith({
      'instance-impaired': [{ remediation: 'reboot', tolerationSeconds: 900 }],
    });
    expect(climbed('instance', { policy, now: at(899) })).toBe('defer tolerated');
    expect(climbed('instance', { policy, now: at(900) })).toBe(
      'remediate reboot instance-impaired',
    );
  });

  // Why this test? The grace was once counted from the opening of the incident.
  it('is NOT put off because the incident is young', () => {
    const incident = { ...tried(), openedAt: at(599) };
    expect(climbed('instance', { incident })).toBe('remediate reboot instance-impaired');
  });

  it('a person is called only once it is there, too: a check that flaps calls nobody', () => {
    const view = ill(550, 'attachedEbs');
    expect(climbed('attachedEbs', { view, now: at(600) })).toBe('defer tolerated');
    expect(climbed('attachedEbs', { view, now: at(670) })).toBe('escalate impaired');
  });

  it('is unknown while EC2 did not tell of the host or the guest (S13)', () => {
    const view = (system: Checks['system'], instance: Checks['instance']): InstanceView =>
      aView({ checks: { ...impaired(T0, 'application'), system, instance } });
    const [ok, unknown] = [{ status: 'ok' }, { status: 'unknown' }] as const;
    const policy = JUDGED;
    expect(climbed('application', { policy, view: view(unknown, ok) })).toBe(
      'defer observation-missing',
    );
    expect(climbed('application', { policy, view: view(ok, unknown) })).toBe(
      'defer observation-missing',
    );
    expect(climbed('application', { policy, view: view(ok, ok) })).toBe(
      'remediate restart-service application-impaired',
    );
  });
});

describe('the time-out of the rung before', () => {
  const rebooted = tried(aTakedown('reboot', at(600)));

  it.each([
    [1_079, 'defer remediation-in-flight'],
    [1_080, 'remediate stop-start instance-impaired'],
  ])('reboot at 600 s, at %i s: %s', (seconds, expected) => {
    expect(climbed('instance', { incident: rebooted, now: at(seconds) })).toBe(expected);
  });

  it('is its own, where the rung names one', () => {
    const policy = policyWith({
      'instance-impaired': [{ remediation: 'reboot', timeoutSeconds: 1_200 }, 'stop-start'],
    });
    const over = { policy, incident: rebooted };
    expect(climbed('instance', { ...over, now: at(1_799) })).toBe('defer remediation-in-flight');
    expect(climbed('instance', { ...over, now: at(1_800) })).toMatch('stop-start');
  });

  it('of a stop and start counts from the boot after it', () => {
    const incident = tried(aTakedown('stop-start', at(600)));
    const view = ill(700, 'instance', { launchTime: at(1_000) });
    const over = { incident, view };
    expect(climbed('instance', { ...over, now: at(1_899) })).toBe('defer remediation-in-flight');
    expect(climbed('instance', { ...over, now: at(1_900) })).toBe('escalate ladder-exhausted');
  });

  it.each<[string, Checks]>([
    ['initializing', INITIALIZING],
    ['insufficient-data', { ...OK_CHECKS, instance: { status: 'insufficient-data' } }],
    ['ok', OK_CHECKS],
  ])('a check that is %s by then is no failure of the rung', (_name, checks) => {
    for (const seconds of [660, 1_080, 9_000]) {
      const over = { incident: rebooted, view: aView({ checks }), now: at(seconds) };
      expect(climbed('instance', over)).toBe('nothing');
    }
  });

  // Why this test? A ready event right after the restart ended the wait, while the check that
  // looks once a minute still showed the failure from before: the server was rebooted at once.
  it('lasts although the server says by itself that it serves', () => {
    const serving: Incident = {
      ...tried(aTakedown('restart-service', at(600), { reason: 'application-impaired' })),
      served: [at(610)],
      progress: {
        kind: 'serving',
        launchTime: BOOT,
        at: at(610),
        proof: 'ready-event',
        passes: 0,
      },
    };
    const policy = { ...JUDGED, startupGrace: minutes(0) };
    const over = { incident: serving, policy };
    expect(climbed('application', { ...over, now: at(614) })).toBe('defer remediation-in-flight');
    expect(climbed('application', { ...over, now: at(779) })).toBe('defer remediation-in-flight');
    expect(climbed('application', { ...over, now: at(780) })).toMatch('remediate reboot');
  });
});

describe("the check 'serving'", () => {
  const policy = policyWith({
    'instance-impaired': [{ remediation: 'reboot', check: 'serving' }, 'stop-start'],
  });
  const rebooted = tried(aTakedown('reboot', at(600)));
  const incident: Incident = {
    ...rebooted,
    progress: { kind: 'booting', launchTime: BOOT, since: at(600) },
  };
  const well = { view: aView(), incident, policy };

  it.each([
    ['it does not serve in time', { ...well, now: at(1_080) }, 'stop-start instance-impaired'],
    ['its time is not over', { ...well, now: at(1_079) }, 'nothing'],
    [
      'it serves',
      {
        ...well,
        incident: {
          ...rebooted,
          progress: {
            kind: 'serving',
            launchTime: BOOT,
            at: at(700),
            proof: 'ready-event',
            passes: 0,
          } as const,
        },
        now: at(1_080),
      },
      'nothing',
    ],
    [
      'the rung asks only that the check clears',
      { ...well, policy: aPolicy(), now: at(1_080) },
      'nothing',
    ],
  ])('%s: %s', (_name, over, expected) => {
    expect(climbed('instance', over)).toMatch(expected);
  });
});

describe('the application', () => {
  it('is restarted first, by the document of the policy', () => {
    expect(climbed('application', { policy: JUDGED })).toBe(
      'remediate restart-service application-impaired',
    );
  });

  it('without a document is NOT restarted but rebooted', () => {
    const policy = { ...JUDGED, restartDocument: undefined };
    expect(climbed('application', { policy })).toBe('remediate reboot application-impaired');
  });

  it('of whose check the policy knows nothing is NOT touched', () => {
    expect(climbed('application', { policy: aPolicy() })).toBe('nothing');
  });
});

describe('of several checks', () => {
  const both = (worse: keyof Checks, other: keyof Checks): InstanceView =>
    aView({ checks: impaired(T0, worse, impaired(T0, other)) });

  it.each<[keyof Checks, keyof Checks, string]>([
    ['system', 'instance', 'remediate stop-start system-impaired'],
    ['system', 'application', 'remediate stop-start system-impaired'],
    ['instance', 'application', 'remediate reboot instance-impaired'],
    ['attachedEbs', 'instance', 'escalate impaired'],
  ])('%s counts, and not %s', (worse, other, expected) => {
    expect(climbed(worse, { view: both(worse, other), policy: JUDGED })).toBe(expected);
  });
});

describe('another check fails after a reboot', () => {
  const incident = tried(aTakedown('reboot', at(600)));
  const sick = { incident, view: ill(1_200, 'system') };

  it.each([
    [1_319, 'defer tolerated'],
    [1_320, 'remediate stop-start system-impaired'],
  ])('the host since 1200 s, at %i s: %s', (seconds, expected) => {
    expect(climbed('system', { ...sick, now: at(seconds) })).toBe(expected);
  });

  it('nothing gentler or equal follows a stronger step', () => {
    const stopped = tried(aTakedown('stop-start', at(600), { reason: 'system-impaired' }));
    expect(climbed('instance', { incident: stopped, now: at(9_000) })).toBe(
      'escalate ladder-exhausted',
    );
  });
});

describe("AWS's own recovery of a host", () => {
  const eligible = clearFacts({ awsRecovers: true });

  it('is waited for, within bounds', () => {
    expect(climbed('system', { facts: eligible, now: at(299) })).toBe(
      'defer awaiting-aws-recovery',
    );
    expect(climbed('system', { facts: eligible, now: at(300) })).toMatch('stop-start');
  });

  it('is asked about before it is waited for', () => {
    expect(climbed('system', { facts: undefined, now: at(200) })).toBe('defer takedown-unchecked');
  });

  it('is NOT waited for where it does not act, or where the guest is at fault', () => {
    expect(climbed('system', { now: at(121) })).toMatch('stop-start');
    expect(climbed('instance', { facts: eligible, now: at(121) })).toMatch('reboot');
  });
});

describe('a step of which nothing was heard', () => {
  const unheard = { outcome: { kind: 'intended' } } as const;

  it('is waited for a moment: whoever meant it may be about to make it', () => {
    const incident = tried(aTakedown('reboot', at(600), unheard));
    expect(climb(anImpairment('instance', { incident, now: at(629) }))).toEqual({
      kind: 'defer',
      reason: 'remediation-in-flight',
      until: at(630),
    });
  });

  it('a reboot counts as made: EC2 shows no trace of one', () => {
    const incident = tried(aTakedown('reboot', at(600), unheard));
    expect(climbed('instance', { incident, now: at(1_079) })).toBe('defer remediation-in-flight');
    expect(climbed('instance', { incident, now: at(1_080) })).toMatch('stop-start');
  });

  it.each(['intended', 'unavailable'] as const)(
    'a stop (%s) counts as made until the boot that it was to end is seen to run on',
    (kind) => {
      const outcome = kind === 'intended' ? unheard.outcome : { kind, code: 'TimeoutError' };
      const incident = tried(aTakedown('stop-start', at(600), { outcome }));
      expect(climbed('system', { incident, now: at(659) })).toBe('defer remediation-in-flight');
      expect(climbed('system', { incident, now: at(660) })).toMatch('remediate stop-start');
    },
  );

  it('a stop is NOT asked for more than three times that way (S17)', () => {
    const meant = [600, 660, 720].map((when) => aTakedown('stop-start', at(when), unheard));
    expect(climbed('system', { incident: tried(...meant), now: at(800) })).toBe(
      'defer remediation-in-flight',
    );
    expect(climbed('system', { incident: tried(...meant), now: at(1_620) })).toBe(
      'escalate ladder-exhausted',
    );
  });

  it('a stop after which another boot runs was made', () => {
    const incident = tried(aTakedown('stop-start', at(600), unheard));
    const view = ill(700, 'system', { launchTime: at(640) });
    expect(climbed('system', { incident, view, now: at(1_539) })).toMatch('in-flight');
    expect(climbed('system', { incident, view, now: at(1_540) })).toMatch('ladder-exhausted');
  });

  it('a call that AWS throttled was NOT made, and is made again', () => {
    const incident = tried(aTakedown('reboot', at(600), { outcome: UNAVAILABLE }));
    expect(climbed('instance', { incident, now: at(602) })).toBe('defer backing-off');
    expect(climbed('instance', { incident, now: at(605) })).toBe(
      'remediate reboot instance-impaired',
    );
  });
});

describe('announced work', () => {
  const planned = (condition: 'stop-scheduled' | 'reboot-scheduled'): Incident => ({
    ...tried(),
    condition: 'planned',
    planned: { eventId: 'e', condition },
  });

  it('is moved out of the way once', () => {
    const incident = {
      ...planned('stop-scheduled'),
      attempts: [aTakedown('stop-start', at(600), { reason: 'stop-scheduled' })],
    };
    expect(climbed('instance', { incident, view: aView(), now: at(9_000) })).toBe('nothing');
  });

  it('does NOT wait for its window once the host is impaired', () => {
    const incident = planned('stop-scheduled');
    expect(climbed('system', { incident })).toBe('remediate stop-start system-impaired');
    expect(climbed('system', { incident, view: aView() })).toBe('escalate no-window');
  });
});
