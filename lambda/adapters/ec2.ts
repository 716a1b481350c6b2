import { seconds } from '../core/time';
import type { AddressPort, CapacityPort, ClockPort, Ec2Port, TelemetryPort } from '../ports';
import { createAwsEbsKey } from './aws-ebs-key';
import type { Clients } from './clients';
import { ACT_RATE } from './ec2-act';
import { createAddressPort } from './ec2-addresses';
import { createCapacityPort } from './ec2-capacity';
import { createLook } from './ec2-look';
import { createRescueFacts } from './ec2-rescue-facts';
import { createStart } from './ec2-start';
import { createStatusOf, createTroubled } from './ec2-status';
import { createTag } from './ec2-tags';
import { createReboot, createStop } from './ec2-takedown';
import { createTakedownReads } from './ec2-takedown-reads';
import { createTypeReader } from './ec2-types';
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

/** EC2 also counts the instances that are started: 1,000, and 2 a second; a quarter likewise. */
export const STARTED_RATE: Rate = { capacity: 250, refillPerSecond: 0.5, longestWait: seconds(0) };

/** The ports that share EC2's rates and what is known of its types. */
export interface Ec2Ports {
  readonly ec2: Ec2Port;
  readonly capacity: CapacityPort;
  readonly addresses: AddressPort;
}

/**
 * EC2 over its API, and KMS for the keys of its volumes. Create them once an execution environment:
 * they hold the rates of the starts and of the other acts, the facts of types, and which key is
 * AWS's own.
 */
export function createEc2Ports(
  { ec2: client, kms }: Pick<Clients, 'ec2' | 'kms'>,
  options: Ec2Options,
): Ec2Ports {
  const bucket = createTokenBucket(options.clock, START_RATE);
  const instances = createTokenBucket(options.clock, STARTED_RATE);
  const acts = { ...options, bucket: createTokenBucket(options.clock, ACT_RATE) };
  const types = createTypeReader(client, options);
  return {
    ec2: {
      look: createLook(client, options),
      statusOf: createStatusOf(client, options),
      troubled: createTroubled(client, options),
      start: createStart(client, { bucket, instances }),
      startsLeft: () => instances.left(),
      stop: createStop(client, acts),
      reboot: createReboot(client, acts),
      takedownReads: createTakedownReads(client, { ...options, types }),
      tag: createTag(client, options),
      rescueFacts: createRescueFacts(client, {
        ...options,
        bucket,
        awsEbsKey: createAwsEbsKey(kms, options),
      }),
    },
    capacity: createCapacityPort(client, { ...acts, types }),
    addresses: createAddressPort(client, acts),
  };
}
