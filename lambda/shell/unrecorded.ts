import type { PendingAlert } from '../core/alert/alert';
import type { Attempt, Incident } from '../core/incident';
import type { InstanceRecord } from '../core/record';
import { OWN_TAGS } from '../core/tags';
import { between, seconds } from '../core/time';
import { lastStartTagValue } from '../core/without-store';
import type { Run } from './run';
import { messageOf, publish } from './tell';

/** Two invocations that start the same instance do so within this: it was one start. */
const SAME_START = seconds(30);

/**
 * Puts a start that EC2 accepted, and that could not be recorded since somebody else was quicker,
 * into what that one made of the record. Without it the next look would see an instance that is
 * `pending` for no known reason, and nobody would hear that it was down.
 */
export function withUnrecorded(
  record: InstanceRecord,
  unrecorded: InstanceRecord | undefined,
): InstanceRecord {
  const attempt = unrecorded?.incident?.attempts.at(-1);
  if (unrecorded === undefined || attempt === undefined) return record;
  const { incident } = record;
  if (incident === undefined) {
    const known = new Set(record.outbox.map(({ key }) => key));
    const alerts = unrecorded.outbox.filter(({ key }) => !known.has(key));
    const outbox = [...record.outbox, ...alerts];
    return { ...record, starts: unrecorded.starts, incident: unrecorded.incident, outbox };
  }
  if (holds(incident, attempt)) return record;
  const attempts = [...incident.attempts, attempt];
  return {
    ...record,
    starts: [...record.starts, attempt.at],
    incident: { ...incident, attempts },
  };
}

/** Whether the other invocation asked for the same start. */
function holds({ attempts }: Incident, { at }: Attempt): boolean {
  return attempts.some(
    (other) =>
      (other.outcome.kind === 'accepted' || other.outcome.kind === 'intended') &&
      Math.abs(between(other.at, at)) <= SAME_START,
  );
}

/** Tells of a start that no record holds, and leaves the tag by which a later look adopts it. */
export async function tellUnrecorded(
  world: Pick<Run, 'ports' | 'settings'>,
  record: InstanceRecord,
): Promise<void> {
  const { incident, instanceId } = record;
  const attempt = incident?.attempts.at(-1);
  if (incident === undefined || attempt === undefined) return;
  await Promise.all([
    world.ports.ec2.tag(instanceId, {
      [OWN_TAGS.lastStart]: lastStartTagValue(attempt.at, incident.id),
    }),
    publish(world, messageOf(world, openedAlert(record), record)),
  ]);
}

/** The one message of a start made without the table. */
function openedAlert(record: InstanceRecord): PendingAlert {
  const at = record.incident?.openedAt;
  if (at === undefined) throw new Error('An opened alert needs an incident');
  return { key: `${record.instanceId}:opened`, kind: 'opened', severity: 'warning', at };
}
