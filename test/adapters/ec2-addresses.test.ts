import { AssociateAddressCommand, DescribeAddressesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createEc2Ports } from '../../lambda/adapters/ec2';
import { id } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry, timedOut } from './fake-world';

const ec2 = mockClient(EC2Client);
const IP = '198.51.100.23';
const FREE = {
  AllocationId: 'eipalloc-0a1b2c3d4e5f60023',
  PublicIp: IP,
  Tags: [{ Key: 'watchdog', Value: 'livechat' }],
};

const associate = () => {
  const clients = { ec2: new EC2Client({}), kms: new KMSClient({}) };
  const options = { clock: fakeClock(), telemetry: fakeTelemetry() };
  return createEc2Ports(clients, options).addresses.associate(id(1), IP);
};
const associations = () =>
  ec2.commandCalls(AssociateAddressCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  ec2.reset();
  ec2.on(DescribeAddressesCommand).resolves({ Addresses: [FREE] });
  ec2.on(AssociateAddressCommand).resolves({ AssociationId: 'eipassoc-1' });
});

test('a free address is associated with the instance, and never taken from anybody', async () => {
  expect(await associate()).toEqual({ kind: 'accepted' });
  const [asked] = ec2.commandCalls(DescribeAddressesCommand).map(({ args }) => args[0].input);
  expect(asked).toEqual({ Filters: [{ Name: 'public-ip', Values: [IP] }] });
  // Why the whole input: EC2 takes an address away from its holder unless it is told not to.
  expect(associations()).toStrictEqual([
    { AllocationId: FREE.AllocationId, InstanceId: id(1), AllowReassociation: false },
  ]);
});

test('what the instance has already is not associated a second time', async () => {
  const has = { ...FREE, InstanceId: id(1), AssociationId: 'eipassoc-1' };
  ec2.on(DescribeAddressesCommand).resolves({ Addresses: [has] });
  expect(await associate()).toEqual({ kind: 'accepted' });
  expect(associations()).toEqual([]);
});

test.each([
  ['of another instance', [{ ...FREE, InstanceId: id(2) }], 'AddressTaken', id(2)],
  ['of a NAT gateway', [{ ...FREE, NetworkInterfaceId: 'eni-1' }], 'AddressTaken', 'eni-1'],
  ['without the tag', [{ ...FREE, Tags: [] }], 'AddressNotOptedIn', 'watchdog'],
  ['that was released', [], 'AddressGone', 'no such'],
  [
    'other than the one that was asked for',
    [{ ...FREE, PublicIp: '198.51.100.99' }],
    'AddressGone',
  ],
  ['without an allocation', [{ PublicIp: IP }], 'AddressGone'],
])('an address %s is left where it is', async (_, Addresses, code, text = '') => {
  ec2.on(DescribeAddressesCommand).resolves({ Addresses });
  expect(await associate()).toEqual({
    kind: 'refused',
    code,
    message: expect.stringContaining(text),
  });
  expect(associations()).toEqual([]);
});

test.each([
  ['no permission', awsFailure('UnauthorizedOperation', 403), 'refused'],
  ['a throttle', awsFailure('RequestLimitExceeded', 503), 'unavailable'],
  ['a time-out', timedOut(), 'unavailable'],
])('%s of the read means no act', async (_, thrown, kind) => {
  ec2.on(DescribeAddressesCommand).rejects(thrown);
  expect(await associate()).toMatchObject({ kind });
  expect(associations()).toEqual([]);
});

test.each([
  ['somebody was faster', awsFailure('Resource.AlreadyAssociated', 400), 'refused'],
  ['several interfaces', awsFailure('InvalidInstanceID', 400), 'refused'],
  ['a state that is too early', awsFailure('IncorrectInstanceState', 400), 'wrong-state'],
  ['a time-out', timedOut(), 'unavailable'],
])('%s is answered as what it is, after one call', async (_, thrown, kind) => {
  ec2.on(AssociateAddressCommand).rejects(thrown);
  expect(await associate()).toMatchObject({ kind });
  expect(associations()).toHaveLength(1);
});
