import { after, days, seconds } from '../../lambda/core/time';
import { T0, at } from '../core/builders';
import { anEvent } from '../core/planned-server';
import { FakeWorld, idOf } from './fake-ports';
import { runningPod, sweepAfter } from './ill-pods';
import { HOME, sweepMessage } from './messages';

const HOOKS = [{ name: 'drain', on: 'before-stop', kind: 'event' }];
/** T0 is ten minutes past noon. */
const WINDOW = { from: '12:00', to: '14:00' };

/** Servers whose moves are due by now. */
function moving(...indexes: readonly number[]): FakeWorld {
  const world = new FakeWorld({ livechat: { hooks: HOOKS, maintenanceWindow: WINDOW } });
  for (const index of indexes) {
    const event = anEvent({ id: `instance-event-${index}` });
    const plan = {
      eventId: event.id,
      condition: 'stop-scheduled' as const,
      deadline: after(T0, days(10)),
      at: at(-60),
      announcedAt: at(-7_200),
    };
    world.add(runningPod(index, { scheduledEvents: [event] }), { plan });
  }
  return world;
}

const drained = (world: FakeWorld): readonly string[] =>
  world.hooks.sent.map(({ key }) => key.slice(0, 6));

async function isDone(world: FakeWorld, index: number): Promise<void> {
  const instanceId = idOf(index);
  const key = world.record(instanceId).incident?.hooks?.[0]?.key;
  world.clock.goOn(seconds(20));
  await world.run({
    id: `${index} done`,
    body: {
      id: 'callback',
      source: 'watchdog.hook',
      'detail-type': 'Hook Status',
      account: HOME.accountId,
      region: HOME.region,
      time: new Date(world.clock.now()).toISOString(),
      resources: [],
      detail: { 'instance-id': instanceId, key, status: 'done' },
    },
  });
}

describe('a planned stop with a hook before it', () => {
  it('has AWS asked what speaks against it before anything is drained, and before the stop', async () => {
    const world = moving(23);
    await sweepAfter(world, 0);
    const { lines } = world.journal;
    const asked = lines.indexOf('takedown reads');
    expect(asked).toBeGreaterThan(-1);
    expect(lines.findIndex((line) => line.startsWith('hook'))).toBeGreaterThan(asked);
    expect(drained(world)).toEqual(['pod-23']);
    expect(world.ec2.stops).toEqual([]);

    const before = lines.length;
    await isDone(world, 23);
    expect(lines.slice(before)).toContain('takedown reads');
    expect(world.ec2.stops.map(({ instanceId }) => instanceId)).toEqual([idOf(23)]);
    expect(drained(world)).toEqual(['pod-23']);
  });

  it('is drained one after the other where one pass sees two, and NOT both at once', async () => {
    const world = moving(23, 24);
    await sweepAfter(world, 0);
    expect(drained(world)).toEqual(['pod-23']);
    await sweepAfter(world, 60);
    expect(drained(world)).toEqual(['pod-23']);
  });

  it('is drained again under the same key where the Lambda died behind the sending', async () => {
    const world = moving(23);
    await world.runAndDie('hook', 'after-effect', sweepMessage(world.clock.now()));
    await sweepAfter(world, 60);
    expect(world.hooks.sent).toHaveLength(2);
    expect(new Set(world.hooks.sent.map(({ key }) => key)).size).toBe(1);
    expect(world.ec2.stops).toEqual([]);
  });
});
