import type { Hook, HookMoment } from './hook';
import { hookAfter } from './hook-news';
import { awaitsAnswer, lookDue } from './hook-question';
import { commandOf, isEnded, type HookNews, type HookRun, type HookState } from './hook-run';
import type { Incident, Refusal } from './incident';
import { oneLine } from './one-line';
import type { Pause } from './pause';
import type { Policy } from './policy';
import type { InstanceRecord } from './record';
import { takedownsOf } from './takedowns';
import { after, between, earliest, minutes, seconds, type Instant } from './time';

/** A record must stay small; of a server that flaps the oldest runs that ended go first. */
const RUN_LIMIT = 40;
/** Longer than the lease of whoever was to send it: nobody is still about to. */
const UNHEARD_OF_AFTER = seconds(30);
/** What AWS did not take is asked again so soon: an agent needs a moment after a boot. */
const NOT_TAKEN_AGAIN = { soon: seconds(5), later: seconds(30), soonFor: minutes(1) };

/** What the hooks of one instance depend on. */
export interface HookLook {
  readonly incident: Incident;
  readonly policy: Policy;
  readonly pause: Pause;
  readonly news: readonly HookNews[];
  /** Nothing speaks against its planned stop at this moment: it may be drained for it. */
  readonly isStopDue?: boolean;
  readonly now: Instant;
}

/** The incident with its runs brought up to date, and those that are to be sent now. */
export interface HookStep {
  readonly incident: Incident;
  readonly sends: readonly HookSend[];
}

/** A run that is recorded as intended, and is sent once that is stored. */
export interface HookSend {
  readonly hook: Hook;
  readonly run: HookRun;
}

interface Moment {
  readonly on: HookMoment;
  readonly outage: number;
}

/** Which moment of which outage it is; undefined where the hooks have nothing to do with it. */
function momentOf(incident: Incident): Moment | undefined {
  const { progress, condition, served, drain } = incident;
  if (progress.kind === 'serving') return { on: 'serving', outage: served.length };
  // What EC2 calls impaired serves nobody as far as anybody knows, though it runs.
  const isDown = progress.kind === 'down' || condition === 'impaired' || isTakenDown(incident);
  if (isDown) return { on: 'down', outage: served.length + 1 };
  if (drain === undefined || condition !== 'planned') return undefined;
  return {
    on: drain.off === undefined ? 'before-stop' : 'stop-called-off',
    outage: drain.number,
  };
}

/** For planned work: a reboot of ours shows in no state of the instance. */
function isTakenDown(incident: Incident): boolean {
  const { condition } = incident;
  return (
    condition === 'planned' &&
    takedownsOf(incident).some(({ outcome }) => outcome.kind === 'accepted')
  );
}

/**
 * What the hooks of an instance come to at this look: news is taken up, what has no time left is
 * overdue, what is due is intended. Pure; without hooks the incident is the same object.
 */
export function hooksNow(look: HookLook): HookStep {
  const { incident, policy, now } = look;
  if (policy.hooks.length === 0 && incident.hooks === undefined) return { incident, sends: [] };
  const moment = momentOf(incident);
  const known = (incident.hooks ?? []).map((run) =>
    timedOut(outdated(hookAfter(run, look), look, moment), now),
  );
  const runs = [...known, ...begun(known, look, moment)];
  const sends = runs.filter((run) => maySend(run, look)).flatMap((run) => sendOf(run, look));
  if (runs.length === 0) return { incident, sends };
  const next = runs.map((run) => sends.find((send) => send.run.key === run.key)?.run ?? run);
  return { incident: { ...incident, hooks: bounded(next) }, sends };
}

/**
 * What was drained for a stop that does not come is brought back, a pause notwithstanding, as what
 * the watchdog stopped is started (S28). Nothing is drained but for a stop that is due.
 */
function maySend({ on }: HookRun, { pause, policy, isStopDue = false }: HookLook): boolean {
  if (on === 'stop-called-off') return true;
  const isHeldBack = pause.kind !== 'none' || policy.mode !== 'act';
  return !isHeldBack && (on !== 'before-stop' || isStopDue);
}

function bounded(runs: readonly HookRun[]): readonly HookRun[] {
  const over = runs.length - RUN_LIMIT;
  if (over <= 0) return runs;
  const gone = new Set(runs.filter(isEnded).slice(0, over));
  return runs.filter((run) => !gone.has(run));
}

/** A run whose moment is over, or whose hook the policy no longer has. */
function outdated(run: HookRun, { policy, now }: HookLook, moment: Moment | undefined): HookRun {
  if (isEnded(run)) return run;
  const isKnown = policy.hooks.some(({ name, on }) => name === run.name && on === run.on);
  const isPast = moment !== undefined && (moment.outage !== run.outage || moment.on !== run.on);
  return isKnown && !isPast
    ? run
    : { ...run, state: { kind: 'superseded', at: now, ...withCommand(run) } };
}

/** What comes late of its command is known by it, and not taken for another run's. */
function withCommand(run: HookRun): { readonly id?: string } {
  const id = commandOf(run);
  return id === undefined ? {} : { id };
}

function timedOut(run: HookRun, now: Instant): HookRun {
  if (isEnded(run) || now < run.deadlineAt || awaitsAnswer(run, now)) return run;
  return { ...run, state: { kind: 'overdue', at: now, ...withCommand(run) } };
}

/** Runs whose moment has come, and that nothing before them holds up any more. */
function begun(
  runs: readonly HookRun[],
  { incident, policy, isStopDue = false, now }: HookLook,
  moment: Moment | undefined,
): readonly HookRun[] {
  if (moment === undefined || moment.outage === 0) return [];
  if (moment.on === 'before-stop' && !isStopDue) return [];
  const runOf = (name: string): HookRun | undefined =>
    runs.find((run) => run.name === name && run.outage === moment.outage);
  const isFree = ({ after: first }: Hook): boolean => {
    if (first === undefined) return true;
    const other = runOf(first);
    // Whether it was done or not: work that hangs must not hold up the rest.
    return other !== undefined && isEnded(other);
  };
  return wanted(policy, incident, moment)
    .filter((hook) => runOf(hook.name) === undefined && isFree(hook))
    .map((hook) => newRun(hook, { incident, moment, runs, now }));
}

/** The hooks of a moment. None for what the watchdog only watches, or is to leave alone. */
function wanted({ hooks, mode }: Policy, { mandate }: Incident, { on }: Moment): readonly Hook[] {
  const isOurs = on === 'stop-called-off' || (mode === 'act' && mandate.kind === 'rescue');
  return isOurs ? hooks.filter((hook) => hook.on === on) : [];
}

function newRun(
  { name, on, deadline }: Hook,
  {
    incident,
    moment,
    runs,
    now,
  }: {
    readonly incident: Incident;
    readonly moment: Moment;
    readonly runs: readonly HookRun[];
    readonly now: Instant;
  },
): HookRun {
  const { goodAgain } = incident.outage;
  const last = runs.findLast((run) => run.name === name);
  return {
    key: `${incident.id}/${name}/${moment.outage}`,
    name,
    on,
    outage: moment.outage,
    ...windowOf(on, { incident, last, now }),
    ...(on === 'serving' && goodAgain !== undefined && { to: goodAgain }),
    dueAt: now,
    deadlineAt: after(now, deadline),
    tries: 0,
    state: { kind: 'waiting', at: now },
  };
}

/** The outage that a run is about. Around a stop that is only planned it serves: there is none. */
function windowOf(
  on: HookMoment,
  {
    incident: { outage },
    last,
    now,
  }: { readonly incident: Incident; readonly last: HookRun | undefined; readonly now: Instant },
): Pick<HookRun, 'from' | 'firstKnownBad'> {
  if (on === 'before-stop' || on === 'stop-called-off') return { from: now, firstKnownBad: now };
  const { lastKnownGood, firstKnownBad } = outage;
  // What the outage before left undone is made up for with this one.
  return on === 'down' || last === undefined || last.state.kind === 'done'
    ? { from: lastKnownGood, firstKnownBad }
    : { from: last.from, firstKnownBad: last.firstKnownBad };
}

function sendOf(run: HookRun, { policy, now }: HookLook): readonly HookSend[] {
  const hook = policy.hooks.find(({ name }) => name === run.name);
  if (hook === undefined || !isDue(run.state, now)) return [];
  const isRepeat = run.state.kind === 'intended';
  const tries = isRepeat ? run.tries : run.tries + 1;
  return [{ hook, run: { ...run, tries, state: { kind: 'intended', at: now } } }];
}

function isDue(state: HookState, now: Instant): boolean {
  if (state.kind === 'waiting') return now >= state.at;
  // The Lambda that was to send it may have died: the same key makes it the same work.
  return state.kind === 'intended' && between(state.at, now) >= UNHEARD_OF_AFTER;
}

/** How AWS answered what was sent. */
export type HookOutcome = { readonly kind: 'accepted'; readonly id?: string | undefined } | Refusal;

/** The record with what AWS answered to a run that was intended. */
export function settleHook(
  record: InstanceRecord,
  key: string,
  { outcome, now }: { readonly outcome: HookOutcome; readonly now: Instant },
): InstanceRecord {
  const { incident } = record;
  if (incident?.hooks === undefined) return record;
  const hooks = incident.hooks.map((run) =>
    run.key === key && run.state.kind === 'intended' ? settled(run, outcome, now) : run,
  );
  return { ...record, incident: { ...incident, hooks } };
}

function settled(run: HookRun, outcome: HookOutcome, now: Instant): HookRun {
  switch (outcome.kind) {
    case 'accepted': {
      const { id } = outcome;
      const state: HookState = { kind: 'sent', at: now, ...(id !== undefined && { id }) };
      return { ...run, startedAt: run.startedAt ?? now, state };
    }
    case 'refused': {
      const why = oneLine(`${outcome.code}: ${outcome.message}`, 200);
      return { ...run, state: { kind: 'failed', at: now, why } };
    }
    default: {
      const { soon, later, soonFor } = NOT_TAKEN_AGAIN;
      const at = after(now, between(run.dueAt, now) < soonFor ? soon : later);
      // Nothing was begun: it costs no try.
      return { ...run, tries: Math.max(0, run.tries - 1), state: { kind: 'waiting', at } };
    }
  }
}

/** Whether an incident that is otherwise over has work left that its hooks are still at. */
export function hasOpenHooks(incident: Incident, policy: Policy): boolean {
  const runs = incident.hooks ?? [];
  if (runs.some((run) => !isEnded(run))) return true;
  const moment = momentOf(incident);
  if (moment?.on !== 'serving' || moment.outage === 0) return false;
  return wanted(policy, incident, moment).some(
    ({ name }) => !runs.some((run) => run.name === name && run.outage === moment.outage),
  );
}

/** When the hooks want the next look; undefined when nothing is open. */
export function hooksDue({ hooks = [] }: Incident): Instant | undefined {
  const times = hooks
    .filter((run) => !isEnded(run))
    .map((run) => {
      const { state, deadlineAt } = run;
      if (state.kind === 'waiting') return earliest(state.at, deadlineAt);
      if (state.kind !== 'intended') return lookDue(run);
      return earliest(after(state.at, UNHEARD_OF_AFTER), deadlineAt);
    });
  const [first, ...rest] = times;
  return first === undefined ? undefined : earliest(first, ...rest);
}
