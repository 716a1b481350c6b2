import { field, isJson, textIn } from '../core/signals/field';
import { rejected } from '../core/signals/unparsed';

/** One message as the queue brought it. */
export interface QueueMessage {
  /** Empty where the record has none: such a message cannot be asked for again. */
  readonly id: string;
  /** JSON that was parsed, or text that is none, which the parser then rejects with a reason. */
  readonly body: unknown;
}

/** What an invocation brought: a batch of the queue, or something that is none. */
export type SqsBatch =
  | { readonly kind: 'batch'; readonly messages: readonly QueueMessage[] }
  | { readonly kind: 'none'; readonly reason: string };

function parseBody(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function messageOf(record: unknown): QueueMessage {
  if (!isJson(record)) return { id: '', body: undefined };
  return { id: textIn(record, 'messageId') ?? '', body: parseBody(field(record, 'body')) };
}

/**
 * Reads the event that Lambda hands over. The queue sends batches only; but people invoke functions
 * by hand, with the console's test event or another service's, and one record that is none must not
 * cost the others. Total: nothing is thrown.
 */
export function readBatch(event: unknown): SqsBatch {
  const records = isJson(event) ? field(event, 'Records') : undefined;
  if (Array.isArray(records)) return { kind: 'batch', messages: records.map(messageOf) };
  const { reason } = rejected('the invocation', event, 'a batch of the signal queue');
  return { kind: 'none', reason };
}
