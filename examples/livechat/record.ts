import { crc32 } from 'node:zlib';
import { isObject, textOf } from './json';

/** A message of a chat, as the server accepted it. */
export interface ChatMessage {
  /** `<sender>:<the id that the sender's client made>`: the same in every resend. */
  readonly id: string;
  readonly chat: string;
  readonly from: string;
  readonly role: Role;
  readonly text: string;
}

/** Who speaks: a person of the support team, or a visitor of the site. */
export type Role = 'agent' | 'visitor';

/** One line of the journal. */
export interface JournalRecord {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  /** Epoch milliseconds; never less than that of the record before, whatever the clock did. */
  readonly at: number;
  /** The highest `seq` that was durable when this was written: all up to it were acknowledged. */
  readonly synced: number;
  readonly message: ChatMessage;
}

/** What a line of the journal turned out to be. */
export type Decoded =
  { readonly kind: 'record'; readonly record: JournalRecord } | { readonly kind: 'bad' };

const HEAD = '{"sum":"';
/** The head, eight digits of checksum, and `",`. */
const BODY_FROM = HEAD.length + 8 + 2;
const BAD: Decoded = { kind: 'bad' };

const checksum = (body: Uint8Array | string): string => crc32(body).toString(16).padStart(8, '0');

/** One JSON line whose first field is a CRC-32 of all that follows it, up to the line's end. */
export function encodeRecord({ seq, at, synced, message }: JournalRecord): string {
  const fields = { seq, at: new Date(at).toISOString(), synced, message };
  const body = JSON.stringify(fields).slice(1);
  return `${HEAD}${checksum(body)}",${body}\n`;
}

/** A role from outside, or undefined. */
export function roleOf(raw: unknown): Role | undefined {
  return raw === 'agent' || raw === 'visitor' ? raw : undefined;
}

/** A message from outside, or undefined when a field is missing or of the wrong type. */
export function messageOf(raw: unknown): ChatMessage | undefined {
  if (!isObject(raw)) return undefined;
  const role = roleOf(raw['role']);
  const [id, chat, from, text] = [raw['id'], raw['chat'], raw['from'], raw['text']].map(textOf);
  if (role === undefined || id === undefined || chat === undefined) return undefined;
  return from === undefined || text === undefined ? undefined : { id, chat, from, role, text };
}

/** Reads a line without its line end; a wrong checksum, form or type makes it `bad`. */
export function decodeRecord(line: Buffer): Decoded {
  if (line.toString('latin1', 0, HEAD.length) !== HEAD) return BAD;
  const sum = line.toString('latin1', HEAD.length, HEAD.length + 8);
  if (line.toString('latin1', HEAD.length + 8, BODY_FROM) !== '",') return BAD;
  const body = line.subarray(BODY_FROM);
  if (checksum(body) !== sum) return BAD;
  try {
    return fieldsOf(JSON.parse(`{${body.toString('utf8')}`));
  } catch {
    return BAD;
  }
}

function fieldsOf(raw: unknown): Decoded {
  if (!isObject(raw)) return BAD;
  const { seq, synced } = raw;
  const at = Date.parse(textOf(raw['at']) ?? '');
  const message = messageOf(raw['message']);
  if (typeof seq !== 'number' || typeof synced !== 'number') return BAD;
  if (message === undefined || Number.isNaN(at)) return BAD;
  return { kind: 'record', record: { seq, at, synced, message } };
}
