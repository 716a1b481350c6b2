import fc from 'fast-check';
import { decide } from '../../lambda/core/decide';
import type { Situation } from '../../lambda/core/decision';
import type { Checks } from '../../lambda/core/observation';
import type { Loss } from '../../lambda/core/policy';
import { TAKEDOWNS, isTakedown, type Takedown } from '../../lambda/core/remediation';
import { takedownsOf } from '../../lambda/core/takedowns';
import { after, between, minutes } from '../../lambda/core/time';
import { anyIllness, anySituation } from './situations';

const RUNS = { seed: 20_240_801, numRuns: 4_000 };

/** Checks something of every takedown of what runs, and that there are some. */
function everyTakedown(check: (situation: Situation, takedown: Takedown) => void): void {
  const made = new Map<Takedown, number>();
  fc.assert(
    fc.property(fc.oneof(anyIllness, anyIllness, anySituation), (situation) => {
      const decision = decide(situation);
      if (decision.kind !== 'remediate' || !isTakedown(decision.remediation)) return;
      if (decision.remediation === 'force-stop') return;
      made.set(decision.remediation, (made.get(decision.remediation) ?? 0) + 1);
      check(situation, decision.remediation);
    }),
    RUNS,
  );
  for (const takedown of ['restart-service', 'reboot', 'stop-start'] as const) {
    expect(made.get(takedown) ?? 0).toBeGreaterThan(3);
  }
}

const impairments = ({ view: { checks } }: Situation): readonly (keyof Checks)[] =>
  (Object.keys(checks) as (keyof Checks)[]).filter((name) => checks[name].status === 'impaired');

describe('something that runs is taken down', () => {
  it('NEVER before it was found out what speaks against it', () => {
    everyTakedown(({ facts }) => expect(facts).toBeDefined());
  });

  it('NEVER with a read that failed (S13)', () => {
    everyTakedown(({ facts, view }, takedown) => {
      expect([view.checks.system.status, view.checks.instance.status]).not.toContain('unknown');
      if (takedown !== 'stop-start') return;
      expect(facts?.stopProtection).toBe(false);
      expect(facts?.hasInstanceStore).toBeDefined();
    });
  });

  it('only of what runs, under a policy that acts, by its own mandate, held by nobody', () => {
    everyTakedown(({ view, policy, incident, pause }) => {
      expect(view.state).toBe('running');
      expect(policy.mode).toBe('act');
      expect(incident.mandate.kind).toBe('rescue');
      expect(pause.kind).toBe('none');
    });
  });

  it('NEVER within the startup grace of its boot (S20)', () => {
    everyTakedown((situation) => {
      const { view, policy, now } = situation;
      if (impairments(situation).length === 0) return;
      expect(between(view.launchTime, now)).toBeGreaterThanOrEqual(policy.startupGrace);
    });
  });

  it('NEVER before the impairment lasted for its toleration (S5)', () => {
    everyTakedown((situation) => {
      const { view, policy, now, incident } = situation;
      const since = impairments(situation).map(
        (name) => view.checks[name].impairedSince ?? incident.openedAt,
      );
      if (since.length === 0) return;
      expect(between(Math.min(...since) as typeof now, now)).toBeGreaterThanOrEqual(
        policy.toleration,
      );
    });
  });

  it('NEVER as gently as before, or more gently, in one incident', () => {
    everyTakedown(({ incident, view }, takedown) => {
      // A stop that was only meant, while the boot that it was to end runs on, was never made.
      const made = takedownsOf(incident).filter(
        ({ remediation, outcome, at }) =>
          outcome.kind === 'accepted' || remediation === 'reboot' || at <= view.launchTime,
      );
      const strongest = Math.max(-1, ...made.map((one) => TAKEDOWNS.indexOf(one.remediation)));
      expect(TAKEDOWNS.indexOf(takedown)).toBeGreaterThan(strongest);
    });
  });

  it('NEVER beyond the budget of starts and reboots, or within the cooldown (S8)', () => {
    everyTakedown(({ starts, policy: { budget, cooldown }, now }) => {
      const lastHour = starts.filter((start) => between(start, now) < 3_600_000);
      expect(lastHour.length).toBeLessThan(budget.perHour);
      const last = starts.at(-1);
      expect(last === undefined || now >= after(last, cooldown)).toBe(true);
    });
  });

  it('NEVER without a free slot of the fleet (S9)', () => {
    everyTakedown(({ facts }) => expect(facts?.slotsFree).toBeGreaterThan(0));
  });

  it('NEVER in a zone of which most is impaired, or was a moment ago (S10)', () => {
    everyTakedown(({ facts, now }) => {
      const { managed = 0, impaired = 0 } = facts?.zone ?? {};
      expect(impaired < 3 || impaired < managed * 0.55).toBe(true);
      const storm = facts?.zoneStormAt;
      expect(storm === undefined || between(storm, now) >= minutes(10)).toBe(true);
    });
  });

  it('NEVER for the application alone where every one of its policy fails (S11)', () => {
    everyTakedown((situation) => {
      const { facts } = situation;
      if (impairments(situation).join(' ') !== 'application' || facts === undefined) return;
      const { running, impaired } = facts.application;
      expect(impaired < 3 || impaired < running).toBe(true);
    });
  });

  it('and stopped NEVER at a loss that its policy does not accept', () => {
    everyTakedown(({ view, facts, policy }, takedown) => {
      if (takedown !== 'stop-start') return;
      const losses: readonly (readonly [Loss, boolean])[] = [
        ['instance-store', facts?.hasInstanceStore === true],
        ['public-address', view.publicIp !== undefined && !view.hasElasticIp],
        ['dedicated-host', view.hostId !== undefined],
      ];
      for (const [loss, isLost] of losses) {
        expect([loss, isLost && !policy.accepts.includes(loss)]).toEqual([loss, false]);
      }
    });
  });

  it('and stopped NEVER soon after EC2 had no capacity for its type in its zone', () => {
    everyTakedown(({ facts, now }, takedown) => {
      const refused = facts?.noCapacityAt;
      if (takedown !== 'stop-start' || refused === undefined) return;
      expect(between(refused, now)).toBeGreaterThanOrEqual(minutes(30));
    });
  });
});

describe('a forced stop', () => {
  it('is decided only of what is stopping past its deadline, where the policy lists it (S6)', () => {
    let forced = 0;
    const stopping = anySituation.map((situation) => ({
      ...situation,
      view: { ...situation.view, state: 'stopping' as const },
    }));
    fc.assert(
      fc.property(stopping, (situation) => {
        const decision = decide(situation);
        if (decision.kind !== 'remediate') return;
        forced += 1;
        const { incident, policy, pause, now } = situation;
        expect(decision.remediation).toBe('force-stop');
        expect(policy.ladders['stuck-stopping']).not.toEqual([]);
        expect([policy.mode, pause.kind, incident.mandate.kind]).toEqual(['act', 'none', 'rescue']);
        const since =
          (incident.progress.kind === 'down' ? incident.progress.since : undefined) ??
          incident.outage.firstKnownBad;
        expect(between(since, now)).toBeGreaterThanOrEqual(policy.stoppingDeadline);
      }),
      RUNS,
    );
    expect(forced).toBeGreaterThan(10);
  });
});
