import type { CheckName } from '../history';

/** The weakest act that mends what is wrong; `nothing` waits for AWS or for a person. */
export type Cure = 'restart-service' | 'reboot' | 'stop-start' | 'nothing';

/** What is wrong with one server. */
export interface Ailment {
  readonly curedBy: Cure;
  /** The users are served all the same: only the check says that something is wrong. */
  readonly stillServes: boolean;
}

/** What happened to the server: its application, its guest or its place was made anew. */
export type Renewal = 'application' | 'guest' | 'host';

/**
 * Which renewal cures what. A stop and start, a migrating reboot and AWS's own recovery bring
 * another host; on a Dedicated Host a stop and start is no more than a fresh boot.
 */
const CURED_BY: Readonly<Record<Renewal, readonly Cure[]>> = {
  application: ['restart-service'],
  guest: ['restart-service', 'reboot'],
  host: ['restart-service', 'reboot', 'stop-start'],
};

/** What usually mends a failing check, as AWS's documentation of status checks advises. */
export const USUAL_CURE: Readonly<Record<CheckName, Cure>> = {
  system: 'stop-start',
  instance: 'reboot',
  attachedEbs: 'nothing',
  application: 'restart-service',
};

/** Whether this renewal ends the ailment. */
export function cures(renewal: Renewal, { curedBy }: Ailment): boolean {
  return CURED_BY[renewal].includes(curedBy);
}

/** The host or the guest does not answer: no shutdown signal and no command of SSM is heard. */
export function isHung(ailments: ReadonlyMap<CheckName, Ailment>): boolean {
  return (['system', 'instance'] as const).some(
    (check) => ailments.get(check)?.stillServes === false,
  );
}
