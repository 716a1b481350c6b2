import {
  isInStorm,
  renderStorm,
  stormStep,
  type StormStep,
} from '../../../lambda/core/alert/storm';
import type { Incident } from '../../../lambda/core/incident';
import { NEW_FLEET, type InstanceRecord, type Storm } from '../../../lambda/core/record';
import { aCause, aRecord, anAttempt, anIncident, at } from '../builders';
import { CONTEXT, anAlert } from './sample';

const member = (index: number, over: Partial<Incident> = {}, told = false): InstanceRecord => ({
  ...aRecord({ instanceId: `i-${index}`, incident: anIncident(over) }),
  label: {
    name: `pod-${index}`,
    instanceType: 'm6i.large',
    zone: 'us-east-1b',
    policy: 'livechat',
  },
  outbox: told ? [] : [anAlert('opened', { severity: 'warning' })],
});
const members = (count: number, over: Partial<Incident> = {}, told = false) =>
  Array.from({ length: count }, (_, index) => member(index, over, told));
const SERVING: Partial<Incident> = {
  progress: { kind: 'serving', launchTime: at(3), at: at(60), proof: 'ready-event', passes: 0 },
};

const stepOf = (
  records: readonly InstanceRecord[],
  storm?: Storm,
  { now = at(9), seesAll = true } = {},
): StormStep =>
  stormStep({ fleet: { ...NEW_FLEET, ...(storm && { storm }) }, records, seesAll, now });
const STORM: Storm = {
  id: 'storm-20240801-1210',
  openedAt: at(2),
  nextTellAt: at(62),
  messages: 1,
};

describe('a storm', () => {
  it('is five incidents within five minutes, told as one', () => {
    expect(stepOf(members(5))).toMatchObject({
      kind: 'tell',
      id: 'storm-20240801-1210',
      storm: { messages: 1, nextTellAt: at(69) },
    });
  });

  it('is another one when much goes down together while an old one lingers on', () => {
    const late = { openedAt: at(7_201) };
    const lingering = member(99);
    const now = at(7_205);
    expect(stepOf([lingering, ...members(5, late)], STORM, { now })).toMatchObject({
      kind: 'tell',
      openedAt: now,
      storm: { messages: 1 },
    });
    expect(stepOf([lingering, ...members(4, late)], STORM, { now })).not.toMatchObject({
      storm: { messages: 1 },
    });
  });

  it.each<[string, readonly InstanceRecord[]]>([
    ['four', members(4)],
    ["people's own stops", members(200, { cause: aCause({ kind: 'api' }) })],
    ["a scheduler's evening", members(200, { cause: aCause({ kind: 'scheduler' }) })],
    ['old incidents', members(200, { openedAt: at(-291) })],
    ['told already, one by one', members(200, {}, true)],
    ['instances without incidents', Array.from({ length: 9 }, () => aRecord())],
  ])('is NOT %s', (_name, records) => {
    expect(stepOf(records)).toEqual({ kind: 'none' });
  });

  it('takes in what begins within ten minutes, and NOT what comes later', () => {
    expect(isInStorm(member(1, { openedAt: at(601) }), at(2))).toBe(true);
    expect(isInStorm(member(1, { openedAt: at(602) }), at(2))).toBe(false);
  });

  it.each([
    ['before its next message is due', members(9), at(61), true, 'wait'],
    ['at the time', members(9), at(62), true, 'tell'],
    ['with nothing new', members(9, {}, true), at(62), true, 'wait'],
    ['seeing only a part of it', members(9), at(62), false, 'wait'],
    ['when all serve', members(9, SERVING, true), at(10), true, 'tell'],
  ] as const)('goes on %s: %#', (_name, records, now, seesAll, expected) => {
    expect(stepOf(records, STORM, { now, seesAll }).kind).toBe(expected);
  });

  it('ends with a last message when all serve or are over', () => {
    const over = members(2, { resolved: { at: at(9), reason: 'opt-in-removed' } });
    expect(stepOf([...members(7, SERVING), ...over], STORM)).toMatchObject({ storm: undefined });
    expect(stepOf([...members(7, SERVING), member(9)], STORM).kind).toBe('wait');
  });

  it('updates seldom: a minute after the first message, then every five', () => {
    expect(stepOf(members(9), STORM, { now: at(70) })).toMatchObject({
      storm: { messages: 2, nextTellAt: at(370) },
    });
  });
});

// Why this test? A page of a zone's storm waited for minutes, until its next update was due.
describe('who is needed in a storm', () => {
  const ESCALATED: Partial<Incident> = { escalated: [{ reason: 'zone-storm', at: at(150) }] };
  const calls = (over: Partial<Incident> = {}): InstanceRecord => ({
    ...member(1, { ...ESCALATED, ...over }),
    outbox: [anAlert('needs-person', { reason: 'zone-storm', at: at(150) })],
  });
  const UPDATED: Storm = { ...STORM, nextTellAt: at(362), messages: 2 };
  const kindAt = (records: readonly InstanceRecord[], seconds: number, storm = UPDATED) =>
    stepOf([...members(6, {}, true), ...records], storm, { now: at(seconds) }).kind;

  it('is called a minute after the last message', () => {
    expect([kindAt([calls()], 121), kindAt([calls()], 122)]).toEqual(['wait', 'tell']);
  });

  it('is called at once after the first one', () => {
    expect(kindAt([calls()], 4, STORM)).toBe('tell');
  });

  it.each([
    ['once people were called for another one', [calls(), member(2, ESCALATED, true)]],
    ['once it serves again', [calls({ served: [at(160)] })]],
    ['for news that needs nobody', [member(1)]],
  ])('NOT %s: that waits for the update', (_name, records) => {
    expect([kindAt(records, 361), kindAt(records, 362)]).toEqual(['wait', 'tell']);
  });
});

describe("the storm's message", () => {
  const tell = (records: readonly InstanceRecord[], storm: Storm | undefined = STORM) =>
    renderStorm({ kind: 'tell', id: STORM.id, openedAt: STORM.openedAt, storm }, records, {
      context: CONTEXT,
      now: at(9),
    });

  it('counts, and lists forty at most, those that need a person first', () => {
    const page = { ...member(150), outbox: [anAlert('needs-person', { reason: 'start-refused' })] };
    const started = members(149, { attempts: [anAttempt(at(2))] });
    const { subject, email, severity } = tell([...started, page]);
    expect(subject).toBe('ACT: Storm in us-east-1b: 150 instances, 0 serving, 1 need a person');
    expect(severity).toBe('critical');
    expect(email).toContain('149 starts requested');
    const list = email.split('\n').filter((line) => line.startsWith('  '));
    expect(list).toHaveLength(40);
    expect(list[0]).toContain('ACT pod-150');
    expect(email).toContain('and 110 more');
  });

  it('does NOT ask for anybody while all is handled', () => {
    const { subject, email, severity } = tell(members(9));
    expect(subject).not.toContain('ACT');
    expect(severity).toBe('warning');
    expect(email).toContain('You      nothing to do.');
  });

  // Why this test? Pages that waited for the next update called people when all served again.
  it('does NOT ask for anybody where a page was overtaken: it serves again', () => {
    const page = anAlert('needs-person', { reason: 'no-capacity', at: at(50) });
    const waiting = { ...member(1, { ...SERVING, served: [at(60)] }), outbox: [page] };
    expect(tell([...members(8, SERVING, true), waiting]).severity).toBe('warning');
    const later = { ...waiting, outbox: [{ ...page, at: at(70) }] };
    expect(tell([...members(8, SERVING, true), later]).severity).toBe('critical');
  });

  it('says that it is over', () => {
    const last = renderStorm(
      { kind: 'tell', id: STORM.id, openedAt: STORM.openedAt, storm: undefined },
      members(9, SERVING),
      { context: CONTEXT, now: at(90) },
    );
    expect(last.severity).toBe('info');
    expect(last.email).toContain('this storm is over');
    expect(last.subject).toContain('9 instances, 9 serving');
  });
});

describe('what is no outage, or another one', () => {
  it('planned moves that share a window are NOT a storm', () => {
    expect(stepOf(members(9, { condition: 'planned' })).kind).toBe('none');
    expect(stepOf(members(9)).kind).toBe('tell');
  });

  it('servers that run and are impaired are told as such, and NOT as down', () => {
    const progress = { kind: 'booting', launchTime: at(-500), since: at(2) } as const;
    const ill = members(6, { condition: 'impaired', progress });
    const told = { kind: 'tell', id: 's', openedAt: at(2), storm: STORM } as const;
    const show = (records: readonly InstanceRecord[]): string =>
      renderStorm(told, records, { context: CONTEXT, now: at(9) }).email;
    expect(show(ill)).toContain('6 managed instances are impaired while they run in us-east-1b.');
    expect(show(ill)).toContain(': impaired for 9 s');
    expect(show(ill)).not.toContain('down');
    expect(show([...members(5), ...ill])).toContain(
      '5 managed instances went down and 6 managed instances are impaired while they run',
    );
  });
});
