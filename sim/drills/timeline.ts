import { between, type Instant } from '../../lambda/core/time';
import type { Lane, LineKind, ServingPoint, Track } from '../../report/line';
import type { TimelineLine } from '../drill-result';
import { factsOf, type Fact, type FactOf } from '../history';

type Line = Omit<TimelineLine, 'at' | 'instanceId'>;

const line = (lane: Lane, kind: LineKind, text: string): Line => ({ lane, kind, text });

/** One fact as a line for people, or undefined for what would only be noise. */
export function timelineLine(fact: Fact, zero: Instant): TimelineLine | undefined {
  const told = tell(fact);
  if (told === undefined) return undefined;
  const at = Math.round(between(zero, fact.at)) / 1_000;
  const instanceId = instanceOf(fact);
  return instanceId === undefined ? { at, ...told } : { at, instanceId, ...told };
}

function instanceOf(fact: Fact): string | undefined {
  if ('instanceId' in fact) return fact.instanceId;
  if ('instanceIds' in fact && fact.instanceIds.length === 1) return fact.instanceIds[0];
  const named = fact.kind === 'log' ? fact.fields['instanceId'] : undefined;
  return typeof named === 'string' ? named : undefined;
}

function tell(fact: Fact): Line | undefined {
  switch (fact.kind) {
    case 'state': {
      const why = fact.code === undefined ? '' : ` (${fact.code})`;
      return line('aws', 'aws', `${fact.from} to ${fact.to}${why}, by ${fact.by.name}`);
    }
    case 'note':
      return line('aws', 'aws', fact.text);
    case 'fault':
      return line('aws', 'aws', `fault ${fact.phase}: ${fact.text}`);
    case 'check':
      return checkLine(fact);
    case 'tags':
      return line('aws', 'aws', `tags written by ${fact.by.name}`);
    case 'serving':
      return line('server', 'server', fact.serving ? 'serves' : 'stops serving');
    case 'event':
      return fact.rules.length === 0
        ? undefined
        : line('events', 'event', [fact.detailType, fact.state].filter(Boolean).join(': '));
    case 'call':
      return callLine(fact);
    case 'log':
      return logLine(fact);
    case 'message':
      return line('alerts', 'alert', `[${fact.attributes['severity'] ?? ''}] ${fact.subject}`);
    case 'ended':
      return fact.outcome === 'returned'
        ? undefined
        : line('watchdog', 'lambda', `invocation ${fact.outcome}: ${fact.error ?? ''}`);
    case 'dead-letter':
      return line('events', 'event', `dead letter: ${fact.why}`);
    case 'failure':
      return line('watchdog', 'lambda', `the simulator refuses: ${fact.text}`);
    default:
      return tellOfPlace(fact);
  }
}

/** What became of a server's workload and of its place, beside its states. */
function tellOfPlace(fact: Fact): Line | undefined {
  switch (fact.kind) {
    case 'workload':
      return line('server', 'server', fact.text);
    case 'reboot':
      return line('aws', 'aws', `rebooted by ${fact.by.name}`);
    case 'lost':
      return line('aws', 'aws', `lost: ${fact.what}`);
    case 'address':
      return line('aws', 'aws', addressText(fact));
    case 'reservation':
      return line('aws', 'aws', `reservation of ${fact.instanceType}: ${fact.state}`);
    default:
      return tellOfChannel(fact);
  }
}

/** What else than mail arrives, where such channels are on. */
function tellOfChannel(fact: Fact): Line | undefined {
  switch (fact.kind) {
    case 'chat':
      return line('alerts', 'alert', `in chat: ${fact.title ?? ''}`);
    case 'page':
      return line('alerts', 'alert', `${fact.state} to the pager, page ${fact.effect}`);
    case 'program-event':
      return line('events', 'event', `to programs: ${fact.detailType}`);
    default:
      return undefined;
  }
}

function addressText({ publicIp, instanceId = 'nothing' }: FactOf<'address'>): string {
  return `Elastic IP ${publicIp}: associated with ${instanceId}`;
}

/** What has stopped has no checks: that goes without saying. */
function checkLine({ check, status }: FactOf<'check'>): Line | undefined {
  return status === 'not-applicable'
    ? undefined
    : line('aws', 'aws', `${check} status check: ${status}`);
}

/** Calls that change a server or hold a place for one. */
const MUTATIONS: readonly string[] = [
  'StartInstances',
  'StopInstances',
  'RebootInstances',
  'SendCommand',
  'ModifyInstanceAttribute',
  'AssociateAddress',
  'CreateCapacityReservation',
  'CancelCapacityReservation',
];

/** Calls that change something; reads are counted, not listed. */
function callLine({ operation, dryRun, instanceIds }: FactOf<'call'>): Line | undefined {
  if (!MUTATIONS.includes(operation) || dryRun) return undefined;
  const which = instanceIds.length > 1 ? `${instanceIds.length} instances` : (instanceIds[0] ?? '');
  return line('watchdog', 'call', `${operation} ${which}`.trim());
}

function logLine({ message, fields }: FactOf<'log'>): Line | undefined {
  if (message !== 'decision') return undefined;
  const { decision, remediation, reason, outcome } = fields;
  const words = [
    decision,
    remediation,
    `(${String(reason)})`,
    outcome === undefined ? '' : `: ${String(outcome)}`,
  ];
  return line(
    'watchdog',
    'decision',
    words.filter(Boolean).map(String).join(' ').replace(' :', ':'),
  );
}

/** How many instances served, from the beginning of the run on. */
export function servingCurve(facts: readonly Fact[], zero: Instant): readonly ServingPoint[] {
  const serving = new Set<string>();
  const points: ServingPoint[] = [];
  for (const fact of facts) {
    if (fact.kind === 'instance' && fact.state === 'running') serving.add(fact.instanceId);
    else if (fact.kind === 'serving' && fact.serving) serving.add(fact.instanceId);
    else if (fact.kind === 'serving') serving.delete(fact.instanceId);
    else continue;
    points.push({ at: Math.round(between(zero, fact.at)) / 1_000, serving: serving.size });
  }
  return points;
}

/** For each instance when it served: a curve of 0 and 1, from the beginning of the run on. */
export function servingTracks(facts: readonly Fact[], zero: Instant): readonly Track[] {
  const points = new Map<string, ServingPoint[]>();
  const secondsOf = (at: Instant): number => Math.round(between(zero, at)) / 1_000;
  for (const { instanceId, at, serving } of factsOf(facts, 'serving')) {
    const known = points.get(instanceId) ?? [];
    points.set(instanceId, [...known, { at: secondsOf(at), serving: serving ? 1 : 0 }]);
  }
  return factsOf(facts, 'instance').map(({ instanceId, name, at, state }) => ({
    name,
    trouble: 'not serving',
    points: [
      { at: secondsOf(at), serving: state === 'running' ? 1 : 0 },
      ...(points.get(instanceId) ?? []),
    ],
  }));
}
