import { seconds } from '../../lambda/core/time';
import { idOf } from './fake-ports';
import { actsOf, illPod, oneIll, ownStopTag, stopsAfter, sweepAfter, tickAfter } from './ill-pods';

const POD = idOf(23);
const STOP = { instanceId: POD, mode: 'graceful' };

describe('the word of an own stop, while EC2 tells of the past', () => {
  // Why this test? With EC2's answers half a minute old each try wrote a tag of its own, saw none
  // of them, took it back, and AWS was said to refuse the stop.
  it.each([10, 30])('what EC2 shows is %i s old: its word is waited for', async (age) => {
    const world = oneIll();
    world.ec2.stale.set(POD, illPod(23));
    await sweepAfter(world, 0);
    expect(world.record(POD).incident?.attempts.at(-1)?.outcome).toEqual({
      kind: 'wrong-state',
      code: 'OwnStopTagNotSeen',
    });
    const word = ownStopTag(world);
    for (let waited = 5; waited < age; waited += 5) await tickAfter(world, 5);
    expect(world.ec2.stops).toEqual([]);
    world.ec2.stale.delete(POD);
    await tickAfter(world, 5);
    expect(world.ec2.stops).toEqual([STOP]);
    expect(ownStopTag(world)).toBe(word);
    expect(actsOf(world).filter((act) => act === 'tag')).toHaveLength(2);
    await stopsAfter(world, 10);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('what EC2 shows is older: another word is given, and people are told why', async () => {
    const world = oneIll();
    world.ec2.stale.set(POD, illPod(23));
    await sweepAfter(world, 0);
    const first = ownStopTag(world);
    for (let waited = 0; waited < 150; waited += 5) await tickAfter(world, 5);
    expect(world.ec2.stops).toEqual([]);
    expect(ownStopTag(world)).not.toBe(first);
    expect(world.told.at(-1)).toBe(`needs-person ${POD}`);
    expect(world.sent.at(-1)?.email).toContain("not made: EC2's answers are old");
    world.ec2.stale.delete(POD);
    for (let waited = 0; waited < 100; waited += 5) await tickAfter(world, 5);
    expect(world.ec2.stops).toEqual([STOP]);
  });

  it('a person stops it while its word is waited for: that is theirs', async () => {
    const world = oneIll();
    world.ec2.stale.set(POD, illPod(23));
    await sweepAfter(world, 0);
    world.ec2.stale.delete(POD);
    world.clock.goOn(seconds(3));
    await world.ec2.stop(POD, 'graceful');
    await stopsAfter(world, 10);
    expect(world.ec2.starts).toEqual([]);
  });
});
