import { synthesizeTemplate } from '../../lib/synthesize';
import { DRILLS } from '../../sim/drills/index';
import type { Fact } from '../../sim/history';
import { createWorld } from '../../sim/world';

/** Everything that happened in a drill, its log and its metrics included. */
export async function factsOfDrill(name: string, seed = 1): Promise<readonly Fact[]> {
  const spec = DRILLS.find((drill) => drill.name === name);
  if (spec === undefined) throw new Error(`No drill is called "${name}".`);
  const world = createWorld({
    seed,
    startAt: spec.startAt,
    template: synthesizeTemplate(spec.policies),
    trail: spec.trail ?? false,
    environment: spec.environment ?? {},
  });
  spec.play(world);
  for (let at = spec.zeroS; at < spec.limitS; at += 60) {
    await world.runUntil(at);
    if (at > spec.zeroS && spec.isOver?.(world.history.facts) === true) break;
  }
  return world.history.facts;
}
