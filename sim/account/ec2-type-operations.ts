import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypesRequest,
  InstanceTypeInfo,
  InstanceTypeOffering,
  ModifyInstanceAttributeRequest,
} from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2';
import { ec2Error } from './ec2-errors';
import { compileFilters } from './ec2-filters';
import { operation, page, READ, readBucket, resourceTags, principalOf, WRITE } from './ec2-request';
import { allTypes, isOffered, typeNamed, type TypeFacts } from './ec2-types';
import type { Caller, Operation } from './gateway';

/** The operations of types: what they are, where they are on offer, and a change of type. */
export function typeOperations(account: Ec2Account): readonly Operation[] {
  return [
    operation('DescribeInstanceTypes', READ, describeTypes(account)),
    operation('DescribeInstanceTypeOfferings', READ, describeOfferings(account)),
    operation('ModifyInstanceAttribute', WRITE, modifyType(account)),
  ];
}

type TypeName = NonNullable<InstanceTypeInfo['InstanceType']>;

function typeShape(type: TypeFacts): InstanceTypeInfo {
  const burstable = type.name.startsWith('t');
  return {
    InstanceType: type.name as TypeName,
    CurrentGeneration: type.currentGeneration,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: [...type.virtualization],
    BareMetal: type.hypervisor === undefined,
    ...(type.hypervisor === undefined ? {} : { Hypervisor: type.hypervisor }),
    ProcessorInfo: { SupportedArchitectures: [...type.architectures] },
    VCpuInfo: { DefaultVCpus: type.vcpus },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    InstanceStorageSupported: type.instanceStoreGb > 0,
    ...(type.instanceStoreGb > 0
      ? { InstanceStorageInfo: { TotalSizeInGB: type.instanceStoreGb } }
      : {}),
    EbsInfo: {
      EbsOptimizedSupport: type.hypervisor === 'xen' ? 'unsupported' : 'default',
      EncryptionSupport: 'supported',
      NvmeSupport: type.nvme,
      MaximumEbsAttachments: type.attachments,
      AttachmentLimitType: type.attachmentLimit,
    },
    NetworkInfo: {
      MaximumNetworkInterfaces: type.interfaces,
      Ipv4AddressesPerInterface: type.addressesPerInterface,
      Ipv6AddressesPerInterface: type.addressesPerInterface,
      Ipv6Supported: true,
      EnaSupport: type.ena,
    },
    PlacementGroupInfo: {
      SupportedStrategies: burstable ? ['partition', 'spread'] : ['cluster', 'partition', 'spread'],
    },
    BurstablePerformanceSupported: burstable,
    AutoRecoverySupported: type.autoRecovery,
    SupportedBootModes: [...type.bootModes],
    RebootMigrationSupport: type.instanceStoreGb > 0 ? 'unsupported' : 'supported',
  };
}

function typeFilter(name: string): ((shape: InstanceTypeInfo) => readonly string[]) | undefined {
  switch (name) {
    case 'instance-type':
      return ({ InstanceType }) => [InstanceType!];
    case 'current-generation':
      return ({ CurrentGeneration }) => [String(CurrentGeneration)];
    case 'bare-metal':
      return ({ BareMetal }) => [String(BareMetal)];
    case 'instance-storage-supported':
      return ({ InstanceStorageSupported }) => [String(InstanceStorageSupported)];
    case 'processor-info.supported-architecture':
      return ({ ProcessorInfo }) => ProcessorInfo!.SupportedArchitectures!;
    case 'auto-recovery-supported':
      return ({ AutoRecoverySupported }) => [String(AutoRecoverySupported)];
    default:
      return undefined;
  }
}

function describeTypes(account: Ec2Account) {
  return (input: DescribeInstanceTypesRequest, caller: Caller): object => {
    account.draw(caller, readBucket('DescribeInstanceTypes', input));
    caller.authorize('ec2:DescribeInstanceTypes', '*');
    const names = input.InstanceTypes;
    if (names !== undefined && names.length > 100) {
      throw ec2Error.invalid('The maximum number of instance types that you can specify is 100');
    }
    const unknown = (names ?? []).filter((name) => typeNamed(name) === undefined);
    if (unknown.length > 0) throw ec2Error.noType(unknown);
    const shapes = allTypes()
      .filter(({ name }) => names === undefined || names.includes(name as TypeName))
      .map(typeShape)
      .filter(compileFilters<InstanceTypeInfo>(input.Filters, typeFilter));
    const { items, next } = page(shapes, input, { least: 5, most: 100 });
    return { InstanceTypes: items, ...next };
  };
}

function offeringFilter(
  name: string,
): ((shape: InstanceTypeOffering) => readonly string[]) | undefined {
  if (name === 'instance-type') return ({ InstanceType }) => [InstanceType!];
  if (name === 'location') return ({ Location }) => [Location!];
  return undefined;
}

const ZONES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

function describeOfferings(account: Ec2Account) {
  return (input: DescribeInstanceTypeOfferingsRequest, caller: Caller): object => {
    if (input.LocationType !== 'availability-zone') {
      throw new Error(`The location type ${String(input.LocationType)} is not simulated`);
    }
    account.draw(caller, readBucket('DescribeInstanceTypeOfferings', input));
    caller.authorize('ec2:DescribeInstanceTypeOfferings', '*');
    const zones = ZONES.map((letter) => `${account.home.region}${letter}`);
    const offerings = allTypes()
      .flatMap(({ name }) => zones.map((zone) => ({ name, zone })))
      .filter(({ name, zone }) => isOffered(name, zone) && !account.faults.isWithheld(name, zone))
      .map(({ name, zone }): InstanceTypeOffering => ({
        InstanceType: name as TypeName,
        LocationType: 'availability-zone',
        Location: zone,
      }))
      .filter(compileFilters<InstanceTypeOffering>(input.Filters, offeringFilter));
    const { items, next } = page(offerings, input);
    return { InstanceTypeOfferings: items, ...next };
  };
}

const MODIFIED = new Set(['InstanceId', 'InstanceType', 'DryRun']);

function modifyType(account: Ec2Account) {
  return (input: ModifyInstanceAttributeRequest, caller: Caller): object => {
    const action = 'ModifyInstanceAttribute';
    account.draw(caller, action);
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    const other = given.find(([name]) => !MODIFIED.has(name));
    if (other !== undefined) throw new Error(`Modifying ${other[0]} is not simulated`);
    const type = input.InstanceType?.Value;
    if (input.InstanceId === undefined) throw ec2Error.missing('InstanceId');
    if (type === undefined) throw ec2Error.missing('InstanceType');
    const instance = account.known([input.InstanceId])[0]!;
    caller.authorize(`ec2:${action}`, account.arnOf(instance), {
      ...resourceTags(instance),
      'ec2:Attribute': 'InstanceType',
      'ec2:Attribute/InstanceType': type,
    });
    if (input.DryRun === true) throw ec2Error.dryRun();
    const facts = typeNamed(type);
    if (facts === undefined) throw ec2Error.noSuchTypeValue(type);
    if (instance.state !== 'stopped') throw ec2Error.wrongState(instance.id, 'modified');
    if (!facts.architectures.includes(instance.architecture)) {
      throw ec2Error.otherArchitecture(type, instance.architecture);
    }
    account.changeType(instance, type);
    caller.effect.changed.push({ instanceId: instance.id, instanceType: type });
    account.recordCall({
      operation: action,
      instanceIds: [instance.id],
      by: principalOf(caller),
      parameters: { instanceId: instance.id, instanceType: { value: type } },
    });
    return {};
  };
}
