import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateTagsCommand, DeleteTagsCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import type { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { synthesizeTemplate } from '../../lib/synthesize';
import { chatServer, POD_23 } from '../../sim/drills/servers';
import { factsOf } from '../../sim/history';
import { OPERATOR } from '../../sim/people';
import { createWorld, type World } from '../../sim/world';

const template = synthesizeTemplate();

const EVERYTHING = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

function world(): World {
  const made = createWorld({ seed: 1, startAt: '2024-08-01T12:00:00Z', template });
  made.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
  return made;
}

const clientsOf = (made: World, policy: object = EVERYTHING) =>
  made.clientsOf({ by: OPERATOR, policy });

/** The one table, by its output. */
async function tableOf({ cloudFormation }: ReturnType<typeof clientsOf>): Promise<string> {
  const command = new DescribeStacksCommand({ StackName: 'LiveChatWatchdog' });
  const { Stacks } = await cloudFormation.send(command);
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return outputs.find(({ OutputKey }) => OutputKey === 'IncidentTableName')?.OutputValue ?? '';
}

const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });

describe("a person's calls", () => {
  it('take effect at once, in the name of that person', async () => {
    const made = world();
    const { ec2 } = clientsOf(made);
    const Tags = [{ Key: 'watchdog:hold', Value: 'x' }];
    await ec2.send(new CreateTagsCommand({ Resources: [POD_23], Tags }));
    expect(factsOf(made.history.facts, 'tags').at(-1)).toMatchObject({
      by: OPERATOR,
      tags: { 'watchdog:hold': 'x' },
    });
    await ec2.send(
      new DeleteTagsCommand({ Resources: [POD_23], Tags: [{ Key: 'watchdog:hold' }] }),
    );
    expect(factsOf(made.history.facts, 'tags').at(-1)?.tags).not.toHaveProperty('watchdog:hold');
  });

  it("are a person's stops, which the watchdog does not undo", async () => {
    const made = world();
    await made.runUntil(300);
    await clientsOf(made).ec2.send(new StopInstancesCommand({ InstanceIds: [POD_23] }));
    await made.runUntil(900);
    const states = factsOf(made.history.facts, 'state').map(({ to }) => to);
    expect(states.slice(-2)).toEqual(['stopping', 'stopped']);
  });

  it('are refused without permission, and then change nothing', async () => {
    const made = world();
    const { ec2 } = clientsOf(made, { Statement: [] });
    const Tags = [{ Key: 'watchdog:hold' }];
    await expect(
      ec2.send(new DeleteTagsCommand({ Resources: [POD_23], Tags })),
    ).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });

  it('that are not simulated are refused loudly', async () => {
    const { ec2 } = clientsOf(world());
    class TerminateEverythingCommand {
      readonly input = {};
    }
    const command = new TerminateEverythingCommand() as unknown as PutEventsCommand;
    await expect(ec2.send(command as never)).rejects.toThrow('TerminateEverythingCommand');
  });
});

describe('the table, as people reach it', () => {
  it('deletes what is as it was read, and nothing else', async () => {
    const clients = clientsOf(world());
    const TableName = await tableOf(clients);
    const Item = { ...key('fleet', 'policy#a'), hold: { S: 'x' } };
    await clients.dynamo.send(new PutItemCommand({ TableName, Item }));
    const drop = (hold: string): DeleteItemCommand =>
      new DeleteItemCommand({
        TableName,
        Key: key('fleet', 'policy#a'),
        ConditionExpression: '#hold = :hold',
        ExpressionAttributeNames: { '#hold': 'hold' },
        ExpressionAttributeValues: { ':hold': { S: hold } },
      });
    await expect(clients.dynamo.send(drop('y'))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    await clients.dynamo.send(drop('x'));
    await expect(clients.dynamo.send(drop('x'))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  it('is scanned by a filter', async () => {
    const clients = clientsOf(world());
    const TableName = await tableOf(clients);
    for (const pk of ['incident#a', 'incident#b', 'other']) {
      await clients.dynamo.send(new PutItemCommand({ TableName, Item: key(pk, 'record') }));
    }
    const { Items } = await clients.dynamo.send(
      new ScanCommand({
        TableName,
        FilterExpression: 'begins_with(pk, :incident)',
        ExpressionAttributeValues: { ':incident': { S: 'incident#' } },
      }),
    );
    expect(Items).toEqual([key('incident#a', 'record'), key('incident#b', 'record')]);
  });
});

it('a stack that is not there is a ValidationError, as in CloudFormation', async () => {
  const { cloudFormation } = clientsOf(world());
  const command = new DescribeStacksCommand({ StackName: 'Other' });
  await expect(cloudFormation.send(command)).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id Other does not exist',
  });
});
