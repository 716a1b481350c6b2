import fc from 'fast-check';
import type { Cause } from '../../lambda/core/cause';
import type { Situation } from '../../lambda/core/decide';
import type { Attempt, AttemptOutcome, Incident, Progress } from '../../lambda/core/incident';
import type { Check, Checks, InstanceState, InstanceView } from '../../lambda/core/observation';
import type { Pause } from '../../lambda/core/pause';
import type { Policy } from '../../lambda/core/policy';
import type { EscalateReason } from '../../lambda/core/reasons';
import type { Instant } from '../../lambda/core/time';
import { aPolicy, aSituation, aView, anIncident, at } from './builders';

/** Times within four days around T0, most of them close to it. */
export const anyTime: fc.Arbitrary<Instant> = fc
  .oneof(fc.integer({ min: -700, max: 700 }), fc.integer({ min: -100_000, max: 300_000 }))
  .map(at);

const times = (maxLength: number) =>
  fc.array(anyTime, { maxLength }).map((list) => list.toSorted((one, other) => one - other));

const STATES: readonly InstanceState[] = [
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
];
export const anyState = fc.oneof(
  fc.constant<InstanceState>('stopped'),
  fc.constantFrom<InstanceState>('stopped', 'running'),
  fc.constantFrom(...STATES),
);

const anyCheck: fc.Arbitrary<Check> = fc.record({
  status: fc.constantFrom<Check['status']>(
    'ok',
    'ok',
    'impaired',
    'initializing',
    'insufficient-data',
    'not-applicable',
    'not-configured',
    'unknown',
  ),
  impairedSince: fc.option(anyTime, { nil: undefined }),
});

export const anyChecks: fc.Arbitrary<Checks> = fc.record({
  system: anyCheck,
  instance: anyCheck,
  attachedEbs: anyCheck,
  application: anyCheck,
});

export const anyView: fc.Arbitrary<InstanceView> = fc
  .record({ state: anyState, launchTime: anyTime, checks: anyChecks })
  .map((over) => aView(over));

export const anyCause: fc.Arbitrary<Cause> = fc.record({
  kind: fc.constantFrom<Cause['kind']>(
    'aws',
    'aws',
    'api',
    'guest',
    'scheduler',
    'spot',
    'self',
    'unknown',
  ),
  detail: fc.constantFrom<Cause['detail']>(
    'plain',
    'plain',
    'capacity',
    'suspect',
    'game-day',
    'configuration',
  ),
  confidence: fc.constantFrom<Cause['confidence']>('high', 'medium', 'low'),
  evidence: fc.constant([]),
});

const anyOutcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
  anyTime.map((when) => ({ kind: 'accepted' as const, at: when })),
  fc.constant({ kind: 'intended' as const }),
  fc.constant({ kind: 'no-capacity' as const, code: 'InsufficientInstanceCapacity' }),
  fc.constant({ kind: 'unavailable' as const, code: 'RequestLimitExceeded' }),
  fc.constant({ kind: 'wrong-state' as const, code: 'IncorrectInstanceState' }),
  fc.constant({ kind: 'refused' as const, code: 'UnauthorizedOperation', message: 'no' }),
);

const anyAttempts: fc.Arbitrary<readonly Attempt[]> = fc
  .array(
    fc.record({
      remediation: fc.constant('start' as const),
      reason: fc.constantFrom('stopped-by-aws' as const, 'start-fell-back' as const),
      at: anyTime,
      outcome: anyOutcome,
    }),
    { maxLength: 4 },
  )
  .map((list) => list.toSorted((one, other) => one.at - other.at));

const anyProgress: fc.Arbitrary<Progress> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Progress>({ kind: 'down' }) },
  fc.record({ kind: fc.constant('booting' as const), launchTime: anyTime, since: anyTime }),
  fc.record({
    kind: fc.constant('serving' as const),
    launchTime: anyTime,
    at: anyTime,
    proof: fc.constant('ready-event' as const),
    passes: fc.nat({ max: 3 }),
  }),
);

const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    openedAt: anyTime,
    condition: fc.constantFrom<Incident['condition']>('stopped', 'impaired', 'terminated'),
    cause: anyCause,
    mandate: fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: 'rescue' as const }) },
      {
        weight: 1,
        arbitrary: fc.constant({
          kind: 'hands-off' as const,
          reason: 'stopped-while-paused' as const,
        }),
      },
    ),
    launchTimeBefore: anyTime,
    attempts: fc.oneof(fc.constant([]), anyAttempts),
    progress: anyProgress,
    served: times(2),
    escalated: fc.array(
      fc.record({
        reason: fc.constantFrom<EscalateReason>('no-capacity', 'start-refused', 'paused'),
        at: anyTime,
      }),
      { maxLength: 3 },
    ),
  })
  .map((over) => anIncident(over));

const anyPause: fc.Arbitrary<Pause> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Pause>({ kind: 'none' }) },
  { weight: 1, arbitrary: fc.constant<Pause>({ kind: 'held', note: '' }) },
  {
    weight: 1,
    arbitrary: anyTime.map((until): Pause => ({ kind: 'paused', until, note: '' })),
  },
);

export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    mode: fc.constantFrom<Policy['mode']>('act', 'act', 'observe'),
    onGuestShutdown: fc.constantFrom<'alert' | 'start'>('alert', 'start'),
    onUnknownStop: fc.constantFrom<'alert' | 'start'>('alert', 'start'),
    readyEvent: fc.boolean(),
    recoveredAfter: fc.integer({ min: 1, max: 10 }),
    budget: fc.record({
      perHour: fc.integer({ min: 1, max: 10 }),
      perDay: fc.integer({ min: 1, max: 24 }),
    }),
  })
  .map((over) => aPolicy(over));

/** Situations of every shape, also such as the shell never makes. */
export const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    view: anyView,
    incident: anyIncident,
    policy: anyPolicy,
    pause: anyPause,
    starts: fc.oneof(fc.constant([]), times(4)),
    now: anyTime,
  })
  .map((over) => aSituation(over));
