import type { DrillResult, TimelineLine } from '../../sim/drill-result';

/** Down for a minute. */
const SERVING = [
  { at: -600, serving: 1 },
  { at: 0, serving: 0 },
  { at: 61.2, serving: 1 },
];

/** The origin incident with round figures; every text is of the shape that the simulator writes. */
export function podResult(over: Partial<DrillResult> = {}): DrillResult {
  const opened = {
    at: 1.3,
    kind: 'opened',
    severity: 'warning',
    subject: 'pod-23 stopped by AWS at 12:10 UTC, starting it once it has stopped',
  } as const;
  const serving = {
    at: 62.8,
    kind: 'serving',
    severity: 'info',
    subject: 'pod-23 serves again at 12:11 UTC, was down for 1 min 1 s',
  } as const;
  return {
    drill: 'pod-23',
    seed: 7,
    passed: true,
    stoppedS: 25,
    detectedS: 1.2,
    firstAlertS: 1.3,
    startIssuedS: 26.3,
    servingS: 61.2,
    recoveredS: 262.5,
    resolvedS: 262.5,
    alerts: [opened, serving],
    decisions: [
      {
        at: 1.3,
        instanceId: 'i-0a1b2c3d4e5f60023',
        decision: 'defer',
        remediation: null,
        reason: 'still-stopping',
      },
      {
        at: 26.3,
        instanceId: 'i-0a1b2c3d4e5f60023',
        decision: 'remediate',
        remediation: 'start',
        reason: 'stopped-by-aws',
      },
    ],
    apiCalls: { DescribeInstances: 40, StartInstances: 1 },
    roundTripsToStart: 2,
    chats: null,
    violations: [],
    replay: 'npm run drill -- pod-23 --seed 7',
    title: 'The origin incident',
    description: 'AWS stops the LiveChat server of pod 23.',
    startedAt: '2024-08-01T12:10:00.000Z',
    endedS: 300,
    instances: 1,
    timeline: timeline(),
    serving: SERVING,
    tracks: [{ name: 'pod-23', trouble: 'not serving', points: SERVING }],
    records: [],
    expectations: [{ text: 'exactly one start was accepted', held: true }],
    messages: [
      { ...opened, email: 'pod-23 stopped serving at 12:10:00 UTC.', sms: 'pod-23 stopped by AWS' },
      { ...serving, email: 'pod-23 serves again.', sms: 'pod-23 serves again' },
    ],
    ...over,
  };
}

function timeline(): readonly TimelineLine[] {
  const instanceId = 'i-0a1b2c3d4e5f60023';
  return [
    { at: 0, instanceId, lane: 'server', kind: 'server', text: 'stops serving' },
    { at: 0, instanceId, lane: 'aws', kind: 'aws', text: 'running to stopping' },
    { at: 0, instanceId, lane: 'events', kind: 'event', text: 'state change: stopping' },
    { at: 1.3, lane: 'alerts', kind: 'alert', text: '[warning] pod-23 stopped by AWS' },
    { at: 26.3, lane: 'watchdog', kind: 'call', text: 'StartInstances i-0a1b2c3d4e5f60023' },
    { at: 61.2, instanceId, lane: 'server', kind: 'server', text: 'serves' },
    { at: 262.5, lane: 'watchdog', kind: 'decision', text: 'resolve (recovered)' },
  ];
}

/** A zone of many servers that all stop within a second. */
export function zoneResult(instances = 200): DrillResult {
  const ids = Array.from({ length: instances }, (_, n) => `i-${n.toString(16).padStart(17, '0')}`);
  return podResult({
    drill: 'zone-outage',
    title: `${instances} servers stopped within a second`,
    instances,
    timeline: ids
      .flatMap((instanceId, n): TimelineLine[] => [
        { at: n / 1_000, instanceId, lane: 'server', kind: 'server', text: 'stops serving' },
        { at: 50 + n / 20, instanceId, lane: 'server', kind: 'server', text: 'serves' },
      ])
      .toSorted((one, other) => one.at - other.at),
    tracks: ids.map((name, n) => ({
      name,
      trouble: 'not serving',
      points: [
        { at: -1, serving: 1 },
        { at: n / 1_000, serving: 0 },
        { at: 50 + n / 20, serving: 1 },
      ],
    })),
    serving: [
      { at: -1, serving: instances },
      ...ids.map((_, n) => ({ at: n / 1_000, serving: instances - n - 1 })),
      ...ids.map((_, n) => ({ at: 50 + n / 20, serving: n + 1 })),
    ],
  });
}
