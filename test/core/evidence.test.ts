import fc from 'fast-check';
import { evidenceOf, mergeEvidence, type Evidence } from '../../lambda/core/evidence';
import { after, before, hours, instant, minutes, ms, type Instant } from '../../lambda/core/time';
import { alarm, apiCall, event, health, ID, signalOf, stateChange } from './signals/event';

const NOW = instant(Date.UTC(2024, 7, 1, 12, 15));

type HealthFact = Extract<Evidence, { kind: 'health' }>;
const healthFact = (over: Partial<HealthFact> = {}): HealthFact => ({
  kind: 'health',
  at: before(NOW, minutes(10)),
  key: 'one',
  eventArn: 'arn:one',
  code: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
  topic: 'availability-issue',
  status: 'open',
  entityStatus: 'impaired',
  description: '',
  ...over,
});
const ready = (at: Instant): Evidence => ({ kind: 'ready', at });
const change = (at: Instant, state: 'stopping' | 'stopped' = 'stopped'): Evidence => ({
  kind: 'state-change',
  at,
  state,
});

describe('what is remembered of a signal', () => {
  it('is a state change with its time', () => {
    const signal = signalOf(stateChange({ 'instance-id': ID, state: 'stopped' }), 'state-change');
    expect(evidenceOf(signal)).toEqual({ kind: 'state-change', at: signal.at, state: 'stopped' });
  });

  it('is a call with its actor', () => {
    const signal = signalOf(apiCall(), 'api-call');
    expect(evidenceOf(signal)).toMatchObject({ call: 'StopInstances', actor: signal.actor });
  });

  it('is what Health says, as of its last update rather than of the envelope', () => {
    const signal = signalOf(health(), 'health');
    expect(signal.updatedAt).not.toBe(signal.at);
    expect(evidenceOf(signal)).toMatchObject({
      at: signal.updatedAt,
      key: signal.key,
      code: signal.eventTypeCode,
      startsAt: signal.startsAt,
    });
  });

  it('is an alarm', () => {
    const fact = evidenceOf(signalOf(alarm(), 'alarm'));
    expect(fact).toMatchObject({ kind: 'alarm', alarmName: 'pod-23 system check', state: 'ALARM' });
  });

  it('is nothing of a sweep or a tick', () => {
    const sweep = { source: 'watchdog.scheduler', 'detail-type': 'Sweep', detail: {} };
    const tick = { source: 'watchdog.queue', 'detail-type': 'Tick', detail: { generation: 1 } };
    expect(evidenceOf(signalOf(event(sweep), 'sweep'))).toBeUndefined();
    expect(evidenceOf(signalOf(event(tick), 'tick'))).toBeUndefined();
  });
});

describe('joining evidence', () => {
  it('keeps each fact once, the newest last', () => {
    const [first, second] = [change(before(NOW, minutes(5))), change(before(NOW, minutes(1)))];
    expect(mergeEvidence([second], [first, second, first], NOW)).toEqual([first, second]);
  });

  it('keeps a stopping and a stopped of the same second', () => {
    const at = before(NOW, minutes(1));
    expect(mergeEvidence([change(at, 'stopping')], [change(at, 'stopped')], NOW)).toHaveLength(2);
  });

  it.each([
    ['an update', healthFact({ at: before(NOW, minutes(1)), status: 'closed', key: 'two' })],
    ['an update of the same second', healthFact({ status: 'closed', key: 'a' })],
  ])('replaces the word of Health by %s, in whatever order they come', (_name, update) => {
    const opened = healthFact();
    expect(mergeEvidence([opened], [update], NOW)).toEqual([update]);
    expect(mergeEvidence([update], [opened], NOW)).toEqual([update]);
  });

  it('does not replace it by the word on another event', () => {
    const other = healthFact({ eventArn: 'arn:two', key: 'two' });
    expect(mergeEvidence([healthFact()], [other], NOW)).toHaveLength(2);
  });

  it('keeps of one alarm the newest state, and of ready events the newest', () => {
    const state = (value: 'ALARM' | 'OK', at: Instant): Evidence => ({
      kind: 'alarm',
      at,
      alarmName: 'x',
      state: value,
    });
    const facts = [
      state('ALARM', before(NOW, minutes(3))),
      ready(before(NOW, minutes(2))),
      state('OK', before(NOW, minutes(1))),
      ready(NOW),
    ];
    expect(mergeEvidence([], facts, NOW)).toEqual([facts[2], facts[3]]);
  });

  it('forgets what is older than 48 hours, and not what is just within', () => {
    const old = change(before(NOW, ms(hours(48) + 1)));
    const young = change(before(NOW, hours(48)));
    expect(mergeEvidence([old, young], [], NOW)).toEqual([young]);
  });

  it('keeps the notice of a retirement until 48 hours past its date', () => {
    const startsAt = before(NOW, hours(47));
    const notice = healthFact({ at: before(NOW, hours(24 * 14)), startsAt, status: 'upcoming' });
    expect(mergeEvidence([notice], [], NOW)).toEqual([notice]);
    expect(mergeEvidence([notice], [], after(NOW, hours(2)))).toEqual([]);
  });

  it('does not believe a time in the future: it would be the newest for ever', () => {
    const near = ready(after(NOW, minutes(4)));
    expect(mergeEvidence([], [ready(after(NOW, hours(1)))], NOW)).toEqual([]);
    expect(mergeEvidence([], [near], NOW)).toEqual([near]);
  });

  it('keeps the newest 20', () => {
    const facts = Array.from({ length: 30 }, (_, index) => change(before(NOW, minutes(index))));
    const kept = mergeEvidence([], facts, NOW);
    expect(kept).toHaveLength(20);
    expect(kept.at(-1)).toEqual(facts[0]);
    expect(kept[0]).toEqual(facts[19]);
  });
});

describe('joining evidence, always', () => {
  const at = fc.integer({ min: -10, max: 50 * 60 }).map((count) => before(NOW, minutes(count)));
  const fact: fc.Arbitrary<Evidence> = fc.oneof(
    at.map(ready),
    fc
      .tuple(at, fc.constantFrom('stopping' as const, 'stopped' as const))
      .map(([when, state]) => change(when, state)),
    fc
      .record({
        at,
        key: fc.constantFrom('one', 'two', 'three'),
        eventArn: fc.constantFrom('arn:one', 'arn:two'),
        status: fc.constantFrom('open' as const, 'closed' as const, 'upcoming' as const),
        startsAt: fc.option(at, { nil: undefined }),
      })
      .map(healthFact),
    fc
      .record({
        at,
        call: fc.constantFrom('StopInstances' as const, 'StartInstances' as const),
        principal: fc.constantFrom('a', 'b'),
      })
      .map(({ principal, ...rest }) => ({
        kind: 'api-call' as const,
        ...rest,
        actor: { principal, kind: 'person' as const },
      })),
  );
  const facts = fc.array(fact, { maxLength: 40 });
  const merge = (known: readonly Evidence[], fresh: readonly Evidence[]) =>
    mergeEvidence(known, fresh, NOW);

  it('changes nothing when it is done twice', () => {
    fc.assert(
      fc.property(facts, facts, (known, fresh) => {
        const once = merge(known, fresh);
        expect(merge(once, fresh)).toEqual(once);
        expect(merge(once, known)).toEqual(once);
      }),
    );
  });

  it('ends alike in whatever order and in whatever portions the facts come', () => {
    fc.assert(
      fc.property(facts, facts, facts, (one, two, three) => {
        const together = merge([], [...one, ...two, ...three]);
        expect(merge(merge(one, two), three)).toEqual(together);
        expect(merge(three, merge(two, one))).toEqual(together);
        expect(merge([...three].toReversed(), [...one, ...two].toReversed())).toEqual(together);
      }),
    );
  });

  it('is bounded, and sorted with the newest last', () => {
    fc.assert(
      fc.property(facts, facts, (known, fresh) => {
        const times = merge(known, fresh).map((kept) => kept.at);
        expect(times.length).toBeLessThanOrEqual(20);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }),
    );
  });
});
