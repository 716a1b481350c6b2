import type { InstanceRecord, Shortage } from './record';
import { latest, type Instant } from './time';

/** How EC2 answered starts of one type in one zone lately, as far as incidents tell. */
export interface Place {
  /** When it last had no capacity. */
  readonly refusedAt?: Instant | undefined;
  /** When it last took a start. */
  readonly acceptedAt?: Instant | undefined;
}

/** Capacity is a matter of the type and the zone. */
export const placeKey = (zone: string, instanceType: string): string => `${zone}/${instanceType}`;

/** What is remembered of each place: EC2's answer to one server holds for the next one too. */
export function placesOf(records: Iterable<InstanceRecord>): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const refused = ({ zone, instanceType, at }: Shortage): void => {
    const key = placeKey(zone, instanceType);
    const known = places.get(key) ?? {};
    places.set(key, { ...known, refusedAt: latest(at, known.refusedAt ?? at) });
  };
  for (const record of records) {
    const { incident, label } = record;
    for (const shortage of [...(record.shortages ?? []), ...shortagesOf(record)]) refused(shortage);
    for (const { remediation, outcome, detail, at } of incident?.attempts ?? []) {
      if (remediation !== 'start' || outcome.kind !== 'accepted') continue;
      const key = placeKey(label.zone, detail ?? label.instanceType);
      const known = places.get(key) ?? {};
      places.set(key, { ...known, acceptedAt: latest(at, known.acceptedAt ?? at) });
    }
  }
  return places;
}

/**
 * Each place for which EC2 had no capacity in a record's incident, with when it last said so: what
 * is kept of it when the incident ends, since the next server would meet the same.
 */
export function shortagesOf({
  incident,
  label,
}: Pick<InstanceRecord, 'incident' | 'label'>): readonly Shortage[] {
  const shortages = new Map<string, Shortage>();
  for (const { remediation, outcome, detail, at } of incident?.attempts ?? []) {
    if (remediation !== 'start' && remediation !== 'reserve-capacity') continue;
    if (outcome.kind !== 'no-capacity') continue;
    const instanceType = detail ?? label.instanceType;
    shortages.set(instanceType, { zone: label.zone, instanceType, at });
  }
  return [...shortages.values()];
}

/** Whether EC2 has taken a start there since it last had none to give. */
export function isOpenAgain({ refusedAt, acceptedAt }: Place, since: Instant): boolean {
  return acceptedAt !== undefined && acceptedAt > since && acceptedAt > (refusedAt ?? since);
}
