import type { Ec2Account } from './account/ec2';
import { AWS } from './account/ec2-life';
import type { PlannedEvent } from './account/ec2-instance';
import type { EventBus } from './account/eventbridge';
import type { CheckName, History } from './history';

/** How a host fails. */
export interface HostFailure {
  /** StateReason.Code; `Server.ScheduledStop` when absent, as EC2 reports a failed host. */
  readonly code?: string;
  /** Seconds in `stopping`; drawn when absent. */
  readonly stoppingS?: number;
  /** Seconds for which the workload still serves; 0 when absent: the host is gone. */
  readonly servesOnS?: number;
}

/** An event of AWS Health; what is absent gets the value of an ordinary open issue. */
export interface HealthEvent {
  readonly eventTypeCode: string;
  readonly instanceIds: readonly string[];
  readonly category?: 'issue' | 'accountNotification' | 'scheduledChange' | 'investigation';
  readonly statusCode?: 'open' | 'closed' | 'upcoming';
  readonly service?: 'EC2' | 'EBS';
  readonly startTime?: string;
  readonly endTime?: string;
  readonly entityStatus?: 'IMPAIRED' | 'UNIMPAIRED' | 'PENDING' | 'RESOLVED' | 'UNKNOWN';
  readonly description?: string;
  readonly eventArn?: string;
  /** The copy that the backup Region gets. */
  readonly backup?: boolean;
}

/** What AWS itself does to the account. */
export interface AwsActs {
  /** AWS stops the instance. Answers false when it does not run. */
  hostFailure(instanceId: string, failure?: HostFailure): boolean;
  /** A status check begins or ceases to fail; the next evaluation finds out. */
  impair(instanceId: string, check: CheckName, on: boolean): void;
  /** Plans a scheduled event, or takes all of them back with `undefined`. */
  schedule(instanceId: string, event: PlannedEvent | undefined): void;
  /** An event of AWS Health. Answers its id. */
  health(event: HealthEvent): string;
  /** A CloudWatch alarm on the instance changes its state. */
  alarm(instanceId: string, name: string, state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA'): void;
  /** Any event on the default bus, an unknown or malformed one too. Answers its id. */
  event: EventBus['put'];
  /** EC2 forgets an instance that was terminated an hour ago. */
  forget(instanceId: string): void;
}

/** AWS's acts; each takes effect at the moment of the call. */
export function createAwsActs(parts: {
  readonly ec2: Ec2Account;
  readonly bus: EventBus;
  readonly history: History;
  readonly now: () => number;
}): AwsActs {
  const { ec2, bus, history, now } = parts;
  const { accountId, region } = ec2.home;
  return {
    hostFailure(instanceId, failure = {}) {
      const instance = ec2.get(instanceId);
      if (instance.state !== 'running') return false;
      const { code = 'Server.ScheduledStop', stoppingS, servesOnS = 0 } = failure;
      const text = `AWS host failure under ${instanceId}: ${code}`;
      history.add({ kind: 'note', text });
      ec2.life.stop(instance, { by: AWS, code, stoppingS, servesOnS });
      return true;
    },
    impair: (instanceId, check, on) => ec2.checks.impair(ec2.get(instanceId), check, on),
    schedule(instanceId, event) {
      ec2.get(instanceId).events = event === undefined ? [] : [event];
    },
    health: (event) => bus.put(healthEvent(event, { accountId, region, now: now() })),
    alarm(instanceId, name, state) {
      const arn = `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
      const dimensions = { InstanceId: instanceId };
      const metric = { namespace: 'AWS/EC2', name: 'StatusCheckFailed', dimensions };
      bus.put({
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: [arn],
        instanceIds: [instanceId],
        detail: {
          alarmName: name,
          state: {
            value: state,
            reason: 'Threshold Crossed',
            timestamp: new Date(now()).toISOString(),
          },
          previousState: { value: state === 'OK' ? 'ALARM' : 'OK' },
          configuration: {
            metrics: [
              { id: 'm1', metricStat: { metric, period: 60, stat: 'Maximum' }, returnData: true },
            ],
          },
        },
      });
    },
    event: (event) => bus.put(event),
    forget: (instanceId) => ec2.forget(instanceId),
  };
}

const health1123 = (epochMs: number): string => new Date(epochMs).toUTCString();

function healthEvent(
  event: HealthEvent,
  {
    accountId,
    region,
    now,
  }: { readonly accountId: string; readonly region: string; readonly now: number },
): Parameters<EventBus['put']>[0] {
  const { eventTypeCode, instanceIds, service = 'EC2' } = event;
  const eventArn =
    event.eventArn ??
    `arn:aws:health:${region}::event/${service}/${eventTypeCode}/` +
      `${eventTypeCode}_${Math.floor(now / 1_000)}`;
  return {
    source: 'aws.health',
    detailType: 'AWS Health Event',
    resources: instanceIds,
    instanceIds,
    ...(event.backup === true ? { envelope: { region: 'us-west-2' } } : {}),
    detail: {
      eventArn,
      service,
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      communicationId: `${eventArn.slice(-12)}-1`,
      startTime: event.startTime ?? health1123(now),
      ...(event.endTime === undefined ? {} : { endTime: event.endTime }),
      lastUpdatedTime: health1123(now),
      statusCode: event.statusCode ?? 'open',
      eventRegion: region,
      eventTypeCode,
      eventTypeCategory: event.category ?? 'issue',
      eventDescription: [
        {
          language: 'en_US',
          latestDescription: event.description ?? `${eventTypeCode} concerns you.`,
        },
      ],
      affectedEntities: instanceIds.map((entityValue) => ({
        entityValue,
        status: event.entityStatus ?? 'IMPAIRED',
        lastUpdatedTime: health1123(now),
      })),
      affectedAccount: accountId,
      page: '1',
      totalPages: '1',
      backupEvent: String(event.backup ?? false),
    },
  };
}
