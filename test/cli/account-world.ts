import { typed, type Typist } from '../../cli/simulated-account';
import { synthesizeTemplate } from '../../lib/synthesize';
import { LADDER_POLICIES, under } from '../../sim/drills/policies';
import { chatServer, POD_23 } from '../../sim/drills/servers';
import { factsOf } from '../../sim/history';
import { createWorld, type World } from '../../sim/world';

let template: object | undefined;

/** An account at noon with pod-23 in it, enrolled after five minutes under the given policy. */
export function chatWorld(
  policy: keyof typeof LADDER_POLICIES = 'livechat',
  options: { readonly seed?: number; readonly startAt?: string } = {},
): World {
  template ??= synthesizeTemplate(LADDER_POLICIES);
  const { seed = 1, startAt = '2024-08-01T12:05:00Z' } = options;
  const world = createWorld({ seed, startAt, template });
  world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23', tags: under(policy) }));
  return world;
}

/** The name that the table has in the simulated account. */
export async function tableName(world: World): Promise<string> {
  const { out } = await typed(world, ['status', '--json']);
  return (JSON.parse(out) as { readonly table: string }).table;
}

/** What a command with `--json` printed. */
export async function typedJson<T>(
  world: World,
  args: readonly string[],
  typist: Typist = {},
): Promise<T> {
  const { code, out, err } = await typed(world, [...args, '--json'], typist);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as T;
}

/** What people wrote on a tag of pod-23, the present value last; undefined: it was removed. */
export function tagWrites(world: World, key: string): readonly (string | undefined)[] {
  return factsOf(world.history.facts, 'tags')
    .filter(({ by }) => by.kind === 'person')
    .map(({ tags }) => tags[key])
    .filter((value, index, all) => index === 0 || value !== all[index - 1])
    .filter((value, index) => index > 0 || value !== undefined);
}
