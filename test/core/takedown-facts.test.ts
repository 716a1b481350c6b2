import type { Cause } from '../../lambda/core/cause';
import type { Attempt, Incident, Progress } from '../../lambda/core/incident';
import type { Checks } from '../../lambda/core/observation';
import type { InstanceRecord } from '../../lambda/core/record';
import {
  isCapacityRecent,
  isCheckSuspect,
  isZoneStorm,
  takedownFacts,
  takedownLimit,
  zoneStormsNow,
  type Fleet,
  type TakedownFacts,
} from '../../lambda/core/takedown-facts';
import {
  ENROLLED,
  NO_CAPACITY,
  OK_CHECKS,
  T0,
  aCause,
  aRecord,
  aTakedown,
  anAttempt,
  anIncident,
  at,
  impaired,
} from './builders';

const READS = { stopProtection: false, hasInstanceStore: false, awsRecovers: true };

const LABEL = { name: 'pod', instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'livechat' };

const server = (
  instanceId: string,
  label: Partial<InstanceRecord['label']> = {},
  over: Partial<InstanceRecord> = {},
): InstanceRecord => aRecord({ instanceId, label: { ...LABEL, ...label }, ...over });

/** So many servers of one zone and policy, `i-a0`, `i-a1` … */
const servers = (count: number, prefix = 'i-a', zone = 'us-east-1b'): readonly InstanceRecord[] =>
  Array.from({ length: count }, (_, index) => server(`${prefix}${index}`, { zone }));

const open = (over: Partial<Incident>): Partial<InstanceRecord> => ({
  incident: anIncident({ condition: 'impaired', ...over }),
});

const ill = (
  records: readonly InstanceRecord[],
  name: keyof Checks = 'system',
): ReadonlyMap<string, Checks> =>
  new Map(records.map(({ instanceId }) => [instanceId, impaired(T0, name)]));

const fleet = (over: Partial<Fleet>): Fleet => ({
  records: [],
  impaired: new Map(),
  zoneStorms: [],
  budget: { percent: 10, most: 5 },
  now: at(600),
  ...over,
});

const factsOf = (records: readonly InstanceRecord[], over: Partial<Fleet> = {}): TakedownFacts => {
  const [first] = records;
  if (first === undefined) throw new Error('no server');
  return takedownFacts(first, READS, fleet({ records, ...over }));
};

/** Stopped by whoever that is. */
const laidUp = (name: string, kind: Cause['kind']): InstanceRecord => {
  const cause = aCause({ kind });
  return server(name, {}, open({ condition: 'stopped', progress: { kind: 'down' }, cause }));
};

describe('how many may be taken down at once (S9)', () => {
  it.each([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
    [10, 1],
    [19, 1],
    [20, 2],
    [50, 5],
    [100, 5],
    [1_000, 5],
  ])('of %i managed servers: %i', (managed, expected) => {
    expect(takedownLimit(managed, { percent: 10, most: 5 })).toBe(expected);
  });

  it('never none, whatever the figures say', () => {
    expect(takedownLimit(100, { percent: 0, most: 0 })).toBe(1);
    expect(takedownLimit(100, { percent: 100, most: 3 })).toBe(3);
  });

  it('what is being taken down counts until it serves or its incident is over', () => {
    const busy = (over: Partial<Incident>): number => {
      const attempts = [aTakedown('reboot', at(100))];
      const other = server('i-b', {}, open({ attempts, ...over }));
      return factsOf([server('i-a'), other]).slotsFree;
    };
    expect(busy({})).toBe(0);
    expect(busy({ served: [at(99)] })).toBe(0);
    expect(busy({ served: [at(100)] })).toBe(1);
    expect(busy({ resolved: { at: at(200), reason: 'recovered' } })).toBe(1);
    expect(busy({ condition: 'terminated' })).toBe(1);
    expect(busy({ attempts: [aTakedown('reboot', at(100), { outcome: NO_CAPACITY })] })).toBe(1);
    // Nobody knows whether it was made.
    const unheard = aTakedown('reboot', at(100), { outcome: { kind: 'intended' } });
    expect(busy({ attempts: [unheard] })).toBe(0);
  });

  // Why this test? In a fleet of one to nineteen the next rung waited for its own slot, for ever.
  it('its own does NOT stand in the way of its next rung', () => {
    const own = server('i-a', {}, open({ attempts: [aTakedown('reboot', at(100))] }));
    expect(factsOf([own]).slotsFree).toBe(1);
  });

  it('what was never enrolled, or is gone, is no part of the fleet', () => {
    const others = servers(19, 'i-b');
    const unseen = { enrolment: { kind: 'unseen' } } as const;
    const checked = (seconds: number) => ({ enrolment: { ...ENROLLED, checkedAt: at(seconds) } });
    const twentieth = (over: Partial<InstanceRecord>): number =>
      factsOf([...others, server('i-c', {}, over)]).slotsFree;
    expect(twentieth({})).toBe(2);
    expect(twentieth(unseen)).toBe(1);
    expect(twentieth({ unseenSince: at(1) })).toBe(1);
    expect(twentieth({ told: ['terminated'] })).toBe(1);
    expect(twentieth(checked(601 - 48 * 3_600))).toBe(2);
    expect(twentieth(checked(600 - 48 * 3_600))).toBe(1);
  });
});

describe('what people and schedulers stopped', () => {
  const night = (kind: Cause['kind']): readonly InstanceRecord[] =>
    Array.from({ length: 10 }, (_, index) => laidUp(`i-night${index}`, kind));

  // Why this test? By night the servers that slept hid the storm of those that ran.
  it.each(['scheduler', 'api', 'guest', 'unknown'] as const)('(%s) hides no storm', (kind) => {
    const up = servers(5);
    const { zone } = factsOf([...up, ...night(kind)], { impaired: ill(up) });
    expect(zone).toEqual({ managed: 5, impaired: 5 });
    expect(isZoneStorm(zone)).toBe(true);
  });

  it.each(['scheduler', 'api', 'guest', 'unknown'] as const)('(%s) is no spare', (kind) => {
    expect(factsOf([...servers(10), ...night(kind)]).slotsFree).toBe(1);
  });

  it('NOT what AWS stopped, nor what the watchdog itself is to bring back', () => {
    expect(factsOf([...servers(10), ...night('aws')]).slotsFree).toBe(2);
    const ours = Array.from({ length: 10 }, (_, index) =>
      server(`i-ours${index}`, {}, open({ progress: { kind: 'down' } })),
    );
    expect(factsOf([...servers(10), ...ours]).slotsFree).toBe(2);
  });
});

describe('a storm of a zone (S10)', () => {
  it.each([
    [3, 3, true],
    [5, 3, true],
    [20, 11, true],
    [6, 3, false],
    [20, 10, false],
    [2, 2, false],
    [1, 1, false],
    [0, 0, false],
  ])('of %i managed servers %i impaired: %s', (managed, count, expected) => {
    expect(isZoneStorm({ managed, impaired: count })).toBe(expected);
  });

  it('counts the managed servers of the zone, and those of them that EC2 calls impaired', () => {
    const here = servers(4);
    const there = servers(3, 'i-b', 'us-east-1c');
    const sick = ill([...here.slice(0, 2), ...there]);
    expect(factsOf([...here, ...there], { impaired: sick }).zone).toEqual({
      managed: 4,
      impaired: 2,
    });
  });

  it('counts what AWS stopped there, and NOT what a person stopped', () => {
    const records = [...servers(2), laidUp('i-aws', 'aws'), laidUp('i-person', 'api')];
    expect(factsOf(records).zone).toEqual({ managed: 3, impaired: 1 });
    // Once it is up again it counts for no more than its checks say.
    const back = server(
      'i-back',
      {},
      open({ progress: { kind: 'booting', launchTime: T0, since: T0 } }),
    );
    expect(factsOf([back]).zone.impaired).toBe(0);
  });

  it('an application that fails alone is NOT the doing of its zone', () => {
    const records = servers(3);
    const zone = (name: keyof Checks): number =>
      factsOf(records, { impaired: ill(records, name) }).zone.impaired;
    expect([zone('application'), zone('attachedEbs'), zone('instance')]).toEqual([0, 3, 3]);
  });

  // Why this test? When a zone's volumes fail, the applications on them fail too.
  it('an application that fails with its volume is', () => {
    const records = servers(3);
    const both = { ...impaired(T0, 'attachedEbs'), application: impaired(T0).system };
    const known = new Map(records.map(({ instanceId }) => [instanceId, both]));
    expect(factsOf(records, { impaired: known }).zone.impaired).toBe(3);
    expect(factsOf(records, { impaired: known }).application.impaired).toBe(0);
  });

  it('a stranger that is impaired counts for nothing', () => {
    const strangers = ill(servers(9, 'i-stranger'));
    expect(factsOf(servers(4), { impaired: strangers }).zone.impaired).toBe(0);
  });

  it('is remembered for its zone alone', () => {
    const zoneStorms = [{ zone: 'us-east-1c', seenAt: at(500) }];
    const [there] = servers(1, 'i-b', 'us-east-1c');
    expect(factsOf(servers(1), { zoneStorms }).zoneStormAt).toBeUndefined();
    expect(factsOf([there ?? server('none')], { zoneStorms }).zoneStormAt).toBe(at(500));
  });

  it('is written down while it lasts, and forgotten ten minutes after', () => {
    const records = [...servers(3), ...servers(3, 'i-b', 'us-east-1c')];
    const raging = ill(records.slice(0, 3));
    const known = [{ zone: 'us-east-1b', seenAt: T0 }];
    const seen = (over: Partial<Fleet>) => zoneStormsNow(fleet({ records, ...over }));
    expect(seen({ impaired: raging })).toEqual([{ zone: 'us-east-1b', seenAt: at(600) }]);
    expect(seen({ impaired: raging, zoneStorms: known })).toEqual([
      { zone: 'us-east-1b', seenAt: at(600) },
    ]);
    expect(seen({ zoneStorms: known, now: at(599) })).toEqual(known);
    expect(seen({ zoneStorms: known, now: at(600) })).toEqual([]);
    expect(seen({ impaired: ill(records.slice(0, 1)) })).toEqual([]);
  });
});

describe('a check that fails everywhere (S11)', () => {
  it.each([
    [3, 3, true],
    [4, 4, true],
    [4, 3, false],
    [2, 2, false],
    [0, 0, false],
  ])('of %i servers that run, %i with the application alone: %s', (running, count, expected) => {
    expect(isCheckSuspect({ running, impaired: count, isSpokesman: true })).toBe(expected);
  });

  const apps = (records: readonly InstanceRecord[], checks: ReadonlyMap<string, Checks>) =>
    factsOf(records, { impaired: checks }).application;

  it('counts the servers of one policy that run', () => {
    const down = server('i-down', {}, open({ progress: { kind: 'down' } }));
    const gone = server('i-gone', {}, open({ condition: 'terminated' }));
    const other = server('i-other', { policy: 'batch' });
    const records = [...servers(3), down, gone, other];
    expect(apps(records, ill(records, 'application'))).toMatchObject({ running: 3, impaired: 3 });
  });

  // Why this test? While one of five came back from a stop, a service was restarted for the check.
  it('what is only just booting does NOT prove that the check is sound', () => {
    const boots = open({ progress: { kind: 'booting', launchTime: T0, since: T0 } });
    const serves: Progress = {
      kind: 'serving',
      launchTime: T0,
      at: T0,
      proof: 'ready-event',
      passes: 0,
    };
    const sick = ill(servers(3), 'application');
    expect(apps([...servers(3), server('i-b', {}, boots)], sick).running).toBe(3);
    const well = server('i-b', {}, open({ progress: serves }));
    expect(apps([...servers(3), well], sick).running).toBe(4);
    // Its host is impaired, and its application is not.
    const passing: Checks = { ...impaired(T0), application: { status: 'ok' } };
    const host = new Map([...sick, ['i-b', passing] as const]);
    expect(apps([...servers(3), server('i-b', {}, boots)], host).running).toBe(4);
  });

  // Why this test? One server without a verdict let nine others be restarted for their check.
  it.each([
    ['ok', 4],
    ['unknown', 3],
    ['initializing', 3],
    ['insufficient-data', 3],
    ['not-configured', 3],
  ] as const)('one of which its check says %s: %i of known health', (status, running) => {
    const records = [...servers(3), server('i-b')];
    const applications = new Map([['i-b', { status }]]);
    const known = { impaired: ill(servers(3), 'application'), applications };
    const { application } = factsOf(records, known);
    expect(application).toMatchObject({ running, impaired: 3 });
    expect(isCheckSuspect(application)).toBe(status !== 'ok');
  });

  it.each(['system', 'instance', 'attachedEbs'] as const)(
    'NOT where EC2 itself calls the %s impaired',
    (name) => {
      const both = impaired(T0, name, impaired(T0, 'application'));
      expect(apps(servers(1), new Map([['i-a0', both]])).impaired).toBe(0);
      expect(apps(servers(1), new Map([['i-a0', OK_CHECKS]])).impaired).toBe(0);
    },
  );

  it('one of them speaks for all, whoever asks', () => {
    const records = servers(3);
    const sick = ill(records, 'application');
    const speaks = records.map(
      (record) =>
        takedownFacts(record, READS, fleet({ records: records.toReversed(), impaired: sick }))
          .application.isSpokesman,
    );
    expect(speaks).toEqual([true, false, false]);
  });

  // Why this test? A server whose check failed a minute after the others called a second time.
  it('who has called stays the one, and NOT a server of a lower id that fails later', () => {
    const runs = { progress: { kind: 'booting', launchTime: T0, since: T0 } } as const;
    const called = { ...runs, escalated: [{ reason: 'check-suspect', at: T0 }] } as const;
    const records = [runs, called, runs].map((over, index) =>
      server(`i-a${index}`, {}, open(over)),
    );
    const sick = ill(records, 'application');
    const speaks = records.map(
      (record) =>
        takedownFacts(record, READS, fleet({ records, impaired: sick })).application.isSpokesman,
    );
    expect(speaks).toEqual([false, true, false]);
  });
});

describe('a refusal for want of capacity', () => {
  const refused = (seconds: number, over: Partial<Attempt> = {}): Attempt => ({
    ...anAttempt(at(seconds), NO_CAPACITY),
    ...over,
  });
  const withAttempts = (
    attempts: readonly Attempt[],
    label: Partial<InstanceRecord['label']> = {},
  ): InstanceRecord => server('i-b', label, open({ attempts }));

  it('is remembered for its type and zone, whoever met it, the newest one', () => {
    const other = withAttempts([refused(100), refused(200), anAttempt(at(300))]);
    expect(factsOf([server('i-a'), other]).noCapacityAt).toBe(at(200));
  });

  it.each<[string, InstanceRecord]>([
    ['another zone', withAttempts([refused(100)], { zone: 'us-east-1c' })],
    ['another type', withAttempts([refused(100)], { instanceType: 'm5.large' })],
    ['a start on another type', withAttempts([refused(100, { detail: 'm6a.large' })])],
    ['a start that was accepted', withAttempts([anAttempt(at(100))])],
    ['no incident at all', server('i-b')],
  ])('NOT for %s', (_name, other) => {
    expect(factsOf([server('i-a'), other]).noCapacityAt).toBeUndefined();
  });

  it('is the type that the start was made on, not the one that it has by now', () => {
    const other = withAttempts([refused(100, { detail: 'm6i.large' })], {
      instanceType: 'm6a.large',
    });
    expect(factsOf([server('i-a'), other]).noCapacityAt).toBe(at(100));
  });

  it('counts for half an hour', () => {
    expect(isCapacityRecent(T0, at(1_799))).toBe(true);
    expect(isCapacityRecent(T0, at(1_800))).toBe(false);
    expect(isCapacityRecent(undefined, at(1))).toBe(false);
  });
});
