import { instant } from '../../lambda/core/time';
import type { Fact } from '../../sim/history';
import { addCounts, NOTHING_USED, usesIn } from '../../sim/uses';

const DEPLOYED: Fact = {
  at: instant(1_722_513_600_000),
  kind: 'deployed',
  seed: 1,
  accountId: '111122223333',
  region: 'us-east-1',
  environment: {},
  maximumConcurrency: 2,
};
const at = instant(1_722_513_600_000);
const fault = (phase: 'begins' | 'ends' | 'strikes'): Fact => ({
  at,
  kind: 'fault',
  name: 'event/drop',
  phase,
  text: '',
});
const log = (message: string, reason: string): Fact => ({
  at,
  kind: 'log',
  invocation: 1,
  level: 'info',
  message,
  fields: { reason },
});

describe('what a search used', () => {
  it('counts a fault when it is put in and when it strikes, not when it ends', () => {
    expect(usesIn([DEPLOYED, fault('begins'), fault('strikes'), fault('ends')]).faults).toEqual({
      'event/drop': 2,
    });
  });

  it('counts the reasons of decisions, and of no other line', () => {
    const facts = [
      DEPLOYED,
      log('decision', 'recovered'),
      log('decision', 'recovered'),
      log('hook', 'x'),
    ];
    expect(usesIn(facts).reasons).toEqual({ recovered: 2 });
  });

  it('counts how often an invariant was put to the test', () => {
    const began: Fact = {
      at,
      kind: 'began',
      invocation: 1,
      environment: 1,
      cold: true,
      eventIds: [],
    };
    expect(usesIn([DEPLOYED, began]).invariants).toMatchObject({ S17: 1, S1: 0, L7: 0 });
  });

  it('adds up, and shows what was never used', () => {
    const uses = usesIn([DEPLOYED, fault('begins'), log('decision', 'recovered')]);
    const all = [uses, uses].reduce(addCounts, NOTHING_USED);
    expect(all.faults).toEqual({ 'event/drop': 2 });
    expect(all.reasons).toMatchObject({ recovered: 2, 'stopped-by-aws': 0 });
    expect(all.invariants).toMatchObject({ S17: 0 });
  });
});
