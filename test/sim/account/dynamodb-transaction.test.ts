import {
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
  type AttributeValue,
  type Put,
} from '@aws-sdk/client-dynamodb';
import { minutes } from '../../../lambda/core/time';
import type { DynamoClient } from '../../../lambda/adapters/clients';
import { TRANSACTION_IN_PROGRESS } from '../../../sim/faults/api';
import { factsOf, storedBy } from '../../../sim/history';
import { S2 } from '../../../sim/invariants/s2-one-writer';
import { storyOf } from '../../../sim/invariants/story';
import type { World } from '../../../sim/world';
import { inside } from './lab';
import { ALLOW_ALL } from './small-template';

const TableName = 'LiveChatWatchdog-Incidents';
const N = (value: number): AttributeValue => ({ N: String(value) });
const S = (value: string): AttributeValue => ({ S: value });

const put = (sk: string, version = 1, more: Partial<Put> = {}): { readonly Put: Put } => ({
  Put: { TableName, Item: { pk: S('fleet'), sk: S(sk), version: N(version) }, ...more },
});

/** A Put that takes the place of the given version only, or of nothing. */
const over = (sk: string, before: number | undefined): { readonly Put: Put } =>
  put(sk, (before ?? 0) + 1, {
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...(before === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'version = :before',
          ExpressionAttributeValues: { ':before': N(before) },
        }),
  });

const transact = (
  items: readonly { readonly Put: Put }[],
  ClientRequestToken?: string,
): TransactWriteItemsCommand =>
  new TransactWriteItemsCommand({ TransactItems: [...items], ClientRequestToken });

async function versionOf(dynamo: DynamoClient, sk: string): Promise<string | undefined> {
  const Key = { pk: S('fleet'), sk: S(sk) };
  const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key }));
  return Item?.['version']?.N;
}

const effectsOf = (world: World) =>
  factsOf(world.history.facts, 'effect').filter(
    ({ operation }) => operation === 'TransactWriteItems',
  );

describe('a transaction', () => {
  it('stores all of its items at one moment, for twice the units of plain writes', async () => {
    const { result, world } = await inside(async ({ dynamo }) => {
      await dynamo.send(transact([over('a', undefined), over('b', undefined)]));
      await dynamo.send(transact([over('a', 1), over('b', 1)]));
      return [await versionOf(dynamo, 'a'), await versionOf(dynamo, 'b')];
    });
    expect(result).toEqual(['2', '2']);
    const effects = effectsOf(world);
    expect(effects.map((effect) => storedBy(effect).map(({ sk }) => sk))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(effects[0]!.units).toBe(4);
  });

  it('stores none of them when one condition fails, and says which, with the old item', async () => {
    const { result, error, world } = await inside(async ({ dynamo }) => {
      await dynamo.send(new PutItemCommand(put('b', 7).Put));
      const refused = await dynamo
        .send(transact([over('a', undefined), over('b', 1), over('c', undefined)]))
        .catch((thrown: unknown) => thrown);
      return { refused, left: [await versionOf(dynamo, 'a'), await versionOf(dynamo, 'b')] };
    });
    expect(error).toBeUndefined();
    expect(result?.left).toEqual([undefined, '7']);
    const refused = result?.refused as TransactionCanceledException;
    expect(refused).toBeInstanceOf(TransactionCanceledException);
    expect(refused.CancellationReasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: S('fleet'), sk: S('b'), version: N(7) },
      },
      { Code: 'None' },
    ]);
    expect(refused.message).toContain('[None, ConditionalCheckFailed, None]');
    expect(effectsOf(world).map((effect) => storedBy(effect))).toEqual([[]]);
  });

  it('shows the old item only when asked for', async () => {
    const { error } = await inside(async ({ dynamo }) => {
      await dynamo.send(new PutItemCommand(put('a', 7).Put));
      return dynamo.send(
        transact([put('a', 8, { ConditionExpression: 'attribute_not_exists(pk)' })]),
      );
    });
    const [reason] = (error as TransactionCanceledException).CancellationReasons ?? [];
    expect(reason?.Code).toBe('ConditionalCheckFailed');
    expect(reason?.Item).toBeUndefined();
  });

  it.each([
    ['two actions on one item', [put('a'), put('a', 2)], 'multiple operations on one item'],
    ['no item', [], 'at least 1'],
    ['over 100 items', Array.from({ length: 101 }, (_, index) => put(`${index}`)), '101 members'],
  ])('with %s is refused', async (_, items, text) => {
    const { error, world } = await inside(({ dynamo }) => dynamo.send(transact(items)));
    expect(error?.name).toBe('ValidationException');
    expect(error?.message).toContain(text);
    expect(factsOf(world.history.facts, 'failure')).toEqual([]);
  });

  it('takes 100 items', async () => {
    const items = Array.from({ length: 100 }, (_, index) => put(`${index}`));
    const { error, world } = await inside(({ dynamo }) => dynamo.send(transact(items)));
    expect(error).toBeUndefined();
    expect(storedBy(effectsOf(world)[0])).toHaveLength(100);
  });

  it('with another action than Put is a failure of the run, not a success', async () => {
    const Key = { pk: S('fleet'), sk: S('a') };
    const { error, world } = await inside(({ dynamo }) =>
      dynamo.send(
        new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key } }] }),
      ),
    );
    expect(error?.message).toContain('Delete is not simulated');
    expect(factsOf(world.history.facts, 'failure')).toHaveLength(1);
  });
});

describe('the token of a transaction', () => {
  it('makes its repetition a success without effect', async () => {
    const { result, error, world } = await inside(async ({ dynamo }) => {
      await dynamo.send(transact([over('a', undefined)], 'token'));
      await dynamo.send(transact([over('a', undefined)], 'token'));
      return versionOf(dynamo, 'a');
    });
    expect([result, error]).toEqual(['1', undefined]);
    expect(effectsOf(world).map((effect) => storedBy(effect).length)).toEqual([1, 0]);
  });

  it('refuses another content', async () => {
    const { error } = await inside(async ({ dynamo }) => {
      await dynamo.send(transact([put('a', 1)], 'token'));
      return dynamo.send(transact([put('a', 2)], 'token'));
    });
    expect(error).toBeInstanceOf(IdempotentParameterMismatchException);
  });

  it('is forgotten after ten minutes', async () => {
    const { error } = await inside(
      async ({ dynamo }, { clock }) => {
        await dynamo.send(transact([over('a', undefined)], 'token'));
        await clock.sleep(minutes(11));
        return dynamo.send(transact([over('a', undefined)], 'token'));
      },
      { changes: { timeout: 890, queue: { VisibilityTimeout: 5_400 } }, lastsS: 800 },
    );
    expect(error).toBeInstanceOf(TransactionCanceledException);
  });

  it('of a cancelled transaction can be used again', async () => {
    const { error, result } = await inside(async ({ dynamo }) => {
      await dynamo.send(transact([over('a', 1)], 'token')).catch(() => undefined);
      await dynamo.send(new PutItemCommand(put('a', 1).Put));
      await dynamo.send(transact([over('a', 1)], 'token'));
      return versionOf(dynamo, 'a');
    });
    expect([result, error]).toEqual(['2', undefined]);
  });
});

describe('the permission of a transaction', () => {
  const withAction = (Action: string) => ({
    statements: [{ Effect: 'Allow', Action, Resource: '*' }],
  });

  it('is that of its Put items', async () => {
    const { error } = await inside(({ dynamo }) => dynamo.send(transact([put('a')])), {
      changes: withAction('dynamodb:PutItem'),
    });
    expect(error).toBeUndefined();
  });

  it('is none of its own', async () => {
    const { error } = await inside(({ dynamo }) => dynamo.send(transact([put('a')])), {
      changes: withAction('dynamodb:TransactWriteItems'),
    });
    expect(error?.name).toBe('AccessDeniedException');
  });
});

describe('a fault', () => {
  const span = { fromS: 0, toS: 100 };

  it('lets a transaction be in the way, which cancels it without effect', async () => {
    const { error, world } = await inside(
      ({ dynamo }) => dynamo.send(transact([put('a'), put('b')])),
      { prepare: ({ faults }) => faults.conflicts(span) },
    );
    const { CancellationReasons } = error as TransactionCanceledException;
    expect(CancellationReasons?.map(({ Code }) => Code)).toEqual(['TransactionConflict', 'None']);
    expect(effectsOf(world).map((effect) => storedBy(effect))).toEqual([[]]);
  });

  it('lets it be in the way of a plain write too', async () => {
    const { error } = await inside(({ dynamo }) => dynamo.send(new PutItemCommand(put('a').Put)), {
      prepare: ({ faults }) => faults.conflicts({ ...span, operation: 'PutItem' }),
    });
    expect(error?.name).toBe('TransactionConflictException');
  });

  it('lets the transaction of this token still go on', async () => {
    const { error } = await inside(({ dynamo }) => dynamo.send(transact([put('a')], 'token')), {
      prepare: ({ faults }) =>
        faults.api({
          service: 'dynamodb',
          ...span,
          fault: { kind: 'error', error: TRANSACTION_IN_PROGRESS },
        }),
    });
    expect(error).toBeInstanceOf(TransactionInProgressException);
  });
});

describe('the invariant of one writer', () => {
  const breaches = async (second: number): Promise<number> => {
    const { world } = await inside(
      async ({ dynamo }) => {
        const first = [put('fleet#limits'), put('instance#i-1'), put('instance#i-2')];
        await dynamo.send(transact(first));
        await dynamo.send(transact([put('fleet#limits', 2), put('instance#i-2', second)]));
      },
      { changes: { statements: [ALLOW_ALL] } },
    );
    return S2.check(storyOf(world.history.facts)).length;
  };

  it('reads every item of a transaction', async () => expect(await breaches(3)).toBe(1));

  it('finds nothing wrong with the next version', async () => expect(await breaches(2)).toBe(0));
});
