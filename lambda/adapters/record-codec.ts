import type { PendingAlert } from '../core/alert/alert';
import type { Cause } from '../core/cause';
import type { Evidence } from '../core/evidence';
import type { HookRun, HookState } from '../core/hook-run';
import type { HealthFact } from '../core/notices';
import type {
  Acknowledged,
  AsFound,
  Attempt,
  AttemptOutcome,
  Drain,
  Escalated,
  Incident,
  LostAddress,
  Mandate,
  PlannedWork,
  Progress,
  Seen,
  Sent,
  TimelineEntry,
  Undated,
  WouldHave,
} from '../core/incident';
import type { PublicAddress } from '../core/observation';
import type { OutageWindow } from '../core/outage';
import type { Finding } from '../core/readiness';
import {
  RECORD_SCHEMA,
  type Enrolment,
  type FleetRecord,
  type InstanceRecord,
  type Label,
  type Amendment,
  type Lease,
  type Note,
  type PastOutage,
  type Plan,
  type Shortage,
  type Storm,
  type ZoneStorm,
} from '../core/record';
import type { Actor } from '../core/signals/signal';
import {
  type Fields,
  count,
  exactly,
  list,
  moment,
  object,
  optional,
  tagged,
  text,
} from './json-codec';

const actor = object<Actor>({
  principal: text(),
  kind: text(),
  sourceIp: optional(text()),
  userAgent: optional(text()),
});

const health: Fields<Omit<HealthFact, 'kind'>> = {
  at: moment,
  key: text(),
  eventArn: text(),
  code: text(),
  topic: text(),
  status: text(),
  entityStatus: text(),
  startsAt: optional(moment),
  description: text(),
};

/** The stored form of what AWS Health said of an instance. */
export const healthFactCodec = tagged<HealthFact>({ health });

const evidence = tagged<Evidence>({
  'state-change': { at: moment, state: text() },
  'api-call': { at: moment, call: text(), actor },
  health,
  alarm: { at: moment, alarmName: text(), state: text() },
  ready: { at: moment },
});

const finding = tagged<Finding>({
  spot: {},
  'auto-scaling': { group: text() },
  'service-managed': { operator: text() },
  'instance-store-root': {},
  'unknown-policy': { value: text() },
  'start-not-permitted': {},
  'kms-key-not-configured': { keyArn: text() },
  'stop-protection': {},
  'address-changes': { publicIp: text() },
  'application-check-missing': {},
});

const enrolment = tagged<Enrolment>({
  unseen: {},
  enrolled: { at: moment, checkedAt: moment, findings: list(finding) },
});

const cause = object<Cause>({
  kind: text(),
  detail: text(),
  confidence: text(),
  evidence: list(text()),
  actor: optional(actor),
});

const mandate = tagged<Mandate>({ rescue: {}, 'hands-off': { reason: text() } });

const outage = object<OutageWindow>({
  lastKnownGood: moment,
  firstKnownBad: moment,
  goodAgain: optional(moment),
});

const outcome = tagged<AttemptOutcome>({
  intended: {},
  accepted: { at: moment, id: optional(text()), givenBackAt: optional(moment) },
  'no-capacity': { code: text() },
  unavailable: { code: text() },
  'not-asked': {},
  'batch-failed': { code: text() },
  'wrong-state': { code: text() },
  refused: { code: text(), message: text() },
});

const attempt = object<Attempt>({
  remediation: text(),
  reason: text(),
  at: moment,
  outcome,
  detail: optional(text()),
});

const progress = tagged<Progress>({
  down: { since: optional(moment) },
  booting: { launchTime: moment, since: moment },
  serving: {
    launchTime: moment,
    at: moment,
    proof: text(),
    passes: count,
    lastPassAt: optional(moment),
  },
});

const timelineEntry = object<TimelineEntry>({ at: moment, decision: text(), reason: text() });

const plannedWork = object<PlannedWork>({
  eventId: text(),
  condition: text(),
  askedBy: optional(text()),
});

const asFound = object<AsFound>({
  impaired: list(text()),
  volumeIds: list(text()),
  elasticIp: optional(text()),
});

const address = object<PublicAddress>({ kind: text(), publicIp: text() });

const lostAddress = object<LostAddress>({
  kind: text(),
  publicIp: text(),
  now: optional(text()),
  toldAt: optional(moment),
});

const sent = object<Sent>({
  kind: text(),
  severity: text(),
  reason: optional(text()),
  at: moment,
  sentAt: moment,
  inStorm: optional(exactly(true)),
});

const hookState = tagged<HookState>({
  waiting: { at: moment },
  intended: { at: moment },
  sent: { at: moment, id: optional(text()) },
  running: { at: moment, id: optional(text()) },
  done: { at: moment, chatsRecovered: optional(count) },
  failed: { at: moment, why: text() },
  overdue: { at: moment, id: optional(text()) },
  superseded: { at: moment, id: optional(text()) },
});

const hookRun = object<HookRun>({
  key: text(),
  name: text(),
  on: text(),
  outage: count,
  from: moment,
  firstKnownBad: moment,
  to: optional(moment),
  dueAt: moment,
  deadlineAt: moment,
  tries: count,
  startedAt: optional(moment),
  asked: optional(
    object<NonNullable<HookRun['asked']>>({ at: moment, isAnswered: optional(exactly(true)) }),
  ),
  state: hookState,
  told: optional(exactly(true)),
});

const drain = object<Drain>({
  number: count,
  since: moment,
  off: optional(object<NonNullable<Drain['off']>>({ at: moment, reason: text() })),
});

const incident = object<Incident>({
  id: text(),
  openedAt: moment,
  condition: text(),
  planned: optional(plannedWork),
  asFound: optional(asFound),
  lostAddress: optional(lostAddress),
  undated: optional(object<Undated>({ check: text(), since: moment })),
  cause,
  mandate,
  outage,
  launchTimeBefore: moment,
  attempts: list(attempt),
  progress,
  served: list(moment),
  escalated: list(object<Escalated>({ reason: text(), at: moment, repeats: optional(count) })),
  lookups: list(moment),
  timeline: list(timelineEntry),
  seen: optional(list(object<Seen>({ at: moment, what: text(), now: text() }))),
  sent: optional(list(sent)),
  wouldHave: optional(list(object<WouldHave>({ remediation: text(), reason: text(), at: moment }))),
  acknowledged: optional(object<Acknowledged>({ at: moment, by: text() })),
  hooks: optional(list(hookRun)),
  drain: optional(drain),
  resolved: optional(object<NonNullable<Incident['resolved']>>({ at: moment, reason: text() })),
});

const pendingAlert = object<PendingAlert>({
  key: text(),
  kind: text(),
  severity: text(),
  at: moment,
  reason: optional(text()),
  about: optional(text()),
  repeat: optional(count),
  text: optional(text()),
});

const label = object<Label>({
  name: text(),
  instanceType: text(),
  zone: text(),
  policy: text(),
});

const lease = object<Lease>({ owner: text(), token: count, until: moment });

const plan = object<Plan>({
  eventId: text(),
  condition: text(),
  deadline: moment,
  at: optional(moment),
  announcedAt: moment,
});

const shortage = object<Shortage>({ zone: text(), instanceType: text(), at: moment });

/** The stored form of one instance's record. */
export const instanceRecordCodec = object<InstanceRecord>({
  schema: exactly(RECORD_SCHEMA),
  instanceId: text(),
  version: count,
  lease: optional(lease),
  label,
  enrolment,
  address: optional(address),
  evidence: list(evidence),
  starts: list(moment),
  incident: optional(incident),
  plan: optional(plan),
  ownType: optional(text()),
  lastIncidentId: optional(text()),
  lastOutage: optional(object<PastOutage>({ from: moment, to: moment })),
  amendments: optional(list(object<Amendment>({ incidentId: text(), fact: healthFactCodec }))),
  shortages: optional(list(shortage)),
  unreleased: optional(list(text())),
  notes: optional(list(object<Note>({ at: moment, text: text() }))),
  outbox: list(pendingAlert),
  unseenSince: optional(moment),
  told: list(text()),
});

const storm = object<Storm>({ id: text(), openedAt: moment, nextTellAt: moment, messages: count });

const zoneStorm = object<ZoneStorm>({ zone: text(), seenAt: moment });

/** The stored form of the fleet's record. */
export const fleetRecordCodec = object<FleetRecord>({
  schema: exactly(RECORD_SCHEMA),
  version: count,
  tickGeneration: count,
  nextTickAt: optional(moment),
  lastSweepAt: optional(moment),
  storm: optional(storm),
  zoneStorms: optional(list(zoneStorm)),
  lastDigestAt: optional(moment),
});
