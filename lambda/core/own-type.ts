import type { Incident } from './incident';
import { remember } from './notices';
import { OWN_TYPE } from './planned-work';
import type { Policy } from './policy';
import type { InstanceRecord } from './record';
import { takedownsOf } from './takedowns';
import { after, days, iso, latest, parseInstant, type Instant } from './time';

/** A server is not taken down, nor a place asked for, more often than this for its own type. */
const TRIED_EVERY = days(7);
const TRIED = `tried:${OWN_TYPE}:`;

/**
 * Whether the policy lets a place be reserved. Without one a server that runs well would be stopped
 * for a type that EC2 may not have: then its own type is a person's to restore.
 */
export function mayReserve({ ladders }: Pick<Policy, 'ladders'>): boolean {
  return Object.values(ladders)
    .flat()
    .some(
      ({ remediation, requires }) =>
        remediation === 'reserve-capacity' || requires.includes('capacity-proof'),
    );
}

/** Whether an incident has tried to bring the server back to its own type, whatever came of it. */
export function hasTriedOwnType(incident: Incident | undefined): boolean {
  if (incident?.planned?.eventId !== OWN_TYPE) return false;
  const isRefused = incident.attempts.some(
    ({ remediation, outcome }) =>
      remediation === 'reserve-capacity' &&
      (outcome.kind === 'no-capacity' || outcome.kind === 'refused'),
  );
  return isRefused || takedownsOf(incident).length > 0;
}

/** The record with the memory of a try, which outlives its incident. */
export function withOwnTypeTried(record: InstanceRecord, at: Instant): InstanceRecord {
  const key = `${TRIED}${iso(at)}`;
  return record.told.includes(key) ? record : remember(record, key);
}

/** The earliest moment for another try; undefined where there was none. */
export function ownTypeAgainAt({ told }: Pick<InstanceRecord, 'told'>): Instant | undefined {
  const [first, ...rest] = told
    .filter((key) => key.startsWith(TRIED))
    .flatMap((key) => parseInstant(key.slice(TRIED.length)) ?? []);
  return first === undefined ? undefined : after(latest(first, ...rest), TRIED_EVERY);
}
