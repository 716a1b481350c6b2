import type { LookupEventsRequest } from '@aws-sdk/client-cloudtrail';
import type { Home } from '../../lambda/core/signals/signal';
import type { Instant } from '../../lambda/core/time';
import { unreachable } from '../../lambda/core/unreachable';
import type { Principal } from '../history';
import type { Random } from '../random';
import type { Timeline } from '../time';
import { BUCKETS, BucketLevel } from './buckets';
import { serviceError } from './errors';
import type { BusEvent } from './bus-event';
import type { Caller, Operation } from './gateway';

/** What somebody did with instances through the API. */
export interface RecordedCall {
  readonly operation:
    | InstancesOperation
    | 'ModifyInstanceAttribute'
    | 'CreateCapacityReservation'
    | 'ModifyCapacityReservation'
    | 'CancelCapacityReservation'
    | 'AssociateAddress';
  /** The instances concerned; of a reservation there is none. */
  readonly instanceIds: readonly string[];
  readonly by: Principal;
  /** What else of the request is recorded. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

type InstancesOperation =
  'StartInstances' | 'StopInstances' | 'RebootInstances' | 'TerminateInstances';

interface TrailRecord {
  readonly at: Instant;
  /** When LookupEvents tells of it. */
  readonly visibleAt: Instant;
  readonly call: RecordedCall;
  readonly eventId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Events show up in the history after about five minutes, at most fifteen. */
const DELAY = { medianS: 300, sigma: 0.3, leastS: 90, mostS: 900 };
/** The copy on the event bus takes a minute or a few. */
const COPY_DELAY = { medianS: 90, sigma: 0.5 };

/** What CloudTrail needs of the account. */
export interface TrailParts {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly home: Home;
  /** A trail exists: calls are copied to the event bus. */
  readonly trail: boolean;
  readonly put: (event: BusEvent) => void;
}

/** CloudTrail's event history, and its copies on the event bus where a trail exists. */
export class CloudTrail {
  readonly #parts: TrailParts;
  readonly #records: TrailRecord[] = [];
  readonly #level = new BucketLevel(BUCKETS['LookupEvents']!);

  constructor(parts: TrailParts) {
    this.#parts = parts;
  }

  /** Records a call that EC2 granted. */
  record(call: RecordedCall): void {
    const { timeline, random, home, trail, put } = this.#parts;
    const stream = random.stream('cloudtrail');
    const drawn = stream.lognormal(DELAY.medianS, DELAY.sigma);
    const delayS = Math.min(DELAY.mostS, Math.max(DELAY.leastS, drawn));
    const at = timeline.now();
    const eventId = stream.uuid();
    const body = recordBody(call, { at, home, eventId });
    const visibleAt = (at + Math.round(delayS * 1_000)) as Instant;
    this.#records.push({ at, visibleAt, call, eventId, body });
    if (!trail) return;
    timeline.after(stream.lognormal(COPY_DELAY.medianS, COPY_DELAY.sigma) * 1_000, () => {
      put({
        source: 'aws.ec2',
        detailType: 'AWS API Call via CloudTrail',
        resources: [],
        detail: body,
        instanceIds: call.instanceIds,
        happenedAt: at,
      });
    });
  }

  /** CloudTrail's operations, as far as the watchdog calls them. */
  operations(): readonly Operation[] {
    const run = (input: LookupEventsRequest, caller: Caller): object => this.#lookup(input, caller);
    const latency = { medianMs: 280, sigma: 0.4, leastMs: 90, mostMs: 3_000 };
    return [{ service: 'cloudtrail', name: 'LookupEvents', latency, run: run as Operation['run'] }];
  }

  #lookup(input: LookupEventsRequest, caller: Caller): object {
    caller.authorize('cloudtrail:LookupEvents', '*');
    const now = this.#parts.timeline.now();
    caller.effect.draws.push({ bucket: 'LookupEvents', tokens: 1 });
    if (!this.#level.take(1, now)) {
      throw serviceError('cloudtrail', {
        code: 'ThrottlingException',
        message: 'Rate exceeded',
        status: 400,
      });
    }
    const [attribute, ...more] = input.LookupAttributes ?? [];
    if (more.length > 0) throw new Error('CloudTrail takes one lookup attribute');
    const matches = ({ call }: TrailRecord): boolean => {
      if (attribute === undefined) return true;
      const value = attribute.AttributeValue ?? '';
      if (attribute.AttributeKey === 'ResourceName') return call.instanceIds.includes(value);
      if (attribute.AttributeKey === 'EventName') return call.operation === value;
      throw new Error(`Lookup attribute ${attribute.AttributeKey} is not simulated`);
    };
    const from = input.StartTime?.getTime() ?? 0;
    const to = input.EndTime?.getTime() ?? Infinity;
    const found = this.#records
      .filter((record) => record.visibleAt <= now && record.at >= from && record.at <= to)
      .filter(matches)
      .reverse();
    const start = input.NextToken === undefined ? 0 : Number(input.NextToken);
    const end = start + Math.min(50, input.MaxResults ?? 50);
    return {
      Events: found.slice(start, end).map(lookupShape),
      ...(end < found.length ? { NextToken: String(end) } : {}),
    };
  }
}

function lookupShape({ at, call, eventId, body }: TrailRecord): object {
  return {
    EventId: eventId,
    EventName: call.operation,
    EventSource: 'ec2.amazonaws.com',
    EventTime: new Date(at),
    ReadOnly: 'false',
    Username: call.by.name.split('/').at(-1),
    Resources: call.instanceIds.map((id) => ({
      ResourceType: 'AWS::EC2::Instance',
      ResourceName: id,
    })),
    CloudTrailEvent: JSON.stringify(body),
  };
}

function recordBody(
  call: RecordedCall,
  { at, home, eventId }: { readonly at: Instant; readonly home: Home; readonly eventId: string },
): Readonly<Record<string, unknown>> {
  return {
    eventVersion: '1.10',
    userIdentity: identityOf(call.by, home),
    eventTime: `${new Date(at).toISOString().slice(0, 19)}Z`,
    eventSource: 'ec2.amazonaws.com',
    eventName: call.operation,
    awsRegion: home.region,
    sourceIPAddress: call.by.kind === 'person' ? '198.51.100.7' : 'AWS Internal',
    userAgent: call.by.kind === 'person' ? 'console.ec2.amazonaws.com' : 'aws-sdk-js/3',
    ...elementsOf(call),
    eventID: eventId,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: home.accountId,
    eventCategory: 'Management',
  };
}

/** Calls on a set of instances list it; RebootInstances and the others answer no more than yes. */
function elementsOf(call: RecordedCall): Readonly<Record<string, unknown>> {
  const items = call.instanceIds.map((instanceId) => ({ instanceId }));
  const instancesSet = { items };
  const yes = { _return: true };
  switch (call.operation) {
    case 'StartInstances':
    case 'StopInstances':
    case 'TerminateInstances':
      return {
        requestParameters: { instancesSet, ...call.parameters },
        responseElements: { instancesSet },
      };
    case 'RebootInstances':
      return { requestParameters: { instancesSet }, responseElements: yes };
    case 'AssociateAddress':
      return {
        requestParameters: { instanceId: call.instanceIds[0], ...call.parameters },
        responseElements: yes,
      };
    case 'ModifyInstanceAttribute':
    case 'CreateCapacityReservation':
    case 'ModifyCapacityReservation':
    case 'CancelCapacityReservation':
      return { requestParameters: { ...call.parameters }, responseElements: yes };
    default:
      return unreachable(call.operation);
  }
}

function identityOf(by: Principal, { accountId }: Home): Readonly<Record<string, unknown>> {
  if (by.kind === 'aws') return { type: 'AWSService', invokedBy: by.name };
  const arn = by.name;
  if (arn.includes(':user/')) {
    return { type: 'IAMUser', arn, accountId, userName: arn.split('/').at(-1) };
  }
  const role = /:(?:role|assumed-role)\/([^/]+)/.exec(arn)?.[1] ?? arn;
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${accountId}:assumed-role/${role}/session`,
    accountId,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        arn: `arn:aws:iam::${accountId}:role/${role}`,
        accountId,
        userName: role,
      },
    },
  };
}
