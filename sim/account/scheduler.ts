import type { Random } from '../random';
import type { Timeline } from '../time';
import { RolePolicy } from './iam';
import type { Queue, Queues } from './sqs';
import { isObject, UnsimulatedTemplateError, type Deployment, type Resource } from './template';

/** What the schedules need of the account. */
export interface SchedulerParts {
  readonly deployment: Deployment;
  readonly queues: Queues;
  readonly timeline: Timeline;
  readonly random: Random;
  /** Whether the schedule runs at this moment; a fault can skip sweeps. */
  readonly runs: () => boolean;
}

interface Schedule {
  readonly arn: string;
  readonly periodMs: number;
  readonly input: string;
  readonly queue: Queue;
}

/** EventBridge Scheduler fires anywhere within the minute of the scheduled time. */
const PRECISION_MS = 60_000;
const RATE = /^rate\((\d+) (minute|minutes|hour|hours)\)$/;

/** Sets every schedule of the template going. */
export function runSchedules(parts: SchedulerParts): void {
  for (const resource of parts.deployment.all('AWS::Scheduler::Schedule')) {
    if (resource.properties['State'] === 'DISABLED') continue;
    repeat(loadSchedule(resource, parts), parts);
  }
}

function repeat(schedule: Schedule, parts: SchedulerParts): void {
  const { timeline, random } = parts;
  const stream = random.stream(`scheduler/${schedule.arn}`);
  const fire = (scheduledAt: number, attempt: number): void => {
    if (parts.runs()) schedule.queue.send(fill(schedule, { scheduledAt, id: stream.uuid() }));
    plan(scheduledAt + schedule.periodMs, attempt);
  };
  const plan = (scheduledAt: number, attempt: number): void => {
    const late = stream.uniform(0, PRECISION_MS);
    timeline.at(scheduledAt + late, () => fire(scheduledAt, attempt));
  };
  // The next whole minute: a stack is not deployed on the second.
  plan(Math.ceil(timeline.now() / 60_000) * 60_000, 1);
}

function fill(
  { input, arn }: Schedule,
  { scheduledAt, id }: { readonly scheduledAt: number; readonly id: string },
): string {
  return input
    .replaceAll('<aws.scheduler.execution-id>', id)
    .replaceAll(
      '<aws.scheduler.scheduled-time>',
      `${new Date(scheduledAt).toISOString().slice(0, 19)}Z`,
    )
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}

function loadSchedule({ logicalId, arn, properties }: Resource, parts: SchedulerParts): Schedule {
  const expression = String(properties['ScheduleExpression']);
  const match = RATE.exec(expression);
  if (match === null) {
    throw new UnsimulatedTemplateError(`Schedule expression ${expression} is not simulated`);
  }
  const window = properties['FlexibleTimeWindow'];
  if (!isObject(window) || window['Mode'] !== 'OFF') {
    throw new UnsimulatedTemplateError(`Schedule ${logicalId}: a flexible window is not simulated`);
  }
  const target = properties['Target'];
  if (!isObject(target)) throw new UnsimulatedTemplateError(`Schedule ${logicalId}: no target`);
  const queue = parts.queues.byArn(String(target['Arn']));
  requireSendPermission(parts.deployment, String(target['RoleArn']), queue);
  const unit = match[2]!.startsWith('minute') ? 60_000 : 3_600_000;
  return { arn, periodMs: Number(match[1]) * unit, input: String(target['Input'] ?? '{}'), queue };
}

/** A schedule whose role may not send would fail in silence, minute after minute. */
function requireSendPermission(deployment: Deployment, roleArn: string, queue: Queue): void {
  const verdict = new RolePolicy(deployment, roleArn).judge({
    action: 'sqs:SendMessage',
    resource: queue.arn,
    context: { 'aws:SecureTransport': 'true' },
  });
  if (verdict !== 'allowed') {
    throw new Error(`The schedule's role ${roleArn} may not send to ${queue.arn}`);
  }
}
