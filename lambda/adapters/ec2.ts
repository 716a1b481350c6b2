import { seconds } from '../core/time';
import type { ClockPort, Ec2Port, TelemetryPort } from '../ports';
import { createAwsEbsKey } from './aws-ebs-key';
import type { Clients } from './clients';
import { createLook } from './ec2-look';
import { createRescueFacts } from './ec2-rescue-facts';
import { createStart } from './ec2-start';
import { createStatusOf, createTroubled } from './ec2-status';
import { createTag } from './ec2-tags';
import { createTokenBucket, type Rate } from './token-bucket';

/** What the EC2 port needs beside the clients. */
export interface Ec2Options {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/**
 * EC2 gives StartInstances a bucket of 5 and 2 more a second for the whole account, of which the
 * watchdog takes at most half. Two environments run at a time (the event source's concurrency),
 * so each has a quarter.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export const START_RATE: Rate = { capacity: 1, refillPerSecond: 0.5, longestWait: seconds(8) };

/**
 * EC2 over its API, and KMS for the keys of its volumes. Create one an execution environment: it
 * holds the rate of the starts, and which key is AWS's own.
 */
export function createEc2Port(
  { ec2: client, kms }: Pick<Clients, 'ec2' | 'kms'>,
  options: Ec2Options,
): Ec2Port {
  const bucket = createTokenBucket(options.clock, START_RATE);
  return {
    look: createLook(client, options),
    statusOf: createStatusOf(client, options),
    troubled: createTroubled(client, options),
    start: createStart(client, { bucket }),
    tag: createTag(client, options),
    rescueFacts: createRescueFacts(client, {
      ...options,
      bucket,
      awsEbsKey: createAwsEbsKey(kms, options),
    }),
  };
}
