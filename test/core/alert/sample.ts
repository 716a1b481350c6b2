import type { AlertKind, PendingAlert } from '../../../lambda/core/alert/alert';
import type { AlertText, TextContext } from '../../../lambda/core/alert/text';
import { renderAlert } from '../../../lambda/core/alert/text';
import type { InstanceRecord } from '../../../lambda/core/record';
import { aPolicy, aRecord, anIncident, at, policiesOf } from '../builders';

export const CONTEXT: TextContext = {
  timeZone: 'America/Los_Angeles',
  region: 'us-east-1',
  runbookUrl: 'https://example.org/runbook',
  logGroup: '/aws/lambda/watchdog',
  policies: policiesOf(aPolicy()),
};

export const anAlert = (kind: AlertKind, over: Partial<PendingAlert> = {}): PendingAlert => ({
  key: 'k',
  kind,
  severity: kind === 'needs-person' ? 'critical' : 'info',
  at: at(2),
  ...over,
});

/** The text of an alert about AWS's stop, or about another record. */
export const text = (
  alert: PendingAlert,
  record: InstanceRecord = aRecord({ incident: anIncident() }),
): AlertText => renderAlert(alert, record, CONTEXT);

const LABEL_NAMES = [
  'Cause',
  'Done',
  'Decision',
  'Expect',
  'You',
  'Incident',
  'Policy',
  'Console',
  'Runbook',
  'What',
  'New',
  'Outage',
  'Times',
  'Proof',
  'Paused',
  'Volumes',
  'Type',
  'Ack',
  'Would',
  'Logs',
  'Zone',
];

/** What each line of an e-mail begins with, after the headline: its label, or nothing. */
export const LABELS = new RegExp(
  `^(${[...LABEL_NAMES, ''].map((label) => label.padEnd(9)).join('|')})|^$`,
);
