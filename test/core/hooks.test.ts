import type { Hook } from '../../lambda/core/hook';
import type { HookNews, HookProgress, HookRun } from '../../lambda/core/hook-run';
import { hasOpenHooks, hooksDue, hooksNow, settleHook } from '../../lambda/core/hooks';
import type { Incident } from '../../lambda/core/incident';
import { seconds, type Instant } from '../../lambda/core/time';
import { aPolicy, aRecord, anIncident, at } from './builders';

const base = { deadline: seconds(60), retries: 1 };
const OFFLINE: Hook = { ...base, name: 'offline', on: 'down', kind: 'event' };
const PRESENCE: Hook = { ...base, name: 'presence', on: 'serving', kind: 'event' };
const BACKFILL: Hook = {
  ...base,
  name: 'backfill',
  on: 'serving',
  kind: 'ssm',
  document: 'LiveChat-Backfill',
  after: 'presence',
};
const policy = aPolicy({ hooks: [OFFLINE, PRESENCE, BACKFILL] });

const down = (over: Partial<Incident> = {}): Incident =>
  anIncident({ progress: { kind: 'down' }, served: [], ...over });
const serving = (over: Partial<Incident> = {}): Incident =>
  anIncident({
    outage: { lastKnownGood: at(-20), firstKnownBad: at(0), goodAgain: at(60) },
    progress: { kind: 'serving', launchTime: at(30), at: at(60), proof: 'ready-event', passes: 0 },
    served: [at(60)],
    ...over,
  });

interface Look {
  readonly now: Instant;
  readonly news?: readonly HookNews[];
  readonly over?: Partial<Parameters<typeof hooksNow>[0]>;
}

const look = (incident: Incident, { now, news = [], over = {} }: Look) =>
  hooksNow({ incident, policy, pause: { kind: 'none' }, news, now, ...over });

/** One look, and AWS takes what it sends. */
function lived(incident: Incident, { now, news, over }: Look): Incident {
  const step = look(incident, { now, ...(news && { news }), ...(over && { over }) });
  const settled = step.sends.reduce(
    (record, { run }) => settleHook(record, run.key, { outcome: { kind: 'accepted' }, now }),
    aRecord({ incident: step.incident }),
  );
  return settled.incident ?? step.incident;
}

const runOf = (incident: Incident, name: string): HookRun | undefined =>
  incident.hooks?.findLast((run) => run.name === name);
const stateOf = (incident: Incident, name: string): string | undefined =>
  runOf(incident, name)?.state.kind;
const says = (
  key: string | undefined,
  status: HookProgress,
  more: { readonly at?: Instant; readonly attempt?: number; readonly chatsRecovered?: number } = {},
): HookNews => ({ kind: 'callback', at: at(62), key: key ?? '', status, ...more });

describe('a policy without hooks', () => {
  it('leaves the very same incident', () => {
    const incident = serving();
    const step = look(incident, { now: at(60), over: { policy: aPolicy() } });
    expect(step).toEqual({ incident, sends: [] });
    expect(step.incident).toBe(incident);
  });
});

describe('hooks are due', () => {
  it('when it is down, those of that moment, with a window without an end', () => {
    const { incident, sends } = look(down(), { now: at(2) });
    expect(sends.map(({ run }) => run.name)).toEqual(['offline']);
    expect(sends[0]?.run).toMatchObject({ key: `${incident.id}/offline/1`, tries: 1, outage: 1 });
    expect(sends[0]?.run.to).toBeUndefined();
  });

  it('when it serves, in their order, with the window', () => {
    const first = look(serving(), { now: at(61) });
    expect(first.sends.map(({ run }) => run.name)).toEqual(['presence']);
    expect(first.sends[0]?.run).toMatchObject({ from: at(-20), firstKnownBad: at(0), to: at(60) });
    const sent = lived(serving(), { now: at(61) });
    const key = runOf(sent, 'presence')?.key;
    const second = look(sent, { now: at(63), news: [says(key, 'done')] });
    expect(second.sends.map(({ run }) => run.name)).toEqual(['backfill']);
  });

  it.each([
    ['a policy that observes', { policy: { ...policy, mode: 'observe' as const } }],
    ['a pause', { pause: { kind: 'held' as const, reason: 'by hand' } }],
  ])('but not sent during %s', (_, over) => {
    expect(
      look(serving(), { now: at(61), over: over as Partial<Parameters<typeof hooksNow>[0]> }).sends,
    ).toEqual([]);
  });

  it('but not for a server that was to be left alone', () => {
    const mandate = { kind: 'hands-off', reason: 'stopped-while-paused' } as const;
    expect(look(serving({ mandate }), { now: at(61) }).sends).toEqual([]);
  });

  it('once: a second look at once sends nothing', () => {
    const sent = lived(serving(), { now: at(61) });
    expect(look(sent, { now: at(62) }).sends).toEqual([]);
  });

  it('again with the same key, where nothing was heard of the intent for 30 s', () => {
    const died = look(serving(), { now: at(61) }).incident;
    expect(look(died, { now: at(90) }).sends).toEqual([]);
    const again = look(died, { now: at(91) }).sends;
    expect(again.map(({ run }) => [run.key, run.tries])).toEqual([[`${died.id}/presence/1`, 1]]);
  });
});

describe('what is told of a run', () => {
  const sent = lived(serving(), { now: at(61) });
  const key = runOf(sent, 'presence')?.key;

  it('ends it, however often and late it is told', () => {
    const done = lived(sent, { now: at(63), news: [says(key, 'done', { chatsRecovered: 7 })] });
    const again = lived(done, {
      now: at(70),
      news: [says(key, 'done'), says(key, 'failed'), says(key, 'started')],
    });
    expect(runOf(again, 'presence')).toEqual(runOf(done, 'presence'));
    expect(runOf(done, 'presence')?.state).toEqual({
      kind: 'done',
      at: at(62),
      chatsRecovered: 7,
    });
  });

  it('counts after the deadline too', () => {
    const late = lived(sent, { now: at(200) });
    expect(stateOf(late, 'presence')).toBe('overdue');
    expect(stateOf(lived(late, { now: at(201), news: [says(key, 'done')] }), 'presence')).toBe(
      'done',
    );
  });

  it('that it failed brings the next try after a while, and then it failed for good', () => {
    const failed = look(sent, { now: at(63), news: [says(key, 'failed'), says(key, 'failed')] });
    expect(failed.sends).toEqual([]);
    expect(stateOf(failed.incident, 'presence')).toBe('waiting');
    const again = lived(failed.incident, { now: at(68) });
    expect(runOf(again, 'presence')).toMatchObject({ key, tries: 2, state: { kind: 'sent' } });
    const late = lived(again, { now: at(69), news: [says(key, 'failed', { attempt: 1 })] });
    expect(stateOf(late, 'presence')).toBe('sent');
    const last = lived(again, { now: at(69), news: [says(key, 'failed', { attempt: 2 })] });
    expect(stateOf(last, 'presence')).toBe('failed');
  });

  it('of another key changes nothing', () => {
    const other = lived(sent, { now: at(63), news: [says('other/presence/1', 'done')] });
    expect(stateOf(other, 'presence')).toBe('sent');
  });
});

describe('a hook that hangs', () => {
  it('is overdue at its deadline, not before, and lets the next one go on', () => {
    const sent = lived(serving(), { now: at(61) });
    expect(stateOf(lived(sent, { now: at(120) }), 'presence')).toBe('sent');
    const late = look(sent, { now: at(121) });
    expect(stateOf(late.incident, 'presence')).toBe('overdue');
    expect(late.sends.map(({ run }) => run.name)).toEqual(['backfill']);
  });

  it('keeps the incident open until then, and no longer', () => {
    const only = { ...policy, hooks: [PRESENCE] };
    const sent = lived(serving(), { now: at(61), over: { policy: only } });
    expect(hasOpenHooks(sent, only)).toBe(true);
    expect(hooksDue(sent)).toBe(at(121));
    const late = lived(sent, { now: at(121), over: { policy: only } });
    expect(hasOpenHooks(late, only)).toBe(false);
    expect(hooksDue(late)).toBeUndefined();
  });
});

describe('another outage of the same incident', () => {
  const sent = lived(serving(), { now: at(61) });
  const again = { lastKnownGood: at(80), firstKnownBad: at(90), goodAgain: at(150) };
  const downAgain = lived({ ...sent, progress: { kind: 'down' } }, { now: at(95) });
  const back = serving({
    ...(downAgain.hooks && { hooks: downAgain.hooks }),
    outage: again,
    served: [at(60), at(150)],
  });

  it('drops what was under way, and its next run makes up for both windows', () => {
    expect(stateOf(downAgain, 'presence')).toBe('superseded');
    const next = look(back, { now: at(151) }).sends[0]?.run;
    expect(next).toMatchObject({ outage: 2, from: at(-20), firstKnownBad: at(0), to: at(150) });
  });

  it('has its own window alone where the work of the first one was done', () => {
    const done = lived(sent, { now: at(63), news: [says(runOf(sent, 'presence')?.key, 'done')] });
    const next = look({ ...back, hooks: done.hooks }, { now: at(151) }).sends[0]?.run;
    expect(next).toMatchObject({ outage: 2, from: at(80), firstKnownBad: at(90) });
  });
});

describe('what AWS answers', () => {
  const { incident, sends } = look(serving(), { now: at(61) });
  const key = sends[0]?.run.key ?? '';
  const settled = (outcome: Parameters<typeof settleHook>[2]['outcome']): Incident | undefined =>
    settleHook(aRecord({ incident }), key, { outcome, now: at(62) }).incident;

  it('not taken costs no try, and is sent again soon', () => {
    const waits = settled({ kind: 'unavailable', code: 'InvalidInstanceId' });
    expect(waits && runOf(waits, 'presence')).toMatchObject({
      tries: 0,
      state: { kind: 'waiting', at: at(67) },
    });
  });

  it('refused is a failure at once, with its reason', () => {
    const refused = settled({ kind: 'refused', code: 'AccessDenied', message: 'no' });
    expect(refused && runOf(refused, 'presence')?.state).toEqual({
      kind: 'failed',
      at: at(62),
      why: 'AccessDenied: no',
    });
  });
});
