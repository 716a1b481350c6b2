import type { Instant } from '../../lambda/core/time';
import type { Story } from './story';

/** One breach of one invariant. */
export interface Violation {
  /** The id in docs: S1, L3 … */
  readonly invariant: string;
  readonly at: Instant;
  readonly instanceId: string | undefined;
  readonly text: string;
}

/** Something that must hold in every run; judged from the history alone. */
export interface Invariant {
  readonly id: string;
  /** The rule in one sentence. */
  readonly rule: string;
  /** How often this history put it to the test: what could have broken it. */
  readonly exercised: (story: Story) => number;
  readonly check: (story: Story) => readonly Violation[];
}
