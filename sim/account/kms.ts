import type { DescribeKeyRequest } from '@aws-sdk/client-kms';
import type { Home } from '../../lambda/core/signals/signal';
import { serviceError } from './errors';
import type { Caller, Operation } from './gateway';

const AWS_EBS_ALIAS = 'alias/aws/ebs';

/** The key `aws/ebs` of an account and Region: AWS's own, for volumes whose key nobody chose. */
export function awsEbsKeyArn({ region, accountId }: Home): string {
  return `arn:aws:kms:${region}:${accountId}:key/e5e5e5e5-0a0b-4c0d-8e0f-101112131415`;
}

/** What KMS needs of the account. */
export interface KmsParts {
  readonly home: Home;
  /** The customer keys that there are, by ARN; they have no aliases. */
  readonly customerKeys: () => readonly string[];
}

/**
 * KMS's operations, as far as the watchdog calls them. `aws/ebs` is there from the first question
 * on: KMS makes the key of a predefined alias that has none.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export function kmsOperations(parts: KmsParts): readonly Operation[] {
  const run = (input: DescribeKeyRequest, caller: Caller): object =>
    describeKey(parts, input, caller);
  const latency = { medianMs: 60, sigma: 0.4, leastMs: 15, mostMs: 1_500 };
  return [{ service: 'kms', name: 'DescribeKey', latency, run: run as Operation['run'] }];
}

function describeKey(
  { home, customerKeys }: KmsParts,
  { KeyId = '' }: DescribeKeyRequest,
  caller: Caller,
): object {
  const own = awsEbsKeyArn(home);
  const arn = KeyId === AWS_EBS_ALIAS ? own : KeyId;
  const isOwn = arn === own;
  if (!isOwn && !customerKeys().includes(arn)) {
    throw serviceError('kms', {
      code: 'NotFoundException',
      message: `Invalid keyId ${KeyId}`,
      status: 400,
    });
  }
  // Access is judged for the key, never for the alias by which it was asked for.
  caller.authorize('kms:DescribeKey', arn, {
    ...(isOwn ? { 'kms:ResourceAliases': [AWS_EBS_ALIAS] } : {}),
    ...(KeyId.startsWith('alias/') ? { 'kms:RequestAlias': KeyId } : {}),
  });
  return {
    KeyMetadata: {
      AWSAccountId: home.accountId,
      Arn: arn,
      KeyId: arn.slice(arn.lastIndexOf('/') + 1),
      KeyManager: isOwn ? 'AWS' : 'CUSTOMER',
      KeyState: 'Enabled',
      Enabled: true,
    },
  };
}
