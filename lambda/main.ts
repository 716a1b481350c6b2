import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createSystemClock } from './adapters/system-clock';
import { createTelemetry, METRICS_NAMESPACE, SERVICE_NAME } from './adapters/telemetry';
import { REQUEST_TIMEOUT_MS } from './adapters/timeouts';
import { createHandler } from './handler';

/**
 * No retries of the SDK: it would wait with a random backoff inside the 15 s of a run, and repeat a
 * mutation whose answer was lost. Without `throwOnRequestTimeout` a slow answer is only warned of.
 */
const config = (requestTimeout: number) => ({
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout,
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: 50 },
  },
});
const CONFIG = config(REQUEST_TIMEOUT_MS.other);

const telemetry = createTelemetry({
  logger: new Logger({ serviceName: SERVICE_NAME }),
  metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: SERVICE_NAME }),
});

/** The deployed function: the real clock, the real clients, the environment of the stack. */
export const handler = createHandler({
  clients: {
    ec2: new EC2Client(CONFIG),
    dynamo: new DynamoDBClient(config(REQUEST_TIMEOUT_MS.dynamodb)),
    sns: new SNSClient(CONFIG),
    // The queue's URL names the real host: with it as the endpoint an override would not hold.
    sqs: new SQSClient({ ...CONFIG, useQueueUrlAsEndpoint: false }),
    trail: new CloudTrailClient(CONFIG),
    kms: new KMSClient(CONFIG),
    ssm: new SSMClient(CONFIG),
    cloudwatch: new CloudWatchClient(CONFIG),
    events: new EventBridgeClient(CONFIG),
  },
  clock: createSystemClock(),
  env: process.env,
  telemetry,
  fetch,
});
