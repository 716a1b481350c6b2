import type { Stack } from '@aws-sdk/client-cloudformation';
import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import type { DeleteItemInput, ScanInput } from '@aws-sdk/client-dynamodb';
import type { DeleteTagsRequest } from '@aws-sdk/client-ec2';
import type { Principal } from '../history';
import type { Item } from './condition';
import {
  conditionOf,
  itemAt,
  refuseFields,
  removeItem,
  textKey,
  type Tables,
} from './dynamodb-table';
import type { Ec2Account } from './ec2';
import { requestTags, resourceTags } from './ec2-request';
import { conditionFailed } from './errors';
import type { ConditionContext } from './iam';
import type { Deployment } from './template';

/** Who calls, as far as these operations ask. */
export interface OperatorCaller {
  readonly by: Principal;
  /** Throws the service's own refusal when the policy does not allow it. */
  readonly authorize: (action: string, resource: string, context?: ConditionContext) => void;
}

/** A call that only people make; the function's role is never asked for it. */
export type OperatorOperation = (input: never, caller: OperatorCaller) => object;

const PLACEHOLDERS = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];

/** EC2's and DynamoDB's operations that only the command line calls, by name of the command. */
export function operatorOperations(account: {
  readonly ec2: Ec2Account;
  readonly tables: Tables;
}): Readonly<Record<string, OperatorOperation>> {
  return {
    DeleteTagsCommand: deleteTags(account.ec2),
    DeleteItemCommand: deleteItem(account.tables),
    ScanCommand: scan(account.tables),
  };
}

function deleteTags(account: Ec2Account) {
  return (input: DeleteTagsRequest, { by, authorize }: OperatorCaller): object => {
    const keys = (input.Tags ?? []).map(({ Key }) => Key!);
    const instances = account.known(input.Resources ?? []);
    for (const instance of instances) {
      authorize('ec2:DeleteTags', account.arnOf(instance), {
        ...resourceTags(instance),
        'aws:TagKeys': requestTags(Object.fromEntries(keys.map((key) => [key, ''])))[
          'aws:TagKeys'
        ]!,
      });
    }
    const removed = Object.fromEntries(keys.map((key) => [key, undefined]));
    for (const { id } of instances) account.tag(id, removed, by);
    return {};
  };
}

function deleteItem(tables: Tables) {
  return (input: DeleteItemInput, caller: OperatorCaller): object => {
    refuseFields(input, [
      'TableName',
      'Key',
      'ConditionExpression',
      'ReturnValuesOnConditionCheckFailure',
      ...PLACEHOLDERS,
    ]);
    const table = tables.table(input.TableName);
    const pk = textKey(input.Key, table.partitionKey);
    const key = { pk, sk: textKey(input.Key, table.sortKey) };
    caller.authorize('dynamodb:DeleteItem', table.arn, { 'dynamodb:LeadingKeys': [pk] });
    const before = itemAt(table, key);
    const condition = input.ConditionExpression;
    if (condition !== undefined && !conditionOf(condition, input)(before)) {
      throw conditionFailed(before);
    }
    removeItem(table, key);
    return {};
  };
}

/** The whole table in one page: what the command line asks for is small here. */
function scan(tables: Tables) {
  return (input: ScanInput, caller: OperatorCaller): object => {
    refuseFields(input, ['TableName', 'FilterExpression', 'ExclusiveStartKey', ...PLACEHOLDERS]);
    const table = tables.table(input.TableName);
    caller.authorize('dynamodb:Scan', table.arn);
    const matches = conditionOf(input.FilterExpression ?? '', input);
    const all: readonly Item[] = [...table.partitions.values()].flatMap((rows) => [
      ...rows.values(),
    ]);
    const Items = all.filter(matches);
    return { Items, Count: Items.length };
  };
}

/** CloudFormation's refusals: a stack that is not there is a ValidationError. */
export function stackError(name: string, message: string): Error {
  return new CloudFormationServiceException({
    name,
    message,
    $fault: 'client',
    $metadata: { httpStatusCode: name === 'ValidationError' ? 400 : 403 },
  });
}

/** CloudFormation's operations on the stacks of the account. */
export function stackOperations(
  deployments: readonly Deployment[],
): Readonly<Record<string, OperatorOperation>> {
  const found = (input: { readonly StackName?: string }): Deployment => {
    const deployment = deployments.find(({ stackName }) => stackName === input.StackName);
    if (deployment !== undefined) return deployment;
    throw stackError('ValidationError', `Stack with id ${input.StackName} does not exist`);
  };
  return {
    DescribeStacksCommand: (input, { authorize }) => {
      const deployment = found(input);
      authorize('cloudformation:DescribeStacks', deployment.stackId);
      const Outputs = Object.entries(deployment.outputs()).map(([OutputKey, OutputValue]) => ({
        OutputKey,
        OutputValue,
      }));
      return { Stacks: [{ StackName: deployment.stackName, Outputs } as Stack] };
    },
    GetTemplateCommand: (input, { authorize }) => {
      const deployment = found(input);
      authorize('cloudformation:GetTemplate', deployment.stackId);
      return { TemplateBody: deployment.templateBody() };
    },
  };
}
