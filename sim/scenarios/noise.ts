import { chatServer } from '../drills/servers';
import { OPERATOR } from '../people';
import { SILENCE } from './episodes';
import { family, type Sketch, type Stage } from './scenario';

/** A server of somebody else: it carries no tag of ours. */
const STRANGER = 'i-0dead00000000beef';

const quiet = (name: string, title: string, play: Sketch['play']): Sketch => ({
  name,
  title,
  minutes: 20,
  trail: true,
  play,
  label: () => SILENCE,
});

function withStranger({ world }: Stage): void {
  world.ec2.addInstance({ ...chatServer(STRANGER, { name: 'build-agent' }), tags: {} });
}

/** What happens to an instance that does not carry the tag. */
const STRANGERS: readonly Sketch[] = (
  [
    ['aws-stops-it', ({ world }) => void world.aws.hostFailure(STRANGER)],
    ['person-stops-it', ({ world }) => world.people.stop(STRANGER)],
    ['terminated', ({ world }) => world.people.terminate(STRANGER)],
    ['guest-shuts-down', ({ world }) => world.people.shutdownGuest(STRANGER)],
    ['host-breaks', ({ world }) => world.aws.breaks(STRANGER, 'system')],
    ['tagged-by-people', ({ world }) => world.people.setTag(STRANGER, 'owner', 'ana')],
    ['rebooted', ({ world }) => world.people.reboot(STRANGER)],
    [
      'health',
      ({ world }) =>
        void world.aws.health({
          eventTypeCode: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
          instanceIds: [STRANGER],
        }),
    ],
    [
      'retirement',
      ({ world }) =>
        void world.aws.health({
          eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
          category: 'scheduledChange',
          statusCode: 'upcoming',
          instanceIds: [STRANGER],
        }),
    ],
    ['alarm', ({ world }) => world.aws.alarm(STRANGER, 'cpu-high', 'ALARM')],
  ] as const satisfies readonly (readonly [string, (stage: Stage) => void])[]
).map(([name, happens]) =>
  quiet(`stranger-${name}`, `Of an instance without the tag: ${name}.`, (stage) => {
    withStranger(stage);
    stage.at(0, () => happens(stage));
  }),
);

/** Events of the account that say nothing of a server. */
const EVENTS: readonly (readonly [string, string, string, Readonly<Record<string, unknown>>])[] = [
  ['rds-maintenance', 'aws.rds', 'RDS DB Instance Event', { EventCategories: ['maintenance'] }],
  ['console-sign-in', 'aws.signin', 'AWS Console Sign In via CloudTrail', { eventName: 'Login' }],
  [
    'spot-warning',
    'aws.ec2',
    'EC2 Spot Instance Interruption Warning',
    { 'instance-id': STRANGER },
  ],
  ['ebs-snapshot', 'aws.ec2', 'EBS Snapshot Notification', { event: 'createSnapshot' }],
  ['asg-launch', 'aws.autoscaling', 'EC2 Instance Launch Successful', { EC2InstanceId: STRANGER }],
  ['ssm-compliance', 'aws.ssm', 'Configuration Compliance State Change', { status: 'compliant' }],
  ['state-change-of-nobody', 'aws.ec2', 'EC2 Instance State-change Notification', {}],
  [
    'state-change-malformed',
    'aws.ec2',
    'EC2 Instance State-change Notification',
    { 'instance-id': 7, state: ['stopped'] },
  ],
  [
    'state-change-unknown-state',
    'aws.ec2',
    'EC2 Instance State-change Notification',
    { 'instance-id': 'i-0a1b2c3d4e5f60023', state: 'levitating' },
  ],
];

const CHURN: readonly Sketch[] = EVENTS.map(([name, source, detailType, detail]) =>
  quiet(`event-${name}`, `The bus carries "${detailType}" of ${source}.`, ({ world, at }) =>
    at(
      0,
      () => void world.aws.event({ source, detailType, detail, resources: [], instanceIds: [] }),
    ),
  ),
);

/** AWS Health of something else. */
const HEALTH: readonly Sketch[] = [
  quiet(
    'health-of-the-region',
    'Health tells of EC2 in the Region, naming nobody.',
    ({ world, at }) =>
      at(
        0,
        () =>
          void world.aws.health({ eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE', instanceIds: [] }),
      ),
  ),
  quiet('health-of-volumes', 'Health tells of a volume that nobody knows.', ({ world, at }) =>
    at(0, () => {
      world.aws.health({
        eventTypeCode: 'AWS_EBS_DEGRADED_EBS_VOLUME_PERFORMANCE',
        service: 'EBS',
        instanceIds: ['vol-0123456789abcdef0'],
      });
    }),
  ),
  quiet(
    'health-over',
    'Health tells that an issue of ours of yesterday is over.',
    ({ world, id, at }) =>
      at(0, () => {
        world.aws.health({
          eventTypeCode: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
          statusCode: 'closed',
          entityStatus: 'RESOLVED',
          instanceIds: [id],
        });
      }),
  ),
  quiet('change-of-another-service', 'RDS schedules maintenance, Health tells.', ({ world, at }) =>
    at(0, () => {
      world.aws.event({
        source: 'aws.health',
        detailType: 'AWS Health Event',
        resources: [],
        instanceIds: [],
        detail: {
          eventArn: 'arn:aws:health:us-east-1::event/RDS/AWS_RDS_MAINTENANCE_SCHEDULED/1',
          service: 'RDS',
          eventTypeCode: 'AWS_RDS_MAINTENANCE_SCHEDULED',
          eventTypeCategory: 'scheduledChange',
          statusCode: 'upcoming',
          startTime: 'Thu, 01 Aug 2024 20:00:00 GMT',
          affectedEntities: [{ entityValue: 'chat-database' }],
        },
      });
    }),
  ),
];

/** People do harmless things to our own server. */
const OURS: readonly Sketch[] = [
  quiet(
    'tags-change',
    'Somebody writes tags of their own on it, ten times.',
    ({ world, id, at }) => {
      for (let turn = 0; turn < 10; turn += 1) {
        at(turn * 30, () => world.people.setTag(id, 'release', `2024.8.${turn}`));
      }
    },
  ),
  quiet('started-while-running', 'Somebody calls StartInstances on it though it runs.', (stage) =>
    stage.at(0, () => stage.world.people.start(stage.id, OPERATOR)),
  ),
  quiet('alarm-of-another-kind', 'An alarm on its processor goes off and ends.', (stage) => {
    const { world, id, at } = stage;
    at(0, () => world.aws.alarm(id, 'cpu-high', 'ALARM'));
    at(300, () => world.aws.alarm(id, 'cpu-high', 'OK'));
  }),
  quiet(
    'paused-for-nothing',
    'Somebody pauses it for ten minutes, and nothing happens.',
    (stage) => {
      const { world, id, at, isoAt } = stage;
      at(0, () => world.people.setTag(id, 'watchdog:pause-until', `${isoAt(600)} deploy`));
    },
  ),
  {
    ...quiet('nothing-for-three-hours', 'Nothing happens.', () => undefined),
    minutes: 180,
  },
  {
    ...quiet(
      'nothing-in-a-fleet',
      'Nothing happens to thirty servers for two hours.',
      () => undefined,
    ),
    minutes: 120,
    fleet: { count: 30, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] },
  },
];

/** What concerns nobody. */
export const NOISE = family('noise', [...STRANGERS, ...CHURN, ...HEALTH, ...OURS]);
