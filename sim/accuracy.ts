import { after, seconds } from '../lambda/core/time';
import { synthesizeTemplate } from '../lib/synthesize';
import { judge, type Verdict } from './accuracy-judge';
import { factsOf, type Fact } from './history';
import { SCENARIOS } from './scenarios/catalogue';
import {
  SCENARIO_POLICIES,
  type Family,
  type Label,
  type Scenario,
  type Stage,
} from './scenarios/scenario';
import { Truth } from './scenarios/truth';
import { toldIn, type Told } from './told';
import { createWorld, type World, type WorldOptions } from './world';

/** One scenario, played with one seed and held against its label. */
export interface RunVerdict extends Verdict {
  readonly scenario: string;
  readonly family: Family;
  readonly seed: number;
  /** The command that plays it again and prints what people were told. */
  readonly replay: string;
}

/** How a scenario is played. */
export interface PlayParts {
  readonly seed: number;
  /** The function's code; the real handler when absent. */
  readonly handler?: NonNullable<WorldOptions['handler']>;
}

/** A scenario as it went: what people were told, and what they should have been. */
export interface PlayedScenario {
  readonly facts: readonly Fact[];
  readonly told: readonly Told[];
  readonly label: Label;
}

let template: object | undefined;

/** Every scenario is played in one deployment, which takes a second to synthesize. */
function deployed(): object {
  template ??= synthesizeTemplate(SCENARIO_POLICIES);
  return template;
}

/** Plays a scenario to its end. Throws when the simulator refuses something. */
export async function playScenario(
  scenario: Scenario,
  { seed, handler }: PlayParts,
): Promise<PlayedScenario> {
  const { name, startAt, trail, zeroS, lastsS, servers } = scenario;
  const world = createWorld({
    seed,
    startAt,
    trail,
    template: deployed(),
    ...(handler !== undefined && { handler }),
  });
  for (const server of servers) world.ec2.addInstance(server);
  const ids = servers.map(({ id }) => id);
  scenario.play(stageOf(world, ids, zeroS));
  await world.runUntil(zeroS + lastsS);
  const { facts } = world.history;
  const [failure] = factsOf(facts, 'failure');
  if (failure !== undefined) throw new Error(`${name}, seed ${seed}: ${failure.text}`);
  const told = toldIn(facts, after(world.startedAt, seconds(zeroS)));
  return { facts, told, label: scenario.label(new Truth(facts, world.startedAt, zeroS), ids) };
}

function stageOf(world: World, ids: readonly string[], zeroS: number): Stage {
  return {
    world,
    ids,
    id: ids[0] ?? '',
    stream: world.random.stream('scenario'),
    at: (second, act) => world.at(zeroS + second, act),
    span: (fromS, toS) => ({ fromS: zeroS + fromS, toS: zeroS + toS }),
    isoAt: (second) => isoOf(world, zeroS + second),
  };
}

function isoOf(world: World, elapsedS: number): string {
  return new Date(after(world.startedAt, seconds(elapsedS))).toISOString();
}

/** Plays a scenario and says how it was told. */
export async function runScenario(scenario: Scenario, parts: PlayParts): Promise<RunVerdict> {
  const { told, label } = await playScenario(scenario, parts);
  const { name, family } = scenario;
  return {
    scenario: name,
    family,
    seed: parts.seed,
    replay: `npm run -s watchdog -- accuracy --only ${name} --seed ${parts.seed}`,
    ...judge(told, label),
  };
}

/** The scenarios of a family, or the one of that name; all when nothing is named. */
export function scenariosOf(only?: string): readonly Scenario[] {
  if (only === undefined) return SCENARIOS;
  return SCENARIOS.filter(({ name, family }) => name === only || family === only);
}
