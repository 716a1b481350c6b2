import {
  RebootInstancesCommand,
  StopInstancesCommand,
  type StopInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { unreachable } from '../core/unreachable';
import type { ActOutcome, Ec2Port, StopMode } from '../ports';
import type { Ec2Client } from './clients';
import { act } from './ec2-act';
import type { TokenBucket } from './token-bucket';

/** What taking down needs beside the client. */
export interface TakedownOptions {
  /** The rate of every mutation but the start, shared in this execution environment. */
  readonly bucket: TokenBucket;
}

/**
 * What a mode adds to the request. The flags are left out, not set to false, where the mode does
 * not ask for them: IAM has no key for Force, so this table alone keeps a graceful stop graceful
 * (S6).
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
 */
function flagsOf(mode: StopMode): Pick<StopInstancesCommandInput, 'Force' | 'SkipOsShutdown'> {
  switch (mode) {
    case 'graceful':
      return {};
    case 'force':
      return { Force: true };
    case 'skip-os-shutdown':
      return { Force: true, SkipOsShutdown: true };
    default:
      return unreachable(mode);
  }
}

/** Stops one instance; a batch would fail whole for one instance in it. */
export function createStop(client: Ec2Client, { bucket }: TakedownOptions): Ec2Port['stop'] {
  return (instanceId, mode): Promise<ActOutcome> =>
    act(bucket, () =>
      client.send(new StopInstancesCommand({ InstanceIds: [instanceId], ...flagsOf(mode) })),
    );
}

/**
 * Reboots one instance. EC2 answers at once and shows no other state: only its status checks tell
 * what came of it.
 */
export function createReboot(client: Ec2Client, { bucket }: TakedownOptions): Ec2Port['reboot'] {
  return (instanceId): Promise<ActOutcome> =>
    act(bucket, () => client.send(new RebootInstancesCommand({ InstanceIds: [instanceId] })));
}
