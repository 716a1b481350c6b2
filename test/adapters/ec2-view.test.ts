import type { Instance } from '@aws-sdk/client-ec2';
import { instanceView } from '../../lambda/adapters/ec2-view';
import type { InstanceView } from '../../lambda/core/observation';
import { id, instanceAnswer, volume } from './ec2-answers';

const OWNER = '111122223333';

function viewOf(change: Partial<Instance>): InstanceView {
  const result = instanceView(instanceAnswer(1, change), OWNER);
  if (result.kind !== 'view') throw new Error(`It is ${result.kind}`);
  return result.view;
}

describe('an instance as the watchdog sees it', () => {
  test('holds what DescribeInstances tells', () => {
    expect(viewOf({ PublicIpAddress: '203.0.113.9' })).toEqual({
      instanceId: id(1),
      ownerId: OWNER,
      state: 'stopped',
      stateReason: {
        code: 'Server.ScheduledStop',
        message: 'Server.ScheduledStop: Stopped due to scheduled retirement',
      },
      transitionAt: Date.UTC(2024, 7, 1, 12, 10, 7),
      launchTime: Date.UTC(2024, 6, 1, 8),
      zone: 'us-east-1b',
      instanceType: 'm6i.large',
      tags: { Name: 'pod-1', watchdog: 'livechat' },
      lifecycle: undefined,
      rootDevice: 'ebs',
      operator: undefined,
      volumeIds: [volume(1)],
      publicIp: '203.0.113.9',
      hasElasticIp: false,
      hardware: undefined,
      checks: {
        system: { status: 'unknown' },
        instance: { status: 'unknown' },
        attachedEbs: { status: 'unknown' },
        application: { status: 'unknown' },
      },
      scheduledEvents: [],
    });
  });

  test('needs no more than an id, a state, a launch time and the tag', () => {
    const bare: Instance = {
      InstanceId: id(1),
      State: { Name: 'running' },
      LaunchTime: new Date('2024-07-01T08:00:00Z'),
      Tags: [{ Key: 'watchdog' }],
    };
    expect(instanceView(bare, undefined)).toMatchObject({
      kind: 'view',
      view: { state: 'running', ownerId: '', tags: { watchdog: '' }, volumeIds: [], zone: '' },
    });
  });

  test.each<[string, Partial<Instance>, Partial<InstanceView>]>([
    ['no reason', { StateReason: undefined }, { stateReason: undefined }],
    ['an empty reason', { StateReason: { Code: '' } }, { stateReason: undefined }],
    [
      'a reason without words',
      { StateReason: { Code: 'X' } },
      { stateReason: { code: 'X', message: '' } },
    ],
    [
      'a transition without a date',
      { StateTransitionReason: 'User initiated' },
      { transitionAt: undefined },
    ],
    [
      'a transition with a date that is none',
      { StateTransitionReason: 'X (2024-13-45 99:99:99 GMT)' },
      { transitionAt: undefined },
    ],
    ['a Spot instance', { InstanceLifecycle: 'spot' }, { lifecycle: 'spot' }],
    [
      'an instance-store root',
      { RootDeviceType: 'instance-store' },
      { rootDevice: 'instance-store' },
    ],
    [
      'an instance that a service manages',
      { Operator: { Managed: true, Principal: 'eks.amazonaws.com' } },
      { operator: 'eks.amazonaws.com' },
    ],
    [
      'an instance that a service does not manage',
      { Operator: { Managed: false } },
      { operator: undefined },
    ],
    [
      'a volume that is no volume',
      { BlockDeviceMappings: [{ DeviceName: '/dev/x' }] },
      { volumeIds: [] },
    ],
  ])('%s', (_, change, expected) => {
    expect(viewOf(change)).toMatchObject(expected);
  });

  test.each([
    ['an Elastic IP', OWNER, true],
    ['an auto-assigned address', 'amazon', false],
    ['an address of nobody known', undefined, false],
  ])('keeps its public address over a stop with %s: %s', (_, IpOwnerId, keeps) => {
    const PublicIpAddress = '203.0.113.9';
    const NetworkInterfaces = [{ Association: { PublicIp: PublicIpAddress, IpOwnerId } }];
    expect(viewOf({ PublicIpAddress, NetworkInterfaces }).hasElasticIp).toBe(keeps);
  });

  test("an Elastic IP of a second interface does not keep the first one's address", () => {
    const PublicIpAddress = '203.0.113.9';
    const NetworkInterfaces = [
      { Association: { PublicIp: PublicIpAddress, IpOwnerId: 'amazon' } },
      { Association: { PublicIp: '203.0.113.10', IpOwnerId: OWNER } },
    ];
    expect(viewOf({ PublicIpAddress, NetworkInterfaces }).hasElasticIp).toBe(false);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a tag named %s is a tag like any other',
    (Key) => {
      const { tags } = viewOf({
        Tags: [
          { Key, Value: 'x' },
          { Key: 'watchdog', Value: 'livechat' },
        ],
      });
      expect(tags[Key]).toBe('x');
      expect(tags['watchdog']).toBe('livechat');
      expect(Object.prototype).not.toHaveProperty('x');
    },
  );

  test('a tag that is not there is not found in the prototype either', () => {
    expect(viewOf({}).tags['constructor']).toBeUndefined();
  });

  test.each<[string, Partial<Instance>, string]>([
    ['without the opt-in tag', { Tags: [{ Key: 'Watchdog', Value: 'livechat' }] }, 'not-managed'],
    ['without any tag', { Tags: undefined }, 'not-managed'],
    ['without an id', { InstanceId: undefined }, 'unreadable'],
    ['in a state that nobody knows', { State: { Name: 'hibernated' as 'stopped' } }, 'unreadable'],
    ['without a launch time', { LaunchTime: undefined }, 'unreadable'],
    ['with a launch time that is none', { LaunchTime: new Date(Number.NaN) }, 'unreadable'],
  ])('an instance %s is no view', (_, change, kind) => {
    expect(instanceView(instanceAnswer(1, change), OWNER).kind).toBe(kind);
  });
});

describe('what a takedown and a change of type must know', () => {
  const nic = (addresses: number, prefixes = 0) => ({
    PrivateIpAddresses: Array.from({ length: addresses }, (_, n) => ({
      PrivateIpAddress: `10.0.0.${n}`,
    })),
    Ipv4Prefixes: Array.from({ length: prefixes }, () => ({ Ipv4Prefix: '10.0.1.0/28' })),
  });
  const machine: Partial<Instance> = {
    Architecture: 'x86_64',
    VirtualizationType: 'hvm',
    CurrentInstanceBootMode: 'uefi',
    EnaSupport: true,
    PlatformDetails: 'Linux/UNIX',
    NetworkInterfaces: [nic(1), nic(2, 3)],
  };

  test('is the machine that it needs', () => {
    expect(viewOf(machine).hardware).toEqual({
      architecture: 'x86_64',
      virtualization: 'hvm',
      bootMode: 'uefi',
      ena: true,
      networkInterfaces: 2,
      addressesPerInterface: 5,
      platform: 'Linux/UNIX',
    });
  });

  test.each<[string, Partial<Instance>, string | undefined]>([
    ['how it booted', { BootMode: 'uefi-preferred' }, 'uefi'],
    ['its image', { CurrentInstanceBootMode: undefined, BootMode: 'legacy-bios' }, 'legacy-bios'],
    [
      'no preference of its image',
      { CurrentInstanceBootMode: undefined, BootMode: 'uefi-preferred' },
      undefined,
    ],
  ])('the boot mode is that of %s', (_, change, bootMode) => {
    expect(viewOf({ ...machine, ...change }).hardware?.bootMode).toBe(bootMode);
  });

  test.each(['Architecture', 'VirtualizationType'] as const)('is not known without %s', (field) => {
    expect(viewOf({ ...machine, [field]: undefined }).hardware).toBeUndefined();
  });

  test('an image without a word of ENA does not have it', () => {
    expect(viewOf({ ...machine, EnaSupport: undefined }).hardware?.ena).toBe(false);
  });

  test('is where it is, and what its owner set', () => {
    expect(
      viewOf({
        Placement: {
          AvailabilityZone: 'us-east-1b',
          GroupName: 'chat-spread',
          Tenancy: 'host',
          HostId: 'h-0123456789abcdef0',
        },
        SubnetId: 'subnet-1',
        HibernationOptions: { Configured: true },
        MaintenanceOptions: { AutoRecovery: 'disabled' },
      }),
    ).toMatchObject({
      placementGroup: 'chat-spread',
      tenancy: 'host',
      hostId: 'h-0123456789abcdef0',
      subnetId: 'subnet-1',
      canHibernate: true,
      autoRecovery: 'disabled',
    });
  });

  test('of an ordinary instance on shared hardware is nothing special', () => {
    const view = viewOf({
      Placement: { AvailabilityZone: 'us-east-1b', GroupName: '', Tenancy: 'default' },
      SubnetId: '',
      HibernationOptions: { Configured: false },
    });
    expect(view.placementGroup).toBeUndefined();
    expect(view.tenancy).toBeUndefined();
    expect(view.hostId).toBeUndefined();
    expect(view.subnetId).toBeUndefined();
    expect(view.canHibernate).toBe(false);
  });
});
