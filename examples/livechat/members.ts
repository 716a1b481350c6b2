import { WebSocket } from 'ws';
import type { Role } from './record';
import type { ServerFrame } from './protocol';

/** Somebody who is connected. */
export interface Member {
  readonly socket: WebSocket;
  readonly user: string;
  readonly role: Role;
}

/** A client that reads so slowly that this much waits for it is cut off: it can come back. */
const UNREAD_BYTES = 1024 * 1024;

/** Sends a frame, or cuts off a client that does not read. */
export function sendFrame(socket: WebSocket, frame: ServerFrame): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > UNREAD_BYTES) socket.terminate();
  else socket.send(JSON.stringify(frame));
}

/** Who is in which chat. A chat is open while somebody is in it. */
export class Chats {
  private readonly chats = new Map<string, Set<Member>>();

  /** How many are open. */
  open(): number {
    return this.chats.size;
  }

  /** Somebody takes part. */
  join(chat: string, member: Member): void {
    const members = this.chats.get(chat) ?? new Set();
    this.chats.set(chat, members.add(member));
  }

  /** Somebody leaves a chat; the last one ends it. */
  leave(chat: string, member: Member): void {
    const members = this.chats.get(chat);
    members?.delete(member);
    if (members?.size === 0) this.chats.delete(chat);
  }

  /** Somebody is gone. */
  leaveAll(member: Member): void {
    for (const chat of this.chats.keys()) this.leave(chat, member);
  }

  /** Whether somebody takes part. */
  has(chat: string, member: Member): boolean {
    return this.chats.get(chat)?.has(member) === true;
  }

  /** Tells all others in the chat. */
  tell(frame: Extract<ServerFrame, { kind: 'message' }>, except: Member): void {
    for (const member of this.chats.get(frame.chat) ?? []) {
      if (member !== except) sendFrame(member.socket, frame);
    }
  }
}
