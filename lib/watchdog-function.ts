import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { WatchdogConfig } from './watchdog-config';
import { environmentOf } from './environment';
import { roleNeedsOf } from './role-needs';
import type { PublishedTopics } from './topics';
import { WatchdogRole } from './watchdog-role';

/** What the function works with. */
export interface WatchdogFunctionProps {
  readonly config: WatchdogConfig;
  readonly queue: sqs.IQueue;
  readonly table: dynamodb.Table;
  readonly topics: PublishedTopics;
  readonly alertKey?: kms.IKey | undefined;
}

/** Short, since every invocation is a fresh look: what is cut off, the next one does. */
const TIMEOUT = Duration.seconds(15);

const PROJECT = join(__dirname, '..');
const BUNDLE_DIRECTORY = join(PROJECT, 'dist', 'lambda');

/** The function, its log group, its role and the mapping that feeds it. */
export class WatchdogFunction extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;
  readonly role: WatchdogRole;

  constructor(scope: Construct, id: string, props: WatchdogFunctionProps) {
    super(scope, id);
    // A group of the stack's own: one that Lambda or CDK makes would outlive the stack.
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new WatchdogRole(this, 'Role', {
      queue: props.queue,
      table: props.table,
      topics: props.topics,
      alertKey: props.alertKey,
      logGroup: this.logGroup,
      kmsKeyArns: props.config.kmsKeyArns,
      needs: roleNeedsOf(props.config),
    });
    this.function = this.makeFunction(props);
    this.feed(props.queue);
  }

  private makeFunction(props: WatchdogFunctionProps): lambda.Function {
    return new lambda.Function(this, 'Function', {
      description:
        'LiveChat Watchdog: restores servers that AWS stopped or broke, verifies, tells people',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // A share of the processor comes with the memory: a cold start at 128 MB is a second slower.
      memorySize: 1024,
      timeout: TIMEOUT,
      handler: 'index.handler',
      code: bundledCode(this),
      // Without policy updates: what the function may do is said in watchdog-role.ts alone.
      role: this.role.withoutPolicyUpdates(),
      logGroup: this.logGroup,
      // No application log level here: Lambda would drop the metrics' lines (EMF) below it.
      loggingFormat: lambda.LoggingFormat.JSON,
      // The fleet tick is a message that the function sends to its own queue. Lambda's recursive
      // loop detection would stop such a chain after about 16 links, in the middle of an incident.
      // The chain is bounded by the tick's generation and ends when nothing is open.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      recursiveLoop: lambda.RecursiveLoop.ALLOW,
      // No reserved concurrency: it would be taken from the account's pool for ever, fails to
      // deploy in accounts with a small quota, and the mapping below already holds it to two.
      environment: {
        ...environmentOf(props.config, {
          accountId: Aws.ACCOUNT_ID,
          tableName: props.table.tableName,
          queueUrl: props.queue.queueUrl,
          topicArn: props.topics.alertTopic.topicArn,
          chatTopicArn: props.topics.chatTopic?.topicArn,
          pagerTopicArn: props.topics.pagerTopic?.topicArn,
        }),
      },
    });
  }

  /**
   * A hundred records a batch, so that a zone outage is a few looks and not hundreds; more than
   * ten need a window, and one second is the shortest. Two at once is the least that SQS allows.
   */
  private feed(queue: sqs.IQueue): void {
    new lambda.EventSourceMapping(this, 'Signals', {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }
}

/**
 * The bundle that scripts/bundle.mjs makes: NodejsFunction takes no esbuild plugin, and without
 * the project's own the SDK's schemas double the load time. Where nothing is to be bundled
 * (tests, `cdk list`) a stand-in takes its place; it cannot be deployed by mistake, because the
 * CLI bundles every stack that it deploys.
 */
function bundledCode(scope: Construct): lambda.Code {
  if (!Stack.of(scope).bundlingRequired) {
    return lambda.Code.fromInline('throw new Error("The watchdog was not bundled");');
  }
  const command = [process.execPath, join(PROJECT, 'scripts', 'bundle.mjs')];
  return lambda.Code.fromCustomCommand(BUNDLE_DIRECTORY, command, {
    commandOptions: { cwd: PROJECT },
  });
}
