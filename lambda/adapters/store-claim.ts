import { createHash } from 'node:crypto';
import {
  TransactWriteItemsCommand,
  type CancellationReason,
  type TransactWriteItem,
  type TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type { WriteOutcome } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { DynamoClient } from './clients';
import type { Item } from './store-item';
import { conditionalPut, twice, type StoreOptions, type Tried } from './store-write';

/** Two items that are written together or not at all, each with the version that it replaces. */
export interface Claim {
  readonly record: { readonly item: Item; readonly previous: number };
  readonly takedowns: { readonly item: Item; readonly previous: number };
}

/** DynamoDB's longest token. */
const TOKEN_LENGTH = 36;

/**
 * The same content has the same token: a second try is the same transaction to DynamoDB, which then
 * answers as it did to the first one, for ten minutes. Other content never meets this token.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
function tokenOf(items: readonly TransactWriteItem[]): string {
  const hash = createHash('sha256').update(JSON.stringify(items)).digest('hex');
  return hash.slice(0, TOKEN_LENGTH);
}

/** Reasons that pass by themselves: somebody else's transaction, a throttle. */
const PASSING: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
  'TransactionConflict',
]);

/** The reasons come in the order of the items; `None` for the one that was not at fault. */
function cancelled(reasons: readonly CancellationReason[], error: string): Tried {
  const codes = reasons.map(({ Code }) => Code ?? 'None');
  if (codes.includes('ConditionalCheckFailed')) {
    // Of the record alone: only its content holds our lease.
    return { kind: 'refused', stored: reasons[0]?.Item };
  }
  const faults = codes.filter((code) => code !== 'None');
  const retry = faults.length > 0 && faults.every((code) => PASSING.has(code));
  return { kind: 'failed', retry, error };
}

async function tryOnce(client: DynamoClient, items: readonly TransactWriteItem[]): Promise<Tried> {
  try {
    const ClientRequestToken = tokenOf(items);
    await client.send(
      new TransactWriteItemsCommand({ TransactItems: [...items], ClientRequestToken }),
    );
    return { kind: 'written' };
  } catch (thrown) {
    const read = awsError(thrown);
    const error = describeAwsError(read);
    if (read.code === 'TransactionCanceledException') {
      const reasons = (thrown as TransactionCanceledException).CancellationReasons ?? [];
      return cancelled(reasons, error);
    }
    // Our own first try is still under way.
    const isUnderWay = read.code === 'TransactionInProgressException';
    return { kind: 'failed', retry: isUnderWay || read.fault !== 'client', error };
  }
}

/**
 * Writes a claim in one transaction. Of two that replace the same count of takedowns one gets a
 * conflict, though their records differ. After `down` it may have taken effect all the same.
 */
export function writeClaim(
  client: DynamoClient,
  { record, takedowns }: Claim,
  options: StoreOptions,
): Promise<WriteOutcome> {
  const items = [record, takedowns].map((write) => ({
    Put: conditionalPut(options.tableName, write),
  }));
  return twice(() => tryOnce(client, items), { item: record.item, recognise: 'always' }, options);
}
