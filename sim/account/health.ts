import type { EventBus } from './eventbridge';

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

const health1123 = (epochMs: number): string => new Date(epochMs).toUTCString();

/** The event as Health puts it on the default bus. */
export function healthEvent(
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
