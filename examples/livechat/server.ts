import type { Server } from 'node:http';
import { nextBoot } from './boot';
import { Forwarder } from './forwarder';
import { Gateway } from './gateway';
import { healthOf, type Facts, type Health, type Phase } from './health';
import { listen, stopListening, type Answer, type Asked } from './http';
import { Journal } from './journal';
import { PresenceLink } from './presence-link';
import { RecentIds, RESEND_MS } from './recent-ids';
import { readWindow } from './window';
import type { Disk } from './disk';
import type { CheckResult } from './journal-check';
import type { Member } from './members';
import type { ClientFrame } from './protocol';
import type { ChatMessage } from './record';
import type { WorkspaceClient } from './workspace-client';

/** How a chat server is started. */
export interface ServerOptions {
  readonly pod: string;
  /** The journal's folder, on a volume that survives the machine. */
  readonly folder: string;
  readonly disk: Disk;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 0 takes a free one. */
  readonly port: number;
  readonly workspace: WorkspaceClient;
  /** Called once, at the end of the start, when chats are accepted: sends the ready event. */
  readonly announceReady: () => Promise<void>;
  /** @default 4 MiB */
  readonly segmentBytes?: number;
}

/** What a drain did. */
export interface Drained {
  readonly clients: number;
  readonly lastSeq: number;
  /** Whether the workspace has all that was accepted. */
  readonly forwarded: boolean;
}

const FLUSH_MS = 10_000;
/** Clients of a drained server come back spread over this time. */
const RECONNECT_WITHIN_MS = 5000;
const PROBE_EVERY_MS = 1000;

/** The chat server of a pod. */
export class ChatServer {
  private readonly ids = new RecentIds();
  private readonly forwarder: Forwarder;
  private readonly gateway: Gateway;
  private presence: PresenceLink;
  private journal: Journal | undefined;
  private check: CheckResult | undefined;
  private phase: Phase = 'checking';
  private boot = 0;
  private probedAt = 0;
  private server: Server | undefined;
  private draining: Promise<Drained> | undefined;
  /** Where it listens. */
  url = '';

  private constructor(private readonly options: ServerOptions) {
    this.forwarder = new Forwarder(options.workspace);
    this.presence = new PresenceLink({ pod: options.pod, boot: 0 }, options.workspace);
    this.gateway = new Gateway({
      pod: options.pod,
      boot: () => this.boot,
      accepting: () => this.phase === 'accepting' && this.journal?.state().kind === 'writable',
      arrived: (member) => this.arrived(member),
      left: (member) => this.left(member),
      say: async (member, frame) => this.say(member, frame),
    });
  }

  /**
   * Listens first, so that health can say that the journal is being checked, and that a second
   * server on the same port fails before it touches the journal. Chats come last.
   */
  static async start(options: ServerOptions): Promise<ChatServer> {
    const chat = new ChatServer(options);
    const { server, url } = await listen(options.port, async (asked) => chat.answer(asked));
    chat.server = server;
    chat.url = url;
    server.on('upgrade', (...upgrade) => chat.gateway.upgrade(...upgrade));
    try {
      await chat.openJournal();
    } catch (error) {
      await chat.kill();
      throw error;
    }
    return chat;
  }

  /** Where clients connect. */
  chatUrl(): string {
    return `${this.url.replace('http:', 'ws:')}/chat`;
  }

  /** What the check of the journal found at the start. */
  checked(): CheckResult | undefined {
    return this.check;
  }

  /** The whole truth: `/health`. */
  async health(): Promise<Health> {
    await this.probe();
    return healthOf(this.facts(), await this.presence.step());
  }

  /** Whether chats can be taken, whatever is to be mended after that: `/serving`. */
  async serving(): Promise<Health> {
    await this.probe();
    return healthOf(this.facts(), undefined);
  }

  /** Takes no new chats, makes all durable and sends the clients away. Again does nothing more. */
  async drain(): Promise<Drained> {
    if (this.phase === 'accepting') this.phase = 'draining';
    this.draining ??= this.drainOnce();
    return this.draining;
  }

  /** Takes chats again, when what the drain was for is called off. */
  resume(): void {
    if (this.phase !== 'draining') return;
    this.draining = undefined;
    this.phase = 'accepting';
  }

  /** Ends in order: the next start finds a clean journal. */
  async stop(): Promise<void> {
    await this.drain();
    this.phase = 'stopped';
    this.forwarder.stop();
    this.gateway.cut();
    await this.journal?.close();
    if (this.server !== undefined) await stopListening(this.server);
  }

  /** Ends as a machine does whose host fails: without a word, and with an open journal. */
  async kill(): Promise<void> {
    this.phase = 'stopped';
    this.presence.silence();
    this.forwarder.stop();
    this.gateway.cut();
    if (this.server !== undefined) await stopListening(this.server);
    await this.journal?.abandon();
  }

  private async openJournal(): Promise<void> {
    const { disk, folder, workspace, pod, announceReady } = this.options;
    this.boot = await nextBoot(disk, folder, { pod, port: Number(new URL(this.url).port) });
    this.presence = new PresenceLink({ pod, boot: this.boot }, workspace);
    const opened = await Journal.open(this.options);
    this.check = opened.kind === 'open' ? opened.check : opened;
    if (opened.kind === 'damaged') {
      this.phase = 'damaged';
      return;
    }
    const { journal } = opened;
    const window = { from: journal.lastAt() - RESEND_MS, to: Number.MAX_SAFE_INTEGER };
    for await (const item of readWindow(disk, { folder, window })) {
      if (item.kind === 'bad') continue;
      const { message, at, seq } = item.record;
      this.ids.add(message.id, at, Promise.resolve(seq));
    }
    this.journal = journal;
    this.phase = 'accepting';
    // The server serves; whether anybody could be told of it is no reason to end it.
    await announceReady().catch((error: unknown) => console.error('ready event not sent', error));
  }

  private async answer({ method, url }: Asked): Promise<Answer> {
    const reply = (health: Health): Answer => ({ status: health.ok ? 200 : 503, body: health });
    switch (`${method} ${url.pathname}`) {
      case 'GET /health':
        return reply(await this.health());
      case 'GET /serving':
        return reply(await this.serving());
      case 'POST /drain':
        return { status: 200, body: await this.drain() };
      case 'POST /resume':
        this.resume();
        return { status: 200, body: { phase: this.phase } };
      case 'POST /presence-resync':
        return this.resync();
      default:
        return { status: 404, body: { error: 'no such address' } };
    }
  }

  private async resync(): Promise<Answer> {
    if (this.boot === 0) return { status: 503, body: { error: 'still starting' } };
    const changed = await this.presence.resync();
    return {
      status: 200,
      body: { changed: changed.length, online: this.presence.online().length },
    };
  }

  private async say(member: Member, frame: Extract<ClientFrame, { kind: 'say' }>): Promise<number> {
    const { journal } = this;
    if (journal === undefined) throw new Error('still starting');
    const { user: from, role } = member;
    const { chat, text } = frame;
    const id = `${from}:${frame.id}`;
    const known = this.ids.find(id);
    if (known !== undefined) return known;
    const message: ChatMessage = { id, chat, from, role, text };
    const appending = journal.append(message).then(({ seq }) => seq);
    this.ids.add(id, this.options.now(), appending);
    const seq = await appending;
    this.gateway.chats.tell({ kind: 'message', seq, chat, from, text }, member);
    this.forwarder.give(message);
    return seq;
  }

  private arrived({ role, user }: Member): void {
    if (role === 'agent') this.presence.arrived(user);
  }

  private left({ role, user }: Member): void {
    if (role === 'agent') this.presence.left(user);
  }

  private async drainOnce(): Promise<Drained> {
    await this.journal?.flush();
    const clients = await this.gateway.sendAway(RECONNECT_WITHIN_MS);
    await this.journal?.flush();
    const forwarded = await this.forwarder.flush(FLUSH_MS);
    await this.presence.settled();
    return { clients, forwarded, lastSeq: this.journal?.lastSeq() ?? 0 };
  }

  private async probe(): Promise<void> {
    const now = this.options.now();
    if (Math.abs(now - this.probedAt) < PROBE_EVERY_MS) return;
    this.probedAt = now;
    await this.journal?.probe();
  }

  private facts(): Facts {
    const { phase, boot, check, journal, gateway } = this;
    return {
      pod: this.options.pod,
      boot,
      phase,
      check,
      journal: journal?.state(),
      lastSeq: journal?.lastSeq() ?? 0,
      clients: gateway.clients(),
      chats: gateway.chats.open(),
      backlog: this.forwarder.backlog(),
    };
  }
}
