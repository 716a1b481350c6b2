import { CloudTrailServiceException } from '@aws-sdk/client-cloudtrail';
import { CloudWatchServiceException } from '@aws-sdk/client-cloudwatch';
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  type AttributeValue,
  type CancellationReason,
  type TransactWriteItemsInput,
} from '@aws-sdk/client-dynamodb';
import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import { KMSServiceException } from '@aws-sdk/client-kms';
import { SNSServiceException } from '@aws-sdk/client-sns';
import { SQSServiceException } from '@aws-sdk/client-sqs';
import { SSMServiceException } from '@aws-sdk/client-ssm';
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
  ssm: SSMServiceException,
  cloudwatch: CloudWatchServiceException,
  events: EventBridgeServiceException,
} as const;

/** EC2 marks a faulty launch as its own fault; the SDK reads the side from the status. */
const faultOf = (status: number): 'client' | 'server' => (status >= 500 ? 'server' : 'client');

/** Errors that the SDK throws as a class of their own, which a caller may ask for. */
const MODELLED = {
  IdempotentParameterMismatchException,
  TransactionConflictException,
  TransactionInProgressException,
} as const;

const isModelled = (code: string): code is keyof typeof MODELLED => Object.hasOwn(MODELLED, code);

/** The error as the SDK's client throws it: `name` is the code, `$metadata` has the status. */
export function serviceError(service: ServiceName, shape: ErrorShape): Error {
  if (isModelled(shape.code)) {
    return new MODELLED[shape.code]({
      message: shape.message,
      $metadata: { httpStatusCode: shape.status, attempts: 1, totalRetryDelay: 0 },
    });
  }
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

/** DynamoDB's refusal of a whole transaction, with one reason for each of its items in order. */
export function transactionCancelled(reasons: readonly CancellationReason[]): Error {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const text = 'Transaction cancelled, please refer cancellation reasons for specific reasons';
  const message = `${text} [${codes}]`;
  return new TransactionCanceledException({
    message,
    $metadata: { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 },
    CancellationReasons: [...reasons],
  });
}

/** DynamoDB's refusal of a write while another transaction holds (the first of) its items. */
export function transactionConflict(input: unknown): Error {
  const items = (input as Partial<TransactWriteItemsInput>).TransactItems;
  const Message = 'Transaction is ongoing for the item';
  if (items === undefined) {
    const code = 'TransactionConflictException';
    return serviceError('dynamodb', { code, message: Message, status: 400 });
  }
  const others = items.slice(1).map(() => ({ Code: 'None' }));
  return transactionCancelled([{ Code: 'TransactionConflict', Message }, ...others]);
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
  ssm: { code: 'AccessDeniedException', message: 'User is not authorized', status: 400 },
  cloudwatch: { code: 'AccessDeniedException', message: 'User is not authorized', status: 400 },
  events: { code: 'AccessDeniedException', message: 'User is not authorized', status: 400 },
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
