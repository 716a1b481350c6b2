import type { Random, Stream } from '../random';
import { ClientModel, type ClientOptions, type Fate } from './client';
import type { ChatClock } from './clock';
import type { ChatScale } from './scale';
import type { ServerModel } from './server';

interface TrafficParts {
  readonly clock: ChatClock;
  readonly random: Random;
  readonly server: ServerModel;
  readonly scale: ChatScale;
}

interface Chat {
  readonly agent: ClientModel;
  readonly visitor: ClientModel;
}

const STAYS: Fate = { kind: 'stays' };
const LEAVES: Fate = { kind: 'leaves' };
const LATE_MS = { least: 60_000, mean: 180_000 };

/**
 * Agents and visitors, and what they say. Everybody draws from a stream of their own, so that the
 * same seed gives the same messages at the same times, whatever is done about an outage.
 */
export class Traffic {
  readonly #arrivals: Stream;
  readonly #agents: readonly ClientModel[];
  readonly #open = new Set<Chat>();
  #count = 0;
  #isOver = false;

  constructor(private readonly parts: TrafficParts) {
    this.#arrivals = parts.random.stream('chat/arrivals');
    this.#agents = this.#fates().map((fate, index) =>
      this.#client({ user: `agent-${index + 1}`, role: 'agent', fate }),
    );
  }

  /** A pod in the middle of its day. */
  begin(): void {
    for (const agent of this.#agents) agent.open();
    for (let chat = 0; chat < this.parts.scale.openChats; chat += 1) this.#chat();
    this.#arrive();
  }

  /** All connections are gone at once. */
  cut(): void {
    for (const client of this.#clients()) client.cut();
  }

  /** Nobody says anything more or comes back, so that what is on its way can arrive. */
  end(): void {
    this.#isOver = true;
    for (const client of this.#clients()) if (!client.isConnected) client.close();
  }

  /** Chats with somebody connected on each side. */
  openChats(): number {
    return [...this.#open].filter(({ agent, visitor }) => agent.isConnected && visitor.isConnected)
      .length;
  }

  *#clients(): Generator<ClientModel> {
    yield* this.#agents;
    for (const { visitor } of this.#open) yield visitor;
  }

  #fates(): readonly Fate[] {
    const { agents, agentsGone, agentsLate } = this.parts.scale;
    const stream = this.parts.random.stream('chat/fates');
    const fates = Array.from({ length: agents }, (_, index): Fate => {
      if (index < agentsGone) return LEAVES;
      if (index >= agentsGone + agentsLate) return STAYS;
      return { kind: 'late', afterMs: LATE_MS.least + stream.exponential(LATE_MS.mean) };
    });
    return stream.shuffled(fates);
  }

  #client(options: ClientOptions): ClientModel {
    const { clock, random, server } = this.parts;
    const stream = random.stream(`chat/client/${options.user}`);
    return new ClientModel(options, { clock, stream, server });
  }

  #arrive(): void {
    const { clock, scale } = this.parts;
    const everyMs = (scale.chatMinutes * 60_000) / scale.openChats;
    clock.after(this.#arrivals.exponential(everyMs), () => {
      if (this.#isOver) return;
      this.#chat();
      this.#arrive();
    });
  }

  #chat(): void {
    const { clock, random, scale } = this.parts;
    this.#count += 1;
    const user = `visitor-${this.#count}`;
    const stream = random.stream(`chat/talk/${user}`);
    const fate = stream.chance(scale.visitorsLeave) ? LEAVES : STAYS;
    const chat = {
      agent: stream.pick(this.#agents),
      visitor: this.#client({ user, role: 'visitor', fate }),
    };
    this.#open.add(chat);
    chat.visitor.open();
    clock.after(stream.exponential(scale.chatMinutes * 60_000), () => {
      if (this.#isOver) return;
      this.#open.delete(chat);
      chat.visitor.close();
    });
    this.#talk(chat, stream);
  }

  #talk(chat: Chat, stream: Stream): void {
    const { clock, scale } = this.parts;
    clock.after(stream.exponential(scale.messageEveryS * 1_000), () => {
      const { agent, visitor } = chat;
      if (this.#isOver || visitor.hasLeft) return;
      (stream.chance(0.5) ? agent : visitor).say();
      this.#talk(chat, stream);
    });
  }
}
