import { before, hours } from '../../lambda/core/time';
import type { Random, Stream } from '../random';
import type { ChatClock } from './clock';
import { ForwarderModel } from './forwarder';
import type { JournalLine, JournalModel } from './journal';
import { PresenceWords } from './presence-words';
import type { BrokenPromises, ChatScale } from './scale';
import type { WorkspaceModel } from './workspace';

/** What a chat server is made of. */
export interface ServerParts {
  readonly clock: ChatClock;
  readonly random: Random;
  readonly journal: JournalModel;
  readonly workspace: WorkspaceModel;
  readonly scale: ChatScale;
  readonly broken: BrokenPromises;
  /** Somebody's presence changed, here or in the workspace. */
  readonly presenceChanged: () => void;
}

/** A message on its way into the journal. */
interface Appending {
  readonly line: JournalLine;
  readonly acks: (() => void)[];
}

const SYNC = { medianMs: 4, sigma: 0.5 };
/** A message is known this long after it was accepted. */
const KNOWN_FOR = hours(1);
const NOBODY: ReadonlySet<string> = new Set();

/** One life of the server's process, from accepting chats to the death of its machine. */
interface Life {
  readonly presence: PresenceWords;
  readonly forwarder: ForwarderModel;
  readonly known: Set<string>;
  readonly appending: Map<string, Appending>;
  /** Written, and waiting for the sync that is under way. */
  syncing: readonly Appending[];
  isOver: boolean;
}

/** The chat server of examples/livechat, as far as messages and presence go. */
export class ServerModel {
  readonly #stream: Stream;
  #boot = 0;
  #life: Life | undefined;
  /** What it has acknowledged to a client. */
  readonly accepted = new Set<string>();

  constructor(private readonly parts: ServerParts) {
    this.#stream = parts.random.stream('chat/journal');
  }

  /** Counts its starts; 0 before the first. */
  get boot(): number {
    return this.#boot;
  }

  /** Whether it takes chats. */
  get isUp(): boolean {
    return this.#life !== undefined;
  }

  /** The agents that are connected. */
  online(): ReadonlySet<string> {
    return this.#life?.presence.online() ?? NOBODY;
  }

  /** Takes chats, after it has read which messages of the last hour it has. */
  start(): void {
    const { clock, random, journal, workspace, scale, presenceChanged } = this.parts;
    const now = clock.now();
    const { lines } = journal.window(before(now, KNOWN_FOR), now);
    this.#boot += 1;
    const shared = { clock, workspace };
    this.#life = {
      presence: new PresenceWords(this.#boot, {
        ...shared,
        stream: random.stream('chat/presence'),
        changed: presenceChanged,
      }),
      forwarder: new ForwarderModel({
        ...shared,
        stream: random.stream('chat/forwarder'),
        callMs: scale.workspaceCallMs,
      }),
      known: new Set(lines.map(({ id }) => id)),
      appending: new Map(),
      syncing: [],
      isOver: false,
    };
  }

  /** The machine dies: of what was being synced some lines are kept, the rest is a torn end. */
  die(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    life.isOver = true;
    life.presence.silence();
    life.forwarder.stop();
    const { syncing } = life;
    const kept = this.#stream.whole(0, syncing.length);
    this.parts.journal.add(syncing.slice(0, kept).map(({ line }) => line));
  }

  /** An agent connected, or went. */
  presence(agent: string, online: boolean): void {
    this.#life?.presence.change(agent, online);
  }

  /** Puts the workspace's presence in step; false when the server is not up. */
  resync(told: (changed: number) => void): boolean {
    this.#life?.presence.resync(told);
    return this.isUp;
  }

  /** Accepts a message once, however often it is sent; `ack` is called when it is durable. */
  say(id: string, ack: () => void): void {
    const life = this.#life;
    if (life === undefined) return;
    if (life.known.has(id)) {
      this.#accept(id, ack);
      return;
    }
    const isFirst = this.parts.broken.durableAfterMs !== undefined;
    if (isFirst) this.#accept(id, ack);
    const acks = isFirst ? [] : [ack];
    const appending = life.appending.get(id);
    if (appending === undefined) {
      life.appending.set(id, { line: { at: this.parts.clock.now(), id }, acks });
      if (life.syncing.length === 0) this.#sync(life);
    } else appending.acks.push(...acks);
  }

  #accept(id: string, ack: () => void): void {
    this.accepted.add(id);
    ack();
  }

  /** What comes while a sync is under way shares the next one. */
  #sync(life: Life): void {
    const batch = [...life.appending.values()];
    life.syncing = batch;
    if (batch.length === 0) return;
    const drawnMs = this.#stream.lognormal(SYNC.medianMs, SYNC.sigma);
    this.parts.clock.after(this.parts.broken.durableAfterMs ?? drawnMs, () => {
      if (life.isOver) return;
      this.parts.journal.add(batch.map(({ line }) => line));
      for (const { line, acks } of batch) {
        life.appending.delete(line.id);
        life.known.add(line.id);
        for (const ack of acks) this.#accept(line.id, ack);
        life.forwarder.give(line.id);
      }
      this.#sync(life);
    });
  }
}
