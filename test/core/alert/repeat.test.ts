import { alertsFor } from '../../../lambda/core/alert/due';
import { repeatOf, withRepeat } from '../../../lambda/core/alert/repeat';
import type { Decision } from '../../../lambda/core/decision';
import type { Incident } from '../../../lambda/core/incident';
import { NO_CAPACITY, aTakedown, anAttempt, anIncident, at } from '../builders';

const paged = (over: Partial<Incident> = {}): Incident =>
  anIncident({ escalated: [{ reason: 'held', at: at(0) }], ...over });

describe('the page that is due again', () => {
  it('after five minutes, then after fifteen, and NOT a third time', () => {
    const once = withRepeat(paged());
    expect(repeatOf(paged())?.dueAt).toBe(at(300));
    expect(repeatOf(once)?.dueAt).toBe(at(900));
    expect(repeatOf(withRepeat(once))).toBeUndefined();
  });

  it('counts from when SNS took it, NOT from when it was decided, nor from another message', () => {
    const sent = [
      { kind: 'opened', severity: 'warning', at: at(-60), sentAt: at(-59) },
      { kind: 'needs-person', severity: 'critical', at: at(0), sentAt: at(57) },
      { kind: 'needs-person', severity: 'critical', at: at(300), sentAt: at(358) },
    ] as const;
    expect(repeatOf(paged({ sent }))?.dueAt).toBe(at(357));
    expect(repeatOf(withRepeat(paged({ sent })))?.dueAt).toBe(at(957));
    expect(repeatOf(paged({ sent: sent.slice(0, 1) }))?.dueAt).toBe(at(300));
  });

  it('is the last one: what was said before has been overtaken', () => {
    const escalated = [
      { reason: 'held', at: at(0) },
      { reason: 'stuck-stopping', at: at(60) },
    ] as const;
    expect(repeatOf(paged({ escalated }))?.page.reason).toBe('stuck-stopping');
    expect(withRepeat(paged({ escalated })).escalated.map(({ repeats }) => repeats)).toEqual([
      undefined,
      1,
    ]);
  });

  it.each<[string, Partial<Incident>]>([
    ['nobody was called', { escalated: [] }],
    ['somebody has it', { acknowledged: { at: at(9), by: '' } }],
    ['it is over', { resolved: { at: at(9), reason: 'cleared' } }],
    ['it has served since', { served: [at(9)] }],
    ['AWS took a start since', { attempts: [anAttempt(at(9))] }],
    [
      'it is a reminder, which comes by itself',
      {
        escalated: [
          { reason: 'no-capacity', at: at(-900) },
          { reason: 'no-capacity', at: at(0) },
        ],
      },
    ],
  ])('is NOT where %s', (_name, over) => {
    expect(repeatOf(paged(over))).toBeUndefined();
  });

  it.each<[string, Partial<Incident>]>([
    ['it served before', { served: [at(-9)] }],
    ['AWS took a start before', { attempts: [anAttempt(at(-9))] }],
    ['AWS refused one since', { attempts: [anAttempt(at(9), NO_CAPACITY)] }],
  ])('is all the same where %s', (_name, over) => {
    expect(repeatOf(paged(over))).toBeDefined();
  });
});

describe('of an incident', () => {
  const HELD: Decision = { kind: 'escalate', reason: 'held' };
  const kinds = (incident: Incident, decision: Decision, seconds = 301) =>
    alertsFor({ before: incident, incident, decision, now: at(seconds) }).alerts.map(
      ({ kind, repeat }) => `${kind} ${repeat ?? ''}`.trim(),
    );

  it('its page comes again when that is due, and NOT before', () => {
    expect(kinds(paged(), HELD)).toEqual(['needs-person 1']);
    expect(kinds(paged(), HELD, 299)).toEqual([]);
  });

  it('that ends in this look the end is told, and NOT the page once more', () => {
    expect(kinds(paged(), { kind: 'resolve', reason: 'cleared' })).toEqual(['closed']);
  });

  it('that is only planned nothing is an emergency, and nothing comes again', () => {
    expect(kinds(paged({ condition: 'planned' }), HELD)).toEqual([]);
    const moving = paged({ condition: 'planned', attempts: [aTakedown('stop-start', at(-9))] });
    expect(kinds(moving, HELD)).toEqual(['needs-person 1']);
  });

  it('whose page was answered by its recovery the end is NOT told again', () => {
    const served = paged({ served: [at(9)] });
    expect(kinds(served, { kind: 'resolve', reason: 'recovered' })).toEqual([]);
    const unserved = paged({ served: [at(-9)] });
    expect(kinds(unserved, { kind: 'resolve', reason: 'recovered' })).toEqual(['closed']);
  });
});
