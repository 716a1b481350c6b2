import fc from 'fast-check';
import type { Evidence } from '../../lambda/core/evidence';
import type { InstanceView } from '../../lambda/core/observation';
import type { InstanceRecord } from '../../lambda/core/record';
import { step, type Step, type StepInput } from '../../lambda/core/step';
import { between, hours } from '../../lambda/core/time';
import {
  AWS_STOP,
  BOOT,
  ENROLLED,
  GUEST_STOP,
  T0,
  UNKNOWN_CHECKS,
  USER_STOP,
  aPolicy,
  aRecord,
  aView,
  anIncident,
  at,
  healthEvent,
  impaired,
  policiesOf,
  readyEvent,
  stateChange,
  stopCall,
  stoppedView,
  tagged,
} from './builders';
import { anyChecks, anyPolicy, anyState, anyTime } from './situations';

const look = (over: Partial<StepInput> = {}): Step =>
  step({
    view: stoppedView(),
    record: aRecord(),
    fresh: [],
    policies: policiesOf(aPolicy()),
    lastSweepAt: undefined,
    now: at(2),
    ...over,
  });
const brief = ({ decision }: Step): string => `${decision.kind} ${decision.reason}`;

describe('an instance that is left alone', () => {
  it.each<[string, Partial<InstanceView>, string]>([
    ['Spot', { lifecycle: 'spot' }, 'ignore out-of-scope'],
    ['a capacity block', { lifecycle: 'capacity-block' }, 'ignore out-of-scope'],
    [
      'an Auto Scaling member',
      { tags: tagged({ 'aws:autoscaling:groupName': 'web' }) },
      'ignore out-of-scope',
    ],
    ['service-managed', { operator: 'eks.amazonaws.com' }, 'ignore out-of-scope'],
    ['instance-store root', { rootDevice: 'instance-store' }, 'ignore out-of-scope'],
    ['an unknown policy', { tags: tagged({ watchdog: 'livchat' }) }, 'ignore unknown-policy'],
    ['an empty policy', { tags: tagged({ watchdog: '' }) }, 'ignore unknown-policy'],
    [
      'a policy by another case',
      { tags: tagged({ watchdog: 'LiveChat' }) },
      'ignore unknown-policy',
    ],
  ])('%s: told once, never acted on, no incident', (_name, over, expected) => {
    const view = stoppedView(AWS_STOP, over);
    const first = look({ view });
    expect(brief(first)).toBe(expected);
    expect(first.record.incident).toBeUndefined();
    expect(first.record.outbox).toHaveLength(1);
    const second = look({ view, record: { ...first.record, outbox: [] }, now: at(70) });
    expect(second.record.outbox).toEqual([]);
  });

  it('with no opt-in tag at all is NOT started', () => {
    const view = stoppedView(AWS_STOP, { tags: { Name: 'pod-23' } });
    expect(look({ view }).decision.kind).toBe('ignore');
  });

  it('and whose opt-in tag has spaces around is under that policy', () => {
    const view = stoppedView(AWS_STOP, { tags: tagged({ watchdog: ' livechat ' }) });
    expect(brief(look({ view }))).toBe('remediate stopped-by-aws');
  });

  it('with no policies at all nothing is started: empty means none, never all', () => {
    expect(brief(look({ policies: new Map() }))).toBe('ignore unknown-policy');
  });
});

describe('an instance without an incident', () => {
  it.each<[string, Partial<StepInput>, string]>([
    ['runs', { view: aView() }, 'ignore healthy'],
    ['boots', { view: aView({ state: 'pending' }) }, 'ignore healthy'],
    ['has unread checks', { view: aView({ checks: UNKNOWN_CHECKS }) }, 'ignore healthy'],
    ['is impaired for a moment', { view: aView({ checks: impaired(T0) }) }, 'defer tolerated'],
    [
      'is impaired right after its boot',
      { view: aView({ checks: impaired(at(-200)), launchTime: at(-250) }) },
      'defer startup-grace',
    ],
    ['is not there', { view: undefined }, 'ignore unseen'],
    [
      'is terminated and was never enrolled',
      {
        view: stoppedView(USER_STOP, { state: 'terminated' }),
        record: aRecord({ enrolment: { kind: 'unseen' } }),
      },
      'ignore unseen',
    ],
  ])('that %s: no incident, no alert', (_name, over, expected) => {
    const taken = look(over);
    expect(brief(taken)).toBe(expected);
    expect(taken.record.incident).toBeUndefined();
    expect(taken.record.outbox).toEqual([]);
  });

  it.each<[string, InstanceView, string]>([
    ['AWS stopped', stoppedView(), 'remediate stopped-by-aws'],
    ['AWS is stopping', stoppedView(AWS_STOP, { state: 'stopping' }), 'defer still-stopping'],
    ['a person stopped', stoppedView(USER_STOP), 'ignore stopped-by-person'],
    ['shut itself down', stoppedView(GUEST_STOP), 'escalate guest-shutdown'],
    ['was terminated', stoppedView(USER_STOP, { state: 'terminated' }), 'escalate terminated'],
    ['is impaired', aView({ checks: impaired(at(-600)) }), 'defer takedown-unchecked'],
    [
      'cannot reach its volumes',
      aView({ checks: impaired(at(-600), 'attachedEbs') }),
      'escalate impaired',
    ],
  ])('that %s gets one, and one alert', (_name, view, expected) => {
    const taken = look({ view });
    expect(brief(taken)).toBe(expected);
    expect(taken.record.incident).toBeDefined();
    expect(taken.record.outbox).toHaveLength(1);
  });
});

describe('what may be rescued', () => {
  const enrolled = (over: object) => ({ ...ENROLLED, ...over }) as InstanceRecord['enrolment'];
  const dead = stoppedView(AWS_STOP, { transitionAt: T0 });

  it.each<[string, InstanceRecord['enrolment'], readonly Evidence[], boolean]>([
    ['enrolled', ENROLLED, [], true],
    ['enrolled, last check 47 h before', enrolled({ checkedAt: at(-47 * 3_600) }), [], true],
    ['enrolled, last check 49 h before', enrolled({ checkedAt: at(-49 * 3_600) }), [], false],
    [
      'enrolled long ago, the stop just seen',
      enrolled({ checkedAt: at(-49 * 3_600) }),
      [stateChange('stopped')],
      true,
    ],
    ['enrolled after the stop', enrolled({ at: at(1), checkedAt: at(1) }), [], false],
    ['never seen', { kind: 'unseen' }, [], false],
    ['never seen, stop event just now', { kind: 'unseen' }, [stateChange('stopping')], true],
    [
      'never seen, stop event of 5 min ago',
      { kind: 'unseen' },
      [stateChange('stopped', at(-298))],
      false,
    ],
    [
      'never seen, stop event of an earlier boot',
      { kind: 'unseen' },
      [stateChange('stopped', at(-400))],
      false,
    ],
    ['never seen, another event', { kind: 'unseen' }, [stateChange('running')], false],
  ])('%s: %#', (_name, enrolment, fresh, expected) => {
    const launchTime = fresh[0]?.at === at(-400) ? at(-350) : BOOT;
    const view = { ...dead, launchTime };
    const taken = look({ view, record: aRecord({ enrolment }), fresh });
    expect(brief(taken)).toBe(
      expected ? 'remediate stopped-by-aws' : 'escalate stopped-before-enrolment',
    );
  });
});

describe('the outage window', () => {
  it('begins with the first event of this stop', () => {
    const fresh = [stateChange('stopping', at(-20)), stateChange('stopped', at(1))];
    expect(look({ fresh }).record.incident?.outage.firstKnownBad).toBe(at(-20));
  });

  it('does NOT begin with an event of an earlier boot', () => {
    const view = stoppedView(AWS_STOP, { launchTime: at(-100) });
    const fresh = [stateChange('stopped', at(-200)), stateChange('stopped', at(1))];
    expect(look({ view, fresh }).record.incident?.outage.firstKnownBad).toBe(at(1));
  });

  it("takes EC2's own date where the event was lost, and never lies in the future", () => {
    const lost = stoppedView(AWS_STOP, { transitionAt: at(-45) });
    expect(look({ view: lost }).record.incident?.outage.firstKnownBad).toBe(at(-45));
    const ahead = stoppedView(AWS_STOP, { transitionAt: at(30) });
    expect(look({ view: ahead }).record.incident?.outage.firstKnownBad).toBe(at(2));
  });

  it('was last known good at the last sweep before it', () => {
    const fresh = [stateChange('stopping')];
    const taken = look({ fresh, lastSweepAt: at(-40) });
    expect(taken.record.incident?.outage.lastKnownGood).toBe(at(-40));
    const late = look({ fresh, lastSweepAt: at(1) });
    expect(late.record.incident?.outage.lastKnownGood).toBe(
      ENROLLED.kind === 'enrolled' ? ENROLLED.checkedAt : 0,
    );
  });
});

describe('AWS Health without a state change', () => {
  it('is told once for a server that runs, and nothing is done', () => {
    const view = aView();
    const first = look({ view, fresh: [healthEvent(), healthEvent()] });
    expect(first.record.outbox).toMatchObject([{ kind: 'notice', severity: 'warning' }]);
    expect(first.record.incident).toBeUndefined();
    const again = look({ view, record: { ...first.record, outbox: [] }, fresh: [healthEvent()] });
    expect(again.record.outbox).toEqual([]);
  });

  it('of an incident that is open adds no message of its own', () => {
    const first = look();
    const again = look({ record: { ...first.record, outbox: [] }, fresh: [healthEvent()] });
    expect(again.record.outbox).toEqual([]);
    expect(again.record.evidence).toHaveLength(1);
  });
});

describe('an incident that is over and not yet told', () => {
  it('is left as it is', () => {
    const incident = anIncident({ resolved: { at: at(1), reason: 'recovered' } });
    const record = aRecord({ incident });
    const taken = look({ record });
    expect(brief(taken)).toBe('ignore handed-over');
    expect(taken.record.incident).toEqual(incident);
  });
});

describe('the timeline', () => {
  it('keeps each change of the decision once, and no more than 60', () => {
    let record = look().record;
    for (let index = 0; index < 200; index += 1) {
      const view =
        index % 2 === 0
          ? aView({ launchTime: at(5), checks: UNKNOWN_CHECKS })
          : stoppedView(USER_STOP, { launchTime: at(5) });
      record = look({ view, record, now: at(400 + index) }).record;
      record = look({ view, record, now: at(400 + index) }).record;
    }
    const timeline = record.incident?.timeline ?? [];
    expect(timeline).toHaveLength(60);
    expect(timeline.filter(({ reason }, index) => reason === timeline[index - 1]?.reason)).toEqual(
      [],
    );
  });
});

const anyFact: fc.Arbitrary<Evidence> = fc.oneof(
  anyTime.map((when) => stateChange('stopped', when)),
  anyTime.map((when) => stateChange('stopping', when)),
  anyTime.map((when) => stopCall(when)),
  anyTime.map(readyEvent),
  anyTime.map((when) => healthEvent({ at: when })),
);

const anyInput: fc.Arbitrary<StepInput> = fc
  .record({
    view: fc.option(
      fc
        .record({
          state: anyState,
          launchTime: anyTime,
          checks: anyChecks,
          code: fc.constantFrom(AWS_STOP, USER_STOP, GUEST_STOP, 'Server.InternalError', ''),
          tags: fc.constantFrom({}, { 'watchdog:hold': 'x' }, { watchdog: 'nobody' }),
        })
        .map(({ code, tags, ...over }) => stoppedView(code, { ...over, tags: tagged(tags) })),
      { nil: undefined, freq: 10 },
    ),
    fresh: fc.array(anyFact, { maxLength: 5 }),
    policy: anyPolicy,
    now: anyTime,
    isEnrolled: fc.boolean(),
  })
  .map(({ view, fresh, policy, now, isEnrolled }) => ({
    view,
    fresh,
    policies: policiesOf(policy),
    lastSweepAt: undefined,
    now,
    record: aRecord(isEnrolled ? {} : { enrolment: { kind: 'unseen' } }),
  }));

const RUNS = { seed: 20_240_801, numRuns: 2_000 };

describe('whatever is seen', () => {
  it('a second look at the same adds no alert and changes nothing', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const first = step(input);
        const second = step({ ...input, fresh: [], record: first.record });
        expect(second.record.outbox).toEqual(first.record.outbox);
        if (second.decision.kind === 'resolve') return;
        expect(second.record).toEqual(first.record);
        expect(second.isNew).toBe(false);
      }),
      RUNS,
    );
  });

  it('evidence that comes again, in any order, adds no alert and no other decision', () => {
    fc.assert(
      fc.property(anyInput, fc.nat(), (input, turn) => {
        const first = step(input);
        const { fresh } = input;
        const shuffled = [...fresh.slice(turn % 5), ...fresh.slice(0, turn % 5).toReversed()];
        const other = step({ ...input, fresh: [...shuffled, ...fresh] });
        expect(other.decision).toEqual(first.decision);
        expect(other.record.incident).toEqual(first.record.incident);
        expect(other.record.outbox).toHaveLength(first.record.outbox.length);
        const again = step({ ...input, fresh: shuffled, record: first.record });
        expect(again.record.outbox).toEqual(first.record.outbox);
      }),
      RUNS,
    );
  });

  it('a look changes nothing of what it was given', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const before = JSON.stringify(input);
        step(input);
        expect(JSON.stringify(input)).toBe(before);
      }),
      RUNS,
    );
  });

  it('one look adds at most two alerts to an incident, each key once', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { outbox } = step(input).record;
        expect(new Set(outbox.map(({ key }) => key)).size).toBe(outbox.length);
        expect(outbox.filter(({ kind }) => kind !== 'notice').length).toBeLessThanOrEqual(2);
      }),
      RUNS,
    );
  });

  it('starts of the last day are kept, older ones forgotten', () => {
    fc.assert(
      fc.property(anyInput, fc.array(anyTime), (input, starts) => {
        const { record } = step({ ...input, record: { ...input.record, starts } });
        expect(record.starts).toEqual(
          starts.filter((start) => between(start, input.now) < hours(24)),
        );
      }),
      RUNS,
    );
  });
});
