import type { AttributeValue, PutItemInput } from '@aws-sdk/client-dynamodb';
import type { StoredItem } from '../history';
import { compileCondition, ExpressionError, type Item } from './condition';
import { serviceError } from './errors';
import { UnsimulatedTemplateError, type Deployment, type Json } from './template';

/** The largest item that DynamoDB takes, in bytes. */
export const ITEM_BYTES = 409_600;

/** One table with all that it holds. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly partitions: Map<string, Map<string, Item>>;
}

/** DynamoDB's refusal of a faulty request. */
export const validation = (message: string): Error =>
  serviceError('dynamodb', { code: 'ValidationException', message, status: 400 });

const sizes = new WeakMap<Item, number>();

/** The size of an item in bytes. Stored items are never changed, so each is measured once. */
export function sizeOf(item: Item): number {
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

  /** Somebody else's write into every table, without a condition. */
  put(item: Item): void {
    for (const table of this.#tables.values()) storeItem(table, storedOf(item, table), item);
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

/** The text of a key attribute, or DynamoDB's refusal of an item without it. */
export function textKey(item: Item | undefined, name: string): string {
  const value = item?.[name]?.S;
  if (value === undefined || value === '') {
    throw validation(`One or more parameter values were invalid: Missing the key ${name}`);
  }
  return value;
}

const number = (value: AttributeValue | undefined): number | undefined =>
  value?.N === undefined ? undefined : Number(value.N);

/** The parts of an item that the trace keeps. */
export function storedOf(item: Item, table: Table): StoredItem {
  return {
    pk: textKey(item, table.partitionKey),
    sk: textKey(item, table.sortKey),
    version: number(item['version']),
    leaseToken: number(item['leaseToken']),
    leaseOwner: item['leaseOwner']?.S,
  };
}

/**
 * A condition with the placeholders of its request. DynamoDB words a faulty expression as a
 * ValidationException; the simulator stays loud.
 */
export function conditionOf(
  text: string,
  input: Pick<PutItemInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>,
): (item: Item | undefined) => boolean {
  const names = input.ExpressionAttributeNames ?? {};
  return compileCondition(text, { names, values: input.ExpressionAttributeValues ?? {} });
}

/** Refuses what a request asks for beyond the simulated fields. */
export function refuseFields(input: object, allowed: readonly string[]): void {
  const unknown = Object.entries(input).find(
    ([key, value]) => value !== undefined && !allowed.includes(key),
  );
  if (unknown !== undefined) throw new ExpressionError(`${unknown[0]} is not simulated`);
}

/** The request units of a write: one for each kilobyte. */
export const writeUnits = (item: Item): number => Math.ceil(sizeOf(item) / 1_024);

/** The request units of a strongly consistent read: one for each 4 kB, and one at least. */
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4_096));

/** What is stored under the key of an item; undefined where there is nothing. */
export function itemAt(table: Table, { pk, sk }: Pick<StoredItem, 'pk' | 'sk'>): Item | undefined {
  return table.partitions.get(pk)?.get(sk);
}

/** Removes what is stored under a key. */
export function removeItem(table: Table, { pk, sk }: Pick<StoredItem, 'pk' | 'sk'>): void {
  table.partitions.get(pk)?.delete(sk);
}

/** Stores an item, whatever was there. */
export function storeItem(table: Table, { pk, sk }: StoredItem, item: Item): void {
  const partition = table.partitions.get(pk) ?? new Map<string, Item>();
  partition.set(sk, item);
  table.partitions.set(pk, partition);
}
