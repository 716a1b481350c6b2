import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Home } from '../core/signals/signal';
import { iso, type Duration, type Instant } from '../core/time';
import type { ClockPort, QueuePort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { SqsClient } from './clients';
import { retryOnce } from './retry-once';

/** What sending needs beside the client. */
export interface QueueOptions {
  readonly queueUrl: string;
  readonly home: Home;
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/** SQS delays by whole seconds, 15 minutes at most. */
const LONGEST_DELAY_S = 900;

/** The envelope of a tick: the form of an EventBridge event, so that one parser reads all. */
function tickBody(generation: number, at: Instant, { accountId, region }: Home): string {
  return JSON.stringify({
    version: '0',
    id: `tick-${generation}`,
    source: 'watchdog.queue',
    'detail-type': 'Tick',
    account: accountId,
    region,
    time: iso(at),
    resources: [],
    detail: { generation },
  });
}

const delayOf = (delay: Duration): number =>
  Math.min(LONGEST_DELAY_S, Math.max(0, Math.ceil(delay / 1_000)));

/** Sends the fleet tick to the signal queue. A tick that arrives twice is dropped by generation. */
export function createQueuePort(client: SqsClient, options: QueueOptions): QueuePort {
  const { queueUrl, home, clock, telemetry } = options;
  return {
    async sendTick(generation, delay, at) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: tickBody(generation, at, home),
        DelaySeconds: delayOf(delay),
      });
      try {
        await retryOnce(clock, () => client.send(command));
        return true;
      } catch (error) {
        const text = describeAwsError(awsError(error));
        telemetry.log('error', 'tick-not-sent', { generation, error: text });
        return false;
      }
    },
  };
}
