import { awsError } from '../lambda/adapters/aws-errors';
import { oneLine } from '../lambda/core/one-line';

/** A command that AWS, or the account's state, does not let succeed: exit code 1, no trace. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
}

/** What was asked of AWS when it failed. */
export interface Asked {
  /** The IAM action, for instance `ec2:CreateTags`. */
  readonly action: string;
  /** What it was asked of: an ARN, an id or a name. */
  readonly resource: string;
  readonly region: string;
  readonly profile: string | undefined;
}

const LONGEST = 300;

const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError']);
const EXPIRED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenProviderError',
]);
const INVALID: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  // SNS's word for it.
  'AuthorizationErrorException',
  'UnauthorizedOperation',
]);
const UNREACHABLE: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'TimeoutError',
]);

/** The SDK words an expired SSO session as missing credentials or as a missing token. */
const SAYS_EXPIRED = /expired|sso login/i;

/** EC2 appends a blob of up to 2 kB that only sts:DecodeAuthorizationMessage can read. */
const ENCODED = /\s*Encoded authorization failure message:.*$/s;

const profileOption = (profile: string | undefined): string =>
  profile === undefined ? '' : ` --profile ${profile}`;

/** Whatever the SDK threw, as a sentence that says what is missing and how to mend it. */
export function accountError(error: unknown, asked: Asked): AccountError {
  if (error instanceof AccountError) return error;
  const { code, message, fault } = awsError(error);
  const said = oneLine(message.replace(ENCODED, ''), LONGEST);
  return new AccountError(explained({ code, said, fault }, asked));
}

interface Said {
  readonly code: string;
  readonly said: string;
  readonly fault: string;
}

function explained({ code, said, fault }: Said, asked: Asked): string {
  const { region, resource } = asked;
  if (isExpired(code, said)) return expired(said, asked);
  if (NO_CREDENTIALS.has(code)) return noCredentials(said, asked);
  if (INVALID.has(code)) {
    return (
      `AWS does not know these credentials (${code}: ${said}).\n` +
      '  Check which are used: `aws sts get-caller-identity`, AWS_PROFILE, AWS_ACCESS_KEY_ID.'
    );
  }
  if (DENIED.has(code)) return denied(said, asked);
  if (code === 'ResourceNotFoundException') {
    return (
      `There is no table ${resource} in ${region}.\n` +
      '  Check --region and --profile, and the name behind --table or the stack behind --stack.'
    );
  }
  if (code.startsWith('InvalidInstanceID')) {
    return `EC2 knows no such instance in ${region} (${said}).\n  Check the id and --region.`;
  }
  if (UNREACHABLE.has(code)) {
    return (
      `AWS could not be reached in ${region} (${code}: ${said}).\n` +
      '  Check the network, a proxy, and that the Region exists.'
    );
  }
  if (fault === 'throttled') {
    return `AWS throttles ${asked.action} (${code}).\n  Nothing is broken: try again in a minute.`;
  }
  return (
    `${asked.action} on ${resource} failed: ${code}: ${said}\n` +
    '  Try again; if it stays, ask AWS.'
  );
}

function isExpired(code: string, said: string): boolean {
  return EXPIRED.has(code) || (NO_CREDENTIALS.has(code) && SAYS_EXPIRED.test(said));
}

function expired(said: string, { profile }: Asked): string {
  return (
    `The AWS credentials have expired (${said}).\n` +
    `  Sign in again: aws sso login${profileOption(profile)}, or renew the keys in use.`
  );
}

function noCredentials(said: string, { profile }: Asked): string {
  const tried = profile === undefined ? '' : ` with the profile ${JSON.stringify(profile)}`;
  return (
    `No AWS credentials were found${tried} (${said}).\n` +
    '  Sign in with aws sso login, name a profile with --profile (aws configure list-profiles\n' +
    '  lists them), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
  );
}

function denied(said: string, { action, resource, region }: Asked): string {
  return (
    `You may not call ${action} on ${resource} in ${region} (${said}).\n` +
    `  Ask for the permission ${action}; docs/cli.md has the policy that each command needs.`
  );
}

/** No Region is configured anywhere; a profile that does not exist has none either. */
export function noRegion(profile: string | undefined): AccountError {
  const where = profile === undefined ? '' : ` in the profile ${JSON.stringify(profile)}`;
  const check = profile === undefined ? '' : '  Check its name too: aws configure list-profiles.\n';
  return new AccountError(
    `No AWS Region is set${where}.\n${check}` +
      '  Name one with --region, set AWS_REGION, or run aws configure set region us-east-1' +
      `${profileOption(profile)}.`,
  );
}
