import { ArnFormat, CfnOutput, RemovalPolicy, Stack, type App, type StackProps } from 'aws-cdk-lib';
import * as fis from 'aws-cdk-lib/aws-fis';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { GAME_DAY_TAGS } from '../lambda/core/tags';
import { AlertTopic } from './alert-topic';
import {
  GAME_DAY_CONTEXT_KEY,
  requireGameDays,
  type GameDayConfig,
  type GameDayConfigInput,
} from './game-day-config';
import { gameDayExperiments, type GameDayExperiment } from './game-day-experiments';
import { GameDayRole } from './game-day-role';
import type { InstanceWatchdog } from './instance-watchdog';

/** What the stack of game days is made of. */
export interface GameDayStackProps extends StackProps {
  /** The watchdog that is tried. */
  readonly watchdog: Pick<InstanceWatchdog, 'role' | 'heartbeatMissing'>;
  readonly gameDays: GameDayConfigInput;
}

/** FIS writes to it and nobody reads it after the game day was talked over. */
const RETENTION = logs.RetentionDays.SIX_MONTHS;

/**
 * Experiments of AWS Fault Injection Service against the watchdog and the servers that it manages.
 * It is no part of the watchdog: it comes and goes without it.
 */
export class GameDayStack extends Stack {
  readonly role: GameDayRole;

  /** Throws a ConfigurationError that lists every mistake in `gameDays`. */
  constructor(scope: Construct, id: string, { watchdog, gameDays, ...props }: GameDayStackProps) {
    super(scope, id, {
      description: 'LiveChat Watchdog: experiments for game days',
      ...props,
    });
    const config = requireGameDays(gameDays, `gameDays of ${this.node.path}`);
    const place = {
      watchdogRoleArn: watchdog.role.roleArn,
      documentArn: (name: string) => this.documentArn(name),
    };
    this.role = new GameDayRole(this, 'Role', { ...place, config });
    const logGroup = this.makeLogGroup();
    const alarmArns = [watchdog.heartbeatMissing.alarmArn, ...config.stopAlarmArns];
    for (const experiment of gameDayExperiments(config, place)) {
      this.addExperiment(experiment, { alarmArns, logGroup });
    }
    this.addTopic(config);
  }

  /** AWS's own documents have no account in their ARN. */
  private documentArn(resourceName: string): string {
    return this.formatArn({
      service: 'ssm',
      account: '',
      resource: 'document',
      resourceName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  /**
   * A group into which the delivery of logs may write: with this policy in place the experiments'
   * role need not be able to write policies.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
   */
  private makeLogGroup(): logs.LogGroup {
    const group = new logs.LogGroup(this, 'Logs', {
      retention: RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    group.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'DeliveryOfThisAccount',
        principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [group.logGroupArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    return group;
  }

  private addExperiment(
    { name, description, targets, actions }: GameDayExperiment,
    around: { readonly alarmArns: readonly string[]; readonly logGroup: logs.LogGroup },
  ): void {
    const template = new fis.CfnExperimentTemplate(this, `Experiment-${name}`, {
      description,
      roleArn: this.role.roleArn,
      targets,
      actions,
      // An experiment does not begin while one of them is in ALARM.
      stopConditions: around.alarmArns.map((value) => ({
        source: 'aws:cloudwatch:alarm',
        value,
      })),
      experimentOptions: {
        accountTargeting: 'single-account',
        emptyTargetResolutionMode: 'fail',
      },
      logConfiguration: {
        cloudWatchLogsConfiguration: { LogGroupArn: around.logGroup.logGroupArn },
        logSchemaVersion: 2,
      },
      tags: { Name: `watchdog-${name}`, [GAME_DAY_TAGS.experiment]: name },
    });
    // The delivery's permission is a resource of its own, on which nothing else depends.
    template.node.addDependency(around.logGroup);
  }

  private addTopic({ emails }: GameDayConfig): void {
    const topic = new AlertTopic(this, 'Outcomes', {
      displayName: 'Watchdog game days',
      emails,
      phones: [],
      recipientFields: `${GAME_DAY_CONTEXT_KEY}.emails`,
    });
    const outputs = {
      GameDayTopicArn: ['Subscribe here for how game days went', topic.topicArn],
      GameDayRoleArn: ['As whom experiments act; the mark names it', this.role.roleArn],
    } as const;
    for (const [id, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, id, { description, value }).overrideLogicalId(id);
    }
  }
}

/** Adds the stack where the context asks for it. */
export function addGameDays(app: App, watchdog: InstanceWatchdog): void {
  const context: unknown = app.node.tryGetContext(GAME_DAY_CONTEXT_KEY);
  if (context === undefined) return;
  requireGameDays(context, `the context "${GAME_DAY_CONTEXT_KEY}", usually in cdk.json`);
  new GameDayStack(app, `${Stack.of(watchdog).stackName}GameDays`, {
    watchdog,
    gameDays: context as GameDayConfigInput,
  });
}
