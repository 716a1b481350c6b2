import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Where the schedule sends the sweep. */
export interface SweepScheduleProps {
  readonly queue: sqs.IQueue;
  /** Takes sweeps that could not be delivered. */
  readonly undelivered: sqs.IQueue;
}

/**
 * Scheduler replaces these two when it fires.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';
const EXECUTION_ID = '<aws.scheduler.execution-id>';

/** The least that Scheduler allows, in seconds. By then the next sweep is on its way. */
const MAX_SWEEP_AGE_SECONDS = 60;

/** Asks once a minute for a look at everything managed, whatever events were lost. */
export class SweepSchedule extends Construct {
  readonly schedule: scheduler.CfnSchedule;

  constructor(scope: Construct, id: string, props: SweepScheduleProps) {
    super(scope, id);
    const role = this.makeRole(props);
    this.schedule = new scheduler.CfnSchedule(this, 'Schedule', {
      description: 'LiveChat Watchdog: the sweep, each minute',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.queue.queueArn,
        roleArn: role.roleArn,
        input: this.envelope(),
        deadLetterConfig: { arn: props.undelivered.queueArn },
        retryPolicy: {
          maximumEventAgeInSeconds: MAX_SWEEP_AGE_SECONDS,
          maximumRetryAttempts: 3,
        },
      },
    });
  }

  /** The sweep in the shape of an EventBridge event, so that one parser reads all signals. */
  private envelope(): string {
    return Stack.of(this).toJsonString({
      version: '0',
      id: EXECUTION_ID,
      source: 'watchdog.scheduler',
      'detail-type': 'Sweep',
      account: Aws.ACCOUNT_ID,
      region: Aws.REGION,
      time: SCHEDULED_TIME,
      resources: [],
      detail: {},
    });
  }

  /**
   * May send to the two queues, and be assumed by Scheduler for schedules of this account only
   * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
   */
  private makeRole(props: SweepScheduleProps): iam.Role {
    return new iam.Role(this, 'Role', {
      description: 'EventBridge Scheduler: sends the LiveChat Watchdog its sweep',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        send: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'SendSweep',
              actions: ['sqs:SendMessage'],
              resources: [props.queue.queueArn, props.undelivered.queueArn],
            }),
          ],
        }),
      },
    });
  }
}
