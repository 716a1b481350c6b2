import { judge, type FaultKind } from '../../sim/accuracy-judge';
import type { Episode, Label } from '../../sim/scenarios/scenario';
import type { Told } from '../../sim/told';

const POD = 'i-0a1b2c3d4e5f60023';

const told = (at: number, over: Partial<Told> = {}): Told => ({
  at,
  instanceId: POD,
  incidentId: 'pod-23-20240801-1210',
  event: 'opened',
  severity: 'warning',
  reason: 'stopped-by-aws',
  subject: 'pod-23 stopped by AWS',
  text: '',
  ...over,
});
const serving = (at: number, over: Partial<Told> = {}): Told =>
  told(at, { event: 'serving', severity: 'info', reason: 'verifying', ...over });
const page = (at: number, over: Partial<Told> = {}): Told =>
  told(at, { event: 'needs-person', severity: 'critical', reason: 'guest-shutdown', ...over });

/** Down at second 0, known at second 1: the watchdog brings it back by itself. */
const RESCUED: Episode = {
  instanceId: POD,
  why: 'AWS stopped it.',
  fromS: 0,
  telling: { kind: 'at-once', detectableS: 1 },
  messages: 2,
  ordinary: true,
};
/** A person must act from second 0 to 600, and is to be called within a minute and a half. */
const CALLED: Episode = {
  ...RESCUED,
  page: { fromS: 0, byS: 90, toS: 600 },
  messages: 2,
};
/** Somebody wanted it. */
const WANTED: Episode = {
  instanceId: POD,
  why: 'A person stopped it.',
  fromS: 0,
  telling: { kind: 'quiet', loudest: 'info' },
  messages: 2,
};

const only = (...episodes: readonly Episode[]): Label => ({ episodes });
const kinds = (messages: readonly Told[], label: Label): readonly FaultKind[] =>
  judge(messages, label).faults.map(({ kind }) => kind);

describe('an ordinary recovery', () => {
  it('is two messages, the first within 15 s', () => {
    const verdict = judge([told(2.5), serving(60)], only(RESCUED));
    expect(verdict.faults).toEqual([]);
    expect(verdict.episodes[0]).toMatchObject({ messages: 2, firstAlertS: 1.5, sinceBeganS: 2.5 });
    expect(verdict).toMatchObject({ pages: 0, shouldPage: 0, paged: 0, messages: 2 });
  });

  it.each<[string, readonly Told[], FaultKind]>([
    ['a planted false page', [told(2), page(30), serving(60)], 'false page'],
    ['a doubled message', [told(2), told(2), serving(60)], 'too many messages'],
    ['a late alert', [told(16.1), serving(60)], 'late'],
    ['silence', [], 'missed incident'],
    ['a second thread', [told(2), serving(60, { incidentId: 'another' })], 'false incident'],
    [
      'a message about a stranger',
      [told(2), serving(60), told(9, { instanceId: 'i-9' })],
      'false incident',
    ],
  ])('%s is caught', (_name, messages, kind) => {
    expect(kinds(messages, only(RESCUED))).toContain(kind);
  });

  it('counts no digest, which is nobody’s thread', () => {
    const digest = told(3_700, { event: 'digest', severity: 'info', incidentId: 'none' });
    const verdict = judge([told(2), serving(60), digest], only(RESCUED));
    expect(verdict).toMatchObject({ faults: [], messages: 2, digests: 1 });
  });
});

describe('a person must act', () => {
  it('a page in time is right', () => {
    const verdict = judge([page(2)], only(CALLED));
    expect(verdict).toMatchObject({ pages: 1, rightPages: 1, shouldPage: 1, paged: 1, faults: [] });
  });

  it.each<[string, readonly Told[], FaultKind]>([
    ['a missed page', [told(2)], 'missed page'],
    ['a page that comes too late', [told(2), page(91)], 'missed page'],
    ['a page when all is well again', [page(2), page(700, { reason: 'another' })], 'false page'],
  ])('%s is caught', (_name, messages, kind) => {
    expect(kinds(messages, only(CALLED))).toContain(kind);
  });

  it('a page for nobody counts against those that were right', () => {
    expect(judge([page(2)], only(WANTED))).toMatchObject({ pages: 1, rightPages: 0 });
  });

  it('a page that is right and not demanded is missed by nobody', () => {
    const episode: Episode = { ...CALLED, page: { fromS: 0, byS: 'never', toS: 600 } };
    expect(judge([told(2)], only(episode))).toMatchObject({ shouldPage: 0, faults: [] });
    expect(judge([page(2)], only(episode))).toMatchObject({ rightPages: 1, faults: [] });
  });
});

describe('a page that nobody acknowledged', () => {
  it('is sent again after 5 and 15 min: the same page, counted apart', () => {
    const verdict = judge([page(2), page(304), page(905)], only(CALLED_LONG));
    expect(verdict).toMatchObject({ pages: 1, rightPages: 1, repeats: 2, messages: 1, faults: [] });
  });

  it.each([
    ['sooner', [page(2), page(120)]],
    ['at another time', [page(2), page(304), page(600)]],
    ['a third time', [page(2), page(304), page(905), page(2_000)]],
  ])('NOT %s: that is one more page', (_name, messages) => {
    expect(judge(messages, only(CALLED_LONG)).pages).toBe(2);
  });

  it('a repeat is a false page when nobody need act any more', () => {
    const verdict = judge([told(2), page(400), page(702)], only(CALLED_LATE));
    expect(verdict).toMatchObject({ pages: 2, rightPages: 1, repeats: 0 });
    expect(verdict.faults.map(({ kind }) => kind)).toEqual(['false page']);
  });

  it('what EC2 has no capacity for is told again each hour', () => {
    const reason = 'no-capacity';
    const times = [2, 902, 3_602, 7_202].map((at) => page(at, { reason }));
    expect(judge(times, only(CALLED_LONG))).toMatchObject({ pages: 1, repeats: 3 });
  });

  it('NOT once it is acknowledged', () => {
    const label = only({
      ...CALLED_LONG,
      page: { fromS: 0, byS: 90, toS: 9_000, acknowledgedS: 120 },
    });
    expect(kinds([page(2)], label)).toEqual([]);
    expect(kinds([page(2), page(304)], label)).toEqual(['too many messages']);
  });
});

const CALLED_LONG: Episode = { ...CALLED, page: { fromS: 0, byS: 90, toS: 9_000 } };
const CALLED_LATE: Episode = {
  ...CALLED,
  page: { fromS: 0, byS: 450, toS: 600 },
  messages: 3,
};

describe('what somebody wanted', () => {
  it('may be told quietly, or not at all', () => {
    expect(kinds([told(3, { severity: 'info' })], only(WANTED))).toEqual([]);
    expect(kinds([], only(WANTED))).toEqual([]);
  });

  it('a warning is too loud for it', () => {
    expect(kinds([told(3)], only(WANTED))).toEqual(['too loud']);
    const loud: Episode = { ...WANTED, telling: { kind: 'quiet', loudest: 'warning' } };
    expect(kinds([told(3)], only(loud))).toEqual([]);
  });

  it('what the owner wants to hear by a time may be in the digest by then, and NOT later', () => {
    const label = only({ ...WANTED, telling: { kind: 'quiet', loudest: 'info', byS: 5_400 } });
    const digest = (at: number) =>
      told(at, { event: 'digest', severity: 'info', instanceId: 'many', text: `  pod (${POD})` });
    expect(kinds([digest(3_700)], label)).toEqual([]);
    expect(kinds([digest(5_500)], label)).toEqual(['missed incident']);
    expect(kinds([], label)).toEqual(['missed incident']);
  });
});

describe('failing parts of the watchdog', () => {
  const telling = { kind: 'at-once', detectableS: 1, impededUntilS: 600 } as const;
  const { ordinary: _not, ...rest } = RESCUED;
  const label = only({ ...rest, telling });

  it('excuse an alert until a sweep after they work again, and count it apart', () => {
    expect(judge([told(660), serving(661)], label)).toMatchObject({
      faults: [],
      episodes: [{ impeded: true, firstAlertS: 659 }],
    });
  });

  it('excuse it NOT any longer', () => {
    expect(kinds([told(676), serving(680)], label)).toEqual(['late']);
  });
});

describe('a storm', () => {
  const ids = ['i-1', 'i-2', 'i-3'];
  const label = (over: Partial<NonNullable<Label['together']>> = {}): Label => ({
    episodes: ids.map((instanceId, index) => ({
      ...RESCUED,
      instanceId,
      fromS: index * 30,
      telling: { kind: 'at-once', detectableS: index * 30 + 1 },
    })),
    together: { messages: 3, ...over },
  });
  const storm = (at: number, over: Partial<Told> = {}): Told =>
    told(at, {
      event: 'storm',
      instanceId: 'many',
      incidentId: 'storm-1',
      reason: 'storm',
      ...over,
    });

  it('is timed by its first server; who joins it is told with the next update', () => {
    const verdict = judge([storm(2), storm(62), storm(300)], label());
    expect(verdict.faults).toEqual([]);
    expect(verdict.episodes.map(({ firstAlertS }) => firstAlertS)).toEqual([1, null, null]);
  });

  it.each<[string, readonly Told[], Label, FaultKind]>([
    ['a message a server', [2, 3, 4, 5].map((at) => storm(at)), label(), 'too many messages'],
    ['a late first word', [storm(20)], label(), 'late'],
    ['an update that comes too late', [storm(2), storm(400)], label(), 'late'],
    ['no page for all', [storm(2)], label({ pageByS: 90 }), 'missed page'],
    ['a page for nothing', [storm(2, { severity: 'critical' })], label(), 'false page'],
  ])('%s is caught', (_name, messages, wanted, kind) => {
    expect(kinds(messages, wanted)).toContain(kind);
  });

  it('NOT where each goes down alone: then no storm may be told', () => {
    const { together: _none, ...alone } = label();
    expect(kinds([storm(2)], alone)).toContain('false incident');
  });
});
