import { seconds, type Instant } from '../../lambda/core/time';
import type { Message } from '../../lambda/shell/intake';
import { at } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { HOME, stateEvent } from './messages';

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
