import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { serverFrame, type ClientFrame, type ServerFrame } from './protocol';
import type { Role } from './record';

/** How a client connects, and how it waits. */
export interface ClientOptions {
  /** For instance `ws://127.0.0.1:8080/chat`. */
  readonly url: string;
  readonly user: string;
  readonly role: Role;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** The longest first wait before a reconnection; it doubles with each failure. @default 250 */
  readonly firstWaitMs?: number;
  /** The longest wait of all. @default 10000 */
  readonly longestWaitMs?: number;
  /** Without a sign of the server for this long, the connection counts as dead. @default 40000 */
  readonly silenceMs?: number;
  readonly onMessage?: (message: Extract<ServerFrame, { kind: 'message' }>) => void;
}

type Say = Extract<ClientFrame, { kind: 'say' }>;

interface Unacknowledged {
  readonly frame: Say;
  readonly accepted: (seq: number) => void;
  readonly refused: (error: Error) => void;
}

const OUTBOX_LIMIT = 1000;

/**
 * A chat client that survives its server: it reconnects after a drawn wait (so that a thousand
 * clients do not come at once), joins its chats again and sends again what was not acknowledged,
 * under the same ids, so that the server accepts each message once.
 */
export class ChatClient {
  private socket: WebSocket | undefined;
  private readonly chats = new Set<string>();
  private readonly outbox = new Map<string, Unacknowledged>();
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private silence: NodeJS.Timeout | undefined;
  private welcomed = false;
  private closed = false;
  private readonly waiters: (() => void)[] = [];
  /** What the server asked for: to come back within this time. */
  private withinMs: number | undefined;
  /** How often it was welcomed: 1 is the first connection. */
  welcomes = 0;

  constructor(private readonly options: ClientOptions) {}

  /** Connects, and keeps connecting until `close`. */
  connect(): void {
    if (this.closed) return;
    const socket = new WebSocket(this.options.url, { handshakeTimeout: 5000 });
    this.socket = socket;
    socket.on('open', () => {
      const { user, role } = this.options;
      this.send({ kind: 'hello', user, role });
    });
    socket.on('message', (data: Buffer) => this.received(data.toString('utf8')));
    socket.on('ping', () => this.heard());
    // A refused or broken connection is closed too, and that is where it is dealt with.
    socket.on('error', () => undefined);
    socket.on('close', () => this.lost());
    this.heard();
  }

  /** Whether the server has welcomed this connection. */
  isConnected(): boolean {
    return this.welcomed;
  }

  /** Ends with the next welcome; at once when it is connected. */
  async connected(): Promise<void> {
    if (this.welcomed) return;
    await new Promise<void>((resolve) => {
      this.waiters.push(resolve);
    });
  }

  /** Takes part in a chat, now and after each reconnection. */
  join(chat: string): void {
    this.chats.add(chat);
    if (this.welcomed) this.send({ kind: 'join', chat });
  }

  /** Says something; ends with its sequence number once it is durable, however long that takes. */
  async say(chat: string, text: string): Promise<number> {
    if (this.closed) throw new Error('the client is closed');
    if (this.outbox.size >= OUTBOX_LIMIT) throw new Error('too many messages wait for the server');
    const frame: Say = { kind: 'say', chat, id: randomUUID(), text };
    return new Promise<number>((accepted, refused) => {
      this.outbox.set(frame.id, { frame, accepted, refused });
      if (this.welcomed) this.send(frame);
    });
  }

  /** How many messages are not acknowledged. */
  unacknowledged(): number {
    return this.outbox.size;
  }

  /** Ends the connection for good; what was not acknowledged is refused. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.socket?.close(1000);
    for (const { refused } of this.outbox.values()) refused(new Error('the client was closed'));
    this.outbox.clear();
  }

  private send(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private received(data: string): void {
    this.heard();
    const frame = serverFrame(data);
    if (frame === undefined) return;
    switch (frame.kind) {
      case 'welcome':
        this.welcome();
        return;
      case 'ack':
        this.outbox.get(frame.id)?.accepted(frame.seq);
        this.outbox.delete(frame.id);
        return;
      case 'message':
        this.options.onMessage?.(frame);
        return;
      case 'reconnect':
        this.withinMs = frame.withinMs;
        return;
      case 'refused':
        this.refusal(frame);
    }
  }

  private welcome(): void {
    this.welcomed = true;
    this.welcomes += 1;
    this.failures = 0;
    for (const chat of this.chats) this.send({ kind: 'join', chat });
    for (const { frame } of this.outbox.values()) this.send(frame);
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  private refusal({ id, reason }: Extract<ServerFrame, { kind: 'refused' }>): void {
    if (reason === 'try-again') {
      // It stays in the outbox: the next connection sends it again.
      this.socket?.close(1000);
      return;
    }
    this.outbox.get(id)?.refused(new Error(`the server refused the message: ${reason}`));
    this.outbox.delete(id);
  }

  /** Full jitter: any wait up to a limit that doubles, as AWS's architects recommend it. */
  private lost(): void {
    this.welcomed = false;
    clearTimeout(this.silence);
    if (this.closed) return;
    const { firstWaitMs = 250, longestWaitMs = 10_000, random = Math.random } = this.options;
    const limit = this.withinMs ?? Math.min(longestWaitMs, firstWaitMs * 2 ** this.failures);
    this.withinMs = undefined;
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), random() * limit);
  }

  /** A machine that died closes no connection: only its silence tells. */
  private heard(): void {
    clearTimeout(this.silence);
    if (this.closed) return;
    const { silenceMs = 40_000 } = this.options;
    this.silence = setTimeout(() => this.socket?.terminate(), silenceMs);
  }
}
