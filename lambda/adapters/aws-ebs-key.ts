import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import type { ClockPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { KmsClient } from './clients';
import { retryOnce } from './retry-once';

/** The alias of the key that EBS uses when nobody chose one; only AWS can make `alias/aws/…`. */
export const AWS_EBS_ALIAS = 'alias/aws/ebs';

/** AWS's own key for EBS, that the account has none yet, or that KMS did not say. */
export type AwsEbsKey =
  | { readonly kind: 'key'; readonly arn: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/**
 * Asks KMS which key `aws/ebs` is. DescribeVolumes names it in the same way as a customer key, and
 * needs nothing of the watchdog: its key policy lets everybody in the account use it through EC2.
 * A key that was found is remembered, since the alias stays with it; that there is none is not:
 * the first default-encrypted volume makes one. Never throws.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export function createAwsEbsKey(
  client: KmsClient,
  { clock, telemetry }: { readonly clock: ClockPort; readonly telemetry: TelemetryPort },
): () => Promise<AwsEbsKey> {
  let known: AwsEbsKey | undefined;
  return async () => {
    if (known !== undefined) return known;
    try {
      const command = new DescribeKeyCommand({ KeyId: AWS_EBS_ALIAS });
      const { KeyMetadata } = await retryOnce(clock, () => client.send(command));
      const arn = KeyMetadata?.Arn;
      if (arn === undefined) return { kind: 'unknown' };
      known = { kind: 'key', arn };
      return known;
    } catch (thrown) {
      const error = awsError(thrown);
      if (error.code === 'NotFoundException') return { kind: 'none' };
      telemetry.log('warn', 'aws-ebs-key-unread', { error: describeAwsError(error) });
      return { kind: 'unknown' };
    }
  };
}
