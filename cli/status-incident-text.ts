import { oneLine } from '../lambda/core/one-line';
import type { HookStatus, IncidentStatus, Status } from './status-form';
import { agoText, clockText } from './status-time';
import { shown } from './targets';
import type { Colors } from './terminal';

const LINE = 200;

/** What the lines of an incident need beside the status. */
export interface IncidentTextOptions {
  readonly colors: Colors;
  readonly runbook: string;
}

/** Every open incident, what needs a person first. */
export function incidentLines(status: Status, options: IncidentTextOptions): readonly string[] {
  return status.incidents.flatMap((incident, index) => [
    ...(index === 0 ? [] : ['']),
    ...linesOf(incident, { ...options, now: status.at }),
  ]);
}

/** What waits for a person, and what somebody has in hand; nothing for the rest. */
function markOf({ attention, acknowledged }: IncidentStatus, colors: Colors): string {
  if (attention !== 'needs-person') return '';
  return acknowledged === null ? colors.red('ACT  ') : colors.yellow('ACK  ');
}

function linesOf(
  incident: IncidentStatus,
  { colors, runbook, now }: IncidentTextOptions & { readonly now: string },
): readonly string[] {
  const row = (label: string, text: string): string =>
    `  ${colors.dim(label.padEnd(8))} ${oneLine(text, LINE)}`;
  const title = colors.bold(shown(incident.name));
  return [
    `${markOf(incident, colors)}${title}  ${stateText(incident, now)}`,
    row('incident', `${incident.id}, policy ${shown(incident.policy)}`),
    row('where', whereText(incident)),
    row('cause', `${incident.cause.text}, ${incident.cause.confidence} confidence`),
    ...doneTexts(incident).map((text, index) => row(index === 0 ? 'done' : '', text)),
    ...(incident.decision === null
      ? []
      : [row('now', `${incident.decision.text} (${incident.decision.reason})`)]),
    ...(incident.hooks.length === 0 ? [] : [row('hooks', hooksText(incident))]),
    ...calledTexts(incident).map((text, index) => row(index === 0 ? 'called' : '', text)),
    ...(incident.expect === null ? [] : [row('expect', incident.expect)]),
    ...(incident.attention === 'needs-person' && incident.decision !== null
      ? [row('runbook', `${runbook}#${incident.decision.reason}`)]
      : []),
  ];
}

function stateText(incident: IncidentStatus, now: string): string {
  const { progress, condition, since, ec2State, decision } = incident;
  const state = ec2State ?? 'no longer shown with its tag';
  if (decision?.reason === 'hooks-at-work') return `recovered, hooks at work; EC2: ${state}`;
  if (progress === 'serving') return `serves again, every check is awaited; EC2: ${state}`;
  if (condition === 'planned') return `planned work; EC2: ${state}`;
  const what = condition === 'impaired' ? 'impaired' : 'down';
  return `${what} for ${agoText(since, now)}, since ${clockText(since)}; EC2: ${state}`;
}

const HOOK_WORDS: Readonly<Record<HookStatus['state'], string>> = {
  waiting: 'waits to be sent',
  intended: 'is being sent',
  sent: 'was sent',
  running: 'is at work',
  done: 'done',
  failed: 'failed',
  overdue: 'overdue',
  superseded: 'dropped',
};

const hooksText = ({ hooks }: IncidentStatus): string =>
  hooks
    .map(({ name, state, isOpen, deadline }) => {
      const until = isOpen ? `, deadline ${clockText(deadline)}` : '';
      return `${name} ${HOOK_WORDS[state]}${until}`;
    })
    .join('; ');

function whereText({ instanceId, instanceType, zone }: IncidentStatus): string {
  return [instanceId, instanceType, zone].join(', ');
}

/** Each act in turn; the last of many. */
const MOST_ACTS = 4;

function doneTexts({ attempts, wouldHave }: IncidentStatus): readonly string[] {
  const earlier = attempts.length - MOST_ACTS;
  return [
    ...(earlier > 0 ? [`${earlier} earlier attempts`] : []),
    ...attempts.slice(-MOST_ACTS).map(({ remediation, at, outcome, code, message }) => {
      const why = [code, message].filter((text) => text !== null).join(': ');
      return `${clockText(at)} ${remediation}: ${outcome}${why === '' ? '' : ` (${why})`}`;
    }),
    ...wouldHave.map(
      ({ remediation, reason, at }) =>
        `${clockText(at)} would have done ${remediation} (${reason}): shadow mode`,
    ),
  ];
}

function calledTexts({ escalations, acknowledged }: IncidentStatus): readonly string[] {
  const last = escalations.at(-1);
  if (last === undefined) return [];
  const calls = `${clockText(last.at)} (${last.reason})`;
  const who = acknowledged === null ? undefined : acknowledged.by || 'somebody';
  const at = acknowledged?.at ?? null;
  const since = at === null ? 'on the tag' : `at ${clockText(at)}`;
  return [
    calls,
    who === undefined ? 'nobody acknowledged it yet' : `acknowledged by ${who}, ${since}`,
  ];
}
