import type { Situation } from './decision';
import type { Evidence } from './evidence';
import type { InstanceView } from './observation';
import { after, before, minutes, type Instant } from './time';

type HealthFact = Extract<Evidence, { kind: 'health' }>;

/** AWS may say what it did to a host a little before EC2's check fails. */
const SAID_BEFORE = minutes(10);
/** After AWS moved it, EC2's checks take some minutes to say so. */
const CHECKED_WITHIN = minutes(8);

/**
 * Until when AWS's own recovery of a failed host is waited for: `no` where it does not act, and
 * `failed` where AWS said that it did not help. It covers certain types and places only, not an
 * instance for which AWS has work scheduled, and it is off while AWS has a service event open.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html
 */
export function awsRecoveryUntil(situation: Situation): Instant | 'no' | 'failed' {
  const { view, incident, policy, evidence, facts } = situation;
  const since = view.checks.system.impairedSince ?? incident.openedAt;
  const result = resultSince(since, evidence);
  if (result?.topic === 'auto-recovery-failure') return 'failed';
  if (result?.topic === 'auto-recovery-success') return after(result.at, CHECKED_WITHIN);
  if (view.autoRecovery === 'disabled' || view.hostId !== undefined) return 'no';
  if (facts?.awsRecovers === false || isScheduledFor(situation)) return 'no';
  if (evidence.some(isOpenServiceEvent)) return 'no';
  return after(since, policy.awsRecoveryWait);
}

/** What AWS said of its own recovery of this failure, last. */
function resultSince(since: Instant, evidence: readonly Evidence[]): HealthFact | undefined {
  return evidence
    .filter((fact) => fact.kind === 'health')
    .filter(({ at }) => at >= before(since, SAID_BEFORE))
    .findLast(({ topic }) => topic.startsWith('auto-recovery'));
}

/** Whether its host fails, and AWS has said that it could not recover it. */
export function awsGaveUp(
  { checks }: Pick<InstanceView, 'checks'>,
  evidence: readonly Evidence[],
): boolean {
  const { status, impairedSince } = checks.system;
  if (status !== 'impaired' || impairedSince === undefined) return false;
  return resultSince(impairedSince, evidence)?.topic === 'auto-recovery-failure';
}

function isScheduledFor({ view }: Situation): boolean {
  return view.scheduledEvents.length > 0;
}

function isOpenServiceEvent(fact: Evidence): fact is HealthFact {
  return fact.kind === 'health' && fact.topic === 'service-issue' && fact.status === 'open';
}
