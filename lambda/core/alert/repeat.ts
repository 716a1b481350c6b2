import { servedAfter, type Escalated, type Incident } from '../incident';
import { isOnlyPlanned } from '../takedowns';
import { after, minutes, type Instant } from '../time';

/** A page that nobody acknowledged is sent again so long after people got it first. */
const REPEATS = [minutes(5), minutes(15)] as const;

/** The page that stands, and when it is due again; undefined when it is not to be repeated. */
export interface Repeat {
  readonly page: Escalated;
  readonly dueAt: Instant;
}

/**
 * Which page is to be repeated next. Only the last one, only as long as nothing has changed since:
 * nobody acknowledged it, the server does not serve, and AWS took no further attempt. A reason
 * that is told again and again by itself (no capacity) is repeated only the first time.
 */
export function repeatOf(incident: Incident): Repeat | undefined {
  const page = incident.escalated.at(-1);
  if (page === undefined || incident.acknowledged !== undefined) return undefined;
  if (incident.resolved !== undefined || isOnlyPlanned(incident)) return undefined;
  const isReminder = incident.escalated.slice(0, -1).some(({ reason }) => reason === page.reason);
  const delay = REPEATS[page.repeats ?? 0];
  if (delay === undefined || isReminder || hasMovedOn(incident, page)) return undefined;
  return { page, dueAt: after(reachedAt(incident, page), delay) };
}

/** When SNS took it first, which may be long after it was decided; until then, when it was. */
function reachedAt({ sent = [] }: Incident, page: Escalated): Instant {
  const first = sent.find(({ kind, at }) => kind === 'needs-person' && at >= page.at);
  return first?.sentAt ?? page.at;
}

/** What people were told is no longer how it is. */
function hasMovedOn(incident: Incident, { at }: Escalated): boolean {
  const acted = incident.attempts.some(
    (attempt) => attempt.outcome.kind === 'accepted' && attempt.at > at,
  );
  return acted || servedAfter(incident, at);
}

/** The incident with its last page sent once more. */
export function withRepeat(incident: Incident): Incident {
  const escalated = incident.escalated.map((page, index, all) =>
    index === all.length - 1 ? { ...page, repeats: (page.repeats ?? 0) + 1 } : page,
  );
  return { ...incident, escalated };
}
