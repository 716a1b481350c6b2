import { synthesizeTemplate } from '../lib/synthesize';
import { checkInvariants } from './invariants';
import { RANDOM_POLICIES, playRandomWorld } from './random-world';

/** A breach that a seed brought to light. */
export interface SeedViolation {
  readonly seed: number;
  readonly invariant: string;
  readonly text: string;
  /** The command that plays this very world again. */
  readonly replay: string;
}

/** What many seeds came to. */
export interface Simulation {
  readonly seeds: number;
  readonly from: number;
  readonly violations: readonly SeedViolation[];
  readonly simulatedHours: number;
}

/** Plays `seeds` random worlds from seed `from` on and holds each against every invariant. */
export async function simulate({
  from,
  seeds,
  onSeed,
}: {
  readonly from: number;
  readonly seeds: number;
  readonly onSeed?: (done: number, violations: readonly SeedViolation[]) => void;
}): Promise<Simulation> {
  const template = synthesizeTemplate(RANDOM_POLICIES);
  const violations: SeedViolation[] = [];
  let hours = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const world = await playRandomWorld(seed, { template });
    hours += world.elapsedS() / 3_600;
    const replay = `npm run simulate -- --seeds 1 --from ${seed}`;
    const found = checkInvariants(world.history.facts).map(({ invariant, instanceId, text }) => ({
      seed,
      invariant,
      text: instanceId === undefined ? text : `${instanceId}: ${text}`,
      replay,
    }));
    violations.push(...found);
    onSeed?.(seed - from + 1, found);
  }
  return { seeds, from, violations, simulatedHours: Math.round(hours * 10) / 10 };
}
