import type { Incident, Undated } from './incident';
import type { Checks } from './observation';
import type { Instant } from './time';

/** The worst first, as a ladder is chosen. */
const CHECKS: readonly (keyof Checks)[] = ['system', 'attachedEbs', 'instance', 'application'];

/**
 * The worst check that fails without EC2's word since when, and since when that was seen: an
 * incident may have been open for hours before, for something else. A check that was not read says
 * neither that it goes on nor that it is over.
 */
export function undatedOf(
  checks: Checks,
  known: Undated | undefined,
  now: Instant,
): Undated | undefined {
  const check = CHECKS.find(
    (name) => checks[name].status === 'impaired' && checks[name].impairedSince === undefined,
  );
  if (known !== undefined && checks[known.check].status === 'unknown') return known;
  if (check === undefined) return undefined;
  return known?.check === check ? known : { check, since: now };
}

/** The incident with what fails undated by now; the same one where nothing changed. */
export function withUndated(incident: Incident, checks: Checks, now: Instant): Incident {
  const { undated: known, ...rest } = incident;
  const undated = undatedOf(checks, known, now);
  if (undated === known) return incident;
  return undated === undefined ? rest : { ...rest, undated };
}

/** Since when a check has failed: by EC2's word, or since it was seen to. */
export function failingSince(
  { undated, openedAt }: Incident,
  check: keyof Checks,
  impairedSince: Instant | undefined,
): Instant {
  return impairedSince ?? (undated?.check === check ? undated.since : openedAt);
}
