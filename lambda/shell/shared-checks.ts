import type { Checks } from '../core/observation';
import type { InstanceRecord } from '../core/record';
import { SUSPECT_LEAST, isApplicationAlone } from '../core/takedown-facts';
import { isJudged } from './application-health';
import type { Run, Work } from './run';

/** The policies of what is to be taken down for nothing but its application. */
export function policiesAtStake(works: readonly Work[]): readonly string[] {
  return works
    .filter(({ view }) => view !== undefined && isApplicationAlone(view.checks))
    .map(({ step }) => step.record.label.policy);
}

/** The servers of some policies that are looked after and not known to be down. */
export function membersOf(run: Run, policies: readonly string[]): readonly InstanceRecord[] {
  return [...run.records.values()].filter(
    ({ enrolment, incident, label, unseenSince }) =>
      policies.includes(label.policy) &&
      enrolment.kind === 'enrolled' &&
      unseenSince === undefined &&
      incident?.progress.kind !== 'down',
  );
}

/**
 * EC2 tells account-wide of the applications that fail; of the others one may be well, or have no
 * verdict, which proves nothing. Where so many of a policy fail that its check may be at fault,
 * EC2 is asked about the others (S11). False where it did not answer (S13).
 */
export async function readOthers(
  run: Run,
  works: readonly Work[],
  impaired: ReadonlyMap<string, Checks>,
): Promise<boolean> {
  const isFailing = ({ instanceId }: InstanceRecord): boolean =>
    isApplicationAlone(impaired.get(instanceId));
  const suspects = [...new Set(policiesAtStake(works))].filter(
    (name) =>
      !isJudged(run.settings.policies.get(name)) &&
      membersOf(run, [name]).filter(isFailing).length >= SUSPECT_LEAST,
  );
  const asked = membersOf(run, suspects)
    .map(({ instanceId }) => instanceId)
    .filter((id) => !impaired.has(id) && !run.applications.has(id));
  if (asked.length === 0) return true;
  const answer = await run.ports.ec2.statusOf(asked);
  if (answer.kind === 'failed') {
    run.ports.telemetry.count('ReadsFailed', 1);
    run.ports.telemetry.log('error', 'EC2 did not answer', { error: answer.error });
    return false;
  }
  const seen = new Map(answer.statuses.map(({ instanceId, checks }) => [instanceId, checks]));
  for (const id of asked) {
    run.applications.set(id, seen.get(id)?.application ?? { status: 'unknown' });
  }
  return true;
}
