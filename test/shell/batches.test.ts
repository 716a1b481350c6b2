import { USER_STOP, at, T0 } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { readyMessage, stateEvent, stopCallMessage } from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);

function stoppedByAws(): FakeWorld {
  const world = new FakeWorld();
  world.add(stoppedPod(23));
  return world;
}

describe('a batch', () => {
  it('with malformed messages: they are counted, the rest goes on, none comes again', async () => {
    const world = stoppedByAws();
    const again = await world.run(
      { id: 'text', body: 'not JSON' },
      { id: 'nothing', body: null },
      { id: 'empty', body: {} },
      STOPPED,
      { id: 'no id', body: { ...Object(STOPPED.body), detail: { state: 'stopped' } } },
    );
    expect(again).toEqual([]);
    expect(world.count('SignalsRejected')).toBe(4);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('with events of another account: they are counted and change nothing', async () => {
    const world = stoppedByAws();
    await world.run({ id: 'foreign', body: { ...Object(STOPPED.body), account: '999999999999' } });
    expect(world.count('SignalsIgnored')).toBe(1);
    expect(world.count('SignalsRejected')).toBe(0);
    expect(world.journal.lines).toEqual([]);
  });

  it('of nothing but malformed messages reads nothing', async () => {
    const world = stoppedByAws();
    expect(await world.run({ id: 'text', body: 'not JSON' })).toEqual([]);
    expect(world.journal.lines).toEqual([]);
  });

  it('with doubled messages does what the single one does', async () => {
    const [once, twice] = [stoppedByAws(), stoppedByAws()];
    const ready = readyMessage(POD, at(-60));
    await once.run(STOPPED, ready);
    await twice.run(STOPPED, ready, STOPPED, ready, STOPPED);
    expect(twice.journal.lines).toEqual(once.journal.lines);
    expect(twice.record(POD)).toEqual(once.record(POD));
    expect(twice.sent).toEqual(once.sent);
  });

  it('in any order ends the same', async () => {
    const messages = [
      stateEvent(POD, 'running', at(-5)),
      stateEvent(POD, 'stopping', at(-1)),
      STOPPED,
      readyMessage(POD, at(-60)),
    ];
    const [forward, backward] = [stoppedByAws(), stoppedByAws()];
    await forward.run(...messages);
    await backward.run(...messages.toReversed());
    expect(backward.record(POD)).toEqual(forward.record(POD));
    expect(backward.sent).toEqual(forward.sent);
  });

  it('lets a message come again once, though it names two that are busy', async () => {
    const world = new FakeWorld();
    const lease = { owner: 'somebody', token: 1, until: at(30) };
    world.add(stoppedPod(23), { lease });
    const call = stopCallMessage(POD, at(-1));
    expect(await world.run(call, call)).toEqual([call.id]);
  });
});

describe('what a person stopped', () => {
  it('is told as news and left alone', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23, { stateReason: { code: USER_STOP, message: 'User initiated' } }));
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.sent[0]?.attributes).toEqual({
      severity: 'info',
      event: 'opened',
      instanceId: POD,
      incidentId: 'pod-23-20240801-1210-0017',
      policy: 'livechat',
    });
  });
});

describe('what the watchdog must leave alone', () => {
  it.each([
    ['a Spot instance', { lifecycle: 'spot' }],
    ['a member of an Auto Scaling group', autoScaling()],
    ['an instance with a policy that nobody knows', { tags: { watchdog: 'unheard-of' } }],
  ])('%s: told once, never started', async (_what, over) => {
    const world = new FakeWorld();
    world.add(stoppedPod(23, over));
    await world.run(STOPPED);
    await world.run(STOPPED);
    expect(world.told).toEqual([`notice ${POD}`]);
    expect(world.sent[0]?.attributes['incidentId']).toBe('none');
    expect(world.ec2.starts).toEqual([]);
  });
});

function autoScaling(): Parameters<typeof stoppedPod>[1] {
  return { tags: { watchdog: 'livechat', 'aws:autoscaling:groupName': 'web' } };
}
