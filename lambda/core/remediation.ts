import { unreachable } from './unreachable';

/** An action meant to restore a server, named by its API effect; the gentlest come first. */
export type Remediation =
  /** StartInstances of what is stopped. */
  | 'start'
  /** A document of Systems Manager that restarts the service inside the running guest. */
  | 'restart-service'
  /** RebootInstances: the same host, unless a system reboot is scheduled for it. */
  | 'reboot'
  /** StopInstances, then StartInstances: in most cases another host. */
  | 'stop-start'
  /** StopInstances by force of what is stuck in `stopping`, then StartInstances. */
  | 'force-stop'
  /** CreateCapacityReservation: a place for it, where EC2 finds one. */
  | 'reserve-capacity'
  /** ModifyInstanceAttribute of a stopped instance: another type of the policy's list. */
  | 'change-type'
  /** AssociateAddress: the Elastic IP that it came back without. */
  | 'associate-address';

/** What takes something down that may still serve, if only for a moment. */
export type Takedown = Extract<
  Remediation,
  'restart-service' | 'reboot' | 'stop-start' | 'force-stop'
>;

/** Every takedown, the gentlest first: a later one is never followed by an earlier one. */
export const TAKEDOWNS: readonly Takedown[] = [
  'restart-service',
  'reboot',
  'stop-start',
  'force-stop',
];

/** Whether a remediation takes something down: it needs a lease, a fleet slot and a clear field. */
export function isTakedown(remediation: Remediation): remediation is Takedown {
  return (TAKEDOWNS as readonly Remediation[]).includes(remediation);
}

/** Whether the instance leaves its host: what lives on the host is lost, and a place is needed. */
export function stopsInstance(remediation: Remediation): boolean {
  return remediation === 'stop-start' || remediation === 'force-stop';
}

/** A remediation in the words of an alert: what is being done. */
export function describeRemediation(remediation: Remediation): string {
  switch (remediation) {
    case 'start':
      return 'start';
    case 'restart-service':
      return 'restart of its service';
    case 'reboot':
      return 'reboot';
    case 'stop-start':
      return 'stop and start on another host';
    case 'force-stop':
      return 'forced stop';
    case 'reserve-capacity':
      return 'capacity reservation';
    case 'change-type':
      return 'change of its type';
    case 'associate-address':
      return 'association of its Elastic IP';
    default:
      return unreachable(remediation);
  }
}
