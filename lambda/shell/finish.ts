import type { InstanceRecord } from '../core/record';
import { reservationsOf } from '../core/reservation';
import { sameRecord, type Run } from './run';

/**
 * Records what became of the effects and lets go of the leases. An incident that is over and told
 * is archived and taken off the record.
 */
export async function finish(run: Run, records: readonly InstanceRecord[]): Promise<void> {
  await Promise.all(records.map((record) => finishOne(run, record)));
}

async function finishOne(run: Run, record: InstanceRecord): Promise<void> {
  const { store, clock, telemetry } = run.ports;
  const isOver = record.incident?.resolved !== undefined && record.outbox.length === 0;
  if (isOver) await giveBack(run, record);
  const archived = isOver && (await store.archive(record)) !== 'down';
  const closed = archived ? withoutIncident(record) : record;
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

/** A reserved place is given back; what runs in it runs on. EC2 ends it by itself if this fails. */
async function giveBack({ ports }: Run, { incident, instanceId }: InstanceRecord): Promise<void> {
  for (const reservationId of incident === undefined ? [] : reservationsOf(incident)) {
    const { kind } = await ports.capacity.release(reservationId);
    if (kind === 'accepted') continue;
    ports.telemetry.log('warn', 'reservation not given back; it ends by itself', {
      instanceId,
      reservationId,
      outcome: kind,
    });
  }
}

function withoutIncident({ incident, ...rest }: InstanceRecord): InstanceRecord {
  return incident === undefined ? rest : { ...rest, lastIncidentId: incident.id };
}
