import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createAlertPort } from './adapters/alerts';
import type { Clients } from './adapters/clients';
import { countedClients } from './adapters/counted-clients';
import { createApplicationPort } from './adapters/cloudwatch';
import { createEc2Ports } from './adapters/ec2';
import { createEventSender } from './adapters/events';
import { createHeartbeatPort, type FetchLike } from './adapters/heartbeat';
import { createHookPort } from './adapters/hooks';
import { createQueuePort } from './adapters/queue';
import { readBatch } from './adapters/sqs-batch';
import { createServicePort } from './adapters/ssm';
import { createStorePort } from './adapters/store';
import { createTrailPort } from './adapters/trail';
import { after, ms } from './core/time';
import type { ClockPort, Ports, TelemetryPort } from './ports';
import { readSettings, SettingsError, type Environment, type Settings } from './settings';
import { createWatchdog } from './watchdog';

/** The world as the function meets it: real in Lambda, simulated in a drill. */
export interface HandlerOptions {
  readonly clients: Clients;
  readonly clock: ClockPort;
  readonly env: Environment;
  readonly telemetry: TelemetryPort;
  readonly fetch: FetchLike;
  /** The shell to run; tests put their own here. */
  readonly compose?: typeof createWatchdog;
}

/** What of Lambda's context counts. */
export type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** A Lambda handler for batches of the signal queue, with partial responses. */
export type Handler = (event: SQSEvent, context: InvocationContext) => Promise<SQSBatchResponse>;

function settingsOf({ env, telemetry }: HandlerOptions): Settings {
  const read = readSettings(env);
  if (read.kind === 'valid') return read.settings;
  const error = new SettingsError(read.errors);
  telemetry.log('error', 'settings-invalid', { errors: read.errors });
  throw error;
}

function portsOf(options: HandlerOptions, settings: Settings): Ports {
  const { clock, telemetry, fetch } = options;
  const clients = countedClients(options.clients, telemetry);
  const { tableName, topicArn, queueUrl, home, heartbeatUrl: url } = settings;
  const { chatTopicArn, pagerTopicArn, eventBus } = settings;
  return {
    clock,
    telemetry,
    ...createEc2Ports(clients, { clock, telemetry }),
    service: createServicePort(clients.ssm, { telemetry }),
    hooks: createHookPort(clients, { home, busName: eventBus, clock, telemetry }),
    application: createApplicationPort(clients.cloudwatch, { clock, telemetry }),
    store: createStorePort(clients.dynamo, { tableName, clock, telemetry }),
    alerts: createAlertPort(clients.sns, {
      topicArn,
      chatTopicArn,
      pagerTopicArn,
      telemetry,
      events: createEventSender(clients.events, { busName: eventBus, telemetry }),
    }),
    queue: createQueuePort(clients.sqs, { queueUrl, home, clock, telemetry }),
    trail: createTrailPort(clients.trail, { clock, telemetry }),
    heartbeat: createHeartbeatPort(fetch, { url, telemetry }),
  };
}

const failures = (ids: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

/**
 * Composes the function, once an execution environment.
 *
 * @throws SettingsError with every mistake in the environment: a watchdog that does not know its
 *   policies must fail to start, which Lambda's error alarm tells, and act on nothing
 */
export function createHandler(options: HandlerOptions): Handler {
  const { clock, telemetry, compose = createWatchdog } = options;
  const settings = settingsOf(options);
  const watchdog = compose(portsOf(options, settings), settings);

  const refuse = (reason: string): SQSBatchResponse => {
    telemetry.count('SignalsRejected', 1);
    telemetry.log('warn', 'signal rejected', { messageId: '', reason });
    telemetry.flush();
    return failures([]);
  };

  return async (event, context) => {
    const requestId = context.awsRequestId;
    const batch = readBatch(event);
    if (batch.kind === 'none') return refuse(batch.reason);
    const { messages } = batch;
    const ids = messages.map(({ id }) => id).filter((id) => id !== '');
    try {
      const deadline = after(clock.now(), ms(context.getRemainingTimeInMillis()));
      const again = await watchdog.handle(messages, { requestId, deadline });
      // An id that is not in the batch would make Lambda take the whole batch for failed.
      return failures(ids.filter((id) => again.includes(id)));
    } catch (error) {
      telemetry.log('error', 'invocation-failed', { requestId, messages: ids.length, error });
      telemetry.count('InvocationsFailed', 1);
      return failures(ids);
    } finally {
      telemetry.flush();
    }
  };
}
