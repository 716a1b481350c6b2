import type { Incident } from '../incident';
import type { InstanceRecord } from '../record';
import { describeRemediation, type Remediation } from '../remediation';
import { between } from '../time';
import { unreachable } from '../unreachable';
import type { PendingAlert } from './alert';
import { describeTrouble } from './cause-text';
import { ascii, length, shortClock } from './format';
import { handoverOf } from './steps-while-running';

/** SNS takes fewer than 100 characters, ASCII, no line break. */
const SUBJECT_LIMIT = 99;
/** A name tag may have 256 characters; a subject keeps its end for what happened. */
const NAME_LIMIT = 40;

/** The subject line: who, what, when, and what is being done, in one breath. */
export function subjectOf(alert: PendingAlert, record: InstanceRecord): string {
  const name = ascii(record.label.name, NAME_LIMIT);
  const prefix = alert.severity === 'critical' ? `ACT${again(alert)}: ` : '';
  const what = phrase(alert, record.incident).replace(/\.$/, '');
  return ascii(`${prefix}${name} ${what}`, SUBJECT_LIMIT);
}

function again({ repeat }: PendingAlert): string {
  return repeat === undefined ? '' : ' (again)';
}

function phrase(alert: PendingAlert, incident: Incident | undefined): string {
  if (incident === undefined) return `notice: ${alert.text ?? ''}`;
  const at = shortClock(incident.outage.firstKnownBad);
  switch (alert.kind) {
    case 'opened':
      return `${describeTrouble(incident)} at ${at}, ${doing(incident)}`;
    case 'needs-person':
      return alert.reason === undefined
        ? 'needs a person'
        : handoverOf(alert.reason, incident).phrase;
    case 'serving': {
      const end = incident.outage.goodAgain ?? alert.at;
      const lasted = length(between(incident.outage.firstKnownBad, end));
      return incident.condition === 'impaired'
        ? `passes its checks again at ${shortClock(end)}, was impaired for ${lasted}`
        : `serves again at ${shortClock(end)}, was down for ${lasted}`;
    }
    case 'changed':
    case 'closed':
      return `update: ${alert.text ?? ''}`;
    case 'notice':
      return `notice: ${alert.text ?? ''}`;
    default:
      return unreachable(alert.kind);
  }
}

function doing(incident: Incident): string {
  const last = incident.timeline.at(-1);
  switch (last?.decision) {
    case 'remediate':
      return doingNow(incident.attempts.at(-1)?.remediation ?? 'start');
    case 'ignore':
      return 'left alone';
    case 'defer':
      return DOING_WHEN_DEFERRED[last.reason] ?? 'looking into it';
    default:
      return 'looking into it';
  }
}

function doingNow(remediation: Remediation): string {
  return remediation === 'start' ? 'starting it now' : `${describeRemediation(remediation)} now`;
}

const DOING_WHEN_DEFERRED: Readonly<Partial<Record<string, string>>> = {
  'still-stopping': 'starting it once it has stopped',
  'awaiting-evidence': 'looking for the cause',
  'start-in-flight': 'already starting',
  'awaiting-aws-recovery': "AWS's own recovery first",
};
