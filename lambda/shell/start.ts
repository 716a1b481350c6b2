import type { Ports, StartOutcome } from '../ports';

/** So many StartInstances calls a batch may take when it is halved, where it is the only one. */
const CALLS_FOR_ONE = 3;

/** Asks EC2 to start these groups, each in one call where it can be; an outcome for every id. */
export async function startAll(
  { ec2, telemetry }: Ports,
  groups: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, StartOutcome>> {
  const count = groups.flat().length;
  // A metric that is not emitted costs nothing: zero is not worth its price.
  if (count > 0) telemetry.count('StartsRequested', count);
  const calls = groups.length === 1 ? CALLS_FOR_ONE : 1;
  const answers = await Promise.all(groups.map((ids) => ec2.start(ids, calls)));
  return new Map(answers.flatMap((answer) => [...answer]));
}
