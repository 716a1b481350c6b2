import { decide, impairedTooLong } from '../../lambda/core/decide';
import type { Decision } from '../../lambda/core/decision';
import type { Cause } from '../../lambda/core/cause';
import type { Incident } from '../../lambda/core/incident';
import { laddersOf } from '../../lambda/core/ladder';
import type { Policy } from '../../lambda/core/policy';
import { before, minutes } from '../../lambda/core/time';
import {
  BOOT,
  INITIALIZING,
  OK_CHECKS,
  T0,
  UNKNOWN_CHECKS,
  aCause,
  aPolicy,
  aSituation,
  aTakedown,
  aView,
  anAttempt,
  anIncident,
  at,
  impaired,
  stoppedView,
} from './builders';

const brief = (decision: Decision): string => `${decision.kind} ${decision.reason}`;

const whenStopped = (
  cause: Partial<Cause>,
  policy: Partial<Policy> = {},
  incident: Partial<Incident> = {},
): string =>
  brief(
    decide(
      aSituation({
        incident: anIncident({ cause: aCause(cause), ...incident }),
        policy: aPolicy(policy),
        now: at(180),
      }),
    ),
  );

describe('what the cause of a stop asks for', () => {
  it.each<[Partial<Cause>, Partial<Policy>, string]>([
    [{ kind: 'aws' }, {}, 'remediate stopped-by-aws'],
    [{ kind: 'aws', confidence: 'medium' }, {}, 'remediate stopped-by-aws'],
    [{ kind: 'aws', detail: 'capacity' }, {}, 'remediate capacity-retry'],
    [{ kind: 'aws', detail: 'suspect' }, {}, 'remediate start-fell-back'],
    [{ kind: 'aws', detail: 'configuration' }, {}, 'escalate configuration-fault'],
    [{ kind: 'api' }, {}, 'ignore stopped-by-person'],
    [{ kind: 'api', detail: 'game-day' }, {}, 'remediate game-day'],
    [{ kind: 'self' }, {}, 'ignore stopped-by-person'],
    [{ kind: 'scheduler' }, {}, 'ignore stopped-by-scheduler'],
    [{ kind: 'spot' }, {}, 'ignore out-of-scope'],
    [{ kind: 'guest' }, {}, 'escalate guest-shutdown'],
    [{ kind: 'guest' }, { onGuestShutdown: 'start' }, 'remediate guest-shutdown-start'],
    [{ kind: 'guest' }, { onUnknownStop: 'start' }, 'escalate guest-shutdown'],
    [{ kind: 'unknown' }, {}, 'escalate unknown-cause'],
    [{ kind: 'unknown' }, { onUnknownStop: 'start' }, 'remediate unknown-stop-start'],
    [{ kind: 'unknown' }, { onGuestShutdown: 'start' }, 'escalate unknown-cause'],
    [
      { kind: 'unknown', detail: 'configuration' },
      { onUnknownStop: 'start' },
      'escalate configuration-fault',
    ],
  ])('%j under %j: %s', (cause, policy, expected) => {
    expect(whenStopped(cause, policy)).toBe(expected);
  });

  it.each<Partial<Cause>>([
    { kind: 'api' },
    { kind: 'scheduler' },
    { kind: 'self' },
    { kind: 'spot' },
  ])('does NOT start after %j, whatever the policy would start', (cause) => {
    const policy = { onGuestShutdown: 'start', onUnknownStop: 'start' } as const;
    expect(whenStopped(cause, policy)).toMatch(/^ignore /);
  });
});

describe('a stop of unknown cause', () => {
  const unknown = anIncident({ cause: aCause({ kind: 'unknown', confidence: 'low' }) });
  const policy = aPolicy({ onUnknownStop: 'start' });

  it('waits two minutes for CloudTrail and AWS Health, also under a policy that starts it', () => {
    expect(decide(aSituation({ incident: unknown, policy, now: at(119) }))).toEqual({
      kind: 'defer',
      reason: 'awaiting-evidence',
      until: at(120),
    });
  });

  it('does NOT wait any longer', () => {
    expect(brief(decide(aSituation({ incident: unknown, policy, now: at(120) })))).toBe(
      'remediate unknown-stop-start',
    );
    expect(brief(decide(aSituation({ incident: unknown, now: at(120) })))).toBe(
      'escalate unknown-cause',
    );
  });
});

describe("a stop that is not the watchdog's to undo", () => {
  const handsOff = (reason: 'stopped-before-enrolment' | 'stopped-while-paused') =>
    ({ mandate: { kind: 'hands-off', reason } }) as const;

  it.each(['stopped-before-enrolment', 'stopped-while-paused'] as const)(
    'is told and NOT started: %s',
    (reason) => {
      expect(whenStopped({ kind: 'aws' }, {}, handsOff(reason))).toBe(`escalate ${reason}`);
      const policy = { onGuestShutdown: 'start', onUnknownStop: 'start' } as const;
      expect(whenStopped({ kind: 'guest' }, policy, handsOff(reason))).toBe(`escalate ${reason}`);
      expect(whenStopped({ kind: 'unknown' }, policy, handsOff(reason))).toBe(`escalate ${reason}`);
    },
  );

  // Why this test? Whoever pauses a server and then stops it was paged that AWS had stopped it.
  it.each<[Partial<Cause>, string]>([
    [{ kind: 'api' }, 'ignore stopped-by-person'],
    [{ kind: 'scheduler' }, 'ignore stopped-by-scheduler'],
    [{ kind: 'guest' }, 'escalate guest-shutdown'],
    [{ kind: 'unknown' }, 'escalate unknown-cause'],
  ])('does NOT say that AWS stopped it when the cause is %j', (cause, expected) => {
    expect(whenStopped(cause, {}, handsOff('stopped-while-paused'))).toBe(expected);
    expect(whenStopped(cause, {}, handsOff('stopped-before-enrolment'))).toBe(expected);
  });
});

describe('a start that was accepted and did not hold', () => {
  const launched = (seconds: number) => stoppedView(undefined, { launchTime: at(seconds) });
  const fell = (count: number, over: Partial<Incident> = {}) =>
    anIncident({
      attempts: Array.from({ length: count }, (_, index) => anAttempt(at(100 * (index + 1)))),
      ...over,
    });
  const decideAt = (seconds: number, incident: Incident, launch: number): string =>
    brief(
      decide(
        aSituation({
          view: launched(launch),
          incident,
          starts: incident.attempts.flatMap(({ outcome, at: when }) =>
            outcome.kind === 'accepted' ? [when] : [],
          ),
          now: at(seconds),
        }),
      ),
    );

  it('is tried once more', () => {
    expect(decideAt(190, fell(1), 101)).toBe('remediate start-fell-back');
  });

  it('is NOT tried a third time: a person is called', () => {
    expect(decideAt(290, fell(2), 201)).toBe('escalate start-does-not-hold');
  });

  it('counts the starts of this round only: it served in between', () => {
    expect(decideAt(400, fell(2, { served: [at(250)] }), 201)).toBe('remediate stopped-by-aws');
  });

  it('counts a start from before this incident when EC2 says that a launch failed', () => {
    const suspect = aCause({ detail: 'suspect' });
    expect(whenStopped({ detail: 'suspect' })).toBe('remediate start-fell-back');
    const retried = [{ ...anAttempt(at(100)), reason: 'start-fell-back' as const }];
    expect(decideAt(290, anIncident({ cause: suspect, attempts: retried }), 101)).toBe(
      'escalate start-does-not-hold',
    );
  });

  it('does NOT count refused or unheard attempts as starts', () => {
    const incident = anIncident({
      attempts: [
        anAttempt(at(1), { kind: 'intended' }),
        anAttempt(at(60), { kind: 'unavailable', code: 'InternalError' }),
        anAttempt(at(70), { kind: 'wrong-state', code: 'IncorrectInstanceState' }),
      ],
    });
    expect(decideAt(200, incident, -1_000)).toBe('remediate stopped-by-aws');
  });

  // Why this test? A describe of old state after the second start was taken for its end (F18).
  it('does NOT call a person for a stale describe after the second start', () => {
    expect(decideAt(204, fell(2), 101)).toBe('defer start-in-flight');
    expect(decideAt(261, fell(2), 101)).toBe('escalate start-does-not-hold');
  });
});

describe('while it is stopping', () => {
  const stopping = (cause: Partial<Cause>, seconds: number, over: object = {}): string =>
    brief(
      decide(
        aSituation({
          view: stoppedView(undefined, { state: 'stopping' }),
          incident: anIncident({ cause: aCause(cause) }),
          now: at(seconds),
          ...over,
        }),
      ),
    );

  it.each<[Partial<Cause>, number, string]>([
    [{ kind: 'aws' }, 1, 'defer still-stopping'],
    [{ kind: 'aws' }, 599, 'defer still-stopping'],
    [{ kind: 'aws' }, 600, 'escalate stuck-stopping'],
    [{ kind: 'aws' }, 3_600, 'escalate stuck-stopping'],
    [{ kind: 'api', detail: 'game-day' }, 1, 'defer still-stopping'],
    [{ kind: 'api' }, 1, 'ignore stopped-by-person'],
    [{ kind: 'api' }, 3_600, 'ignore stopped-by-person'],
    [{ kind: 'self' }, 1, 'ignore stopped-by-person'],
    [{ kind: 'scheduler' }, 1, 'ignore stopped-by-scheduler'],
    [{ kind: 'unknown', confidence: 'low' }, 900, 'escalate stuck-stopping'],
  ])('%j after %i s: %s', (cause, seconds, expected) => {
    expect(stopping(cause, seconds)).toBe(expected);
  });

  it.each<[Partial<Cause>, object, string]>([
    [{ kind: 'guest' }, {}, 'escalate guest-shutdown'],
    [{ kind: 'guest' }, { policy: aPolicy({ onGuestShutdown: 'start' }) }, 'defer still-stopping'],
    [{ kind: 'unknown' }, {}, 'defer awaiting-evidence'],
    [{ kind: 'aws' }, { policy: aPolicy({ mode: 'observe' }) }, 'escalate observe-mode'],
    [{ kind: 'aws' }, { pause: { kind: 'held', note: '' } }, 'escalate held'],
    [
      { kind: 'aws' },
      {
        incident: anIncident({
          mandate: { kind: 'hands-off', reason: 'stopped-before-enrolment' },
        }),
      },
      'escalate stopped-before-enrolment',
    ],
  ])('promises a start only if there will be one: %j %#', (cause, over, expected) => {
    expect(stopping(cause, 5, over)).toBe(expected);
  });

  it('takes the deadline from the policy', () => {
    const policy = aPolicy({ stoppingDeadline: minutes(3) });
    expect(stopping({ kind: 'aws' }, 179, { policy })).toBe('defer still-stopping');
    expect(stopping({ kind: 'aws' }, 180, { policy })).toBe('escalate stuck-stopping');
  });

  it('is NOT started before it has stopped, whatever the policy', () => {
    const policy = aPolicy({ onGuestShutdown: 'start', onUnknownStop: 'start' });
    for (const kind of ['aws', 'guest', 'unknown'] as const) {
      expect(stopping({ kind }, 500, { policy })).not.toMatch(/^remediate/);
    }
  });
});

describe('while it boots', () => {
  const booting = anIncident({
    progress: { kind: 'booting', launchTime: at(10), since: at(10) },
    attempts: [anAttempt(at(10))],
  });
  const pending = aView({ state: 'pending', launchTime: at(10), checks: INITIALIZING });
  const running = aView({ launchTime: at(10), checks: INITIALIZING });

  it.each([
    ['pending', pending, 20, 'defer start-in-flight'],
    ['pending', pending, 610, 'defer start-in-flight'],
    ['pending', pending, 611, 'escalate not-serving'],
    ['running', running, 20, 'defer startup-grace'],
    ['running', running, 309, 'defer startup-grace'],
    ['running', running, 310, 'defer verifying'],
    ['running', running, 611, 'escalate not-serving'],
  ] as const)('%s', (_state, view, seconds, expected) => {
    expect(brief(decide(aSituation({ view, incident: booting, now: at(seconds) })))).toBe(expected);
  });

  it('does NOT call a person while the checks, the very proof, cannot be read', () => {
    const view = { ...running, checks: UNKNOWN_CHECKS };
    expect(brief(decide(aSituation({ view, incident: booting, now: at(900) })))).toBe(
      'defer verifying',
    );
  });

  it('is NEVER started again while pending or running', () => {
    for (const view of [pending, running]) {
      for (const seconds of [11, 400, 4_000, 400_000]) {
        const decision = decide(aSituation({ view, incident: booting, now: at(seconds) }));
        expect(decision.kind).not.toBe('remediate');
      }
    }
  });
});

describe('once it serves', () => {
  const serving = (passes: number, over: Partial<Incident> = {}): Incident =>
    anIncident({
      progress: { kind: 'serving', launchTime: at(10), at: at(60), proof: 'ready-event', passes },
      served: [at(60)],
      ...over,
    });
  const view = aView({ launchTime: at(10), checks: INITIALIZING });

  it.each([
    [0, 70, 'defer verifying'],
    [1, 200, 'defer verifying'],
    [2, 200, 'resolve recovered'],
    [3, 200, 'resolve recovered'],
    [1, 60 + 20 * 60, 'defer verifying'],
    [1, 61 + 20 * 60, 'escalate not-recovered'],
    [2, 61 + 20 * 60, 'resolve recovered'],
  ])('%i evaluations passed, at %i s: %s', (passes, seconds, expected) => {
    const situation = aSituation({ view, incident: serving(passes), now: at(seconds) });
    expect(brief(decide(situation))).toBe(expected);
  });

  it('does NOT call a person for checks that could not be read', () => {
    const unread = { ...view, checks: UNKNOWN_CHECKS };
    expect(brief(decide(aSituation({ view: unread, incident: serving(1), now: at(9_000) })))).toBe(
      'defer verifying',
    );
  });

  it('asks for as many evaluations as the policy says', () => {
    const policy = aPolicy({ recoveredAfter: 5 });
    const decideWith = (passes: number): string =>
      brief(decide(aSituation({ view, incident: serving(passes), policy, now: at(500) })));
    expect(decideWith(4)).toBe('defer verifying');
    expect(decideWith(5)).toBe('resolve recovered');
  });

  it('an impairment that ended is cleared, not recovered', () => {
    const incident = serving(2, { condition: 'impaired' });
    expect(brief(decide(aSituation({ view, incident, now: at(500) })))).toBe('resolve cleared');
  });

  it('does NOT resolve while a check is impaired for longer than tolerated', () => {
    const sick = aView({ launchTime: BOOT, checks: impaired(at(200)) });
    const situation = aSituation({ view: sick, incident: serving(1), now: at(320) });
    expect(brief(decide(situation))).toBe('defer takedown-unchecked');
    // Where the policy lists nothing to do about it, a person is called.
    const policy = aPolicy({ ladders: laddersOf({ 'system-impaired': [] }, minutes(2)) });
    expect(brief(decide({ ...situation, policy }))).toBe('escalate impaired');
  });
});

describe('an impairment', () => {
  it.each([
    ['lasts as long as tolerated', impaired(before(T0, minutes(2))), BOOT, true],
    ['is younger than tolerated', impaired(at(-119)), BOOT, false],
    ['has no known beginning', impaired(undefined), BOOT, true],
    ['is within the startup grace', impaired(at(-200)), at(-299), false],
    ['outlasts the startup grace', impaired(at(-200)), at(-300), true],
    ['is none: ok', OK_CHECKS, BOOT, false],
    ['is none: initializing', INITIALIZING, BOOT, false],
  ])('that %s', (_name, checks, launchTime, expected) => {
    const view = aView({ checks, launchTime });
    expect(impairedTooLong({ view, policy: aPolicy(), now: T0 })).toBe(expected);
  });

  it.each(['system', 'instance', 'attachedEbs', 'application'] as const)('of %s counts', (name) => {
    const view = aView({ checks: impaired(at(-600), name) });
    expect(impairedTooLong({ view, policy: aPolicy(), now: T0 })).toBe(true);
  });
});

describe('a terminated instance', () => {
  it.each(['shutting-down', 'terminated'] as const)('%s: page, nothing can be started', (state) => {
    const view = stoppedView(undefined, { state });
    expect(brief(decide(aSituation({ view })))).toBe('escalate terminated');
  });
});

describe('a server that the watchdog rebooted', () => {
  const view = aView({ checks: INITIALIZING });
  const ill = (over: Partial<Incident> = {}): Incident =>
    anIncident({
      condition: 'impaired',
      progress: { kind: 'booting', launchTime: BOOT, since: at(600) },
      ...over,
    });
  const decided = (incident: Incident, seconds: number): string =>
    brief(decide(aSituation({ view, incident, now: at(seconds) })));

  // Why this test? Its checks stayed `initializing`, and nobody was ever called.
  it('and that does not serve in time is a person to be called for', () => {
    const rebooted = ill({ attempts: [aTakedown('reboot', at(600))] });
    expect(decided(rebooted, 1_200)).toBe('defer verifying');
    expect(decided(rebooted, 1_201)).toBe('escalate not-serving');
  });

  it('is NOT one where nothing was done: what was impaired has no deadline of a boot', () => {
    expect(decided(ill(), 90_000)).toBe('defer verifying');
  });
});
