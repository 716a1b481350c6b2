import { isDigestDue, renderDigest, withoutNotes } from '../core/alert/digest';
import type { PendingAlert } from '../core/alert/alert';
import type { InstanceRecord, Note } from '../core/record';
import type { AlertMessage } from '../ports';
import { noticeEvents } from './channels';
import type { Run } from './run';
import { publish, textContext } from './tell';

/** Whether this pass sends the digest: a sweep, which looks at everything. */
export function isDigestNow({ folded, fleet, records, ports }: Run): boolean {
  return folded.sweep && isDigestDue(fleet, [...records.values()], ports.clock.now());
}

const noticeOf = ({ at, text }: Note): PendingAlert => ({
  key: text,
  kind: 'notice',
  severity: 'info',
  at,
  text,
});

/**
 * Sends what needs nobody in one message, if that is due, and answers the records without it. The
 * claim on the fleet's record comes first, so that of two invocations one tells.
 */
export async function tellDigest(
  run: Run,
  held: readonly InstanceRecord[],
): Promise<readonly InstanceRecord[]> {
  if (!isDigestNow(run)) return held;
  const lastDigestAt = run.ports.clock.now();
  const next = { ...run.fleet, lastDigestAt, version: run.fleet.version + 1 };
  if ((await run.ports.store.writeFleet(next)) !== 'written') return held;
  run.fleet = next;
  const told = held.filter(({ notes }) => notes !== undefined);
  if (told.length === 0) return held;
  const sent = await publish(run, digestMessage(run, told));
  return sent ? held.map(withoutNotes) : held;
}

/** The digest of what waits in these records. */
export function digestMessage(
  world: Pick<Run, 'ports' | 'settings'>,
  told: readonly InstanceRecord[],
): AlertMessage {
  return {
    ...renderDigest(told, textContext(world)),
    events: noticeEvents(
      world,
      told.map((record) => ({ record, notices: (record.notes ?? []).map(noticeOf) })),
    ),
    attributes: {
      severity: 'info',
      event: 'digest',
      instanceId: told.length === 1 ? (told[0]?.instanceId ?? 'many') : 'many',
      incidentId: 'none',
      policy: 'many',
    },
  };
}
