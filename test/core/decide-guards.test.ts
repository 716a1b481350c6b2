import { decide } from '../../lambda/core/decide';
import type { Decision, Situation } from '../../lambda/core/decision';
import { hours, minutes } from '../../lambda/core/time';
import {
  NO_CAPACITY,
  REFUSED,
  UNAVAILABLE,
  aCause,
  aPolicy,
  aSituation,
  anAttempt,
  anIncident,
  at,
  stoppedView,
} from './builders';

const decided = (over: Partial<Situation>): Decision => decide(aSituation(over));
const brief = (over: Partial<Situation>): string => {
  const { kind, reason } = decided(over);
  return `${kind} ${reason}`;
};

/** Each guard with a situation in which it alone stands between the cause and a start. */
describe('what keeps the watchdog from starting what AWS stopped', () => {
  it('nothing, in the plain case', () => {
    expect(decided({})).toEqual({
      kind: 'remediate',
      remediation: 'start',
      reason: 'stopped-by-aws',
    });
  });

  describe('a stop that is not its own to undo', () => {
    it.each(['stopped-before-enrolment', 'stopped-while-paused'] as const)('%s', (reason) => {
      const incident = anIncident({ mandate: { kind: 'hands-off', reason } });
      expect(brief({ incident })).toBe(`escalate ${reason}`);
    });
  });

  describe('a person', () => {
    it('who paused it', () => {
      const pause = { kind: 'paused', until: at(600), note: 'deploying' } as const;
      expect(brief({ pause })).toBe('escalate paused');
    });

    it('who holds it', () => {
      expect(brief({ pause: { kind: 'held', note: '' } })).toBe('escalate held');
    });
  });

  it('a policy that only observes', () => {
    expect(brief({ policy: aPolicy({ mode: 'observe' }) })).toBe('escalate observe-mode');
  });

  describe('a read of the past', () => {
    const started = anIncident({ attempts: [anAttempt(at(100))] });
    const read = (seconds: number, launchTime = at(-9_000)): Partial<Situation> => ({
      incident: started,
      view: stoppedView(undefined, { launchTime }),
      now: at(seconds),
    });

    it('shows the LaunchTime from before the accepted start', () => {
      expect(decided(read(104))).toEqual({
        kind: 'defer',
        reason: 'start-in-flight',
        until: at(160),
      });
    });

    it('is NOT believed to be one after a minute', () => {
      expect(brief(read(160))).toBe('remediate start-fell-back');
    });

    it('is NOT one with the LaunchTime of the start, clocks 10 s apart', () => {
      expect(brief(read(170, at(90)))).toBe('remediate start-fell-back');
      // It is believed, and then the cooldown since that launch holds it back.
      expect(brief(read(104, at(90)))).toBe('defer cooldown');
    });

    // Why this test? Long after a boot a describe of old state led to a start of what runs.
    it('shows the LaunchTime from before a boot that was already seen', () => {
      const incident = anIncident({
        progress: { kind: 'booting', launchTime: at(30), since: at(30) },
      });
      const view = stoppedView(undefined, { launchTime: at(-9_000) });
      expect(brief({ incident, view, now: at(500) })).toBe('defer start-in-flight');
    });
  });

  describe('three days without success', () => {
    const trying = (first: number) =>
      anIncident({
        attempts: [anAttempt(at(first), NO_CAPACITY)],
        escalated: [{ reason: 'no-capacity', at: at(first) }],
      });
    const threeDays = hours(72) / 1_000;

    it('hand it to a person', () => {
      expect(brief({ incident: trying(1), now: at(threeDays + 2) })).toBe('escalate gave-up');
    });

    it('are NOT over a moment before', () => {
      expect(brief({ incident: trying(1), now: at(threeDays + 1) })).not.toBe('escalate gave-up');
    });

    // Why this test? A host that was impaired for days before AWS stopped it was never started.
    it('do NOT count from before the first try', () => {
      expect(brief({ incident: anIncident({ openedAt: at(1) }), now: at(2 * threeDays) })).toBe(
        'remediate stopped-by-aws',
      );
    });

    it('do NOT count from before it last served', () => {
      const incident = { ...trying(1), served: [at(600)] };
      expect(brief({ incident, now: at(2 * threeDays) })).toBe('remediate stopped-by-aws');
    });
  });

  describe('the budget of starts', () => {
    const now = at(0);
    it.each([
      ['three within the hour', [-3_000, -2_000, -1_000], 'escalate budget-exhausted'],
      ['two within the hour', [-3_601, -2_000, -1_000], 'remediate stopped-by-aws'],
      [
        'six within the day',
        [-80_000, -70_000, -60_000, -50_000, -40_000, -30_000],
        'escalate budget-exhausted',
      ],
      [
        'five within the day',
        [-86_401, -70_000, -60_000, -50_000, -40_000, -30_000],
        'remediate stopped-by-aws',
      ],
    ])('%s', (_name, starts, expected) => {
      expect(brief({ starts: starts.map(at), now })).toBe(expected);
    });

    it('is NOT refilled by a success', () => {
      const incident = anIncident({ served: [at(-500)] });
      const starts = [-3_000, -2_000, -1_000].map(at);
      expect(brief({ incident, starts, now })).toBe('escalate budget-exhausted');
    });

    it("is the policy's", () => {
      const policy = aPolicy({ budget: { perHour: 1, perDay: 6 } });
      expect(brief({ policy, starts: [at(-3_000)], now })).toBe('escalate budget-exhausted');
    });
  });

  describe('the cooldown', () => {
    it('from the last accepted start', () => {
      expect(decided({ starts: [at(-58)], now: at(1) })).toEqual({
        kind: 'defer',
        reason: 'cooldown',
        until: at(2),
      });
    });

    it('does NOT last longer than the policy says', () => {
      expect(brief({ starts: [at(-58)], now: at(2) })).toBe('remediate stopped-by-aws');
      const policy = aPolicy({ cooldown: minutes(5) });
      expect(brief({ starts: [at(-58)], now: at(2), policy })).toBe('defer cooldown');
    });

    it('holds when the clock jumps backwards', () => {
      expect(brief({ starts: [at(500)], now: at(2) })).toBe('defer cooldown');
    });
  });

  describe("EC2's last answer", () => {
    const tried = (outcome: Parameters<typeof anAttempt>[1], told = true): Partial<Situation> => ({
      incident: anIncident({
        attempts: [anAttempt(at(10), outcome)],
        escalated: told
          ? [
              { reason: 'no-capacity', at: at(12) },
              { reason: 'start-refused', at: at(12) },
            ]
          : [],
      }),
    });

    it.each([
      ['no capacity', NO_CAPACITY, 12, 'defer backing-off'],
      ['no capacity', NO_CAPACITY, 25, 'remediate capacity-retry'],
      ['unavailable', UNAVAILABLE, 12, 'defer backing-off'],
      ['unavailable', UNAVAILABLE, 15, 'remediate stopped-by-aws'],
      ['wrong state', { kind: 'wrong-state', code: 'X' }, 13, 'defer backing-off'],
      ['wrong state', { kind: 'wrong-state', code: 'X' }, 14, 'remediate stopped-by-aws'],
      ['refused', REFUSED, 1_809, 'defer backing-off'],
      ['refused', REFUSED, 1_810, 'remediate stopped-by-aws'],
      ['nothing heard since', { kind: 'intended' }, 39, 'defer backing-off'],
      ['nothing heard since', { kind: 'intended' }, 40, 'remediate stopped-by-aws'],
    ] as const)('%s', (_name, outcome, seconds, expected) => {
      expect(brief({ ...tried(outcome), now: at(seconds) })).toBe(expected);
    });

    it.each([
      ['no capacity, at once', NO_CAPACITY, 11, 'escalate no-capacity'],
      ['a refusal, at once', REFUSED, 11, 'escalate start-refused'],
      ['its failing API, after 3 min', UNAVAILABLE, 190, 'escalate ec2-unavailable'],
      ['its failing API, NOT before', UNAVAILABLE, 189, 'remediate stopped-by-aws'],
      [
        'an early start, NOT at all',
        { kind: 'wrong-state', code: 'X' },
        4_000,
        'remediate stopped-by-aws',
      ],
      ['an unheard start, NOT at all', { kind: 'intended' }, 4_000, 'remediate stopped-by-aws'],
    ] as const)('is told to a person: %s', (_name, outcome, seconds, expected) => {
      expect(brief({ ...tried(outcome, false), now: at(seconds) })).toBe(expected);
    });
  });
});

describe('the reminders of missing capacity', () => {
  const told = (...times: readonly number[]) =>
    anIncident({
      attempts: [anAttempt(at(0), NO_CAPACITY)],
      escalated: times.map((seconds) => ({ reason: 'no-capacity' as const, at: at(seconds) })),
    });
  const m = 60;
  it.each([
    [[0], 15 * m - 1, false],
    [[0], 15 * m, true],
    [[0, 15 * m], 60 * m - 1, false],
    [[0, 15 * m], 60 * m, true],
    [[0, 15 * m, 60 * m], 120 * m - 1, false],
    [[0, 15 * m, 60 * m], 120 * m, true],
    [[0, 15 * m, 60 * m, 120 * m], 180 * m, true],
  ])('told at %j s, at %i s: due %s', (times, seconds, due) => {
    const reason = decided({ incident: told(...times), now: at(seconds) }).reason;
    expect(reason === 'no-capacity').toBe(due);
  });

  // Why this test? Throttling between two capacity errors began the count anew (October 2025).
  it('go on although EC2 answers otherwise in between', () => {
    const incident = anIncident({
      attempts: [
        anAttempt(at(0), NO_CAPACITY),
        anAttempt(at(20), UNAVAILABLE),
        anAttempt(at(900), NO_CAPACITY),
      ],
      escalated: [{ reason: 'no-capacity', at: at(1) }],
    });
    expect(brief({ incident, now: at(901) })).toBe('escalate no-capacity');
  });

  it('begin anew for a second shortage after it served', () => {
    const incident = anIncident({
      attempts: [anAttempt(at(0), NO_CAPACITY), anAttempt(at(20_000), NO_CAPACITY)],
      escalated: [{ reason: 'no-capacity', at: at(1) }],
      served: [at(10_000)],
    });
    expect(brief({ incident, now: at(20_001) })).toBe('escalate no-capacity');
  });
});

describe('the guards speak in the order of their weight', () => {
  it('a person before the budget before the policy, which only keeps from what would be done', () => {
    const starts = [-3_000, -2_000, -10].map(at);
    const policy = aPolicy({ mode: 'observe' });
    const pause = { kind: 'held', note: '' } as const;
    expect(brief({ pause, policy, starts })).toBe('escalate held');
    expect(brief({ policy, starts })).toBe('escalate budget-exhausted');
    expect(brief({ policy })).toBe('escalate observe-mode');
    expect(brief({ starts })).toBe('escalate budget-exhausted');
  });

  it('and only about a start: a person\'s stop is NOT "held"', () => {
    const incident = anIncident({ cause: aCause({ kind: 'api' }) });
    expect(brief({ incident, pause: { kind: 'held', note: '' } })).toBe('ignore stopped-by-person');
  });
});
