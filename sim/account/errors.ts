import { CloudTrailServiceException } from '@aws-sdk/client-cloudtrail';
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { KMSServiceException } from '@aws-sdk/client-kms';
import { SNSServiceException } from '@aws-sdk/client-sns';
import { SQSServiceException } from '@aws-sdk/client-sqs';
import type { ServiceName } from '../history';

/** One error as the service words it. */
export interface ErrorShape {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

const EXCEPTIONS = {
  ec2: EC2ServiceException,
  dynamodb: DynamoDBServiceException,
  sns: SNSServiceException,
  sqs: SQSServiceException,
  cloudtrail: CloudTrailServiceException,
  kms: KMSServiceException,
} as const;

/** EC2 marks a faulty launch as its own fault; the SDK reads the side from the status. */
const faultOf = (status: number): 'client' | 'server' => (status >= 500 ? 'server' : 'client');

/** The error as the SDK's client throws it: `name` is the code, `$metadata` has the status. */
export function serviceError(service: ServiceName, shape: ErrorShape): Error {
  return new EXCEPTIONS[service]({
    name: shape.code,
    message: shape.message,
    $fault: faultOf(shape.status),
    $metadata: { httpStatusCode: shape.status, attempts: 1, totalRetryDelay: 0 },
  });
}

/** DynamoDB's answer to a condition that does not hold, with the stored item where asked for. */
export function conditionFailed(item: Record<string, AttributeValue> | undefined): Error {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 },
    ...(item === undefined ? {} : { Item: item }),
  });
}

/** What the SDK throws when the request's own timeout has passed. */
export function timeoutError(): Error {
  const error = new Error('socket hang up: the request timed out');
  error.name = 'TimeoutError';
  return Object.assign(error, { $metadata: { attempts: 1, totalRetryDelay: 0 } });
}

const DENIED: Readonly<Record<ServiceName, ErrorShape>> = {
  ec2: {
    code: 'UnauthorizedOperation',
    message: 'You are not authorized to perform this operation.',
    status: 403,
  },
  dynamodb: { code: 'AccessDeniedException', message: 'User is not authorized', status: 400 },
  sns: { code: 'AuthorizationErrorException', message: 'User is not authorized', status: 403 },
  sqs: { code: 'AccessDeniedException', message: 'User is not authorized', status: 403 },
  cloudtrail: { code: 'AccessDeniedException', message: 'User is not authorized', status: 400 },
  kms: { code: 'AccessDeniedException', message: 'User is not authorized', status: 400 },
};

/** The service's refusal of a call that the role's policy does not allow. */
export function accessDenied(service: ServiceName, action: string, resource: string): Error {
  const shape = DENIED[service];
  const message = `${shape.message} (${action} on ${resource})`;
  return serviceError(service, { ...shape, message });
}

/** The code of whatever was thrown. */
export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

/** The handler sent a command that the simulated account does not know. */
export class UnsimulatedCallError extends Error {
  override readonly name = 'UnsimulatedCallError';
}
