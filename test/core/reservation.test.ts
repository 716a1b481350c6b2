import { climb } from '../../lambda/core/climb';
import type { Attempt, AttemptOutcome, Incident } from '../../lambda/core/incident';
import { laddersOf } from '../../lambda/core/ladder';
import {
  firstAskedAt,
  heldReservation,
  owedPlaces,
  proofOf,
  reservationsOf,
  withGivenBack,
} from '../../lambda/core/reservation';
import { takedownFacts, type Fleet } from '../../lambda/core/takedown-facts';
import { hours, minutes } from '../../lambda/core/time';
import {
  NO_CAPACITY,
  UNAVAILABLE,
  aPolicy,
  aRecord,
  aTakedown,
  anAttempt,
  anImpairment,
  anIncident,
  at,
  clearFacts,
} from './builders';

const HOUR = hours(1) / 1_000;

const granted = (seconds: number, id = 'cr-1'): AttemptOutcome => ({
  kind: 'accepted',
  at: at(seconds),
  id,
});

/** A place that was asked for as a proof, and granted unless told otherwise. */
const aProof = (seconds: number, outcome: AttemptOutcome = granted(seconds)): Attempt => ({
  remediation: 'reserve-capacity',
  reason: 'prove-capacity',
  at: at(seconds),
  outcome,
  detail: 'm6i.large',
});

const ill = (attempts: readonly Attempt[], over: Partial<Incident> = {}): Incident =>
  anIncident({ condition: 'impaired', attempts, ...over });

const RUNG = { remediation: 'stop-start', requires: ['capacity-proof'] } as const;
const policy = aPolicy({ ladders: laddersOf({ 'system-impaired': [RUNG] }, minutes(2)) });

const decidedAt = (seconds: number, incident: Incident): string => {
  const facts = clearFacts({ awsRecovers: false, noCapacityAt: at(seconds - 60) });
  const decision = climb(anImpairment('system', { policy, incident, facts, now: at(seconds) }));
  return decision?.kind === 'remediate' ? decision.remediation : String(decision?.reason);
};

describe('the proof that a stop has a way back', () => {
  // Why this test? EC2 had ended the reservation hours ago, and the server was stopped for it.
  it.each([
    ['just granted', 610, 'stop-start'],
    ['a quarter of an hour old', 600 + 900, 'reserve-capacity'],
    ['as old as EC2 holds it', 600 + 3 * HOUR, 'reserve-capacity'],
    ['of yesterday', 600 + 20 * HOUR, 'reserve-capacity'],
  ])('%s', (_, seconds, expected) => {
    expect(decidedAt(seconds, ill([aProof(600)]))).toBe(expected);
  });

  it('counts from the first request that went unheard: EC2 ends it by that one', () => {
    const tries = [0, 1, 2, 3].map((index) => aProof(600 + index * 800, UNAVAILABLE));
    const last = 600 + 4 * 800;
    const incident = ill([...tries, aProof(last)]);
    expect(firstAskedAt(incident, at(last + 1))).toBe(at(last + 1));
    expect(proofOf(incident, at(last + 1))).toBeDefined();
    expect(heldReservation(incident, at(600 + 3 * HOUR - 1))).toBeDefined();
    expect(heldReservation(incident, at(600 + 3 * HOUR))).toBeUndefined();
  });

  it('a request that went unheard for an hour is made anew: its end would be too near', () => {
    const incident = ill([aProof(600, UNAVAILABLE), aProof(600 + 1_800, UNAVAILABLE)]);
    expect(firstAskedAt(incident, at(600 + HOUR - 1))).toBe(at(600));
    expect(firstAskedAt(incident, at(600 + HOUR))).toBe(at(600 + HOUR));
  });

  it('is none once it was given back, or a start was made since', () => {
    const incident = ill([aProof(600)]);
    const given = withGivenBack(incident, new Set(['cr-1']), at(610));
    expect(proofOf(incident, at(611))?.id).toBe('cr-1');
    expect(proofOf(given, at(611))).toBeUndefined();
    expect(proofOf(ill([aProof(600), anAttempt(at(605))]), at(611))).toBeUndefined();
  });
});

describe('what is to be given back', () => {
  it('a proof to which no stop came in its time; NOT one that is fresh, or was followed by it', () => {
    expect(owedPlaces({ incident: ill([aProof(600)]) }, at(600 + 900))).toEqual(['cr-1']);
    expect(owedPlaces({ incident: ill([aProof(600)]) }, at(600 + 899))).toEqual([]);
    const stopped = ill([aProof(600), aTakedown('stop-start', at(604))]);
    expect(owedPlaces({ incident: stopped }, at(600 + 1_200))).toEqual([]);
  });

  it('a proof whose stop AWS refused', () => {
    const refused = aTakedown('stop-start', at(604), { outcome: NO_CAPACITY });
    expect(owedPlaces({ incident: ill([aProof(600), refused]) }, at(1_600))).toEqual(['cr-1']);
  });

  it('all of an incident that is over, each once', () => {
    const resolved = { at: at(900), reason: 'recovered' } as const;
    const incident = ill([aProof(600), aProof(700, granted(700, 'cr-2'))], { resolved });
    expect(owedPlaces({ incident, unreleased: ['cr-0'] }, at(901))).toEqual([
      'cr-0',
      'cr-1',
      'cr-2',
    ]);
    const half = withGivenBack(incident, new Set(['cr-1']), at(901));
    expect(reservationsOf(half)).toEqual(['cr-2']);
  });
});

describe('who holds a place so that it may be stopped', () => {
  const server = (instanceId: string, incident?: Incident) =>
    aRecord({ instanceId, ...(incident !== undefined && { incident }) });
  const READS = { stopProtection: false, hasInstanceStore: false, awsRecovers: false };
  const slotsFor = (who: number, records: Fleet['records'], seconds = 605): number => {
    const fleet: Fleet = {
      records,
      impaired: new Map(),
      zoneStorms: [],
      budget: { percent: 10, most: 5 },
      now: at(seconds),
    };
    const record = records[who];
    if (record === undefined) throw new Error(`no record ${who}`);
    return takedownFacts(record, READS, fleet).slotsFree;
  };

  it.each([
    ['granted', ill([aProof(600)]), 0],
    ['asked for at this moment', ill([aProof(600, { kind: 'intended' })]), 0],
    ['refused', ill([aProof(600, NO_CAPACITY)]), 1],
    ['handed to a person', ill([aProof(600)], { escalated: [{ reason: 'held', at: at(603) }] }), 1],
    ['nobody', undefined, 1],
  ])('has a slot: %s', (_, incident, free) => {
    expect(slotsFor(1, [server('i-a', incident), server('i-b')])).toBe(free);
  });

  it('for a quarter of an hour and no longer', () => {
    const records = [server('i-a', ill([aProof(600)])), server('i-b')];
    expect(slotsFor(1, records, 600 + 899)).toBe(0);
    expect(slotsFor(1, records, 600 + 900)).toBe(1);
  });

  it('of two the first has its turn, and neither waits for the other', () => {
    const records = [server('i-a', ill([aProof(602)])), server('i-b', ill([aProof(600)]))];
    expect(slotsFor(0, records)).toBe(0);
    expect(slotsFor(1, records)).toBe(1);
  });

  it('counts once when it is stopped by now', () => {
    const stopped = ill([aProof(600), aTakedown('stop-start', at(604))]);
    expect(slotsFor(1, [server('i-a', stopped), server('i-b')])).toBe(0);
    expect(slotsFor(0, [server('i-a', stopped), server('i-b')])).toBe(1);
  });
});
