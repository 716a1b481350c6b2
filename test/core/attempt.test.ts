import { intend, settle } from '../../lambda/core/attempt';
import type { AttemptOutcome, Incident } from '../../lambda/core/incident';
import type { InstanceRecord } from '../../lambda/core/record';
import type { Remediation } from '../../lambda/core/remediation';
import {
  BOOT,
  NO_CAPACITY,
  REFUSED,
  UNAVAILABLE,
  aRecord,
  anAttempt,
  anIncident,
  at,
} from './builders';

const open = aRecord({ incident: anIncident(), starts: [at(-9_000)] });

describe('an attempt', () => {
  it('is written down as an intent before anything is heard of it', () => {
    expect(
      intend(open, { remediation: 'start', reason: 'stopped-by-aws' }, at(3)).incident?.attempts,
    ).toEqual([anAttempt(at(3), { kind: 'intended' })]);
  });

  it('that EC2 accepted counts against the budget', () => {
    const intended = intend(open, { remediation: 'start', reason: 'stopped-by-aws' }, at(3));
    const settled = settle(intended, { kind: 'accepted', at: at(5) }, at(5));
    expect(settled.starts).toEqual([at(-9_000), at(5)]);
    expect(settled.incident?.attempts.at(-1)?.outcome).toEqual({ kind: 'accepted', at: at(5) });
  });

  it.each([NO_CAPACITY, UNAVAILABLE, REFUSED, { kind: 'wrong-state', code: 'X' } as const])(
    'that ended as $kind does NOT count',
    (outcome) => {
      const settled = settle(
        intend(open, { remediation: 'start', reason: 'stopped-by-aws' }, at(3)),
        outcome,
        at(5),
      );
      expect(settled.starts).toEqual(open.starts);
      expect(settled.incident?.attempts.at(-1)?.outcome).toEqual(outcome);
    },
  );

  it('is NOT settled twice, nor without an intent or an incident', () => {
    const settled = settle(
      intend(open, { remediation: 'start', reason: 'stopped-by-aws' }, at(3)),
      NO_CAPACITY,
      at(5),
    );
    expect(settle(settled, { kind: 'accepted', at: at(6) }, at(6))).toBe(settled);
    expect(settle(open, NO_CAPACITY, at(6))).toBe(open);
    const idle = aRecord();
    expect(settle(idle, NO_CAPACITY, at(6))).toBe(idle);
    expect(intend(idle, { remediation: 'start', reason: 'stopped-by-aws' }, at(6))).toBe(idle);
  });

  // Why this test? Three days of refusals made a record that DynamoDB does not take.
  it('is one of 60 at most; the first ones and the newest are kept', () => {
    let record = open;
    for (let index = 0; index < 5_000; index += 1) {
      record = settle(
        intend(record, { remediation: 'start', reason: 'capacity-retry' }, at(index)),
        NO_CAPACITY,
        at(index),
      );
    }
    const attempts = record.incident?.attempts ?? [];
    expect(attempts).toHaveLength(60);
    expect(attempts[0]?.at).toBe(at(0));
    expect(attempts.at(-1)?.at).toBe(at(4_999));
    expect(JSON.stringify(record).length).toBeLessThan(100_000);
  });

  // Why this test? A day without capacity made the watchdog forget what it had taken down, and
  // which reservation it had to give back.
  it('is NOT forgotten, however many come after it, where it was a takedown or was accepted', () => {
    const failing = { remediation: 'start', reason: 'capacity-retry' } as const;
    const kept = ['start', 'reboot', 'stop-start', 'reserve-capacity'] as const;
    const tries = (record: InstanceRecord, from: number): InstanceRecord =>
      Array.from({ length: 200 }, (_, index) => at(from + index)).reduce(
        (before, now) => settle(intend(before, failing, now), NO_CAPACITY, now),
        record,
      );
    const acted = kept.reduce(
      (record, remediation, index) =>
        settle(
          intend(record, { remediation, reason: 'instance-impaired' }, at(1_000 + index)),
          { kind: 'accepted', at: at(1_000 + index) },
          at(1_000 + index),
        ),
      tries(open, 0),
    );
    const attempts = tries(acted, 2_000).incident?.attempts ?? [];
    expect(attempts).toHaveLength(60);
    expect(
      attempts.filter(({ outcome }) => outcome.kind === 'accepted').map((one) => one.remediation),
    ).toEqual(kept);
    expect(attempts.at(-1)?.at).toBe(at(2_199));
  });
});

describe('what an accepted act changes', () => {
  const served = {
    kind: 'serving',
    launchTime: BOOT,
    at: at(-300),
    proof: 'ready-event',
    passes: 1,
  } as const;
  const ill = (over: Partial<Incident> = {}): InstanceRecord =>
    aRecord({
      incident: anIncident({
        condition: 'impaired',
        progress: { kind: 'booting', launchTime: BOOT, since: at(1) },
        ...over,
      }),
    });
  const done = (
    record: InstanceRecord,
    remediation: Remediation,
    {
      outcome = { kind: 'accepted', at: at(5) },
      detail = '',
    }: { readonly outcome?: AttemptOutcome; readonly detail?: string } = {},
  ): InstanceRecord =>
    settle(
      intend(record, { remediation, reason: 'instance-impaired', detail }, at(3)),
      outcome,
      at(5),
    );

  it.each(['restart-service', 'reboot', 'stop-start'] as const)(
    '%s: it does not serve from now on, in the boot that it is in',
    (remediation) => {
      const { incident } = done(ill({ progress: served }), remediation);
      expect(incident?.progress).toEqual({ kind: 'booting', launchTime: BOOT, since: at(5) });
    },
  );

  it.each(['restart-service', 'reboot', 'stop-start', 'force-stop'] as const)(
    '%s that was not accepted changes nothing of it',
    (remediation) => {
      for (const outcome of [REFUSED, UNAVAILABLE, { kind: 'not-asked' } as const]) {
        expect(done(ill({ progress: served }), remediation, { outcome }).incident).toMatchObject({
          progress: served,
        });
      }
    },
  );

  it.each([
    ['start', 1],
    ['reboot', 1],
    ['restart-service', 1],
    ['stop-start', 0],
    ['force-stop', 0],
    ['change-type', 0],
    ['reserve-capacity', 0],
  ] as const)('%s counts against the budget of starts and reboots: %i (S8)', (act, count) => {
    expect(done(ill(), act).starts).toHaveLength(count);
    expect(done(ill(), act, { outcome: REFUSED }).starts).toEqual([]);
  });

  it('a forced stop of what is down already: it stays so', () => {
    const down = { kind: 'down', since: at(0) } as const;
    expect(done(ill({ progress: down }), 'force-stop').incident?.progress).toBe(down);
  });

  describe('the outage window', () => {
    const outage = { lastKnownGood: at(-60), firstKnownBad: at(0) };

    it('of what was impaired began with that', () => {
      expect(done(ill({ outage }), 'reboot').incident?.outage).toEqual(outage);
    });

    it('of a planned move begins with the move, not with its announcement', () => {
      const { incident } = done(ill({ outage, condition: 'planned' }), 'stop-start');
      expect(incident?.outage).toEqual({ lastKnownGood: at(3), firstKnownBad: at(5) });
    });

    it('begins anew where it had served again', () => {
      const again = ill({ outage: { ...outage, goodAgain: at(2) }, progress: served });
      expect(done(again, 'reboot').incident?.outage).toEqual({
        lastKnownGood: at(2),
        firstKnownBad: at(5),
      });
    });
  });

  describe('its own type', () => {
    const onAnother = { ...ill(), ownType: 'm5.large' };
    const typeAfter = (record: InstanceRecord, detail: string, outcome?: AttemptOutcome) =>
      done(record, 'change-type', { detail, ...(outcome && { outcome }) }).ownType;

    it('is remembered while it is on another one', () => {
      expect(typeAfter(ill(), 'm6a.large')).toBe('m6i.large');
      expect(typeAfter(onAnother, 'm6a.large')).toBe('m5.large');
    });

    it('is forgotten once it is back', () => {
      expect(typeAfter(onAnother, 'm5.large')).toBeUndefined();
    });

    it('is NOT touched by a change that EC2 refused', () => {
      expect(typeAfter(ill(), 'm6a.large', REFUSED)).toBeUndefined();
      expect(typeAfter(onAnother, 'm5.large', REFUSED)).toBe('m5.large');
    });

    // Why this test? EC2 made the change, its answer was lost, and the other type became its own.
    it.each([
      ['was lost', { kind: 'unavailable', code: 'TimeoutError' } as const],
      ['never came', { kind: 'intended' } as const],
    ])('is remembered where the answer to the change %s', (_, outcome) => {
      const record = done(ill(), 'change-type', { detail: 'm6a.large', outcome });
      expect(record.ownType).toBe('m6i.large');
      const label = { ...record.label, instanceType: 'm6a.large' };
      const next = done({ ...record, label }, 'change-type', { detail: 'm7i.large' });
      expect(next.ownType).toBe('m6i.large');
    });
  });
});
