import { DescribeInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import type { ClockPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { Ec2Client } from './clients';
import { retryOnce } from './retry-once';

/** What reading the protection needs beside the client. */
export interface StopProtectionOptions {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/** DescribeInstanceAttribute answers for one instance: so many at once, and so many in all. */
const ATTRIBUTES_AT_ONCE = 5;
const MOST_ATTRIBUTES = 25;

async function protectionOf(
  client: Ec2Client,
  instanceId: string,
  { clock, telemetry }: StopProtectionOptions,
): Promise<boolean | undefined> {
  const command = new DescribeInstanceAttributeCommand({
    InstanceId: instanceId,
    Attribute: 'disableApiStop',
  });
  try {
    const answer = await retryOnce(clock, () => client.send(command));
    return answer.DisableApiStop?.Value;
  } catch (error) {
    const text = describeAwsError(awsError(error));
    telemetry.log('warn', 'stop-protection-unread', { instanceId, error: text });
    return undefined;
  }
}

/**
 * Whether stop protection is on, of the first 25 instances; undefined or absent where EC2 did not
 * say. Never throws.
 */
export async function stopProtections(
  client: Ec2Client,
  instanceIds: readonly string[],
  options: StopProtectionOptions,
): Promise<ReadonlyMap<string, boolean | undefined>> {
  const found = new Map<string, boolean | undefined>();
  const most = Math.min(instanceIds.length, MOST_ATTRIBUTES);
  for (let start = 0; start < most; start += ATTRIBUTES_AT_ONCE) {
    const part = instanceIds.slice(start, Math.min(most, start + ATTRIBUTES_AT_ONCE));
    const read = await Promise.all(part.map((id) => protectionOf(client, id, options)));
    part.forEach((id, index) => found.set(id, read[index]));
  }
  return found;
}
