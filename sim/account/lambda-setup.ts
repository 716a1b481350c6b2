import type { Queue, Queues } from './sqs';
import { isObject, UnsimulatedTemplateError, type Deployment, type Resource } from './template';

/** How the queue feeds the function. */
export interface Mapping {
  readonly queue: Queue;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly concurrency: number;
  readonly partial: boolean;
}

/** The function as it is deployed. */
export interface FunctionSetup {
  readonly name: string;
  readonly roleArn: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly env: Readonly<Record<string, string>>;
}

/** The function with this name or ARN. */
export function loadFunction(deployment: Deployment, nameOrArn: string): FunctionSetup {
  const resource = deployment
    .all('AWS::Lambda::Function')
    .find(({ arn, logicalId }) => arn === nameOrArn || deployment.nameOf(logicalId) === nameOrArn);
  if (resource === undefined) throw new UnsimulatedTemplateError(`No function ${nameOrArn}`);
  const { properties, logicalId } = resource;
  const environment = properties['Environment'];
  const variables = isObject(environment) ? environment['Variables'] : undefined;
  const given = Object.entries(isObject(variables) ? variables : {});
  const name = deployment.nameOf(logicalId);
  return {
    name,
    roleArn: String(properties['Role']),
    timeoutMs: Number(properties['Timeout'] ?? 3) * 1_000,
    memoryMb: Number(properties['MemorySize'] ?? 128),
    // Lambda itself sets the Region and the log group.
    env: {
      AWS_REGION: deployment.home.region,
      AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(resource, name),
      ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    },
  };
}

function logGroupOf({ properties }: Resource, name: string): string {
  const logging = properties['LoggingConfig'];
  const group = isObject(logging) ? logging['LogGroup'] : undefined;
  return typeof group === 'string' ? group : `/aws/lambda/${name}`;
}

/** Reads the mapping and refuses what AWS refuses, which neither CDK nor a linter notices. */
export function loadMapping(mapping: Resource, queues: Queues, setup: FunctionSetup): Mapping {
  const { properties, logicalId } = mapping;
  const batchSize = Number(properties['BatchSize'] ?? 10);
  const windowS = Number(properties['MaximumBatchingWindowInSeconds'] ?? 0);
  const scaling = properties['ScalingConfig'];
  const concurrency = isObject(scaling) ? Number(scaling['MaximumConcurrency']) : 1_000;
  const queue = queues.byArn(String(properties['EventSourceArn']));
  const refuse = (text: string): never => {
    throw new Error(`Event source mapping ${logicalId}: ${text}`);
  };
  if (batchSize > 10 && windowS < 1) refuse('a batch size over 10 needs a batching window');
  if (concurrency < 2) refuse('the maximum concurrency is at least 2');
  if (queue.visibility < setup.timeoutMs)
    refuse("the queue hides messages for less than a run's time");
  const types = properties['FunctionResponseTypes'];
  const partial = Array.isArray(types) && types.includes('ReportBatchItemFailures');
  return { queue, batchSize, windowMs: windowS * 1_000, concurrency, partial };
}
