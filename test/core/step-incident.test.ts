import type { InstanceView } from '../../lambda/core/observation';
import type { InstanceRecord } from '../../lambda/core/record';
import { step, type Step, type StepInput } from '../../lambda/core/step';
import {
  AWS_STOP,
  BOOT,
  USER_STOP,
  aPolicy,
  aRecord,
  aView,
  anIncident,
  at,
  healthEvent,
  policiesOf,
  stateChange,
  stoppedView,
  INITIALIZING,
} from './builders';

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

describe('what AWS Health says during an incident', () => {
  const told = (over: Parameters<typeof healthEvent>[0]): readonly string[] => {
    const record = aRecord({ incident: anIncident() });
    return look({ record, fresh: [healthEvent(over)] }).record.outbox.map(({ kind }) => kind);
  };

  it.each<[string, Parameters<typeof healthEvent>[0]]>([
    ['a volume is lost', { topic: 'volume-lost' }],
    ['a retirement is ahead', { topic: 'retirement-scheduled', status: 'upcoming' }],
    ['the instance store degrades', { topic: 'instance-store-degraded' }],
  ])('is told when %s: no rescue mends that', (_name, over) => {
    expect(told(over)).toEqual(['notice']);
  });

  it.each<[string, Parameters<typeof healthEvent>[0]]>([
    ['it is the issue itself', {}],
    ['the retirement is happening', { topic: 'retirement-scheduled', status: 'open' }],
    ['the volume is back', { topic: 'volume-lost', status: 'closed' }],
  ])('is NOT told apart when %s', (_name, over) => {
    expect(told(over)).toEqual([]);
  });
});

describe('an incident that is over and waits for SNS', () => {
  const BOOTED = at(30);
  const over = (reason: 'recovered' | 'opt-in-removed'): InstanceRecord =>
    aRecord({
      starts: [at(10)],
      outbox: [{ key: 'serving', kind: 'serving', severity: 'info', at: at(60) }],
      incident: anIncident({
        launchTimeBefore: BOOT,
        served: [at(60)],
        progress: {
          kind: 'serving',
          launchTime: BOOTED,
          at: at(60),
          proof: 'ready-event',
          passes: 2,
        },
        resolved: { at: at(300), reason },
      }),
    });
  const again = (launchTime = BOOTED) => stoppedView(AWS_STOP, { launchTime });

  it('does not keep a new stop from being started', () => {
    const taken = look({ view: again(), record: over('recovered'), now: at(900) });
    expect(brief(taken)).toBe('remediate stopped-by-aws');
    expect(taken.record.incident?.resolved).toBeUndefined();
    // That it served in between is no longer true, and was never told.
    expect(taken.record.outbox.map(({ kind }) => kind)).toEqual(['changed']);
  });

  it('a person stopped it anew: NOT started', () => {
    const view = stoppedView(USER_STOP, { launchTime: BOOTED });
    const taken = look({ view, record: over('recovered'), now: at(900) });
    expect(brief(taken)).toBe('ignore stopped-by-person');
  });

  it.each<[string, InstanceView | undefined]>([
    ['runs', aView({ launchTime: BOOTED })],
    ['is shown as before its last boot', again(BOOT)],
    ['is not shown', undefined],
  ])('stays over while the instance %s', (_name, view) => {
    const taken = look({ view, record: over('recovered'), now: at(900) });
    expect(brief(taken)).toBe('ignore handed-over');
    expect(taken.record.incident?.resolved).toBeDefined();
  });
});

// Why this test? With SNS down for a while, "serves again" arrived after it had gone down again.
describe('that it serves again, and could not be told in time', () => {
  const booted = at(30);
  const record = aRecord({
    starts: [at(10)],
    outbox: [{ key: 'serving', kind: 'serving', severity: 'info', at: at(60) }],
    incident: anIncident({
      launchTimeBefore: BOOT,
      served: [at(60)],
      progress: {
        kind: 'serving',
        launchTime: booted,
        at: at(60),
        proof: 'ready-event',
        passes: 0,
      },
    }),
  });
  const waiting = (view: InstanceView): readonly string[] =>
    look({ record, view, now: at(90) }).record.outbox.map(({ kind }) => kind);

  it('is NOT told once it is down again', () => {
    expect(waiting(stoppedView(AWS_STOP, { launchTime: booted }))).toEqual(['changed']);
  });

  it('is NOT told once it is terminated', () => {
    expect(waiting(aView({ launchTime: booted, state: 'shutting-down' }))).toEqual([
      'needs-person',
    ]);
  });

  it('is told as long as it is true', () => {
    expect(waiting(aView({ launchTime: booted }))).toEqual(['serving']);
  });
});

// Why these tests? An event with a wrong, older time dated the next real stop back to before the
// enrolment: it was told as not ours, and nobody started it.
describe('an event of a stop from before the last look that found it well', () => {
  const enrolment = { kind: 'enrolled', at: at(-200), checkedAt: at(-200), findings: [] } as const;
  const wrong = stateChange('stopped', at(-280));
  const stopped = (over: Partial<StepInput> = {}): Step =>
    look({
      record: aRecord({ enrolment, evidence: [wrong] }),
      fresh: [stateChange('stopped')],
      ...over,
    });

  it('does not date the outage back: it is started', () => {
    const { decision, record } = stopped({ lastSweepAt: at(-20) });
    expect(decision).toMatchObject({ kind: 'remediate', remediation: 'start' });
    expect(record.incident?.outage.firstKnownBad).toBe(at(0));
  });

  it('dates it back where nobody looked since: NOT started', () => {
    const unseen = { ...enrolment, at: at(-250), checkedAt: at(-250) };
    const record = aRecord({ enrolment: unseen, evidence: [stateChange('stopped', at(-301))] });
    expect(brief(look({ record, now: at(2) }))).toContain('stopped-before-enrolment');
  });
});

// Why this test? With SNS down, "a person must act" arrived when the server had long been serving.
describe('that a person must act, and could not be told in time', () => {
  const page = { kind: 'needs-person', severity: 'critical', reason: 'held' } as const;
  const launchTime = at(30);
  const served = (outboxAt: number) =>
    look({
      view: aView({ launchTime, checks: INITIALIZING }),
      record: aRecord({
        outbox: [{ ...page, key: 'page', at: at(outboxAt) }],
        incident: anIncident({
          served: [at(60)],
          progress: { kind: 'serving', launchTime, at: at(60), proof: 'ready-event', passes: 0 },
        }),
      }),
      now: at(90),
    }).record.outbox.map(({ kind }) => kind);

  it('is no longer told once it serves', () => {
    expect(served(20)).toEqual([]);
  });

  it('is told all the same when it was decided after that', () => {
    expect(served(70)).toEqual(['needs-person']);
  });
});
