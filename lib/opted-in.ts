import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OPT_IN_TAG } from '../lambda/core/tags';

/** The instance carries the opt-in tag; its value is the policy's name and judged by the code. */
export const OPTED_IN = { [`aws:ResourceTag/${OPT_IN_TAG}`]: 'false' } as const;

/** Every instance of this account and Region, as an ARN. */
export function instancesOf(scope: Construct): string {
  return Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
}
