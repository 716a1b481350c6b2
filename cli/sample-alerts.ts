import { alertsFor } from '../lambda/core/alert/due';
import type { PendingAlert } from '../lambda/core/alert/alert';
import { stormStep, type StormStep } from '../lambda/core/alert/storm';
import type { Attempt, Incident } from '../lambda/core/incident';
import { withSent } from '../lambda/core/journal';
import { addNotice, healthNotice, type HealthFact } from '../lambda/core/notices';
import { NEW_FLEET, newRecord, type InstanceRecord, type Storm } from '../lambda/core/record';
import { after, before, hours, parseInstant, seconds, type Instant } from '../lambda/core/time';
import type { AlertMessage } from '../lambda/ports';
import { digestMessage } from '../lambda/shell/digest';
import { messageOf, stormMessage } from '../lambda/shell/tell';
import type { SampleWorld } from './sample-world';

/*
 * One incident, told as the function tells it: which alerts are due, and what they say, is decided
 * by the same code. Only the records are made up here.
 */

/** A message of the documentation. */
export interface Sample {
  readonly name: string;
  /** When it is sent, in a sentence. */
  readonly when: string;
  readonly message: (world: SampleWorld) => AlertMessage;
}

function parsed(text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new Error(`"${text}" is no time`);
  return at;
}

/** The server went down. */
const DOWN = parsed('2024-08-01T12:10:07Z');
const at = (offsetSeconds: number): Instant => after(DOWN, seconds(offsetSeconds));
const BOOT = before(DOWN, hours(48));
const NEXT_BOOT = at(1_232);

const RECORD: InstanceRecord = {
  ...newRecord('i-0a1b2c3d4e5f60023'),
  version: 7,
  label: { name: 'pod-23', instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'livechat' },
  enrolment: { kind: 'enrolled', at: BOOT, checkedAt: BOOT, findings: [] },
};

/** Another server. */
const OTHER: InstanceRecord = {
  ...RECORD,
  instanceId: 'i-0a1b2c3d4e5f60024',
  label: { ...RECORD.label, name: 'pod-24' },
};

const start = (when: Instant, outcome: Attempt['outcome']): Attempt => ({
  remediation: 'start',
  reason: 'stopped-by-aws',
  at: when,
  outcome,
});
const accepted = (when: Instant): Attempt => start(when, { kind: 'accepted', at: when });
const refused = (when: Instant): Attempt =>
  start(when, { kind: 'no-capacity', code: 'InsufficientInstanceCapacity' });

const OPENED: Incident = {
  id: 'pod-23-20240801-1210-0023',
  openedAt: at(1),
  condition: 'stopped',
  cause: {
    kind: 'aws',
    detail: 'plain',
    confidence: 'high',
    evidence: [
      'EC2 reports Server.ScheduledStop: Stopped due to scheduled retirement',
      'no StopInstances call seen so far',
      'no AWS Health event so far',
    ],
  },
  mandate: { kind: 'rescue' },
  outage: { lastKnownGood: at(-38), firstKnownBad: DOWN },
  launchTimeBefore: BOOT,
  attempts: [accepted(at(2))],
  progress: { kind: 'down' },
  served: [],
  escalated: [],
  lookups: [],
  timeline: [{ at: at(2), decision: 'remediate', reason: 'stopped-by-aws' }],
};

/** EC2 has no room for it: a person was called half a minute after it went down. */
const PAGED: Incident = {
  ...OPENED,
  attempts: [refused(at(28))],
  escalated: [{ reason: 'no-capacity', at: at(28) }],
  timeline: [...OPENED.timeline, { at: at(28), decision: 'escalate', reason: 'no-capacity' }],
};

const CALLED: readonly PendingAlert[] = [
  { key: 'page', kind: 'needs-person', severity: 'critical', at: at(28), reason: 'no-capacity' },
];

/** The same once people have heard of it. */
const HEARD: Incident = {
  ...withSent(PAGED, CALLED, { now: at(28), inStorm: false }),
  timeline: [...PAGED.timeline, { at: at(33), decision: 'defer', reason: 'backing-off' }],
};

const BACK: Incident = {
  ...HEARD,
  attempts: [refused(at(28)), refused(at(310)), accepted(at(1_231))],
  outage: { ...HEARD.outage, goodAgain: at(1_266) },
  progress: {
    kind: 'serving',
    launchTime: NEXT_BOOT,
    at: at(1_266),
    proof: 'ready-event',
    passes: 0,
  },
  served: [at(1_266)],
  timeline: [
    ...HEARD.timeline,
    { at: at(1_231), decision: 'remediate', reason: 'capacity-retry' },
    { at: at(1_267), decision: 'defer', reason: 'verifying' },
  ],
};

const AGAIN: Incident = {
  ...BACK,
  progress: { kind: 'down', since: at(1_500) },
  attempts: [...BACK.attempts, accepted(at(1_502))],
  timeline: [...BACK.timeline, { at: at(1_502), decision: 'remediate', reason: 'stopped-by-aws' }],
};

type Look = Omit<Parameters<typeof alertsFor>[0], 'note'>;

/** The message of what is due at a look. */
const due =
  (look: Look): Sample['message'] =>
  (world) => {
    const { incident, alerts } = alertsFor(look);
    const [alert] = alerts;
    if (alert === undefined) throw new Error('Nothing is due in this sample');
    return messageOf(world, alert, { ...RECORD, incident });
  };

const RETIREMENT: HealthFact = {
  kind: 'health',
  at: at(0),
  key: 'x',
  eventArn:
    'arn:aws:health:us-east-1::event/EC2/AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED/1',
  code: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
  topic: 'retirement-scheduled',
  status: 'upcoming',
  entityStatus: 'pending',
  description: 'EC2 has detected degradation of the hardware that hosts this instance.',
};

const notice: Sample['message'] = (world) => {
  const health = healthNotice(RETIREMENT);
  const record = health === undefined ? OTHER : addNotice(OTHER, health, at(0));
  const [alert] = record.outbox;
  if (alert === undefined) throw new Error('Nothing is to be noticed in this sample');
  return messageOf(world, alert, record);
};

/** Six servers of a zone that go down within seconds. */
function stormMembers(incidentOf: (index: number) => Incident): readonly InstanceRecord[] {
  return Array.from({ length: 6 }, (_, index) => {
    const number = 21 + index;
    const { incident, alerts } = alertsFor({
      before: undefined,
      incident: { ...incidentOf(index), id: `pod-${number}-20240801-1210-00${number}` },
      decision: { kind: 'remediate', remediation: 'start', reason: 'stopped-by-aws' },
      now: at(2),
    });
    const instanceId = `i-0a1b2c3d4e5f600${number}`;
    const label = { ...RECORD.label, name: `pod-${number}` };
    return { ...RECORD, instanceId, label, incident, outbox: alerts };
  });
}

function storm(all: readonly InstanceRecord[], now: Instant, open?: Storm): Sample['message'] {
  return (world) => {
    const fleet = { ...NEW_FLEET, ...(open && { storm: open }) };
    const step: StormStep = stormStep({ fleet, records: all, seesAll: true, now });
    if (step.kind !== 'tell') throw new Error('No storm is to be told in this sample');
    return stormMessage(world, { step, records: all, before: open, all, now });
  };
}

const STORM: Storm = {
  id: 'storm-20240801-1210',
  openedAt: at(2),
  nextTellAt: at(62),
  messages: 2,
};

const served = (index: number): Incident => ({
  ...OPENED,
  outage: { ...OPENED.outage, goodAgain: at(40 + index) },
  progress: {
    kind: 'serving',
    launchTime: at(20),
    at: at(40 + index),
    proof: 'ready-event',
    passes: 0,
  },
  served: [at(40 + index)],
});

const digest: Sample['message'] = (world) =>
  digestMessage(world, [
    {
      ...RECORD,
      notes: [
        { at: at(-3_600), text: 'It has no Elastic IP: a stop and start changes its address.' },
      ],
    },
    {
      ...OTHER,
      notes: [{ at: at(-1_800), text: 'AWS Health: AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_SUCCESS.' }],
    },
  ]);

const STARTING = {
  kind: 'remediate',
  remediation: 'start',
  reason: 'stopped-by-aws',
} as const;

/** Each kind of message, in the order of an incident's life. */
export const SAMPLES: readonly Sample[] = [
  {
    name: 'Opened',
    when: 'As soon as a server is seen down or impaired, before the outcome is known.',
    message: due({ before: undefined, incident: OPENED, decision: STARTING, now: at(2) }),
  },
  {
    name: 'Needs a person',
    when: 'When the watchdog cannot go on alone. With severity critical a person must act now.',
    message: due({
      before: OPENED,
      incident: { ...PAGED, escalated: [] },
      decision: { kind: 'escalate', reason: 'no-capacity' },
      now: at(28),
    }),
  },
  {
    name: 'Needs a person, again',
    when: '5 and 15 minutes later, while nobody has acknowledged it (`watchdog ack`).',
    message: due({
      before: HEARD,
      incident: HEARD,
      decision: { kind: 'defer', reason: 'backing-off' },
      now: at(330),
    }),
  },
  {
    name: 'Serving',
    when: 'At the first proof that it serves again. It closes the page, where there was one.',
    message: due({
      before: HEARD,
      incident: BACK,
      decision: { kind: 'defer', reason: 'verifying' },
      now: at(1_267),
    }),
  },
  {
    name: 'Changed',
    when: 'When a person would decide differently for knowing: down again, another culprit.',
    message: due({ before: BACK, incident: AGAIN, decision: STARTING, now: at(1_502) }),
  },
  {
    name: 'Closed',
    when: 'When it ends without serving, or something is left; an ordinary recovery says no more.',
    message: due({
      before: HEARD,
      incident: HEARD,
      decision: { kind: 'resolve', reason: 'opt-in-removed' },
      now: at(2_400),
    }),
  },
  {
    name: 'Notice',
    when: 'Something to know of a server that has no incident for it.',
    message: notice,
  },
  {
    name: 'Storm',
    when: 'Instead of single messages, when five or more go down within five minutes.',
    message: storm(
      stormMembers(() => OPENED),
      at(2),
    ),
  },
  {
    name: 'Storm over',
    when: 'When all of them serve again. Between the two an update, at most every five minutes.',
    message: storm(stormMembers(served), at(70), STORM),
  },
  {
    name: 'Digest',
    when: 'Once a day at most, with what needs nobody.',
    message: digest,
  },
];
