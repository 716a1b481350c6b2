/** How big the pod is and how fast its parts are; medians where a figure is drawn. */
export interface ChatScale {
  readonly agents: number;
  /** Of these, agents who do not come back after an outage, though the workspace shows them. */
  readonly agentsGone: number;
  /** Of these, agents who come back minutes after it. */
  readonly agentsLate: number;
  /** How many chats are open at a time, on average. */
  readonly openChats: number;
  readonly chatMinutes: number;
  /** From one message of a chat to the next, on average. */
  readonly messageEveryS: number;
  /** The share of visitors who give up when they notice the outage. */
  readonly visitorsLeave: number;
  /** One call of the workspace with up to 500 messages, until it has them durably. */
  readonly workspaceCallMs: number;
}

/**
 * The pod of the drills. Nothing of it is known from 1 August 2024: it is a pod of a usual size,
 * and figures about chats are to be read beside each other, not as a forecast of another pod's.
 */
export const POD_SCALE: ChatScale = {
  agents: 30,
  agentsGone: 2,
  agentsLate: 4,
  openChats: 90,
  chatMinutes: 8,
  messageEveryS: 25,
  visitorsLeave: 0.25,
  workspaceCallMs: 600,
};

/** Promises of server and workspace that are broken, to see that the figures show it. */
export interface BrokenPromises {
  /** The server acknowledges at once, and makes durable so much later. */
  readonly durableAfterMs?: number;
  /** The workspace keeps what it is given, whether it has it or not. */
  readonly keepsDoubles?: boolean;
  /** How long before the window the backfill begins; 60 s as in examples/livechat when absent. */
  readonly marginS?: number;
}
