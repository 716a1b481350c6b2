import type { Evidence } from '../../lambda/core/evidence';
import type { Cause } from '../../lambda/core/cause';
import type { Attempt, AttemptOutcome, Incident } from '../../lambda/core/incident';
import type { Check, Checks, InstanceState, InstanceView } from '../../lambda/core/observation';
import type { Situation } from '../../lambda/core/decision';
import { POLICY_DEFAULTS, type Policy } from '../../lambda/core/policy';
import type { Takedown } from '../../lambda/core/remediation';
import type { TakedownFacts } from '../../lambda/core/takedown-facts';
import type { TakedownAttempt } from '../../lambda/core/takedowns';
import { newRecord, type InstanceRecord } from '../../lambda/core/record';
import type { Actor } from '../../lambda/core/signals/signal';
import { after, before, hours, instant, seconds, type Instant } from '../../lambda/core/time';

/** The moment at which the server of these tests goes down; every other time counts from it. */
export const T0 = instant(Date.UTC(2024, 7, 1, 12, 10, 7));
export const ID = 'i-0123456789abcdef0';
/** The boot that ends at T0 began two days earlier. */
export const BOOT = before(T0, hours(48));
export const PERSON = 'arn:aws:iam::111122223333:user/nikki';
export const USER_STOP = 'Client.UserInitiatedShutdown';
export const AWS_STOP = 'Server.ScheduledStop';
export const GUEST_STOP = 'Client.InstanceInitiatedShutdown';

/** T0 plus so many seconds. */
export const at = (offsetSeconds: number): Instant => after(T0, seconds(offsetSeconds));

export const aPolicy = (over: Partial<Policy> = {}): Policy => ({
  name: 'livechat',
  ...POLICY_DEFAULTS,
  ...over,
});

export const policiesOf = (...policies: readonly Policy[]): ReadonlyMap<string, Policy> =>
  new Map(policies.map((policy) => [policy.name, policy]));

const every = (check: Check): Checks => ({
  system: check,
  instance: check,
  attachedEbs: check,
  application: { status: 'not-configured' },
});

export const OK_CHECKS = every({ status: 'ok' });
export const INITIALIZING = every({ status: 'initializing' });
export const UNKNOWN_CHECKS = every({ status: 'unknown' });

export const impaired = (
  since: Instant | undefined,
  name: keyof Checks = 'system',
  others: Checks = OK_CHECKS,
): Checks => ({ ...others, [name]: { status: 'impaired', impairedSince: since } });

export const aView = (over: Partial<InstanceView> = {}): InstanceView => ({
  instanceId: ID,
  ownerId: '111122223333',
  state: 'running',
  launchTime: BOOT,
  zone: 'us-east-1b',
  instanceType: 'm6i.large',
  tags: { watchdog: 'livechat', Name: 'pod-23' },
  rootDevice: 'ebs',
  volumeIds: ['vol-0123456789abcdef0'],
  hasElasticIp: true,
  checks: OK_CHECKS,
  scheduledEvents: [],
  ...over,
});

/** The instance's tags, with more of them. */
export const tagged = (
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  ...aView().tags,
  ...more,
});

/** Stopped for the given code of EC2; by AWS when none is given. */
export const stoppedView = (code = AWS_STOP, over: Partial<InstanceView> = {}): InstanceView =>
  aView({
    state: 'stopped',
    stateReason: { code, message: `${code}: text` },
    checks: UNKNOWN_CHECKS,
    ...over,
  });

export const ENROLLED: InstanceRecord['enrolment'] = {
  kind: 'enrolled',
  at: before(T0, hours(47)),
  checkedAt: before(T0, hours(3)),
  findings: [],
};

export const aRecord = (over: Partial<InstanceRecord> = {}): InstanceRecord => ({
  ...newRecord(ID),
  version: 7,
  label: { name: 'pod-23', instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'livechat' },
  enrolment: ENROLLED,
  ...over,
});

export const aCause = (over: Partial<Cause> = {}): Cause => ({
  kind: 'aws',
  detail: 'plain',
  confidence: 'high',
  evidence: ['EC2 reports Server.ScheduledStop'],
  ...over,
});

export const anAttempt = (
  when: Instant,
  outcome: AttemptOutcome = { kind: 'accepted', at: when },
): Attempt => ({ remediation: 'start', reason: 'stopped-by-aws', at: when, outcome });

/** A takedown for the instance check, unless something else is said. */
export const aTakedown = (
  remediation: Takedown,
  when: Instant,
  over: Partial<Omit<Attempt, 'remediation'>> = {},
): TakedownAttempt => ({
  remediation,
  reason: 'instance-impaired',
  at: when,
  outcome: { kind: 'accepted', at: when },
  ...over,
});

/** What AWS and the fleet tell when nothing speaks against a takedown. */
export const clearFacts = (over: Partial<TakedownFacts> = {}): TakedownFacts => ({
  stopProtection: false,
  hasInstanceStore: false,
  awsRecovers: false,
  zone: { managed: 10, impaired: 1 },
  zoneStormAt: undefined,
  application: { running: 10, impaired: 1, isSpokesman: true },
  slotsFree: 1,
  noCapacityAt: undefined,
  ...over,
});

export const NO_CAPACITY: AttemptOutcome = {
  kind: 'no-capacity',
  code: 'InsufficientInstanceCapacity',
};
export const UNAVAILABLE: AttemptOutcome = { kind: 'unavailable', code: 'RequestLimitExceeded' };
export const REFUSED: AttemptOutcome = {
  kind: 'refused',
  code: 'UnauthorizedOperation',
  message: 'You are not authorized.',
};

export const anIncident = (over: Partial<Incident> = {}): Incident => ({
  id: 'pod-23-20240801-1210-def0',
  openedAt: at(1),
  condition: 'stopped',
  cause: aCause(),
  mandate: { kind: 'rescue' },
  outage: { lastKnownGood: at(-60), firstKnownBad: T0 },
  launchTimeBefore: BOOT,
  attempts: [],
  progress: { kind: 'down' },
  served: [],
  escalated: [],
  lookups: [],
  timeline: [],
  ...over,
});

/** AWS stopped it two seconds ago, and nothing speaks against starting it. */
export const aSituation = (over: Partial<Situation> = {}): Situation => ({
  view: stoppedView(),
  incident: anIncident(),
  policy: aPolicy(),
  pause: { kind: 'none' },
  starts: [],
  evidence: [],
  ownType: undefined,
  facts: undefined,
  place: undefined,
  now: at(2),
  ...over,
});

/** A server that ran for two days and is impaired since T0; now it is ten minutes on. */
export const anImpairment = (
  name: keyof Checks = 'instance',
  over: Partial<Situation> = {},
): Situation =>
  aSituation({
    view: aView({ checks: impaired(T0, name) }),
    incident: anIncident({
      condition: 'impaired',
      openedAt: at(120),
      progress: { kind: 'booting', launchTime: BOOT, since: at(120) },
    }),
    facts: clearFacts(),
    now: at(600),
    ...over,
  });

export const stateChange = (state: InstanceState, when: Instant = T0): Evidence => ({
  kind: 'state-change',
  at: when,
  state,
});

export const anActor = (over: Partial<Actor> = {}): Actor => ({
  principal: PERSON,
  kind: 'person',
  ...over,
});

export const stopCall = (when: Instant = at(-3), by: Actor = anActor()): Evidence => ({
  kind: 'api-call',
  at: when,
  call: 'StopInstances',
  actor: by,
});

export const readyEvent = (when: Instant): Evidence => ({ kind: 'ready', at: when });

export const healthEvent = (
  over: Partial<Extract<Evidence, { kind: 'health' }>> = {},
): Extract<Evidence, { kind: 'health' }> => ({
  kind: 'health',
  at: at(5),
  key: 'arn:aws:health:us-east-1::event/EC2/X/1|1|1|111122223333',
  eventArn: 'arn:aws:health:us-east-1::event/EC2/X/1',
  code: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
  topic: 'availability-issue',
  status: 'open',
  entityStatus: 'impaired',
  description: 'An instance is not available.',
  ...over,
});
