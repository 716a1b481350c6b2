import { DescribeVolumesCommand, StartInstancesCommand } from '@aws-sdk/client-ec2';
import type { InstanceView } from '../core/observation';
import type { RescueFacts } from '../core/readiness';
import type { ClockPort, Ec2Port, TelemetryPort } from '../ports';
import type { AwsEbsKey } from './aws-ebs-key';
import { awsError, describeAwsError } from './aws-errors';
import type { Ec2Client } from './clients';
import { ec2Error } from './ec2-errors';
import { stopProtections } from './ec2-stop-protection';
import { retryOnce } from './retry-once';
import type { TokenBucket } from './token-bucket';

/** What the facts need beside the client. */
export interface RescueFactsOptions {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
  /** A dry run is a request of StartInstances like any other: it draws on the same bucket. */
  readonly bucket: TokenBucket;
  /** Which key is AWS's own; asked for only when a volume is encrypted. Never throws. */
  readonly awsEbsKey: () => Promise<AwsEbsKey>;
}

/** EC2 takes at most 200 values of a filter. */
const VALUES_PER_FILTER = 200;
const PAGE_SIZE = 500;
const MOST_PAGES = 20;
/** Each waits two seconds for its turn: more would eat the time of the run. */
const MOST_SINGLE_DRY_RUNS = 2;

type KeysByInstance = ReadonlyMap<string, readonly string[]>;

/** The keys of the encrypted volumes of some instances, customer keys and AWS's own alike. */
async function readKeys(
  client: Ec2Client,
  instanceIds: readonly string[],
  clock: ClockPort,
): Promise<KeysByInstance> {
  const keys = new Map(instanceIds.map((id) => [id, new Set<string>()]));
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeVolumesCommand({
      Filters: [{ Name: 'attachment.instance-id', Values: [...instanceIds] }],
      MaxResults: PAGE_SIZE,
      NextToken: token,
    });
    const answer = await retryOnce(clock, () => client.send(command));
    for (const { Encrypted, KmsKeyId, Attachments } of answer.Volumes ?? []) {
      if (Encrypted !== true || KmsKeyId === undefined) continue;
      for (const { InstanceId } of Attachments ?? []) keys.get(InstanceId ?? '')?.add(KmsKeyId);
    }
    token = answer.NextToken;
    if (token === undefined || token === '') {
      return new Map([...keys].map(([id, arns]) => [id, [...arns].toSorted()]));
    }
  }
  throw new Error(`DescribeVolumes has more than ${MOST_PAGES} pages`);
}

/** The same, undefined where EC2 did not answer. */
async function keysOf(
  client: Ec2Client,
  instanceIds: readonly string[],
  { clock, telemetry }: RescueFactsOptions,
): Promise<KeysByInstance | undefined> {
  try {
    return await readKeys(client, instanceIds, clock);
  } catch (error) {
    telemetry.log('warn', 'volumes-unread', { error: describeAwsError(awsError(error)) });
    return undefined;
  }
}

/**
 * The customer keys among them. Where AWS's own key is not known, nothing is known of an instance
 * with any key: a finding must be certain. One whose volumes are not encrypted has none anyway.
 */
async function customerKeysOf(
  client: Ec2Client,
  instanceIds: readonly string[],
  options: RescueFactsOptions,
): Promise<ReadonlyMap<string, readonly string[] | undefined>> {
  const keys = await keysOf(client, instanceIds, options);
  if (keys === undefined || [...keys.values()].every((arns) => arns.length === 0)) {
    return keys ?? new Map();
  }
  const own = await options.awsEbsKey();
  const customer = (arns: readonly string[]): readonly string[] | undefined => {
    if (own.kind === 'unknown') return arns.length === 0 ? arns : undefined;
    return own.kind === 'none' ? arns : arns.filter((arn) => arn !== own.arn);
  };
  return new Map([...keys].map(([id, arns]) => [id, customer(arns)]));
}

/** EC2 answers a dry run with an error either way: `DryRunOperation` is the yes. */
async function dryRun(
  client: Ec2Client,
  instanceIds: readonly string[],
): Promise<boolean | undefined> {
  try {
    await client.send(new StartInstancesCommand({ InstanceIds: [...instanceIds], DryRun: true }));
    // Only an emulator that knows no permissions gets here, and it has started nothing running.
    return undefined;
  } catch (thrown) {
    const { code } = ec2Error(thrown);
    // Permission is judged before the state: who is told of a wrong state may start.
    if (code === 'DryRunOperation' || code === 'IncorrectInstanceState') return true;
    return code === 'UnauthorizedOperation' ? false : undefined;
  }
}

/**
 * Whether the role may start the instances: one dry run for all. When that is refused, one instance
 * may have refused it for all, so a few are asked for by themselves. When all of those are refused
 * too, the permission itself is missing (its condition is one tag, the same for all), and silence
 * about the rest would be worse than a finding too many; otherwise the rest stays unknown.
 */
async function permissions(
  client: Ec2Client,
  instanceIds: readonly string[],
  bucket: TokenBucket,
): Promise<ReadonlyMap<string, boolean | undefined>> {
  const all = (await bucket.take()) ? await dryRun(client, instanceIds) : undefined;
  const everybody = new Map(instanceIds.map((id) => [id, all]));
  if (all !== false || instanceIds.length === 1) return everybody;
  const found = new Map<string, boolean | undefined>();
  for (const id of instanceIds.slice(0, MOST_SINGLE_DRY_RUNS)) {
    if (!(await bucket.take())) break;
    found.set(id, await dryRun(client, [id]));
  }
  const answers = [...found.values()];
  const isGeneral = answers.length > 0 && answers.every((may) => may === false);
  return isGeneral ? everybody : found;
}

/** Reads what a rescue needs and DescribeInstances does not tell; for the first 200 views. */
export function createRescueFacts(
  client: Ec2Client,
  options: RescueFactsOptions,
): Ec2Port['rescueFacts'] {
  return async (views: readonly InstanceView[]) => {
    const ids = [...new Set(views.map((view) => view.instanceId))].slice(0, VALUES_PER_FILTER);
    if (ids.length === 0) return new Map<string, RescueFacts>();
    const [keys, protectedById, permitted] = await Promise.all([
      customerKeysOf(client, ids, options),
      stopProtections(client, ids, options),
      permissions(client, ids, options.bucket),
    ]);
    return new Map(
      ids.map((id): [string, RescueFacts] => [
        id,
        {
          kmsKeyArns: keys.get(id),
          stopProtection: protectedById.get(id),
          mayStart: permitted.get(id),
        },
      ]),
    );
  };
}
