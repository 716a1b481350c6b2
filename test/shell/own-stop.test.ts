import { seconds } from '../../lambda/core/time';
import { PERSON } from '../core/builders';
import type { FakeWorld } from './fake-ports';
import { idOf } from './fake-ports';
import { isWell, LAST_ACTION, oneIll, stopsAfter, sweepAfter, tickAfter } from './ill-pods';
import { untilQuiet } from './journal';
import { stateEvent, stopCallMessage, sweepMessage } from './messages';

const POD = idOf(23);
const OWN_ROLE = 'arn:aws:sts::111122223333:assumed-role/Watchdog-Function/watchdog';
const STOP = { instanceId: POD, mode: 'graceful' };

async function ticks(world: FakeWorld, count: number, wait: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await tickAfter(world, wait);
}

describe('S28, F61: a Lambda that dies before the stop', () => {
  it.each([
    ['claim takedown', 'after-effect'],
    ['tag', 'before-effect'],
    ['tag', 'after-effect'],
    ['stop', 'before-effect'],
  ] as const)(
    'at "%s", %s: the stop is asked for again once it did not show',
    async (call, when) => {
      const world = oneIll();
      await world.runAndDie(call, when, sweepMessage(world.clock.now()));
      const asked = world.ec2.stops.length;
      // A minute for the lease, and for an answer of EC2 that lags behind.
      await ticks(world, 5, 10);
      expect(world.ec2.stops).toHaveLength(asked);
      await ticks(world, 10, 10);
      expect(world.ec2.stops).toHaveLength(asked + 1);
      await stopsAfter(world, 10);
      expect(world.ec2.starts).toEqual([[POD]]);
    },
  );

  it('before the claim: nothing holds the next look back', async () => {
    const world = oneIll();
    await world.runAndDie('claim takedown', 'before-effect', sweepMessage(world.clock.now()));
    expect(world.ec2.stops).toEqual([]);
    await sweepAfter(world, 1);
    expect(world.ec2.stops).toEqual([STOP]);
  });

  it('again and again: after three stops that never began a person is called (S17)', async () => {
    const world = oneIll();
    for (let count = 0; count < 6; count += 1) {
      world.journal.dieAt('stop', 'before-effect');
      void world.run(sweepMessage(world.clock.now()));
      await untilQuiet();
      world.clock.goOn(seconds(65));
    }
    expect(world.ec2.stops).toEqual([STOP, STOP, STOP]);
    for (let count = 0; count < 20; count += 1) await sweepAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(3);
    expect(world.told.at(-1)).toBe(`needs-person ${POD}`);
  });
});

describe('S28, F61: a Lambda that dies after the stop', () => {
  it.each([
    ['stop', 'after-effect'],
    ['publish', 'before-effect'],
    ['write', 'before-effect'],
    ['write', 'after-effect'],
  ] as const)('at "%s", %s: it is not stopped again, and is started', async (call, when) => {
    const world = oneIll();
    await world.runAndDie(call, when, sweepMessage(world.clock.now()));
    expect(world.ec2.stops).toEqual([STOP]);
    await tickAfter(world, 20);
    await stopsAfter(world, 25);
    await tickAfter(world, 1);
    isWell(world, 23);
    for (let count = 0; count < 5; count += 1) await sweepAfter(world, 60);
    expect(world.ec2.stops).toEqual([STOP]);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.store.archived.map(({ incident }) => incident?.resolved?.reason)).toEqual([
      'recovered',
    ]);
  });

  it('at the start: the next look starts it, and EC2 takes the second as the same', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    world.clock.goOn(seconds(30));
    world.ec2.stopsNow(POD);
    await world.runAndDie('start', 'before-effect', stateEvent(POD, 'stopped', world.clock.now()));
    await ticks(world, 4, 15);
    expect(world.ec2.starts).toEqual([[POD], [POD]]);
    expect(world.ec2.views.get(POD)?.state).toBe('pending');
  });
});

describe('while our own stop is under way', () => {
  async function stopping(): Promise<FakeWorld> {
    const world = oneIll();
    await sweepAfter(world, 0);
    return world;
  }

  it('nothing more is done, however often it is looked at', async () => {
    const world = await stopping();
    await ticks(world, 20, 10);
    expect(world.ec2.stops).toEqual([STOP]);
    expect(world.ec2.starts).toEqual([]);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('a pause or a hold that comes between does not keep it down', async () => {
    for (const tag of ['watchdog:pause-until', 'watchdog:hold']) {
      const world = await stopping();
      const tags = { ...world.ec2.views.get(POD)?.tags, [tag]: '2024-08-02T00:00Z maintenance' };
      world.ec2.change(POD, { tags });
      await stopsAfter(world, 30);
      expect(world.ec2.starts).toEqual([[POD]]);
    }
  });

  it('a pause of the whole policy does not keep it down', async () => {
    const world = await stopping();
    world.store.policyPauses.set('livechat', { kind: 'held', note: 'freeze' });
    await stopsAfter(world, 30);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('a person who stops it too keeps it down, and people are told who', async () => {
    const world = await stopping();
    world.clock.goOn(seconds(30));
    world.ec2.stopsNow(POD);
    const now = world.clock.now();
    await world.run(stopCallMessage(POD, now), stateEvent(POD, 'stopped', now));
    await ticks(world, 5, 20);
    expect(world.ec2.starts).toEqual([]);
    expect(world.told).toEqual([`opened ${POD}`, `changed ${POD}`]);
    expect(world.sent.at(-1)?.email).toContain(PERSON);
    expect(world.sent.at(-1)?.email).toContain('stopped-by-person');
  });

  it('a person’s call that CloudTrail tells of before it has stopped keeps it down too', async () => {
    const world = await stopping();
    world.clock.goOn(seconds(5));
    await world.run(stopCallMessage(POD, world.clock.now()));
    await stopsAfter(world, 30);
    expect(world.ec2.starts).toEqual([]);
  });

  it('our own call in CloudTrail does not', async () => {
    const world = await stopping();
    world.clock.goOn(seconds(5));
    await world.run(stopCallMessage(POD, world.clock.now(), OWN_ROLE));
    await stopsAfter(world, 30);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('its start says what it was, on the instance', async () => {
    const world = await stopping();
    await stopsAfter(world, 30);
    expect(world.ec2.views.get(POD)?.tags[LAST_ACTION]).toBe(
      'start 2024-08-01T12:10:39.000Z finish-own-stop pod-23-20240801-1210-0017',
    );
  });
});
