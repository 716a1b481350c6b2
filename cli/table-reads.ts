import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { readArchive, type ArchivedRecord } from '../lambda/adapters/archive';
import { createStorePort } from '../lambda/adapters/store';
import type { Item } from '../lambda/adapters/store-item';
import type { Pause } from '../lambda/core/pause';
import type { FleetRecord, InstanceRecord } from '../lambda/core/record';
import type { Instant } from '../lambda/core/time';
import { AccountError, accountError } from './account-error';
import { told, type Connection } from './connection';
import { listener, witness, type UnreadableRecord } from './witness';

/** All that the table holds of the present. */
export interface FleetRead {
  readonly records: ReadonlyMap<string, InstanceRecord>;
  readonly fleet: FleetRecord;
  /** Policies that are paused or held now, as a whole. */
  readonly policyPauses: ReadonlyMap<string, Pause>;
  readonly unreadable: readonly UnreadableRecord[];
}

/** The record of an instance with an incident in it. */
export type IncidentRecord = ArchivedRecord;

/** Which incidents are asked for. */
export interface Recent {
  /** Those that opened then or later; all when absent. */
  readonly since?: Instant | undefined;
  /** So many at most, the newest; all when absent. */
  readonly limit?: number | undefined;
}

/** What is read of the incident table. Every call throws an AccountError. */
export interface TableReads {
  /** Every instance's record, the fleet's, and the pauses of whole policies. */
  readFleet(): Promise<FleetRead>;
  /** An incident that is open or, from the archive, over; undefined when nobody knows it. */
  readIncident(id: string): Promise<IncidentRecord | undefined>;
  /**
   * Incidents that are open or over, the newest first. It reads the whole table: there is no index
   * by time, since only people ask. What is over and cannot be read is left out: `readIncident`
   * tells why.
   */
  recentIncidents(recent: Recent): Promise<readonly IncidentRecord[]>;
}

/** Reads the incident table, with the codec and the port of the function. */
export function createTableReads(connection: Connection): TableReads {
  const { clients, table, clock, asking } = connection;
  const readFleet = async (): Promise<FleetRead> => {
    const unreadable: UnreadableRecord[] = [];
    const { client, thrown } = witness(clients.dynamo);
    const options = { tableName: table, clock, telemetry: listener(unreadable) };
    const answer = await createStorePort(client, options).readAll();
    if (answer.kind === 'down') {
      throw accountError(thrown() ?? new Error(answer.error), asking('dynamodb:Query', table));
    }
    const { records, fleet, policyPauses } = answer;
    return { records, fleet, policyPauses, unreadable };
  };
  const inFleet = async (): Promise<readonly IncidentRecord[]> =>
    [...(await readFleet()).records.values()].filter(hasIncident);
  return {
    readFleet,
    readIncident: async (id) =>
      (await archived(connection, id)) ??
      (await inFleet()).find(({ incident }) => incident.id === id),
    async recentIncidents({ since, limit }) {
      const byId = new Map<string, IncidentRecord>();
      // What is archived is final, and comes last.
      for (const record of [...(await inFleet()), ...(await everyArchived(connection))]) {
        const { id, openedAt } = record.incident;
        if (since === undefined || openedAt >= since) byId.set(id, record);
      }
      const newestFirst = [...byId.values()].sort(
        (a, b) => b.incident.openedAt - a.incident.openedAt,
      );
      return newestFirst.slice(0, limit);
    },
  };
}

const hasIncident = (record: InstanceRecord): record is IncidentRecord =>
  record.incident !== undefined;

/** The incident's partition: its record, and what AWS said of it later. */
async function archived(connection: Connection, id: string): Promise<IncidentRecord | undefined> {
  const { clients, table, asking } = connection;
  const { Items = [] } = await told(asking('dynamodb:Query', table), async () =>
    clients.dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :incident',
        ExpressionAttributeValues: { ':incident': { S: `incident#${id}` } },
      }),
    ),
  );
  const [found] = readArchive(Items);
  if (found?.kind === 'unreadable') throw unreadable(id, found.error);
  return found?.record;
}

function unreadable(id: string, message: string): AccountError {
  return new AccountError(
    `The record of ${id} cannot be read (${message}).\n` +
      '  A newer version of the watchdog may have written it: update this checkout.',
  );
}

async function everyArchived({
  clients,
  table,
  asking,
}: Connection): Promise<readonly IncidentRecord[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const command = new ScanCommand({
      TableName: table,
      FilterExpression: 'begins_with(pk, :incident)',
      ExpressionAttributeValues: { ':incident': { S: 'incident#' } },
      ...(from !== undefined && { ExclusiveStartKey: from }),
    });
    const page = await told(asking('dynamodb:Scan', table), async () =>
      clients.dynamo.send(command),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  // A page may end between a record and what AWS said of it later.
  return readArchive(items).flatMap((one) => (one.kind === 'record' ? [one.record] : []));
}
