import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Pause } from '../core/pause';
import { NEW_FLEET, type FleetRecord, type InstanceRecord } from '../core/record';
import { after, hours, type Duration, type Instant } from '../core/time';
import type { StoreAnswer, StorePort, WriteOutcome } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { DynamoClient } from './clients';
import { retryOnce } from './retry-once';
import { writeClaim } from './store-claim';
import {
  amendmentItem,
  archiveItem,
  FLEET_KEY,
  fleetItem,
  instanceItem,
  takedownItem,
  type Item,
  type ItemContent,
} from './store-item';
import { createItemReader } from './store-reader';
import { writeItem, type StoreOptions } from './store-write';

/**
 * What is enrolled is written daily. A record that nobody wrote for this long belongs to an
 * instance that is gone or no longer managed; without an end they would add up.
 */
const KEEP_RECORD_FOR: Duration = hours(24 * 90);

/** An open incident is never forgotten: a stop that a person wanted may last for years. */
function forgottenAt(record: InstanceRecord, now: Instant): Instant | undefined {
  return record.incident === undefined ? after(now, KEEP_RECORD_FOR) : undefined;
}

/** Thirteen months: the incident of a year ago is still there to compare with. */
const ARCHIVE_FOR: Duration = hours(24 * 396);
/** A page holds 1 MB, some 500 records; a partition never holds more than 10 GB. */
const MOST_PAGES = 50;
async function readItems(
  client: DynamoClient,
  { tableName, clock }: StoreOptions,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :fleet',
      ExpressionAttributeValues: { ':fleet': { S: FLEET_KEY } },
      ConsistentRead: true,
      ExclusiveStartKey: from,
    });
    const answer = await retryOnce(clock, () => client.send(command));
    items.push(...(answer.Items ?? []));
    from = answer.LastEvaluatedKey;
    if (from === undefined) return items;
  }
  throw new Error(`The table has more than ${MOST_PAGES} pages of records`);
}

/** Tells of what cannot be read, which is never taken for something new. */
function report(contents: readonly ItemContent[], telemetry: StoreOptions['telemetry']): void {
  for (const content of contents) {
    if (content.kind !== 'unreadable') continue;
    const { sortKey, version, error } = content;
    telemetry.log('error', 'record-unreadable', { sortKey, version, error });
  }
}

/** Sorts what was read. */
function sortItems(contents: readonly ItemContent[]): StoreAnswer {
  const records = new Map<string, InstanceRecord>();
  const policyPauses = new Map<string, Pause>();
  const quarantined: string[] = [];
  let fleet: FleetRecord = NEW_FLEET;
  let takedownVersion = 0;
  for (const content of contents) {
    if (content.kind === 'instance') records.set(content.record.instanceId, content.record);
    if (content.kind === 'fleet') fleet = content.fleet;
    if (content.kind === 'takedowns') takedownVersion = content.version;
    if (content.kind === 'policy-pause' && content.pause.kind !== 'none') {
      policyPauses.set(content.policy, content.pause);
    }
    if (content.kind !== 'unreadable') continue;
    if (content.instanceId !== undefined) quarantined.push(content.instanceId);
    // The fleet's record is soft state (tick and storm): the next write heals it.
    if (content.sortKey === FLEET_KEY) fleet = { ...NEW_FLEET, version: content.version };
  }
  return { kind: 'read', records, fleet, takedownVersion, policyPauses, quarantined };
}

/** What of a record is written under its condition. */
function writeOf(record: InstanceRecord, now: Instant): { item: Item; previous: number } {
  return {
    item: instanceItem(record, forgottenAt(record, now)),
    previous: record.version - 1,
  };
}

/** The incident table in DynamoDB. */
export function createStorePort(client: DynamoClient, options: StoreOptions): StorePort {
  const { clock, telemetry } = options;
  const read = createItemReader();

  /** A record that cannot be put into its stored form must not take the others down with it. */
  const guarded = async (
    what: string,
    write: () => Promise<WriteOutcome>,
  ): Promise<WriteOutcome> => {
    try {
      return await write();
    } catch (error) {
      telemetry.log('error', 'record-not-writable', { what, error });
      return 'down';
    }
  };

  return {
    async readAll() {
      try {
        const items = await readItems(client, options);
        const contents = read(items, clock.now());
        report(contents, telemetry);
        return sortItems(contents);
      } catch (error) {
        return { kind: 'down', error: describeAwsError(awsError(error)) };
      }
    },
    write: (record) =>
      guarded(record.instanceId, async () =>
        writeItem(client, { ...writeOf(record, clock.now()), recognise: 'always' }, options),
      ),
    claimTakedown: (record, takedownVersion) =>
      guarded(record.instanceId, async () => {
        const now = clock.now();
        const item = takedownItem(takedownVersion + 1, record.instanceId, now);
        const takedowns = { item, previous: takedownVersion };
        return writeClaim(client, { record: writeOf(record, now), takedowns }, options);
      }),
    writeFleet: (fleet) =>
      guarded(FLEET_KEY, async () => {
        const item = fleetItem(fleet);
        const write = { item, previous: fleet.version - 1, recognise: 'after-failure' } as const;
        return writeItem(client, write, options);
      }),
    async archive(record) {
      const incident = record.incident;
      if (incident === undefined) {
        telemetry.log('error', 'nothing-to-archive', { instanceId: record.instanceId });
        return 'written';
      }
      const expiresAt = after(incident.resolved?.at ?? clock.now(), ARCHIVE_FOR);
      const outcome = await guarded(incident.id, async () => {
        const item = archiveItem(record, incident.id, expiresAt);
        return writeItem(client, { item, previous: 0, recognise: 'always' }, options);
      });
      // It is there already: what is archived stays as it was.
      return outcome === 'conflict' ? 'written' : outcome;
    },
    async amend(amendment) {
      const expiresAt = after(clock.now(), ARCHIVE_FOR);
      const outcome = await guarded(amendment.incidentId, async () => {
        const item = amendmentItem(amendment, expiresAt);
        return writeItem(client, { item, previous: 0, recognise: 'always' }, options);
      });
      return outcome === 'conflict' ? 'written' : outcome;
    },
  };
}
