import type { OutageWindow } from './outage';
import { addNotice, healthKey, type HealthFact } from './notices';
import type { InstanceRecord, PastOutage } from './record';
import type { HealthTopic } from './signals/signal';
import { before, minutes, type Instant } from './time';

/** What AWS says when it was its host, in hindsight too. */
const CONFIRMING: readonly HealthTopic[] = [
  'availability-issue',
  'auto-recovery-success',
  'auto-recovery-failure',
];
/** AWS dates its events to when it knows; the outage may have been seen earlier or later. */
const MARGIN = minutes(30);

/** The span of an outage; one without an end lasted until its incident was closed. */
export function pastOutage({ firstKnownBad, goodAgain }: OutageWindow, now: Instant): PastOutage {
  return { from: firstKnownBad, to: goodAgain ?? now };
}

/**
 * The record with AWS's confirmation of its last incident: for the archive, and for the digest,
 * since it asks nothing of anybody. Undefined where the event is about something else, which may
 * be going on. Health events come up to an hour late.
 */
export function withConfirmation(
  record: InstanceRecord,
  fact: HealthFact,
  now: Instant,
): InstanceRecord | undefined {
  const { lastIncidentId: incidentId, lastOutage, amendments = [] } = record;
  if (incidentId === undefined || lastOutage === undefined) return undefined;
  const { startsAt, topic, code, description } = fact;
  const isThen =
    startsAt !== undefined &&
    startsAt >= before(lastOutage.from, MARGIN) &&
    startsAt <= lastOutage.to;
  if (!isThen || !CONFIRMING.includes(topic)) return undefined;
  const key = healthKey(fact);
  if (record.told.includes(key)) return record;
  const text = `AWS confirmed incident ${incidentId}: ${code}. ${description}`.trim();
  const told = addNotice(record, { key, severity: 'info', waits: true, text }, now);
  return { ...told, amendments: [...amendments, { incidentId, fact }] };
}
