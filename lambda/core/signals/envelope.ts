import { field, isJson, listIn, textIn, textOf, type Json } from './field';
import type { Unparsed } from './signal';
import { ignored, rejected } from './unparsed';

/** The fields of an EventBridge event that parsing relies on, checked and trimmed. */
export interface Envelope {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  /** As sent; the parsers read it leniently. */
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** SQS holds no longer message (1 MiB), and EventBridge no longer event (256 KB). */
const LENGTH_LIMIT = 1_048_576;

/** What reading an envelope made of the raw input. */
export type EnvelopeResult =
  { readonly outcome: 'envelope'; readonly envelope: Envelope } | Unparsed;

function decode(raw: unknown): unknown {
  if (typeof raw !== 'string' || raw.length > LENGTH_LIMIT) return raw;
  try {
    return JSON.parse(raw);
  } catch {
    // Not JSON: the text itself then fails the check that it be an object, and is quoted.
    return raw;
  }
}

function readFields(event: Json, detail: Json): Envelope | Unparsed {
  const source = textIn(event, 'source');
  if (source === undefined) return rejected('source', field(event, 'source'), 'a text');
  const detailType = textIn(event, 'detail-type');
  if (detailType === undefined) {
    return rejected('detail-type', field(event, 'detail-type'), 'a text');
  }
  return {
    // A missing id, account, Region or time is the parsers' to judge: not all of them need all.
    id: textIn(event, 'id') ?? '',
    source,
    detailType,
    account: textIn(event, 'account') ?? '',
    region: textIn(event, 'region') ?? '',
    time: textIn(event, 'time') ?? '',
    resources: listIn(event, 'resources')
      .map(textOf)
      .filter((text) => text !== undefined),
    detail,
  };
}

/**
 * Reads the envelope of an EventBridge event from JSON text or from what JSON.parse made of it.
 * `version` is not looked at: the current documentation's own sample has none. A replay from an
 * archive tells of the past, so it is ignored.
 */
export function parseEnvelope(raw: unknown): EnvelopeResult {
  const event = decode(raw);
  if (!isJson(event)) return rejected('the event', event, 'a JSON object');
  const detail = field(event, 'detail');
  if (!isJson(detail)) return rejected('detail', detail, 'a JSON object');
  const read = readFields(event, detail);
  if ('outcome' in read) return read;
  if (Object.hasOwn(event, 'replay-name')) {
    return ignored('it is a replay from an archive ("replay-name"), not news');
  }
  return { outcome: 'envelope', envelope: read };
}
