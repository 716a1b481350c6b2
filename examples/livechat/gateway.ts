import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { clientFrame, FRAME_BYTES, type ClientFrame } from './protocol';
import { Chats, sendFrame, type Member } from './members';

/** What the gateway asks of the server behind it. */
export interface GatewayOptions {
  readonly pod: string;
  readonly boot: () => number;
  /** Whether new connections are taken. */
  readonly accepting: () => boolean;
  readonly arrived: (member: Member) => void;
  readonly left: (member: Member) => void;
  /** Ends with the sequence number when the message is durable. */
  readonly say: (member: Member, frame: Extract<ClientFrame, { kind: 'say' }>) => Promise<number>;
}

const PING_MS = 15_000;
const HELLO_MS = 5000;
/** WebSocket close codes: https://www.iana.org/assignments/websocket/websocket.xhtml */
const SERVICE_RESTART = 1012;
const POLICY_VIOLATION = 1008;

/** A page of another site must not chat in its visitor's name: only this machine's own may. */
function isForeignPage({ headers }: IncomingMessage): boolean {
  const { origin } = headers;
  return origin !== undefined && !/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin);
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The WebSocket side of the server: who is connected, in which chats, and what they say. */
export class Gateway {
  readonly chats = new Chats();
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES });
  private readonly alive = new WeakSet<WebSocket>();
  private readonly pings: NodeJS.Timeout;

  constructor(private readonly options: GatewayOptions) {
    this.pings = setInterval(() => this.pingAll(), PING_MS).unref();
  }

  /** How many connections there are. */
  clients(): number {
    return this.sockets.clients.size;
  }

  /** Takes the upgrade of an HTTP connection to `/chat`, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (request.url !== '/chat') refuseUpgrade(socket, '404 Not Found');
    else if (isForeignPage(request)) refuseUpgrade(socket, '403 Forbidden');
    else if (!this.options.accepting()) refuseUpgrade(socket, '503 Service Unavailable');
    else this.sockets.handleUpgrade(request, socket, head, (client) => this.connected(client));
  }

  /** Asks all clients to come back within a time, each at a moment of its own, and closes. */
  async sendAway(withinMs: number): Promise<number> {
    const clients = [...this.sockets.clients];
    const gone = clients.map(
      async (socket) =>
        new Promise<void>((closed) => {
          socket.once('close', () => closed());
          sendFrame(socket, { kind: 'reconnect', withinMs });
          socket.close(SERVICE_RESTART, 'reconnect');
          // A client that does not answer the close is gone anyhow.
          setTimeout(() => socket.terminate(), 1000).unref();
        }),
    );
    await Promise.all(gone);
    return clients.length;
  }

  /** Ends all connections without a word. */
  cut(): void {
    clearInterval(this.pings);
    for (const socket of this.sockets.clients) socket.terminate();
  }

  private pingAll(): void {
    for (const socket of this.sockets.clients) {
      if (this.alive.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }

  private connected(socket: WebSocket): void {
    let member: Member | undefined;
    const greeting = setTimeout(() => socket.close(POLICY_VIOLATION, 'no hello'), HELLO_MS);
    this.alive.add(socket);
    socket.on('pong', () => this.alive.add(socket));
    // What is too long or malformed on the wire closes the connection.
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.alive.add(socket);
      const frame = clientFrame(data.toString('utf8'));
      if (member !== undefined) this.taken(member, frame);
      else if (frame?.kind === 'hello') member = this.greet(socket, frame);
      else socket.close(POLICY_VIOLATION, 'say hello first');
      if (member !== undefined) clearTimeout(greeting);
    });
    socket.on('close', () => {
      clearTimeout(greeting);
      if (member === undefined) return;
      this.chats.leaveAll(member);
      this.options.left(member);
    });
  }

  private greet(socket: WebSocket, hello: Extract<ClientFrame, { kind: 'hello' }>): Member {
    const member: Member = { socket, user: hello.user, role: hello.role };
    this.options.arrived(member);
    sendFrame(socket, { kind: 'welcome', pod: this.options.pod, boot: this.options.boot() });
    return member;
  }

  private taken(member: Member, frame: ClientFrame | undefined): void {
    switch (frame?.kind) {
      case 'join':
        this.chats.join(frame.chat, member);
        return;
      case 'leave':
        this.chats.leave(frame.chat, member);
        return;
      case 'say':
        void this.said(member, frame);
        return;
      case 'hello':
      case undefined:
        sendFrame(member.socket, { kind: 'refused', id: '', reason: 'malformed' });
    }
  }

  private async said(member: Member, frame: Extract<ClientFrame, { kind: 'say' }>): Promise<void> {
    const { id, chat } = frame;
    if (!this.chats.has(chat, member)) {
      sendFrame(member.socket, { kind: 'refused', id, reason: 'not-a-member' });
      return;
    }
    try {
      const seq = await this.options.say(member, frame);
      sendFrame(member.socket, { kind: 'ack', id, seq });
    } catch {
      sendFrame(member.socket, { kind: 'refused', id, reason: 'try-again' });
    }
  }
}
