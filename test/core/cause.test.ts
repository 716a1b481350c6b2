import fc from 'fast-check';
import { classify } from '../../lambda/core/cause';
import type { Actor } from '../../lambda/core/signals/signal';
import type { Evidence } from '../../lambda/core/evidence';
import type { InstanceState } from '../../lambda/core/observation';
import { after, before, hours, minutes, seconds } from '../../lambda/core/time';
import {
  DOWN,
  NOW,
  PERSON,
  call,
  downEvent,
  retirement,
  judge,
  summary,
  USER,
} from './stopped-server';

describe('the code of a stop', () => {
  it.each([
    ['Server.ScheduledStop', 'Stopped due to scheduled retirement', 'aws plain high'],
    ['Server.SomethingNew', '', 'aws plain medium'],
    ['Server.InternalError', 'Internal error on launch', 'aws plain medium'],
    [
      'Server.InternalError',
      'Client.VolumeLimitExceeded: Volume limit exceeded',
      'unknown configuration medium',
    ],
    ['Server.InsufficientInstanceCapacity', 'Insufficient capacity', 'aws capacity high'],
    ['Server.SpotInstanceShutdown', '', 'spot plain high'],
    ['Server.SpotInstanceTermination', '', 'spot plain high'],
    [USER, 'User initiated shutdown', 'api plain high'],
    ['Client.UserInitiatedHibernate', '', 'api plain high'],
    ['Client.InstanceInitiatedShutdown', '', 'guest plain high'],
    ['Client.InstanceTerminated', '', 'api plain medium'],
    ['Client.InternalError', 'Client error on launch', 'unknown configuration medium'],
    ['Client.VolumeLimitExceeded', '', 'unknown configuration high'],
    ['Client.InvalidSnapshot.NotFound', '', 'unknown configuration high'],
    ['Client.SomethingNew', '', 'unknown plain low'],
    ['server.scheduledstop', '', 'unknown plain low'],
    ['User initiated (2024-08-01 12:10:07 GMT)', '', 'unknown plain low'],
    ['', '', 'unknown plain low'],
    [undefined, '', 'unknown plain low'],
  ])('%s (%s) means %s', (code, message, expected) => {
    expect(summary(judge(code, message))).toBe(expected);
    expect(summary(judge(code, message, { view: { state: 'stopping' } }))).toBe(expected);
  });

  it('of a Spot instance is Spot’s for any Server.*, but not for a stop through the API', () => {
    const view = { lifecycle: 'spot' };
    expect(judge('Server.ScheduledStop', '', { view }).kind).toBe('spot');
    expect(judge(USER, '', { view }).kind).toBe('api');
  });
});

describe('the state comes first', () => {
  const terminated = { view: { state: 'terminated' as InstanceState } };

  it.each([
    [USER, 'api plain medium'],
    ['Client.InstanceInitiatedShutdown', 'guest plain medium'],
    ['Server.SpotInstanceTermination', 'spot plain medium'],
    ['Server.InternalError', 'aws plain medium'],
    ['Server.InsufficientInstanceCapacity', 'aws plain medium'],
    ['Client.InternalError', 'unknown plain medium'],
  ])('a terminated instance with %s was not stopped: %s', (code, expected) => {
    const cause = judge(code, '', terminated);
    expect(summary(cause)).toBe(expected);
    expect(cause.evidence[0]).toMatch(/the state is terminated$/);
    expect(cause.evidence).toContain('No TerminateInstances call seen so far');
  });

  it('names who terminated it, and does not ask who stopped it', () => {
    const terminate = { ...call(DOWN), call: 'TerminateInstances' } as Evidence;
    const named = judge(USER, '', { ...terminated, evidence: [terminate] });
    expect([summary(named), named.actor?.principal]).toEqual(['api plain high', PERSON]);
    expect(judge(USER, '', { ...terminated, evidence: [call(DOWN)] }).actor).toBeUndefined();
  });

  it('an instance that runs has no cause, whatever code is left over', () => {
    for (const state of ['running', 'pending'] as const) {
      expect(summary(judge('Server.ScheduledStop', '', { view: { state } }))).toBe(
        'unknown plain low',
      );
    }
  });
});

describe('a start of ours that does not hold', () => {
  const ours = before(DOWN, seconds(42));
  const ourBoot = { startedByUsAt: ours, view: { launchTime: after(ours, seconds(1)) } };

  it.each(['Server.InternalError', 'Client.InternalError', 'Server.SomethingNew'])(
    'makes %s suspect',
    (code) => {
      const cause = judge(code, '', ourBoot);
      expect(summary(cause)).toBe('aws suspect medium');
      expect(cause.evidence[1]).toBe(
        "It did not hold: the watchdog's start was accepted at 12:09:25 UTC",
      );
    },
  );

  it.each(['Server.ScheduledStop', 'Server.InsufficientInstanceCapacity', USER])(
    'does not make %s suspect',
    (code) => {
      expect(judge(code, '', ourBoot).detail).not.toBe('suspect');
    },
  );

  it('is not one that held for longer than ten minutes', () => {
    const at = (count: number) => {
      const start = before(DOWN, seconds(count));
      const view = { launchTime: after(start, seconds(1)) };
      return judge('Server.InternalError', '', { startedByUsAt: start, view }).detail;
    };
    expect([at(600), at(601)]).toEqual(['suspect', 'plain']);
  });

  it('is not our start of the boot before', () => {
    const view = { launchTime: before(ours, hours(1)) };
    expect(judge('Server.InternalError', '', { startedByUsAt: ours, view }).detail).toBe('plain');
  });

  it('is known by the failed launch where nothing says when it stopped, also later', () => {
    const late = { ...ourBoot, evidence: [], now: after(NOW, hours(3)) };
    expect(judge('Client.InternalError', '', late).detail).toBe('suspect');
    expect(judge('Server.SomethingNew', '', late).detail).toBe('plain');
  });
});

describe('without a reason', () => {
  const without = (...evidence: readonly Evidence[]) =>
    judge(undefined, '', { evidence: [downEvent, ...evidence] });

  it('is a person’s stop when CloudTrail has one', () => {
    expect(summary(without(call(before(DOWN, seconds(9)))))).toBe('api plain medium');
  });

  it('is AWS’s when a retirement was due', () => {
    expect(summary(without(retirement()))).toBe('aws plain medium');
  });

  it.each([
    ['is over', { status: 'closed' }],
    ['is resolved', { entityStatus: 'resolved' }],
    ['is still to come', { startsAt: after(DOWN, hours(1)) }],
    ['was due long ago', { startsAt: before(DOWN, hours(25)) }],
    ['has no date', { startsAt: undefined }],
    ['is only an issue', { topic: 'availability-issue' }],
  ])('stays unknown when the retirement %s', (_name, over) => {
    expect(summary(without(retirement(over)))).toBe('unknown plain low');
  });

  it('is a person’s rather than a due retirement’s', () => {
    expect(without(retirement(), call(before(DOWN, seconds(9)))).kind).toBe('api');
  });
});

describe('a verdict, always', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom('Client.UserInitiatedShutdown', 'Server.InternalError', 'Client.', 'Server.'),
    fc.string().map((tail) => `Server.${tail}`),
    fc.string().map((tail) => `Client.UserInitiated${tail}`),
  );
  const time = fc.integer({ min: -600, max: 6_000 }).map((count) => before(DOWN, minutes(count)));
  const fact: fc.Arbitrary<Evidence> = fc.oneof(
    time.map((at) => ({ ...downEvent, at })),
    fc
      .tuple(
        time,
        fc.record({
          principal: text,
          kind: fc.constantFrom<Actor['kind']>('person', 'fis', 'watchdog', 'scheduler'),
        }),
      )
      .map(([at, by]) => call(at, by)),
    fc
      .tuple(time, fc.option(time, { nil: undefined }), text)
      .map(([at, startsAt, code]) => retirement({ at, startsAt, code })),
  );
  const input = fc.record({
    view: fc.record(
      {
        state: fc.constantFrom<InstanceState>('stopped', 'stopping', 'terminated', 'running'),
        stateReason: fc.record({ code: text, message: text }),
        launchTime: time,
        transitionAt: time,
        lifecycle: fc.constantFrom('spot', 'scheduled'),
        tags: fc.dictionary(
          fc.constantFrom('IS-LastAction', 'watchdog:game-day', '__proto__'),
          text,
        ),
      },
      { requiredKeys: ['state', 'launchTime', 'tags'] },
    ),
    evidence: fc.array(fact, { maxLength: 12 }),
    startedByUsAt: fc.option(time, { nil: undefined }),
    policy: fc.constant({ schedulers: ['nightly-stop'] }),
    now: fc.constant(NOW),
  });

  it('is printable: hostile texts come out as one line of bounded length', () => {
    fc.assert(
      fc.property(input, (drawn) => {
        const { evidence } = classify(drawn);
        expect(evidence.length).toBeGreaterThan(0);
        expect(evidence.length).toBeLessThanOrEqual(8);
        for (const line of evidence)
          expect(line).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]{1,300}$/);
      }),
      { numRuns: 500 },
    );
  });

  it('never takes a stop through the API for AWS’s, nor a person’s for a drill', () => {
    const code = fc.constantFrom(USER, 'Client.UserInitiatedHibernate');
    fc.assert(
      fc.property(input, code, (drawn, userCode) => {
        const view = {
          ...drawn.view,
          stateReason: { code: userCode, message: 'Server.ScheduledStop' },
        };
        const cause = classify({ ...drawn, view });
        expect(cause.kind).not.toBe('aws');
        expect(cause.detail).not.toBe('game-day');
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the evidence', () => {
    fc.assert(
      fc.property(input, (drawn) => {
        const distinct = drawn.evidence.filter(
          (one, index, all) => all.findIndex((other) => other.at === one.at) === index,
        );
        const forth = classify({ ...drawn, evidence: distinct });
        expect(classify({ ...drawn, evidence: distinct.toReversed() })).toEqual(forth);
      }),
    );
  });
});
