import type { LoadResult } from '../sim/load/index';

/** A load as it was played, with the real time of this machine, which is no goal. */
export interface PlayedHere extends LoadResult {
  /** Processor time of the story, the simulation of the account included, in seconds. */
  readonly processorS: number;
}
