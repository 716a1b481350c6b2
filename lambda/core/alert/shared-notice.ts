import { oneLine } from '../one-line';
import type { InstanceRecord } from '../record';
import type { PendingAlert } from './alert';
import { ascii } from './format';
import type { AlertText, TextContext } from './text';

/** From so many servers on, one notice that is the same for all goes out as one message. */
const LEAST = 5;
/** An e-mail lists so many servers; the rest is a count. */
const LIST_LIMIT = 200;
const TEXT_LIMIT = 900;

/** A notice that many servers have in their outboxes, word for word. */
export interface SharedNotice {
  readonly alert: PendingAlert;
  readonly records: readonly InstanceRecord[];
}

/** The notices that one cause gave to many: one event of AWS Health may name a thousand servers. */
export function sharedNotices(records: readonly InstanceRecord[]): readonly SharedNotice[] {
  const byKey = new Map<string, { readonly alert: PendingAlert; records: InstanceRecord[] }>();
  for (const record of records) {
    for (const alert of record.outbox) {
      if (alert.kind !== 'notice' || !alert.key.startsWith('health:')) continue;
      const known = byKey.get(alert.key);
      if (known === undefined) byKey.set(alert.key, { alert, records: [record] });
      else known.records.push(record);
    }
  }
  return [...byKey.values()].filter((shared) => shared.records.length >= LEAST);
}

/** The one message for all of them. */
export function renderSharedNotice(
  { alert, records }: SharedNotice,
  { runbookUrl }: TextContext,
): AlertText {
  const what = oneLine(alert.text ?? '', TEXT_LIMIT);
  const prefix = alert.severity === 'critical' ? 'ACT: ' : '';
  const subject = ascii(`${prefix}${records.length} servers notice: ${what}`, 99);
  const shown = records.slice(0, LIST_LIMIT);
  const rest = records.length - shown.length;
  const email = [
    `${records.length} servers: a notice that is the same for all.`,
    `What     ${what}`,
    'Servers',
    // Indented: a name must not pass for a line of its own.
    ...shown.map(
      ({ label, instanceId }) =>
        `  ${oneLine(label.name, 40)} (${instanceId}, ${oneLine(label.zone, 40)})`,
    ),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    `Runbook  ${runbookUrl}${alert.about === undefined ? '' : `#${alert.about}`}`,
  ].join('\n');
  const sms = ascii(`${subject.replace(/\.*$/, '.')} See the e-mail.`, 160);
  return { subject, email: `${email}\n`, sms };
}
