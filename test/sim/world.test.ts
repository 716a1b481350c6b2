import { synthesizeTemplate } from '../../lib/synthesize';
import { factLine, factsOf } from '../../sim/history';
import { checkInvariants } from '../../sim/invariants';
import { createWorld, type World } from '../../sim/world';

const POD = 'i-0abc0000000000023';
const template = synthesizeTemplate();
const environment = { RUNBOOK_URL: 'https://example.com/runbook' };

function origin(seed: number): World {
  const world = createWorld({ seed, startAt: '2024-08-01T12:00:00Z', template, environment });
  world.ec2.addInstance({
    id: POD,
    name: 'pod-23',
    zone: 'us-east-1b',
    tags: { watchdog: 'livechat' },
    workload: { appStartS: 12, sendsReadyEvent: true },
  });
  world.at(607, () => world.aws.hostFailure(POD, { stoppingS: 20 }));
  return world;
}

/** A run with every kind of fault, so that every source of chance is drawn from. */
async function rough(seed: number): Promise<World> {
  const world = origin(seed);
  world.faults.duplicateEvents(3, { withinS: 5 });
  world.faults.delayEvents(() => true, { leastS: 0, mostS: 20, probability: 0.3 });
  world.faults.dropEvents(() => true, { probability: 0.1 });
  world.faults.timeouts('dynamodb', { fromS: 600, toS: 700, effect: 'full', probability: 0.3 });
  world.faults.killInvocation({ operation: 'PutItem', nth: 15, when: 'after-effect' });
  await world.runUntil(1_500);
  return world;
}

describe('the deployed stack in the simulated account', () => {
  it('starts what AWS stopped, and breaks no invariant', async () => {
    const world = origin(1);
    await world.runUntil(1_500);
    const { facts } = world.history;
    const serving = factsOf(facts, 'serving').map((fact) => fact.serving);
    expect(serving).toEqual([false, true]);
    const events = factsOf(facts, 'message').map(({ attributes }) => attributes['event']);
    expect(events).toEqual(['opened', 'serving']);
    expect(checkInvariants(facts)).toEqual([]);
  });

  it('asks for the start within 2 s of the stopped event at the median of 50 seeds', async () => {
    const delays: number[] = [];
    for (let seed = 1; seed <= 50; seed += 1) {
      const world = origin(seed);
      await world.runUntil(700);
      const { facts } = world.history;
      const stopped = factsOf(facts, 'state').find(({ to }) => to === 'stopped');
      const asked = factsOf(facts, 'call').find(
        ({ operation, dryRun }) => operation === 'StartInstances' && !dryRun,
      );
      delays.push(asked!.at - stopped!.at);
    }
    delays.sort((a, b) => a - b);
    expect(delays[25]).toBeLessThan(2_000);
    expect(delays[49]).toBeLessThan(5_000);
  }, 60_000);
});

describe('determinism', () => {
  it('gives the same history byte for byte for the same seed', async () => {
    const [first, second] = [await rough(7), await rough(7)];
    expect(first.history.facts.map(factLine)).toEqual(second.history.facts.map(factLine));
    expect(first.traceHash()).toBe(second.traceHash());
  });

  it('gives another one for another seed', async () => {
    expect((await rough(7)).traceHash()).not.toBe((await rough(8)).traceHash());
  });

  it('does not depend on the time of day or the length of the run so far', async () => {
    const whole = origin(3);
    await whole.runUntil(1_000);
    const parts = origin(3);
    for (let at = 10; at <= 1_000; at += 10) await parts.runUntil(at);
    expect(parts.traceHash()).toBe(whole.traceHash());
  });
});
