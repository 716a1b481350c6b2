import type { Decision } from '../decision';
import { isLeft, leftOf, type HookRun } from '../hook-run';
import type { Incident } from '../incident';
import { oneLine } from '../one-line';
import { drainRuns } from '../open-drain';
import { between, type Instant } from '../time';
import type { PendingAlert } from './alert';
import { length } from './format';

/** What of hooks is to be told now, and the incident that remembers it. */
export interface HooksTold {
  readonly incident: Incident;
  readonly alerts: readonly PendingAlert[];
}

/**
 * A hook that failed or did not end in time is told once, at once, and so is a stop that does not
 * come though its server was drained for it. Where another message of the same look says it, an end
 * or a page, it is told by that. Where the work was done after all, people hear that too.
 */
export function hooksTold(incident: Incident, decision: Decision, now: Instant): HooksTold {
  const { hooks = [] } = incident;
  const news = hooks.filter((run) => isLeft(run) && run.told === undefined);
  const late = hooks.filter((run) => run.state.kind === 'done' && run.told === true);
  const isSame = news.length + late.length === 0;
  const told = hooks.map((run): HookRun => {
    if (news.includes(run)) return { ...run, told: true };
    return late.includes(run) ? withoutMark(run) : run;
  });
  return {
    incident: isSame ? incident : { ...incident, hooks: told },
    alerts: [...leftAlert(incident, news, { decision, now }), ...doneAlert(incident, late, now)],
  };
}

function withoutMark({ told: _nothingIsLeft, ...run }: HookRun): HookRun {
  return run;
}

const keyOf = ({ id }: Incident, what: string, parts: readonly string[]): string =>
  `${id}:${what}:${parts.join(',')}`.slice(0, 200);

function leftAlert(
  incident: Incident,
  news: readonly HookRun[],
  { decision, now }: { readonly decision: Decision; readonly now: Instant },
): readonly PendingAlert[] {
  const isPaged = isSaidByPage(incident, now);
  const callOff = isPaged ? undefined : callOffText(incident, now);
  const said = news.filter(({ on }) => on !== 'before-stop' || !isPaged);
  const isClosed = decision.kind === 'resolve' && decision.reason === 'recovered-work-left';
  if (isClosed || (said.length === 0 && callOff === undefined)) return [];
  const off = callOff === undefined ? [] : [`off:${incident.drain?.number}`];
  const key = keyOf(incident, 'hook', [...said.map((run) => run.key), ...off]);
  const text = [...said.map(sentenceOf), callOff ?? outlookOf(said, incident)].join(' ');
  return [{ key, kind: 'changed', severity: 'warning', at: now, text }];
}

function doneAlert(
  incident: Incident,
  runs: readonly HookRun[],
  now: Instant,
): readonly PendingAlert[] {
  if (runs.length === 0) return [];
  const text = runs.map(({ name }) => `The hook ${name} is done after all.`).join(' ');
  const key = keyOf(
    incident,
    'hook-done',
    runs.map((run) => run.key),
  );
  return [{ key, kind: 'changed', severity: 'info', at: now, text }];
}

/** The page that it could not be drained goes out with this look: it names the hooks. */
function isSaidByPage({ escalated, drain }: Incident, now: Instant): boolean {
  const page = escalated.at(-1);
  return page?.at === now && page.reason === 'not-drained' && drain?.off?.at === now;
}

/** What follows from hooks that failed. */
function outlookOf(said: readonly HookRun[], { planned }: Incident): string {
  const isBefore = said.some(({ on }) => on === 'before-stop');
  const isAsked = planned?.askedBy === 'operator';
  if (isBefore && isAsked) return 'It is stopped all the same, as somebody asked for it now.';
  return said.some(({ on }) => on === 'stop-called-off')
    ? 'It may be taking no chats: see to it that it serves.'
    : 'Other hooks go on; nothing is stopped for it.';
}

/** That it was drained for nothing; undefined where no drain was called off at this look. */
function callOffText(incident: Incident, now: Instant): string | undefined {
  const off = incident.drain?.off;
  if (off?.at !== now) return undefined;
  const why = `The stop for which it was drained is called off (${off.reason}).`;
  return `${why} ${undoText(incident)}`;
}

/** How it comes to take chats again. */
function undoText({ hooks = [], drain }: Incident): string {
  const undoing = hooks.filter(
    ({ on, outage }) => on === 'stop-called-off' && outage === drain?.number,
  );
  const names = undoing.map(({ name }) => name).join(', ');
  return undoing.length === 0
    ? 'Nothing brings it back: see to it yourself that it takes chats again.'
    : `The hook ${names} brings it back; you hear if it does not.`;
}

/** Why it could not be drained, and how it comes back; undefined where that is not so. */
export function undrainedText(incident: Incident): string | undefined {
  if (incident.drain?.off?.reason !== 'not-drained') return undefined;
  const why = drainRuns(incident).filter(isLeft).map(sentenceOf);
  return oneLine([...why, 'It was not stopped.', undoText(incident)].join(' '), 600);
}

/** How a run ended that left its work to a person. */
function sentenceOf({ name, state, tries, dueAt, deadlineAt }: HookRun): string {
  if (state.kind === 'failed') {
    return `The hook ${name} failed (tries: ${tries}): ${state.why}.`;
  }
  const allowed = length(between(dueAt, deadlineAt));
  return tries === 0
    ? `The hook ${name} could not be begun within ${allowed}.`
    : `The hook ${name} did not end within ${allowed}, its deadline.`;
}

/** The same in a line that has little room; empty where nothing is left. */
export function leftInShort(incident: Incident): string {
  const names = leftOf(incident).map(({ name }) => `hook ${name} left to a person`);
  return names.length === 0 ? '' : `, ${names.join(', ')}`;
}

/** What the last message of an incident says of work that is left. */
export function workLeftText(incident: Incident): string {
  return `It recovered. Left to a person: ${leftOf(incident).map(sentenceOf).join(' ')}`;
}

/** What the message that it serves says of its hooks; undefined where there are none. */
export function hooksLine({ hooks = [] }: Incident): string | undefined {
  const serving = hooks.filter(({ on }) => on === 'serving');
  const outage = Math.max(...serving.map((run) => run.outage));
  const runs = serving.filter((run) => run.outage === outage);
  if (runs.length === 0) return undefined;
  const states = runs.map(({ name, state }) => `${name} ${STATE_TEXT[state.kind]}`);
  return `${states.join(', ')}. You hear if one does not end.`;
}

const STATE_TEXT = {
  waiting: 'waits to be sent',
  intended: 'is being sent',
  sent: 'was sent',
  running: 'is at work',
  done: 'is done',
  failed: 'failed',
  overdue: 'is overdue',
  superseded: 'was dropped',
} as const;
