import { OPT_IN_TAG, RESERVATION_TAG } from '../../lambda/core/tags';
import type { ConditionContext } from '../../sim/account/iam';
import {
  type Configuration,
  denied,
  EC2,
  LOOKS_LIKE_IT,
  make,
  OPTED_IN,
  OTHER_ACCOUNT,
  OTHER_REGION,
  SERVER,
  tagging,
  type Make,
  type Request,
} from './role-request';

const elsewhere: readonly (readonly [where: string, arn: string])[] = [
  ['in another Region', OTHER_REGION],
  ['in another account', OTHER_ACCOUNT],
];

/** Denied outside of what opted in, whatever `more` the request carries. */
const onlyOptedIn = (what: string, action: string, more: ConditionContext = {}) => [
  denied(`${what} without the tag`, [action, SERVER], more),
  denied(`${what} with a tag like it`, [action, SERVER], { ...LOOKS_LIKE_IT, ...more }),
  ...elsewhere.map(([where, arn]) =>
    denied(`${what} ${where}`, [action, arn], { ...OPTED_IN, ...more }),
  ),
];

const DOCUMENTS = {
  own: 'arn:aws:ssm:us-east-1:111122223333:document/LiveChat-Restart',
  amazons: 'arn:aws:ssm:us-east-1::document/AWS-RestartLiveChat',
  shared: 'arn:aws:ssm:us-east-1:444455556666:document/Shared-Restart',
} as const;
const RUNS_ANYTHING = 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript';
const COMMANDED: ConditionContext = { [`ssm:resourceTag/${OPT_IN_TAG}`]: 'livechat' };

function restartRequests(judged: Make): readonly Request[] {
  const send = 'ssm:SendCommand';
  return [
    judged('a command to what opted in', [send, SERVER], { ...OPTED_IN, ...COMMANDED }),
    denied('a command to another instance', [send, SERVER]),
    denied('a command to one with a tag like it', [send, SERVER], {
      [`ssm:resourceTag/${OPT_IN_TAG}-x`]: 'livechat',
    }),
    ...elsewhere.map(([where, arn]) => denied(`a command ${where}`, [send, arn], COMMANDED)),
    denied('a command on premises', [
      send,
      'arn:aws:ssm:us-east-1:111122223333:managed-instance/mi-0a1b2c3d4e5f60023',
    ]),
    ...Object.entries(DOCUMENTS).map(([whose, arn]) =>
      judged(`the ${whose} document`, [send, arn]),
    ),
    denied('the document that runs any script', [send, RUNS_ANYTHING]),
    denied('a document with a name like it', [send, `${DOCUMENTS.own}-2`]),
    denied("somebody else's document of that name", [
      send,
      DOCUMENTS.own.replace('111122223333', '999988887777'),
    ]),
    denied('changing the document', ['ssm:UpdateDocument', DOCUMENTS.own]),
    denied('a session', ['ssm:StartSession', SERVER], COMMANDED),
  ];
}

const BACKFILL = 'arn:aws:ssm:us-east-1:111122223333:document/LiveChat-Backfill';

/** The documents of hooks; on which servers a command runs is asked as for a restart. */
export function hookRequests(configuration: Configuration): readonly Request[] {
  const judged = make(configuration === 'full' ? 'allowed' : 'denied');
  const send = 'ssm:SendCommand';
  return [
    judged("a hook's document", [send, BACKFILL]),
    denied("a document with a name like a hook's", [send, `${BACKFILL}-2`]),
    denied('a document that no hook names', [send, BACKFILL.replace('Backfill', 'Other')]),
    denied("somebody else's document of a hook's name", [
      send,
      BACKFILL.replace('111122223333', '999988887777'),
    ]),
    judged('how far a command is', ['ssm:ListCommandInvocations', '*']),
    denied('the output of a command', ['ssm:GetCommandInvocation', '*']),
    denied('an end to a command', ['ssm:CancelCommand', '*']),
    denied("changing a hook's document", ['ssm:UpdateDocument', BACKFILL]),
  ];
}

/** What takes a server down, and what reads its application. */
export function takedownRequests(configuration: Configuration): readonly Request[] {
  const takes = make(configuration === 'observing' ? 'denied' : 'allowed');
  const asked = make(configuration === 'full' ? 'allowed' : 'denied');
  return [
    takes('a stop of what opted in', ['ec2:StopInstances', SERVER], OPTED_IN),
    ...onlyOptedIn('a stop', 'ec2:StopInstances'),
    takes('a reboot of what opted in', ['ec2:RebootInstances', SERVER], OPTED_IN),
    ...onlyOptedIn('a reboot', 'ec2:RebootInstances'),
    ...restartRequests(asked),
    asked('metrics of applications', ['cloudwatch:GetMetricData', '*']),
    asked('alarms of applications', ['cloudwatch:DescribeAlarms', '*']),
    denied('silencing an alarm', [
      'cloudwatch:DisableAlarmActions',
      'arn:aws:cloudwatch:us-east-1:111122223333:alarm:livechat',
    ]),
  ];
}

/** Setting an attribute, as the condition keys show it; complex ones have no value there. */
const setting = (name: string, value?: string): ConditionContext => ({
  'ec2:Attribute': name,
  ...(value === undefined ? {} : { [`ec2:Attribute/${name}`]: value }),
});

function typeRequests(judged: Make): readonly Request[] {
  const modify = 'ec2:ModifyInstanceAttribute';
  const another = setting('InstanceType', 'm6a.large');
  const neverSet: readonly (readonly [string, ConditionContext])[] = [
    ['user data', setting('UserData')],
    ['security groups', setting('GroupSet')],
    ['security groups by their old name', setting('Groups')],
    ['stop protection', setting('DisableApiStop', 'false')],
    ['protection against termination', setting('DisableApiTermination', 'false')],
    ['what a shutdown does', setting('InstanceInitiatedShutdownBehavior', 'terminate')],
    ['the block devices', setting('BlockDeviceMapping')],
    ['the source check', setting('SourceDestCheck', 'false')],
    ['an attribute that is not named', {}],
    ['user data beside a type', { ...another, ...setting('UserData') }],
    ['a type without a value', setting('InstanceType')],
  ];
  return [
    judged('another type of what opted in', [modify, SERVER], { ...OPTED_IN, ...another }),
    ...onlyOptedIn('another type', modify, another),
    ...neverSet.map(([what, context]) =>
      denied(`changing ${what}`, [modify, SERVER], { ...OPTED_IN, ...context }),
    ),
    denied(
      'a security group that opted in',
      [modify, `${EC2}:security-group/sg-0a1b2c3d4e5f60023`],
      OPTED_IN,
    ),
  ];
}

const RESERVATION = `${EC2}:capacity-reservation/cr-0a1b2c3d4e5f60023`;
const NEW_RESERVATION = `${EC2}:capacity-reservation/*`;
const OURS: ConditionContext = { [`aws:ResourceTag/${RESERVATION_TAG}`]: 'i-0a1b2c3d4e5f60023' };
const PLACE: ConditionContext = {
  ...tagging([RESERVATION_TAG], {}),
  'ec2:InstanceMatchCriteria': 'targeted',
  'ec2:EndDateType': 'limited',
};
const AT_CREATION: ConditionContext = { 'ec2:CreateAction': 'CreateCapacityReservation' };

function reservationRequests(judged: Make): readonly Request[] {
  const create = 'ec2:CreateCapacityReservation';
  const without = (key: string): ConditionContext =>
    Object.fromEntries(Object.entries(PLACE).filter(([name]) => name !== key));
  const changes = ['ec2:CancelCapacityReservation'];
  return [
    judged('a reservation with its tag', [create, NEW_RESERVATION], PLACE),
    denied('a reservation without an end', [create, NEW_RESERVATION], {
      ...PLACE,
      'ec2:EndDateType': 'unlimited',
    }),
    denied(
      'one that says nothing of its end',
      [create, NEW_RESERVATION],
      without('ec2:EndDateType'),
    ),
    denied('an open reservation', [create, NEW_RESERVATION], {
      ...PLACE,
      'ec2:InstanceMatchCriteria': 'open',
    }),
    denied('a reservation without a tag', [create, NEW_RESERVATION], {
      'ec2:InstanceMatchCriteria': 'targeted',
      'ec2:EndDateType': 'limited',
    }),
    denied('a reservation with another tag too', [create, NEW_RESERVATION], {
      ...PLACE,
      ...tagging([RESERVATION_TAG, 'Name'], {}),
    }),
    denied(
      'a reservation in another Region',
      [create, NEW_RESERVATION.replace('us-', 'eu-')],
      PLACE,
    ),
    judged('the tag of a new reservation', ['ec2:CreateTags', RESERVATION], {
      ...tagging([RESERVATION_TAG], {}),
      ...AT_CREATION,
    }),
    denied('its tag on a reservation that stands', ['ec2:CreateTags', RESERVATION], {
      ...tagging([RESERVATION_TAG], {}),
    }),
    denied('its tag on what another call creates', ['ec2:CreateTags', RESERVATION], {
      ...tagging([RESERVATION_TAG], {}),
      'ec2:CreateAction': 'CreateCapacityReservationFleet',
    }),
    denied('the opt-in tag on a new reservation', ['ec2:CreateTags', RESERVATION], {
      ...tagging([OPT_IN_TAG], {}),
      ...AT_CREATION,
    }),
    ...changes.flatMap((action) => [
      judged(`${action} of its own`, [action, RESERVATION], OURS),
      denied(`${action} of another`, [action, RESERVATION]),
      denied(`${action} of one of a server that opted in`, [action, RESERVATION], OPTED_IN),
    ]),
    denied('a fleet of reservations', [
      'ec2:CreateCapacityReservationFleet',
      `${EC2}:capacity-reservation-fleet/*`,
    ]),
  ];
}

/** Another type, and a place of its own. */
export function capacityRequests(configuration: Configuration): readonly Request[] {
  const judged = make(configuration === 'full' ? 'allowed' : 'denied');
  return [...typeRequests(judged), ...reservationRequests(judged)];
}

const ELASTIC_IP = `${EC2}:elastic-ip/eipalloc-0a1b2c3d4e5f60023`;
const INTERFACE = `${EC2}:network-interface/eni-0a1b2c3d4e5f60023`;

/** An Elastic IP that goes back to its server: asked of the address and of the server alike. */
export function addressRequests(configuration: Configuration): readonly Request[] {
  const judged = make(configuration === 'full' ? 'allowed' : 'denied');
  const associate = 'ec2:AssociateAddress';
  const elsewhereTo = ELASTIC_IP.replace('us-east-1', 'eu-west-1');
  return [
    judged('the list of addresses', ['ec2:DescribeAddresses', '*']),
    judged('an association of what opted in', [associate, SERVER], OPTED_IN),
    judged('an association of an address that opted in', [associate, ELASTIC_IP], OPTED_IN),
    ...onlyOptedIn('an association', associate),
    denied('an association of any other address', [associate, ELASTIC_IP]),
    denied('an association of one with a tag like it', [associate, ELASTIC_IP], LOOKS_LIKE_IT),
    denied('an association in another Region', [associate, elsewhereTo], OPTED_IN),
    denied('an association with an interface', [associate, INTERFACE], OPTED_IN),
    denied('taking an address away', ['ec2:DisassociateAddress', ELASTIC_IP], OPTED_IN),
    denied('taking it off an interface', ['ec2:DisassociateAddress', INTERFACE], OPTED_IN),
    denied('a new address', ['ec2:AllocateAddress', `${EC2}:elastic-ip/*`], OPTED_IN),
  ];
}
