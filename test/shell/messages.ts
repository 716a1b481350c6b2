import type { InstanceState } from '../../lambda/core/observation';
import { iso, type Instant } from '../../lambda/core/time';
import type { Message } from '../../lambda/shell/intake';
import { PERSON } from '../core/builders';

/** The account and Region of these tests. */
export const HOME = { accountId: '111122223333', region: 'us-east-1' };

interface Event {
  readonly source: string;
  readonly detailType: string;
  readonly at: Instant;
  readonly detail: object;
  readonly resources?: readonly string[];
}

function message(id: string, { source, detailType, at, detail, resources = [] }: Event): Message {
  const { accountId: account, region } = HOME;
  const time = iso(at);
  return {
    id,
    body: { id, source, 'detail-type': detailType, account, region, time, resources, detail },
  };
}

export const stateEvent = (instanceId: string, state: InstanceState, at: Instant): Message =>
  message(`state ${instanceId} ${state}`, {
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    at,
    detail: { 'instance-id': instanceId, state },
  });

export const sweepMessage = (at: Instant): Message =>
  message('sweep', {
    source: 'watchdog.scheduler',
    detailType: 'Sweep',
    at,
    detail: {},
  });

export const tickMessage = (generation: number, at: Instant): Message =>
  message(`tick ${generation}`, {
    source: 'watchdog.queue',
    detailType: 'Tick',
    at,
    detail: { generation },
  });

export const readyMessage = (instanceId: string, at: Instant): Message =>
  message(`ready ${instanceId}`, {
    source: 'watchdog.server',
    detailType: 'Server Ready',
    at,
    detail: { 'instance-id': instanceId },
  });

export const healthMessage = (
  entity: string | readonly string[],
  at: Instant,
  code = VOLUME_LOST,
): Message =>
  message(`health ${String(entity)}`, {
    source: 'aws.health',
    detailType: 'AWS Health Event',
    at,
    resources: [entity].flat(),
    detail: {
      eventArn: `arn:aws:health:us-east-1::event/EBS/${code}/1`,
      service: 'EBS',
      eventTypeCode: code,
      eventTypeCategory: 'issue',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      communicationId: 'c-1',
      startTime: new Date(at).toUTCString(),
      statusCode: 'open',
      eventDescription: [{ language: 'en_US', latestDescription: 'A volume was lost.' }],
      affectedEntities: [entity].flat().map((entityValue) => ({ entityValue, status: 'IMPAIRED' })),
    },
  });

const VOLUME_LOST = 'AWS_EBS_VOLUME_LOST';

export const stopCallMessage = (instanceId: string, at: Instant, arn = PERSON): Message =>
  message(`stop call ${instanceId}`, {
    source: 'aws.ec2',
    detailType: 'AWS API Call via CloudTrail',
    at,
    detail: {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'StopInstances',
      eventTime: iso(at),
      userIdentity: { type: arn.includes(':assumed-role/') ? 'AssumedRole' : 'IAMUser', arn },
      requestParameters: { instancesSet: { items: [{ instanceId }] } },
    },
  });
