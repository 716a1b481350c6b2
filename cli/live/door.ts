import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { LOOPBACK } from '../../examples/livechat/http';

/**
 * The address of the instance: it stays the same from boot to boot, as an Elastic IP does, and
 * leads to whatever serves behind it. While nothing does, connections are refused.
 */
export class Door {
  private readonly sockets = new Set<Socket>();
  private port: number | undefined;
  /** For instance `http://127.0.0.1:40123`. */
  readonly url: string;

  private constructor(private readonly server: Server) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://${LOOPBACK}:${port}`;
    server.on('connection', (socket) => this.arrived(socket));
  }

  /** Opens one on a free port of the loopback address. */
  static async open(): Promise<Door> {
    const server = createServer();
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(0, LOOPBACK, listening);
    });
    return new Door(server);
  }

  /** Where it leads from now on; undefined: nowhere. */
  leadTo(port: number | undefined): void {
    this.port = port;
  }

  /** How many sockets are open. */
  open(): number {
    return this.sockets.size;
  }

  /** Closes it, with all that goes through it. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    await new Promise<void>((closed) => {
      this.server.close(() => closed());
    });
  }

  private arrived(socket: Socket): void {
    if (this.port === undefined) {
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    const inside = connect(this.port, LOOPBACK);
    this.join(socket, inside);
    this.join(inside, socket);
  }

  /** What one says the other hears; with one of them the other is gone. */
  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.pipe(to);
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
