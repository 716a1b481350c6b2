import type { Cause } from '../../lambda/core/cause';
import type { Incident, Seen, WouldHave } from '../../lambda/core/incident';
import { newRecord } from '../../lambda/core/record';
import { after, seconds } from '../../lambda/core/time';
import { isShadow, scoreOf, type Scored } from '../../report/score';
import { BOOT, ID, anIncident, at } from '../core/builders';

/** An incident of pod-23 that only was watched: down at T0. */
function watched(over: Partial<Incident> = {}): Scored {
  const record = newRecord(ID);
  return {
    ...record,
    label: { ...record.label, name: 'pod-23', policy: 'watched' },
    incident: anIncident({
      outage: { lastKnownGood: at(-10), firstKnownBad: at(0) },
      ...over,
    }),
  };
}

/** It served again so many seconds after T0, in a boot that began so long before that. */
function servedAfter(count: number, bootS = 60): Partial<Incident> {
  const to = at(count);
  return {
    outage: { lastKnownGood: at(-10), firstKnownBad: at(0), goodAgain: to },
    served: [to],
    launchTimeBefore: BOOT,
    progress: {
      kind: 'serving',
      launchTime: at(count - bootS),
      at: to,
      proof: 'ready-event',
      passes: 2,
    },
    resolved: { at: at(count + 180), reason: 'recovered' },
  };
}

const wish = (
  remediation: WouldHave['remediation'],
  offset: number,
  reason: WouldHave['reason'] = 'stopped-by-aws',
): Pick<Incident, 'wouldHave'> => ({ wouldHave: [{ remediation, reason, at: at(offset) }] });

const state = (offset: number, now: string): Seen => ({ at: at(offset), what: 'state', now });

const PERSON: Cause = {
  kind: 'api',
  detail: 'plain',
  confidence: 'high',
  evidence: [],
  actor: { kind: 'person', principal: 'ana' },
} as unknown as Cause;

const only = (record: Scored) => scoreOf([record]).outages[0];

test('a start that came twenty minutes later by hand: it would have served sooner', () => {
  const score = scoreOf([watched({ ...servedAfter(1_200), ...wish('start', 30) })]);
  expect(score.outages).toMatchObject([
    { verdict: 'sooner', wouldServeAt: at(90), estimatedBy: 'own-boot' },
  ]);
  expect(score).toMatchObject({
    acts: 1,
    wrongActs: 0,
    realDowntime: seconds(1_200),
    wouldBeDowntime: seconds(90),
  });
});

test('somebody was as quick: nothing is gained, and nothing is claimed', () => {
  const score = scoreOf([watched({ ...servedAfter(85), ...wish('start', 30) })]);
  expect(score.outages).toMatchObject([{ verdict: 'no-gain' }]);
  expect(score.wouldBeDowntime).toBe(score.realDowntime);
});

test('a start is requested once it has stopped, however early it is wanted', () => {
  const seen = [state(1, 'stopping'), state(45, 'stopped'), state(1_150, 'pending')];
  const outage = only(watched({ ...servedAfter(1_200), ...wish('start', 1), seen }));
  expect(outage?.wouldServeAt).toBe(at(45 + 60));
});

test('what a person had stopped would have been started: wrong', () => {
  const score = scoreOf([
    watched({ ...servedAfter(3_600), ...wish('start', 120), cause: PERSON, condition: 'stopped' }),
  ]);
  expect(score.outages).toMatchObject([
    { verdict: 'wrong', why: expect.stringContaining('ana: start would have undone that') },
  ]);
  expect(score).toMatchObject({ acts: 1, wrongActs: 1, compared: 0, realDowntime: 0 });
});

test('a game day is to be started, though a role stopped it', () => {
  const cause = { ...PERSON, detail: 'game-day' } as Cause;
  const outage = only(watched({ ...servedAfter(1_200), ...wish('start', 30), cause }));
  expect(outage?.verdict).toBe('sooner');
});

test('what a person had stopped is left alone: right', () => {
  const outage = only(watched({ ...servedAfter(3_600), cause: PERSON, condition: 'stopped' }));
  expect(outage?.verdict).toBe('left-alone');
});

describe('a takedown', () => {
  /** Impaired, and well again in the same boot. */
  const clearedAfter = (count: number): Partial<Incident> => ({
    condition: 'impaired',
    outage: { lastKnownGood: at(-10), firstKnownBad: at(0), goodAgain: at(count) },
    served: [at(count)],
    launchTimeBefore: BOOT,
    progress: {
      kind: 'serving',
      launchTime: BOOT,
      at: at(count),
      proof: 'status-checks',
      passes: 2,
    },
    resolved: { at: at(count + 120), reason: 'cleared' },
  });

  test('of what recovered by itself before it would have been done is wrong', () => {
    const record = watched({ ...clearedAfter(350), ...wish('stop-start', 300, 'system-impaired') });
    expect(only(record)).toMatchObject({ verdict: 'wrong', estimatedBy: 'assumption' });
  });

  test('of what went on failing would have helped', () => {
    const record = watched({
      ...clearedAfter(5_000),
      ...wish('stop-start', 300, 'system-impaired'),
    });
    expect(only(record)).toMatchObject({ verdict: 'sooner', wouldServeAt: at(300 + 60 + 90) });
  });

  test('that would not have been made of what recovered by itself: waited', () => {
    expect(only(watched(clearedAfter(200)))?.verdict).toBe('waited');
  });
});

test('down, and only a person would have been called: missed', () => {
  const escalated = [{ reason: 'guest-shutdown', at: at(2) }] as const;
  expect(only(watched({ ...servedAfter(900), escalated }))).toMatchObject({
    verdict: 'missed',
    why: 'only a person would have been called (guest-shutdown)',
  });
});

test('stopped during a pause, it is left alone', () => {
  const mandate = { kind: 'hands-off', reason: 'stopped-while-paused' } as const;
  expect(only(watched({ ...servedAfter(900), mandate }))?.verdict).toBe('left-alone');
});

test('what is down still cannot be compared', () => {
  const score = scoreOf([watched(wish('start', 30))]);
  expect(score.outages).toMatchObject([{ verdict: 'open', to: undefined }]);
  expect(score).toMatchObject({ acts: 0, compared: 0 });
});

test('a reservation brings nothing back by itself: no gain is claimed', () => {
  const record = watched({ ...servedAfter(900), ...wish('reserve-capacity', 30, 'reserve-place') });
  expect(only(record)).toMatchObject({ verdict: 'no-gain', wouldServeAt: undefined });
});

test('where it served again without a boot the boots of others are taken', () => {
  const impairment = watched({
    ...wish('reboot', 300, 'instance-impaired'),
    condition: 'impaired',
    outage: { lastKnownGood: at(-10), firstKnownBad: at(0), goodAgain: at(3_000) },
    served: [at(3_000)],
  });
  const others = [40, 50, 70].map((boot) =>
    watched({ ...servedAfter(1_200, boot), ...wish('start', 30) }),
  );
  const first = scoreOf([...others, impairment]).outages.find(
    ({ wouldHave }) => wouldHave?.remediation === 'reboot',
  );
  expect(first).toMatchObject({ estimatedBy: 'other-boots', wouldServeAt: at(300 + 50) });
});

test('a launch from before the outage is no boot that ended it', () => {
  const record = watched({ ...servedAfter(1_200, 1_300), ...wish('start', 30) });
  expect(only(record)).toMatchObject({ estimatedBy: 'assumption', wouldServeAt: at(30 + 90) });
});

test('each outage of one incident is scored by itself', () => {
  const second = servedAfter(5_000);
  const record = watched({
    ...second,
    outage: { lastKnownGood: at(3_990), firstKnownBad: at(4_000), goodAgain: at(5_000) },
    served: [at(600), at(5_000)],
    openedAt: at(1),
    wouldHave: [
      { remediation: 'start', reason: 'stopped-by-aws', at: at(30) },
      { remediation: 'start', reason: 'stopped-by-aws', at: at(4_030) },
    ],
    seen: [state(1, 'stopping'), state(20, 'stopped'), state(560, 'pending')],
  });
  expect(scoreOf([record]).outages.map(({ verdict, to }) => [verdict, to])).toEqual([
    ['sooner', at(600)],
    ['sooner', after(at(0), seconds(5_000))],
  ]);
});

test('nothing to score', () => {
  expect(scoreOf([])).toMatchObject({ outages: [], acts: 0, realMedian: undefined });
});

describe('an incident was only watched', () => {
  const acted = watched({
    attempts: [
      { remediation: 'start', reason: 'stopped-by-aws', at: at(1), outcome: { kind: 'intended' } },
    ],
  });

  test.each([
    ['something would have been done', watched(wish('start', 1)), false, true],
    ['nothing was done, and its policy is in shadow mode', watched(), true, true],
    ['nothing was done, and its policy acts', watched(), false, false],
    ['something was done', acted, true, false],
  ])('%s', (_what, record, isObserved, expected) => {
    expect(isShadow(record, isObserved)).toBe(expected);
  });
});
