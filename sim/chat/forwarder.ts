import type { Stream } from '../random';
import type { ChatClock } from './clock';
import type { WorkspaceModel } from './workspace';

/** A call of the workspace takes at most so many messages. */
export const BATCH = 500;

/** How long one call of the workspace lasts, drawn by its median. */
export function workspaceCallMs(stream: Stream, medianMs: number): number {
  return stream.lognormal(medianMs, 0.5);
}

/**
 * Gives accepted messages to the workspace, soon but not at once, one call after the other. What
 * it holds is lost with the machine.
 */
export class ForwarderModel {
  #waiting: string[] = [];
  #isRunning = false;
  #isStopped = false;

  constructor(
    private readonly parts: {
      readonly clock: ChatClock;
      readonly stream: Stream;
      readonly workspace: WorkspaceModel;
      readonly callMs: number;
    },
  ) {}

  /** Takes a message that is durable. */
  give(id: string): void {
    this.#waiting.push(id);
    if (!this.#isRunning) this.#run();
  }

  /** The machine has died. */
  stop(): void {
    this.#isStopped = true;
  }

  #run(): void {
    const { clock, stream, workspace, callMs } = this.parts;
    const batch = this.#waiting.slice(0, BATCH);
    this.#isRunning = batch.length > 0;
    if (!this.#isRunning) return;
    const tookMs = workspaceCallMs(stream, callMs);
    const step = (delayMs: number, act: () => void): void => {
      clock.after(delayMs, () => {
        if (!this.#isStopped) act();
      });
    };
    // Half the way there, half the way back: a server that dies between does not know.
    step(tookMs / 2, () => {
      workspace.store(batch);
      step(tookMs / 2, () => {
        this.#waiting = this.#waiting.slice(batch.length);
        this.#run();
      });
    });
  }
}
