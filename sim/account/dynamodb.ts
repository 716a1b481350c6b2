import type { GetItemInput, PutItemInput, QueryInput } from '@aws-sdk/client-dynamodb';
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
  textKey,
  validation,
  writeUnits,
  type Table,
  type Tables,
} from './dynamodb-table';
import { Transactions } from './dynamodb-transaction';
import { conditionFailed } from './errors';
import type { Caller, Latency, Operation } from './gateway';
import type { Timeline } from '../time';

const FAST: Latency = { medianMs: 9, sigma: 0.6, leastMs: 3, mostMs: 1_500 };
/** Two phases instead of one write. */
const TWO_PHASES: Latency = { medianMs: 22, sigma: 0.5, leastMs: 8, mostMs: 1_500 };
const PAGE_BYTES = 1_048_576;

const EXPRESSION = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const PUT = ['TableName', 'Item', 'ConditionExpression', 'ReturnValuesOnConditionCheckFailure'];
const QUERY = ['TableName', 'KeyConditionExpression', 'ConsistentRead', 'Limit'];

/** DynamoDB's operations, as far as the watchdog calls them. */
export function dynamoOperations(tables: Tables, timeline: Timeline): readonly Operation[] {
  const transactions = new Transactions(tables, timeline);
  const operation = (
    name: string,
    run: (input: never, caller: Caller) => object,
    latency = FAST,
  ): Operation => ({ service: 'dynamodb', name, latency, run: run as Operation['run'] });
  return [
    operation('PutItem', putItem(tables)),
    operation('GetItem', getItem(tables)),
    operation('Query', query(tables)),
    operation('TransactWriteItems', transactions.write, TWO_PHASES),
  ];
}

function putItem(tables: Tables) {
  return (input: PutItemInput, caller: Caller): object => {
    refuseFields(input, [...PUT, ...EXPRESSION]);
    const table = tables.table(input.TableName);
    const item = input.Item ?? {};
    const stored = storedOf(item, table);
    caller.authorize('dynamodb:PutItem', table.arn, { 'dynamodb:LeadingKeys': [stored.pk] });
    if (sizeOf(item) > ITEM_BYTES) {
      throw validation('Item size has exceeded the maximum allowed size');
    }
    const before = itemAt(table, stored);
    const condition = input.ConditionExpression;
    if (condition !== undefined && !conditionOf(condition, input)(before)) {
      const wanted = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
      throw conditionFailed(wanted ? before : undefined);
    }
    storeItem(table, stored, item);
    caller.effect.stored = stored;
    caller.effect.units = writeUnits(item);
    return {};
  };
}

function getItem(tables: Tables) {
  return (input: GetItemInput, caller: Caller): object => {
    refuseFields(input, ['TableName', 'Key', 'ConsistentRead']);
    const table = tables.table(input.TableName);
    caller.authorize('dynamodb:GetItem', table.arn);
    const partition = table.partitions.get(textKey(input.Key, table.partitionKey));
    const item = partition?.get(textKey(input.Key, table.sortKey));
    return item === undefined ? {} : { Item: item };
  };
}

/** The value that the partition key is compared with: `#pk = :pk` and nothing else is simulated. */
function partitionOf(input: QueryInput, table: Table): string {
  const match = /^\s*(#?\w+)\s*=\s*(:\w+)\s*$/.exec(input.KeyConditionExpression ?? '');
  const [name, value] = [match?.[1] ?? '', match?.[2] ?? ''];
  const attribute = name.startsWith('#') ? input.ExpressionAttributeNames?.[name] : name;
  const key = input.ExpressionAttributeValues?.[value]?.S;
  if (attribute !== table.partitionKey || key === undefined) {
    throw new ExpressionError(`Not simulated: "${input.KeyConditionExpression}"`);
  }
  return key;
}

function query(tables: Tables) {
  return (input: QueryInput, caller: Caller): object => {
    refuseFields(input, [...QUERY, 'ExclusiveStartKey', ...EXPRESSION]);
    const table = tables.table(input.TableName);
    caller.authorize('dynamodb:Query', table.arn);
    const pk = partitionOf(input, table);
    const after = input.ExclusiveStartKey?.[table.sortKey]?.S;
    const partition = table.partitions.get(pk) ?? new Map<string, Item>();
    const keys = [...partition.keys()].sort().filter((sk) => after === undefined || sk > after);
    const items: Item[] = [];
    let bytes = 0;
    for (const sk of keys) {
      if (items.length === (input.Limit ?? Infinity) || bytes >= PAGE_BYTES) break;
      const item = partition.get(sk)!;
      bytes += sizeOf(item);
      items.push(item);
    }
    // A strongly consistent read costs a unit for each 4 kB, the other kind half of that.
    const units = readUnits(bytes);
    caller.effect.units = input.ConsistentRead === true ? units : units / 2;
    const last = items.at(-1);
    const more = last !== undefined && items.length < keys.length;
    return {
      Items: items,
      Count: items.length,
      ...(more ? { LastEvaluatedKey: keyOf(last, table) } : {}),
    };
  };
}

function keyOf(item: Item, table: Table): Item {
  return {
    [table.partitionKey]: item[table.partitionKey]!,
    [table.sortKey]: item[table.sortKey]!,
  };
}
