import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstanceStatusCommand, StartInstancesCommand } from '@aws-sdk/client-ec2';
import type { Clients } from '../../lambda/adapters/clients';
import { countedClients } from '../../lambda/adapters/counted-clients';
import { awsFailure, connectionReset, fakeTelemetry, timedOut } from './fake-world';

/** Clients of which EC2's and DynamoDB's answer thus. */
function setUp(answer: () => Promise<unknown>) {
  const telemetry = fakeTelemetry();
  const asked: (readonly unknown[])[] = [];
  const send = (...args: readonly unknown[]) => {
    asked.push(args);
    return answer();
  };
  const clients = countedClients(
    { ec2: { send }, dynamo: { send } } as unknown as Clients,
    telemetry,
  );
  return { telemetry, clients, asked };
}

const COMMAND = new StartInstancesCommand({ InstanceIds: ['i-1'] });

describe('a call that AWS did not answer', () => {
  test.each([
    ['a server error', awsFailure('InternalError', 500), 'ApiErrors'],
    ['a time-out', timedOut(), 'ApiErrors'],
    ['a closed connection', connectionReset(), 'ApiErrors'],
    ['a missing permission', awsFailure('UnauthorizedOperation', 403), 'ApiErrors'],
    ['a throttle', awsFailure('RequestLimitExceeded', 503), 'ApiThrottles'],
  ])('%s is counted once, and as nothing else', async (_, error, metric) => {
    const { telemetry, clients } = setUp(() => Promise.reject(error));
    await expect(clients.ec2.send(COMMAND)).rejects.toBe(error);
    expect([...telemetry.counted]).toEqual([[metric, 1]]);
  });

  test('is logged with who was asked for what, and the answer', async () => {
    const error = awsFailure('RequestLimitExceeded', 503, 'Request limit exceeded.');
    const { telemetry, clients } = setUp(() => Promise.reject(error));
    await expect(clients.ec2.send(COMMAND)).rejects.toBe(error);
    expect(telemetry.lines).toEqual([
      {
        level: 'warn',
        message: 'aws-call-failed',
        fields: {
          service: 'ec2',
          operation: 'StartInstances',
          fault: 'throttled',
          code: 'RequestLimitExceeded',
          error: 'Request limit exceeded.',
        },
      },
    ]);
  });
});

describe('an error that is an answer is NOT counted', () => {
  test.each([
    ['no capacity', awsFailure('InsufficientInstanceCapacity', 500)],
    ['another state', awsFailure('IncorrectInstanceState', 400)],
    ['a dry run that would have worked', awsFailure('DryRunOperation', 412)],
    ['another invocation was quicker', awsFailure('ConditionalCheckFailedException', 400)],
    ['an agent of Systems Manager that is away', awsFailure('InvalidInstanceId', 400)],
    ['the same in a transaction', awsFailure('TransactionCanceledException', 400)],
  ])('%s', async (_, error) => {
    const { telemetry, clients } = setUp(() => Promise.reject(error));
    await expect(
      clients.dynamo.send(new PutItemCommand({ TableName: 't', Item: {} })),
    ).rejects.toBe(error);
    expect([...telemetry.counted]).toEqual([]);
    expect(telemetry.lines).toEqual([]);
  });
});

test('a filter that the Region does not offer is NOT counted; another bad value is', async () => {
  const error = awsFailure('InvalidParameterValue', 400);
  const { telemetry, clients } = setUp(() => Promise.reject(error));
  await expect(clients.ec2.send(new DescribeInstanceStatusCommand({}))).rejects.toBe(error);
  expect([...telemetry.counted]).toEqual([]);
  await expect(clients.ec2.send(COMMAND)).rejects.toBe(error);
  expect([...telemetry.counted]).toEqual([['ApiErrors', 1]]);
});

test('a call that succeeds is passed on as it is', async () => {
  const { telemetry, clients, asked } = setUp(() => Promise.resolve({ StartingInstances: [] }));
  await expect(clients.ec2.send(COMMAND)).resolves.toEqual({ StartingInstances: [] });
  expect(asked).toEqual([[COMMAND]]);
  expect([...telemetry.counted]).toEqual([]);
});
