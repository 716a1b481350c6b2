import type { HealthTopic } from './signal';

/** Codes whose name alone does not tell what they mean, or tells it wrongly. */
const BY_CODE: ReadonlyMap<string, HealthTopic> = new Map<string, HealthTopic>([
  ['AWS_EC2_INSTANCE_AVAILABILITY_ISSUE', 'availability-issue'],
  ['AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_SUCCESS', 'auto-recovery-success'],
  ['AWS_EC2_INSTANCE_AUTO_RECOVERY_SUCCESS', 'auto-recovery-success'],
  ['AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_FAILURE', 'auto-recovery-failure'],
  ['AWS_EC2_INSTANCE_AUTO_RECOVERY_FAILURE', 'auto-recovery-failure'],
  // CloudWatch's recovery saw the problem and did nothing: it is our turn, as after a failure.
  ['AWS_EC2_INSTANCE_AUTO_RECOVERY_NO_ACTION', 'auto-recovery-failure'],
  ['AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED', 'instance-store-degraded'],
  ['AWS_EBS_VOLUME_LOST', 'volume-lost'],
  ['AWS_EC2_OPERATIONAL_ISSUE', 'service-issue'],
  ['AWS_EBS_OPERATIONAL_ISSUE', 'service-issue'],
  ['AWS_EC2_NETWORK_CONNECTIVITY_ISSUE', 'service-issue'],
  ['AWS_EC2_INSTANCE_CONSTRAINED_BANDWIDTH_ISSUE', 'service-issue'],
]);

/** AWS stops or ends the instance at the given time. */
const RETIREMENT =
  /^AWS_EC2_(?:PERSISTENT_)?INSTANCE_(?:RETIREMENT|STOP|TERMINATION)_(?:SCHEDULED|EXPEDITED)$/;
/** A reboot, or a short loss of power or network. */
const MAINTENANCE = /^AWS_EC2_(?!DEDICATED_HOST).*MAINTENANCE_SCHEDULED$/;

/** What an AWS Health event type means to the watchdog; the registry is open, so `other` exists. */
export function topicOf(eventTypeCode: string): HealthTopic {
  const code = eventTypeCode.toUpperCase();
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  if (RETIREMENT.test(code)) return 'retirement-scheduled';
  return MAINTENANCE.test(code) ? 'maintenance-scheduled' : 'other';
}
