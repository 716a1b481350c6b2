import fc from 'fast-check';
import { decide, type Decision, type Situation } from '../../lambda/core/decide';
import { describeReason, REASONS } from '../../lambda/core/reasons';
import { anySituation } from './situations';

const RUNS = { seed: 20_240_801, numRuns: 3_000 };

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).map(frozen);
  return value;
}

/** Checks something of every situation in which a start is decided, and that there are some. */
function everyStart(check: (situation: Situation, decision: Decision) => void): void {
  let starts = 0;
  fc.assert(
    fc.property(anySituation, (situation) => {
      const decision = decide(situation);
      if (decision.kind !== 'remediate') return;
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
  it('only of what is stopped', () => {
    everyStart(({ view }) => expect(view.state).toBe('stopped'));
  });

  it('only under a policy that acts', () => {
    everyStart(({ policy }) => expect(policy.mode).toBe('act'));
  });

  it('NEVER while a person paused or holds it', () => {
    everyStart(({ pause }) => expect(pause.kind).toBe('none'));
  });

  it('NEVER of a stop from before enrolment or during a pause', () => {
    everyStart(({ incident }) => expect(incident.mandate.kind).toBe('rescue'));
  });

  it('NEVER of what a person, a program, a scheduler or EC2 Spot stopped, a game day excepted', () => {
    everyStart(({ incident: { cause } }) => {
      expect(['scheduler', 'self', 'spot']).not.toContain(cause.kind);
      expect(cause.kind !== 'api' || cause.detail === 'game-day').toBe(true);
    });
  });

  it('after a shutdown from inside or of unknown cause only where the policy says so', () => {
    everyStart(({ incident: { cause }, policy }) => {
      expect(cause.kind !== 'guest' || policy.onGuestShutdown === 'start').toBe(true);
      expect(cause.kind !== 'unknown' || policy.onUnknownStop === 'start').toBe(true);
    });
  });

  it('NEVER beyond the budget', () => {
    everyStart(({ starts, policy: { budget }, now }) => {
      const within = (hours: number): number =>
        starts.filter((start) => start > now - hours * 3_600_000).length;
      expect(within(1)).toBeLessThan(budget.perHour);
      expect(within(24)).toBeLessThan(budget.perDay);
    });
  });

  it('NEVER a third time after two that were accepted and did not hold', () => {
    everyStart(({ incident }, decision) => {
      const since = incident.served.at(-1) ?? 0;
      const accepted = incident.attempts.filter(
        ({ at, outcome }) => outcome.kind === 'accepted' && at > since,
      );
      const isOther = decision.reason === 'capacity-retry' || decision.reason === 'game-day';
      expect(isOther ? 0 : accepted.length).toBeLessThan(2);
    });
  });
});
