import type {
  CancellationReason,
  Put,
  TransactWriteItem,
  TransactWriteItemsInput,
} from '@aws-sdk/client-dynamodb';
import { after, minutes, type Instant } from '../../lambda/core/time';
import type { StoredItem } from '../history';
import type { Timeline } from '../time';
import { ExpressionError, type Item } from './condition';
import {
  conditionOf,
  ITEM_BYTES,
  itemAt,
  readUnits,
  refuseFields,
  sizeOf,
  storedOf,
  storeItem,
  validation,
  writeUnits,
  type Table,
  type Tables,
} from './dynamodb-table';
import { serviceError, transactionCancelled } from './errors';
import type { Caller } from './gateway';

const MOST_ITEMS = 100;
const MOST_BYTES = 4 * 1_048_576;
/** For so long after it completed, the same token means the same transaction. */
const TOKEN_LIVES = minutes(10);
/** Each item is written twice: once to prepare the transaction, and once to commit it. */
const PHASES = 2;

const PUT_FIELDS = [
  'TableName',
  'Item',
  'ConditionExpression',
  'ReturnValuesOnConditionCheckFailure',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
];

/** One item of a transaction, with what it would replace. */
interface Part {
  readonly put: Put;
  readonly table: Table;
  readonly item: Item;
  readonly stored: StoredItem;
}

interface Done {
  readonly content: string;
  readonly until: Instant;
}

/**
 * TransactWriteItems with Put items. The moment of its effect is one moment, so that no
 * transaction of the simulated account is ever in the way of another; conflicts are faults.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export class Transactions {
  readonly #tables: Tables;
  readonly #timeline: Timeline;
  readonly #done = new Map<string, Done>();

  constructor(tables: Tables, timeline: Timeline) {
    this.#tables = tables;
    this.#timeline = timeline;
  }

  /** Stores all items or none. */
  readonly write = (input: TransactWriteItemsInput, caller: Caller): object => {
    refuseFields(input, ['TransactItems', 'ClientRequestToken']);
    const items = input.TransactItems ?? [];
    checkCount(items);
    const parts = items.map((item) => this.#part(item));
    // There is no permission of its own: each item needs the one of its plain write.
    for (const { table } of parts) caller.authorize('dynamodb:PutItem', table.arn);
    checkKeys(parts);
    const bytes = parts.reduce((sum, { item }) => sum + sizeOf(item), 0);
    if (bytes > MOST_BYTES) throw validation('Transaction request exceeds 4 MB');
    if (this.#isRepeated(input)) {
      caller.effect.units = parts.reduce(
        (sum, part) => sum + PHASES * readUnits(sizeOf(part.item)),
        0,
      );
      return {};
    }
    const reasons = parts.map(reasonOf);
    if (reasons.some(({ Code }) => Code !== 'None')) throw transactionCancelled(reasons);
    for (const { table, stored, item } of parts) storeItem(table, stored, item);
    this.#remember(input);
    const [stored, ...alsoStored] = parts.map((part) => part.stored);
    caller.effect.stored = stored;
    caller.effect.alsoStored = alsoStored.length === 0 ? undefined : alsoStored;
    caller.effect.units = parts.reduce((sum, { item }) => sum + PHASES * writeUnits(item), 0);
    return {};
  };

  #part(item: TransactWriteItem): Part {
    const { Put: put, ...others } = item;
    refuseFields(others, []);
    if (put === undefined) throw validation('TransactItems must have one action each');
    refuseFields(put, PUT_FIELDS);
    const table = this.#tables.table(put.TableName);
    const stored = storedOf(put.Item ?? {}, table);
    return { put, table, item: put.Item ?? {}, stored };
  }

  /** Whether this very transaction was done a moment ago. Throws when another one has its token. */
  #isRepeated({ ClientRequestToken: token, TransactItems }: TransactWriteItemsInput): boolean {
    if (token === undefined) return false;
    if (!/^.{1,36}$/.test(token)) {
      throw validation('clientRequestToken must have a length from 1 to 36');
    }
    const done = this.#done.get(token);
    if (done === undefined || done.until <= this.#timeline.now()) return false;
    if (done.content === JSON.stringify(TransactItems)) return true;
    const code = 'IdempotentParameterMismatchException';
    const message =
      'Request was rejected because it uses an idempotent token that was already used with ' +
      'different parameters';
    throw serviceError('dynamodb', { code, message, status: 400 });
  }

  /** Only a transaction that was carried out uses its token up: a cancelled one can be retried. */
  #remember({ ClientRequestToken: token, TransactItems }: TransactWriteItemsInput): void {
    if (token === undefined) return;
    const until = after(this.#timeline.now(), TOKEN_LIVES);
    this.#done.set(token, { content: JSON.stringify(TransactItems), until });
  }
}

function checkCount({ length }: readonly TransactWriteItem[]): void {
  if (length === 0) throw validation('transactItems must have a length of at least 1');
  if (length > MOST_ITEMS) throw validation(`transactItems has ${length} members; 100 at most`);
}

/** DynamoDB takes one action an item; two would have no order. */
function checkKeys(parts: readonly Part[]): void {
  const keys = parts.map(({ table, stored }) => JSON.stringify([table.name, stored.pk, stored.sk]));
  if (new Set(keys).size < keys.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
}

function reasonOf({ put, table, item, stored }: Part): CancellationReason {
  if (sizeOf(item) > ITEM_BYTES) {
    const Message = 'Item size has exceeded the maximum allowed size';
    return { Code: 'ValidationError', Message };
  }
  const before = itemAt(table, stored);
  const condition = put.ConditionExpression;
  if (condition === undefined) {
    const placeholders = put.ExpressionAttributeNames ?? put.ExpressionAttributeValues;
    if (placeholders !== undefined) throw new ExpressionError('Placeholders without a condition');
    return { Code: 'None' };
  }
  if (conditionOf(condition, put)(before)) return { Code: 'None' };
  const wanted = put.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before !== undefined;
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(wanted ? { Item: before } : {}),
  };
}
