import type { ZoneStorm } from '../core/record';
import { zoneStormsNow, type Fleet } from '../core/takedown-facts';
import { between, minutes } from '../core/time';
import type { Run } from './run';

/** A zone's storm is written down again after this, so that its cooldown counts from its end. */
const STORM_WRITTEN_EVERY = minutes(1);

/** Remembers zones in a storm, so that their cooldown is kept by every invocation. */
export async function noteZoneStorms(run: Run, fleet: Fleet): Promise<void> {
  const before = run.fleet.zoneStorms ?? [];
  const now = zoneStormsNow(fleet);
  if (!isNews(before, now)) {
    run.fleet = { ...run.fleet, zoneStorms: now };
    return;
  }
  const next = { ...run.fleet, zoneStorms: now, version: run.fleet.version + 1 };
  const written = await run.ports.store.writeFleet(next);
  // Not written: this pass knows it all the same, and the next look sees it again.
  run.fleet = written === 'written' ? next : { ...run.fleet, zoneStorms: now };
}

function isNews(before: readonly ZoneStorm[], now: readonly ZoneStorm[]): boolean {
  return now.some(({ zone, seenAt }) => {
    const known = before.find((storm) => storm.zone === zone);
    return known === undefined || between(known.seenAt, seenAt) >= STORM_WRITTEN_EVERY;
  });
}
