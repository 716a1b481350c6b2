import type { Incident } from '../lambda/core/incident';
import { uncertainty } from '../lambda/core/outage';
import type { InstanceRecord } from '../lambda/core/record';
import { isTakedown } from '../lambda/core/remediation';
import { earliest, type Instant } from '../lambda/core/time';
import type { ImpactWindow } from './model';

/**
 * When the instance did not serve. The record keeps the last outage window as it was measured; of
 * those before it in the same incident it keeps their ends; their beginnings tell what was seen.
 */
export function windowsOf(record: InstanceRecord, incident: Incident): readonly ImpactWindow[] {
  const { outage, served } = incident;
  if (!hasImpact(incident)) return [];
  const last: ImpactWindow = {
    from: outage.firstKnownBad,
    uncertainty: uncertainty(outage),
    to: outage.goodAgain,
  };
  const before = served.filter((at) => at < outage.firstKnownBad);
  const earlier = before.map((to, index) =>
    earlierWindow(record, incident, [before[index - 1], to]),
  );
  return [...earlier.filter((window) => window !== undefined), last];
}

/** A move that was planned and not made yet, or never, harmed nobody. */
function hasImpact({ condition, outage, attempts }: Incident): boolean {
  if (condition !== 'planned' || outage.goodAgain !== undefined) return true;
  return attempts.some(
    ({ remediation, outcome }) => isTakedown(remediation) && outcome.kind === 'accepted',
  );
}

function earlierWindow(
  record: InstanceRecord,
  incident: Incident,
  [after, to]: readonly [Instant | undefined, Instant],
): ImpactWindow | undefined {
  const isWithin = (at: Instant): boolean => at < to && (after === undefined || at > after);
  const [first, ...rest] = wentDownAt(record, incident).filter(isWithin);
  if (first !== undefined) return { from: earliest(first, ...rest), to };
  return after === undefined && incident.openedAt < to
    ? { from: incident.openedAt, to }
    : undefined;
}

/** Every moment at which something says that it was going down. */
function wentDownAt(
  { evidence }: InstanceRecord,
  { seen = [], attempts, openedAt }: Incident,
): readonly Instant[] {
  const events = evidence.filter(
    (fact) => fact.kind === 'state-change' && fact.state.startsWith('stop'),
  );
  const looks = seen.filter(({ what, now }) => what === 'state' && now.startsWith('stop'));
  const own = attempts.filter(
    ({ remediation, outcome }) => isTakedown(remediation) && outcome.kind === 'accepted',
  );
  // Evidence of the two days before may be that of another incident.
  const since = openedAt - LOOK_BACK_MS;
  return [...events, ...looks, ...own].map(({ at }) => at).filter((at) => at >= since);
}

const LOOK_BACK_MS = 600_000;
