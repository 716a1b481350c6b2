import { reasonOf } from './json';
import { mismatches, type PresenceStamp, type PresenceWord } from './presence';
import type { WorkspaceClient } from './workspace-client';

/** Whether server and workspace agree on who is online. */
export type PresenceStep =
  | { readonly kind: 'in-step'; readonly online: number }
  | { readonly kind: 'out-of-step'; readonly online: number; readonly agents: readonly string[] }
  | { readonly kind: 'unknown'; readonly online: number; readonly why: string };

/**
 * The server's presence, and the words about it to the workspace. As the server of the incident
 * did, it tells changes only: an agent that was online when the machine died is mended by `resync`.
 */
export class PresenceLink {
  /** Connections by agent: somebody with two windows is online until both are gone. */
  private readonly connections = new Map<string, number>();
  private version = 0;
  private words: Promise<unknown> = Promise.resolve();
  private silent = false;

  constructor(
    private readonly who: Pick<PresenceStamp, 'pod' | 'boot'>,
    private readonly workspace: WorkspaceClient,
  ) {}

  /** The agents that are connected here. */
  online(): readonly string[] {
    return [...this.connections.keys()].toSorted();
  }

  /** One more connection of an agent. */
  arrived(agent: string): void {
    const before = this.connections.get(agent) ?? 0;
    this.connections.set(agent, before + 1);
    if (before === 0) this.tellChange(agent, true);
  }

  /** One connection less. */
  left(agent: string): void {
    const rest = (this.connections.get(agent) ?? 1) - 1;
    if (rest > 0) {
      this.connections.set(agent, rest);
      return;
    }
    this.connections.delete(agent);
    this.tellChange(agent, false);
  }

  /** Tells all of it; returns the agents whose state in the workspace that changed. */
  async resync(): Promise<readonly string[]> {
    return this.inOrder(async () => {
      const before = await this.workspace.online(this.who.pod);
      const agents = this.online();
      const after = await this.workspace.tell({ kind: 'all', ...this.stamp(), agents });
      return mismatches(before, after);
    });
  }

  /** Compares, after all that was to be told has been told. */
  async step(): Promise<PresenceStep> {
    return this.inOrder(async (): Promise<PresenceStep> => {
      try {
        const agents = mismatches(this.online(), await this.workspace.online(this.who.pod));
        const online = this.connections.size;
        return agents.length === 0
          ? { kind: 'in-step', online }
          : { kind: 'out-of-step', online, agents };
      } catch (error) {
        return { kind: 'unknown', online: this.connections.size, why: reasonOf(error) };
      }
    });
  }

  /** Ends when all changes so far were told, or could not be. */
  async settled(): Promise<void> {
    await this.words;
  }

  /** Says nothing more, as a server does whose machine has died. */
  silence(): void {
    this.silent = true;
  }

  private stamp(): PresenceStamp {
    this.version += 1;
    return { ...this.who, version: this.version };
  }

  private tellChange(agent: string, online: boolean): void {
    void this.inOrder(async () => {
      if (this.silent) return;
      const word: PresenceWord = { kind: 'change', ...this.stamp(), agent, online };
      // A word that did not arrive leaves the two out of step; health says so.
      await this.workspace.tell(word).catch(() => undefined);
    });
  }

  /** One word after another, so that none overtakes. */
  private async inOrder<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.words.then(act);
    this.words = turn.catch(() => undefined);
    return turn;
  }
}
