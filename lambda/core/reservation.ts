import type { Attempt, Incident } from './incident';
import type { Instant } from './time';

/**
 * The reservation that holds a place for the instance, if one does: it is given up with the start
 * for which it was made.
 */
export function heldReservation({ attempts }: Incident): string | undefined {
  const last = attempts.findLastIndex(isReserved);
  const outcome = attempts[last]?.outcome;
  const isUsed = attempts.slice(last + 1).some(({ remediation }) => remediation === 'start');
  return outcome?.kind === 'accepted' && !isUsed ? outcome.id : undefined;
}

/** Every reservation that was made in an incident, also what was given up: giving back is cheap. */
export function reservationsOf({ attempts }: Incident): readonly string[] {
  return attempts
    .filter(isReserved)
    .flatMap(({ outcome }) => (outcome.kind === 'accepted' ? (outcome.id ?? []) : []));
}

function isReserved({ remediation, outcome }: Attempt): boolean {
  return remediation === 'reserve-capacity' && outcome.kind === 'accepted';
}

/**
 * When the reservation that is being asked for was first asked for: tries of which nothing was
 * heard are the same request, so that EC2 makes one reservation of them (ClientToken).
 */
export function firstAskedAt({ attempts }: Incident, now: Instant): Instant {
  const asked = attempts.filter(({ remediation }) => remediation === 'reserve-capacity');
  const answered = asked.findLastIndex(
    ({ outcome }) => outcome.kind !== 'intended' && outcome.kind !== 'unavailable',
  );
  return asked[answered + 1]?.at ?? now;
}
