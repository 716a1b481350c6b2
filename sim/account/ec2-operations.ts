import type {
  CreateTagsRequest,
  DescribeInstanceAttributeRequest,
  DescribeInstanceStatusRequest,
  DescribeInstancesRequest,
  DescribeVolumesRequest,
  Filter,
  Instance as InstanceShape,
  InstanceStatus as StatusShape,
  StartInstancesRequest,
  Volume,
} from '@aws-sdk/client-ec2';
import type { InstanceState } from '../../lambda/core/observation';
import type { Principal } from '../history';
import type { Ec2Account } from './ec2';
import { compileFilters, instanceFilter, statusFilter, statusShape } from './ec2-describe';
import { ec2Error } from './ec2-errors';
import { STATE_CODES, type Instance } from './ec2-instance';
import type { Caller, Latency, Operation } from './gateway';
import type { ConditionContext } from './iam';
import { awsEbsKeyArn } from './kms';

const READ: Latency = { medianMs: 170, sigma: 0.35, leastMs: 60, mostMs: 2_500 };
const START: Latency = { medianMs: 800, sigma: 0.35, leastMs: 300, mostMs: 1_800 };
const TAG: Latency = { medianMs: 220, sigma: 0.3, leastMs: 90, mostMs: 2_000 };

/** EC2 serves pages from memory for a while; the token holds where the next one begins. */
function page<T>(
  items: readonly T[],
  { NextToken, MaxResults }: { readonly NextToken?: string; readonly MaxResults?: number },
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const from = NextToken === undefined ? 0 : Number(NextToken.replace('page-', ''));
  if (!Number.isInteger(from)) throw ec2Error.invalid('Unable to parse pagination token');
  if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > 1_000)) {
    throw ec2Error.invalid(`Value ( ${MaxResults} ) for parameter maxResults is invalid`);
  }
  const to = from + (MaxResults ?? 1_000);
  return { items: items.slice(from, to), next: to < items.length ? `page-${to}` : undefined };
}

const paged = (input: {
  readonly Filters?: Filter[] | undefined;
  readonly MaxResults?: number | undefined;
}): boolean => (input.Filters ?? []).length > 0 || input.MaxResults !== undefined;

/** The tags as the condition keys of a resource. */
function resourceTags({ tags }: Instance): ConditionContext {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  );
}

/** EC2's operations, as far as the watchdog calls them. */
export function ec2Operations(account: Ec2Account): readonly Operation[] {
  const operation = (
    name: string,
    latency: Latency,
    run: (input: never, caller: Caller) => object,
  ): Operation => ({ service: 'ec2', name, latency, run: run as Operation['run'] });
  return [
    operation('DescribeInstances', READ, describeInstances(account)),
    operation('DescribeInstanceStatus', READ, describeInstanceStatus(account)),
    operation('DescribeVolumes', READ, describeVolumes(account)),
    operation('DescribeInstanceAttribute', READ, describeAttribute(account)),
    operation('StartInstances', START, startInstances(account)),
    operation('CreateTags', TAG, createTags(account)),
  ];
}

function describeInstances(account: Ec2Account) {
  return (input: DescribeInstancesRequest, caller: Caller): object => {
    const { InstanceIds: ids, MaxResults } = input;
    if (ids !== undefined && MaxResults !== undefined) {
      throw ec2Error.combination(
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    account.draw(caller, paged(input) ? 'DescribeInstances/filtered' : 'DescribeInstances');
    caller.authorize('ec2:DescribeInstances', '*');
    const matches = compileFilters<InstanceShape>(input.Filters, instanceFilter);
    const named = ids === undefined ? account.all() : account.known(ids);
    const shapes = named.map((instance) => account.shapeOf(instance)).filter(matches);
    const { items, next } = page(shapes, input as object);
    for (const { InstanceId, State } of items) {
      caller.effect.read.push([InstanceId!, State!.Name as InstanceState]);
    }
    return {
      Reservations: items.map((shape) => ({
        ReservationId: `r-${shape.InstanceId!.slice(2)}`,
        OwnerId: account.home.accountId,
        Instances: [shape],
      })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };
}

function describeInstanceStatus(account: Ec2Account) {
  return (input: DescribeInstanceStatusRequest, caller: Caller): object => {
    const { InstanceIds: ids, MaxResults, IncludeAllInstances: all = false } = input;
    if (ids !== undefined && MaxResults !== undefined) {
      throw ec2Error.combination(
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    if (ids !== undefined && ids.length > 100) {
      throw ec2Error.invalid('The maximum number of instance IDs that you can specify is 100');
    }
    const bucket = 'DescribeInstanceStatus';
    account.draw(caller, paged(input) ? `${bucket}/filtered` : bucket);
    caller.authorize('ec2:DescribeInstanceStatus', '*');
    const matches = compileFilters<StatusShape>(input.Filters, statusFilter);
    const named = ids === undefined ? account.all() : account.known(ids);
    const shapes = named
      .filter(({ state }) => all || state === 'running')
      .map((instance) => statusShape(instance, account.checks.setupFor(instance) !== undefined))
      .filter(matches);
    const { items, next } = page(shapes, input as object);
    return { InstanceStatuses: items, ...(next === undefined ? {} : { NextToken: next }) };
  };
}

function describeVolumes(account: Ec2Account) {
  const volumeOf = (instance: Instance): Volume => ({
    VolumeId: instance.volumeId,
    Encrypted: instance.kmsKeyArn !== undefined,
    ...(instance.kmsKeyArn === undefined ? {} : { KmsKeyId: instance.kmsKeyArn }),
    State: 'in-use',
    AvailabilityZone: instance.zone,
    Attachments: [{ InstanceId: instance.id, VolumeId: instance.volumeId, State: 'attached' }],
  });
  const filter = (name: string): ((volume: Volume) => readonly string[]) | undefined => {
    if (name === 'attachment.instance-id') {
      return ({ Attachments }) => Attachments!.map(({ InstanceId }) => InstanceId!);
    }
    return name === 'volume-id' ? ({ VolumeId }) => [VolumeId!] : undefined;
  };
  return (input: DescribeVolumesRequest, caller: Caller): object => {
    if (input.VolumeIds !== undefined) throw new Error('VolumeIds are not simulated: filter');
    account.draw(caller, paged(input) ? 'DescribeVolumes/filtered' : 'DescribeVolumes');
    caller.authorize('ec2:DescribeVolumes', '*');
    const volumes = account
      .all()
      .filter(({ state, rootDevice }) => state !== 'terminated' && rootDevice === 'ebs')
      .map(volumeOf)
      .filter(compileFilters<Volume>(input.Filters, filter));
    const { items, next } = page(volumes, input as object);
    return { Volumes: items, ...(next === undefined ? {} : { NextToken: next }) };
  };
}

function describeAttribute(account: Ec2Account) {
  return (input: DescribeInstanceAttributeRequest, caller: Caller): object => {
    account.draw(caller, 'DescribeInstanceAttribute');
    const [instance] = account.known([input.InstanceId ?? '']);
    caller.authorize(
      'ec2:DescribeInstanceAttribute',
      account.arnOf(instance!),
      resourceTags(instance!),
    );
    if (input.Attribute !== 'disableApiStop') {
      throw new Error(`Attribute ${String(input.Attribute)} is not simulated`);
    }
    return { InstanceId: instance!.id, DisableApiStop: { Value: instance!.stopProtection } };
  };
}

function watchdogOf(caller: Caller): Principal {
  return { kind: 'watchdog', name: caller.roleArn };
}

/** The whole call fails for one instance that cannot be started: EC2 has no partial success. */
function refuseUnstartable(account: Ec2Account, instances: readonly Instance[]): void {
  for (const instance of instances) {
    const { id, state, zone, type } = instance;
    if (instance.rootDevice === 'instance-store') throw ec2Error.noRoot(id);
    if (state === 'running' || state === 'pending') continue;
    if (state !== 'stopped') throw ec2Error.wrongState(id);
    if (instance.lifecycle === 'spot') throw ec2Error.spotState(id);
    if (account.faults.quotaReached()) throw ec2Error.quota();
    if (!account.faults.hasCapacity(zone, type, id)) throw ec2Error.noCapacity(type, zone);
  }
}

/**
 * The grants that EC2 needs on the key of an encrypted volume, asked for in the role's name. The
 * policy of AWS's own key gives them to everybody in the account.
 */
function mayUseKey(account: Ec2Account, caller: Caller, keyArn: string): boolean {
  if (keyArn === awsEbsKeyArn(account.home)) return true;
  const via = { 'kms:ViaService': `ec2.${account.home.region}.amazonaws.com` };
  const use = ['Decrypt', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom'];
  return (
    caller.may('kms:CreateGrant', keyArn, { ...via, 'kms:GrantIsForAWSResource': 'true' }) &&
    use.every((action) => caller.may(`kms:${action}`, keyArn, via))
  );
}

function startInstances(account: Ec2Account) {
  return (input: StartInstancesRequest, caller: Caller): object => {
    const ids = [...new Set(input.InstanceIds ?? [])];
    if (ids.length === 0) throw ec2Error.missing('InstanceId');
    account.draw(caller, 'StartInstances');
    const instances = account.known(ids);
    for (const instance of instances) {
      caller.authorize('ec2:StartInstances', account.arnOf(instance), resourceTags(instance));
    }
    if (input.DryRun === true) throw ec2Error.dryRun();
    account.draw(caller, 'StartInstances/resources', ids.length);
    refuseUnstartable(account, instances);
    const changes = instances.map((instance) => {
      const previous = instance.state;
      if (previous === 'stopped') {
        const { kmsKeyArn } = instance;
        const launchFails =
          account.faults.launchFails(instance.id) ||
          (kmsKeyArn !== undefined && !mayUseKey(account, caller, kmsKeyArn));
        account.life.start(instance, { by: watchdogOf(caller), launchFails });
        caller.effect.started.push(instance.id);
      }
      const state = (name: InstanceState) => ({ Code: STATE_CODES[name], Name: name });
      return {
        InstanceId: instance.id,
        CurrentState: state(instance.state),
        PreviousState: state(previous),
      };
    });
    const by = watchdogOf(caller);
    account.recordCall({ operation: 'StartInstances', instanceIds: ids, by });
    return { StartingInstances: changes };
  };
}

function createTags(account: Ec2Account) {
  return (input: CreateTagsRequest, caller: Caller): object => {
    account.draw(caller, 'CreateTags');
    const tags = Object.fromEntries(
      (input.Tags ?? []).map(({ Key, Value }) => [Key!, Value ?? '']),
    );
    if (Object.keys(tags).some((key) => key.toLowerCase().startsWith('aws:'))) {
      throw ec2Error.invalid('Tag keys starting with aws: are reserved for internal use');
    }
    const tooLong = Object.entries(tags).some(
      ([key, text]) => key.length > 128 || text.length > 256,
    );
    if (tooLong) throw ec2Error.invalid('Tag key or value exceeds the maximum length');
    const request = Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
    );
    const instances = account.known(input.Resources ?? []);
    for (const instance of instances) {
      caller.authorize('ec2:CreateTags', account.arnOf(instance), {
        ...resourceTags(instance),
        ...request,
        'aws:TagKeys': Object.keys(tags),
      });
    }
    for (const { id } of instances) account.tag(id, tags, watchdogOf(caller));
    return {};
  };
}
