import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { GAME_DAY_TAGS, OPT_IN_TAG } from '../lambda/core/tags';
import { acknowledge } from './acknowledge';
import type { GameDayConfig } from './game-day-config';
import {
  CONSENTS,
  FAILING_OPERATION,
  GAME_DAY_DOCUMENTS,
  type GameDayPlace,
} from './game-day-experiments';
import { instancesOf } from './opted-in';

/** What the experiments may reach. */
export interface GameDayRoleProps extends GameDayPlace {
  readonly config: GameDayConfig;
}

/**
 * As whom FIS carries the experiments out. It takes down only servers that are managed, whose
 * owners consent and at which an experiment is aimed now; and it makes calls fail of no role but
 * the watchdog's. It may start nothing: what comes back was brought back by the watchdog.
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export class GameDayRole extends iam.Role {
  constructor(scope: Construct, id: string, props: GameDayRoleProps) {
    const stack = Stack.of(scope);
    const experiments = stack.formatArn({
      service: 'fis',
      resource: 'experiment',
      resourceName: '*',
    });
    super(scope, id, {
      description: 'LiveChat Watchdog: carries out the experiments of game days',
      // The account and the kind of source: no other experiment may borrow it from outside.
      // https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
      assumedBy: new iam.ServicePrincipal('fis.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': experiments },
        },
      }),
      inlinePolicies: {
        'game-day': new iam.PolicyDocument({
          statements: [
            ...findStatements(),
            stopStatement(scope),
            ...errorStatements(props, experiments),
            ...commandStatements(scope, props),
            volumeStatement(scope),
            logStatement(),
          ],
        }),
      },
    });
    acknowledgeWildcards(this);
  }
}

/** Managed, consented to, and aimed at. */
function aimedAt(key: (tag: string) => string): Record<string, Record<string, string>> {
  return {
    StringEquals: { [key(GAME_DAY_TAGS.consent)]: CONSENTS },
    Null: { [key(GAME_DAY_TAGS.target)]: 'false', [key(OPT_IN_TAG)]: 'false' },
  };
}

const resourceTag = (tag: string): string => `aws:ResourceTag/${tag}`;

function findStatements(): readonly iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      // How FIS resolves tags and filters; none of these takes a resource.
      sid: 'FindTargets',
      actions: ['ec2:DescribeInstances', 'ec2:DescribeVolumes', 'tag:GetResources'],
      resources: ['*'],
    }),
  ];
}

function stopStatement(scope: Construct): iam.PolicyStatement {
  return new iam.PolicyStatement({
    // Without ec2:StartInstances, which FIS needs only to start it again itself.
    sid: 'StopMarked',
    actions: ['ec2:StopInstances'],
    resources: [instancesOf(scope)],
    conditions: aimedAt(resourceTag),
  });
}

/**
 * ForAllValues also holds for a request without the key, so its presence is asked for too.
 * https://docs.aws.amazon.com/fis/latest/userguide/security_iam_id-based-policy-examples.html
 */
function errorStatements(
  { watchdogRoleArn, config }: GameDayRoleProps,
  experiments: string,
): readonly iam.PolicyStatement[] {
  const noCapacity = new iam.PolicyStatement({
    // It takes no resource: what it strikes is in the condition keys.
    sid: 'InjectNoCapacity',
    actions: ['ec2:InjectApiError'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'ec2:FisActionId': 'aws:ec2:api-insufficient-instance-capacity-error' },
      'ForAllValues:ArnEquals': { 'ec2:FisTargetArns': watchdogRoleArn },
      Null: { 'ec2:FisTargetArns': 'false' },
    },
  });
  return [
    ...(config.zones.length === 0 ? [] : [noCapacity]),
    new iam.PolicyStatement({
      sid: 'InjectErrors',
      actions: ['fis:InjectApiThrottleError', 'fis:InjectApiInternalError'],
      resources: [experiments],
      conditions: {
        StringEquals: { 'fis:Service': 'ec2' },
        'ForAllValues:StringEquals': {
          'fis:Operations': FAILING_OPERATION,
          'fis:Targets': watchdogRoleArn,
        },
        Null: { 'fis:Operations': 'false', 'fis:Targets': 'false' },
      },
    }),
  ];
}

/** SendCommand is judged on the document and on the instance: a statement for each. */
function commandStatements(
  scope: Construct,
  { config, documentArn }: GameDayRoleProps,
): readonly iam.PolicyStatement[] {
  const documents = [
    ...(config.port === undefined ? [] : [GAME_DAY_DOCUMENTS.blackhole]),
    ...(config.process === undefined ? [] : [GAME_DAY_DOCUMENTS.kill]),
  ];
  if (documents.length === 0) return [];
  return [
    new iam.PolicyStatement({
      sid: 'BreakByDocument',
      actions: ['ssm:SendCommand'],
      resources: documents.map(documentArn),
    }),
    new iam.PolicyStatement({
      sid: 'BreakMarked',
      actions: ['ssm:SendCommand'],
      resources: [instancesOf(scope)],
      conditions: aimedAt((tag) => `ssm:resourceTag/${tag}`),
    }),
    new iam.PolicyStatement({
      // How FIS follows a command and takes it back; neither takes a resource.
      sid: 'FollowCommands',
      actions: ['ssm:ListCommands', 'ssm:CancelCommand'],
      resources: ['*'],
    }),
  ];
}

/** A volume is not managed, so it carries no opt-in tag. */
function volumeStatement(scope: Construct): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'PauseMarkedVolume',
    actions: ['ec2:PauseVolumeIO'],
    resources: [
      Stack.of(scope).formatArn({ service: 'ec2', resource: 'volume', resourceName: '*' }),
    ],
    conditions: {
      StringEquals: { [resourceTag(GAME_DAY_TAGS.consent)]: CONSENTS },
      Null: { [resourceTag(GAME_DAY_TAGS.target)]: 'false' },
    },
  });
}

/**
 * No logs:PutResourcePolicy: the stack itself lets the delivery write to the group.
 * https://docs.aws.amazon.com/fis/latest/userguide/monitoring-logging.html
 */
function logStatement(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DeliverLogs',
    actions: ['logs:CreateLogDelivery', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies'],
    resources: ['*'],
  });
}

function acknowledgeWildcards(role: GameDayRole): void {
  const here = '<AWS::Region>:<AWS::AccountId>';
  const found: readonly (readonly [string, string])[] = [
    [
      '*',
      'What describes targets, follows commands and sets up the delivery of logs takes no ' +
        'resource; InjectApiError neither: its condition keys hold it to one action and one role.',
    ],
    [
      `arn:<AWS::Partition>:ec2:${here}:instance/*`,
      'Servers take part by their tags, so their ids are not known here; each statement is ' +
        'conditioned on three of them.',
    ],
    [
      `arn:<AWS::Partition>:ec2:${here}:volume/*`,
      'Volumes take part by their tags too; the statement is conditioned on them.',
    ],
    [
      `arn:<AWS::Partition>:fis:${here}:experiment/*`,
      'FIS gives each experiment an id of its own; service, operation and role are conditions.',
    ],
  ];
  for (const [resource, reason] of found) {
    acknowledge(role, `AwsSolutions-IAM5[Resource::${resource}]`, reason);
  }
}
