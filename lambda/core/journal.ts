import type { PendingAlert } from './alert/alert';
import type { Decision } from './decision';
import { servedAfter, type Incident, type Seen, type Sent } from './incident';
import { CHECKS, type InstanceView } from './observation';
import type { Instant } from './time';

/** An incident keeps so many entries of a kind; the oldest go first. */
export const JOURNAL_LIMIT = 60;

/** The incident with what this look shows otherwise than the looks before. */
export function withSeen(incident: Incident, view: InstanceView, now: Instant): Incident {
  const { seen = [] } = incident;
  const shown: readonly Seen[] = [
    { at: now, what: 'state', now: view.state },
    ...CHECKS.map((what): Seen => ({ at: now, what, now: view.checks[what].status })),
  ];
  const news = shown.filter((entry) => isNews(entry, seen));
  if (news.length === 0) return incident;
  return { ...incident, seen: [...seen, ...news].slice(-JOURNAL_LIMIT) };
}

/** What was not read, or is not there, has nothing to tell. */
function isNews({ what, now }: Seen, seen: readonly Seen[]): boolean {
  const last = seen.findLast((entry) => entry.what === what)?.now;
  if (now === 'unknown' || (now === 'not-configured' && last === undefined)) return false;
  return last !== now;
}

/** The incident with what shadow mode kept from being done; the same wish counts once a boot. */
export function withWouldHave(incident: Incident, decision: Decision, now: Instant): Incident {
  if (decision.kind !== 'escalate' || decision.instead === undefined) return incident;
  const { remediation, reason } = decision.instead;
  const { wouldHave = [] } = incident;
  const isKnown = wouldHave.some(
    (wish) =>
      wish.remediation === remediation && wish.reason === reason && !servedAfter(incident, wish.at),
  );
  if (isKnown) return incident;
  const wish = { remediation, reason, at: now };
  return { ...incident, wouldHave: [...wouldHave, wish].slice(-JOURNAL_LIMIT) };
}

/** The incident with the messages that SNS took; `inStorm`: in one message with others. */
export function withSent(
  incident: Incident,
  alerts: readonly PendingAlert[],
  { now, inStorm }: { readonly now: Instant; readonly inStorm: boolean },
): Incident {
  if (alerts.length === 0) return incident;
  const news = alerts.map(({ kind, severity, reason, at }): Sent => ({
    kind,
    severity,
    at,
    sentAt: now,
    ...(reason !== undefined && { reason }),
    ...(inStorm && { inStorm }),
  }));
  return { ...incident, sent: [...(incident.sent ?? []), ...news].slice(-JOURNAL_LIMIT) };
}
