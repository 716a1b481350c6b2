import type { AlertMessage } from '../../lambda/ports';
import type { Settings } from '../../lambda/settings';
import { hours, seconds } from '../../lambda/core/time';
import { showInChat } from '../../sim/account/chat-client';
import type { InstanceRecord } from '../../lambda/core/record';
import { stormMessage } from '../../lambda/shell/tell';
import { anIncident, aRecord, at, aView, OK_CHECKS, T0 } from '../core/builders';
import { mistakesOf } from '../core/alert/event-schemas';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { stateEvent, sweepMessage } from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);
const NO_CAPACITY = { kind: 'no-capacity', code: 'InsufficientInstanceCapacity' } as const;
const TOPIC = 'arn:aws:sns:us-east-1:111122223333';
const EVERYWHERE: Partial<Settings> = {
  chatTopicArn: `${TOPIC}:chat`,
  pagerTopicArn: `${TOPIC}:pager`,
  eventBus: 'default',
};

function down(more: Partial<Settings> = EVERYWHERE, ...indexes: readonly number[]): FakeWorld {
  const world = new FakeWorld(undefined, more);
  for (const index of indexes.length === 0 ? [23] : indexes) world.add(stoppedPod(index));
  return world;
}

async function sweep(world: FakeWorld, waitSeconds: number): Promise<void> {
  world.clock.goOn(seconds(waitSeconds));
  await world.run(sweepMessage(world.clock.now()));
}

const pagesOf = ({ sent }: FakeWorld): readonly string[] =>
  sent.flatMap(({ pager = [] }) => pager.map(({ state, alarmName }) => `${state} ${alarmName}`));

const kindsOf = ({ sent }: FakeWorld): readonly unknown[] =>
  sent.flatMap(({ events = [] }) => events.map(({ detail }) => detail['kind']));

const mistakesIn = ({ sent }: FakeWorld): readonly string[] =>
  sent.flatMap(({ events = [], chat }) => [
    ...events.flatMap(({ detailType, detail }) => mistakesOf(detailType, detail)),
    ...('mistakes' in showInChat(JSON.stringify(chat)) ? ['chat'] : []),
  ]);

describe('a message', () => {
  it('has a part for each channel that is configured', async () => {
    const world = down();
    await world.run(STOPPED);
    const [opened] = world.sent;
    expect(opened?.chat?.metadata.threadId).toBe(world.record(POD).incident?.id);
    expect(opened?.chat?.content.title).toBe(opened?.subject);
    expect(opened?.events).toHaveLength(1);
    expect(opened?.pager).toEqual([]);
    expect(mistakesIn(world)).toEqual([]);
  });

  it('has none for those that are not', async () => {
    const world = down({});
    await world.run(STOPPED);
    expect(world.sent).toMatchObject([
      { chat: undefined, pager: undefined, events: undefined, attributes: { event: 'opened' } },
    ]);
  });

  it('has the same key when it is sent again, so that nobody gets it twice', async () => {
    const world = down();
    const tried: AlertMessage[] = [];
    world.snsTakes = (message) => tried.push(message) > 1;
    await world.run(STOPPED);
    await sweep(world, 60);
    const [first, again] = tried;
    expect(first?.key).toMatch(new RegExp(`^${POD}/`));
    expect(again?.key).toBe(first?.key);
    expect(again?.chat?.id).toBe(first?.chat?.id);
  });
});

describe('the life of a page', () => {
  async function paged(): Promise<FakeWorld> {
    const world = down();
    world.ec2.outcomes.set(POD, NO_CAPACITY);
    await world.run(STOPPED);
    await sweep(world, 5);
    return world;
  }

  it('is ALARM, once more while nobody acknowledges it, and OK when it serves', async () => {
    const world = await paged();
    await sweep(world, 320);
    world.ec2.outcomes.delete(POD);
    await sweep(world, 60);
    world.ec2.boots(POD, OK_CHECKS);
    await sweep(world, 60);
    const name = `watchdog-${world.record(POD).incident?.id}`;
    expect(pagesOf(world)).toEqual([`ALARM ${name}`, `ALARM ${name}`, `OK ${name}`]);
    expect(kindsOf(world)).toEqual(expect.arrayContaining(['needs-person', 'serving']));
    expect(mistakesIn(world)).toEqual([]);
  });

  it('without a page has no OK either', async () => {
    const world = down();
    await world.run(STOPPED);
    world.ec2.boots(POD, OK_CHECKS);
    await sweep(world, 60);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
    expect(pagesOf(world)).toEqual([]);
  });
});

describe('a storm', () => {
  const PODS = [1, 2, 3, 4, 5, 6];
  const all = PODS.map((index) => stateEvent(idOf(index), 'stopped', T0));

  it('is one thread in chat, and to programs an event of its own and one for each member', async () => {
    const world = down(EVERYWHERE, ...PODS);
    await world.run(...all);
    expect(world.told).toEqual(['storm many']);
    const [storm] = world.sent;
    expect(storm?.chat?.metadata.threadId).toBe(storm?.attributes['incidentId']);
    expect(kindsOf(world)).toEqual(['storm', ...PODS.map(() => 'opened')]);
    const ids = storm?.events?.map(({ detail }) => detail['stormId']);
    expect(new Set(ids)).toEqual(new Set([storm?.attributes['incidentId']]));
    expect(pagesOf(world)).toEqual([]);
    expect(mistakesIn(world)).toEqual([]);
  });

  it('that needs people is one alarm, which closes when it is over', async () => {
    const world = down(EVERYWHERE, ...PODS);
    for (const index of PODS) world.ec2.outcomes.set(idOf(index), NO_CAPACITY);
    await world.run(...all);
    await sweep(world, 61);
    const name = `watchdog-${world.sent[0]?.attributes['incidentId']}`;
    expect(new Set(pagesOf(world))).toEqual(new Set([`ALARM ${name}`]));
    world.ec2.outcomes.clear();
    await sweep(world, 300);
    for (const index of PODS) world.ec2.boots(idOf(index), OK_CHECKS);
    await sweep(world, 60);
    await sweep(world, 300);
    expect(pagesOf(world).at(-1)).toBe(`OK ${name}`);
    expect(pagesOf(world).filter((page) => page.startsWith('OK'))).toHaveLength(1);
  });
});

describe('the alarms that a message of a storm ends', () => {
  const STORM = 'storm-20240801-1210';
  const sentAlone = {
    kind: 'needs-person',
    severity: 'critical',
    at: at(1),
    sentAt: at(1),
  } as const;
  const serving = { key: 's', kind: 'serving', severity: 'info', at: at(50) } as const;
  const paged = aRecord({ incident: anIncident({ sent: [sentAlone] }), outbox: [serving] });

  const ended = (records: readonly InstanceRecord[], before?: { readonly id: string }) => {
    const step = {
      kind: 'tell',
      id: STORM,
      openedAt: T0,
      storm: { id: STORM, openedAt: T0, nextTellAt: at(60), messages: 1 },
    } as const;
    const world = new FakeWorld(undefined, EVERYWHERE);
    const telling = { step, records, all: records, before, now: at(55) };
    const { pager = [] } = stormMessage(world.sight, telling);
    return pager.map(({ state, alarmName }) => `${state} ${alarmName}`);
  };

  it('are those that its members had of their own: the storm tells that they serve', () => {
    expect(ended([paged])).toEqual(['OK watchdog-pod-23-20240801-1210-def0']);
    expect(ended([aRecord({ incident: anIncident(), outbox: [serving] })])).toEqual([]);
  });

  it('are that of the storm whose place it takes, and not its own while it goes on', () => {
    expect(ended([], { id: 'storm-20240801-1100' })).toEqual(['OK watchdog-storm-20240801-1100']);
    expect(ended([], { id: STORM })).toEqual([]);
  });
});

describe('what needs nobody', () => {
  it('is one message to people and chat, and an event for each notice of each server', async () => {
    const world = new FakeWorld(undefined, EVERYWHERE);
    for (const index of [1, 2]) {
      const tags = { watchdog: 'livechat' };
      world.add(aView({ instanceId: idOf(index), lifecycle: 'spot', tags }));
    }
    await sweep(world, 60);
    world.clock.goOn(hours(1));
    await sweep(world, 60);
    const [digest] = world.sent;
    expect(world.told).toEqual(['digest many']);
    expect(digest?.chat?.metadata).toMatchObject({ threadId: 'notices-many', eventType: 'digest' });
    expect(digest?.events?.map(({ resources }) => resources[0])).toEqual(
      [1, 2].map((index) => expect.stringContaining(idOf(index))),
    );
    expect(kindsOf(world)).toEqual(['notice', 'notice']);
    expect(mistakesIn(world)).toEqual([]);
    expect(pagesOf(world)).toEqual([]);
  });

  it('of a server that is not ready is an event too', async () => {
    const world = new FakeWorld(undefined, EVERYWHERE);
    const view = { ...aView({ instanceId: POD }), tags: stoppedPod(23).tags };
    world.add(view, null);
    world.ec2.facts.set(POD, { kmsKeyArns: [], stopProtection: false, mayStart: false });
    await sweep(world, 60);
    expect(kindsOf(world)).toEqual(['notice']);
    expect(world.sent[0]?.events?.[0]?.detail).toMatchObject({ severity: 'warning' });
    expect(mistakesIn(world)).toEqual([]);
  });
});

describe('a channel whose part cannot be made', () => {
  it('costs people nothing: they get their message, and the failure is counted', async () => {
    const world = new FakeWorld(undefined, EVERYWHERE);
    // EC2 never answers so; it stands for a fault of ours in one channel.
    world.add(stoppedPod(23, { zone: undefined as unknown as string }));
    await world.run(STOPPED);
    expect(world.sent).toMatchObject([{ events: undefined, attributes: { event: 'opened' } }]);
    expect(world.sent[0]?.chat).toBeDefined();
    expect(world.count('ChannelsFailed')).toBe(1);
    expect(world.logs.map(({ message }) => message)).toContain('channel-text-failed');
  });

  it('and where it can be made nothing is counted', async () => {
    const world = down();
    await world.run(STOPPED);
    expect(world.count('ChannelsFailed')).toBe(0);
  });
});
