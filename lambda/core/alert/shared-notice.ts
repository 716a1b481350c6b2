import { oneLine } from '../one-line';
import type { InstanceRecord } from '../record';
import type { PendingAlert } from './alert';
import { ascii, sentence } from './format';
import { atMost, listed } from './server-list';
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
  const servers = records.map(({ label, instanceId }) =>
    listed(label.name, instanceId, oneLine(label.zone, 40)),
  );
  const email = [
    `${records.length} servers: a notice that is the same for all.`,
    `What     ${what}`,
    'Servers',
    ...atMost(servers, LIST_LIMIT, (count) => `  and ${count} more`),
    `Runbook  ${runbookUrl}${alert.about === undefined ? '' : `#${alert.about}`}`,
  ].join('\n');
  const sms = ascii(`${sentence(subject)} See the e-mail.`, 160);
  return { subject, email: `${email}\n`, sms };
}
