import type { HookRun } from './hook-run';
import type { Drain, Incident } from './incident';

/** The drain under way, or done and waiting for its stop; undefined once that came or will not. */
export function openDrain({ condition, drain }: Incident): Drain | undefined {
  return condition === 'planned' && drain?.off === undefined ? drain : undefined;
}

/** The runs of its last drain. */
export function drainRuns({ hooks = [], drain }: Incident): readonly HookRun[] {
  return hooks.filter(({ on, outage }) => on === 'before-stop' && outage === drain?.number);
}
