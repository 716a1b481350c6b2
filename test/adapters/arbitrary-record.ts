import fc from 'fast-check';
import type { PendingAlert } from '../../lambda/core/alert/alert';
import type { Cause } from '../../lambda/core/cause';
import type { Evidence } from '../../lambda/core/evidence';
import type {
  Attempt,
  AttemptOutcome,
  Drain,
  Incident,
  LostAddress,
  Progress,
  Sent,
} from '../../lambda/core/incident';
import type { HookRun, HookState } from '../../lambda/core/hook-run';
import type { HealthFact } from '../../lambda/core/notices';
import type { PublicAddress } from '../../lambda/core/observation';
import type { Finding } from '../../lambda/core/readiness';
import type { FleetRecord, InstanceRecord, Plan } from '../../lambda/core/record';
import type { Actor } from '../../lambda/core/signals/signal';
import { instant, type Instant } from '../../lambda/core/time';

const moment: fc.Arbitrary<Instant> = fc
  .integer({ min: 1_000_000_000_000, max: 4_102_444_800_000 })
  .map(instant);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constant('__proto__'));
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });
/** A field that may be absent, or there and undefined: both are stored as absent. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const kind = <K extends string>(name: K) => fc.constant(name);

const actor: fc.Arbitrary<Actor> = fc.record({
  principal: text,
  kind: fc.constantFrom('person', 'role', 'service', 'scheduler', 'fis', 'watchdog'),
  sourceIp: maybe(text),
  userAgent: maybe(text),
});

const health: fc.Arbitrary<HealthFact> = fc.record({
  kind: kind('health'),
  at: moment,
  key: text,
  eventArn: text,
  code: text,
  topic: fc.constant('retirement-scheduled' as const),
  status: fc.constantFrom('open' as const, 'closed' as const),
  entityStatus: fc.constant('impaired' as const),
  startsAt: maybe(moment),
  description: text,
});

const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc.record({
    kind: kind('state-change'),
    at: moment,
    state: fc.constantFrom('stopped' as const, 'stopping' as const),
  }),
  fc.record({
    kind: kind('api-call'),
    at: moment,
    call: fc.constant('StopInstances' as const),
    actor,
  }),
  health,
  fc.record({
    kind: kind('alarm'),
    at: moment,
    alarmName: text,
    state: fc.constant('ALARM' as const),
  }),
  fc.record({ kind: kind('ready'), at: moment }),
);

const finding: fc.Arbitrary<Finding> = fc.oneof(
  fc.record({ kind: kind('spot') }),
  fc.record({ kind: kind('auto-scaling'), group: text }),
  fc.record({ kind: kind('kms-key-not-configured'), keyArn: text }),
  fc.record({ kind: kind('address-changes'), publicIp: text }),
  fc.record({ kind: kind('application-check-missing') }),
);

const cause: fc.Arbitrary<Cause> = fc.record({
  kind: fc.constantFrom('aws' as const, 'unknown' as const),
  detail: fc.constant('plain' as const),
  confidence: fc.constantFrom('high' as const, 'low' as const),
  evidence: list(text),
  actor: maybe(actor),
});

const outcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
  fc.record({ kind: kind('intended') }),
  fc.record({ kind: kind('accepted'), at: moment, id: maybe(text), givenBackAt: maybe(moment) }),
  fc.record({ kind: kind('not-asked') }),
  fc.record({ kind: kind('unavailable'), code: text }),
  fc.record({ kind: kind('refused'), code: text, message: text }),
);

const attempt: fc.Arbitrary<Attempt> = fc.record({
  remediation: fc.constantFrom('start' as const, 'stop-start' as const, 'change-type' as const),
  reason: fc.constant('stopped-by-aws' as const),
  at: moment,
  outcome,
  detail: maybe(text),
});

const progress: fc.Arbitrary<Progress> = fc.oneof(
  fc.record({ kind: kind('down') }),
  fc.record({ kind: kind('booting'), launchTime: moment, since: moment }),
  fc.record({
    kind: kind('serving'),
    launchTime: moment,
    at: moment,
    proof: fc.constant('ready-event' as const),
    passes: fc.nat(),
    lastPassAt: maybe(moment),
  }),
);

const address: fc.Arbitrary<PublicAddress> = fc.record({
  kind: fc.constantFrom('elastic' as const, 'auto-assigned' as const),
  publicIp: text,
});

const lostAddress: fc.Arbitrary<LostAddress> = fc.record({
  kind: fc.constant('elastic' as const),
  publicIp: text,
  now: maybe(text),
  toldAt: maybe(moment),
});

const sent: fc.Arbitrary<Sent> = fc.record({
  kind: fc.constantFrom('opened' as const, 'serving' as const),
  severity: fc.constant('warning' as const),
  reason: maybe(fc.constant('no-capacity' as const)),
  at: moment,
  sentAt: moment,
  inStorm: maybe(fc.constant(true as const)),
});

const hookState: fc.Arbitrary<HookState> = fc.oneof(
  fc.record({ kind: fc.constantFrom('waiting' as const, 'intended' as const), at: moment }),
  fc.record({
    kind: fc.constantFrom('sent' as const, 'running' as const),
    at: moment,
    id: maybe(text),
  }),
  fc.record({ kind: kind('done'), at: moment, chatsRecovered: maybe(fc.nat()) }),
  fc.record({ kind: kind('failed'), at: moment, why: text }),
  fc.record({
    kind: fc.constantFrom('overdue' as const, 'superseded' as const),
    at: moment,
    id: maybe(text),
  }),
);

const hookRun: fc.Arbitrary<HookRun> = fc.record({
  key: text,
  name: text,
  on: fc.constantFrom('down', 'before-stop', 'stop-called-off', 'serving'),
  outage: fc.nat(),
  from: moment,
  firstKnownBad: moment,
  to: maybe(moment),
  dueAt: moment,
  deadlineAt: moment,
  tries: fc.nat(),
  startedAt: maybe(moment),
  asked: maybe(fc.record({ at: moment, isAnswered: maybe(fc.constant(true as const)) })),
  state: hookState,
  told: maybe(fc.constant(true as const)),
});

const drain: fc.Arbitrary<Drain> = fc.record({
  number: fc.nat(),
  since: moment,
  off: maybe(fc.record({ at: moment, reason: fc.constant('held' as const) })),
});

const incident: fc.Arbitrary<Incident> = fc.record({
  id: text,
  openedAt: moment,
  condition: fc.constantFrom('stopped' as const, 'impaired' as const, 'planned' as const),
  planned: maybe(fc.record({ eventId: text, condition: fc.constant('stop-scheduled' as const) })),
  lostAddress: maybe(lostAddress),
  cause,
  mandate: fc.oneof(
    fc.record({ kind: kind('rescue') }),
    fc.record({ kind: kind('hands-off'), reason: fc.constant('stopped-while-paused' as const) }),
  ),
  outage: fc.record({ lastKnownGood: moment, firstKnownBad: moment, goodAgain: maybe(moment) }),
  launchTimeBefore: moment,
  attempts: list(attempt),
  progress,
  served: list(moment),
  escalated: list(
    fc.record({
      reason: fc.constant('no-capacity' as const),
      at: moment,
      repeats: maybe(fc.nat({ max: 2 })),
    }),
  ),
  lookups: list(moment),
  timeline: list(
    fc.record({
      at: moment,
      decision: fc.constant('remediate' as const),
      reason: fc.constant('stopped-by-aws' as const),
    }),
  ),
  seen: maybe(list(fc.record({ at: moment, what: fc.constant('system' as const), now: text }))),
  sent: maybe(list(sent)),
  wouldHave: maybe(
    list(
      fc.record({
        remediation: fc.constant('reboot' as const),
        reason: fc.constant('instance-impaired' as const),
        at: moment,
      }),
    ),
  ),
  acknowledged: maybe(fc.record({ at: moment, by: text })),
  hooks: maybe(list(hookRun)),
  drain: maybe(drain),
  resolved: maybe(fc.record({ at: moment, reason: fc.constant('recovered' as const) })),
});

const alert: fc.Arbitrary<PendingAlert> = fc.record({
  key: text,
  kind: fc.constantFrom('opened' as const, 'needs-person' as const),
  severity: fc.constantFrom('critical' as const, 'info' as const),
  at: moment,
  reason: maybe(fc.constant('no-capacity' as const)),
  about: maybe(fc.constant('no-window' as const)),
  repeat: maybe(fc.nat({ max: 2 })),
  text: maybe(text),
});

const plan: fc.Arbitrary<Plan> = fc.record({
  eventId: text,
  condition: fc.constantFrom('stop-scheduled' as const, 'reboot-scheduled' as const),
  deadline: moment,
  at: maybe(moment),
  announcedAt: moment,
});

/** Records as the shell may write them: every kind of content, hostile texts among them. */
export const anyRecord: fc.Arbitrary<InstanceRecord> = fc.record({
  schema: fc.constant(1 as const),
  instanceId: fc.constant('i-0123456789abcdef0'),
  version: fc.integer({ min: 1, max: 1_000_000 }),
  lease: maybe(fc.record({ owner: text, token: fc.nat(), until: moment })),
  label: fc.record({ name: text, instanceType: text, zone: text, policy: text }),
  enrolment: fc.oneof(
    fc.record({ kind: kind('unseen') }),
    fc.record({ kind: kind('enrolled'), at: moment, checkedAt: moment, findings: list(finding) }),
  ),
  evidence: list(evidence),
  starts: list(moment),
  incident: maybe(incident),
  plan: maybe(plan),
  ownType: maybe(text),
  address: maybe(address),
  lastIncidentId: maybe(text),
  lastOutage: maybe(fc.record({ from: moment, to: moment })),
  amendments: maybe(list(fc.record({ incidentId: text, fact: health }))),
  notes: maybe(list(fc.record({ at: moment, text }))),
  shortages: maybe(list(fc.record({ zone: text, instanceType: text, at: moment }))),
  unreleased: maybe(list(text)),
  outbox: list(alert),
  unseenSince: maybe(moment),
  told: list(text),
});

/** The fleet's record in every form. */
export const anyFleet: fc.Arbitrary<FleetRecord> = fc.record({
  schema: fc.constant(1 as const),
  version: fc.integer({ min: 1, max: 1_000_000 }),
  tickGeneration: fc.nat(),
  nextTickAt: maybe(moment),
  lastSweepAt: maybe(moment),
  storm: maybe(fc.record({ id: text, openedAt: moment, nextTellAt: moment, messages: fc.nat() })),
  zoneStorms: maybe(list(fc.record({ zone: text, seenAt: moment }))),
  lastDigestAt: maybe(moment),
});
