import { runSimulation } from '@cloud-copilot/iam-simulate';
import { synthesizeGameDays } from '../../lib/synthesize';
import { gameDayDeployment } from '../../sim/account/fis-stack';
import { RolePolicy, type ConditionContext } from '../../sim/account/iam';
import { Deployment, type Template } from '../../sim/account/template';
import { DRILL_HOME } from '../../sim/world';
import {
  allowed,
  denied,
  EC2,
  OTHER_ACCOUNT,
  OTHER_REGION,
  SERVER,
  type Request,
} from './role-request';

/*
 * What the experiments' role may do, judged by an IAM evaluator that is not ours, with which the
 * simulated account must agree.
 */

const made = synthesizeGameDays({ zones: ['us-east-1b'], port: 8080, process: 'livechat' });
const watchdog = new Deployment(made.watchdog as Template, DRILL_HOME, 'LiveChatWatchdog');
const stack = gameDayDeployment(made.gameDays, watchdog)!;
const [role] = stack.all('AWS::IAM::Role');
const roleArn = role!.arn;
const policies = role!.properties['Policies'] as unknown as readonly {
  readonly PolicyDocument: object;
}[];
const watchdogRole = watchdog.all('AWS::IAM::Role').find(({ arn }) => arn.includes('Watchdog'))!;
const { accountId } = DRILL_HOME;

/** The tags of a server that takes part, is aimed at and managed. */
const tags = (of = 'aws:ResourceTag', over: Readonly<Record<string, string>> = {}) => {
  const all = {
    watchdog: 'livechat',
    'watchdog:game-day-consent': 'yes',
    'watchdog:game-day-target': 'stop',
    ...over,
  };
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [`${of}/${key}`, value]),
  );
};

const VOLUME = `${EC2}:volume/vol-0a1b2c3d4e5f60023`;
const EXPERIMENT = `arn:aws:fis:us-east-1:${accountId}:experiment/EXP123`;
const KILL = 'arn:aws:ssm:us-east-1::document/AWSFIS-Run-Kill-Process';
const OTHER_ROLE = `arn:aws:iam::${accountId}:role/payments`;

const inject = (over: ConditionContext = {}): ConditionContext => ({
  'fis:Service': 'ec2',
  'fis:Operations': ['StartInstances'],
  'fis:Targets': [watchdogRole.arn],
  ...over,
});
const noCapacity = (arns: readonly string[], action = 'api'): ConditionContext => ({
  'ec2:FisActionId': `aws:ec2:${action}-insufficient-instance-capacity-error`,
  'ec2:FisTargetArns': arns,
});

const STOP = ['ec2:StopInstances', SERVER] as const;
const THROTTLE = ['fis:InjectApiThrottleError', EXPERIMENT] as const;
const INTERNAL = ['fis:InjectApiInternalError', EXPERIMENT] as const;
const NO_CAPACITY = ['ec2:InjectApiError', '*'] as const;
const SEND = ['ssm:SendCommand', SERVER] as const;

const without = (tag: string, of?: string) => tags(of, { [tag]: '' });

const REQUESTS: readonly Request[] = [
  allowed('stops a marked server', STOP, tags()),
  denied('one that is not managed', STOP, without('watchdog')),
  denied('one without consent', STOP, without('watchdog:game-day-consent')),
  denied('one with another consent', STOP, tags(undefined, { 'watchdog:game-day-consent': 'no' })),
  denied('one at which nothing is aimed', STOP, without('watchdog:game-day-target')),
  denied('one of another Region', ['ec2:StopInstances', OTHER_REGION], tags()),
  denied('one of another account', ['ec2:StopInstances', OTHER_ACCOUNT], tags()),
  denied('to start it: that is for the watchdog', ['ec2:StartInstances', SERVER], tags()),
  denied('to reboot it', ['ec2:RebootInstances', SERVER], tags()),
  denied('to terminate it', ['ec2:TerminateInstances', SERVER], tags()),
  denied('to mark one itself', ['ec2:CreateTags', SERVER], tags()),
  allowed("makes the watchdog's starts fail: throttling", THROTTLE, inject()),
  allowed("makes the watchdog's starts fail: internal errors", INTERNAL, inject()),
  denied("another role's", THROTTLE, inject({ 'fis:Targets': [OTHER_ROLE] })),
  denied(
    "another role's beside",
    THROTTLE,
    inject({ 'fis:Targets': [watchdogRole.arn, OTHER_ROLE] }),
  ),
  denied("nobody's in particular", THROTTLE, {
    'fis:Service': 'ec2',
    'fis:Operations': ['StartInstances'],
  }),
  denied('other calls: it must see', INTERNAL, inject({ 'fis:Operations': ['DescribeInstances'] })),
  denied('other services', INTERNAL, inject({ 'fis:Service': 'kinesis' })),
  denied('that it is unavailable', ['fis:InjectApiUnavailableError', EXPERIMENT], inject()),
  allowed('no capacity for the watchdog', NO_CAPACITY, noCapacity([watchdogRole.arn])),
  denied('no capacity for another role', NO_CAPACITY, noCapacity([OTHER_ROLE])),
  denied('no capacity for nobody in particular', NO_CAPACITY, {
    'ec2:FisActionId': 'aws:ec2:api-insufficient-instance-capacity-error',
  }),
  denied('no capacity for Auto Scaling', NO_CAPACITY, noCapacity([watchdogRole.arn], 'asg')),
  allowed('pauses a marked volume', ['ec2:PauseVolumeIO', VOLUME], without('watchdog')),
  denied(
    'one without consent',
    ['ec2:PauseVolumeIO', VOLUME],
    without('watchdog:game-day-consent'),
  ),
  denied(
    'one at which nothing is aimed',
    ['ec2:PauseVolumeIO', VOLUME],
    without('watchdog:game-day-target'),
  ),
  denied('to delete it', ['ec2:DeleteVolume', VOLUME], tags()),
  allowed('runs a document that kills', ['ssm:SendCommand', KILL]),
  denied('any other document', [
    'ssm:SendCommand',
    KILL.replace('AWSFIS-Run-Kill-Process', 'AWS-RunShellScript'),
  ]),
  allowed('on a marked server', SEND, tags('ssm:resourceTag')),
  denied('on one without consent', SEND, without('watchdog:game-day-consent', 'ssm:resourceTag')),
  denied('on one that is not managed', SEND, without('watchdog', 'ssm:resourceTag')),
  denied('to write policies of logs', ['logs:PutResourcePolicy', '*']),
  denied('to pass roles', ['iam:PassRole', watchdogRole.arn]),
];

async function judgedByOthers({ action, resource, context = {} }: Request): Promise<string> {
  const answer = await runSimulation(
    {
      request: {
        action,
        principal: roleArn,
        resource: { resource, accountId },
        contextVariables: context as Record<string, string | string[]>,
      },
      identityPolicies: policies.map(({ PolicyDocument }) => ({
        name: 'game-day',
        policy: PolicyDocument,
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === 'Allowed' ? 'allowed' : 'denied';
}

/** The other evaluator knows no document without an account, as AWS's own are. */
const isAwsDocument = ({ resource }: Request): boolean => resource.includes('::document/');

test.each(REQUESTS.map((request) => [request.verdict, request.what, request] as const))(
  'the role is %s: %s',
  async (verdict, _, request) => {
    const { action, resource, context = {} } = request;
    const ours = new RolePolicy(stack, roleArn).judge({ action, resource, context });
    expect(ours === 'allowed' ? 'allowed' : 'denied').toBe(verdict);
    if (!isAwsDocument(request)) expect(await judgedByOthers(request)).toBe(verdict);
  },
);

test('only FIS may take it, for an experiment of this account', () => {
  expect(role?.properties['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [
      {
        Principal: { Service: 'fis.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': accountId },
          ArnLike: { 'aws:SourceArn': `arn:aws:fis:us-east-1:${accountId}:experiment/*` },
        },
      },
    ],
  });
});

test('without a zone, process or port it may neither make capacity fail nor send commands', () => {
  const least = JSON.stringify(synthesizeGameDays({}).gameDays);
  expect(least).not.toContain('ec2:InjectApiError');
  expect(least).not.toContain('ssm:');
});
