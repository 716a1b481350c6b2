import type { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { GAME_DAY_TAGS } from '../lambda/core/tags';
import type { GameDayConfig } from './game-day-config';

type Action = CfnExperimentTemplate.ExperimentTemplateActionProperty;
type Target = CfnExperimentTemplate.ExperimentTemplateTargetProperty;

/** One experiment as its template is made of it. */
export interface GameDayExperiment {
  readonly name: string;
  /** What it does, shows and cannot show; FIS takes 512 characters. */
  readonly description: string;
  readonly targets: Readonly<Record<string, Target>>;
  readonly actions: Readonly<Record<string, Action>>;
}

/** What the experiments are aimed at beside the marked instance. */
export interface GameDayPlace {
  /** The role of the watchdog's function. */
  readonly watchdogRoleArn: string;
  /** The ARN of a document of Systems Manager that AWS owns. */
  readonly documentArn: (name: string) => string;
}

/** The value of the consent tag. */
export const CONSENTS = 'yes';

/** The one call of EC2 that is made to fail: sweeps go on, so that the heartbeat does. */
export const FAILING_OPERATION = 'StartInstances';

/** The documents that the experiments run. */
export const GAME_DAY_DOCUMENTS = {
  kill: 'AWSFIS-Run-Kill-Process',
  blackhole: 'AWSFIS-Run-Network-Blackhole-Port',
} as const;

/**
 * How long the watchdog's starts fail. CloudTrail names the role that stopped the server a minute
 * or a few after the stop; without that the watchdog does not start it. It must meet the error
 * after that too.
 */
const FAILS_FOR = 'PT10M';
/** The fault is in force when the stop comes. FIS waits in whole minutes. */
const STOP_AFTER = 'PT1M';
const BREAKS_FOR_S = 300;
const BREAKS_FOR = 'PT5M';
/** The document is cancelled when the action ends before it: one minute for its packages. */
const DOCUMENT_ACTION = 'PT6M';

const aimed = (name: string): Readonly<Record<string, string>> => ({
  [GAME_DAY_TAGS.consent]: CONSENTS,
  [GAME_DAY_TAGS.target]: name,
});

const serverOf = (name: string): Target => ({
  resourceType: 'aws:ec2:instance',
  resourceTags: aimed(name),
  filters: [{ path: 'State.Name', values: ['running'] }],
  selectionMode: 'COUNT(1)',
});

const STOP: Action = {
  actionId: 'aws:ec2:stop-instances',
  description: 'Stops the marked server. FIS does not start it again: the watchdog must.',
  // No startInstancesAfterDuration: FIS would start it itself.
  parameters: {},
  targets: { Instances: 'server' },
};

function stop(): GameDayExperiment {
  return {
    name: 'stop',
    description:
      'Stops the marked server. Shows: the watchdog starts a stopped server, verifies it and ' +
      'tells people. Cannot show: how fast it is when AWS itself stops one, since it must first ' +
      'hear from CloudTrail, a minute or more later, that the stop was an experiment.',
    targets: { server: serverOf('stop') },
    actions: { stop: STOP },
  };
}

/** The watchdog's starts fail, and then the server is stopped. */
function failing(
  { name, description }: Pick<GameDayExperiment, 'name' | 'description'>,
  fault: Pick<Action, 'actionId' | 'parameters'>,
  { watchdogRoleArn }: GameDayPlace,
): GameDayExperiment {
  const watchdog: Target = {
    resourceType: 'aws:iam:role',
    resourceArns: [watchdogRoleArn],
    selectionMode: 'ALL',
  };
  return {
    name,
    description,
    targets: { server: serverOf(name), watchdog },
    actions: {
      fail: { ...fault, targets: { Roles: 'watchdog' } },
      begin: { actionId: 'aws:fis:wait', parameters: { duration: STOP_AFTER } },
      stop: { ...STOP, startAfter: ['begin'] },
    },
  };
}

function noCapacity({ zones }: GameDayConfig, place: GameDayPlace): readonly GameDayExperiment[] {
  if (zones.length === 0) return [];
  const description =
    "For ten minutes the watchdog's starts in the zones meet InsufficientInstanceCapacity; a " +
    'minute on the marked server is stopped. Shows: backoff, the page, the start when capacity ' +
    'is back. Cannot show: other types or zones that have room. No server in these zones is ' +
    'started meanwhile.';
  const parameters = {
    duration: FAILS_FOR,
    availabilityZoneIdentifiers: zones.join(','),
    percentage: '100',
  };
  const actionId = 'aws:ec2:api-insufficient-instance-capacity-error';
  return [failing({ name: 'no-capacity', description }, { actionId, parameters }, place)];
}

function apiErrors(place: GameDayPlace): readonly GameDayExperiment[] {
  const parameters = {
    duration: FAILS_FOR,
    service: 'ec2',
    operations: FAILING_OPERATION,
    percentage: '100',
  };
  const description = (how: string): string =>
    `For ten minutes EC2 answers the watchdog's StartInstances with ${how}; a minute on the ` +
    'marked server is stopped. Shows: it backs off, keeps trying and says so. Cannot show: EC2 ' +
    'that does not answer at all. No server of the account is started by the watchdog meanwhile.';
  return [
    failing(
      { name: 'throttling', description: description('a throttling error') },
      { actionId: 'aws:fis:inject-api-throttle-error', parameters },
      place,
    ),
    failing(
      { name: 'internal-errors', description: description('an internal error') },
      { actionId: 'aws:fis:inject-api-internal-error', parameters },
      place,
    ),
  ];
}

function runs(documentArn: string, documentParameters: object, description: string): Action {
  return {
    actionId: 'aws:ssm:send-command',
    description,
    parameters: {
      documentArn,
      documentParameters: JSON.stringify(documentParameters),
      duration: DOCUMENT_ACTION,
    },
    targets: { Instances: 'server' },
  };
}

function network({ port }: GameDayConfig, place: GameDayPlace): readonly GameDayExperiment[] {
  if (port === undefined) return [];
  const parameters = {
    Protocol: 'tcp',
    Port: String(port),
    TrafficType: 'ingress',
    DurationSeconds: String(BREAKS_FOR_S),
    InstallDependencies: 'True',
  };
  const name = 'network';
  return [
    {
      name,
      description:
        `Drops what comes in on TCP port ${port} of the marked server for five minutes. Shows: ` +
        'an application check finds it, the ladder and its alerts. Cannot show: a lost host. EC2 ' +
        'looks at the network card from outside: its own checks stay green.',
      targets: { server: serverOf(name) },
      actions: {
        cut: runs(
          place.documentArn(GAME_DAY_DOCUMENTS.blackhole),
          parameters,
          'Cuts the port off.',
        ),
      },
    },
  ];
}

function service({ process }: GameDayConfig, place: GameDayPlace): readonly GameDayExperiment[] {
  if (process === undefined) return [];
  const parameters = { ProcessName: process, Signal: 'SIGKILL', InstallDependencies: 'True' };
  const name = 'service';
  return [
    {
      name,
      description:
        `Kills the process ${process} of the marked server. Shows: an application check finds ` +
        'it, the service is restarted through Systems Manager. Cannot show: anything where ' +
        'systemd starts it again at once, or where no application check is configured.',
      targets: { server: serverOf(name) },
      actions: {
        kill: runs(place.documentArn(GAME_DAY_DOCUMENTS.kill), parameters, 'Kills the service.'),
      },
    },
  ];
}

function volumeIo(): GameDayExperiment {
  const name = 'volume-io';
  return {
    name,
    description:
      "Pauses the I/O of the marked server's marked volume for five minutes (Nitro instances). " +
      "Shows: EC2's attached-EBS check is noticed and told. Cannot show: a repair, since a " +
      'stop-start for a volume is done only where the policy says so; nor data that is lost.',
    targets: {
      volume: {
        resourceType: 'aws:ec2:ebs-volume',
        resourceTags: aimed(name),
        selectionMode: 'COUNT(1)',
      },
    },
    actions: {
      pause: {
        actionId: 'aws:ebs:pause-volume-io',
        parameters: { duration: BREAKS_FOR },
        targets: { Volumes: 'volume' },
      },
    },
  };
}

/** Every experiment for which the configuration says enough. */
export function gameDayExperiments(
  config: GameDayConfig,
  place: GameDayPlace,
): readonly GameDayExperiment[] {
  return [
    stop(),
    ...noCapacity(config, place),
    ...apiErrors(place),
    ...network(config, place),
    volumeIo(),
    ...service(config, place),
  ];
}
