import { lookupDue } from '../core/due';
import type { Evidence } from '../core/evidence';
import type { InstanceRecord } from '../core/record';
import { stopBegan } from '../core/stop-began';
import { before, minutes } from '../core/time';
import type { Run } from './run';

/** LookupEvents takes 2 calls a second for the whole account, of which half is not ours. */
const PER_PASS = 1;
/** A call is looked for from this long before the first sign of the stop. */
const MARGIN = minutes(15);

/** What asking brought: the record that notes the question, and what CloudTrail said. */
export interface Asked {
  readonly record: InstanceRecord;
  readonly facts: readonly Evidence[];
}

/** The records whose stop has an unknown author, and about which it is time to ask. */
export function lookupsDue({ ports, records }: Run): readonly InstanceRecord[] {
  const now = ports.clock.now();
  const due = [...records.values()].filter(({ incident }) => {
    const at = incident === undefined ? undefined : lookupDue(incident, now);
    return at !== undefined && at <= now;
  });
  return due.slice(0, PER_PASS);
}

/** Asks CloudTrail's event history, which works without a trail, who stopped these. */
export async function whoStoppedIt(
  run: Run,
  due: readonly InstanceRecord[],
): Promise<ReadonlyMap<string, Asked>> {
  const answers = await Promise.all(due.map((record) => ask(run, record)));
  return new Map(answers.map((asked) => [asked.record.instanceId, asked]));
}

async function ask({ ports }: Run, record: InstanceRecord): Promise<Asked> {
  const { incident, instanceId } = record;
  if (incident === undefined) return { record, facts: [] };
  const since = before(stopBegan(incident), MARGIN);
  const calls = await ports.trail.whoStopped(instanceId, since);
  if (calls === undefined) return { record, facts: [] };
  const lookups = [...incident.lookups, ports.clock.now()];
  const facts = calls.map(({ at, actor }): Evidence => ({
    kind: 'api-call',
    at,
    call: 'StopInstances',
    actor,
  }));
  return { record: { ...record, incident: { ...incident, lookups } }, facts };
}
