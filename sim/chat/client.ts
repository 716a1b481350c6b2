import type { Stream } from '../random';
import type { ChatClock } from './clock';
import type { ServerModel } from './server';

/** What somebody does who notices that the server is gone. */
export type Fate =
  | { readonly kind: 'stays' }
  /** The window is closed: nobody comes back. */
  | { readonly kind: 'leaves' }
  /** Somebody who is not at the window; it connects again so much later. */
  | { readonly kind: 'late'; readonly afterMs: number };

/** Who a client belongs to. */
export interface ClientOptions {
  readonly user: string;
  readonly role: 'agent' | 'visitor';
  readonly fate: Fate;
}

interface ClientParts {
  readonly clock: ChatClock;
  readonly stream: Stream;
  readonly server: ServerModel;
}

/** As examples/livechat/client.ts waits: full jitter up to a limit that doubles. */
const WAIT = { firstMs: 250, longestMs: 10_000 };
/** A host that is gone answers nothing: the handshake times out. */
const HANDSHAKE_MS = 5_000;
/** A server pings each 15 s; 40 s without a sign of it, and the connection counts as dead. */
const SILENCE_MS = { least: 25_000, most: 40_000 };

/**
 * A chat client that survives its server: it connects again after a drawn wait, and sends again
 * under the same id what was not acknowledged.
 */
export class ClientModel {
  readonly #outbox = new Set<string>();
  readonly #netMs: number;
  /** Grows with each connection and each loss of one: what was on the wire is void. */
  #connection = 0;
  #isConnected = false;
  #hasLeft = false;
  #hasNoticed = false;
  #failures = 0;
  #said = 0;

  constructor(
    readonly options: ClientOptions,
    private readonly parts: ClientParts,
  ) {
    this.#netMs = parts.stream.uniform(10, 80);
  }

  /** Whether the server has it. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether its person will say nothing more. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Connects at once: the server has been up for long. */
  open(): void {
    if (this.parts.server.isUp) this.#welcome();
    else this.#again();
  }

  /** Says something, now or when it is connected again. */
  say(): void {
    if (this.#hasLeft) return;
    this.#said += 1;
    const id = `${this.options.user}:${this.#said}`;
    this.#outbox.add(id);
    if (this.#isConnected) this.#send(id);
  }

  /** Ends in order. */
  close(): void {
    this.#hasLeft = true;
    if (!this.#isConnected) return;
    this.#disconnect();
    if (this.options.role === 'agent') this.parts.server.presence(this.options.user, false);
  }

  /** The machine at the other end has died, which only its silence tells. */
  cut(): void {
    if (!this.#isConnected) return;
    this.#disconnect();
    const { least, most } = SILENCE_MS;
    this.parts.clock.after(this.parts.stream.uniform(least, most), () => this.#notice());
  }

  #disconnect(): void {
    this.#isConnected = false;
    this.#connection += 1;
  }

  #notice(): void {
    if (this.#hasLeft) return;
    const { fate } = this.options;
    const isFirst = !this.#hasNoticed;
    this.#hasNoticed = true;
    if (isFirst && fate.kind === 'leaves') this.#hasLeft = true;
    else if (isFirst && fate.kind === 'late')
      this.parts.clock.after(fate.afterMs, () => this.#try());
    else this.#again();
  }

  #again(): void {
    const limit = Math.min(WAIT.longestMs, WAIT.firstMs * 2 ** this.#failures);
    this.#failures += 1;
    this.parts.clock.after(this.parts.stream.uniform(0, limit), () => this.#try());
  }

  #try(): void {
    if (this.#hasLeft || this.#isConnected) return;
    const { server, clock } = this.parts;
    if (!server.isUp) {
      clock.after(HANDSHAKE_MS, () => this.#again());
      return;
    }
    const { boot } = server;
    clock.after(2 * this.#netMs, () => {
      if (this.#hasLeft) return;
      if (server.isUp && server.boot === boot) this.#welcome();
      else this.#again();
    });
  }

  #welcome(): void {
    this.#isConnected = true;
    this.#connection += 1;
    this.#failures = 0;
    if (this.options.role === 'agent') this.parts.server.presence(this.options.user, true);
    for (const id of this.#outbox) this.#send(id);
  }

  #send(id: string): void {
    const connection = this.#connection;
    const onWire = (act: () => void): void => {
      this.parts.clock.after(this.#netMs, () => {
        if (this.#connection === connection) act();
      });
    };
    onWire(() => this.parts.server.say(id, () => onWire(() => void this.#outbox.delete(id))));
  }
}
