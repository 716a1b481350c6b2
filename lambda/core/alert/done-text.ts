import type { Attempt, Incident } from '../incident';
import { oneLine } from '../one-line';
import { describeReason, type Reason } from '../reasons';
import { describeRemediation } from '../remediation';
import { unreachable } from '../unreachable';
import { describeTrouble } from './cause-text';
import { clock } from './format';

/** A line of an e-mail: its label, empty where it goes on from the one above, and its text. */
export type Line = readonly [label: string, text: string];

/** Values from outside (names, principals, AWS's texts) are cut to this in a line. */
export const VALUE_LIMIT = 300;
/** Codes and names of types are cut to this. */
export const CODE_LIMIT = 80;

/** What is the matter, and how sure that is. */
export function verdictLine(incident: Incident): Line {
  const trouble = oneLine(describeTrouble(incident), VALUE_LIMIT);
  return ['Cause', `${trouble}, ${incident.cause.confidence} confidence.`];
}

/** EC2's error codes are words; what is between us and EC2 may answer anything. */
const codeOf = ({ code }: { readonly code: string }): string => oneLine(code, CODE_LIMIT);

function attemptText(attempt: Attempt, timeZone: string): string {
  const { outcome, remediation, detail } = attempt;
  const to = detail === undefined ? '' : (WITH_DETAIL[remediation]?.(detail) ?? '');
  const at = `${clock(attempt.at, timeZone)} ${describeRemediation(remediation)}${to}`;
  switch (outcome.kind) {
    case 'intended':
      return `${at} requested.`;
    case 'accepted':
      return `${at} requested, accepted by ${takerOf(remediation)}.`;
    case 'no-capacity':
      return `${at} refused: no capacity (${codeOf(outcome)}).`;
    case 'unavailable':
      return `${at} not taken: AWS's API fails or throttles (${codeOf(outcome)}).`;
    case 'not-asked':
      return `${at} waits for its turn (own rate limit).`;
    case 'batch-failed':
      return `${at} refused together with others (${codeOf(outcome)}); tried apart.`;
    case 'wrong-state':
      return `${at} ${UNMADE[outcome.code] ?? `too early (${codeOf(outcome)})`}.`;
    case 'refused':
      return `${at} refused: ${codeOf(outcome)}: ${oneLine(outcome.message, VALUE_LIMIT)}`;
    default:
      return unreachable(outcome);
  }
}

/** Why a takedown was not made after all, by what was seen right before it. */
const UNMADE: Readonly<Record<string, string>> = {
  OwnStopTagNotSeen: "not made: EC2's answers are old, they do not show the tag just written",
  OwnStopTagNotWritten: 'not made: the tag that must go before it could not be written',
  NotSeenAgain: 'not made: EC2 did not show the server again',
  ChangedMeanwhile: 'not made: the server changed meanwhile',
  PausedMeanwhile: 'not made: somebody paused it meanwhile',
};

/** The words by which an alert names what an attempt was made with. */
const WITH_DETAIL: Readonly<Partial<Record<Attempt['remediation'], (detail: string) => string>>> = {
  'change-type': (type) => ` to ${type}`,
  'associate-address': (publicIp) => ` ${publicIp}`,
};

function takerOf(remediation: Attempt['remediation']): string {
  return remediation === 'restart-service' ? 'Systems Manager' : 'EC2';
}

/** The last attempts, and the decision that stands. */
export function doneLines(
  incident: Incident,
  context: { readonly timeZone: string },
): readonly Line[] {
  const shown = incident.attempts.slice(-3);
  const omitted = incident.attempts.length - shown.length;
  const attempts = shown.map((attempt) => attemptText(attempt, context.timeZone));
  const earlier =
    omitted > 0 ? [`${omitted} earlier ${omitted === 1 ? 'attempt' : 'attempts'}.`] : [];
  const done = [...earlier, ...attempts];
  const decision = incident.timeline.at(-1);
  const isLeft = decision?.decision === 'ignore';
  const lines = done.length === 0 ? [isLeft ? 'nothing, on purpose.' : 'nothing yet.'] : done;
  return [
    ...lines.map((text, index): Line => [index === 0 ? 'Done' : '', text]),
    ...(decision === undefined ? [] : [['Decision', decisionText(decision)] as const]),
  ];
}

function decisionText(decision: { readonly decision: string; readonly reason: Reason }): string {
  return `${decision.decision} (${decision.reason}): ${describeReason(decision.reason)}`;
}
