import {
  PutItemCommand,
  type ConditionalCheckFailedException,
  type Put,
} from '@aws-sdk/client-dynamodb';
import { ms, type Duration } from '../core/time';
import type { ClockPort, TelemetryPort, WriteOutcome } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { DynamoClient } from './clients';
import type { Item } from './store-item';

/** What the store needs beside the client. */
export interface StoreOptions {
  readonly tableName: string;
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/** Between the two tries of a write. */
const PAUSE: Duration = ms(100);

/** How one request to write ended. */
export type Tried =
  | { readonly kind: 'written' }
  /** A condition did not hold; `stored` is what is there instead of the record. */
  | { readonly kind: 'refused'; readonly stored: Item | undefined }
  | { readonly kind: 'failed'; readonly retry: boolean; readonly error: string };

/** An item, the version that it must replace (0: none), and when a refusal is recognised. */
export interface Write {
  readonly item: Item;
  readonly previous: number;
  /**
   * `always`: the content holds a lease, so nobody else can have written the same. `after-failure`:
   * only when a try of ours before may have taken effect, since another could write the same.
   */
  readonly recognise: 'always' | 'after-failure';
}

/** A put of the item that fails unless the stored version is the one that it must replace. */
export function conditionalPut(
  tableName: string,
  { item, previous }: Pick<Write, 'item' | 'previous'>,
): Put {
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

async function put(client: DynamoClient, input: Put): Promise<Tried> {
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

/**
 * Tries a write, and once more when DynamoDB gave no answer: the first may have taken effect, which
 * a refusal of the second shows by what is stored.
 */
export async function twice(
  tryOnce: () => Promise<Tried>,
  { item, recognise }: Pick<Write, 'item' | 'recognise'>,
  { clock, telemetry }: StoreOptions,
): Promise<WriteOutcome> {
  const first = await tryOnce();
  const again = first.kind === 'failed' && first.retry;
  if (again) await clock.sleep(PAUSE);
  const last = again ? await tryOnce() : first;
  if (last.kind === 'written') return 'written';
  if (last.kind === 'refused') {
    const known = again || recognise === 'always';
    return known && isOurs(last.stored, item) ? 'written' : 'conflict';
  }
  telemetry.log('error', 'store-write-failed', { key: item['sk']?.S, error: last.error });
  return 'down';
}

/** Writes one item under its condition. */
export function writeItem(
  client: DynamoClient,
  write: Write,
  options: StoreOptions,
): Promise<WriteOutcome> {
  const input = conditionalPut(options.tableName, write);
  return twice(() => put(client, input), write, options);
}
