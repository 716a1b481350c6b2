import { synthesizeTemplate } from '../../lib/synthesize';
import { chatServer, POD_23 } from '../../sim/drills/servers';
import { factsOf } from '../../sim/history';
import { createWorld, type World } from '../../sim/world';

const template = synthesizeTemplate();

/** Stops the server, does something to it a minute later, and tells what states it went through. */
async function statesAfter(act: (world: World) => void): Promise<readonly string[]> {
  const startAt = '2024-08-01T12:00:00Z';
  const handler = () => async () => ({ batchItemFailures: [] });
  const world = createWorld({ seed: 1, startAt, template, handler });
  world.ec2.addInstance(chatServer(POD_23));
  world.at(10, () => world.people.stop(POD_23, undefined, { stoppingS: 20 }));
  world.at(70, () => act(world));
  await world.runUntil(400);
  return factsOf(world.history.facts, 'state').map(({ to }) => to);
}

// Why this test? A guest that did not run shut itself down, and S7 blamed the watchdog.
describe('what cannot happen to a stopped instance', () => {
  it.each<[string, (world: World) => void]>([
    ['its guest shutting down', ({ people }) => people.shutdownGuest(POD_23)],
    ['being stopped again', ({ people }) => people.stop(POD_23)],
    ['its host failing', ({ aws }) => void aws.hostFailure(POD_23)],
  ])('%s', async (_what, act) => {
    expect(await statesAfter(act)).toEqual(['stopping', 'stopped']);
  });

  it('but it can be terminated, once', async () => {
    const states = await statesAfter(({ people }) => {
      people.terminate(POD_23);
      people.terminate(POD_23);
    });
    expect(states).toEqual(['stopping', 'stopped', 'shutting-down', 'terminated']);
  });
});

describe('a start by a person', () => {
  it('fails as the launch fault says, once', async () => {
    const states = await statesAfter((world) => {
      world.faults.failLaunches(POD_23, 1);
      world.people.start(POD_23);
      world.at(130, () => world.people.start(POD_23));
    });
    expect(states).toEqual(['stopping', 'stopped', 'pending', 'stopped', 'pending', 'running']);
  });
});
