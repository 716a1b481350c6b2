import type {
  CreateTagsRequest,
  DescribeInstanceAttributeRequest,
  DescribeInstanceStatusRequest,
  DescribeInstancesRequest,
  DescribeVolumesRequest,
  Instance as InstanceShape,
  InstanceStatus as StatusShape,
  Volume,
} from '@aws-sdk/client-ec2';
import type { InstanceState } from '../../lambda/core/observation';
import type { Ec2Account } from './ec2';
import { addressOperations } from './ec2-address-operations';
import { statusShape } from './ec2-describe';
import { ec2Error } from './ec2-errors';
import { compileFilters, instanceFilter, statusFilter } from './ec2-filters';
import type { Instance } from './ec2-instance';
import {
  operation,
  page,
  READ,
  readBucket,
  requestTags,
  resourceTags,
  principalOf,
  WRITE,
} from './ec2-request';
import { reservationOperations } from './ec2-reservation-operations';
import { startOperations } from './ec2-starts';
import { takedownOperations } from './ec2-takedowns';
import { typeOperations } from './ec2-type-operations';
import type { Caller, Operation } from './gateway';

/** EC2's operations, as far as the watchdog calls them. */
export function ec2Operations(account: Ec2Account): readonly Operation[] {
  return [
    operation('DescribeInstances', READ, describeInstances(account)),
    operation('DescribeInstanceStatus', READ, describeInstanceStatus(account)),
    operation('DescribeVolumes', READ, describeVolumes(account)),
    operation('DescribeInstanceAttribute', READ, describeAttribute(account)),
    operation('CreateTags', WRITE, createTags(account)),
    ...startOperations(account),
    ...takedownOperations(account),
    ...typeOperations(account),
    ...reservationOperations(account),
    ...addressOperations(account),
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
    account.draw(caller, readBucket('DescribeInstances', input));
    caller.authorize('ec2:DescribeInstances', '*');
    const matches = compileFilters<InstanceShape>(input.Filters, instanceFilter);
    const named = ids === undefined ? account.all() : account.known(ids);
    const shapes = named.map((instance) => account.shapeOf(instance)).filter(matches);
    const { items, next } = page(shapes, input);
    for (const { InstanceId, State } of items) {
      caller.effect.read.push([InstanceId!, State!.Name as InstanceState]);
    }
    return {
      Reservations: items.map((shape) => ({
        ReservationId: `r-${shape.InstanceId!.slice(2)}`,
        OwnerId: account.home.accountId,
        Instances: [shape],
      })),
      ...next,
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
    account.draw(caller, readBucket('DescribeInstanceStatus', input));
    caller.authorize('ec2:DescribeInstanceStatus', '*');
    const matches = compileFilters<StatusShape>(input.Filters, statusFilter);
    const named = ids === undefined ? account.all() : account.known(ids);
    const shapes = named
      .filter(({ state }) => all || state === 'running')
      .map((instance) => statusShape(instance, account.checks.setupFor(instance) !== undefined))
      .filter(matches);
    const { items, next } = page(shapes, input);
    return { InstanceStatuses: items, ...next };
  };
}

function describeVolumes(account: Ec2Account) {
  const volumeOf = (instance: Instance, id: string): Volume => ({
    VolumeId: id,
    Encrypted: instance.kmsKeyArn !== undefined,
    ...(instance.kmsKeyArn === undefined ? {} : { KmsKeyId: instance.kmsKeyArn }),
    State: 'in-use',
    AvailabilityZone: instance.zone,
    Attachments: [{ InstanceId: instance.id, VolumeId: id, State: 'attached' }],
  });
  const filter = (name: string): ((volume: Volume) => readonly string[]) | undefined => {
    if (name === 'attachment.instance-id') {
      return ({ Attachments }) => Attachments!.map(({ InstanceId }) => InstanceId!);
    }
    return name === 'volume-id' ? ({ VolumeId }) => [VolumeId!] : undefined;
  };
  return (input: DescribeVolumesRequest, caller: Caller): object => {
    if (input.VolumeIds !== undefined) throw new Error('VolumeIds are not simulated: filter');
    account.draw(caller, readBucket('DescribeVolumes', input));
    caller.authorize('ec2:DescribeVolumes', '*');
    const volumes = account
      .all()
      .filter(({ state, rootDevice }) => state !== 'terminated' && rootDevice === 'ebs')
      .flatMap((instance) =>
        [instance.volumeId, ...instance.dataVolumeIds].map((id) => volumeOf(instance, id)),
      )
      .filter(compileFilters<Volume>(input.Filters, filter));
    const { items, next } = page(volumes, input);
    return { Volumes: items, ...next };
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
    const instances = account.known(input.Resources ?? []);
    for (const instance of instances) {
      caller.authorize('ec2:CreateTags', account.arnOf(instance), {
        ...resourceTags(instance),
        ...requestTags(tags),
      });
    }
    for (const { id } of instances) account.tag(id, tags, principalOf(caller));
    return {};
  };
}
