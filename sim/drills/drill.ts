import type { MoreConfig } from '../../lib/synthesize';
import type { PolicyInput } from '../../lambda/core/policy';
import type { Drill, Expectation } from '../drill-result';
import type { Fact } from '../history';
import type { SsmDocument } from '../account/ssm-commands';
import type { ChatFigures } from '../chat/figures';
import type { ChatDrill } from '../chat/workload';
import type { World } from '../world';
import type { Figures } from './figures';

/** What a drill's demands are made from. */
export interface Played {
  readonly figures: Figures;
  readonly facts: readonly Fact[];
  /** Null in a drill without chats. */
  readonly chats: ChatFigures | null;
}

/** A named, seeded scenario in the simulated account. */
export interface DrillSpec extends Drill {
  /** ISO 8601: the virtual time at which the run begins. */
  readonly startAt: string;
  /** Seconds into the run at which the story begins; before it the fleet is enrolled. */
  readonly zeroS: number;
  /** Seconds into the run at which it ends at the latest. */
  readonly limitS: number;
  /** A trail exists, so that API calls reach the event bus. */
  readonly trail?: boolean;
  /** Variables of the function's environment, as an operator could set them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The policies that are deployed instead of the checked-in ones. */
  readonly policies?: Readonly<Record<string, PolicyInput>>;
  /** Fields of the configuration that are deployed beside the policies. */
  readonly config?: MoreConfig;
  /** The account's documents of Systems Manager, instead of the usual one. */
  readonly documents?: Readonly<Record<string, SsmDocument>>;
  /** The chats of one of its servers, which serves from the start. */
  readonly chat?: ChatDrill;
  /** Puts instances into the account and plans what happens. */
  readonly play: (world: World) => void;
  /** The story is over (looked at once a virtual minute); without it the limit is the end. */
  readonly isOver?: (facts: readonly Fact[]) => boolean;
  readonly expect: (played: Played) => readonly Expectation[];
}

/** A demand and its outcome. */
export const demand = (text: string, held: boolean): Expectation => ({ text, held });
