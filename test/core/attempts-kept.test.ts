import { intend, settle } from '../../lambda/core/attempt';
import type { AttemptOutcome } from '../../lambda/core/incident';
import type { InstanceRecord } from '../../lambda/core/record';
import type { Remediation } from '../../lambda/core/remediation';
import { NO_CAPACITY, UNAVAILABLE, aRecord, anIncident, at } from './builders';

/** An incident with acts one after the other, a minute apart. */
class Acts {
  record: InstanceRecord = aRecord({ incident: anIncident({ condition: 'impaired' }) });
  private seconds = 0;

  did(remediation: Remediation, outcome: 'accepted' | AttemptOutcome, times = 1): this {
    for (let count = 0; count < times; count += 1) {
      this.seconds += 60;
      const now = at(this.seconds);
      const intended = intend(this.record, { remediation, reason: 'system-impaired' }, now);
      const came = outcome === 'accepted' ? ({ kind: 'accepted', at: now } as const) : outcome;
      this.record = settle(intended, came, now);
    }
    return this;
  }

  /** How many are left of a remediation that EC2 took. */
  taken(remediation: Remediation): number {
    return this.kept.filter(
      (attempt) => attempt.remediation === remediation && attempt.outcome.kind === 'accepted',
    ).length;
  }

  get kept() {
    return this.record.incident?.attempts ?? [];
  }
}

describe('of many attempts those are kept that decide about what follows', () => {
  // Why this test? Fifty refused stops pushed out the reboot that EC2 had taken: it was made again.
  it.each(['restart-service', 'reboot', 'stop-start', 'reserve-capacity'] as const)(
    'a %s that was taken outlasts refusals of whatever kind',
    (remediation) => {
      const acts = new Acts()
        .did('reboot', UNAVAILABLE, 12)
        .did(remediation, 'accepted')
        .did('stop-start', UNAVAILABLE, 52);
      expect(acts.kept).toHaveLength(60);
      expect(acts.taken(remediation)).toBe(1);
    },
  );

  it.each<[string, AttemptOutcome]>([
    ['of which nothing was heard', { kind: 'intended' }],
    ['whose answer was lost', { kind: 'unavailable', code: 'TimeoutError' }],
  ])('so does a takedown %s', (_name, outcome) => {
    const acts = new Acts().did('start', NO_CAPACITY, 12).did('reboot', outcome);
    acts.did('start', NO_CAPACITY, 70);
    expect(acts.kept.some((attempt) => attempt.remediation === 'reboot')).toBe(true);
  });

  it('and starts that were taken go before takedowns that were', () => {
    const acts = new Acts().did('start', UNAVAILABLE, 10).did('reboot', 'accepted', 5);
    acts.did('start', 'accepted', 70);
    expect(acts.kept).toHaveLength(60);
    expect([acts.taken('reboot'), acts.taken('start')]).toEqual([5, 45]);
  });

  it('never more than 60, also where every one would be kept', () => {
    const acts = new Acts()
      .did('stop-start', 'accepted', 30)
      .did('reserve-capacity', 'accepted', 40);
    expect(acts.kept).toHaveLength(60);
    expect([acts.taken('stop-start'), acts.taken('reserve-capacity')]).toEqual([30, 30]);
    acts.did('reboot', 'accepted', 70);
    expect(acts.kept).toHaveLength(60);
  });
});
