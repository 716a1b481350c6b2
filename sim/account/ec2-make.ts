import type { StateReason } from '../../lambda/core/observation';
import type { Home } from '../../lambda/core/signals/signal';
import {
  after,
  before,
  hours,
  instant,
  parseInstant,
  seconds,
  type Instant,
} from '../../lambda/core/time';
import type { InstanceFact } from '../history';
import type { ChecksOf } from './ec2-checks';
import type { Fixed, Instance, InstanceSpec, Workload } from './ec2-instance';
import { stateReason } from './ec2-reasons';
import { typeNamed } from './ec2-types';
import { awsEbsKeyArn } from './kms';

const SERVES_AT_ONCE: Workload = { appStartS: 0, sendsReadyEvent: false };
const TWO_WEEKS = hours(14 * 24);

/** What a new instance takes from the account around it. */
export interface Making {
  readonly home: Home;
  readonly now: Instant;
  readonly checkPhase: number;
  readonly checks: ChecksOf;
  /** How many instances were there before it; gives it its private address. */
  readonly index: number;
}

/** An instance as if it had been in the account for long. Throws on a time that is none. */
export function makeInstance(spec: InstanceSpec, making: Making): Instance {
  const launchTime =
    spec.launchedAt === undefined ? before(making.now, TWO_WEEKS) : parse(spec.launchedAt);
  const state = spec.state ?? 'running';
  const tags: Record<string, string> = { ...spec.tags };
  if (spec.name !== undefined) tags['Name'] = spec.name;
  if (spec.asg !== undefined) tags['aws:autoscaling:groupName'] = spec.asg;
  const since = after(launchTime, seconds(300));
  const appUp = state === 'running' && spec.workload?.neverServes !== true;
  return {
    ...fixedOf(spec, making),
    type: spec.type ?? 'm6i.large',
    hasElasticIp: spec.hasElasticIp ?? false,
    publicIp: spec.publicIp,
    tags,
    state,
    stateReason: reasonOf(spec),
    transitionReason: state === 'running' ? '' : transitionText(spec),
    launchTime: instant(Math.floor(launchTime / 1_000) * 1_000),
    life: 0,
    guest: state === 'running' ? 'up' : 'down',
    appUp,
    appRun: 0,
    serving: appUp,
    stopping: undefined,
    reservationId: undefined,
    checks: making.checks.settled({ state, tags }, since),
    ailments: new Map(),
    events: [],
  };
}

function fixedOf(spec: InstanceSpec, making: Making): Fixed {
  const { home, checkPhase } = making;
  return {
    id: spec.id,
    zone: spec.zone ?? `${home.region}a`,
    workload: spec.workload ?? SERVES_AT_ONCE,
    kmsKeyArn: spec.kmsKeyArn ?? (spec.defaultEncryption === true ? awsEbsKeyArn(home) : undefined),
    lifecycle: spec.lifecycle,
    operator: spec.operator,
    rootDevice: spec.rootDevice ?? 'ebs',
    stopProtection: spec.stopProtection ?? false,
    checkPhase,
    ...machineOf(spec),
    ...attachedTo(spec, making),
    ...placeOf(spec),
  };
}

function machineOf(
  spec: InstanceSpec,
): Pick<Fixed, 'architecture' | 'enaSupport' | 'bootMode' | 'hibernation'> {
  const arm = typeNamed(spec.type ?? '')?.architectures.includes('arm64') === true;
  return {
    architecture: spec.architecture ?? (arm ? 'arm64' : 'x86_64'),
    enaSupport: spec.enaSupport ?? true,
    bootMode: spec.bootMode ?? (arm ? 'uefi' : 'legacy-bios'),
    hibernation: spec.hibernation ?? false,
  };
}

function attachedTo(
  { id, dataVolumes = 0, moreInterfaces = 0 }: InstanceSpec,
  { index }: Making,
): Pick<Fixed, 'volumeId' | 'dataVolumeIds' | 'interfaceIds' | 'privateIp'> {
  const suffix = id.slice(2);
  const numbered = (prefix: string, count: number): readonly string[] =>
    Array.from(
      { length: count },
      (_, at) => `${prefix}-${(at + 1).toString(16)}${suffix.slice(1)}`,
    );
  return {
    volumeId: `vol-${suffix}`,
    dataVolumeIds: numbered('vol', dataVolumes),
    interfaceIds: [`eni-${suffix}`, ...numbered('eni', moreInterfaces)],
    privateIp: `10.0.${index >> 8}.${index & 255}`,
  };
}

function placeOf(
  spec: InstanceSpec,
): Pick<
  Fixed,
  | 'autoRecovery'
  | 'rebootMigration'
  | 'placementGroup'
  | 'tenancy'
  | 'hostId'
  | 'reservationPreference'
> {
  return {
    autoRecovery: spec.autoRecovery ?? 'default',
    rebootMigration: spec.rebootMigration ?? 'default',
    placementGroup: spec.placementGroup ?? '',
    tenancy: spec.tenancy ?? (spec.hostId === undefined ? 'default' : 'host'),
    hostId: spec.hostId,
    reservationPreference: spec.reservationPreference ?? 'open',
  };
}

/** The first fact of an instance. */
export function factOf(instance: Instance, spec: InstanceSpec): InstanceFact {
  const { id, zone, type, state, launchTime, tags, workload } = instance;
  return {
    kind: 'instance',
    instanceId: id,
    name: spec.name ?? id,
    zone,
    instanceType: type,
    state,
    launchTime,
    tags,
    managedBy: managedBy(spec),
    sendsReadyEvent: workload.sendsReadyEvent,
  };
}

function managedBy(spec: InstanceSpec): InstanceFact['managedBy'] {
  if (spec.lifecycle === 'spot') return 'spot';
  if (spec.asg !== undefined) return 'auto-scaling';
  return spec.operator === undefined ? 'nobody' : 'service';
}

function parse(text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new Error(`Not a time: ${text}`);
  return at;
}

function reasonOf({ state, stateReason: reason }: InstanceSpec): StateReason | undefined {
  if (state === undefined || state === 'running') return undefined;
  return reason ?? stateReason('Server.ScheduledStop');
}

/** AWS's own stops carry no date; a stop through the API does. */
function transitionText({ stateReason: reason, stoppedAt }: InstanceSpec): string {
  const dated = reason?.code.startsWith('Client.UserInitiated') === true;
  if (!dated || stoppedAt === undefined) return 'User initiated';
  return `User initiated (${stoppedAt.slice(0, 19).replace('T', ' ')} GMT)`;
}
