import fc from 'fast-check';
import type { Cause } from '../../lambda/core/cause';
import type { Situation } from '../../lambda/core/decision';
import type { Attempt, AttemptOutcome, Incident, Progress } from '../../lambda/core/incident';
import type { Check, Checks, InstanceState, InstanceView } from '../../lambda/core/observation';
import type { Pause } from '../../lambda/core/pause';
import { laddersOf } from '../../lambda/core/ladder';
import { DAYS } from '../../lambda/core/maintenance-window';
import { LOSSES, type Policy } from '../../lambda/core/policy';
import type { EscalateReason, RemediateReason } from '../../lambda/core/reasons';
import { TAKEDOWNS, type Takedown } from '../../lambda/core/remediation';
import type { TakedownFacts } from '../../lambda/core/takedown-facts';
import { minutes, type Instant } from '../../lambda/core/time';
import {
  OK_CHECKS,
  aPolicy,
  aSituation,
  aView,
  anIncident,
  at,
  clearFacts,
  impaired,
} from './builders';

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

const anyStart: fc.Arbitrary<Attempt> = fc.record({
  remediation: fc.constant('start' as const),
  reason: fc.constantFrom('stopped-by-aws' as const, 'start-fell-back' as const),
  at: anyTime,
  outcome: anyOutcome,
});

const anyTakedown: fc.Arbitrary<Attempt> = fc.record({
  remediation: fc.constantFrom<Takedown>(...TAKEDOWNS),
  reason: fc.constantFrom<RemediateReason>(
    'system-impaired',
    'instance-impaired',
    'application-impaired',
    'stop-scheduled',
  ),
  at: anyTime,
  outcome: anyOutcome,
});

const anyAttempts: fc.Arbitrary<readonly Attempt[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: anyStart }, { weight: 1, arbitrary: anyTakedown }), {
    maxLength: 4,
  })
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
    condition: fc.constantFrom<Incident['condition']>(
      'stopped',
      'stopped',
      'impaired',
      'planned',
      'terminated',
    ),
    planned: fc.option(
      fc.record({
        eventId: fc.constant('instance-event-0'),
        condition: fc.constantFrom('stop-scheduled' as const, 'reboot-scheduled' as const),
      }),
      { nil: undefined },
    ),
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
  // Only an incident that was opened for planned work has any.
  .map(({ planned, ...over }) =>
    anIncident(over.condition === 'planned' ? { ...over, planned } : over),
  );

const anyPause: fc.Arbitrary<Pause> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Pause>({ kind: 'none' }) },
  { weight: 1, arbitrary: fc.constant<Pause>({ kind: 'held', note: '' }) },
  {
    weight: 1,
    arbitrary: anyTime.map((until): Pause => ({ kind: 'paused', until, note: '' })),
  },
);

const anyCount = (most: number) => fc.integer({ min: 0, max: most });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 5 });

/** What is known before a takedown: most of it well, some of it unread. */
const anyFacts: fc.Arbitrary<TakedownFacts | undefined> = fc.option(
  fc
    .record(
      {
        stopProtection: maybe(fc.constantFrom(false, false, false, true)),
        hasInstanceStore: maybe(fc.constantFrom(false, false, false, true)),
        awsRecovers: maybe(fc.boolean()),
        zone: fc.record({ managed: anyCount(20), impaired: anyCount(8) }),
        zoneStormAt: fc.option(anyTime, { nil: undefined, freq: 1 }),
        application: fc.record({
          running: anyCount(8),
          impaired: anyCount(8),
          isSpokesman: fc.boolean(),
        }),
        slotsFree: fc.integer({ min: -1, max: 3 }),
        noCapacityAt: fc.option(anyTime, { nil: undefined, freq: 1 }),
      },
      { requiredKeys: [] },
    )
    .map((over) => ({ ...clearFacts(), ...over })),
  { nil: undefined, freq: 4 },
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
    ladders: fc.constantFrom(
      laddersOf({}, minutes(2)),
      laddersOf({}, minutes(2)),
      laddersOf(
        {
          'system-impaired': ['reboot', { remediation: 'stop-start', tolerationSeconds: 900 }],
          'ebs-impaired': [{ remediation: 'stop-start', requires: ['maintenance-window'] }],
          'stuck-stopping': ['force-stop'],
        },
        minutes(2),
      ),
    ),
    restartDocument: fc.constantFrom(undefined, 'RestartLiveChat'),
    applicationAlarm: fc.constantFrom(undefined, 'livechat-{id}'),
    accepts: fc.constantFrom<Policy['accepts']>([], ['instance-store'], LOSSES),
    maintenanceWindow: fc.constantFrom(undefined, {
      days: DAYS,
      from: 0,
      to: 600,
      timeZone: 'UTC',
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
    facts: anyFacts,
    now: anyTime,
  })
  .map((over) => aSituation(over));

/** A server that runs and is ill, or of which AWS announced work: most of them may be helped. */
export const anyIllness: fc.Arbitrary<Situation> = fc
  .record({
    check: fc.constantFrom<keyof Checks>('system', 'instance', 'attachedEbs', 'application'),
    since: fc.integer({ min: -3_000, max: 0 }).map(at),
    launchTime: fc.integer({ min: -9_000, max: -1 }).map(at),
    checks: fc.oneof(fc.constant(OK_CHECKS), anyChecks),
    attempts: fc.oneof(fc.constant([]), anyAttempts),
    pause: anyPause,
    policy: anyPolicy,
    incident: anyIncident,
    facts: anyFacts,
    starts: fc.oneof(fc.constant([]), fc.constant([]), times(4)),
    now: fc.integer({ min: 1, max: 3_000 }).map(at),
    view: fc.record({
      hostId: fc.constantFrom(undefined, undefined, 'h-0123456789abcdef0'),
      publicIp: fc.constantFrom(undefined, undefined, '198.51.100.7'),
      hasElasticIp: fc.boolean(),
    }),
  })
  .map(({ check, since, launchTime, checks, attempts, view, incident, ...over }) =>
    aSituation({
      ...over,
      view: aView({ ...view, launchTime, checks: impaired(since, check, checks) }),
      incident: {
        ...incident,
        condition: 'impaired',
        attempts,
        served: [],
        escalated: [],
        progress: { kind: 'booting', launchTime, since },
      },
    }),
  );
