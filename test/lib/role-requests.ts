import { EVENT_SOURCE } from '../../lambda/core/alert/event';
import { OPERATOR_TAGS, OPT_IN_TAG, OWN_TAGS, RESERVATION_TAG } from '../../lambda/core/tags';
import type { ConditionContext } from '../../sim/account/iam';
import type { Deployment } from '../../sim/account/template';
import {
  allowed,
  denied,
  EC2,
  LOOKS_LIKE_IT,
  make,
  OPTED_IN,
  OTHER_ACCOUNT,
  OTHER_REGION,
  SERVER,
  tagging,
  type Configuration,
  type Request,
} from './role-request';
import {
  addressRequests,
  capacityRequests,
  hookRequests,
  takedownRequests,
} from './role-requests-takedown';
import { FULL } from './stack-under-test';

const KEY = FULL.kmsKeyArns?.[0] ?? '';
const OTHER_KEY = 'arn:aws:kms:us-east-1:111122223333:key/99999999-1111-2222-3333-444444444444';
const OTHER_REGIONS_KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/99999999-1111-2222-3333-444444444444';

const READS: readonly Request[] = [
  allowed('instances', ['ec2:DescribeInstances', '*']),
  allowed('status checks', ['ec2:DescribeInstanceStatus', '*']),
  allowed('volumes', ['ec2:DescribeVolumes', '*']),
  allowed('what types are made of', ['ec2:DescribeInstanceTypes', '*']),
  allowed('which zones offer types', ['ec2:DescribeInstanceTypeOfferings', '*']),
  allowed('who stopped it', ['cloudtrail:LookupEvents', '*']),
  denied('every other list', ['ec2:DescribeSnapshots', '*']),
  allowed('attributes of what opted in', ['ec2:DescribeInstanceAttribute', SERVER], OPTED_IN),
  denied('attributes of another instance', ['ec2:DescribeInstanceAttribute', SERVER]),
];

const STARTS: readonly Request[] = [
  allowed('a start of what opted in', ['ec2:StartInstances', SERVER], OPTED_IN),
  denied('a start without the tag', ['ec2:StartInstances', SERVER]),
  denied('a start with a tag like it', ['ec2:StartInstances', SERVER], LOOKS_LIKE_IT),
  denied('a start in another Region', ['ec2:StartInstances', OTHER_REGION], OPTED_IN),
  denied('a start in another account', ['ec2:StartInstances', OTHER_ACCOUNT], OPTED_IN),
];

const TAGS: readonly Request[] = [
  ...Object.values(OWN_TAGS).map((key) =>
    allowed(`its own tag ${key}`, ['ec2:CreateTags', SERVER], tagging([key])),
  ),
  allowed('all of its own tags', ['ec2:CreateTags', SERVER], tagging(Object.values(OWN_TAGS))),
  ...[
    OPT_IN_TAG,
    ...Object.values(OPERATOR_TAGS),
    'Name',
    'watchdog:ready2',
    RESERVATION_TAG,
    'aws:autoscaling:groupName',
  ].map((key) => denied(`the tag ${key}`, ['ec2:CreateTags', SERVER], tagging([key]))),
  denied(
    'its own tag along with another',
    ['ec2:CreateTags', SERVER],
    tagging([OWN_TAGS.ready, 'Name']),
  ),
  denied('a request that names no tag', ['ec2:CreateTags', SERVER], OPTED_IN),
  denied('its own tag elsewhere', ['ec2:CreateTags', SERVER], tagging([OWN_TAGS.ready], {})),
  denied(
    'its own tag on a volume',
    ['ec2:CreateTags', `${EC2}:volume/vol-0a1b2c3d4e5f60023`],
    tagging([OWN_TAGS.ready]),
  ),
  denied(
    'the opt-in tag along with its own',
    ['ec2:CreateTags', SERVER],
    tagging([OWN_TAGS.ready, OPT_IN_TAG]),
  ),
  denied('taking its own tag off', ['ec2:DeleteTags', SERVER], tagging([OWN_TAGS.ready])),
  denied('taking the opt-in tag off', ['ec2:DeleteTags', SERVER], tagging([OPT_IN_TAG])),
];

/** Whatever destroys or replaces, or gives a server another role, even of what opted in. */
const NEVER: readonly Request[] = [
  ...[
    'ec2:TerminateInstances',
    'ec2:RunInstances',
    'ec2:AssociateIamInstanceProfile',
    'ec2:DetachVolume',
    'ec2:ModifyInstanceMetadataOptions',
    'ec2:ModifyInstanceMaintenanceOptions',
    'ec2:GetConsoleOutput',
  ].map((action) => denied(action, [action, SERVER], OPTED_IN)),
  denied(
    'ec2:ReplaceIamInstanceProfileAssociation',
    ['ec2:ReplaceIamInstanceProfileAssociation', SERVER],
    OPTED_IN,
  ),
  denied('ec2:DeleteVolume', ['ec2:DeleteVolume', `${EC2}:volume/vol-0a1b2c3d4e5f60023`], OPTED_IN),
  denied(
    'ec2:DeleteSnapshot',
    ['ec2:DeleteSnapshot', 'arn:aws:ec2:us-east-1::snapshot/snap-0a1b2c3d4e5f60023'],
    OPTED_IN,
  ),
  denied(
    'ec2:ReleaseAddress',
    ['ec2:ReleaseAddress', `${EC2}:elastic-ip/eipalloc-0a1b2c3d4e5f60023`],
    OPTED_IN,
  ),
  denied('ec2:RunInstances', ['ec2:RunInstances', `${EC2}:instance/*`]),
  denied('iam:PassRole', ['iam:PassRole', 'arn:aws:iam::111122223333:role/Admin']),
];

/** The ARN of the one resource of a type whose logical id contains `part`. */
function arnOf(deployment: Deployment, type: string, part = ''): string {
  const [found, ...more] = deployment.all(type).filter(({ logicalId }) => logicalId.includes(part));
  if (found === undefined || more.length > 0) throw new Error(`Not one ${type} with "${part}"`);
  return found.arn;
}

function ownResources(deployment: Deployment): readonly Request[] {
  const queue = arnOf(deployment, 'AWS::SQS::Queue', 'SignalsQueue');
  const deadLetters = arnOf(deployment, 'AWS::SQS::Queue', 'DeadLetters');
  const table = arnOf(deployment, 'AWS::DynamoDB::Table');
  const alerts = arnOf(deployment, 'AWS::SNS::Topic', 'Alerts');
  const ops = arnOf(deployment, 'AWS::SNS::Topic', 'Ops');
  const group = arnOf(deployment, 'AWS::Logs::LogGroup').replace(/:\*$/, '');
  const stream = `${group}:log-stream:2026`;
  const other = (arn: string): string => `${arn}-other`;
  const inQueue = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'SendMessage'];
  return [
    ...inQueue.map((name) => allowed(`${name} at the signals`, [`sqs:${name}`, queue])),
    ...inQueue.map((name) => denied(`${name} at another queue`, [`sqs:${name}`, other(queue)])),
    denied('receiving dead letters', ['sqs:ReceiveMessage', deadLetters]),
    denied('purging the signals', ['sqs:PurgeQueue', queue]),
    allowed('reading the table', ['dynamodb:Query', table]),
    allowed('writing the table', ['dynamodb:PutItem', table]),
    denied('reading another table', ['dynamodb:Query', other(table)]),
    denied('writing another table', ['dynamodb:PutItem', other(table)]),
    denied('deleting an item', ['dynamodb:DeleteItem', table]),
    denied('deleting the table', ['dynamodb:DeleteTable', table]),
    allowed('alerting', ['sns:Publish', alerts]),
    denied('publishing to the operations topic', ['sns:Publish', ops]),
    denied('publishing to another topic', ['sns:Publish', other(alerts)]),
    denied('subscribing somebody', ['sns:Subscribe', alerts]),
    allowed('logging', ['logs:PutLogEvents', stream]),
    allowed('a stream to log to', ['logs:CreateLogStream', `${group}:*`]),
    denied('logging elsewhere', [
      'logs:PutLogEvents',
      stream.replace(':log-stream', '-other:log-stream'),
    ]),
    denied('deleting its log', ['logs:DeleteLogGroup', `${group}:*`]),
  ];
}

const EVENTS = 'arn:aws:events:us-east-1:111122223333';
const from = (...sources: readonly string[]): ConditionContext => ({ 'events:source': sources });

/** The channels beside the alert topic: each only where it is configured. */
function channels(deployment: Deployment, configuration: Configuration): readonly Request[] {
  const isFull = configuration === 'full';
  const judged = make(isFull ? 'allowed' : 'denied');
  const put = ['events:PutEvents', `${EVENTS}:event-bus/default`] as const;
  const topics = isFull ? ['Chat', 'Pager'] : [];
  return [
    ...topics.flatMap((part) => {
      const topic = arnOf(deployment, 'AWS::SNS::Topic', part);
      return [
        allowed(`publishing to the topic ${part}`, ['sns:Publish', topic]),
        denied(`publishing to one like ${part}`, ['sns:Publish', `${topic}-other`]),
        denied(`a new policy of the topic ${part}`, ['sns:SetTopicAttributes', topic]),
      ];
    }),
    judged('an event of its own', put, from(EVENT_SOURCE)),
    judged('ten events of its own', put, from(...Array<string>(10).fill(EVENT_SOURCE))),
    denied("an event in another program's name", put, from('com.example.billing')),
    denied('one of its own along with such', put, from(EVENT_SOURCE, 'com.example.billing')),
    denied("a server's ready event", put, from('watchdog.server')),
    denied('an event with a source like its own', put, from(`${EVENT_SOURCE}.x`)),
    denied('an event without a source', put),
    denied(
      'its own event on another bus',
      ['events:PutEvents', `${EVENTS}:event-bus/billing`],
      from(EVENT_SOURCE),
    ),
    denied(
      'its own event in another account',
      ['events:PutEvents', 'arn:aws:events:us-east-1:999988887777:event-bus/default'],
      from(EVENT_SOURCE),
    ),
    denied('a rule', ['events:PutRule', `${EVENTS}:rule/watchdog`], from(EVENT_SOURCE)),
    denied('taking its own rule away', ['events:DeleteRule', `${EVENTS}:rule/watchdog`]),
  ];
}

const VIA_EC2: ConditionContext = { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' };
const VIA_S3: ConditionContext = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
const FOR_EC2: ConditionContext = { 'kms:GrantIsForAWSResource': 'true' };
const USES = ['Decrypt', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom'];
const AWS_KEY: ConditionContext = { 'kms:ResourceAliases': ['alias/aws/ebs'] };

/** The one key that it may ask about in every configuration. */
const AWS_KEYS: readonly Request[] = [
  allowed("describing AWS's own key for volumes", ['kms:DescribeKey', OTHER_KEY], AWS_KEY),
  allowed('… among other aliases of it', ['kms:DescribeKey', OTHER_KEY], {
    'kms:ResourceAliases': ['alias/x', 'alias/aws/ebs'],
  }),
  denied('describing a key without an alias', ['kms:DescribeKey', OTHER_KEY]),
  denied("describing AWS's own key of another service", ['kms:DescribeKey', OTHER_KEY], {
    'kms:ResourceAliases': ['alias/aws/rds'],
  }),
  denied('describing a key with an alias like it', ['kms:DescribeKey', OTHER_KEY], {
    'kms:ResourceAliases': ['alias/aws/ebs2', 'alias/my/aws/ebs'],
  }),
  denied('describing it in another Region', ['kms:DescribeKey', OTHER_REGIONS_KEY], AWS_KEY),
  denied("decrypting with AWS's own key by itself", ['kms:Decrypt', OTHER_KEY], AWS_KEY),
];

function volumeKeys(verdict: Request['verdict'], key: string): readonly Request[] {
  const judged = make(verdict);
  const name = key === KEY ? 'the configured key' : 'another key';
  return [
    judged(`a grant for EC2 on ${name}`, ['kms:CreateGrant', key], FOR_EC2),
    denied(`a grant for anybody on ${name}`, ['kms:CreateGrant', key], {
      'kms:GrantIsForAWSResource': 'false',
    }),
    denied(`a grant for nobody says whom on ${name}`, ['kms:CreateGrant', key]),
    ...[...USES, 'ReEncryptTo'].flatMap((use) => [
      judged(`${use} through EC2 on ${name}`, [`kms:${use}`, key], VIA_EC2),
      denied(`${use} through S3 on ${name}`, [`kms:${use}`, key], VIA_S3),
      denied(`${use} by itself on ${name}`, [`kms:${use}`, key]),
    ]),
    denied(`deleting ${name}`, ['kms:ScheduleKeyDeletion', key], VIA_EC2),
    denied(`a new policy of ${name}`, ['kms:PutKeyPolicy', key], VIA_EC2),
  ];
}

/** Every request that is proved, for a stack of this configuration. */
export function requestsOf(
  deployment: Deployment,
  configuration: Configuration,
): readonly Request[] {
  const common = [
    ...READS,
    ...STARTS,
    ...TAGS,
    ...NEVER,
    ...takedownRequests(configuration),
    ...capacityRequests(configuration),
    ...hookRequests(configuration),
    ...addressRequests(configuration),
    ...ownResources(deployment),
    ...channels(deployment, configuration),
    ...AWS_KEYS,
  ];
  if (configuration !== 'full') return [...common, ...volumeKeys('denied', KEY)];
  const topicKey = arnOf(deployment, 'AWS::KMS::Key');
  return [
    ...common,
    ...volumeKeys('allowed', KEY),
    ...volumeKeys('denied', OTHER_KEY),
    allowed("decrypting with the topics' key", ['kms:Decrypt', topicKey]),
    allowed("a data key of the topics' key", ['kms:GenerateDataKey', topicKey]),
    denied("a grant on the topics' key", ['kms:CreateGrant', topicKey], FOR_EC2),
  ];
}
