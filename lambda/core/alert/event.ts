import { instanceArn } from '../arn';
import { oneLine } from '../one-line';
import type { Incident } from '../incident';
import type { InstanceRecord } from '../record';
import type { Reason } from '../reasons';
import type { Home } from '../signals/signal';
import { iso, type Instant } from '../time';
import type { AlertKind, PendingAlert, Severity } from './alert';
import { ascii } from './format';

/** The source of every event of ours. EventBridge keeps `aws.*` for AWS. */
export const EVENT_SOURCE = 'livechat-watchdog';

/** The detail-type of each message; programs choose by it. */
export const DETAIL_TYPES = {
  opened: 'LiveChat Watchdog Incident Opened',
  changed: 'LiveChat Watchdog Incident Changed',
  'needs-person': 'LiveChat Watchdog Incident Needs Person',
  serving: 'LiveChat Watchdog Incident Serving',
  closed: 'LiveChat Watchdog Incident Closed',
  notice: 'LiveChat Watchdog Notice',
  storm: 'LiveChat Watchdog Storm',
} as const satisfies Readonly<Record<AlertKind | 'storm', string>>;

/** An event as EventBridge takes it; the schemas are in docs/events. */
export interface ProgramEvent {
  readonly detailType: string;
  readonly at: Instant;
  /** ARNs. */
  readonly resources: readonly string[];
  /** Versioned: fields are added within a version, never taken away or changed. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The version of `detail`. */
const VERSION = 1;
/** Values from outside are bounded: an event's size is charged and limited. */
const VALUE_LIMIT = 300;
const TEXT_LIMIT = 900;
const ID_LIMIT = 200;

/** What an event needs beside the record. */
export interface EventContext {
  readonly home: Home;
  /** The message's subject. */
  readonly summary: string;
  /** The storm in whose message it was told. */
  readonly stormId?: string | undefined;
}

/** The event that tells programs what an alert tells people. */
export function eventOf(
  alert: PendingAlert,
  record: InstanceRecord,
  { home, summary, stormId }: EventContext,
): ProgramEvent {
  const { kind, severity, at } = alert;
  const { instanceId, label } = record;
  const incident = kind === 'notice' ? undefined : record.incident;
  const reason: Reason | undefined =
    alert.reason ?? alert.about ?? incident?.timeline.at(-1)?.reason;
  return {
    detailType: DETAIL_TYPES[kind],
    at,
    resources: [instanceArn(home, instanceId)],
    detail: {
      version: VERSION,
      id: eventId(alert, record),
      kind,
      severity,
      at: iso(at),
      summary: oneLine(summary, VALUE_LIMIT),
      ...(alert.text !== undefined && { text: oneLine(alert.text, TEXT_LIMIT) }),
      ...(reason !== undefined && { reason }),
      ...(alert.repeat !== undefined && { repeat: alert.repeat }),
      instance: {
        id: instanceId,
        name: oneLine(label.name, VALUE_LIMIT),
        type: oneLine(label.instanceType, VALUE_LIMIT),
        zone: oneLine(label.zone, VALUE_LIMIT),
        policy: oneLine(label.policy, VALUE_LIMIT),
      },
      ...(incident !== undefined && aboutIncident(incident)),
      ...(stormId !== undefined && { stormId }),
    },
  };
}

/** The same for a repeated delivery: alerts go out at least once. */
function eventId({ kind, key, at }: PendingAlert, { instanceId }: InstanceRecord): string {
  return ascii(`${instanceId}:${kind}:${iso(at)}:${key}`, ID_LIMIT);
}

function aboutIncident({ id, openedAt, condition, cause, outage }: Incident): object {
  return {
    incidentId: id,
    openedAt: iso(openedAt),
    condition,
    cause: { kind: cause.kind, detail: cause.detail, confidence: cause.confidence },
    outage: {
      lastKnownGood: iso(outage.lastKnownGood),
      firstKnownBad: iso(outage.firstKnownBad),
      ...(outage.goodAgain !== undefined && { goodAgain: iso(outage.goodAgain) }),
    },
  };
}

/** What a storm's event says. */
export interface StormFacts {
  readonly id: string;
  readonly openedAt: Instant;
  readonly at: Instant;
  /** Its last message. */
  readonly isOver: boolean;
  readonly severity: Severity;
  readonly counts: { readonly instances: number; readonly serving: number };
  readonly needPerson: number;
  readonly zones: readonly string[];
  readonly summary: string;
}

/** The event that tells programs what the message of a storm tells people. */
export function stormEvent(facts: StormFacts): ProgramEvent {
  const { id, at, counts } = facts;
  return {
    detailType: DETAIL_TYPES.storm,
    at,
    // The members' own events name them; a storm of a thousand would not fit here.
    resources: [],
    detail: {
      version: VERSION,
      id: ascii(`${id}:${iso(at)}`, ID_LIMIT),
      kind: 'storm',
      severity: facts.severity,
      at: iso(at),
      summary: oneLine(facts.summary, VALUE_LIMIT),
      stormId: id,
      openedAt: iso(facts.openedAt),
      isOver: facts.isOver,
      instances: counts.instances,
      serving: counts.serving,
      needPerson: facts.needPerson,
      zones: facts.zones.map((zone) => oneLine(zone, VALUE_LIMIT)),
    },
  };
}
