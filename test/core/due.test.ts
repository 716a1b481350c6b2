import type { Decision } from '../../lambda/core/decision';
import { lookupDue, nextLook } from '../../lambda/core/due';
import type { Incident } from '../../lambda/core/incident';
import type { EscalateReason } from '../../lambda/core/reasons';
import { aCause, aRecord, anActor, anAttempt, anIncident, at } from './builders';

const START: Decision = { kind: 'remediate', remediation: 'start', reason: 'stopped-by-aws' };
const VERIFY: Decision = { kind: 'defer', reason: 'verifying' };
const IGNORE: Decision = { kind: 'ignore', reason: 'stopped-by-person' };
const page = (reason: EscalateReason): Decision => ({ kind: 'escalate', reason });

/** Seconds from now to the next look. */
function wait(incident: Partial<Incident>, decision: Decision, now: number): number | undefined {
  const next = nextLook(aRecord({ incident: anIncident(incident) }), decision, at(now));
  return next === undefined ? undefined : (next - at(now)) / 1_000;
}

describe('the next look', () => {
  it("is the sweep's where nothing is open", () => {
    const healthy: Decision = { kind: 'ignore', reason: 'healthy' };
    expect(nextLook(aRecord(), healthy, at(0))).toBeUndefined();
    const resolved = anIncident({ resolved: { at: at(0), reason: 'recovered' } });
    expect(nextLook(aRecord({ incident: resolved }), healthy, at(0))).toBeUndefined();
  });

  it('comes soon while an alert has not gone out, whatever else', () => {
    const outbox = [{ key: 'k', kind: 'notice', severity: 'info', at: at(0) } as const];
    const next = nextLook(aRecord({ outbox }), { kind: 'ignore', reason: 'healthy' }, at(0));
    expect(next).toBe(at(4));
  });

  it('does NOT come soon, for ever, for what was told as planned: that is not told again', () => {
    const escalated = [{ reason: 'held', at: at(9_000) } as const];
    expect(wait({ condition: 'planned', escalated }, page('held'), 9_400)).toBe(60);
    expect(wait({ escalated }, page('held'), 9_240)).toBe(60);
    expect(wait({ escalated }, page('held'), 9_290)).toBe(10);
  });

  it.each<[string, Partial<Incident>, Decision, number, number | undefined]>([
    ['after an act', { attempts: [anAttempt(at(2))] }, START, 3, 4],
    ['ten minutes after the act', { attempts: [anAttempt(at(2))] }, VERIFY, 601, 4],
    ['later', { attempts: [anAttempt(at(2))] }, VERIFY, 602, 60],
    [
      'at a time that is due sooner',
      {},
      { kind: 'defer', reason: 'startup-grace', until: at(930) },
      900,
      30,
    ],
    [
      'a minute away at most',
      {},
      { kind: 'defer', reason: 'startup-grace', until: at(2_000) },
      900,
      60,
    ],
    [
      'backing off has its time',
      {},
      { kind: 'defer', reason: 'backing-off', until: at(33) },
      3,
      30,
    ],
    [
      'cooling down, a minute at most',
      {},
      { kind: 'defer', reason: 'cooldown', until: at(500) },
      3,
      60,
    ],
    [
      'being drained, which brings word by itself',
      {},
      { kind: 'defer', reason: 'draining', until: at(600) },
      3,
      60,
    ],
    [
      'in the past counts as soon',
      {},
      { kind: 'defer', reason: 'backing-off', until: at(2) },
      3,
      4,
    ],
    ['while paused', {}, page('paused'), 900, 60],
    ['while there is no capacity', {}, page('no-capacity'), 900, 60],
  ])('%s: %#', (_name, incident, decision, now, expected) => {
    expect(wait(incident, decision, now)).toBe(expected);
  });

  it.each<EscalateReason>([
    'stopped-before-enrolment',
    'stopped-while-paused',
    'guest-shutdown',
    'configuration-fault',
    'observe-mode',
    'start-does-not-hold',
    'gave-up',
  ])("is the sweep's once a person has it: %s", (reason) => {
    expect(wait({}, page(reason), 10)).toBeUndefined();
  });
});

describe('CloudTrail is asked who stopped it', () => {
  const api = (over: Partial<Incident> = {}): Incident =>
    anIncident({ cause: aCause({ kind: 'api' }), ...over });

  it('5 and 15 minutes after the stop, and no more', () => {
    expect(lookupDue(api(), at(10))).toBe(at(300));
    expect(lookupDue(api({ lookups: [at(301)] }), at(10))).toBe(at(900));
    expect(lookupDue(api({ lookups: [at(301), at(901)] }), at(10))).toBeUndefined();
    // CloudTrail that never answers is not asked for ever.
    expect(lookupDue(api(), at(1_799))).toBe(at(300));
    expect(lookupDue(api(), at(1_801))).toBeUndefined();
  });

  // Why this test? A person stopped what had been impaired, and told to a person, for an hour:
  // CloudTrail was not asked, since half an hour of the outage was over.
  it('also after a stop of what had been impaired for long', () => {
    const outage = { lastKnownGood: at(-3_600), firstKnownBad: at(-3_600) };
    const stopped = api({ outage, progress: { kind: 'down', since: at(0) } });
    expect(lookupDue(stopped, at(10))).toBe(at(300));
    expect(lookupDue(stopped, at(1_801))).toBeUndefined();
  });

  it('also when nothing explains the stop', () => {
    expect(lookupDue(anIncident({ cause: aCause({ kind: 'unknown' }) }), at(10))).toBe(at(300));
  });

  it.each<[string, Partial<Incident>]>([
    ['known already', { cause: aCause({ kind: 'api', actor: anActor() }) }],
    ['AWS', { cause: aCause({ kind: 'aws' }) }],
    ['the guest', { cause: aCause({ kind: 'guest' }) }],
    ['impaired, not stopped', { cause: aCause({ kind: 'unknown' }), condition: 'impaired' }],
  ])('but NOT when it is %s', (_name, over) => {
    expect(lookupDue(api(over), at(10))).toBeUndefined();
  });

  it('and a look is made for the answer, though the watchdog does no more', () => {
    const cause = aCause({ kind: 'api' });
    expect(wait({ cause }, IGNORE, 290)).toBe(10);
    expect(wait({ cause }, IGNORE, 10)).toBe(60);
    expect(wait({ cause }, IGNORE, 400)).toBe(4);
    expect(wait({ cause, lookups: [at(301), at(901)] }, IGNORE, 1_000)).toBeUndefined();
  });
});
