import { between, type Instant } from '../../lambda/core/time';
import type { AwsActs } from '../aws-acts';
import type { Faults } from '../faults/plan';
import type { Principal } from '../history';
import type { People } from '../people';
import type { Ec2Account } from './ec2';
import type { Instance } from './ec2-instance';
import { resourceTags } from './ec2-request';
import type { ConditionContext } from './iam';
import { UnsimulatedTemplateError } from './template';

/** What an action can do to the account. */
export interface FisReach {
  readonly ec2: Ec2Account;
  readonly people: People;
  readonly aws: AwsActs;
  readonly faults: Faults;
  readonly startedAt: Instant;
}

/** An action of a template, its targets resolved. */
export interface FisAction {
  readonly actionId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly instances: readonly Instance[];
  readonly roleArns: readonly string[];
}

/** As whom FIS acts, and what that role may do. */
export interface FisActor {
  readonly by: Principal;
  /** Throws where the role's policy does not allow it. */
  readonly authorize: (action: string, resource: string, context: ConditionContext) => void;
}

/** A stop is done when the instance has stopped: so long at most, here. */
const STOP_TAKES_S = 30;

const KILL = 'AWSFIS-Run-Kill-Process';
const BLACKHOLE = 'AWSFIS-Run-Network-Blackhole-Port';

/** `PT10M` or `PT30S` in seconds. */
export function durationS(text: string | undefined): number {
  const [, count, unit] = /^PT(\d+)([HMS])$/.exec(text ?? '') ?? [];
  if (count === undefined) throw new UnsimulatedTemplateError(`Duration "${text}" of FIS`);
  return Number(count) * { H: 3_600, M: 60, S: 1 }[unit as 'H' | 'M' | 'S'];
}

/** Does what the action does, at this moment. Answers how many seconds it lasts. */
export function carryOut(
  action: FisAction,
  actor: FisActor,
  reach: FisReach & { readonly now: Instant },
): number {
  switch (action.actionId) {
    case 'aws:fis:wait':
      return durationS(action.parameters['duration']);
    case 'aws:ec2:stop-instances':
      return stop(action, actor, reach);
    case 'aws:ec2:api-insufficient-instance-capacity-error':
      return noCapacity(action, actor, reach);
    case 'aws:fis:inject-api-throttle-error':
    case 'aws:fis:inject-api-internal-error':
      return apiError(action, actor, reach);
    case 'aws:ssm:send-command':
      return sendCommand(action, actor, reach);
    default:
      throw new UnsimulatedTemplateError(`The action ${action.actionId} of FIS is not simulated`);
  }
}

function stop({ instances }: FisAction, { by, authorize }: FisActor, reach: FisReach): number {
  for (const instance of instances) {
    authorize('ec2:StopInstances', reach.ec2.arnOf(instance), resourceTags(instance));
  }
  for (const { id } of instances) reach.people.stop(id, by);
  return STOP_TAKES_S;
}

type Now = FisReach & { readonly now: Instant };

/** From now on, in seconds from the start of the run. */
function spanOf(
  { parameters }: FisAction,
  { now, startedAt }: Now,
): { readonly fromS: number; readonly toS: number; readonly lastsS: number } {
  const fromS = between(startedAt, now) / 1_000;
  const lastsS = durationS(parameters['duration']);
  return { fromS, toS: fromS + lastsS, lastsS };
}

/** Nobody but the watchdog starts anything meanwhile: for whom it fails makes no difference. */
function noCapacity(action: FisAction, { authorize }: FisActor, reach: Now): number {
  const { fromS, toS, lastsS } = spanOf(action, reach);
  authorize('ec2:InjectApiError', '*', {
    'ec2:FisActionId': action.actionId,
    'ec2:FisTargetArns': action.roleArns,
  });
  for (const zone of (action.parameters['availabilityZoneIdentifiers'] ?? '').split(',')) {
    reach.faults.capacityOut({ zone, fromS, toS });
  }
  return lastsS;
}

function apiError(action: FisAction, { authorize }: FisActor, reach: Now): number {
  const { fromS, toS, lastsS } = spanOf(action, reach);
  const { service = '', operations = '', percentage = '100' } = action.parameters;
  const isThrottle = action.actionId.includes('throttle');
  const { region, accountId } = reach.ec2.home;
  authorize(
    isThrottle ? 'fis:InjectApiThrottleError' : 'fis:InjectApiInternalError',
    `arn:aws:fis:${region}:${accountId}:experiment/EXP`,
    {
      'fis:Service': service,
      'fis:Operations': operations.split(','),
      'fis:Targets': action.roleArns,
    },
  );
  for (const operation of operations.split(',')) {
    const span = { operation, fromS, toS, probability: Number(percentage) / 100 };
    if (isThrottle) reach.faults.throttleEc2(span);
    else reach.faults.api({ ...span, service: 'ec2', fault: { kind: 'error', error: INTERNAL } });
  }
  return lastsS;
}

const INTERNAL = {
  code: 'InternalError',
  message: 'An internal error has occurred',
  status: 500,
} as const;

function sendCommand(action: FisAction, { authorize }: FisActor, reach: Now): number {
  const { documentArn = '', documentParameters = '{}' } = action.parameters;
  authorize('ssm:SendCommand', documentArn, {});
  for (const instance of action.instances) {
    const tags = Object.entries(instance.tags).map(([key, value]) => [
      `ssm:resourceTag/${key}`,
      value,
    ]);
    authorize(
      'ssm:SendCommand',
      reach.ec2.arnOf(instance),
      Object.fromEntries(tags) as ConditionContext,
    );
  }
  const name = documentArn.split('/').at(-1);
  const { DurationSeconds = '0' } = JSON.parse(documentParameters) as Record<string, string>;
  for (const instance of action.instances) {
    if (name === KILL) reach.aws.appDies(instance.id);
    else if (name === BLACKHOLE) cutOff(instance, Number(DurationSeconds), reach);
    else throw new UnsimulatedTemplateError(`The document ${name} of FIS is not simulated`);
  }
  return durationS(action.parameters['duration']);
}

/** iptables drops what comes in; a reboot forgets its rules, and so does the document's end. */
function cutOff(instance: Instance, forS: number, { ec2 }: FisReach): void {
  const { workloads } = ec2.life;
  workloads.ail(instance, 'application', { curedBy: 'reboot', stillServes: false });
  ec2.later(forS, () => workloads.heal(instance, 'application'));
}
