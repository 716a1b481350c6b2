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
  wrongState: (id: string): Error =>
    error(
      'IncorrectInstanceState',
      `The instance '${id}' is not in a state from which it can be started.`,
    ),
  spotState: (id: string): Error =>
    error(
      'IncorrectSpotRequestState',
      `The Spot request of instance '${id}' is not in a state that allows it to be started.`,
    ),
  noRoot: (id: string): Error =>
    error(
      'UnsupportedOperation',
      `The instance '${id}' does not have an 'ebs' root device type and cannot be started.`,
    ),
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
