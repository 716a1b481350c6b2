import { climb } from '../../lambda/core/climb';
import type { Attempt, AttemptOutcome } from '../../lambda/core/incident';
import { laddersOf } from '../../lambda/core/ladder';
import { DAYS } from '../../lambda/core/maintenance-window';
import { after, days, iso, minutes, type Instant } from '../../lambda/core/time';
import {
  NO_CAPACITY,
  REFUSED,
  UNAVAILABLE,
  aPolicy,
  aSituation,
  aTakedown,
  aView,
  anIncident,
  at,
  clearFacts,
} from './builders';
import { NIGHTLY, Planned, enrolledAt, moment } from './planned-server';

const OWN = 'm6i.large';
const STAND_IN = { instanceType: 'm6a.large' };
const ladders = laddersOf({ 'no-capacity': ['change-type', 'reserve-capacity'] }, minutes(2));
const ALWAYS = { days: DAYS, from: 0, to: 1_440, timeZone: 'UTC' };

const planned = { eventId: 'own-type', condition: 'stop-scheduled' } as const;

const aPlace = (outcome: AttemptOutcome, detail?: string): Attempt => ({
  remediation: 'reserve-capacity',
  reason: 'prove-capacity',
  at: at(590),
  outcome,
  detail,
});
const GRANTED: AttemptOutcome = { kind: 'accepted', at: at(590), id: 'cr-1' };

const next = (
  attempts: readonly Attempt[],
  over: Parameters<typeof aSituation>[0] = {},
): string => {
  const decision = climb(
    aSituation({
      view: aView(STAND_IN),
      incident: anIncident({ condition: 'planned', planned, attempts }),
      policy: aPolicy({ ladders, alternateTypes: ['m6a.large'], maintenanceWindow: ALWAYS }),
      ownType: OWN,
      facts: clearFacts(),
      now: at(600),
      ...over,
    }),
  );
  if (decision?.kind !== 'remediate') return `${decision?.kind} ${decision?.reason}`;
  return [decision.remediation, ...(decision.detail === undefined ? [] : [decision.detail])].join(
    ' ',
  );
};

describe('a server that runs well on a stand-in', () => {
  // Why this test? It was stopped every night for a type that EC2 still did not have.
  it('is stopped only once a place of its own type is held', () => {
    expect(next([])).toBe(`reserve-capacity ${OWN}`);
    expect(next([aPlace(GRANTED, OWN)])).toBe('stop-start');
  });

  it('is NOT stopped for a place of another type', () => {
    expect(next([aPlace(GRANTED, 'm6a.large')])).toBe(`reserve-capacity ${OWN}`);
    expect(next([aPlace(GRANTED)])).toBe(`reserve-capacity ${OWN}`);
  });

  it.each([
    ['EC2 has none', NO_CAPACITY, 'resolve own-type-short'],
    ['EC2 refuses one', REFUSED, 'resolve own-type-short'],
    ['EC2 does not answer', UNAVAILABLE, `reserve-capacity ${OWN}`],
  ])('is NOT stopped where %s', (_, outcome, expected) => {
    expect(next([aPlace(outcome, OWN)])).toBe(expected);
  });

  it('twin: work of AWS needs no place unless the policy asks for one', () => {
    const incident = anIncident({ condition: 'planned', planned: { ...planned, eventId: 'e-1' } });
    expect(next([], { incident })).toBe('stop-start');
  });
});

describe('its own type, tried and not restored', () => {
  const tried = moment('2024-08-03T02:00:30Z');

  /** The server on the night of its move, with an incident for it and what was done in that. */
  function onTheNight(attempts: readonly Attempt[]): Planned {
    const enrolment = enrolledAt(moment('2024-08-10T00:00:00Z'));
    const server = new Planned(
      { ladders, alternateTypes: ['m6a.large'], maintenanceWindow: NIGHTLY },
      { ownType: OWN, enrolment },
    ).look(moment('2024-08-01T12:10:07Z'), STAND_IN);
    expect(server.at).toBe('2024-08-03T02:00:00.000Z');
    const incident = anIncident({ condition: 'planned', planned, openedAt: tried, attempts });
    server.record = { ...server.record, incident };
    return server;
  }

  const over = (server: Planned): void => {
    const { incident: _over, ...rest } = server.record;
    server.record = rest;
  };

  it.each([
    ['EC2 had no place for it', [{ ...aPlace(NO_CAPACITY, OWN), at: tried }]],
    ['it was stopped, and came back as it was', [aTakedown('stop-start', tried)]],
  ])('is tried again a week later at the earliest: %s', (_, attempts) => {
    const server = onTheNight(attempts);
    for (const minute of [1, 2, 3]) server.look(after(tried, minutes(minute)), STAND_IN);
    over(server);
    server.look(after(tried, minutes(4)), STAND_IN);
    expect(server.at).toBe('2024-08-10T02:00:30.000Z');
    expect(server.told).toHaveLength(2);
    const due = (now: Instant, tags = {}): boolean =>
      server.isDue(now, { ...STAND_IN, tags: { watchdog: 'livechat', ...tags } });
    expect(due(after(tried, days(1)))).toBe(false);
    expect(due(after(tried, days(2)), { 'watchdog:move': 'now' })).toBe(false);
    expect(due(after(tried, days(7)))).toBe(true);
  });

  it('twin: while nothing was tried yet its time stays', () => {
    const server = onTheNight([]).look(after(tried, minutes(1)), STAND_IN);
    expect(server.at).toBe('2024-08-03T02:00:00.000Z');
    expect(iso(tried) > (server.at ?? '')).toBe(true);
  });
});
