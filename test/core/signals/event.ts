import { parseSignal } from '../../../lambda/core/signals/parse';
import type { Home, Parsed, Signal } from '../../../lambda/core/signals/signal';

/** The account and Region of every fixture. */
export const HOME: Home = { accountId: '111122223333', region: 'us-east-1' };

export const ID = 'i-0abc1234def567890';
export const OTHER_ID = 'i-0fedcba9876543210';

type Fields = Readonly<Record<string, unknown>>;

/** An event as EventBridge sends it; `over` replaces fields, `undefined` removes one. */
export function event(over: Fields): Fields {
  const whole: Fields = {
    version: '0',
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    account: HOME.accountId,
    region: HOME.region,
    time: '2024-08-01T12:10:07Z',
    resources: [],
    ...over,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

/** EC2's state change. */
export const stateChange = (detail: Fields, over: Fields = {}): Fields =>
  event({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    resources: [`arn:aws:ec2:us-east-1:111122223333:instance/${ID}`],
    detail,
    ...over,
  });

/** AWS Health's availability issue of one instance; `detail` replaces or removes fields. */
export const health = (detail: Fields = {}, over: Fields = {}): Fields =>
  event({
    source: 'aws.health',
    'detail-type': 'AWS Health Event',
    detail: {
      eventArn: 'arn:aws:health:us-east-1::event/EC2/AWS_EC2_INSTANCE_AVAILABILITY_ISSUE/one',
      service: 'EC2',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      communicationId: 'c0ffee',
      startTime: 'Thu, 1 Aug 2024 12:09:50 GMT',
      lastUpdatedTime: 'Thu, 1 Aug 2024 12:12:00 GMT',
      statusCode: 'open',
      eventRegion: 'us-east-1',
      eventTypeCode: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
      eventTypeCategory: 'issue',
      eventDescription: [{ language: 'en_US', latestDescription: 'It is unavailable.' }],
      affectedEntities: [{ entityValue: ID, status: 'IMPAIRED' }],
      affectedAccount: HOME.accountId,
      page: '1',
      totalPages: '1',
      backupEvent: 'false',
      ...detail,
    },
    ...over,
  });

/** A CloudWatch alarm over one metric of one instance. */
export const alarm = (detail: Fields = {}, over: Fields = {}): Fields =>
  event({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    detail: {
      alarmName: 'pod-23 system check',
      state: {
        value: 'ALARM',
        reason: 'Threshold crossed',
        timestamp: '2024-08-01T12:09:00.123+0000',
      },
      configuration: { metrics: [metric({ InstanceId: ID })] },
      ...detail,
    },
    ...over,
  });

export const metric = (dimensions: Fields, over: Fields = {}): Fields => ({
  id: 'm1',
  metricStat: {
    metric: { namespace: 'AWS/EC2', name: 'StatusCheckFailed_System', dimensions },
    period: 60,
    stat: 'Maximum',
  },
  returnData: true,
  ...over,
});

export const USER = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/nikki' };

/** CloudTrail's record of a StopInstances call by a person. */
export const apiCall = (detail: Fields = {}, over: Fields = {}): Fields =>
  event({
    source: 'aws.ec2',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'StopInstances',
      eventTime: '2024-08-01T12:09:58Z',
      awsRegion: 'us-east-1',
      sourceIPAddress: '192.0.2.1',
      userAgent: 'aws-cli/2.13.5',
      userIdentity: USER,
      requestParameters: { instancesSet: { items: [{ instanceId: ID }] }, force: false },
      responseElements: { instancesSet: { items: [{ instanceId: ID }] } },
      ...detail,
    },
    ...over,
  });

/** A session of a role, as CloudTrail names it. */
export const session = (role: string, name = 'session'): Fields => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::111122223333:assumed-role/${role}/${name}`,
});

export const parse = (raw: unknown): Parsed => parseSignal(raw, HOME);

/** The signal of an event that must be one, narrowed to its kind. */
export function signalOf<K extends Signal['kind']>(
  raw: unknown,
  kind: K,
): Extract<Signal, { kind: K }> {
  const parsed = parse(raw);
  if (parsed.outcome !== 'signal' || parsed.signal.kind !== kind) {
    throw new Error(`Expected a signal ${kind}, not ${JSON.stringify(parsed)}`);
  }
  return parsed.signal as Extract<Signal, { kind: K }>;
}
