import type { Attempt, Incident } from './incident';
import type { InstanceRecord } from './record';
import { mayHaveHappened } from './takedowns';
import { stopsInstance } from './remediation';
import { after, hours, minutes, ms, type Instant } from './time';

/** EC2 gives a place back by itself within an hour after this, should the watchdog fail to. */
export const RESERVED_FOR = hours(3);
/**
 * A place that was reserved proves that there is a way back for this long: the stop follows within
 * seconds. Where something objects meanwhile the place is given back, and asked for anew when
 * nothing does any more.
 */
const PROOF_HOLDS = minutes(15);
/** The stop and the start that follow a proof may last this long: the place must outlast them. */
const WAY_BACK = hours(1);
/** Tries of which nothing is heard are one request for this long: its end is set by the first. */
const SAME_REQUEST = hours(1);

/** A place that EC2 holds for an instance. */
export interface HeldPlace {
  readonly id: string;
  readonly at: Instant;
  /** The type that it is for, where that is another one than the instance had. */
  readonly instanceType: string | undefined;
}

/**
 * The reservation that holds a place for the instance at this moment, if one does: it is given up
 * with the start for which it was made, and EC2 ends it by itself.
 */
export function heldReservation(incident: Incident, now: Instant): HeldPlace | undefined {
  const { attempts } = incident;
  const last = attempts.findLastIndex(isReserved);
  const attempt = attempts[last];
  if (attempt?.outcome.kind !== 'accepted') return undefined;
  const { id, givenBackAt } = attempt.outcome;
  const isUsed = attempts.slice(last + 1).some(({ remediation }) => remediation === 'start');
  if (id === undefined || givenBackAt !== undefined || isUsed) return undefined;
  if (now >= after(askedAt(incident, last), RESERVED_FOR)) return undefined;
  return { id, at: attempt.at, instanceType: attempt.detail };
}

/** The place that proves that a stop has a way back; one that ends soon proves nothing. */
export function proofOf(incident: Incident, now: Instant): HeldPlace | undefined {
  const held = heldReservation(incident, now);
  if (held === undefined || now >= after(held.at, PROOF_HOLDS)) return undefined;
  const asked = askedAt(incident, incident.attempts.findLastIndex(isReserved));
  return now < after(asked, ms(RESERVED_FOR - WAY_BACK)) ? held : undefined;
}

/**
 * Since when a place is asked for or held so that the instance may be stopped, while that is still
 * to come: it is as good as a takedown under way, which others wait for. Undefined once a person
 * was called instead.
 */
export function provingSince(incident: Incident | undefined, now: Instant): Instant | undefined {
  if (incident === undefined || incident.resolved !== undefined) return undefined;
  const last = incident.attempts.at(-1);
  if (last?.reason !== 'prove-capacity') return undefined;
  if (incident.escalated.some(({ at }) => at >= last.at)) return undefined;
  if (last.outcome.kind === 'intended') {
    return now < after(last.at, PROOF_HOLDS) ? last.at : undefined;
  }
  return proofOf(incident, now)?.at;
}

/** Every reservation that was made in an incident and not given back yet, the oldest first. */
export function reservationsOf({ attempts }: Incident): readonly string[] {
  return attempts.flatMap(({ remediation, outcome }) =>
    remediation === 'reserve-capacity' &&
    outcome.kind === 'accepted' &&
    outcome.givenBackAt === undefined
      ? (outcome.id ?? [])
      : [],
  );
}

/** The same incident, with what was given back of its reservations. */
export function withGivenBack(
  incident: Incident,
  ids: ReadonlySet<string>,
  now: Instant,
): Incident {
  if (!reservationsOf(incident).some((id) => ids.has(id))) return incident;
  const attempts = incident.attempts.map((attempt): Attempt => {
    const { outcome } = attempt;
    const isGone = outcome.kind === 'accepted' && outcome.id !== undefined && ids.has(outcome.id);
    return isGone ? { ...attempt, outcome: { ...outcome, givenBackAt: now } } : attempt;
  });
  return { ...incident, attempts };
}

/**
 * The places that nobody waits for any more: all of an incident that is over, and a proof to which
 * no stop came in its time.
 */
function idleReservations(incident: Incident, now: Instant): readonly string[] {
  if (incident.resolved !== undefined) return reservationsOf(incident);
  const last = incident.attempts.findLastIndex(isReserved);
  const isUsed = incident.attempts
    .slice(last + 1)
    .filter(mayHaveHappened)
    .some(({ remediation }) => remediation === 'start' || stopsInstance(remediation));
  const isProof = incident.attempts[last]?.reason === 'prove-capacity' && !isUsed;
  return isProof && proofOf(incident, now) === undefined ? reservationsOf(incident) : [];
}

/** All that is to be given back at this moment, of incidents that ended before too. */
export function owedPlaces(
  { incident, unreleased = [] }: Pick<InstanceRecord, 'incident' | 'unreleased'>,
  now: Instant,
): readonly string[] {
  return [...unreleased, ...(incident === undefined ? [] : idleReservations(incident, now))];
}

function isReserved({ remediation, outcome }: Attempt): boolean {
  return remediation === 'reserve-capacity' && outcome.kind === 'accepted';
}

function askedAt({ attempts }: Incident, index: number): Instant {
  const at = attempts[index]?.at;
  if (at === undefined) throw new Error(`no attempt at ${index}`);
  return firstAskedAt({ attempts: attempts.slice(0, index) }, at);
}

/**
 * When the reservation that is being asked for was first asked for: tries of which nothing was
 * heard are the same request, so that EC2 makes one reservation of them (ClientToken).
 */
export function firstAskedAt({ attempts }: Pick<Incident, 'attempts'>, now: Instant): Instant {
  const asked = attempts.filter(({ remediation }) => remediation === 'reserve-capacity');
  const answered = asked.findLastIndex(
    ({ outcome }) => outcome.kind !== 'intended' && outcome.kind !== 'unavailable',
  );
  return [...asked.slice(answered + 1).map(({ at }) => at), now].reduce((first, at) =>
    at < after(first, SAME_REQUEST) ? first : at,
  );
}
