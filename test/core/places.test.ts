import { isOpenAgain, placeKey, placesOf, shortagesOf } from '../../lambda/core/places';
import { decide } from '../../lambda/core/decide';
import type { Situation } from '../../lambda/core/decision';
import type { Attempt } from '../../lambda/core/incident';
import type { InstanceRecord } from '../../lambda/core/record';
import { NO_CAPACITY, aRecord, aSituation, anAttempt, anIncident, at } from './builders';

const LABEL = { name: 'pod', instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'livechat' };
const HERE = placeKey('us-east-1b', 'm6i.large');

const tried = (instanceId: string, ...attempts: readonly Attempt[]): InstanceRecord =>
  aRecord({ instanceId, label: LABEL, incident: anIncident({ attempts }) });

describe('what EC2 said of a place', () => {
  it('is the newest of what it said to anyone', () => {
    const records = [
      tried('i-a', anAttempt(at(10), NO_CAPACITY), anAttempt(at(40))),
      tried('i-b', anAttempt(at(30), NO_CAPACITY)),
    ];
    expect(placesOf(records).get(HERE)).toEqual({ refusedAt: at(30), acceptedAt: at(40) });
  });

  it('is of the type that was asked for, and NOT of the one that it has by now', () => {
    const stand = { ...anAttempt(at(10), NO_CAPACITY), detail: 'm6a.large' };
    const places = placesOf([tried('i-a', stand)]);
    expect(places.get(HERE)).toBeUndefined();
    expect(places.get(placeKey('us-east-1b', 'm6a.large'))).toEqual({ refusedAt: at(10) });
  });

  it.each([
    ['taken after the refusal', { refusedAt: at(5), acceptedAt: at(20) }, true],
    ['refused again after that', { refusedAt: at(30), acceptedAt: at(20) }, false],
    ['taken before this one was refused', { refusedAt: at(1), acceptedAt: at(5) }, false],
    ['never taken', { refusedAt: at(1) }, false],
  ])('is open again: %s', (_name, place, open) => {
    expect(isOpenAgain(place, at(10))).toBe(open);
  });
});

describe('what an incident found of capacity', () => {
  const refused = tried('i-a', anAttempt(at(10), NO_CAPACITY), anAttempt(at(30), NO_CAPACITY));

  it('is known by place, the newest of each', () => {
    const other = { ...anAttempt(at(20), NO_CAPACITY), detail: 'm6a.large' };
    expect(shortagesOf(tried('i-a', anAttempt(at(10), NO_CAPACITY), other))).toEqual([
      { zone: 'us-east-1b', instanceType: 'm6i.large', at: at(10) },
      { zone: 'us-east-1b', instanceType: 'm6a.large', at: at(20) },
    ]);
    expect(shortagesOf(tried('i-a', anAttempt(at(10))))).toEqual([]);
  });

  // Why this test? The incident ended, and the next server was stopped for a type that EC2 lacked.
  it('holds for others after it has ended', () => {
    const { incident: _over, ...closed } = { ...refused, shortages: shortagesOf(refused) };
    expect(placesOf([closed]).get(HERE)).toEqual({ refusedAt: at(30) });
  });
});

describe('a start that waits for capacity', () => {
  const situation = (place: Situation['place'], now: number): Situation => ({
    ...aSituation(),
    incident: anIncident({
      attempts: [10, 30, 70, 200].map((second) => anAttempt(at(second), NO_CAPACITY)),
      escalated: [{ reason: 'no-capacity', at: at(10) }],
    }),
    place,
    now: at(now),
  });

  it('goes on at once when its place has taken another one', () => {
    const place = { refusedAt: at(200), acceptedAt: at(210) };
    expect(decide(situation(place, 214))).toMatchObject({ remediation: 'start' });
    expect(decide(situation(undefined, 214))).toMatchObject({ reason: 'backing-off' });
  });

  it('is NOT tried so soon after another one of its place was refused', () => {
    const due = 340;
    expect(decide(situation({ refusedAt: at(200) }, due))).toMatchObject({ remediation: 'start' });
    expect(decide(situation({ refusedAt: at(330) }, due))).toEqual({
      kind: 'defer',
      reason: 'backing-off',
      until: at(345),
    });
  });
});
