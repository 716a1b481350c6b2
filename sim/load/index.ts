import { synthesizeTemplate } from '../../lib/synthesize';
import { after, seconds } from '../../lambda/core/time';
import { factsOf } from '../history';
import { checkInvariants } from '../invariants';
import { createWorld } from '../world';
import { BURST_LOADS } from './burst';
import type { Goal, Load, PlayedLoad } from './load';
import { LONG_HAUL_LOADS } from './long-haul';
import { NOISE } from './noise';
import { READS, SWEEP_LOADS } from './sweep';

/** Every load, in the order of docs/load.md. */
export const LOADS: readonly Load[] = [
  ...BURST_LOADS,
  READS,
  ...SWEEP_LOADS,
  NOISE,
  ...LONG_HAUL_LOADS,
];

/** What a load came to. */
export interface LoadResult {
  readonly load: string;
  readonly title: string;
  readonly seed: number;
  readonly instances: number;
  /** The story's own length; before it the fleet was enrolled. */
  readonly simulatedS: number;
  readonly goals: readonly Goal[];
  /** Invariants that did not hold, each in a sentence. */
  readonly violations: readonly string[];
  readonly invocations: number;
  /** Every goal and every invariant held. */
  readonly passed: boolean;
  /** The command that plays this very run again. */
  readonly replay: string;
}

/** How a load is played. */
export interface LoadOptions {
  /** All chance comes from it. */
  readonly seed: number;
  /** Called when the fleet is enrolled and the story begins. */
  readonly onStory?: () => void;
  /** Called when the story is over, before it is judged. */
  readonly onPlayed?: () => void;
}

const START_AT = '2024-08-01T06:00:00Z';
/** Enrolment takes 20 instances a sweep; some more for the last tags to settle. */
const enrolmentS = (instances: number): number => 600 + Math.ceil(instances / 20) * 60;
/** The end of a story is looked for this often, in virtual seconds. */
const LOOK_EVERY_S = 60;

const templates = new Map<string, object>();

/** Synthesis takes seconds and its result never changes within a process. */
function templateOf({ policies, config }: Load): object {
  const key = JSON.stringify([policies, config]);
  const known = templates.get(key) ?? synthesizeTemplate(policies, config);
  templates.set(key, known);
  return known;
}

/** Plays a load in the simulated account, with the deployed code, in virtual time. */
export async function playLoad(load: Load, options: LoadOptions): Promise<LoadResult> {
  const { seed, onStory, onPlayed } = options;
  const world = createWorld({ seed, startAt: START_AT, template: templateOf(load) });
  for (const server of load.fleet) world.ec2.addInstance(server);
  const ids = load.fleet.map(({ id }) => id);
  const zeroS = enrolmentS(ids.length);
  await world.runUntil(zeroS);
  const before = world.history.facts.length;
  load.story(world, ids, zeroS);
  onStory?.();
  for (let at = LOOK_EVERY_S; at <= load.lastsS; at += LOOK_EVERY_S) {
    await world.runUntil(zeroS + at);
    if (load.isOver?.(world.history.facts.slice(before)) === true) break;
  }
  onPlayed?.();
  const zero = after(world.startedAt, seconds(zeroS));
  const { facts } = world.history;
  const played = { ids, facts, story: facts.slice(before), zero };
  return judged(load, played, { seed, simulatedS: world.elapsedS() - zeroS });
}

function judged(
  load: Load,
  played: PlayedLoad,
  { seed, simulatedS }: Pick<LoadResult, 'seed' | 'simulatedS'>,
): LoadResult {
  const goals = load.goals(played);
  const violations = checkInvariants(played.facts).map(
    ({ invariant, instanceId, text }) =>
      `${invariant}${instanceId === undefined ? '' : ` ${instanceId}`}: ${text}`,
  );
  return {
    load: load.name,
    title: load.title,
    seed,
    instances: played.ids.length,
    simulatedS,
    goals,
    violations,
    invocations: factsOf(played.story, 'began').length,
    passed: violations.length === 0 && goals.every(({ held }) => held),
    replay: `npm run simulate -- --load ${load.name} --from ${seed}`,
  };
}
