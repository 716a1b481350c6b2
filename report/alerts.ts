import type { Severity } from '../lambda/core/alert/alert';
import type { Incident, Sent } from '../lambda/core/incident';
import type { InstanceRecord } from '../lambda/core/record';
import { alertText, alertWord } from './entries';
import type { ReportAlert, ReportEntry } from './model';
import { printableWord } from './printable';

interface Told {
  readonly sent: Sent;
  readonly instanceId: string;
}

/** What people got, oldest first: a storm's message is one, however many instances it told of. */
export function alertsOf(
  all: readonly { readonly record: InstanceRecord; readonly incident: Incident }[],
): readonly ReportAlert[] {
  const told = all.flatMap(({ record, incident }) =>
    (incident.sent ?? []).map((sent): Told => ({ sent, instanceId: record.instanceId })),
  );
  const storm = new Map<number, Told[]>();
  for (const one of told.filter(({ sent }) => sent.inStorm === true)) {
    const known = storm.get(one.sent.sentAt);
    if (known === undefined) storm.set(one.sent.sentAt, [one]);
    else known.push(one);
  }
  const alone = told
    .filter(({ sent }) => sent.inStorm !== true)
    .map(({ sent, instanceId }): ReportAlert => ({
      at: sent.sentAt,
      instanceIds: [instanceId],
      isStorms: false,
      severity: sent.severity,
      text: alertText(sent),
    }));
  return [...alone, ...[...storm.values()].flatMap(stormAlert)].toSorted(
    (one, other) => one.at - other.at,
  );
}

/** The messages of a storm as lines of the timeline; the other messages are their incidents'. */
export function stormEntries(alerts: readonly ReportAlert[]): readonly ReportEntry[] {
  return alerts
    .filter(({ isStorms }) => isStorms)
    .map(({ at, text }) => ({ at, lane: 'alerts', kind: 'alert', text }));
}

const WORST: readonly Severity[] = ['critical', 'warning', 'info'];

/** `[warning] storm: 120 opened, 3 serving again`. */
function stormAlert(told: readonly Told[]): readonly ReportAlert[] {
  const [first] = told;
  if (first === undefined) return [];
  const counts = new Map<string, number>();
  for (const { sent } of told) {
    const word = alertWord(sent);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const severity =
    WORST.find((one) => told.some(({ sent }) => sent.severity === one)) ?? first.sent.severity;
  const words = [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
  return [
    {
      at: first.sent.sentAt,
      isStorms: true,
      instanceIds: [...new Set(told.map(({ instanceId }) => instanceId))],
      severity,
      text: `[${printableWord(severity)}] storm: ${words}`,
    },
  ];
}
