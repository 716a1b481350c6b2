import type { InstanceRecord } from '../core/record';
import { OWN_TAGS } from '../core/tags';
import { iso } from '../core/time';
import type { Held } from './held';
import type { Run } from './run';

/** EC2 keeps no tag value longer than this. */
const TAG_VALUE_LIMIT = 256;
/** In a storm the records tell it: a tag for each would use up the bucket of CreateTags (S16). */
const MOST_AT_ONCE = 5;

/**
 * Writes what was done last on the instance: what an operator looks for in the console. Never an
 * event's source, and never read by the watchdog.
 */
export async function noteLastAction(
  { ports }: Pick<Run, 'ports'>,
  { instanceId, incident }: InstanceRecord,
): Promise<void> {
  const last = incident?.attempts.at(-1);
  if (incident === undefined || last === undefined) return;
  const value = `${last.remediation} ${iso(last.at)} ${last.reason} ${incident.id}`;
  await ports.ec2.tag(instanceId, { [OWN_TAGS.lastAction]: value.slice(0, TAG_VALUE_LIMIT) });
}

/** Notes the starts that EC2 accepted in this pass, while their leases are held (S2). */
export async function noteStarts(run: Run, held: readonly Held[]): Promise<void> {
  const started = held.filter(({ work, record, isBlind }) => {
    const { decision } = work.step;
    const isStart = decision.kind === 'remediate' && decision.remediation === 'start';
    return isStart && !isBlind && record.incident?.attempts.at(-1)?.outcome.kind === 'accepted';
  });
  if (started.length > MOST_AT_ONCE) return;
  await Promise.all(started.map(({ record }) => noteLastAction(run, record)));
}
