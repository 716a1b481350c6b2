import { intend, settle } from '../../lambda/core/attempt';
import { NO_CAPACITY, REFUSED, UNAVAILABLE, aRecord, anAttempt, anIncident, at } from './builders';

const open = aRecord({ incident: anIncident(), starts: [at(-9_000)] });

describe('an attempt', () => {
  it('is written down as an intent before anything is heard of it', () => {
    expect(intend(open, 'stopped-by-aws', at(3)).incident?.attempts).toEqual([
      anAttempt(at(3), { kind: 'intended' }),
    ]);
  });

  it('that EC2 accepted counts against the budget', () => {
    const intended = intend(open, 'stopped-by-aws', at(3));
    const settled = settle(intended, { kind: 'accepted', at: at(5) }, at(5));
    expect(settled.starts).toEqual([at(-9_000), at(5)]);
    expect(settled.incident?.attempts.at(-1)?.outcome).toEqual({ kind: 'accepted', at: at(5) });
  });

  it.each([NO_CAPACITY, UNAVAILABLE, REFUSED, { kind: 'wrong-state', code: 'X' } as const])(
    'that ended as $kind does NOT count',
    (outcome) => {
      const settled = settle(intend(open, 'stopped-by-aws', at(3)), outcome, at(5));
      expect(settled.starts).toEqual(open.starts);
      expect(settled.incident?.attempts.at(-1)?.outcome).toEqual(outcome);
    },
  );

  it('is NOT settled twice, nor without an intent or an incident', () => {
    const settled = settle(intend(open, 'stopped-by-aws', at(3)), NO_CAPACITY, at(5));
    expect(settle(settled, { kind: 'accepted', at: at(6) }, at(6))).toBe(settled);
    expect(settle(open, NO_CAPACITY, at(6))).toBe(open);
    const idle = aRecord();
    expect(settle(idle, NO_CAPACITY, at(6))).toBe(idle);
    expect(intend(idle, 'stopped-by-aws', at(6))).toBe(idle);
  });

  // Why this test? Three days of refusals made a record that DynamoDB does not take.
  it('is one of 300 at most; the first ones and the newest are kept', () => {
    let record = open;
    for (let index = 0; index < 5_000; index += 1) {
      record = settle(intend(record, 'capacity-retry', at(index)), NO_CAPACITY, at(index));
    }
    const attempts = record.incident?.attempts ?? [];
    expect(attempts).toHaveLength(300);
    expect(attempts[0]?.at).toBe(at(0));
    expect(attempts.at(-1)?.at).toBe(at(4_999));
    expect(JSON.stringify(record).length).toBeLessThan(100_000);
  });
});
