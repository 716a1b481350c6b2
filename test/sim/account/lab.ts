import type { Clients } from '../../../lambda/adapters/clients';
import type { HandlerFactory } from '../../../sim/account/lambda';
import { createWorld, type World, type WorldOptions } from '../../../sim/world';
import { smallTemplate, type TemplateChanges } from './small-template';

/** The instance of the lab. */
export const POD = 'i-0abc0000000000023';

type Invocation = Parameters<ReturnType<HandlerFactory>>[0];
type Tools = Parameters<HandlerFactory>[0];

/** A world whose function is a test's own code. */
export function lab(
  handle: (tools: Tools, event: Invocation) => Promise<unknown>,
  changes: TemplateChanges & Partial<WorldOptions> = {},
): World {
  return createWorld({
    seed: 1,
    startAt: '2024-08-01T12:00:00Z',
    template: smallTemplate(changes),
    handler: (tools) => async (event) => {
      const answer = await handle(tools, event);
      const none = { batchItemFailures: [] };
      return typeof answer === 'object' && answer !== null ? (answer as typeof none) : none;
    },
    ...(changes.seed === undefined ? {} : { seed: changes.seed }),
    ...(changes.documents === undefined ? {} : { documents: changes.documents }),
  });
}

/** Lets the function run once, by an event, and answers what its code returned or threw. */
export async function inside<T>(
  use: (clients: Clients, tools: Tools) => Promise<T>,
  options: {
    readonly changes?: TemplateChanges;
    readonly world?: Pick<WorldOptions, 'documents'>;
    readonly prepare?: (world: World) => void;
    /** Seconds from the start at which the function runs. */
    readonly atS?: number;
    /** Seconds that the world goes on from there; 60 when absent. */
    readonly lastsS?: number;
  } = {},
): Promise<{
  readonly result: T | undefined;
  readonly error: Error | undefined;
  readonly world: World;
}> {
  let result: T | undefined;
  let error: Error | undefined;
  let ran = false;
  const world = lab(
    async (tools, event) => {
      if (ran || !event.Records.some(({ body }) => body.includes('go'))) return;
      ran = true;
      try {
        result = await use(tools.clients, tools);
      } catch (thrown) {
        error = thrown as Error;
      }
    },
    { ...options.changes, ...options.world },
  );
  options.prepare?.(world);
  world.at(options.atS ?? 0, () => {
    world.aws.event({
      source: 'aws.ec2',
      detailType: 'go',
      resources: [],
      detail: {},
      instanceIds: [],
    });
  });
  await world.runUntil((options.atS ?? 0) + (options.lastsS ?? 60));
  return { result, error, world };
}
