import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { awsError } from '../lambda/adapters/aws-errors';
import { FLEET_KEY, readItem, type Item } from '../lambda/adapters/store-item';
import type { Pause } from '../lambda/core/pause';
import { accountError } from './account-error';
import { told, type Connection } from './connection';

/** What the table says of a whole policy's pause, as it was read. */
export interface PolicyPause {
  readonly policy: string;
  readonly pause: Pause;
  /** As stored; undefined where there is none. */
  readonly item: Item | undefined;
}

/** What a pause writes, in the words of the operator's tags. */
export type PauseText =
  /** `<time> <reason>` */
  | { readonly kind: 'pauseUntil'; readonly text: string }
  /** The reason. */
  | { readonly kind: 'hold'; readonly text: string };

/** The pauses of whole policies: items of the incident table that people write. */
export interface PolicyPauses {
  readPolicyPause(policy: string): Promise<PolicyPause>;
  /** Writes it, unless somebody changed it since it was read: then false. */
  pausePolicy(was: PolicyPause, text: PauseText): Promise<boolean>;
  /** Lifts it, unless somebody changed it since it was read: then false. */
  resumePolicy(was: PolicyPause): Promise<boolean>;
}

const ATTRIBUTES = ['hold', 'pauseUntil'] as const;

const keyOf = (policy: string): Item => ({ pk: { S: FLEET_KEY }, sk: { S: `policy#${policy}` } });

/** The pauses of whole policies in the table. */
export function createPolicyPauses({ clients, table, clock, asking }: Connection): PolicyPauses {
  const conditional = async (action: string, write: () => Promise<unknown>): Promise<boolean> => {
    try {
      await write();
      return true;
    } catch (error) {
      if (awsError(error).code === 'ConditionalCheckFailedException') return false;
      throw accountError(error, asking(action, table));
    }
  };
  return {
    async readPolicyPause(policy) {
      const Key = keyOf(policy);
      const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
      const { Item } = await told(asking('dynamodb:GetItem', table), async () =>
        clients.dynamo.send(command),
      );
      if (Item === undefined) return { policy, pause: { kind: 'none' }, item: undefined };
      const content = readItem(Item, clock.now());
      const isPause = content.kind === 'policy-pause';
      return { policy, pause: isPause ? content.pause : { kind: 'none' }, item: Item };
    },
    pausePolicy: async ({ policy, item }, { kind, text }) =>
      conditional('dynamodb:PutItem', async () =>
        clients.dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...keyOf(policy), [kind]: { S: text } },
            ...unchanged(item),
          }),
        ),
      ),
    resumePolicy: async ({ policy, item }) =>
      conditional('dynamodb:DeleteItem', async () =>
        clients.dynamo.send(
          new DeleteItemCommand({ TableName: table, Key: keyOf(policy), ...unchanged(item) }),
        ),
      ),
  };
}

interface Unchanged {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** That the item still says what was read of it. `hold` is a reserved word of DynamoDB. */
function unchanged(item: Item | undefined): Unchanged {
  if (item === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const values = ATTRIBUTES.flatMap((name) => {
    const value = item[name];
    return value?.S === undefined ? [] : [[`:${name}`, value] as const];
  });
  const clauses = ATTRIBUTES.map((name) => {
    if (item[name] === undefined) return `attribute_not_exists(#${name})`;
    return item[name].S === undefined ? `attribute_exists(#${name})` : `#${name} = :${name}`;
  });
  return {
    ConditionExpression: `attribute_exists(pk) AND ${clauses.join(' AND ')}`,
    ExpressionAttributeNames: Object.fromEntries(ATTRIBUTES.map((name) => [`#${name}`, name])),
    ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
  };
}
