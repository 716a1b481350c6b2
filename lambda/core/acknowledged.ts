import type { Incident } from './incident';
import { oneLine } from './one-line';
import { OPERATOR_TAGS } from './tags';
import type { Instant } from './time';

/** Who is named behind the incident's id is kept up to this length. */
const NAME_LIMIT = 60;

/**
 * The incident with what the tag `watchdog:ack` says of it: `<incident id>`, and behind a space
 * who. The tag of an earlier incident acknowledges nothing, so it need not be taken away.
 */
export function withAcknowledgement(
  incident: Incident,
  tags: Readonly<Record<string, string>>,
  now: Instant,
): Incident {
  const by = acknowledgedOnTag(incident, tags);
  if (by === undefined || incident.acknowledged !== undefined) return incident;
  return { ...incident, acknowledged: { at: now, by } };
}

/** Who acknowledges this incident by the tag; empty for nobody named, undefined for none. */
export function acknowledgedOnTag(
  { id }: Pick<Incident, 'id'>,
  tags: Readonly<Record<string, string>>,
): string | undefined {
  const [about, ...by] = (tags[OPERATOR_TAGS.acknowledged] ?? '').trim().split(/\s+/);
  return about === id ? oneLine(by.join(' '), NAME_LIMIT) : undefined;
}
