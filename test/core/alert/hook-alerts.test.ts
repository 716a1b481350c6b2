import { hooksTold } from '../../../lambda/core/alert/hook-alerts';
import { renderStorm } from '../../../lambda/core/alert/storm';
import type { Decision } from '../../../lambda/core/decision';
import type { HookRun, HookState } from '../../../lambda/core/hook-run';
import type { Incident } from '../../../lambda/core/incident';
import { aRecord, anIncident, at } from '../builders';
import { CONTEXT } from './sample';

const aRun = (state: HookState, over: Partial<HookRun> = {}): HookRun => ({
  key: 'pod-23/presence/1',
  name: 'presence',
  on: 'serving',
  outage: 1,
  from: at(-60),
  firstKnownBad: at(-50),
  to: at(0),
  dueAt: at(0),
  deadlineAt: at(60),
  tries: 1,
  state,
  ...over,
});
const OVERDUE = aRun({ kind: 'overdue', at: at(60) });
const FAILED = aRun({ kind: 'failed', at: at(9), why: 'no disk' }, { tries: 3 });
const DONE = aRun({ kind: 'done', at: at(70) });

const VERIFYING: Decision = { kind: 'defer', reason: 'verifying' };
const told = (runs: readonly HookRun[], decision: Decision = VERIFYING) =>
  hooksTold(anIncident({ hooks: runs }), decision, at(61));
const runsOf = ({ hooks = [] }: Incident): readonly HookRun[] => hooks;

describe('a hook whose work is left', () => {
  it.each([
    ['overdue', OVERDUE, 'The hook presence did not end within 1 min, its deadline.'],
    ['failed', FAILED, 'The hook presence failed (tries: 3): no disk.'],
    ['never begun', { ...OVERDUE, tries: 0 }, 'The hook presence could not be begun within 1 min.'],
  ])('is told once, as what it is: %s', (_, run, sentence) => {
    const { incident, alerts } = told([run]);
    expect(alerts).toMatchObject([{ kind: 'changed', severity: 'warning' }]);
    expect(alerts[0]?.text).toBe(`${sentence} Other hooks go on; nothing is stopped for it.`);
    expect(told(runsOf(incident)).alerts).toEqual([]);
  });

  it('is told by the last message where the incident ends with the same look', () => {
    const decision: Decision = { kind: 'resolve', reason: 'recovered-work-left' };
    expect(told([OVERDUE], decision).alerts).toEqual([]);
  });
});

describe('a hook that is done', () => {
  it('is not told, and leaves the very same incident', () => {
    const incident = anIncident({ hooks: [DONE] });
    expect(hooksTold(incident, VERIFYING, at(61))).toEqual({ incident, alerts: [] });
  });

  // Why this test? People were told that work is left to them, and never that it was done.
  it('is told once where people had heard that its work is left', () => {
    const { incident, alerts } = told([{ ...DONE, told: true }]);
    const text = 'The hook presence is done after all.';
    expect(alerts).toMatchObject([{ kind: 'changed', severity: 'info', text }]);
    expect(runsOf(incident)).toEqual([DONE]);
    expect(told(runsOf(incident)).alerts).toEqual([]);
  });
});

// Why this test? In a storm the list of servers speaks for their alerts, and left this out.
describe('the line of a server in a storm', () => {
  const lineOf = (...hooks: readonly HookRun[]): string => {
    const progress = {
      kind: 'serving',
      launchTime: at(3),
      at: at(60),
      proof: 'ready-event',
      passes: 3,
    } as const;
    const record = aRecord({ incident: anIncident({ progress, hooks }) });
    const step = { kind: 'tell', id: 'storm', openedAt: at(2), storm: undefined } as const;
    const { email } = renderStorm(step, [record], { context: CONTEXT, now: at(70) });
    return email.split('\n').find((line) => line.includes('serving after')) ?? '';
  };

  it('says that work is left', () => {
    expect(lineOf(FAILED)).toContain('serving after 1 min, hook presence left to a person');
  });

  it('says nothing of what was done', () => {
    expect(lineOf(DONE)).toMatch(/serving after 1 min$/);
  });
});
