import type { HookNews } from '../../lambda/core/hook-run';
import { seconds, type Instant } from '../../lambda/core/time';
import type { Message } from '../../lambda/shell/intake';
import { at } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { HOME, readyMessage, stateEvent, tickMessage } from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', at(0));
const HOOKS = [{ name: 'offline', on: 'down', kind: 'event', retries: 0 }];

/** A server that AWS stopped, under a policy that has its agents marked offline. */
function worldOf(hooks: unknown = HOOKS): FakeWorld {
  const world = new FakeWorld({ livechat: { hooks } });
  world.add(stoppedPod(23));
  return world;
}

const callback = (key: string, status: string, when: Instant): Message => ({
  id: `${key} ${status}`,
  body: {
    id: 'callback',
    source: 'watchdog.hook',
    'detail-type': 'Hook Status',
    account: HOME.accountId,
    region: HOME.region,
    time: new Date(when).toISOString(),
    resources: [],
    detail: { 'instance-id': POD, key, status },
  },
});

const stateIn = (world: FakeWorld) => world.record(POD).incident?.hooks?.[0]?.state.kind;
const keyIn = (world: FakeWorld): string => world.record(POD).incident?.hooks?.[0]?.key ?? '';

describe('a hook', () => {
  it('is recorded before it is sent, and what AWS answered afterwards', async () => {
    const world = worldOf();
    await world.run(STOPPED);
    const { lines } = world.journal;
    expect(lines.findIndex((line) => line.startsWith('hook'))).toBeGreaterThan(
      lines.findIndex((line) => line.startsWith('write')),
    );
    expect(world.hooks.sent.map(({ name }) => name)).toEqual(['offline']);
    expect(stateIn(world)).toBe('sent');
  });

  it('is not there for a policy without any: nothing of it is stored', async () => {
    const world = worldOf([]);
    await world.run(STOPPED);
    expect(world.hooks.sent).toEqual([]);
    expect(Object.keys(world.record(POD).incident ?? {})).not.toContain('hooks');
  });

  it('is sent again with the same key after a death right behind it, and not at once', async () => {
    const world = worldOf();
    await world.runAndDie('hook', 'after-effect', STOPPED);
    expect(stateIn(world)).toBe('intended');
    world.clock.goOn(seconds(31));
    await world.run(STOPPED);
    const keys = world.hooks.sent.map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
    expect(stateIn(world)).toBe('sent');
  });

  it('ends by its callback, which comes twice', async () => {
    const world = worldOf();
    await world.run(STOPPED);
    const done = callback(keyIn(world), 'done', at(3));
    await world.run(done, done);
    expect(stateIn(world)).toBe('done');
    expect(world.hooks.sent).toHaveLength(1);
  });

  it('does not end by the callback of another key', async () => {
    const world = worldOf();
    await world.run(STOPPED);
    await world.run(callback('pod-9/offline/1', 'done', at(3)));
    expect(stateIn(world)).toBe('sent');
  });

  it('that AWS refuses is told once, and nothing is stopped for it', async () => {
    const world = worldOf();
    world.hooks.outcomes.set('offline', { kind: 'refused', code: 'AccessDenied', message: 'no' });
    await world.run(STOPPED);
    world.clock.goOn(seconds(5));
    await world.run(STOPPED);
    await world.run(STOPPED);
    const told = world.sent.filter(({ email }) => email.includes('hook offline failed'));
    expect(told).toHaveLength(1);
    expect(world.journal.lines.filter((line) => /^(stop|reboot)/.test(line))).toEqual([]);
  });
});

describe('a document of which nothing is heard', () => {
  const BACKFILL = { name: 'backfill', on: 'serving', kind: 'ssm', document: 'LiveChat-Backfill' };
  const DONE: HookNews = {
    kind: 'command',
    at: at(30),
    commandId: 'c-1',
    document: 'LiveChat-Backfill',
    status: 'done',
  };

  /** A server that serves again, and whose backfill was sent two minutes ago. */
  async function sentWorld(): Promise<FakeWorld> {
    const world = new FakeWorld({ livechat: { hooks: [BACKFILL], readyEvent: true } });
    world.hooks.outcomes.set('backfill', { kind: 'accepted', id: 'c-1' });
    world.add(stoppedPod(23));
    await world.run(STOPPED);
    world.ec2.change(POD, { state: 'running', launchTime: at(5) });
    world.clock.goOn(seconds(20));
    await world.run(readyMessage(POD, at(20)));
    expect(stateIn(world)).toBe('sent');
    world.clock.goOn(seconds(120));
    return world;
  }
  const asks = (world: FakeWorld): readonly string[] =>
    world.journal.lines.filter((line) => line === 'ask hook c-1');
  const tick = (world: FakeWorld): Promise<readonly string[]> =>
    world.run(tickMessage(world.store.fleet.tickGeneration, world.clock.now()));

  it('is asked about by the tick, and the answer is news like any', async () => {
    const world = await sentWorld();
    world.hooks.answers.set('c-1', [DONE]);
    await tick(world);
    expect(asks(world)).toHaveLength(1);
    expect(stateIn(world)).toBe('done');
  });

  it('is asked about once a while, not by each look', async () => {
    const world = await sentWorld();
    const asked = { kind: 'asked', commandId: 'c-1', isAnswered: true } as const;
    world.hooks.answers.set('c-1', [{ ...asked, at: world.clock.now() }]);
    await tick(world);
    world.clock.goOn(seconds(4));
    await tick(world);
    expect(asks(world)).toHaveLength(1);
    expect(stateIn(world)).toBe('sent');
  });

  it('is not asked about by other signals, of which there may be many', async () => {
    const world = await sentWorld();
    await world.run(stateEvent(POD, 'running', at(130)));
    expect(asks(world)).toEqual([]);
  });

  it('of which Systems Manager does not answer holds up nothing', async () => {
    const world = await sentWorld();
    await tick(world);
    expect(stateIn(world)).toBe('sent');
    expect(world.ticks.length).toBeGreaterThan(0);
  });
});
