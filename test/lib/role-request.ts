import { OPT_IN_TAG } from '../../lambda/core/tags';
import type { ConditionContext } from '../../sim/account/iam';

/** Which stack is asked: the defaults, every field, or one that only watches. */
export type Configuration = 'smallest' | 'full' | 'observing';

/** One request of the role, and what IAM must say. */
export interface Request {
  readonly what: string;
  readonly verdict: 'allowed' | 'denied';
  readonly action: string;
  readonly resource: string;
  readonly context?: ConditionContext;
}

/** Makes a request with its verdict. */
export type Make = (
  what: string,
  call: readonly [action: string, resource: string],
  context?: ConditionContext,
) => Request;

/** Requests with this verdict. */
export const make =
  (verdict: Request['verdict']): Make =>
  (what, [action, resource], context = {}) => ({ what, verdict, action, resource, context });

export const allowed = make('allowed');
export const denied = make('denied');

export const EC2 = 'arn:aws:ec2:us-east-1:111122223333';
export const SERVER = `${EC2}:instance/i-0a1b2c3d4e5f60023`;
export const OTHER_REGION = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60023';
export const OTHER_ACCOUNT = 'arn:aws:ec2:us-east-1:999988887777:instance/i-0a1b2c3d4e5f60023';

export const OPTED_IN: ConditionContext = { [`aws:ResourceTag/${OPT_IN_TAG}`]: 'livechat' };
export const LOOKS_LIKE_IT: ConditionContext = { [`aws:ResourceTag/${OPT_IN_TAG}-x`]: 'livechat' };

/** CreateTags with these keys, as its condition keys show them. */
export const tagging = (
  keys: readonly string[],
  on: ConditionContext = OPTED_IN,
): ConditionContext => ({
  ...on,
  ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, 'x'])),
  'aws:TagKeys': keys,
});
