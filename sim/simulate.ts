import { synthesizeTemplate } from '../lib/synthesize';
import { checkInvariants } from './invariants';
import { RANDOM_POLICIES, playRandomWorld } from './random-world';
import { addCounts, usesIn, NOTHING_USED, type Uses } from './uses';

/** A breach that a seed brought to light. */
export interface SeedViolation {
  readonly seed: number;
  readonly invariant: string;
  readonly text: string;
  /** The command that plays this very world again. */
  readonly replay: string;
}

/** What one seed came to. */
export interface SeedRun {
  readonly seed: number;
  readonly violations: readonly SeedViolation[];
  readonly simulatedHours: number;
  readonly uses: Uses;
}

/** What many seeds came to. */
export interface Simulation {
  readonly seeds: number;
  readonly from: number;
  readonly violations: readonly SeedViolation[];
  /** How often each fault and each reason of a decision happened in all of them. */
  readonly exercised: Uses;
  readonly simulatedHours: number;
}

let template: object | undefined;

/** Plays the random world of one seed and holds it against every invariant. */
export async function playSeed(seed: number): Promise<SeedRun> {
  template ??= synthesizeTemplate(RANDOM_POLICIES);
  const world = await playRandomWorld(seed, { template });
  const { facts } = world.history;
  const replay = `npm run simulate -- --seeds 1 --from ${seed}`;
  const violations = checkInvariants(facts).map(({ invariant, instanceId, text }) => ({
    seed,
    invariant,
    text: instanceId === undefined ? text : `${instanceId}: ${text}`,
    replay,
  }));
  return { seed, violations, simulatedHours: world.elapsedS() / 3_600, uses: usesIn(facts) };
}

/** What the seeds from `from` on came to together. */
export function simulationOf(runs: readonly SeedRun[], from: number): Simulation {
  const hours = runs.reduce((sum, { simulatedHours }) => sum + simulatedHours, 0);
  return {
    seeds: runs.length,
    from,
    violations: runs.flatMap(({ violations }) => violations),
    exercised: runs.reduce((sum, { uses }) => addCounts(sum, uses), NOTHING_USED),
    simulatedHours: Math.round(hours * 10) / 10,
  };
}
