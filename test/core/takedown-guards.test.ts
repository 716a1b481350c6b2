import { climb } from '../../lambda/core/climb';
import type { Decision, Situation } from '../../lambda/core/decision';
import type { Attempt, AttemptOutcome, Incident } from '../../lambda/core/incident';
import { laddersOf, type RungInput } from '../../lambda/core/ladder';
import { DAYS } from '../../lambda/core/maintenance-window';
import { LOSSES, type Loss, type Policy } from '../../lambda/core/policy';
import type { TakedownFacts } from '../../lambda/core/takedown-facts';
import { minutes } from '../../lambda/core/time';
import {
  NO_CAPACITY,
  REFUSED,
  T0,
  UNAVAILABLE,
  aPolicy,
  aTakedown,
  aView,
  anImpairment,
  at,
  clearFacts,
  impaired,
} from './builders';

type Over = Partial<Situation>;

const decided = (over: Over): Decision | undefined => climb(anImpairment('system', over));
/** What is done about a host that fails: it is stopped and started, unless a guard speaks. */
const stopped = (over: Over): string => brief(decided(over));
/** What is done about a guest that fails: it is rebooted, and stays where it is. */
const rebooted = (over: Over): string => brief(climb(anImpairment('instance', over)));

function brief(decision: Decision | undefined): string {
  if (decision === undefined) return 'nothing';
  return decision.kind === 'remediate'
    ? decision.remediation
    : `${decision.kind} ${decision.reason}`;
}

const facts = (over: Partial<TakedownFacts>): Over => ({ facts: clearFacts(over) });
const view = (over: Parameters<typeof aView>[0]): Over => ({
  view: aView({ checks: impaired(T0), ...over }),
});
const incident = (over: Partial<Incident>): Over => ({
  incident: { ...anImpairment().incident, ...over },
});
const attempts = (...list: readonly Attempt[]): Over => incident({ attempts: list });

it('nothing keeps an impaired server from being helped, in the plain case', () => {
  expect(stopped({})).toBe('stop-start');
  expect(rebooted({})).toBe('reboot');
});

describe('whatever takes it down is kept from it by', () => {
  const zone = (managed: number, ill: number) => facts({ zone: { managed, impaired: ill } });
  const apps = (running: number, ill: number, isSpokesman = true): Over => ({
    ...facts({ application: { running, impaired: ill, isSpokesman } }),
    view: aView({ checks: impaired(T0, 'application') }),
    policy: aPolicy({ applicationAlarm: 'livechat-{id}' }),
  });

  it.each<[string, Over, string]>([
    [
      'never having been seen to serve',
      incident({ mandate: { kind: 'hands-off', reason: 'impaired-before-enrolment' } }),
      'escalate impaired-before-enrolment',
    ],
    ['a hold', { pause: { kind: 'held', note: '' } }, 'escalate held'],
    ['a pause', { pause: { kind: 'paused', until: at(900), note: '' } }, 'escalate paused'],
    ['three starts in the hour', { starts: [0, 100, 200].map(at) }, 'escalate budget-exhausted'],
    ['an act a moment ago', { starts: [at(541)] }, 'defer cooldown'],
    ['facts that nobody asked for', { facts: undefined }, 'defer takedown-unchecked'],
    ['a storm in its zone', zone(5, 3), 'escalate zone-storm'],
    ['a storm a moment ago', facts({ zoneStormAt: at(1) }), 'defer zone-cooldown'],
    ['a full fleet', facts({ slotsFree: 0 }), 'defer takedown-budget'],
    ['a fleet that is more than full', facts({ slotsFree: -1 }), 'defer takedown-budget'],
    ['a check that fails everywhere', apps(3, 3), 'escalate check-suspect'],
    ['a check of which another calls', apps(3, 3, false), 'defer check-suspect-elsewhere'],
  ])('%s', (_name, over, expected) => {
    const name = over.view === undefined ? 'instance' : 'application';
    expect(brief(climb(anImpairment(name, over)))).toBe(expected);
    if (over.view === undefined) expect(stopped(over)).toBe(expected);
  });

  it.each<[string, Over]>([
    ['two starts in the hour', { starts: [0, 100].map(at) }],
    ['an act a minute ago', { starts: [at(540)] }],
    ['fewer than 55 % of its zone', zone(6, 3)],
    ['two of two in its zone', zone(2, 2)],
    ['a storm ten minutes ago', facts({ zoneStormAt: T0 })],
    ['a check that fails on all but one', apps(4, 3)],
    ['a check that fails on two of two', apps(2, 2)],
  ])('NOT by %s', (_name, over) => {
    const name = over.view === undefined ? 'instance' : 'application';
    expect(brief(climb(anImpairment(name, over)))).toBe('reboot');
    if (over.view === undefined) expect(stopped(over)).toBe('stop-start');
  });

  it('a check that fails everywhere is NOT what a failing guest is measured by', () => {
    const all = facts({ application: { running: 3, impaired: 3, isSpokesman: true } });
    expect(rebooted(all)).toBe('reboot');
  });
});

describe('a stop is kept from it by what it would cost', () => {
  const costs: readonly (readonly [Loss, Over, string])[] = [
    ['instance-store', facts({ hasInstanceStore: true }), 'instance-store-data'],
    [
      'public-address',
      view({ publicIp: '198.51.100.7', hasElasticIp: false }),
      'address-would-change',
    ],
    ['placement-group', view({ placementGroup: 'cluster-1' }), 'in-placement-group'],
    ['dedicated-host', view({ hostId: 'h-0123456789abcdef0' }), 'on-dedicated-host'],
    ['hibernation', view({ canHibernate: true }), 'would-hibernate'],
  ];

  it.each(costs)('%s', (_loss, over, reason) => {
    expect(stopped(over)).toBe(`escalate ${reason}`);
  });

  it.each(costs)('NOT %s where the policy accepts it', (loss, over) => {
    expect(stopped({ ...over, policy: aPolicy({ accepts: [loss] }) })).toBe('stop-start');
  });

  it.each(costs)('%s, where the policy accepts everything else', (loss, over, reason) => {
    const accepts = LOSSES.filter((other) => other !== loss);
    expect(stopped({ ...over, policy: aPolicy({ accepts }) })).toBe(`escalate ${reason}`);
  });

  it.each(costs)('a reboot costs none of it: %s', (_loss, over) => {
    const checks = impaired(T0, 'instance');
    const same = over.view === undefined ? {} : { view: { ...over.view, checks } };
    expect(rebooted({ ...over, ...same })).toBe('reboot');
  });

  it('a public address that is an Elastic IP stays', () => {
    expect(stopped(view({ publicIp: '198.51.100.7', hasElasticIp: true }))).toBe('stop-start');
  });
});

describe('a stop is kept from it by', () => {
  it.each<[string, Over, string]>([
    ['stop protection', facts({ stopProtection: true }), 'escalate stop-protected'],
    [
      'stop protection that was not read',
      facts({ stopProtection: undefined }),
      'defer observation-missing',
    ],
    [
      'disks that were not read',
      facts({ hasInstanceStore: undefined }),
      'defer observation-missing',
    ],
    [
      'no capacity for its type lately',
      { ...facts({ noCapacityAt: at(-1_199) }) },
      'escalate no-way-back',
    ],
  ])('%s, and a reboot is not', (_name, over, expected) => {
    expect(stopped(over)).toBe(expected);
    expect(rebooted(over)).toBe('reboot');
  });

  it('NOT no capacity half an hour ago, or with a place that is held', () => {
    expect(stopped(facts({ noCapacityAt: at(-1_200) }))).toBe('stop-start');
    expect(stopped({ ...facts({ noCapacityAt: at(590) }), ...attempts(aPlace()) })).toBe(
      'stop-start',
    );
  });

  it('accepting every loss does NOT lift stop protection', () => {
    const policy = aPolicy({ accepts: LOSSES });
    expect(stopped({ ...facts({ stopProtection: true }), policy })).toBe('escalate stop-protected');
  });
});

/** A reservation that holds a place for it, unless EC2 said otherwise. */
function aPlace(
  outcome: AttemptOutcome = { kind: 'accepted', at: at(500), id: 'cr-0123456789abcdef0' },
): Attempt {
  return { remediation: 'reserve-capacity', reason: 'prove-capacity', at: at(500), outcome };
}

describe('what AWS answered before', () => {
  const last = (outcome: AttemptOutcome, count = 1): readonly Attempt[] =>
    Array.from({ length: count }, (_, index) =>
      aTakedown('stop-start', at(600 - count + index), { outcome }),
    );
  const told = (seconds: number): Partial<Incident> => ({
    escalated: [{ reason: 'takedown-refused', at: at(seconds) }],
  });
  const wrongState: AttemptOutcome = { kind: 'wrong-state', code: 'OwnStopTagNotSeen' };
  const late = 599 + 1_800;

  it.each<[string, Partial<Incident>, number, string]>([
    ['a refusal is told', { attempts: last(REFUSED) }, 600, 'escalate takedown-refused'],
    [
      'told, it is left alone for a while',
      { attempts: last(REFUSED), ...told(600) },
      late - 1,
      'defer backing-off',
    ],
    [
      'then tried again: a person may have mended it',
      { attempts: last(REFUSED), ...told(600) },
      late,
      'stop-start',
    ],
    ['throttled: soon again', { attempts: last(UNAVAILABLE) }, 604, 'stop-start'],
    ['throttled: NOT at once', { attempts: last(UNAVAILABLE) }, 602, 'defer backing-off'],
    [
      'throttled again and again: at longer intervals',
      { attempts: last(UNAVAILABLE, 6) },
      640,
      'defer backing-off',
    ],
    ['changed meanwhile: the next look', { attempts: last(wrongState) }, 603, 'stop-start'],
    [
      'the tag cannot be written, for a minute: told',
      { attempts: last(wrongState, 16) },
      603,
      'escalate takedown-refused',
    ],
    ['and NOT before', { attempts: last(wrongState, 15) }, 603, 'defer backing-off'],
    [
      'from before it last served: no matter',
      { attempts: last(REFUSED), served: [at(599)] },
      601,
      'stop-start',
    ],
  ])('%s', (_name, over, seconds, expected) => {
    expect(stopped({ ...incident(over), now: at(seconds) })).toBe(expected);
  });

  // Why this test? The second refusal is told to nobody, and waited to be told for ever.
  it('a second refusal does NOT end the tries', () => {
    const two = [
      aTakedown('stop-start', at(600), { outcome: REFUSED }),
      aTakedown('stop-start', at(2_400), { outcome: REFUSED }),
    ];
    const over = incident({ attempts: two, ...told(601) });
    expect(stopped({ ...over, now: at(2_401) })).toBe('defer backing-off');
    expect(stopped({ ...over, now: at(4_200) })).toBe('stop-start');
  });
});

describe('a rung that asks for a maintenance window', () => {
  const rung: RungInput = { remediation: 'reboot', requires: ['maintenance-window'] };
  const ladders = laddersOf({ 'instance-impaired': [rung] }, minutes(2));
  // It is 12:20 UTC when this is decided.
  const within = (from: number, to: number): Policy =>
    aPolicy({ ladders, maintenanceWindow: { days: DAYS, from, to, timeZone: 'UTC' } });

  it.each([
    ['it is open', within(12 * 60, 13 * 60), 'reboot'],
    ['it is not open', within(22 * 60, 23 * 60), 'defer outside-window'],
    ['there is none', aPolicy({ ladders }), 'escalate no-window'],
  ])('%s', (_name, policy, expected) => {
    expect(rebooted({ policy })).toBe(expected);
  });

  it('is brought forward, or forbidden, by the operator', () => {
    const sick = (wish: string): Over => ({
      view: aView({ checks: impaired(T0, 'instance'), tags: { 'watchdog:move': wish } }),
      policy: within(22 * 60, 23 * 60),
    });
    expect(rebooted(sick('now'))).toBe('reboot');
    expect(rebooted(sick('veto'))).toBe('ignore move-vetoed');
  });
});

describe('a rung that asks for the proof of a place', () => {
  const rung: RungInput = { remediation: 'stop-start', requires: ['capacity-proof'] };
  const policy = aPolicy({ ladders: laddersOf({ 'system-impaired': [rung] }, minutes(2)) });
  const proving = (over: Over): string => stopped({ policy, ...over });

  it('reserves a place first, and stops it once that is held', () => {
    expect(proving({})).toBe('reserve-capacity');
    expect(proving(attempts(aPlace()))).toBe('stop-start');
  });

  it.each<[string, Over, string]>([
    ['EC2 has no place: it is NOT stopped', attempts(aPlace(NO_CAPACITY)), 'escalate no-way-back'],
    ['EC2 refuses one: it is NOT stopped', attempts(aPlace(REFUSED)), 'escalate no-way-back'],
    [
      'a quarter of an hour later it is asked again',
      { ...attempts(aPlace(NO_CAPACITY)), now: at(1_400) },
      'reserve-capacity',
    ],
    [
      'nothing is heard of the question yet',
      { ...attempts(aPlace({ kind: 'intended' })), now: at(529) },
      'defer backing-off',
    ],
    ['no place is paid for what is held', { pause: { kind: 'held', note: '' } }, 'escalate held'],
    ['nor for what may not be stopped', facts({ stopProtection: true }), 'escalate stop-protected'],
    ['nor without a free slot', facts({ slotsFree: 0 }), 'defer takedown-budget'],
  ])('%s', (_name, over, expected) => {
    expect(proving(over)).toBe(expected);
  });

  it('finds one although EC2 had none a moment ago: that is what it is for', () => {
    expect(proving(facts({ noCapacityAt: at(599) }))).toBe('reserve-capacity');
  });
});

describe('the guards speak in the order of their weight', () => {
  it('people, budget, then what was found out: the check, the zone, the server, the fleet', () => {
    const against: readonly (readonly [Over, string])[] = [
      [
        incident({ mandate: { kind: 'hands-off', reason: 'impaired-before-enrolment' } }),
        'escalate impaired-before-enrolment',
      ],
      [{ pause: { kind: 'held', note: '' } }, 'escalate held'],
      [
        attempts(aTakedown('stop-start', at(599), { outcome: REFUSED })),
        'escalate takedown-refused',
      ],
      [{ starts: [0, 100, 590].map(at) }, 'escalate budget-exhausted'],
      [{ facts: undefined }, 'defer takedown-unchecked'],
    ];
    for (const [index, [, expected]] of against.entries()) {
      const over = Object.assign(
        {},
        ...against
          .slice(index)
          .map(([one]) => one)
          .toReversed(),
      );
      expect(stopped(over as Over)).toBe(expected);
    }
    const known: readonly (readonly [Partial<TakedownFacts>, string])[] = [
      [{ zone: { managed: 3, impaired: 3 } }, 'escalate zone-storm'],
      [{ zoneStormAt: at(599) }, 'defer zone-cooldown'],
      [{ stopProtection: true }, 'escalate stop-protected'],
      [{ hasInstanceStore: true }, 'escalate instance-store-data'],
      [{ noCapacityAt: at(599) }, 'escalate no-way-back'],
      [{ slotsFree: 0 }, 'defer takedown-budget'],
    ];
    for (const [index, [, expected]] of known.entries()) {
      const over = Object.assign({}, ...known.slice(index).map(([one]) => one));
      expect(stopped(facts(over as Partial<TakedownFacts>))).toBe(expected);
    }
  });

  // Why this test? Where hosts of the zone fail too, each server called a person for its zone,
  // where one call for a check that fails everywhere is meant (S11).
  it('a check that fails everywhere comes before the storm of the zone', () => {
    const over: Over = {
      ...facts({
        zone: { managed: 3, impaired: 3 },
        application: { running: 3, impaired: 3, isSpokesman: false },
      }),
      view: aView({ checks: impaired(T0, 'application') }),
      policy: aPolicy({ applicationAlarm: 'livechat-{id}' }),
    };
    expect(stopped(over)).toBe('defer check-suspect-elsewhere');
  });
});
