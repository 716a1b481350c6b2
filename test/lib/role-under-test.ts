import type { Template } from 'aws-cdk-lib/assertions';
import { OPT_IN_TAG } from '../../lambda/core/tags';
import {
  FULL,
  OBSERVING,
  onlyResource,
  statementsOf,
  templateOf,
  type FoundStatement,
} from './stack-under-test';

/** An ARN of this Region, as CloudFormation has it; of this account, or of none. */
export const arnHere = (service: string, resource: string, account: 'ours' | 'none' = 'ours') => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      `:${service}:`,
      { Ref: 'AWS::Region' },
      ...(account === 'ours'
        ? [':', { Ref: 'AWS::AccountId' }, `:${resource}`]
        : [`::${resource}`]),
    ],
  ],
});

/** Every instance of this account and Region. */
export const INSTANCES = arnHere('ec2', 'instance/*');
/** Every capacity reservation of this account and Region. */
export const RESERVATIONS = arnHere('ec2', 'capacity-reservation/*');
/** The condition that the instance carries the opt-in tag. */
export const OPTED_IN = { Null: { [`aws:ResourceTag/${OPT_IN_TAG}`]: 'false' } };

/** The properties of the function's role. */
export function roleOf(template: Template): Readonly<Record<string, unknown>> {
  const functionRole = onlyResource(template, 'AWS::Lambda::Function').properties['Role'];
  const [id] = (functionRole as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
  return onlyResource(template, 'AWS::IAM::Role', id).properties;
}

/** The statements of its inline policies. */
export function permissionsOf(template: Template): readonly FoundStatement[] {
  const policies = roleOf(template)['Policies'] as readonly { PolicyDocument: unknown }[];
  return policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument));
}

/** Any key, but only where it bears the alias of AWS's own: it has tests of its own. */
export const AWS_KEY_SID = 'ReadAwsKeyOfVolumes';

/** The template of the smallest configuration. */
export const small = templateOf();
/** The template of a configuration that uses every field. */
export const full = templateOf(FULL);
/** The template of a configuration that only watches. */
export const observing = templateOf(OBSERVING);
/** All of them, by name. */
export const templates = [
  ['the smallest configuration', small],
  ['the full configuration', full],
  ['a configuration that only watches', observing],
] as const;

/** The statements that allow anything. */
export const allowedIn = (template: Template): readonly FoundStatement[] =>
  permissionsOf(template).filter(({ effect }) => effect === 'Allow');

/** EC2's actions that change anything. */
export const mutationsOf = (template: Template): readonly string[] =>
  [...new Set(allowedIn(template).flatMap(({ actions }) => actions))]
    .filter((action) => action.startsWith('ec2:') && !action.startsWith('ec2:Describe'))
    .toSorted();

/** The statement that allows an action; fails when there is none, or another one. */
export function allowing(action: string, template = small): FoundStatement {
  const found = allowedIn(template)
    .filter(({ sid }) => sid !== AWS_KEY_SID)
    .filter(({ actions }) => actions.includes(action));
  expect(found).toHaveLength(1);
  return found[0] as FoundStatement;
}
