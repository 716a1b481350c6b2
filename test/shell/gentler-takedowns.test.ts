import { at, impaired } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { actsOf, LAST_ACTION, oneIll, ownStopTag, sweepAfter, tickAfter } from './ill-pods';
import { stateEvent, sweepMessage } from './messages';

const POD = idOf(23);
const GUEST = { checks: impaired(at(-600), 'instance') };

describe('a reboot', () => {
  it('is claimed, looked at again, then asked for; it leaves no word of a stop', async () => {
    const world = oneIll(GUEST);
    await sweepAfter(world, 0);
    expect(actsOf(world)).toEqual(['claim takedown', 'reboot', 'tag']);
    const { lines } = world.journal;
    const claim = lines.indexOf('claim takedown answered');
    expect(lines.slice(claim + 1, claim + 4)).toEqual(['look', 'look answered', 'reboot']);
    expect(ownStopTag(world)).toBeUndefined();
    expect(world.ec2.views.get(POD)?.tags[LAST_ACTION]).toContain('reboot');
  });

  it('is not asked for when a person paused it meanwhile', async () => {
    const world = oneIll(GUEST);
    const tags = { ...world.ec2.views.get(POD)?.tags, 'watchdog:hold': 'mine' };
    world.store.beforeClaim = () => world.ec2.change(POD, { tags });
    await sweepAfter(world, 0);
    expect(world.ec2.reboots).toEqual([]);
    expect(ownStopTag(world)).toBeUndefined();
  });

  it.each([
    ['reboot', 'before-effect'],
    ['reboot', 'after-effect'],
  ] as const)(
    'whose Lambda died (%s, %s) is not repeated: it leaves no trace',
    async (call, when) => {
      const world = oneIll(GUEST);
      await world.runAndDie(call, when, sweepMessage(world.clock.now()));
      for (let count = 0; count < 6; count += 1) await tickAfter(world, 60);
      expect(world.ec2.reboots).toEqual([POD]);
      expect(world.ec2.stops).toEqual([]);
      // It has its time; then comes the next rung, not the same one again.
      for (let count = 0; count < 8; count += 1) await tickAfter(world, 60);
      expect(world.ec2.reboots).toEqual([POD]);
      expect(world.ec2.stops).toHaveLength(1);
    },
  );
});

describe('what was done last', () => {
  it('is on what AWS stopped and the watchdog started', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    await world.run(stateEvent(POD, 'stopped', at(0)));
    expect(world.ec2.views.get(POD)?.tags[LAST_ACTION]).toBe(
      'start 2024-08-01T12:10:09.000Z stopped-by-aws pod-23-20240801-1210-0017',
    );
  });

  it('is not on what EC2 did not start', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    world.ec2.outcomes.set(POD, { kind: 'no-capacity', code: 'InsufficientInstanceCapacity' });
    await world.run(stateEvent(POD, 'stopped', at(0)));
    expect(world.ec2.tagged).toEqual([]);
  });

  it('is NOT on those of a storm: EC2 takes only so many tags a second', async () => {
    const world = new FakeWorld();
    for (let index = 1; index <= 30; index += 1) world.add(stoppedPod(index));
    await world.run(stateEvent(idOf(1), 'stopped', at(0)));
    expect(world.ec2.starts.flat()).toHaveLength(30);
    expect(world.ec2.tagged).toEqual([]);
  });
});
