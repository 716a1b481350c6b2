import { alertsFor } from '../../../lambda/core/alert/due';
import type { Decision } from '../../../lambda/core/decision';
import type { Incident } from '../../../lambda/core/incident';
import { REFUSED, aCause, aTakedown, anActor, anIncident, at } from '../builders';

const DEFER: Decision = { kind: 'defer', reason: 'verifying' };
const IGNORE: Decision = { kind: 'ignore', reason: 'stopped-by-person' };
const page = (reason: 'held' | 'no-capacity'): Decision => ({ kind: 'escalate', reason });

const due = (before: Incident | undefined, incident: Incident, decision: Decision) =>
  alertsFor({ before, incident, decision, now: at(9) });
const kinds = (before: Incident | undefined, incident: Incident, decision: Decision) =>
  due(before, incident, decision).alerts.map(({ kind, severity }) => `${kind} ${severity}`);

describe('the alerts of one look', () => {
  it.each<[Decision, string]>([
    [DEFER, 'opened warning'],
    [{ kind: 'remediate', remediation: 'start', reason: 'stopped-by-aws' }, 'opened warning'],
    [IGNORE, 'opened info'],
    [page('held'), 'needs-person critical'],
  ])('the first one, when the decision is %j: %s', (decision, expected) => {
    expect(kinds(undefined, anIncident(), decision)).toEqual([expected]);
  });

  it('none when nothing changed', () => {
    expect(kinds(anIncident(), anIncident(), DEFER)).toEqual([]);
  });

  it('a reason to call a person once, and again only after it served', () => {
    const told = due(anIncident(), anIncident(), page('held')).incident;
    expect(kinds(told, told, page('held'))).toEqual([]);
    const served = { ...told, served: [at(20)] };
    expect(kinds(served, served, page('held'))).toEqual(['needs-person critical']);
  });

  it('no capacity each time that the decision comes, with a key of its own', () => {
    const first = due(anIncident(), anIncident(), page('no-capacity'));
    const second = due(first.incident, first.incident, page('no-capacity'));
    expect(second.alerts).toHaveLength(1);
    expect(second.alerts[0]?.key).not.toBe(first.alerts[0]?.key);
  });

  it('serving, once for each time that it serves', () => {
    const serving = anIncident({ served: [at(8)] });
    expect(kinds(anIncident(), serving, DEFER)).toEqual(['serving info']);
    expect(kinds(serving, serving, DEFER)).toEqual([]);
  });

  it('serving is NOT lost when a person is needed in the same look', () => {
    const serving = anIncident({ served: [at(8)] });
    expect(kinds(anIncident(), serving, page('held'))).toEqual([
      'needs-person critical',
      'serving info',
    ]);
  });

  it.each<[string, Partial<Incident>, Partial<Incident>, string | undefined]>([
    [
      'it served and is down',
      {
        progress: {
          kind: 'serving',
          launchTime: at(1),
          at: at(2),
          proof: 'ready-event',
          passes: 0,
        },
      },
      { progress: { kind: 'down' } },
      'It went down again: stopped by AWS.',
    ],
    [
      'it was impaired and is stopped',
      { condition: 'impaired' },
      {},
      'It is no longer running: stopped by AWS.',
    ],
    [
      'it was to be moved and is stopped',
      { condition: 'planned' },
      {},
      'It is no longer running: stopped by AWS.',
    ],
    [
      'CloudTrail names somebody',
      { cause: aCause({ kind: 'api' }) },
      { cause: aCause({ kind: 'api', actor: anActor({ principal: 'nikki' }) }) },
      'Now known who stopped it: nikki.',
    ],
    [
      'another cause',
      { cause: aCause({ kind: 'unknown' }) },
      {},
      'The cause is now known better: stopped by AWS.',
    ],
    ['only the confidence differs', { cause: aCause({ confidence: 'low' }) }, {}, undefined],
    ['only the evidence differs', { cause: aCause({ evidence: [] }) }, {}, undefined],
  ])('what changed, when %s', (_name, before, after, expected) => {
    const { alerts } = due(anIncident(before), anIncident(after), DEFER);
    expect(alerts.map(({ text }) => text)).toEqual(expected === undefined ? [] : [expected]);
  });

  it('the end without recovery; recovered and cleared are NOT told', () => {
    const resolve = (reason: 'opt-in-removed' | 'recovered' | 'cleared'): Decision => ({
      kind: 'resolve',
      reason,
    });
    expect(kinds(anIncident(), anIncident(), resolve('opt-in-removed'))).toEqual([
      'closed warning',
    ]);
    expect(kinds(anIncident(), anIncident(), resolve('recovered'))).toEqual([]);
    expect(kinds(anIncident(), anIncident(), resolve('cleared'))).toEqual([]);
  });
});

describe('the end of an incident whose server the watchdog had stopped', () => {
  const removed: Decision = { kind: 'resolve', reason: 'opt-in-removed' };
  const boot = (launch: number) =>
    ({ kind: 'booting', launchTime: at(launch), since: at(launch) }) as const;
  const ours = (launch: number) =>
    anIncident({
      condition: 'impaired',
      attempts: [aTakedown('stop-start', at(1))],
      progress: boot(launch),
    });

  // Why this test? Its opt-in tag was removed before a look had seen the stop: nobody was called.
  it('calls a person, also where no look has seen the stop', () => {
    expect(kinds(ours(-900), ours(-900), removed)).toEqual(['closed critical']);
  });

  it('does NOT where it has booted since', () => {
    expect(kinds(ours(5), ours(5), removed)).toEqual(['closed warning']);
  });
});

describe('a planned move', () => {
  const planned = (over: Partial<Incident> = {}) => anIncident({ condition: 'planned', ...over });
  const VETO: Decision = { kind: 'ignore', reason: 'move-vetoed' };
  const CLEARED: Decision = { kind: 'resolve', reason: 'cleared' };

  it('is announced as a fact, and its obstacles are no emergency', () => {
    expect(kinds(undefined, planned(), DEFER)).toEqual(['opened info']);
    expect(kinds(undefined, planned(), page('held'))).toEqual(['needs-person warning']);
  });

  // Why this test? A server that was stopped for its move found no capacity, and nobody was paged.
  it('for which it was taken down is an emergency when it does not come back', () => {
    const moving = planned({ attempts: [aTakedown('stop-start', at(1))] });
    expect(kinds(moving, moving, page('no-capacity'))).toEqual(['needs-person critical']);
    const refused = planned({ attempts: [aTakedown('stop-start', at(1), { outcome: REFUSED })] });
    expect(kinds(refused, refused, page('held'))).toEqual(['needs-person warning']);
  });

  it('that is vetoed after its announcement is told once', () => {
    expect(kinds(planned(), planned(), VETO)).toEqual(['changed info']);
    const vetoed = planned({
      timeline: [{ at: at(5), decision: 'ignore', reason: 'move-vetoed' }],
    });
    expect(kinds(vetoed, vetoed, VETO)).toEqual([]);
  });

  it('that comes to nothing is told; an impairment that passes was told as serving', () => {
    expect(kinds(planned(), planned(), CLEARED)).toEqual(['closed info']);
    const impaired = anIncident({ condition: 'impaired' });
    expect(kinds(impaired, impaired, CLEARED)).toEqual([]);
  });

  it('each rung of a ladder is NOT a message of its own', () => {
    const impaired = anIncident({ condition: 'impaired' });
    const reboot: Decision = {
      kind: 'remediate',
      remediation: 'reboot',
      reason: 'instance-impaired',
    };
    const move: Decision = {
      kind: 'remediate',
      remediation: 'stop-start',
      reason: 'instance-impaired',
    };
    expect(kinds(impaired, impaired, reboot)).toEqual([]);
    expect(kinds(impaired, impaired, move)).toEqual([]);
  });
});
