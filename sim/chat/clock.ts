import type { Instant } from '../../lambda/core/time';

/** The time that the chat model lives in: a world's, or one of its own. */
export interface ChatClock {
  readonly now: () => Instant;
  /** Plans an act, in milliseconds from now. */
  readonly after: (delayMs: number, act: () => void) => void;
}
