import * as iam from 'aws-cdk-lib/aws-iam';
import { OPERATOR_TAGS, OPT_IN_TAG } from '../lambda/core/tags';
import { TYPE_ATTRIBUTE } from './role-statements-capacity';

/**
 * A second wall behind the first. Nothing else in the policy allows any of this; a Deny holds even
 * when a later statement, or a policy that somebody attaches to the role, would.
 */
export function neverStatements(): readonly iam.PolicyStatement[] {
  const never = (sid: string, actions: string[], conditions?: Record<string, object>) =>
    new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      actions,
      resources: ['*'],
      ...(conditions === undefined ? {} : { conditions }),
    });
  return [
    never('NeverDestroy', [
      'ec2:TerminateInstances',
      'ec2:RunInstances',
      'ec2:DeleteVolume',
      'ec2:DeleteSnapshot',
      'ec2:DetachVolume',
      'ec2:ReleaseAddress',
      'ec2:DisassociateAddress',
      'ec2:DeleteTags',
      'ec2:AssociateIamInstanceProfile',
      'ec2:ReplaceIamInstanceProfileAssociation',
      'iam:PassRole',
    ]),
    // A negated operator also holds where the key is absent: whatever names no attribute.
    never('NeverAnotherAttribute', ['ec2:ModifyInstanceAttribute'], {
      StringNotEquals: { 'ec2:Attribute': TYPE_ATTRIBUTE },
    }),
    never('NeverTagsOfPeople', ['ec2:CreateTags'], {
      'ForAnyValue:StringEquals': { 'aws:TagKeys': [OPT_IN_TAG, ...Object.values(OPERATOR_TAGS)] },
    }),
  ];
}
