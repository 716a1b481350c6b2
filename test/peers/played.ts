import { synthesizeTemplate } from '../../lib/synthesize';
import type { PolicyInput } from '../../lambda/core/policy';
import { chatServer } from '../../sim/drills/servers';
import { factsOf, type Fact } from '../../sim/history';
import { createWorld, type World } from '../../sim/world';

/** The policies under which the servers of these tests run: every default, and a ready event. */
const POLICIES: Readonly<Record<string, PolicyInput>> = { livechat: {} };

let template: object | undefined;

/** The id of the n-th server in the simulated account. */
export const serverId = (index: number): string =>
  `i-0a1b2c3d4e5f6${index.toString(16).padStart(4, '0')}`;

/** A simulated account with so many servers of one zone and type, at noon on the origin's day. */
export function account(servers = 1): World {
  template ??= synthesizeTemplate(POLICIES);
  const world = createWorld({ seed: 1, startAt: '2024-08-01T12:00:00Z', template });
  for (let index = 1; index <= servers; index += 1) {
    world.ec2.addInstance(chatServer(serverId(index), { name: `pod-${index}` }));
  }
  return world;
}

/** What AWS was asked for, without what only reads. */
export function mutationsOf(facts: readonly Fact[]): readonly string[] {
  return factsOf(facts, 'call')
    .filter(({ service, dryRun }) => service === 'ec2' && !dryRun)
    .map(({ operation }) => operation)
    .filter((operation) => !operation.startsWith('Describe'));
}

/** When each server was started, in seconds of the run, as EC2 took it. */
export function startsOf(world: World, instanceId: string): readonly number[] {
  return factsOf(world.history.facts, 'effect')
    .filter(({ started }) => started.includes(instanceId))
    .map(({ at }) => Math.round((at - world.startedAt) / 1_000));
}

/** Whether it served its users at the end. */
export function servesIn({ history }: World, instanceId: string): boolean {
  const own = factsOf(history.facts, 'serving').filter((fact) => fact.instanceId === instanceId);
  return own.at(-1)?.serving ?? true;
}

/** The messages about one server by kind. */
export function toldIn({ history }: World, instanceId: string): readonly string[] {
  return factsOf(history.facts, 'message')
    .filter(({ attributes }) => attributes['instanceId'] === instanceId)
    .map(({ attributes }) => attributes['event'] ?? '');
}
