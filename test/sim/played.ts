import { DRILLS, playOut } from '../../sim/drills/index';
import type { Fact } from '../../sim/history';

/** Everything that happened in a drill, its log and its metrics included. */
export async function factsOfDrill(name: string, seed = 1): Promise<readonly Fact[]> {
  const spec = DRILLS.find((drill) => drill.name === name);
  if (spec === undefined) throw new Error(`No drill is called "${name}".`);
  const { world } = await playOut(spec, { seed });
  return world.history.facts;
}
