import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler, type HandlerOptions } from '../lambda/handler';
import { after, seconds } from '../lambda/core/time';
import type { Watchdog } from '../lambda/watchdog';
import { awsFailure, fakeClock, fakeTelemetry, NOON } from './adapters/fake-world';

const ENV = {
  ACCOUNT_ID: '111122223333',
  AWS_REGION: 'us-east-1',
  POLICIES: '{"livechat":{}}',
  TIME_ZONE: 'America/Los_Angeles',
  TABLE_NAME: 'incidents',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/signals',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:alerts',
  RUNBOOK_URL: 'https://example.com/runbook',
};

const SERVICES = [
  EC2Client,
  DynamoDBClient,
  SNSClient,
  SQSClient,
  CloudTrailClient,
  KMSClient,
  SSMClient,
  CloudWatchClient,
  EventBridgeClient,
];

const mocks = SERVICES.map((service) =>
  // One list of all clients, of which only `reset` and `calls` are used.
  mockClient(service as typeof EC2Client),
);
const callsToAws = () => mocks.flatMap((mock) => mock.calls());

const clients = () => ({
  ec2: new EC2Client({}),
  dynamo: new DynamoDBClient({}),
  sns: new SNSClient({}),
  sqs: new SQSClient({}),
  trail: new CloudTrailClient({}),
  kms: new KMSClient({}),
  ssm: new SSMClient({}),
  cloudwatch: new CloudWatchClient({}),
  events: new EventBridgeClient({}),
});

type Messages = Parameters<Watchdog['handle']>[0];
type Invocation = Parameters<Watchdog['handle']>[1];

interface Handled {
  readonly messages: Messages;
  readonly invocation: Invocation;
}

/** A handler around a shell that answers as the test says, and what reached that shell. */
function setUp(handle: () => Promise<readonly string[]>, change: Partial<HandlerOptions> = {}) {
  const telemetry = fakeTelemetry();
  const seen: Handled[] = [];
  const handler = createHandler({
    clients: clients(),
    clock: fakeClock(),
    env: ENV,
    telemetry,
    fetch: async () => ({ ok: true, status: 200 }),
    compose: () => ({
      handle: async (messages, invocation) => {
        seen.push({ messages, invocation });
        return handle();
      },
    }),
    ...change,
  });
  return { handler, telemetry, seen };
}

const batch = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index + 1}`, body }) as SQSRecord),
});

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 14_000 };

const failed = (...ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

beforeEach(() => {
  mocks.forEach((mock) => mock.reset());
});

describe('the handler', () => {
  test('hands over the parsed messages, the lease’s owner and the deadline', async () => {
    const { handler, seen } = setUp(async () => []);
    expect(await handler(batch('{"a":1}', '"x"'), context)).toEqual(failed());
    expect(seen).toEqual([
      {
        messages: [
          { id: 'm1', body: { a: 1 } },
          { id: 'm2', body: 'x' },
        ],
        invocation: { requestId: 'request-1', deadline: after(NOON, seconds(14)) },
      },
    ]);
  });

  test.each(['', 'not JSON', '{"a":', '\u0000'])(
    'hands over %j, which is no JSON, as it is',
    async (body) => {
      const { handler, seen } = setUp(async () => []);
      expect(await handler(batch(body), context)).toEqual(failed());
      expect(seen[0]?.messages).toEqual([{ id: 'm1', body }]);
    },
  );

  // Why these tests? A direct invocation, and one record that is none, threw before anything was
  // read, and the good records of the batch were lost with it.
  test.each([[null], ['text'], [7], [[]], [{}], [{ Records: null }], [{ Records: { length: 3 } }]])(
    'refuses %j, which is no batch, with a reason, and counts it',
    async (event) => {
      const { handler, telemetry, seen } = setUp(async () => []);
      expect(await handler(event as never, context)).toEqual(failed());
      expect(seen).toEqual([]);
      expect(telemetry.counted.get('SignalsRejected')).toBe(1);
      const reason = expect.stringContaining('a batch of the signal queue') as string;
      expect(telemetry.lines).toMatchObject([{ message: 'signal rejected', fields: { reason } }]);
    },
  );

  test('hands over the good record beside those that are none', async () => {
    const { handler, seen } = setUp(async () => ['', 'm1']);
    const [good] = batch('{"a":1}').Records;
    const odd = [null, 'text', {}, { messageId: 7, body: 7 }];
    expect(await handler({ Records: [...odd, good] } as never, context)).toEqual(failed('m1'));
    const nothing = { id: '', body: undefined };
    expect(seen[0]?.messages).toEqual([
      nothing,
      nothing,
      nothing,
      nothing,
      { id: 'm1', body: { a: 1 } },
    ]);
  });

  test('sends back what must come again, and only that', async () => {
    const { handler } = setUp(async () => ['m3', 'm1']);
    expect(await handler(batch('1', '2', '3'), context)).toEqual(failed('m1', 'm3'));
  });

  test('never sends back what was not in the batch: Lambda would repeat all of it', async () => {
    const { handler } = setUp(async () => ['somebody else', 'm2']);
    expect(await handler(batch('1', '2'), context)).toEqual(failed('m2'));
  });

  test('sends back everything when the shell breaks, logs why, and counts it', async () => {
    const broken = new TypeError('x is not a function');
    const { handler, telemetry } = setUp(() => Promise.reject(broken));
    expect(await handler(batch('1', '2'), context)).toEqual(failed('m1', 'm2'));
    expect(telemetry.lines).toEqual([
      {
        level: 'error',
        message: 'invocation-failed',
        fields: { requestId: 'request-1', messages: 2, error: broken },
      },
    ]);
    expect(telemetry.counted.get('InvocationsFailed')).toBe(1);
  });

  test.each([
    ['after a good run', async () => []],
    ['after a broken one', () => Promise.reject(new Error('broken'))],
  ])('writes the metrics once %s', async (_, handle) => {
    const { handler, telemetry } = setUp(handle);
    await handler(batch('1'), context);
    expect(telemetry.flushes()).toBe(1);
  });

  test('a batch of nothing is nothing to do', async () => {
    const { handler } = setUp(async () => []);
    expect(await handler(batch(), context)).toEqual(failed());
  });
});

describe('the composition', () => {
  test('hands every port to the shell, and asks AWS for nothing yet', () => {
    const seen: string[] = [];
    setUp(async () => [], {
      compose: (ports) => {
        seen.push(...Object.keys(ports));
        return { handle: async () => [] };
      },
    });
    expect(seen.toSorted()).toEqual([
      'addresses',
      'alerts',
      'application',
      'capacity',
      'clock',
      'ec2',
      'heartbeat',
      'hooks',
      'queue',
      'service',
      'store',
      'telemetry',
      'trail',
    ]);
    expect(callsToAws()).toEqual([]);
  });
});

describe('a broken environment', () => {
  test('fails to start with every mistake, and touches nothing', () => {
    const env = { ...ENV, POLICIES: '{"livechat":{"mode":"maybe"}}', ACCOUNT_ID: 'x' };
    const telemetry = fakeTelemetry();
    const start = () => setUp(async () => [], { env, telemetry });
    expect(start).toThrow(/ACCOUNT_ID is "x".*\n.*policies\.livechat\.mode is "maybe"/);
    expect(telemetry.lines).toMatchObject([{ level: 'error', message: 'settings-invalid' }]);
    expect(callsToAws()).toEqual([]);
  });

  test.each(['', '{}', 'null'])(
    'policies %j start nothing, least of all everything',
    (POLICIES) => {
      expect(() => setUp(async () => [], { env: { ...ENV, POLICIES } })).toThrow(/polic/i);
    },
  );
});

describe('the handler around the real shell', () => {
  const ec2 = mockClient(EC2Client);
  const dynamo = mockClient(DynamoDBClient);

  function realHandler() {
    const telemetry = fakeTelemetry();
    const handler = createHandler({
      clients: clients(),
      clock: fakeClock(),
      env: ENV,
      telemetry,
      fetch: async () => ({ ok: true, status: 200 }),
    });
    return { handler, telemetry };
  }

  beforeEach(() => {
    ec2.reset();
    dynamo.reset();
  });

  test('a malformed message is counted and not repeated', async () => {
    const { handler, telemetry } = realHandler();
    expect(await handler(batch('not JSON'), context)).toEqual(failed());
    expect(telemetry.counted.get('SignalsRejected')).toBe(1);
    expect(ec2.commandCalls(StartInstancesCommand)).toEqual([]);
  });

  test('a signal is looked into by its id; what EC2 does not answer starts nothing', async () => {
    ec2.on(DescribeInstancesCommand).rejects(awsFailure('RequestLimitExceeded', 503));
    dynamo.on(QueryCommand).resolves({ Items: [] });
    const { handler } = realHandler();
    const event = {
      id: '1',
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      account: '111122223333',
      region: 'us-east-1',
      time: '2024-08-01T12:10:00Z',
      resources: [],
      detail: { 'instance-id': 'i-0123456789abcdef0', state: 'stopped' },
    };
    await handler(batch(JSON.stringify(event)), context);
    const [read] = ec2.commandCalls(DescribeInstancesCommand);
    expect(read?.args[0].input.Filters).toContainEqual({
      Name: 'instance-id',
      Values: ['i-0123456789abcdef0'],
    });
    expect(ec2.commandCalls(StartInstancesCommand)).toEqual([]);
  });
});
