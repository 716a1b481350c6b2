import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** Six times the function's timeout, as Lambda asks for its queues. */
const VISIBILITY = Duration.seconds(90);

/** After so many failed attempts a signal is set aside. */
const MAX_RECEIVE_COUNT = 5;

/** How long somebody has to look at what was set aside: as long as SQS keeps anything. */
const DEAD_LETTER_RETENTION = Duration.days(14);

/** The queue of signals, and the two queues for what went wrong before and after it. */
export class SignalQueue extends Construct {
  /** Every signal waits here: events, sweeps, ticks. */
  readonly queue: sqs.Queue;
  /** Signals on which the function failed again and again. */
  readonly deadLetters: sqs.Queue;
  /** What EventBridge and its Scheduler could not bring to the queue. */
  readonly undelivered: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...PROTECTED,
      retentionPeriod: DEAD_LETTER_RETENTION,
    });
    this.undelivered = new sqs.Queue(this, 'Undelivered', {
      ...PROTECTED,
      retentionPeriod: DEAD_LETTER_RETENTION,
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...PROTECTED,
      visibilityTimeout: VISIBILITY,
      // A day: a state change is stale in minutes, but who stopped a server, or that AWS Health
      // spoke, is worth reading after an outage of the function. A day of sweeps is 15 batches.
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    for (const queue of [this.deadLetters, this.undelivered]) {
      acknowledge(queue, 'AwsSolutions-SQS3', 'It is itself a dead-letter queue, with an alarm.');
    }
  }
}

/**
 * SSE-SQS needs no key and no key policy. EventBridge delivers to such queues in practice; one
 * table of its guide names queues under an AWS-owned key as unsupported, so an alarm watches
 * `undelivered`, and the sweep does not depend on EventBridge rules.
 */
const PROTECTED = {
  encryption: sqs.QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
} as const;
