import { lookDue, questionDue, questionsOf } from '../../lambda/core/hook-question';
import type { HookNews, HookRun, HookState } from '../../lambda/core/hook-run';
import { hooksDue, hooksNow } from '../../lambda/core/hooks';
import type { Hook } from '../../lambda/core/hook';
import type { Incident } from '../../lambda/core/incident';
import { seconds, type Instant } from '../../lambda/core/time';
import { aPolicy, anIncident, at } from './builders';

const COMMAND = 'c-1';
const BACKFILL: Hook = {
  name: 'backfill',
  on: 'serving',
  kind: 'ssm',
  document: 'LiveChat-Backfill',
  deadline: seconds(600),
  retries: 0,
};
const policy = aPolicy({ hooks: [BACKFILL, { ...BACKFILL, name: 'index' }] });

/** Sent at 0 s, and to be over within ten minutes. */
const aRun = (over: Partial<HookRun> = {}): HookRun => ({
  key: 'pod-23/backfill/1',
  name: 'backfill',
  on: 'serving',
  outage: 1,
  from: at(-60),
  firstKnownBad: at(-50),
  to: at(0),
  dueAt: at(0),
  deadlineAt: at(600),
  tries: 1,
  state: { kind: 'sent', at: at(0), id: COMMAND },
  ...over,
});
const askedAt = (when: number, isAnswered?: true): HookRun =>
  aRun({ asked: { at: at(when), ...(isAnswered && { isAnswered }) } });

describe('a command of which nothing is heard', () => {
  it.each([
    ['after a minute', aRun(), 60],
    ['after another one', askedAt(60, true), 120],
    ['then ever more rarely', askedAt(120, true), 240],
    ['at least once in five minutes', aRun({ ...askedAt(400), deadlineAt: at(5_000) }), 700],
    ['at its deadline', askedAt(400, true), 600],
    ['at its deadline, where that comes first', aRun({ deadlineAt: at(30) }), 30],
    ['soon again, where the answer that counts did not come', askedAt(601), 621],
  ])('is asked about %s', (_, run, when) => {
    expect(questionDue(run)).toBe(at(when));
    expect(questionsOf('i-1', [run], at(when - 1))).toEqual([]);
    const question = { instanceId: 'i-1', commandId: COMMAND, dueAt: at(when) };
    expect(questionsOf('i-1', [run], at(when))).toEqual([question]);
  });

  it.each<readonly [string, HookRun]>([
    ['that was answered for after its deadline', askedAt(600, true)],
    ['whose id nobody knows', aRun({ state: { kind: 'sent', at: at(0) } })],
    ...(['done', 'overdue', 'superseded'] as const).map((kind): readonly [string, HookRun] => [
      `that is ${kind}`,
      aRun({ state: { kind, at: at(9), id: COMMAND } as HookState }),
    ]),
  ])('is not asked about: one %s', (_, run) => {
    expect(questionDue(run)).toBeUndefined();
    expect(questionsOf('i-1', [run], at(9_999))).toEqual([]);
  });
});

const serving = (...hooks: readonly HookRun[]): Incident =>
  anIncident({
    hooks,
    progress: { kind: 'serving', launchTime: at(-30), at: at(0), proof: 'ready-event', passes: 0 },
    served: [at(0)],
  });
const other = aRun({ name: 'index', key: 'pod-23/index/1', state: { kind: 'done', at: at(1) } });

/** The run after a look that brings this. */
function after(run: HookRun, now: Instant, ...news: readonly HookNews[]): HookRun | undefined {
  const incident = serving(run, other);
  const step = hooksNow({ incident, policy, pause: { kind: 'none' }, news, now });
  return step.incident.hooks?.find(({ key }) => key === run.key);
}

const asked = (when: number, isAnswered: boolean): HookNews => ({
  kind: 'asked',
  at: at(when),
  commandId: COMMAND,
  isAnswered,
});
const command = (status: 'started' | 'done', when: number): HookNews => ({
  kind: 'command',
  at: at(when),
  commandId: COMMAND,
  document: 'LiveChat-Backfill',
  status,
});

describe('at its deadline a command', () => {
  it('waits for the answer, which may say that it ended', () => {
    expect(after(aRun(), at(601))?.state.kind).toBe('sent');
    const done = after(aRun(), at(601), asked(601, true), command('done', 590));
    expect(done?.state).toEqual({ kind: 'done', at: at(590) });
  });

  it('is overdue by the answer that it still runs, or that nobody knows of it', () => {
    expect(after(aRun(), at(601), asked(601, true), command('started', 601))?.state.kind).toBe(
      'overdue',
    );
    expect(after(aRun(), at(601), asked(601, true))?.state.kind).toBe('overdue');
  });

  it('is overdue two minutes later, whatever is not answered', () => {
    const unanswered = after(aRun(), at(601), asked(601, false));
    expect(unanswered?.state.kind).toBe('sent');
    expect(after(askedAt(700), at(719))?.state.kind).toBe('sent');
    expect(after(askedAt(700), at(720))?.state.kind).toBe('overdue');
  });

  it('wants no look later than that', () => {
    expect(lookDue(askedAt(719))).toBe(at(720));
    expect(hooksDue(serving(aRun()))).toBe(at(60));
  });

  // Why this test? The id went with the state, and the late word of Systems Manager was lost.
  it('still ends by a late word', () => {
    const overdue = after(aRun(), at(720));
    expect(overdue && after(overdue, at(730), command('done', 725))?.state.kind).toBe('done');
  });

  it('of a program is overdue at once: nobody can be asked', () => {
    const program = aRun({ state: { kind: 'sent', at: at(0) } });
    expect(after(program, at(599))?.state.kind).toBe('sent');
    expect(after(program, at(600))?.state.kind).toBe('overdue');
  });
});

describe('a command whose id was not written', () => {
  const died = aRun({ state: { kind: 'intended', at: at(0) } });

  it('is known by its document', () => {
    expect(after(died, at(9), command('done', 8))?.state.kind).toBe('done');
  });

  // Why this test? Two hooks may name one document: the end of one was taken for the other's.
  it('but not by the command of another run', () => {
    const theirs = aRun({ ...other, state: { kind: 'sent', at: at(0), id: COMMAND } });
    const { incident } = hooksNow({
      incident: serving(died, theirs),
      policy,
      pause: { kind: 'none' },
      news: [command('done', 8)],
      now: at(9),
    });
    expect(incident.hooks?.map(({ state }) => state.kind)).toEqual(['intended', 'done']);
  });
});
