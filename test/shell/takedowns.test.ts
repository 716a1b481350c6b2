import type { InstanceView } from '../../lambda/core/observation';
import { aCause, anIncident, at, impaired, OK_CHECKS } from '../core/builders';
import { FakeWorld, idOf } from './fake-ports';
import {
  actsOf,
  illPod,
  isWell,
  LAST_ACTION,
  oneIll,
  OWN_STOP,
  ownStopTag,
  runningPod,
  stopsAfter,
  sweepAfter,
  tickAfter,
} from './ill-pods';

const POD = idOf(23);
const WORD = `2024-08-01T12:10:09.000Z ${POD} pod-23-20240801-1210-0017`;

/** What was sent and answered from the first call of that name on. */
const from = ({ journal: { lines } }: FakeWorld, name: string): readonly string[] =>
  lines.slice(lines.indexOf(name));

/** Each call and its answer, one after the other. */
const oneByOne = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, `${name} answered`]);

describe('the order of effects of a stop and start', () => {
  it('is facts, claim, tag, look, stop, tag, tell, outcome, each after the one before', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    const expected = oneByOne([
      'takedown reads',
      'claim takedown',
      'tag',
      'look',
      'stop',
      'tag',
      'publish',
      'write',
    ]);
    expect(from(world, 'takedown reads').slice(0, expected.length)).toEqual(expected);
    expect(world.ec2.stops).toEqual([{ instanceId: POD, mode: 'graceful' }]);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('tags its own stop before, and the last action after it', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    expect(world.ec2.tagged.map(({ tags }) => tags)).toEqual([
      { [OWN_STOP]: WORD },
      {
        [LAST_ACTION]:
          'stop-start 2024-08-01T12:10:09.000Z system-impaired pod-23-20240801-1210-0017',
      },
    ]);
  });

  it('claims the intent with a lease, and lets it go with the outcome', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    const [claim, outcome] = world.store.written;
    expect(claim?.incident?.attempts.map(({ outcome: { kind } }) => kind)).toEqual(['intended']);
    expect(claim?.lease?.until).toBe(at(32));
    expect(outcome?.incident?.attempts.map(({ outcome: { kind } }) => kind)).toEqual(['accepted']);
    expect(outcome?.lease?.until).toBe(at(2));
  });

  it('starts it in the look that sees it stopped, together with its record', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    world.journal.lines.length = 0;
    await stopsAfter(world, 30);
    expect(from(world, 'start').slice(0, 4)).toEqual([
      'start',
      'write',
      'start answered',
      'write answered',
    ]);
    expect(actsOf(world)).toEqual(['start', 'tag']);
  });

  it('asks EC2 who else is impaired once a pass, also of a tick', async () => {
    const world = oneIll();
    world.ec2.reads.set(POD, { ...CLEAR, stopProtection: true });
    await sweepAfter(world, 0);
    world.journal.lines.length = 0;
    await tickAfter(world, 60);
    const count = (name: string) => world.journal.lines.filter((line) => line === name).length;
    expect([count('takedown reads'), count('troubled')]).toEqual([1, 1]);
  });

  it('ends with one message that it serves, and no slot in use', async () => {
    const world = oneIll();
    await sweepAfter(world, 0);
    await stopsAfter(world, 30);
    isWell(world, 23);
    for (let count = 0; count < 4; count += 1) await sweepAfter(world, 60);
    expect(world.told).toEqual([`opened ${POD}`, `serving ${POD}`]);
    expect(world.store.archived).toHaveLength(1);
    expect(world.record(POD).incident).toBeUndefined();
  });
});

const CLEAR = { stopProtection: false, hasInstanceStore: false, awsRecovers: false };

describe('what leaves nothing to do', () => {
  it('a server that is well is not taken down', async () => {
    const world = new FakeWorld();
    world.add(runningPod(23));
    await sweepAfter(world, 0);
    expect([actsOf(world), world.told]).toEqual([[], []]);
  });

  it('a server whose check fails since a moment ago is not taken down', async () => {
    const world = oneIll({ checks: impaired(at(-60)) });
    await sweepAfter(world, 0);
    expect([actsOf(world), world.told]).toEqual([[], []]);
  });

  it('a server that is well again when its time has come is not taken down', async () => {
    const world = oneIll({ checks: impaired(at(-60)) });
    await sweepAfter(world, 0);
    world.ec2.change(POD, { checks: OK_CHECKS });
    await sweepAfter(world, 120);
    expect(actsOf(world)).toEqual([]);
  });
});

/** What somebody else does between our tag and our second look. */
function afterTag({ ec2 }: FakeWorld, change: () => void): void {
  ec2.afterTag = change;
}

type Obstacle = readonly [what: string, code: string, place: (world: FakeWorld) => void];

const tagsWith = (world: FakeWorld, tags: Readonly<Record<string, string>>): void =>
  world.ec2.change(POD, { tags: { ...world.ec2.views.get(POD)?.tags, ...tags } });

const OBSTACLES: readonly Obstacle[] = [
  [
    'EC2 does not answer the second look',
    'NotSeenAgain',
    (world) => afterTag(world, () => (world.ec2.looksFail = true)),
  ],
  [
    'it is stopping meanwhile',
    'ChangedMeanwhile',
    (world) => afterTag(world, () => world.ec2.change(POD, { state: 'stopping' })),
  ],
  [
    'somebody restarted it meanwhile',
    'ChangedMeanwhile',
    (world) => afterTag(world, () => world.ec2.change(POD, { launchTime: at(1) })),
  ],
  [
    'its opt-in tag was removed meanwhile',
    'ChangedMeanwhile',
    (world) => afterTag(world, () => tagsWith(world, { watchdog: '' })),
  ],
  [
    'it is not shown any more',
    'NotSeenAgain',
    (world) => afterTag(world, () => world.ec2.stale.set(POD, illPod(99))),
  ],
  [
    'a person paused it meanwhile',
    'PausedMeanwhile',
    (world) => afterTag(world, () => tagsWith(world, { 'watchdog:pause-until': '2024-08-02' })),
  ],
  [
    'a person holds it meanwhile',
    'PausedMeanwhile',
    (world) => afterTag(world, () => tagsWith(world, { 'watchdog:hold': 'mine' })),
  ],
];

describe('right before the stop', () => {
  it.each(OBSTACLES)('%s: it is not stopped (%s)', async (_what, code, place) => {
    const world = oneIll();
    place(world);
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toEqual([]);
    expect(world.record(POD).incident?.attempts.at(-1)?.outcome).toEqual({
      kind: 'wrong-state',
      code,
    });
    // Whoever stops it later must not be taken for us.
    expect(ownStopTag(world)).toBe('none');
    expect(world.ec2.views.get(POD)?.tags[LAST_ACTION]).toBeUndefined();
  });

  it('the tag cannot be written: it is not stopped', async () => {
    const world = oneIll();
    world.ec2.tagsFail = true;
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toEqual([]);
    expect(ownStopTag(world)).toBeUndefined();
    const outcome = { kind: 'wrong-state', code: 'OwnStopTagNotWritten' };
    expect(world.record(POD).incident?.attempts.at(-1)?.outcome).toEqual(outcome);
  });

  it('the tag of a stop that EC2 refuses is taken back', async () => {
    const world = oneIll();
    const refusal = { kind: 'refused', code: 'UnauthorizedOperation', message: 'no' } as const;
    world.ec2.stopOutcomes.set(POD, refusal);
    await sweepAfter(world, 0);
    expect(ownStopTag(world)).toBe('none');
  });

  it('the tag of a stop that may have happened stays: its answer was lost', async () => {
    const world = oneIll();
    world.ec2.stopOutcomes.set(POD, { kind: 'unavailable', code: 'TimeoutError' });
    await sweepAfter(world, 0);
    expect(ownStopTag(world)).toBe(WORD);
  });

  it('the tag of a stop that EC2 throttled is taken back: it did not happen', async () => {
    const world = oneIll();
    world.ec2.stopOutcomes.set(POD, { kind: 'unavailable', code: 'RequestLimitExceeded' });
    await sweepAfter(world, 0);
    expect(ownStopTag(world)).toBe('none');
  });
});

describe('a takedown that could not be made', () => {
  it('is tried again some seconds later', async () => {
    const world = oneIll();
    world.ec2.tagsFail = true;
    await sweepAfter(world, 0);
    world.ec2.tagsFail = false;
    await tickAfter(world, 4);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('is told after a minute’s worth of tries, once, and tried more seldom from then on', async () => {
    const world = oneIll();
    world.ec2.tagsFail = true;
    await sweepAfter(world, 0);
    for (let count = 0; count < 14; count += 1) await tickAfter(world, 4);
    expect(world.told).toEqual([`opened ${POD}`]);
    for (let count = 0; count < 10; count += 1) await tickAfter(world, 60);
    expect(world.told).toEqual([`opened ${POD}`, `needs-person ${POD}`]);
    expect(world.sent.at(-1)?.email).toContain('takedown-refused');
    const before = world.store.takedownVersion;
    for (let count = 0; count < 30; count += 1) await tickAfter(world, 4);
    expect(world.store.takedownVersion - before).toBeLessThanOrEqual(3);
    world.ec2.tagsFail = false;
    await tickAfter(world, 61);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('is told at once where AWS refuses it, and tried again after half an hour', async () => {
    const world = oneIll();
    const refusal = { kind: 'refused', code: 'UnauthorizedOperation', message: 'no' } as const;
    world.ec2.stopOutcomes.set(POD, refusal);
    await sweepAfter(world, 0);
    await tickAfter(world, 4);
    expect(world.told).toEqual([`opened ${POD}`, `needs-person ${POD}`]);
    for (let count = 0; count < 95; count += 1) await tickAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(4);
    expect(world.told).toHaveLength(2);
    world.ec2.stopOutcomes.delete(POD);
    for (let count = 0; count < 30; count += 1) await tickAfter(world, 60);
    expect(world.ec2.views.get(POD)?.state).toBe('stopping');
  });
});

describe('a pause before a takedown (S25)', () => {
  it.each([
    ['watchdog:pause-until', '2024-08-02 release'],
    ['watchdog:hold', 'mine'],
  ])('by the tag %s: it is told, and not taken down', async (tag, value) => {
    const world = oneIll({ tags: { ...illPod(23).tags, [tag]: value } });
    await sweepAfter(world, 0);
    expect(actsOf(world)).toEqual([]);
    expect(world.told).toEqual([`needs-person ${POD}`]);
  });

  it.each([
    [{ kind: 'held', note: 'freeze' } as const, 'held (freeze)'],
    [{ kind: 'paused', until: at(3_600), note: '' } as const, 'paused until'],
  ])('of the whole policy: it is told with its words, and not taken down', async (pause, words) => {
    const world = oneIll();
    world.store.policyPauses.set('livechat', pause);
    await sweepAfter(world, 0);
    await tickAfter(world, 60);
    expect(actsOf(world)).toEqual([]);
    expect(world.told).toEqual([`needs-person ${POD}`]);
    expect(world.sent[0]?.email).toContain(words);
  });

  it('of another policy does not matter', async () => {
    const world = oneIll();
    world.store.policyPauses.set('batch', { kind: 'held', note: 'freeze' });
    await sweepAfter(world, 0);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('that ends lets the next look act', async () => {
    const world = oneIll();
    world.store.policyPauses.set('livechat', { kind: 'held', note: 'freeze' });
    await sweepAfter(world, 0);
    world.store.policyPauses.clear();
    await sweepAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(1);
  });

  it('written between two servers of one pass spares the second', async () => {
    const world = new FakeWorld({ livechat: {} });
    for (let index = 1; index <= 20; index += 1) world.add(runningPod(index));
    for (const index of [23, 24]) world.add(illPod(index));
    afterTag(world, () =>
      world.ec2.change(idOf(24), {
        tags: { ...illPod(24).tags, 'watchdog:hold': 'mine' },
      }),
    );
    await sweepAfter(world, 0);
    expect(world.ec2.stops.map(({ instanceId }) => instanceId)).toEqual([POD]);
  });
});

describe('what is not known (S13)', () => {
  it.each<[string, (world: FakeWorld) => void, Partial<InstanceView>]>([
    [
      'stop protection and instance store',
      (world) => world.ec2.reads.set(POD, { ...UNREAD, awsRecovers: false }),
      {},
    ],
    ['who else is impaired', (world) => (world.ec2.troubledFails = true), {}],
    ['every status check', (world) => (world.ec2.statusesFail = true), {}],
  ])('%s: it is not taken down, and is once it is known', async (_what, place) => {
    const world = oneIll();
    world.add(illPod(23), { incident: openSince(at(-300)) });
    place(world);
    await sweepAfter(world, 0);
    await tickAfter(world, 60);
    expect(actsOf(world)).toEqual([]);
    world.ec2.reads.clear();
    Object.assign(world.ec2, { troubledFails: false, statusesFail: false });
    await tickAfter(world, 60);
    expect(world.ec2.stops).toHaveLength(1);
  });
});

const UNREAD = { stopProtection: undefined, hasInstanceStore: undefined, awsRecovers: undefined };

const openSince = (openedAt: ReturnType<typeof at>) =>
  anIncident({
    openedAt,
    condition: 'impaired',
    progress: { kind: 'booting', launchTime: illPod(23).launchTime, since: openedAt },
  });

describe('an instance that the program cannot cope with once its facts are there', () => {
  it('does not keep the others from being helped', async () => {
    const world = new FakeWorld();
    for (let index = 1; index <= 20; index += 1) world.add(runningPod(index));
    // A newer version wrote it, and was rolled back.
    const outcome = { kind: 'elsewhere' } as never;
    const attempt = { remediation: 'reboot', reason: 'system-impaired', at: at(-90), outcome };
    const checks = impaired(at(-200));
    const incident = { ...openSince(at(-60)), cause: aCause(), attempts: [attempt] } as never;
    world.add(illPod(23, { checks }), { incident });
    world.add(illPod(24));
    await sweepAfter(world, 0);
    expect(world.ec2.stops.map(({ instanceId }) => instanceId)).toEqual([idOf(24)]);
    expect(world.count('InvocationsFailed')).toBe(1);
  });
});
