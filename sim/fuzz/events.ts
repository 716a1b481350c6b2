import type { Home } from '../../lambda/core/signals/signal';
import type { Stream } from '../random';

/** A JSON object that may be changed. */
export interface JsonObject {
  [key: string]: unknown;
}

/** Whom events may be about, and when they happen. */
export interface EventSubjects {
  readonly home: Home;
  /** Servers of ours that are well all the time: nothing is to be done, whatever is said. */
  readonly baits: readonly string[];
  /** Instances that did not opt in, or that nobody has. */
  readonly strangers: readonly string[];
  /** A server of ours that AWS stops meanwhile: only hints about it, no word on who stopped it. */
  readonly good: string;
  /** ISO 8601. */
  readonly now: string;
}

type MakeDetail = (stream: Stream, subjects: EventSubjects, id: string) => JsonObject;

interface Kind {
  readonly source: string;
  readonly detailType: string;
  /** It may name the server that really goes down: it is no more than a hint. */
  readonly isHint: boolean;
  readonly detail: MakeDetail;
}

const STATES = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'];
const CALLS = ['StartInstances', 'StopInstances', 'RebootInstances', 'TerminateInstances'];
const CODES = [
  'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
  'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
  'AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_FAILURE',
  'AWS_EC2_OPERATIONAL_ISSUE',
  'AWS_EBS_VOLUME_LOST',
];
const CATEGORIES = ['issue', 'accountNotification', 'scheduledChange', 'investigation'];

const apiCall: MakeDetail = (stream, { home, now }, id) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${home.accountId}:user/ana` },
  eventTime: now,
  eventSource: 'ec2.amazonaws.com',
  eventName: stream.pick(CALLS),
  awsRegion: home.region,
  sourceIPAddress: '198.51.100.7',
  userAgent: 'aws-cli/2.17',
  requestParameters: { instancesSet: { items: [{ instanceId: id }] }, force: false },
  responseElements: { instancesSet: { items: [{ instanceId: id }] } },
});

const health: MakeDetail = (stream, { home }, id) => {
  const code = stream.pick(CODES);
  return {
    eventArn: `arn:aws:health:${home.region}::event/EC2/${code}/${code}_${stream.hex(8)}`,
    service: 'EC2',
    eventTypeCode: code,
    eventTypeCategory: stream.pick(CATEGORIES),
    eventRegion: home.region,
    statusCode: stream.pick(['open', 'closed', 'upcoming']),
    startTime: 'Thu, 01 Aug 2024 12:09:00 GMT',
    communicationId: stream.hex(12),
    eventDescription: [{ language: 'en_US', latestDescription: 'Something is wrong with it.' }],
    affectedEntities: [{ entityValue: id, status: stream.pick(['IMPAIRED', 'RESOLVED']) }],
    page: '1',
    totalPages: '1',
    affectedAccount: home.accountId,
  };
};

const alarm: MakeDetail = (stream, { now }, id) => ({
  alarmName: `chat-${id}`,
  state: { value: stream.pick(['ALARM', 'OK', 'INSUFFICIENT_DATA']), timestamp: now },
  previousState: { value: 'OK' },
  configuration: {
    metrics: [
      { id: 'm1', metricStat: { metric: { name: 'Open', dimensions: { InstanceId: id } } } },
    ],
  },
});

const hint = { isHint: true } as const;
const word = { isHint: false } as const;

/** Every kind of event that the watchdog reads, in the documented shape. */
const KINDS: readonly Kind[] = [
  {
    ...hint,
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    detail: (stream, _subjects, id) => ({ 'instance-id': id, state: stream.pick(STATES) }),
  },
  { ...word, source: 'aws.ec2', detailType: 'AWS API Call via CloudTrail', detail: apiCall },
  { ...word, source: 'aws.health', detailType: 'AWS Health Event', detail: health },
  { ...word, source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change', detail: alarm },
  {
    ...word,
    source: 'watchdog.server',
    detailType: 'Server Ready',
    detail: (_stream, _subjects, id) => ({ 'instance-id': id }),
  },
  {
    ...hint,
    source: 'aws.ssm',
    detailType: 'EC2 Command Invocation Status-change Notification',
    detail: (stream, _subjects, id) => ({
      'command-id': stream.uuid(),
      'document-name': 'resync-presence',
      'instance-id': id,
      status: stream.pick(['InProgress', 'Success', 'Failed', 'TimedOut', 'Delayed']),
    }),
  },
  {
    ...hint,
    source: 'watchdog.hook',
    detailType: 'Hook Status',
    detail: (stream, _subjects, id) => ({
      'instance-id': id,
      key: `pod/${stream.hex(12)}`,
      status: stream.pick(['started', 'done', 'failed']),
      chatsRecovered: stream.whole(0, 9),
    }),
  },
  { ...word, source: 'watchdog.scheduler', detailType: 'Sweep', detail: () => ({}) },
  {
    ...word,
    source: 'watchdog.queue',
    detailType: 'Tick',
    detail: (stream) => ({ generation: stream.whole(0, 500) }),
  },
];

/** One event of any kind, well formed, about a server of which nothing is to be done. */
export function drawEvent(stream: Stream, subjects: EventSubjects): JsonObject {
  const { home, baits, strangers, good, now } = subjects;
  const kind = stream.pick(KINDS);
  const ids = [...baits, ...strangers, ...(kind.isHint ? [good] : [])];
  const id = stream.pick(ids);
  return {
    version: '0',
    id: stream.uuid(),
    'detail-type': kind.detailType,
    source: kind.source,
    account: home.accountId,
    time: now,
    region: home.region,
    resources: [`arn:aws:ec2:${home.region}:${home.accountId}:instance/${id}`],
    detail: kind.detail(stream, subjects, id),
  };
}
