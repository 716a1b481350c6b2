import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { OWN_TAGS } from '../core/tags';
import type { Ec2Port, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { Ec2Client } from './clients';

/** What tagging needs beside the client. */
export interface TagOptions {
  readonly telemetry: TelemetryPort;
}

const OWN_KEYS: ReadonlySet<string> = new Set(Object.values(OWN_TAGS));
/** EC2 keeps no longer value; a text that is cut still tells more than none. */
const LONGEST_VALUE = 256;

/**
 * Writes the watchdog's own tags. The role may write no other key, least of all the opt-in tag; a
 * call with one is a fault of the program, told in the log before AWS has to refuse it.
 */
export function createTag(client: Ec2Client, { telemetry }: TagOptions): Ec2Port['tag'] {
  return async (instanceId, tags) => {
    const foreign = Object.keys(tags).filter((key) => !OWN_KEYS.has(key));
    if (foreign.length > 0) {
      telemetry.log('error', 'foreign-tag-refused', { instanceId, keys: foreign });
      return false;
    }
    const Tags = Object.entries(tags).map(([Key, value]) => ({
      Key,
      Value: value.slice(0, LONGEST_VALUE),
    }));
    if (Tags.length === 0) return true;
    try {
      await client.send(new CreateTagsCommand({ Resources: [instanceId], Tags }));
      return true;
    } catch (error) {
      telemetry.log('warn', 'tag-failed', { instanceId, error: describeAwsError(awsError(error)) });
      return false;
    }
  };
}
