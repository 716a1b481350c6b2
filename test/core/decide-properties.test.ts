import fc from 'fast-check';
import { decide } from '../../lambda/core/decide';
import type { Decision, Situation } from '../../lambda/core/decision';
import { describeReason, REASONS } from '../../lambda/core/reasons';
import { takedownsOf } from '../../lambda/core/takedowns';
import { anySituation } from './situations';

const RUNS = { seed: 20_240_801, numRuns: 6_000 };

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).map(frozen);
  return value;
}

/** Whether the stop that it is in is our own: another start, with guards of its own. */
const isOwnStop = ({ incident: { condition, cause } }: Situation): boolean =>
  condition === 'impaired' || condition === 'planned' || cause.detail === 'unfinished';

/** Checks something of every situation in which a start is decided, and that there are some. */
function everyStart(
  whose: 'of others' | 'of our own',
  check: (situation: Situation, decision: Decision) => void,
): void {
  let starts = 0;
  fc.assert(
    fc.property(anySituation, (situation) => {
      const decision = decide(situation);
      if (decision.kind !== 'remediate' || decision.remediation !== 'start') return;
      if (isOwnStop(situation) !== (whose === 'of our own')) return;
      starts += 1;
      check(situation, decision);
    }),
    RUNS,
  );
  expect(starts).toBeGreaterThan(30);
}

describe('whatever the situation', () => {
  it('decide answers with a reason from the closed list', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const { kind, reason } = decide(situation);
        expect(Object.keys(REASONS[kind])).toContain(reason);
        expect(describeReason(reason).length).toBeGreaterThan(10);
      }),
      RUNS,
    );
  });

  it('decide is pure: the same answer again, and nothing is changed', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const first = decide(frozen(situation));
        expect(decide(situation)).toEqual(first);
      }),
      RUNS,
    );
  });

  it('a deferral names no time that has passed', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const decision = decide(situation);
        if (decision.kind !== 'defer' || decision.until === undefined) return;
        expect(decision.until).toBeGreaterThan(situation.now);
      }),
      RUNS,
    );
  });
});

describe('a start is decided', () => {
  it.each(['of others', 'of our own'] as const)('only of what is stopped: stops %s', (whose) => {
    everyStart(whose, ({ view }) => expect(view.state).toBe('stopped'));
  });

  it('only under a policy that acts', () => {
    everyStart('of others', ({ policy }) => expect(policy.mode).toBe('act'));
  });

  it('NEVER while a person paused or holds it', () => {
    everyStart('of others', ({ pause }) => expect(pause.kind).toBe('none'));
  });

  it('NEVER of a stop from before enrolment or during a pause', () => {
    everyStart('of others', ({ incident }) => expect(incident.mandate.kind).toBe('rescue'));
  });

  it('NEVER of what a person, a program, a scheduler or EC2 Spot stopped, a game day excepted', () => {
    everyStart('of others', ({ incident: { cause } }) => {
      expect(['scheduler', 'self', 'spot']).not.toContain(cause.kind);
      expect(cause.kind !== 'api' || cause.detail === 'game-day').toBe(true);
    });
  });

  it('after a shutdown from inside or of unknown cause only where the policy says so', () => {
    everyStart('of others', ({ incident: { cause }, policy }) => {
      expect(cause.kind !== 'guest' || policy.onGuestShutdown === 'start').toBe(true);
      expect(cause.kind !== 'unknown' || policy.onUnknownStop === 'start').toBe(true);
    });
  });

  it('NEVER beyond the budget', () => {
    everyStart('of others', ({ starts, policy: { budget }, now }) => {
      const within = (hours: number): number =>
        starts.filter((start) => start > now - hours * 3_600_000).length;
      expect(within(1)).toBeLessThan(budget.perHour);
      expect(within(24)).toBeLessThan(budget.perDay);
    });
  });

  it.each(['of others', 'of our own'] as const)(
    'NEVER a third time after two that were accepted and did not hold: stops %s',
    (whose) => {
      everyStart(whose, ({ incident }, decision) => {
        const stops = takedownsOf(incident).filter(({ remediation }) => /stop/.test(remediation));
        const since = Math.max(incident.served.at(-1) ?? 0, stops.at(-1)?.at ?? 0);
        const accepted = incident.attempts.filter(
          ({ remediation, at, outcome }) =>
            remediation === 'start' && outcome.kind === 'accepted' && at > since,
        );
        const isOther = decision.reason === 'capacity-retry' || decision.reason === 'game-day';
        expect(isOther ? 0 : accepted.length).toBeLessThan(2);
      });
    },
  );
});

describe('what the watchdog itself stopped (S28)', () => {
  it('is started whatever a pause, a mode, a mandate or a budget says', () => {
    const seen = { paused: 0, observing: 0, overBudget: 0, handsOff: 0 };
    everyStart('of our own', ({ pause, policy, starts, incident }) => {
      if (pause.kind !== 'none') seen.paused += 1;
      if (policy.mode === 'observe') seen.observing += 1;
      if (starts.length >= policy.budget.perDay) seen.overBudget += 1;
      if (incident.mandate.kind === 'hands-off') seen.handsOff += 1;
    });
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  });

  it('is started or waits for a time that comes, or a person is called: NEVER left alone', () => {
    let stops = 0;
    fc.assert(
      fc.property(anySituation, (situation) => {
        if (situation.view.state !== 'stopped' || !isOwnStop(situation)) return;
        stops += 1;
        const decision = decide(situation);
        expect(['remediate', 'defer', 'escalate']).toContain(decision.kind);
        if (decision.kind === 'remediate') expect(decision.remediation).toBe('start');
        if (decision.kind === 'defer') {
          expect(['start-in-flight', 'backing-off']).toContain(decision.reason);
        }
      }),
      RUNS,
    );
    expect(stops).toBeGreaterThan(100);
  });
});
