import type {
  AttributeValue,
  GetItemInput,
  PutItemInput,
  QueryInput,
} from '@aws-sdk/client-dynamodb';
import type { StoredItem } from '../history';
import { compileCondition, ExpressionError, type Item } from './condition';
import { conditionFailed, serviceError } from './errors';
import type { Caller, Latency, Operation } from './gateway';
import { UnsimulatedTemplateError, type Deployment, type Json } from './template';

interface Table {
  readonly name: string;
  readonly arn: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly partitions: Map<string, Map<string, Item>>;
}

const FAST: Latency = { medianMs: 9, sigma: 0.6, leastMs: 3, mostMs: 1_500 };
const PAGE_BYTES = 1_048_576;
const ITEM_BYTES = 409_600;
const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;

const validation = (message: string): Error =>
  serviceError('dynamodb', { code: 'ValidationException', message, status: 400 });

const sizes = new WeakMap<Item, number>();

/** Stored items are never changed, so each is measured once. */
function sizeOf(item: Item): number {
  const known = sizes.get(item);
  if (known !== undefined) return known;
  const size = measure(item);
  sizes.set(item, size);
  return size;
}

function measure(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + name.length + valueSize(value),
    0,
  );
}

function valueSize(value: AttributeValue): number {
  const text = value.S ?? value.N;
  return text === undefined ? JSON.stringify(value).length : Buffer.byteLength(text);
}

function keyName(schema: Json | undefined, type: 'HASH' | 'RANGE'): string {
  const keys = schema as readonly { readonly AttributeName: string; readonly KeyType: string }[];
  const key = keys.find(({ KeyType }) => KeyType === type);
  if (key === undefined) throw new UnsimulatedTemplateError(`A table without a ${type} key`);
  return key.AttributeName;
}

/** The tables of a template. */
export class Tables {
  readonly #tables = new Map<string, Table>();

  constructor(deployment: Deployment) {
    for (const { logicalId, arn, properties } of deployment.all('AWS::DynamoDB::Table')) {
      const name = deployment.nameOf(logicalId);
      const schema = properties['KeySchema'];
      this.#tables.set(name, {
        name,
        arn,
        partitionKey: keyName(schema, 'HASH'),
        sortKey: keyName(schema, 'RANGE'),
        partitions: new Map(),
      });
    }
  }

  /** The table of this name or ARN, or DynamoDB's refusal. */
  table(name: string | undefined): Table {
    const table = [...this.#tables.values()].find(
      (candidate) => candidate.name === name || candidate.arn === name,
    );
    if (table !== undefined) return table;
    const message = `Requested resource not found: Table: ${name}`;
    throw serviceError('dynamodb', { code: 'ResourceNotFoundException', message, status: 400 });
  }
}

function textKey(item: Item | undefined, name: string): string {
  const value = item?.[name]?.S;
  if (value === undefined || value === '') {
    throw validation(`One or more parameter values were invalid: Missing the key ${name}`);
  }
  return value;
}

const number = (value: AttributeValue | undefined): number | undefined =>
  value?.N === undefined ? undefined : Number(value.N);

function storedOf(item: Item, table: Table): StoredItem {
  return {
    pk: textKey(item, table.partitionKey),
    sk: textKey(item, table.sortKey),
    version: number(item['version']),
    leaseToken: number(item['leaseToken']),
    leaseOwner: item['leaseOwner']?.S,
  };
}

/** DynamoDB words a faulty expression as a ValidationException; the simulator stays loud. */
function test(
  text: string,
  input: Pick<PutItemInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>,
): (item: Item | undefined) => boolean {
  const names = input.ExpressionAttributeNames ?? {};
  return compileCondition(text, { names, values: input.ExpressionAttributeValues ?? {} });
}

function refuseFields(input: object, allowed: readonly string[]): void {
  const unknown = Object.entries(input).find(
    ([key, value]) => value !== undefined && !allowed.includes(key),
  );
  if (unknown !== undefined) throw new ExpressionError(`${unknown[0]} is not simulated`);
}

const EXPRESSION = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const PUT = ['TableName', 'Item', 'ConditionExpression', 'ReturnValuesOnConditionCheckFailure'];
const QUERY = ['TableName', 'KeyConditionExpression', 'ConsistentRead', 'Limit'];

/** DynamoDB's operations, as far as the watchdog calls them. */
export function dynamoOperations(tables: Tables): readonly Operation[] {
  const operation = (name: string, run: (input: never, caller: Caller) => object): Operation => ({
    service: 'dynamodb',
    name,
    latency: FAST,
    run: run as Operation['run'],
  });
  return [
    operation('PutItem', putItem(tables)),
    operation('GetItem', getItem(tables)),
    operation('Query', query(tables)),
  ];
}

function putItem(tables: Tables) {
  return (input: PutItemInput, caller: Caller): object => {
    refuseFields(input, [...PUT, ...EXPRESSION]);
    const table = tables.table(input.TableName);
    caller.authorize('dynamodb:PutItem', table.arn);
    const item = input.Item ?? {};
    const stored = storedOf(item, table);
    if (sizeOf(item) > ITEM_BYTES) {
      throw validation('Item size has exceeded the maximum allowed size');
    }
    const partition = table.partitions.get(stored.pk) ?? new Map<string, Item>();
    const before = partition.get(stored.sk);
    const condition = input.ConditionExpression;
    if (condition !== undefined && !test(condition, input)(before)) {
      const wanted = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
      throw conditionFailed(wanted ? before : undefined);
    }
    partition.set(stored.sk, item);
    table.partitions.set(stored.pk, partition);
    caller.effect.stored = stored;
    caller.effect.units = Math.ceil(sizeOf(item) / WRITE_UNIT_BYTES);
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
    const units = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
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
