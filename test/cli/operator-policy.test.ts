import { policyFor, typed } from '../../cli/simulated-account';
import { operatorPolicy, type Duty, type OperatorPolicy } from '../../cli/operator-policy';
import { POD_23 } from '../../sim/drills/servers';
import { OPERATOR } from '../../sim/people';
import type { World } from '../../sim/world';
import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { chatWorld, tableName } from './account-world';

/** Every command once, in an order in which each has something to do. */
const COMMANDS: readonly (readonly [Duty, readonly string[]])[] = [
  ['read', ['status']],
  ['operate', ['ack', 'pod-23']],
  ['operate', ['pause', 'pod-23', '--for', '1h']],
  ['operate', ['resume', 'pod-23']],
  ['pause-policies', ['pause', '--policy', 'livechat', '--for', '1h']],
  ['pause-policies', ['resume', '--policy', 'livechat']],
];

const DUTIES: readonly Duty[] = ['read', 'operate', 'pause-policies'];

/** A page stands for pod-23. */
async function paged(): Promise<{ readonly world: World; readonly table: string }> {
  const world = chatWorld();
  await world.runUntil(300);
  world.people.shutdownGuest(POD_23);
  await world.runUntil(360);
  return { world, table: await tableName(world) };
}

test.each(DUTIES)('the policy of "%s" allows its commands and refuses the others', async (duty) => {
  const { world, table } = await paged();
  const policy = policyFor(duty, world, table);
  for (const [needed, args] of COMMANDS) {
    const isAllowed = DUTIES.indexOf(needed) <= DUTIES.indexOf(duty);
    const { code, err } = await typed(world, args, { policy });
    expect([args, err === '' ? 'done' : err.split(' in ')[0]]).toEqual([
      args,
      isAllowed ? 'done' : expect.stringContaining('You may not call '),
    ]);
    expect(code).toBe(isAllowed ? 0 : 1);
    // Somebody who may does it, so that the next command has something to do.
    if (!isAllowed) await typed(world, args);
  }
});

function without(policy: OperatorPolicy, action: string): OperatorPolicy {
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((one) => one !== action),
    })),
  };
}

const place = { region: 'r', accountId: 'a', stack: 's', table: 't' };
const ACTIONS = operatorPolicy('pause-policies', place).Statement.flatMap(({ Action }) => Action);

// The template only makes the status complete; Scan is for the reports.
const NOT_NEEDED_HERE = ['cloudformation:GetTemplate', 'dynamodb:Scan'];

test.each(ACTIONS.filter((action) => !NOT_NEEDED_HERE.includes(action)))(
  'without %s a command says that it is missing',
  async (action) => {
    const { world, table } = await paged();
    const policy = without(policyFor('pause-policies', world, table), action);
    const errors: string[] = [];
    for (const [, args] of COMMANDS) errors.push((await typed(world, args, { policy })).err);
    expect(errors.join('\n')).toContain(`You may not call ${action} on `);
    expect(errors.join('\n')).toContain(`Ask for the permission ${action}; docs/cli.md has`);
  },
);

test('without the template the status is told all the same, with a warning', async () => {
  const { world, table } = await paged();
  const policy = without(policyFor('read', world, table), 'cloudformation:GetTemplate');
  const { code, out } = await typed(world, ['status'], { policy });
  expect(code).toBe(0);
  expect(out).toContain(
    'You may not call cloudformation:GetTemplate on the stack LiveChatWatchdog',
  );
  expect(out).toMatch(/livechat {2}unknown/);
});

describe('whoever may acknowledge and pause', () => {
  const OTHER = 'i-0123456789abcdef0';

  async function clients() {
    const { world, table } = await paged();
    world.ec2.addInstance({ id: OTHER, zone: 'us-east-1a', type: 'm6i.large', tags: {} });
    const policy = policyFor('pause-policies', world, table);
    return { table, ...world.clientsOf({ by: OPERATOR, policy }) };
  }

  const tag = (id: string, Key: string) =>
    new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value: 'x' }] });

  test('may write the tags of operators', async () => {
    const { ec2 } = await clients();
    await expect(ec2.send(tag(POD_23, 'watchdog:hold'))).resolves.toEqual({});
  });

  test.each([
    ['the opt-in tag', tag(POD_23, 'watchdog')],
    ["the watchdog's own word", tag(POD_23, 'watchdog:own-stop')],
    ['a tag of others', tag(POD_23, 'Name')],
    ['an instance that is not managed', tag(OTHER, 'watchdog:hold')],
    ['every tag at once', new DeleteTagsCommand({ Resources: [POD_23] })],
  ])('may not write %s', async (_what, command) => {
    const { ec2 } = await clients();
    await expect(ec2.send(command as CreateTagsCommand)).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    });
  });

  test('may not write into the archive', async () => {
    const { dynamo, table } = await clients();
    const Item = { pk: { S: 'incident#x' }, sk: { S: 'record' } };
    const put = new PutItemCommand({ TableName: table, Item });
    await expect(dynamo.send(put)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
