import { DescribeInstancesCommand, type Filter, type Reservation } from '@aws-sdk/client-ec2';
import type { InstanceView } from '../core/observation';
import { distinct, instanceIdOf, volumeIdOf } from '../core/signals/resource-id';
import { OPT_IN_TAG } from '../core/tags';
import type { ClockPort, Ec2Port, LookAnswer, LookRequest, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { Ec2Client } from './clients';
import { instanceView } from './ec2-view';
import { retryOnce } from './retry-once';

/** What looking needs beside the client. */
export interface LookOptions {
  readonly clock: ClockPort;
  readonly telemetry: TelemetryPort;
}

/** EC2 takes at most 200 values of a filter. */
const VALUES_PER_FILTER = 200;
/** More parallel reads than this cost more of the account's bucket than reading everything. */
const MOST_READS = 5;
const PAGE_SIZE = 1_000;
const MOST_PAGES = 20;

const OPTED_IN: Filter = { Name: 'tag-key', Values: [OPT_IN_TAG] };
/** Every state but `running`. */
const DOWN = ['pending', 'stopping', 'stopped', 'shutting-down', 'terminated'];

/** Distinct, well-formed ids in parts of what a filter takes: `*` in a filter matches anything. */
function parts(
  ids: readonly string[],
  idOf: (value: unknown) => string | undefined,
): readonly (readonly string[])[] {
  const clean = distinct(ids.map(idOf));
  const count = Math.ceil(clean.length / VALUES_PER_FILTER);
  return Array.from({ length: count }, (_, index) =>
    clean.slice(index * VALUES_PER_FILTER, (index + 1) * VALUES_PER_FILTER),
  );
}

/** One set of filters a read; none of them has an empty list of values. */
function filtersOf(request: LookRequest): readonly (readonly Filter[])[] {
  if (request.kind === 'everything') return [[OPTED_IN]];
  const filters: Filter[] = [
    ...parts(request.instanceIds, instanceIdOf).map((ids) => ({
      Name: 'instance-id',
      Values: [...ids],
    })),
    ...parts(request.volumeIds, volumeIdOf).map((ids) => ({
      Name: 'block-device-mapping.volume-id',
      Values: [...ids],
    })),
    ...(request.down ? [{ Name: 'instance-state-name', Values: DOWN }] : []),
  ];
  return filters.length > MOST_READS ? [[OPTED_IN]] : filters.map((filter) => [OPTED_IN, filter]);
}

/** Whether the request asked for this instance: emulators ignore filters that they do not know. */
function asksFor(request: LookRequest): (view: InstanceView) => boolean {
  if (request.kind === 'everything') return () => true;
  const ids = new Set(request.instanceIds);
  const volumes = new Set(request.volumeIds);
  return (view) =>
    ids.has(view.instanceId) ||
    view.volumeIds.some((id) => volumes.has(id)) ||
    (request.down && view.state !== 'running');
}

/** The managed instances of one page; one that cannot be read is told, and the rest goes on. */
function viewsOf(
  reservations: readonly Reservation[],
  telemetry: TelemetryPort,
): readonly InstanceView[] {
  const results = reservations.flatMap(({ Instances, OwnerId }) =>
    (Instances ?? []).map((instance) => instanceView(instance, OwnerId)),
  );
  for (const result of results) {
    if (result.kind !== 'unreadable') continue;
    telemetry.log('error', 'instance-unreadable', { instanceId: result.instanceId });
  }
  return results.filter((result) => result.kind === 'view').map(({ view }) => view);
}

async function readPages(
  client: Ec2Client,
  filters: readonly Filter[],
  { clock, telemetry }: LookOptions,
): Promise<readonly InstanceView[]> {
  const views: InstanceView[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeInstancesCommand({
      Filters: [...filters],
      MaxResults: PAGE_SIZE,
      NextToken: token,
    });
    const answer = await retryOnce(clock, () => client.send(command));
    views.push(...viewsOf(answer.Reservations ?? [], telemetry));
    token = answer.NextToken;
    if (token === undefined || token === '') return views;
  }
  throw new Error(`DescribeInstances has more than ${MOST_PAGES} pages of ${PAGE_SIZE}`);
}

/**
 * Reads instances by filter only: by id, one instance that is gone would fail the call for all.
 * The reads of one request run at the same time, so that they are one round trip.
 */
export function createLook(client: Ec2Client, options: LookOptions): Ec2Port['look'] {
  return async (request): Promise<LookAnswer> => {
    try {
      const reads = filtersOf(request).map((filters) => readPages(client, filters, options));
      const asked = asksFor(request);
      const byId = new Map<string, InstanceView>();
      for (const view of (await Promise.all(reads)).flat().filter(asked)) {
        // The reads of one look may differ: of two boots the later one is the truth (S1).
        const other = byId.get(view.instanceId);
        if (other === undefined || view.launchTime > other.launchTime) {
          byId.set(view.instanceId, view);
        }
      }
      return { kind: 'seen', views: [...byId.values()] };
    } catch (error) {
      return { kind: 'failed', error: describeAwsError(awsError(error)) };
    }
  };
}
