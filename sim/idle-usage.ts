import { synthesizeTemplate } from '../lib/synthesize';
import { after, between, seconds } from '../lambda/core/time';
import { chatFleet } from './drills/servers';
import { factsOf, type Fact } from './history';
import { createWorld } from './world';

/** What an idle watchdog uses in an hour: nothing fails, every instance is enrolled. */
export interface IdleUsage {
  readonly instances: number;
  readonly sweeps: number;
  /** Billed seconds of the function, at 1 GB. */
  readonly lambdaSeconds: number;
  /** Requests that messages cause; the pollers' own are not in a simulation. */
  readonly queueRequests: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly alerts: number;
  /** Names of metrics that were emitted. */
  readonly metrics: readonly string[];
  readonly describeCalls: number;
}

/** Enrolment takes 20 instances a sweep; some more for the last tags to settle. */
const enrolmentS = (instances: number): number => 600 + Math.ceil(instances / 20) * 60;
const HOUR_S = 3_600;

/** Runs a fleet for an hour after its enrolment and counts what it used. */
export async function idleUsage(instances: number, seed: number): Promise<IdleUsage> {
  const world = createWorld({
    seed,
    startAt: '2024-08-01T00:00:00Z',
    template: synthesizeTemplate(),
  });
  for (const server of chatFleet(instances, ['us-east-1a', 'us-east-1b', 'us-east-1c'])) {
    world.ec2.addInstance(server);
  }
  const from = enrolmentS(instances);
  await world.runUntil(from);
  const earliest = after(world.startedAt, seconds(from));
  await world.runUntil(from + HOUR_S);
  return usageOf(
    world.history.facts.filter((fact) => fact.at >= earliest),
    instances,
  );
}

function usageOf(hour: readonly Fact[], instances: number): IdleUsage {
  const calls = factsOf(hour, 'call');
  const effects = factsOf(hour, 'effect');
  const units = (operation: string): number =>
    effects
      .filter((effect) => effect.operation === operation)
      .reduce((sum, effect) => sum + (effect.units ?? 0), 0);
  const delivered = factsOf(hour, 'delivered').length;
  return {
    instances,
    sweeps: factsOf(hour, 'began').length,
    lambdaSeconds: Math.round(lambdaSeconds(hour)),
    // Sent, received, deleted.
    queueRequests: delivered * 3,
    readUnits: units('Query'),
    writeUnits: units('PutItem'),
    alerts: factsOf(hour, 'message').length,
    metrics: [...new Set(factsOf(hour, 'metric').map(({ metric }) => metric))].sort(),
    describeCalls: calls.filter(({ operation }) => operation.startsWith('Describe')).length,
  };
}

function lambdaSeconds(hour: readonly Fact[]): number {
  const began = new Map(factsOf(hour, 'began').map((fact) => [fact.invocation, fact.at]));
  return factsOf(hour, 'ended').reduce((sum, { invocation, at }) => {
    const start = began.get(invocation);
    return start === undefined ? sum : sum + between(start, at) / 1_000;
  }, 0);
}
