import { setTimeout as wait } from 'node:timers/promises';
import { ChatClient } from '../../examples/livechat/client';
import type { Role } from '../../examples/livechat/record';
import type { Stream } from '../../sim/random';

interface Chatter {
  readonly user: string;
  readonly role: Role;
  readonly chats: readonly string[];
  readonly client: ChatClient;
  /** Messages that it said so far. */
  said: number;
  left: boolean;
}

/** How many take part: each agent looks after some of the visitors, each visitor has a chat. */
export const AGENTS = 10;
const VISITORS = 20;
/** From an answer to the next message of somebody. */
const PAUSE_MS = { least: 100, most: 700 };
/** In a hurry nobody waits for an answer, until so many messages are on the way. */
const HURRIED = 4;
/** Between two tries to reach the server, at most: a visitor does not wait for ten seconds. */
const LONGEST_WAIT_MS = 3_000;

const agentOf = (visitor: number): string => `agent-${(visitor % AGENTS) + 1}`;
const chatOf = (visitor: number): string => `chat-${visitor + 1}`;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/**
 * Agents and visitors who chat over real WebSockets. What the server acknowledged to them is the
 * ground truth of the drill: each message has a text of its own, so that neither ids nor counts
 * of the server have to be believed.
 */
export class Chatters {
  private readonly all: readonly Chatter[];
  private readonly acknowledged: string[] = [];
  private isSilent = false;
  private isHurried = false;

  constructor(
    url: string,
    private readonly stream: Stream,
  ) {
    const chatter = (user: string, role: Role, chats: readonly string[]): Chatter => {
      const random = (): number => stream.next();
      const client = new ChatClient({ url, user, role, random, longestWaitMs: LONGEST_WAIT_MS });
      return { user, role, chats, client, said: 0, left: false };
    };
    const visitors = numbers(VISITORS);
    this.all = [
      ...numbers(AGENTS).map((agent) => {
        const mine = visitors.filter((visitor) => agentOf(visitor) === agentOf(agent));
        return chatter(agentOf(agent), 'agent', mine.map(chatOf));
      }),
      ...visitors.map((visitor) => chatter(`visitor-${visitor + 1}`, 'visitor', [chatOf(visitor)])),
    ];
  }

  /** Connects everybody, and has them chat until `end`. */
  async begin(): Promise<void> {
    for (const { client, chats } of this.all) {
      client.connect();
      for (const chat of chats) client.join(chat);
    }
    await this.connected();
    for (const chatter of this.all) void this.chat(chatter);
  }

  /** Everybody speaks without a pause, until `calmDown`: at any moment something is written. */
  hurry(): void {
    this.isHurried = true;
    for (const chatter of this.all) {
      for (const _ of numbers(HURRIED)) void this.rush(chatter);
    }
  }

  /** Everybody speaks as usual again. */
  calmDown(): void {
    this.isHurried = false;
  }

  /** So many agents go home. */
  leave(count: number): void {
    const agents = this.all.filter(({ role, left }) => role === 'agent' && !left);
    for (const chatter of this.stream.shuffled(agents).slice(0, count)) {
      chatter.left = true;
      chatter.client.close();
    }
  }

  /** Ends when everybody who did not leave is connected. */
  async connected(): Promise<void> {
    const staying = this.all.filter(({ left }) => !left);
    await Promise.all(staying.map(async ({ client }) => client.connected()));
  }

  /** How many did not leave, and are not connected. */
  away(): number {
    return this.all.filter(({ left, client }) => !left && !client.isConnected()).length;
  }

  /** The agents who are connected, by name. */
  agentsOnline(): readonly string[] {
    return this.all
      .filter(({ role, left, client }) => role === 'agent' && !left && client.isConnected())
      .map(({ user }) => user);
  }

  /** Chats with somebody on each side. */
  openChats(): number {
    const agents = new Set(this.agentsOnline());
    return numbers(VISITORS).filter((visitor) => {
      const here = this.all.find(({ user }) => user === `visitor-${visitor + 1}`);
      return here?.client.isConnected() === true && agents.has(agentOf(visitor));
    }).length;
  }

  /** Messages that were said and are not acknowledged. */
  inFlight(): number {
    return this.all.reduce((sum, { client }) => sum + client.unacknowledged(), 0);
  }

  /** The texts of all messages that the server acknowledged. */
  accepted(): readonly string[] {
    return this.acknowledged;
  }

  /** Nobody says anything more; who waits for an acknowledgement goes on waiting. */
  fallSilent(): void {
    this.isSilent = true;
  }

  /** Ends all connections. */
  end(): void {
    this.fallSilent();
    for (const { client } of this.all) client.close();
  }

  private async chat(chatter: Chatter): Promise<void> {
    for (;;) {
      const pauseMs = this.stream.uniform(PAUSE_MS.least, PAUSE_MS.most);
      await wait(pauseMs, undefined, { ref: false });
      if (this.isSilent || chatter.left) return;
      await this.say(chatter);
    }
  }

  private async rush(chatter: Chatter): Promise<void> {
    while (this.isHurried && !chatter.left) await this.say(chatter);
  }

  private async say(chatter: Chatter): Promise<void> {
    const { client, user, chats } = chatter;
    const text = `${user} says ${(chatter.said += 1)}`;
    try {
      await client.say(this.stream.pick(chats), text);
      this.acknowledged.push(text);
    } catch {
      // Nobody promised anything for a message that was not acknowledged.
    }
  }
}
