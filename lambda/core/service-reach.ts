import type { Attempt, Incident } from './incident';
import type { Instant } from './time';

/** SSM knows no agent for it that answers: SendCommand takes no command then. */
const NO_AGENT = 'InvalidInstanceId';

/**
 * Whether the restart of a service could not even be asked of the server: its agent does not
 * answer, or Systems Manager refuses the command. It says nothing of the server itself.
 */
export function isOutOfReach({ remediation, outcome }: Attempt): boolean {
  if (remediation !== 'restart-service') return false;
  return (
    outcome.kind === 'refused' || (outcome.kind === 'unavailable' && outcome.code === NO_AGENT)
  );
}

/**
 * Since when restarts of the service cannot be asked for, in the round since it last served;
 * undefined as soon as one of them may have been carried out.
 */
export function outOfReachSince({ attempts, served }: Incident): Instant | undefined {
  const from = served.at(-1);
  const restarts = attempts
    .filter(({ remediation }) => remediation === 'restart-service')
    .filter(({ at }) => from === undefined || at > from);
  const isThrottle = ({ outcome }: Attempt): boolean =>
    outcome.kind === 'unavailable' ||
    outcome.kind === 'wrong-state' ||
    outcome.kind === 'not-asked';
  const heard = restarts.filter((attempt) => isOutOfReach(attempt) || !isThrottle(attempt));
  return heard.every(isOutOfReach) ? heard[0]?.at : undefined;
}
