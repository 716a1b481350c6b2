import type { Decision } from '../decision';
import { isLeft, leftOf, type HookRun } from '../hook-run';
import type { Incident } from '../incident';
import { between, type Instant } from '../time';
import type { PendingAlert } from './alert';
import { length } from './format';

/** What of hooks is to be told now, and the incident that remembers it. */
export interface HooksTold {
  readonly incident: Incident;
  readonly alerts: readonly PendingAlert[];
}

/**
 * A hook that failed or did not end in time is told once, at once. Where the incident ends with the
 * same look its last message says it.
 */
export function hooksTold(incident: Incident, decision: Decision, now: Instant): HooksTold {
  const { hooks = [] } = incident;
  const news = hooks.filter((run) => isLeft(run) && run.told === undefined);
  if (news.length === 0) return { incident, alerts: [] };
  const told = hooks.map((run): HookRun => (news.includes(run) ? { ...run, told: true } : run));
  const isClosed = decision.kind === 'resolve' && decision.reason === 'recovered-work-left';
  const text = `${news.map(sentenceOf).join(' ')} Other hooks go on; nothing is stopped for it.`;
  const key = `${incident.id}:hook:${news.map(({ key: run }) => run).join(',')}`.slice(0, 200);
  return {
    incident: { ...incident, hooks: told },
    alerts: isClosed ? [] : [{ key, kind: 'changed', severity: 'warning', at: now, text }],
  };
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
