import { Aws, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * Which key of the account is AWS's own for EBS (`aws/ebs`), so that the readiness check reports
 * customer keys only. That key's ARN is not known at deployment, and an alias as a resource does
 * not allow DescribeKey; so any key of this account and Region by its ARN, and of them only the
 * one that bears that alias. Nobody but AWS can give an alias that begins with `alias/aws/`.
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function readAwsKeyStatement(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ReadAwsKeyOfVolumes',
    actions: ['kms:DescribeKey'],
    resources: [stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
    // A key has several aliases, and one that has none does not match: ForAnyValue needs a value.
    conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/ebs' } },
  });
}

/** A publisher to an encrypted topic needs both actions on its key itself. */
export function alertKeyStatement(key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AlertsAtRest',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: [key.keyArn],
  });
}

/**
 * Starting an instance with volumes under a customer key makes EC2 use that key in the caller's
 * name. Without this EC2 accepts the start and the server falls back to `stopped`.
 * `kms:GrantIsForAWSResource` is a key of CreateGrant only; the other actions are held to calls
 * that come through EC2.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
export function volumeKeyStatements(keyArns: readonly string[]): readonly iam.PolicyStatement[] {
  if (keyArns.length === 0) return [];
  return [
    new iam.PolicyStatement({
      sid: 'GrantVolumeKeysToEc2',
      actions: ['kms:CreateGrant'],
      resources: [...keyArns],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
    new iam.PolicyStatement({
      sid: 'UseVolumeKeysThroughEc2',
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [...keyArns],
      conditions: { StringEquals: { 'kms:ViaService': `ec2.${Aws.REGION}.amazonaws.com` } },
    }),
  ];
}
