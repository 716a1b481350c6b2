import type { HookNews } from '../core/hook-run';
import { questionsOf, type HookQuestion } from '../core/hook-question';
import type { Run } from './run';

/** Systems Manager is shared with the whole account: what is not asked now is asked by a tick. */
const PER_PASS = 10;

/** The commands of hooks of which nothing was heard for a while, those that wait longest first. */
export function questionsDue({ ports, records }: Run): readonly HookQuestion[] {
  const now = ports.clock.now();
  return [...records.values()]
    .flatMap(({ instanceId, incident }) => questionsOf(instanceId, incident?.hooks ?? [], now))
    .toSorted((one, other) => one.dueAt - other.dueAt)
    .slice(0, PER_PASS);
}

/** What Systems Manager answers, by instance: news like any, as if its event had come. */
export async function askHooks(
  { ports }: Run,
  questions: readonly HookQuestion[],
): Promise<ReadonlyMap<string, readonly HookNews[]>> {
  const answers = await Promise.all(
    questions.map(async ({ instanceId, commandId }) => ({
      instanceId,
      news: await ports.hooks.ask(instanceId, commandId),
    })),
  );
  const heard = new Map<string, readonly HookNews[]>();
  for (const { instanceId, news } of answers) {
    heard.set(instanceId, [...(heard.get(instanceId) ?? []), ...news]);
  }
  return heard;
}
