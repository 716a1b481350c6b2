import type { Incident } from '../../lambda/core/incident';
import { newRecord, type InstanceRecord } from '../../lambda/core/record';
import { after, instant, seconds, type Instant } from '../../lambda/core/time';

/** 12:10:00 UTC on 1 August 2024: the origin outage begins. */
export const ZERO = instant(Date.parse('2024-08-01T12:10:00Z'));

/** So many seconds after the outage began. */
export const at = (count: number): Instant => after(ZERO, seconds(count));

/** The incident of the origin outage as recorded: down for a minute, over after four. */
export function podIncident(over: Partial<Incident> = {}): Incident {
  return {
    id: 'pod-23-20240801-1210-0023',
    openedAt: at(1),
    condition: 'stopped',
    cause: {
      kind: 'aws',
      detail: 'plain',
      confidence: 'high',
      evidence: ['EC2 reports Server.ScheduledStop', 'No AWS Health event so far'],
    },
    mandate: { kind: 'rescue' },
    asFound: { impaired: [], volumeIds: [] },
    outage: { lastKnownGood: at(-41), firstKnownBad: ZERO, goodAgain: at(61) },
    launchTimeBefore: at(-9_000),
    attempts: [
      {
        remediation: 'start',
        reason: 'stopped-by-aws',
        at: at(26),
        outcome: { kind: 'accepted', at: at(27) },
      },
    ],
    progress: {
      kind: 'serving',
      launchTime: at(27),
      at: at(61),
      proof: 'ready-event',
      passes: 2,
      lastPassAt: at(262),
    },
    served: [at(61)],
    escalated: [],
    lookups: [],
    timeline: [
      { at: at(1), decision: 'defer', reason: 'still-stopping' },
      { at: at(26), decision: 'remediate', reason: 'stopped-by-aws' },
      { at: at(262), decision: 'resolve', reason: 'recovered' },
    ],
    seen: [
      { at: at(1), what: 'state', now: 'stopping' },
      { at: at(26), what: 'state', now: 'stopped' },
      { at: at(50), what: 'state', now: 'running' },
    ],
    sent: [
      { kind: 'opened', severity: 'warning', at: at(1), sentAt: at(2) },
      { kind: 'serving', severity: 'info', at: at(62), sentAt: at(63) },
    ],
    resolved: { at: at(262), reason: 'recovered' },
    ...over,
  };
}

/** Its record, as the archive keeps it. */
export function podRecord(
  over: Partial<Incident> = {},
  record: Partial<InstanceRecord> = {},
): InstanceRecord {
  return {
    ...newRecord('i-0a1b2c3d4e5f60023'),
    label: { name: 'pod-23', instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'livechat' },
    enrolment: { kind: 'enrolled', at: at(-900), checkedAt: at(-900), findings: [] },
    evidence: [
      { kind: 'state-change', at: ZERO, state: 'stopping' },
      { kind: 'ready', at: at(61) },
    ],
    incident: podIncident(over),
    ...record,
  };
}

/** What is still going on: stopped, and the start asked for. */
export const OPEN: Partial<Incident> = {
  outage: { lastKnownGood: at(-41), firstKnownBad: ZERO },
  progress: { kind: 'down' },
  served: [],
  seen: [{ at: at(26), what: 'state', now: 'stopped' }],
  timeline: [{ at: at(26), decision: 'remediate', reason: 'stopped-by-aws' }],
  sent: [{ kind: 'opened', severity: 'warning', at: at(1), sentAt: at(2) }],
  resolved: undefined,
};

/** Many servers that go down one after the other and are told of in one thread. */
export function stormRecords(count: number): readonly InstanceRecord[] {
  return Array.from({ length: count }, (_, n) => {
    const late = n / 10;
    return podRecord(
      {
        id: `pod-${n}-20240801-1210-${String(n).padStart(4, '0')}`,
        openedAt: at(late + 1),
        outage: { lastKnownGood: at(late - 30), firstKnownBad: at(late), goodAgain: at(late + 60) },
        served: [at(late + 60)],
        sent: [
          { kind: 'opened', severity: 'warning', at: at(2), sentAt: at(40), inStorm: true },
          { kind: 'serving', severity: 'info', at: at(90), sentAt: at(100), inStorm: true },
        ],
      },
      {
        instanceId: `i-${String(n).padStart(17, '0')}`,
        label: { name: `pod-${n}`, instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'x' },
      },
    );
  });
}
