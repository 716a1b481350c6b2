import { isObject, parseJson, textOf } from './json';
import { roleOf, type Role } from './record';

/** What a client sends, as one JSON text a frame. */
export type ClientFrame =
  | { readonly kind: 'hello'; readonly user: string; readonly role: Role }
  | { readonly kind: 'join'; readonly chat: string }
  | { readonly kind: 'leave'; readonly chat: string }
  | { readonly kind: 'say'; readonly chat: string; readonly id: string; readonly text: string };

/** What the server sends. `ack` means durable: the message survives the machine. */
export type ServerFrame =
  | { readonly kind: 'welcome'; readonly pod: string; readonly boot: number }
  | { readonly kind: 'ack'; readonly id: string; readonly seq: number }
  | {
      readonly kind: 'message';
      readonly seq: number;
      readonly chat: string;
      readonly from: string;
      readonly text: string;
    }
  | { readonly kind: 'refused'; readonly id: string; readonly reason: Refusal }
  | { readonly kind: 'reconnect'; readonly withinMs: number };

/** Why a frame was not taken. After `try-again` the same frame may be sent again. */
export type Refusal = 'malformed' | 'try-again' | 'not-a-member';

/** The longest frame, in bytes. */
export const FRAME_BYTES = 64 * 1024;
/** The longest text of a message, in UTF-16 units. */
export const TEXT_LENGTH = 4000;

/** A name of a user, a chat or a message: short, and without what could break a log line. */
const NAME = /^[A-Za-z0-9._@-]{1,100}$/;

const nameOf = (raw: unknown): string | undefined => {
  const text = textOf(raw);
  return text !== undefined && NAME.test(text) ? text : undefined;
};

/** Reads a client's frame; undefined when it is none. */
export function clientFrame(data: string): ClientFrame | undefined {
  const raw = parseJson(data);
  if (!isObject(raw)) return undefined;
  const chat = nameOf(raw['chat']);
  if (raw['kind'] === 'hello') {
    const user = nameOf(raw['user']);
    const role = roleOf(raw['role']);
    return user === undefined || role === undefined ? undefined : { kind: 'hello', user, role };
  }
  if (chat === undefined) return undefined;
  if (raw['kind'] === 'join' || raw['kind'] === 'leave') return { kind: raw['kind'], chat };
  const id = nameOf(raw['id']);
  const text = textOf(raw['text']);
  if (raw['kind'] !== 'say' || id === undefined || text === undefined) return undefined;
  return text.length > TEXT_LENGTH ? undefined : { kind: 'say', chat, id, text };
}

/** Reads a frame of the server; the library only looks at the fields that it uses. */
export function serverFrame(data: string): ServerFrame | undefined {
  const raw = parseJson(data);
  if (!isObject(raw)) return undefined;
  const { kind, seq, boot, withinMs, reason } = raw;
  const text = (field: string): string => textOf(raw[field]) ?? '';
  if (kind === 'welcome' && typeof boot === 'number') return { kind, pod: text('pod'), boot };
  if (kind === 'ack' && typeof seq === 'number') return { kind, id: text('id'), seq };
  if (kind === 'message' && typeof seq === 'number') {
    return { kind, seq, chat: text('chat'), from: text('from'), text: text('text') };
  }
  if (kind === 'reconnect' && typeof withinMs === 'number') return { kind, withinMs };
  const known = reason === 'malformed' || reason === 'try-again' || reason === 'not-a-member';
  return kind === 'refused' && known ? { kind, id: text('id'), reason } : undefined;
}
