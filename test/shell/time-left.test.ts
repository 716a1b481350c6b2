import { seconds } from '../../lambda/core/time';
import { at } from '../core/builders';
import { idOf } from './fake-ports';
import { oneIll, sweepAfter } from './ill-pods';
import { untilQuiet } from './journal';
import { healthMessage, sweepMessage } from './messages';

const POD = idOf(23);

describe('an act for which the invocation has no time left', () => {
  /** Ten of its fifteen seconds and more are gone when EC2 has answered what was asked. */
  async function runSlowly(spent: number) {
    const world = oneIll();
    const release = world.journal.hold('takedown reads');
    const run = world.run(sweepMessage(at(2)), healthMessage(POD, at(1)));
    await untilQuiet();
    world.clock.goOn(seconds(spent));
    release();
    return { world, again: await run };
  }

  it('is NOT begun: it could die between the claim and the call', async () => {
    const { world } = await runSlowly(11);
    expect(world.ec2.stops).toEqual([]);
    expect(world.store.takedownVersion).toBe(0);
  });

  it('its signals come again where no later look would show them', async () => {
    const { again } = await runSlowly(11);
    expect(again).toEqual([`health ${POD}`]);
  });

  it('is made by the next invocation', async () => {
    const { world } = await runSlowly(11);
    await sweepAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('twin: with time left it is made at once', async () => {
    const { world, again } = await runSlowly(5);
    expect(world.ec2.stops).toHaveLength(1);
    expect(again).toEqual([]);
  });
});
