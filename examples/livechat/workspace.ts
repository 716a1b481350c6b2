import type { Server } from 'node:http';
import { Journal } from './journal';
import { listen, stopListening, type Answer, type Asked } from './http';
import { isObject, textOf } from './json';
import { hear, wordOf, type PodPresence, type PresenceWord } from './presence';
import { messageOf, type ChatMessage } from './record';
import { readWindow } from './window';
import type { Disk } from './disk';

/** How a workspace is started. */
export interface WorkspaceOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly now: () => number;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A batch may not be longer, so that one call stays short. */
export const BATCH_LIMIT = 1000;

const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };

const refuse = (error: string, status = 400): Answer => ({ status, body: { error } });

/**
 * What the agents look at: a list of who is online, as it was last told, and the saved chats. It
 * never asks a server. When a pod dies without a word, its agents stay online here: the mismatch.
 */
export class Workspace {
  private readonly pods = new Map<string, PodPresence>();
  /** When each pod's present boot was first heard of; epoch milliseconds. */
  private readonly heardSince = new Map<string, number>();
  /** Ids of all that is stored, or is being stored right now. */
  private readonly ids = new Map<string, Promise<unknown>>();
  private server: Server | undefined;
  /** Where it listens. */
  url = '';

  private constructor(
    private readonly store: Journal,
    private readonly now: () => number,
  ) {}

  /** Reads what is stored, and listens. */
  static async start(options: WorkspaceOptions): Promise<Workspace> {
    const opened = await Journal.open(options);
    if (opened.kind === 'damaged') {
      throw new Error(`the store is damaged: ${opened.segment}, byte ${opened.offset}`);
    }
    const workspace = new Workspace(opened.journal, options.now);
    const { disk, folder, port } = options;
    for await (const item of readWindow(disk, { folder, window: EVER })) {
      if (item.kind === 'record') workspace.ids.set(item.record.message.id, Promise.resolve());
    }
    const { server, url } = await listen(port, async (asked) => workspace.answer(asked));
    workspace.server = server;
    workspace.url = url;
    return workspace;
  }

  /** Ends in order. */
  async stop(): Promise<void> {
    if (this.server !== undefined) await stopListening(this.server);
    await this.store.close();
  }

  /** How many messages are stored; each counts once. */
  stored(): number {
    return this.ids.size;
  }

  /** The ids of the stored messages. */
  storedIds(): readonly string[] {
    return [...this.ids.keys()];
  }

  /** What it believes about a pod. */
  presenceOf(pod: string): PodPresence {
    return this.pods.get(pod) ?? { pod, boot: 0, version: 0, online: [] };
  }

  private async answer({ method, url, body }: Asked): Promise<Answer> {
    switch (`${method} ${url.pathname}`) {
      case 'GET /presence':
        return { status: 200, body: this.presenceOf(url.searchParams.get('pod') ?? '') };
      case 'POST /presence':
        return this.told(body);
      case 'POST /presence/down':
        return this.down(body);
      case 'POST /messages':
        return this.keep(body);
      case 'GET /messages':
        return { status: 200, body: { stored: this.stored() } };
      default:
        return refuse('no such address', 404);
    }
  }

  private told(body: unknown): Answer {
    const word: PresenceWord | undefined = wordOf(body);
    if (word === undefined) return refuse('not a word about presence');
    const before = this.presenceOf(word.pod);
    const presence = hear(before, word);
    if (presence.boot > before.boot) this.heardSince.set(word.pod, this.now());
    this.pods.set(word.pod, presence);
    return { status: 200, body: presence };
  }

  /**
   * For the hook at detection: nobody of this pod is online, until its server says so again. With
   * the time at which the outage began, it changes nothing once a later boot has spoken.
   */
  private down(body: unknown): Answer {
    const pod = isObject(body) ? textOf(body['pod']) : undefined;
    if (pod === undefined) return refuse('name the pod');
    const at = isObject(body) ? textOf(body['at']) : undefined;
    const isLate = at !== undefined && (this.heardSince.get(pod) ?? 0) > Date.parse(at);
    if (isLate) return { status: 200, body: { pod, changed: 0, late: true } };
    const before = this.presenceOf(pod);
    this.pods.set(pod, { ...before, online: [] });
    return { status: 200, body: { pod, changed: before.online.length } };
  }

  /** Ends once all of the batch is durable, whoever brought it; what is known is not kept twice. */
  private async keep(body: unknown): Promise<Answer> {
    const raw = isObject(body) ? body['messages'] : undefined;
    if (!Array.isArray(raw)) return refuse('send {"messages": [...]}');
    if (raw.length > BATCH_LIMIT) return refuse(`at most ${BATCH_LIMIT} messages`, 413);
    const messages = raw.map(messageOf);
    if (!messages.every((message) => message !== undefined)) return refuse('not a message');
    const fresh = messages.filter((message) => this.begin(message));
    await Promise.all(messages.map(async ({ id }) => this.ids.get(id)));
    return { status: 200, body: { stored: fresh.length, known: messages.length - fresh.length } };
  }

  /** Whether it was not known before. */
  private begin(message: ChatMessage): boolean {
    if (this.ids.has(message.id)) return false;
    const storing = this.store.append(message);
    this.ids.set(message.id, storing);
    storing.catch(() => this.ids.delete(message.id));
    return true;
  }
}
