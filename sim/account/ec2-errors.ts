import { serviceError } from './errors';

/**
 * EC2's errors with the codes and texts of the API reference
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
 */
export const ec2Error = {
  requestLimitExceeded: (): Error => error('RequestLimitExceeded', 'Request limit exceeded.', 503),
  notFound: (ids: readonly string[]): Error =>
    ids.length === 1
      ? error('InvalidInstanceID.NotFound', `The instance ID '${ids[0]}' does not exist`)
      : error('InvalidInstanceID.NotFound', `The instance IDs '${ids.join(', ')}' do not exist`),
  malformed: (id: string): Error =>
    error('InvalidInstanceID.Malformed', `Invalid id: "${id}" (expecting "i-...")`),
  missing: (parameter: string): Error =>
    error('MissingParameter', `The request must contain the parameter ${parameter}`),
  invalid: (message: string): Error => error('InvalidParameterValue', message),
  combination: (message: string): Error => error('InvalidParameterCombination', message),
  dryRun: (): Error =>
    error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412),
  wrongState: (id: string, done: 'started' | 'stopped' | 'rebooted' | 'modified'): Error =>
    error(
      'IncorrectInstanceState',
      done === 'modified'
        ? `The instance '${id}' is not in the 'stopped' state.`
        : `The instance '${id}' is not in a state from which it can be ${done}.`,
    ),
  /** Seen in the threads of programs that stop instances. */
  neverRan: (id: string): Error =>
    error(
      'IncorrectInstanceState',
      `Instance '${id}' cannot be stopped as it has never reached the 'running' state.`,
    ),
  stopProtected: (id: string): Error =>
    error(
      'OperationNotPermitted',
      `The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute ` +
        'and try again.',
    ),
  spotState: (id: string): Error =>
    error(
      'IncorrectSpotRequestState',
      `The Spot request of instance '${id}' is not in a state that allows it to be started.`,
    ),
  noRoot: (id: string, done: 'started' | 'stopped'): Error =>
    error(
      'UnsupportedOperation',
      `The instance '${id}' does not have an 'ebs' root device type and cannot be ${done}.`,
    ),
  notOffered: (type: string, zone: string): Error =>
    error(
      'Unsupported',
      `Your requested instance type (${type}) is not supported in your requested Availability ` +
        `Zone (${zone}).`,
    ),
  needsEna: (type: string): Error =>
    error(
      'InvalidParameterCombination',
      `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${type}' ` +
        'instance type. Ensure that your instance is enabled for ENA.',
    ),
  otherArchitecture: (type: string, architecture: string): Error =>
    error(
      'InvalidParameterCombination',
      `The architecture '${architecture}' of the specified instance does not match the ` +
        `architecture of the instance type '${type}'.`,
    ),
  noHostCapacity: (): Error =>
    error(
      'InsufficientHostCapacity',
      'There is not enough capacity to fulfill your Dedicated Host request.',
      500,
    ),
  noReservation: (id: string): Error =>
    error(
      'InvalidCapacityReservationId.NotFound',
      `The capacity reservation '${id}' does not exist`,
    ),
  /** AWS publishes no code for this; programs in the field expect this one. */
  reservationState: (message: string): Error => error('InvalidCapacityReservationState', message),
  noType: (types: readonly string[]): Error =>
    error(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${types.join(', ')}]`,
    ),
  noAllocation: (id: string): Error =>
    error('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`),
  /** The reference names this error for an unknown type, of ModifyInstanceAttribute alone. */
  noSuchTypeValue: (type: string): Error =>
    error('InvalidInstanceAttributeValue', `Invalid value '${type}' for InstanceType.`),
  pendingAddress: (id: string): Error =>
    error(
      'IncorrectInstanceState',
      `The pending instance '${id}' is not in a valid state for this operation.`,
    ),
  alreadyAssociated: (address: string): Error =>
    error('Resource.AlreadyAssociated', `resource ${address} is already associated`),
  noCapacity: (type: string, zone: string): Error =>
    error(
      'InsufficientInstanceCapacity',
      `We currently do not have sufficient ${type} capacity in the Availability Zone you ` +
        `requested (${zone}). Our system will be working on provisioning additional capacity.`,
      500,
    ),
  quota: (): Error =>
    error('VcpuLimitExceeded', 'You have requested more vCPU capacity than your current limit.'),
} as const;

function error(code: string, message: string, status = 400): Error {
  return serviceError('ec2', { code, message, status });
}
