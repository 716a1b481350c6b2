import {
  PutItemCommand,
  QueryCommand,
  type ConditionalCheckFailedException,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { NEW_FLEET, type FleetRecord, type InstanceRecord } from '../core/record';
import { after, hours, ms, type Duration, type Instant } from '../core/time';
import type { ClockPort, StoreAnswer, StorePort, TelemetryPort, WriteOutcome } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { DynamoClient } from './clients';
import { retryOnce } from './retry-once';
import { archiveItem, FLEET_KEY, fleetItem, instanceItem, readItem, type Item } from './store-item';

/** What the store needs beside the client. */
export interface StoreOptions {
  readonly tableName: string;
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

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
/** Between the two tries of a write. */
const PAUSE: Duration = ms(100);

/** How one PutItem ended. */
type Put =
  | { readonly kind: 'written' }
  /** The condition did not hold; `stored` is what is there instead. */
  | { readonly kind: 'refused'; readonly stored: Item | undefined }
  | { readonly kind: 'failed'; readonly retry: boolean; readonly error: string };

async function put(client: DynamoClient, input: PutItemCommandInput): Promise<Put> {
  try {
    await client.send(new PutItemCommand(input));
    return { kind: 'written' };
  } catch (error) {
    const read = awsError(error);
    if (read.code === 'ConditionalCheckFailedException') {
      return { kind: 'refused', stored: (error as ConditionalCheckFailedException).Item };
    }
    return { kind: 'failed', retry: read.fault !== 'client', error: describeAwsError(read) };
  }
}

/** Whether the stored item is the one that we meant to write: same version, same content. */
function isOurs(stored: Item | undefined, item: Item): boolean {
  return (
    stored !== undefined &&
    stored['version']?.N === item['version']?.N &&
    stored['body']?.S === item['body']?.S
  );
}

/** An item, the version that it must replace (0: none), and when a refusal is recognised. */
interface Write {
  readonly item: Item;
  readonly previous: number;
  /**
   * `always`: the content holds a lease, so nobody else can have written the same. `after-failure`:
   * only when a try of ours before may have taken effect, since another could write the same.
   */
  readonly recognise: 'always' | 'after-failure';
}

function inputOf(tableName: string, { item, previous }: Write): PutItemCommandInput {
  const isNew = previous === 0;
  return {
    TableName: tableName,
    Item: item,
    ConditionExpression: isNew ? 'attribute_not_exists(pk)' : '#version = :previous',
    ...(isNew
      ? {}
      : {
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':previous': { N: String(previous) } },
        }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** Writes once, and once more when DynamoDB gave no answer: the first may have taken effect. */
async function writeItem(
  client: DynamoClient,
  write: Write,
  { tableName, clock, telemetry }: StoreOptions,
): Promise<WriteOutcome> {
  const input = inputOf(tableName, write);
  const first = await put(client, input);
  const again = first.kind === 'failed' && first.retry;
  if (again) await clock.sleep(PAUSE);
  const last = again ? await put(client, input) : first;
  if (last.kind === 'written') return 'written';
  if (last.kind === 'refused') {
    const known = again || write.recognise === 'always';
    return known && isOurs(last.stored, write.item) ? 'written' : 'conflict';
  }
  telemetry.log('error', 'store-write-failed', { key: write.item['sk']?.S, error: last.error });
  return 'down';
}

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

/** Sorts what was read. What cannot be read is named, and never taken for something new. */
function sortItems(items: readonly Item[], telemetry: TelemetryPort): StoreAnswer {
  const records = new Map<string, InstanceRecord>();
  const quarantined: string[] = [];
  let fleet: FleetRecord = NEW_FLEET;
  for (const content of items.map(readItem)) {
    if (content.kind === 'instance') records.set(content.record.instanceId, content.record);
    if (content.kind === 'fleet') fleet = content.fleet;
    if (content.kind !== 'unreadable') continue;
    const { sortKey, instanceId, version, error } = content;
    telemetry.log('error', 'record-unreadable', { sortKey, version, error });
    if (instanceId !== undefined) quarantined.push(instanceId);
    // The fleet's record is soft state (tick and storm): the next write heals it.
    if (sortKey === FLEET_KEY) fleet = { ...NEW_FLEET, version };
  }
  return { kind: 'read', records, fleet, quarantined };
}

/** The incident table in DynamoDB. */
export function createStorePort(client: DynamoClient, options: StoreOptions): StorePort {
  const { clock, telemetry } = options;

  /** A record that cannot be put into its stored form must not take the others down with it. */
  const write = async (what: string, writeOf: () => Write): Promise<WriteOutcome> => {
    try {
      return await writeItem(client, writeOf(), options);
    } catch (error) {
      telemetry.log('error', 'record-not-writable', { what, error });
      return 'down';
    }
  };

  return {
    async readAll() {
      try {
        return sortItems(await readItems(client, options), telemetry);
      } catch (error) {
        return { kind: 'down', error: describeAwsError(awsError(error)) };
      }
    },
    write: (record) =>
      write(record.instanceId, () => ({
        item: instanceItem(record, forgottenAt(record, clock.now())),
        previous: record.version - 1,
        recognise: 'always',
      })),
    writeFleet: (fleet) =>
      write(FLEET_KEY, () => ({
        item: fleetItem(fleet),
        previous: fleet.version - 1,
        recognise: 'after-failure',
      })),
    async archive(record) {
      const incident = record.incident;
      if (incident === undefined) {
        telemetry.log('error', 'nothing-to-archive', { instanceId: record.instanceId });
        return 'written';
      }
      const expiresAt = after(incident.resolved?.at ?? clock.now(), ARCHIVE_FOR);
      const outcome = await write(incident.id, () => ({
        item: archiveItem(record, incident.id, expiresAt),
        previous: 0,
        recognise: 'always',
      }));
      // It is there already: what is archived stays as it was.
      return outcome === 'conflict' ? 'written' : outcome;
    },
  };
}
