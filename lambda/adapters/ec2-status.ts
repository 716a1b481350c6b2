import {
  DescribeInstanceStatusCommand,
  type DescribeInstanceStatusCommandInput,
  type Filter,
  type InstanceStatus,
  type InstanceStatusEvent,
} from '@aws-sdk/client-ec2';
import type { Check, Checks, CheckStatus, ScheduledEvent } from '../core/observation';
import { distinct, instanceIdOf } from '../core/signals/resource-id';
import { earliest } from '../core/time';
import type { ClockPort, Ec2Port, StatusAnswer, StatusView, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { Ec2Client } from './clients';
import { ec2Error, idsNamedIn } from './ec2-errors';
import { instantOf } from './ec2-view';
import { retryOnce } from './retry-once';

/** What reading the status needs beside the client. */
export interface StatusOptions {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/** EC2 takes at most 100 ids. */
const IDS_PER_CALL = 100;
/** As many reads at once as half of the account's refill (10 a second, unfiltered) allows. */
const READS_AT_ONCE = 5;
/** A part with ids that EC2 does not know is asked again without them, so often at most. */
const MOST_ROUNDS = 8;
const PAGE_SIZE = 1_000;
const MOST_PAGES = 20;

const STATUSES: ReadonlySet<string> = new Set<CheckStatus>([
  'ok',
  'impaired',
  'initializing',
  'insufficient-data',
  'not-applicable',
]);

/** The shape that the summaries of all four checks share. */
interface Summary {
  readonly Status?: string | undefined;
  readonly ImpairedSince?: Date | undefined;
  readonly Details?: readonly { readonly ImpairedSince?: Date | undefined }[] | undefined;
}

function checkOf(summary: Summary | undefined, absent: CheckStatus): Check {
  const status = summary?.Status;
  if (status === undefined) return { status: absent };
  if (!STATUSES.has(status)) return { status: 'unknown' };
  const [first, ...rest] = [
    summary?.ImpairedSince,
    ...(summary?.Details ?? []).map((detail) => detail.ImpairedSince),
  ]
    .map(instantOf)
    .filter((at) => at !== undefined);
  return {
    status: status as CheckStatus,
    impairedSince: first === undefined ? undefined : earliest(first, ...rest),
  };
}

/**
 * A missing application status means that no such check covers the instance (or that the Region
 * or an emulator does not know the feature), and a missing EBS status that its type has no such
 * check. Neither is healthy or unhealthy.
 */
function checksOf(status: InstanceStatus): Checks {
  return {
    system: checkOf(status.SystemStatus, 'unknown'),
    instance: checkOf(status.InstanceStatus, 'unknown'),
    attachedEbs: checkOf(status.AttachedEbsStatus, 'not-applicable'),
    application: checkOf(status.ApplicationStatus, 'not-configured'),
  };
}

/** EC2 keeps events that are over for a week, marked only in their description. */
const isOver = (event: InstanceStatusEvent): boolean =>
  /^\s*\[(completed|canceled|cancelled)\]/i.test(event.Description ?? '');

function eventOf(event: InstanceStatusEvent): ScheduledEvent {
  return {
    id: event.InstanceEventId ?? '',
    code: event.Code ?? 'unknown',
    description: event.Description ?? '',
    notBefore: instantOf(event.NotBefore),
    deadline: instantOf(event.NotBeforeDeadline),
  };
}

/** One instance's status as EC2 answers it; undefined where it does not say whose it is. */
export function statusView(status: InstanceStatus): StatusView | undefined {
  const instanceId = status.InstanceId;
  if (instanceId === undefined) return undefined;
  const events = (status.Events ?? []).filter((event) => !isOver(event)).map(eventOf);
  return { instanceId, checks: checksOf(status), scheduledEvents: events };
}

async function readPages(
  client: Ec2Client,
  input: DescribeInstanceStatusCommandInput,
  { clock }: StatusOptions,
): Promise<readonly StatusView[]> {
  const views: StatusView[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeInstanceStatusCommand({ ...input, NextToken: token });
    const answer = await retryOnce(clock, () => client.send(command));
    const read = (answer.InstanceStatuses ?? []).map(statusView);
    views.push(...read.filter((view) => view !== undefined));
    token = answer.NextToken;
    if (token === undefined || token === '') return views;
  }
  throw new Error(`DescribeInstanceStatus has more than ${MOST_PAGES} pages`);
}

/** EC2 refuses the whole call for one id that it does not know: the rest is asked again. */
async function readKnown(
  client: Ec2Client,
  ids: readonly string[],
  options: StatusOptions,
): Promise<readonly StatusView[]> {
  const views: StatusView[] = [];
  const parts: (readonly string[])[] = [ids];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const part = parts.shift();
    if (part === undefined) return views;
    try {
      views.push(...(await readPages(client, { InstanceIds: [...part] }, options)));
    } catch (thrown) {
      if (!ec2Error(thrown).code.startsWith('InvalidInstanceID.')) throw thrown;
      parts.push(...without(part, idsNamedIn(ec2Error(thrown).message)));
    }
  }
  if (parts.length > 0) throw new Error('Too many instance ids that EC2 does not know');
  return views;
}

/** What is left to ask: all but the named ids, or both halves when none of ours is named. */
function without(
  part: readonly string[],
  named: readonly string[],
): readonly (readonly string[])[] {
  const rest = part.filter((id) => !named.includes(id));
  if (rest.length < part.length) return rest.length === 0 ? [] : [rest];
  if (part.length === 1) return [];
  const half = Math.ceil(part.length / 2);
  return [part.slice(0, half), part.slice(half)];
}

/** Reads the status of any number of instances, 100 a call, a few calls at a time. */
export function createStatusOf(client: Ec2Client, options: StatusOptions): Ec2Port['statusOf'] {
  return async (instanceIds): Promise<StatusAnswer> => {
    const ids = distinct(instanceIds.map(instanceIdOf));
    const statuses: StatusView[] = [];
    try {
      for (let start = 0; start < ids.length; start += IDS_PER_CALL * READS_AT_ONCE) {
        const reads = Array.from(
          { length: READS_AT_ONCE },
          (_, index) => start + index * IDS_PER_CALL,
        )
          .map((from) => ids.slice(from, from + IDS_PER_CALL))
          .filter((part) => part.length > 0)
          .map((part) => readKnown(client, part, options));
        statuses.push(...(await Promise.all(reads)).flat());
      }
    } catch (error) {
      return { kind: 'failed', error: describeAwsError(awsError(error)) };
    }
    // Emulators ignore what they do not know: nobody is answered who was not asked for.
    const asked = new Set(ids);
    return { kind: 'seen', statuses: statuses.filter((view) => asked.has(view.instanceId)) };
  };
}

const IMPAIRED_FILTERS = [
  'system-status.status',
  'instance-status.status',
  'attached-ebs-status.status',
  'application-status.status',
] as const;

/** The closed list of API EventCode. */
const EVENT_CODES = [
  'instance-reboot',
  'system-reboot',
  'system-maintenance',
  'instance-retirement',
  'instance-stop',
];

const isTroubled = ({ checks, scheduledEvents }: StatusView): boolean =>
  scheduledEvents.length > 0 || Object.values(checks).some(({ status }) => status === 'impaired');

/** Reads account-wide what EC2 calls impaired, and what it has plans for. */
export function createTroubled(client: Ec2Client, options: StatusOptions): Ec2Port['troubled'] {
  const read = (filter: Filter): Promise<readonly StatusView[]> =>
    readPages(client, { Filters: [filter], MaxResults: PAGE_SIZE }, options);

  /** Application checks are new in 2026: where a Region refuses the filter, nobody has one. */
  const readImpaired = async (name: (typeof IMPAIRED_FILTERS)[number]) => {
    try {
      return await read({ Name: name, Values: ['impaired'] });
    } catch (thrown) {
      const optional = name === 'application-status.status';
      if (!optional || ec2Error(thrown).code !== 'InvalidParameterValue') throw thrown;
      options.telemetry.log('debug', 'application-status-not-offered', {});
      return [];
    }
  };

  return async (): Promise<StatusAnswer> => {
    try {
      const reads = [
        ...IMPAIRED_FILTERS.map(readImpaired),
        read({ Name: 'event.code', Values: EVENT_CODES }),
      ];
      const views = (await Promise.all(reads)).flat().filter(isTroubled);
      // Each read tells all about an instance, so the last of several is as good as the first.
      return { kind: 'seen', statuses: [...new Map(views.map((v) => [v.instanceId, v])).values()] };
    } catch (error) {
      return { kind: 'failed', error: describeAwsError(awsError(error)) };
    }
  };
}
