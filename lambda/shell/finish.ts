import { pastOutage } from '../core/confirmation';
import { shortagesOf } from '../core/places';
import type { InstanceRecord } from '../core/record';
import { owedPlaces, reservationsOf, withGivenBack } from '../core/reservation';
import { isCapacityRecent } from '../core/takedown-facts';
import type { Instant } from '../core/time';
import { sameRecord, type Run } from './run';

/**
 * Records what became of the effects and lets go of the leases. An incident that is over and told
 * is archived and taken off the record.
 */
export async function finish(run: Run, records: readonly InstanceRecord[]): Promise<void> {
  await Promise.all(records.map((record) => finishOne(run, record)));
}

async function finishOne(run: Run, found: InstanceRecord): Promise<void> {
  const { store, clock, telemetry } = run.ports;
  const record = await amended(run, await givenBack(run, found));
  const isOver = record.incident?.resolved !== undefined && record.outbox.length === 0;
  const archived = isOver && (await store.archive(record)) !== 'down';
  const closed = archived ? withoutIncident(record, clock.now()) : record;
  const asWritten = run.records.get(record.instanceId);
  const holdsLease = closed.lease !== undefined && closed.lease.until > clock.now();
  if (!holdsLease && asWritten !== undefined && sameRecord(closed, asWritten)) return;
  const released: InstanceRecord = {
    ...closed,
    version: closed.version + 1,
    ...(closed.lease && { lease: { ...closed.lease, until: clock.now() } }),
  };
  const outcome = await store.write(released);
  if (outcome === 'written') {
    run.records.set(record.instanceId, released);
  } else {
    telemetry.count(outcome === 'down' ? 'StoreDown' : 'StoreConflicts', 1);
    telemetry.log('warn', 'outcome not recorded; the next look takes it up', {
      instanceId: record.instanceId,
      outcome,
    });
  }
}

/**
 * The record without the places that nobody waits for, as far as EC2 took them back; what runs in
 * one runs on. Where EC2 does not answer it is asked again at the next look; where it refuses, the
 * reservation ends by itself.
 */
async function givenBack({ ports }: Run, record: InstanceRecord): Promise<InstanceRecord> {
  const done = new Set<string>();
  const owed = owedPlaces(record, ports.clock.now());
  for (const reservationId of owed) {
    const { kind } = await ports.capacity.release(reservationId);
    if (kind === 'accepted' || kind === 'refused') done.add(reservationId);
    if (kind === 'accepted') continue;
    ports.telemetry.log('warn', 'reservation not given back; it ends by itself', {
      instanceId: record.instanceId,
      reservationId,
      outcome: kind,
    });
  }
  if (done.size === 0) return record;
  const { incident, unreleased = [], ...rest } = record;
  const left = unreleased.filter((id) => !done.has(id));
  return {
    ...rest,
    ...(incident && { incident: withGivenBack(incident, done, ports.clock.now()) }),
    ...(left.length > 0 && { unreleased: left }),
  };
}

/** The record once the archive has what AWS said after the end of an incident. */
async function amended({ ports }: Run, record: InstanceRecord): Promise<InstanceRecord> {
  const { amendments, ...rest } = record;
  if (amendments === undefined) return record;
  const outcomes = await Promise.all(amendments.map((it) => ports.store.amend(it)));
  const left = amendments.filter((_, index) => outcomes[index] === 'down');
  return left.length === 0 ? rest : { ...rest, amendments: left };
}

/** What outlives an incident: its name, what it found of capacity, what EC2 holds for it still. */
function withoutIncident(record: InstanceRecord, now: Instant): InstanceRecord {
  const { incident, shortages: _old, unreleased: _owed, ...rest } = record;
  if (incident === undefined) return record;
  const unreleased = [...new Set([...(record.unreleased ?? []), ...reservationsOf(incident)])];
  const shortages = [...(record.shortages ?? []), ...shortagesOf(record)].filter(({ at }) =>
    isCapacityRecent(at, now),
  );
  return {
    ...rest,
    lastIncidentId: incident.id,
    lastOutage: pastOutage(incident.outage, now),
    ...(shortages.length > 0 && { shortages }),
    ...(unreleased.length > 0 && { unreleased }),
  };
}
