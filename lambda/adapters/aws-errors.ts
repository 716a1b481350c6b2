/** What of an exception matters to a caller of AWS: its code, its text, and whose fault it is. */
export interface AwsError {
  /** AWS's error code, or Node's (`ECONNRESET`), or the exception's name. */
  readonly code: string;
  readonly message: string;
  /**
   * `throttled`: slow down. `unavailable`: a server error, a time-out, no connection; the call may
   * have taken effect. `client`: the request was refused, and so will be the next like it.
   */
  readonly fault: 'throttled' | 'unavailable' | 'client';
}

const THROTTLED: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/**
 * Codes that come with a 4xx status or none and yet pass by themselves: time-outs, and credentials
 * that are renewed within the minute.
 */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'RequestExpired',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'TimeoutError',
  'Unavailable',
]);

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** Node marks errors of sockets and names with `code` and leaves the name `Error`. */
function codeOf(error: unknown): string {
  const name = textOf(fieldOf(error, 'name'));
  if (name !== undefined && name !== 'Error') return name;
  return textOf(fieldOf(error, 'code')) ?? textOf(fieldOf(error, 'Code')) ?? name ?? 'Unknown';
}

function faultOf(code: string, status: unknown): AwsError['fault'] {
  if (THROTTLED.has(code) || status === 429) return 'throttled';
  if (UNAVAILABLE.has(code)) return 'unavailable';
  // No status means that AWS did not answer at all: nobody refused anything.
  if (typeof status !== 'number') return 'unavailable';
  return status >= 400 && status < 500 ? 'client' : 'unavailable';
}

/** Reads whatever was thrown by `send`. Never throws. */
export function awsError(error: unknown): AwsError {
  const code = codeOf(error);
  const status = fieldOf(fieldOf(error, '$metadata'), 'httpStatusCode');
  const message = textOf(fieldOf(error, 'message')) ?? code;
  return { code, message, fault: faultOf(code, status) };
}

/** An error in one line for logs and answers. */
export function describeAwsError({ code, message }: AwsError): string {
  return message === code ? code : `${code}: ${message}`;
}
