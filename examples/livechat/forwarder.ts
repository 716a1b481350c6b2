import { setTimeout as wait } from 'node:timers/promises';
import type { ChatMessage } from './record';
import type { WorkspaceClient } from './workspace-client';

/** How far the workspace is behind the journal. */
export interface Backlog {
  /** Messages that wait to be given to it. */
  readonly waiting: number;
  /** Messages that were given up, because too many waited: only a backfill brings those. */
  readonly dropped: number;
}

const BATCH = 500;
const WAITING_LIMIT = 50_000;
const LONGEST_WAIT_MS = 5000;

/**
 * Gives accepted messages to the workspace, soon but not at once. What it holds is lost with the
 * process; the journal is what is safe, and a backfill brings the rest.
 */
export class Forwarder {
  private waiting: ChatMessage[] = [];
  private dropped = 0;
  private running: Promise<void> | undefined;
  private readonly stopped = new AbortController();

  constructor(private readonly workspace: WorkspaceClient) {}

  /** Takes a message that is durable. */
  give(message: ChatMessage): void {
    if (this.stopped.signal.aborted) return;
    this.waiting.push(message);
    if (this.waiting.length > WAITING_LIMIT) {
      this.waiting.shift();
      this.dropped += 1;
    }
    this.running ??= this.run();
  }

  /** How far it is behind. */
  backlog(): Backlog {
    return { waiting: this.waiting.length, dropped: this.dropped };
  }

  /** Waits for all of it to be delivered, or for the deadline; true when nothing is left. */
  async flush(deadlineMs: number): Promise<boolean> {
    const over = new AbortController();
    await Promise.race([this.running, wait(deadlineMs, undefined, over).catch(() => undefined)]);
    over.abort();
    return this.waiting.length === 0;
  }

  /** Delivers nothing more. */
  stop(): void {
    this.stopped.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    let failures = 0;
    while (this.waiting.length > 0 && !signal.aborted) {
      const batch = this.waiting.slice(0, BATCH);
      try {
        await this.workspace.store(batch);
        const delivered = new Set(batch);
        this.waiting = this.waiting.filter((message) => !delivered.has(message));
        failures = 0;
      } catch {
        failures += 1;
        const longest = Math.min(LONGEST_WAIT_MS, 100 * 2 ** failures);
        await wait(Math.random() * longest, undefined, { signal }).catch(() => undefined);
      }
    }
    this.running = undefined;
  }
}
