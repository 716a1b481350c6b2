import type { Refusal } from '../core/incident';
import { unreachable } from '../core/unreachable';
import { awsError, type AwsError } from './aws-errors';

/**
 * No capacity for the type in the zone, on the host or in the reservation. Never final: in October
 * 2025 EC2 answered so while it had capacity.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const NO_CAPACITY: ReadonlySet<string> = new Set([
  'InsufficientCapacity',
  'InsufficientCapacityOnHost',
  'InsufficientHostCapacity',
  'InsufficientInstanceCapacity',
  'ReservationCapacityExceeded',
]);

/**
 * The state on EC2's side is another than the one that was read. An instance that EC2 does not
 * find belongs here too: a fresh one is found a moment later; the next look tells if it is gone.
 */
const WRONG_STATE: ReadonlySet<string> = new Set([
  'IncorrectInstanceState',
  'IncorrectState',
  'InvalidInstanceID.NotFound',
]);

/** What an answer of EC2 to a request means. */
export type Ec2Fault = 'throttled' | 'unavailable' | 'no-capacity' | 'wrong-state' | 'refused';

/** An error of EC2 with its meaning. An unknown client error is `refused`: a person must look. */
export interface Ec2Error extends Omit<AwsError, 'fault'> {
  readonly fault: Ec2Fault;
}

function classify({ code, fault }: AwsError): Ec2Fault {
  // EC2 sends some capacity errors with status 500; the code says more than the status.
  if (NO_CAPACITY.has(code)) return 'no-capacity';
  if (WRONG_STATE.has(code)) return 'wrong-state';
  return fault === 'client' ? 'refused' : fault;
}

/** Reads whatever EC2's `send` threw. Never throws. */
export function ec2Error(thrown: unknown): Ec2Error {
  const error = awsError(thrown);
  return { code: error.code, message: error.message, fault: classify(error) };
}

/**
 * What an error of EC2 means for the instance that the request was about. After `unavailable` the
 * request may have taken effect all the same: the next look tells.
 */
export function refusalOf({ code, message, fault }: Ec2Error): Refusal {
  switch (fault) {
    case 'throttled':
    case 'unavailable':
      return { kind: 'unavailable', code };
    case 'no-capacity':
      return { kind: 'no-capacity', code };
    case 'wrong-state':
      return { kind: 'wrong-state', code };
    case 'refused':
      return { kind: 'refused', code, message };
    default:
      return unreachable(fault);
  }
}

/** The instance ids that an error's message names: EC2 refuses a whole request for one of them. */
export function idsNamedIn(message: string): readonly string[] {
  return [...new Set(message.match(/\bi-[0-9a-f]{8,17}\b/g))];
}
