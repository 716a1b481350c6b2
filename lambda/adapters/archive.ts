import type { Incident } from '../core/incident';
import type { InstanceRecord } from '../core/record';
import { healthFactCodec, instanceRecordCodec } from './record-codec';
import type { Item } from './store-item';

/** The record of an instance with an incident in it. */
export type ArchivedRecord = InstanceRecord & { readonly incident: Incident };

/** One archived incident, or why it cannot be read. */
export type Archived =
  | { readonly kind: 'record'; readonly record: ArchivedRecord }
  | { readonly kind: 'unreadable'; readonly error: string };

const RECORD_KEY = 'record';

/**
 * The incidents in the archive's items, in their order: each record with what AWS said of it when
 * it was over, which stands beside it in items of its own. A word of AWS that cannot be read is
 * left out; a record that cannot be read says why.
 */
export function readArchive(items: readonly Item[]): readonly Archived[] {
  const words = new Map<string, InstanceRecord['evidence'][number][]>();
  for (const item of items.filter(({ sk }) => sk?.S !== RECORD_KEY)) {
    const word = decoded(() => healthFactCodec.decode(bodyOf(item), 'amendment'));
    const id = item['pk']?.S ?? '';
    if (!(word instanceof Error)) words.set(id, [...(words.get(id) ?? []), word]);
  }
  return items
    .filter(({ sk }) => sk?.S === RECORD_KEY)
    .map((item) => archived(item, words.get(item['pk']?.S ?? '') ?? []));
}

function archived(item: Item, words: InstanceRecord['evidence']): Archived {
  const record = decoded(() => instanceRecordCodec.decode(bodyOf(item), 'record'));
  if (record instanceof Error) return { kind: 'unreadable', error: record.message };
  const { incident } = record;
  if (incident === undefined) return { kind: 'unreadable', error: 'it has no incident' };
  return {
    kind: 'record',
    record: { ...record, incident, evidence: [...record.evidence, ...words] },
  };
}

const bodyOf = (item: Item): unknown => JSON.parse(item['body']?.S ?? '');

function decoded<T>(decode: () => T): T | Error {
  try {
    return decode();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
