import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { compileCondition, ExpressionError } from '../../../sim/account/condition';
import { factsOf } from '../../../sim/history';
import { inside } from './lab';

const TableName = 'LiveChatWatchdog-Incidents';
const N = (value: number): AttributeValue => ({ N: String(value) });
const S = (value: string): AttributeValue => ({ S: value });

describe('a condition', () => {
  const item = { pk: S('fleet'), version: N(3), owner: S('ana'), closed: { BOOL: true } };
  const holds = (text: string, on: Record<string, AttributeValue> | undefined = item): boolean =>
    compileCondition(text, {
      names: text.includes('#v') ? { '#v': 'version' } : {},
      values: Object.fromEntries(
        Object.entries({
          ':three': N(3),
          ':four': N(4),
          ':ana': S('ana'),
          ':yes': { BOOL: true },
        }).filter(([name]) => text.includes(name)),
      ),
    })(on);

  it.each([
    ['version = :three', true],
    ['#v = :four', false],
    ['#v < :four', true],
    ['version >= :four', false],
    ['version <> :four', true],
    ['version = :ana', false],
    ['closed = :yes', true],
    ['absent = :three', false],
    ['absent <> :three', true],
    ['attribute_exists(owner)', true],
    ['attribute_not_exists(owner)', false],
    ['attribute_not_exists(pk) OR version = :three', true],
    ['attribute_not_exists(pk) OR version = :three AND owner = :ana', true],
    ['(attribute_not_exists(pk) OR version = :four) AND owner = :ana', false],
    ['NOT version = :four', true],
    ['begins_with(owner, :ana)', true],
  ])('%s is %s', (text, expected) => expect(holds(text)).toBe(expected));

  it('of an absent item knows no attribute', () => {
    const absent = compileCondition('attribute_not_exists(pk)', { names: {}, values: {} });
    expect(absent(undefined)).toBe(true);
  });

  it.each([
    'size(pk) > :three',
    'version IN (:three)',
    'version BETWEEN :three AND :four',
    'a.b = :three',
    'version = :nobody',
    'version =',
    'version ! :three',
  ])('refuses %s', (text) => expect(() => holds(text)).toThrow(ExpressionError));

  it('refuses a value that the expression does not use, as DynamoDB does', () => {
    const unused = { names: {}, values: { ':three': N(3) } };
    expect(() => compileCondition('attribute_exists(pk)', unused)).toThrow('not used');
  });
});

describe('a table', () => {
  const put = (sk: string, version: number, condition?: string): PutItemCommand =>
    new PutItemCommand({
      TableName,
      Item: { pk: S('fleet'), sk: S(sk), version: N(version), body: S('x'.repeat(300_000)) },
      ...(condition === undefined
        ? {}
        : {
            ConditionExpression: condition,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ...(condition.includes(':old')
              ? { ExpressionAttributeValues: { ':old': N(version - 1) } }
              : {}),
          }),
    });

  it('takes a write on the right version only, and shows the item that stood against it', async () => {
    const { result, error, world } = await inside(async ({ dynamo }) => {
      await dynamo.send(put('a', 1, 'attribute_not_exists(pk)'));
      await dynamo.send(put('a', 2, 'version = :old'));
      return dynamo.send(put('a', 2, 'version = :old'));
    });
    expect(result).toBeUndefined();
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect((error as ConditionalCheckFailedException).Item?.['version']).toEqual(N(2));
    const stored = factsOf(world.history.facts, 'effect').map((effect) => effect.stored?.version);
    expect(stored).toEqual([1, 2, undefined]);
  });

  it('pages a query at one megabyte, in the order of the sort key', async () => {
    const { result } = await inside(async ({ dynamo }) => {
      for (const sk of ['e', 'a', 'd', 'b', 'c']) await dynamo.send(put(sk, 1));
      const pages: string[][] = [];
      let from: Record<string, AttributeValue> | undefined;
      do {
        const page = await dynamo.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': S('fleet') },
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        pages.push((page.Items ?? []).map((item) => item['sk']!.S!));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return pages;
    });
    expect(result).toEqual([['a', 'b', 'c', 'd'], ['e']]);
  });

  it('refuses what is not simulated, loudly', async () => {
    const { error, world } = await inside(({ dynamo }) =>
      dynamo.send(new UpdateItemCommand({ TableName, Key: { pk: S('a'), sk: S('b') } })),
    );
    expect(error?.message).toContain('UpdateItemCommand');
    expect(factsOf(world.history.facts, 'failure')).toHaveLength(1);
  });

  it('that does not exist is an error of DynamoDB', async () => {
    const { error } = await inside(({ dynamo }) =>
      dynamo.send(new PutItemCommand({ TableName: 'nobody', Item: { pk: S('a'), sk: S('b') } })),
    );
    expect(error?.name).toBe('ResourceNotFoundException');
  });
});
