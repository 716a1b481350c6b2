import { synthesizeTemplate } from '../../../lib/synthesize';
import { chatServer, POD_23 } from '../../../sim/drills/servers';
import { checkInvariants } from '../../../sim/invariants';
import { createWorld, type WorldOptions } from '../../../sim/world';

const template = synthesizeTemplate();

async function violationsWith(handler?: WorldOptions['handler']): Promise<readonly string[]> {
  const startAt = '2024-08-01T12:00:00Z';
  const world = createWorld({ seed: 1, startAt, template, ...(handler && { handler }) });
  world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
  world.at(600, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  await world.runUntil(1_500);
  return checkInvariants(world.history.facts).map(({ invariant }) => invariant);
}

// Why this test? A watchdog that never came up once passed every invariant: nothing was read, so
// nothing seemed to be owed.
describe('a watchdog that does nothing', () => {
  it('breaks L1', async () => {
    const dead: WorldOptions['handler'] = () => () => Promise.reject(new Error('dead'));
    expect(await violationsWith(dead)).toContain('L1');
  });

  it('and one that works does NOT', async () => {
    expect(await violationsWith()).toEqual([]);
  });
});
