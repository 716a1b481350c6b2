import {
  CancelCapacityReservationCommand,
  CreateCapacityReservationCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  type CapacityReservation,
  type InstanceTypeOffering,
} from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createEc2Ports } from '../../lambda/adapters/ec2';
import { after, hours } from '../../lambda/core/time';
import type { ReservationRequest } from '../../lambda/ports';
import { aView } from '../core/builders';
import { id, typeAnswer } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry, NOON, timedOut } from './fake-world';

const ec2 = mockClient(EC2Client);
const RESERVATION = 'cr-0123456789abcdef0';

function setUp() {
  const telemetry = fakeTelemetry();
  const clients = { ec2: new EC2Client({}), kms: new KMSClient({}) };
  return { telemetry, ...createEc2Ports(clients, { clock: fakeClock(), telemetry }) };
}

const request = (over: Partial<ReservationRequest> = {}): ReservationRequest => ({
  instanceId: id(1),
  instanceType: 'm6i.large',
  zone: 'us-east-1b',
  platform: 'Linux/UNIX',
  tenancy: undefined,
  until: after(NOON, hours(1)),
  token: 'token-1',
  ...over,
});

const inputs = () => ec2.calls().map(({ args }) => args[0].input);
const made = (State: CapacityReservation['State']) => ({
  CapacityReservation: { CapacityReservationId: RESERVATION, State },
});

beforeEach(() => {
  ec2.reset();
  ec2.on(CreateCapacityReservationCommand).resolves(made('active'));
  ec2.on(CancelCapacityReservationCommand).resolves({ Return: true });
  ec2.on(ModifyInstanceAttributeCommand).resolves({});
});

describe('a reservation', () => {
  test('holds one place, for nobody else, with an end, and tells whose it is', async () => {
    expect(await setUp().capacity.reserve(request())).toEqual({
      kind: 'accepted',
      reservationId: RESERVATION,
    });
    expect(inputs()).toStrictEqual([
      {
        ClientToken: 'token-1',
        InstanceType: 'm6i.large',
        InstancePlatform: 'Linux/UNIX',
        AvailabilityZone: 'us-east-1b',
        Tenancy: 'default',
        InstanceCount: 1,
        InstanceMatchCriteria: 'targeted',
        EndDateType: 'limited',
        EndDate: new Date(after(NOON, hours(1))),
        TagSpecifications: [
          {
            ResourceType: 'capacity-reservation',
            Tags: [{ Key: 'watchdog:reservation', Value: id(1) }],
          },
        ],
      },
    ]);
  });

  test.each([
    ['Windows with SQL Server Web', 'Windows with SQL Server Web'],
    ['SQL Server Standard', 'Linux with SQL Server Standard'],
    ['Red Hat Enterprise Linux with HA', 'RHEL with HA'],
  ])('is of the platform that matches %s', async (platform, InstancePlatform) => {
    await setUp().capacity.reserve(request({ platform, tenancy: 'dedicated' }));
    expect(inputs()).toMatchObject([{ InstancePlatform, Tenancy: 'dedicated' }]);
  });

  test.each<[string, Partial<ReservationRequest>, string]>([
    ['a platform that EC2 does not reserve for', { platform: 'Windows BYOL' }, 'Platform'],
    ['a platform out of the prototype', { platform: 'constructor' }, 'Platform'],
    ['a Dedicated Host', { tenancy: 'host' }, 'Tenancy'],
  ])('is not asked for %s', async (_, over, code) => {
    expect(await setUp().capacity.reserve(request(over))).toMatchObject({
      kind: 'refused',
      code: `${code}NotReservable`,
    });
    expect(inputs()).toEqual([]);
  });

  test.each([
    ['InsufficientInstanceCapacity', 500, 'no-capacity'],
    ['ReservationCapacityExceeded', 400, 'no-capacity'],
    ['InstanceLimitExceeded', 400, 'refused'],
    ['UnauthorizedOperation', 403, 'refused'],
    ['RequestLimitExceeded', 503, 'unavailable'],
  ])('that fails with %s is told as such', async (code, status, kind) => {
    ec2.on(CreateCapacityReservationCommand).rejects(awsFailure(code, status));
    expect(await setUp().capacity.reserve(request())).toMatchObject({ kind, code });
    expect(inputs()).toHaveLength(1);
  });

  test.each(['pending', 'failed'] as const)(
    'that is %s proves no place: it is given back, and is none',
    async (state) => {
      ec2.on(CreateCapacityReservationCommand).resolves(made(state));
      expect(await setUp().capacity.reserve(request())).toEqual({
        kind: 'no-capacity',
        code: `reservation-${state}`,
      });
      expect(inputs()[1]).toEqual({ CapacityReservationId: RESERVATION });
    },
  );

  test('without an id in the answer is not known', async () => {
    ec2.on(CreateCapacityReservationCommand).resolves({});
    expect(await setUp().capacity.reserve(request())).toMatchObject({ kind: 'unavailable' });
  });
});

describe('a reservation that was made', () => {
  test('is released', async () => {
    expect(await setUp().capacity.release(RESERVATION)).toEqual({ kind: 'accepted' });
    expect(inputs()).toEqual([{ CapacityReservationId: RESERVATION }]);
  });

  test.each(['InvalidCapacityReservationId.NotFound', 'InvalidCapacityReservationState'])(
    'is released when it is gone already (%s)',
    async (code) => {
      ec2.on(CancelCapacityReservationCommand).rejects(awsFailure(code, 400));
      expect(await setUp().capacity.release(RESERVATION)).toEqual({ kind: 'accepted' });
    },
  );

  test('is NOT released when EC2 refuses or does not answer', async () => {
    const { capacity } = setUp();
    ec2.on(CancelCapacityReservationCommand).rejects(awsFailure('UnauthorizedOperation', 403));
    expect(await capacity.release(RESERVATION)).toMatchObject({ kind: 'refused' });
    ec2.on(CancelCapacityReservationCommand).rejects(timedOut());
    expect(await capacity.release(RESERVATION)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('a change of type', () => {
  test('changes the type and nothing else', async () => {
    expect(await setUp().capacity.changeType(id(1), 'm6a.large')).toEqual({ kind: 'accepted' });
    expect(inputs()).toStrictEqual([{ InstanceId: id(1), InstanceType: { Value: 'm6a.large' } }]);
  });

  test('of what is not stopped is told as such', async () => {
    ec2.on(ModifyInstanceAttributeCommand).rejects(awsFailure('IncorrectInstanceState', 400));
    expect(await setUp().capacity.changeType(id(1), 'm6a.large')).toMatchObject({
      kind: 'wrong-state',
    });
  });
});

describe('the types that fit', () => {
  const view = aView({
    instanceId: id(1),
    hardware: {
      architecture: 'x86_64',
      virtualization: 'hvm',
      bootMode: 'uefi',
      ena: true,
      networkInterfaces: 1,
      addressesPerInterface: 1,
      platform: 'Linux/UNIX',
    },
  });
  const offer = (name: string, Location = 'us-east-1b') =>
    ({ InstanceType: name, Location }) as InstanceTypeOffering;

  const listed = ['m7i.large', 'm6g.large', 'x9.nano', 'm6a.large', 'm6i.large'];

  beforeEach(() => {
    ec2.on(DescribeInstanceTypesCommand).resolves({
      InstanceTypes: [
        typeAnswer('m6i.large'),
        typeAnswer('m6a.large'),
        typeAnswer('m7i.large'),
        typeAnswer('m6g.large', { ProcessorInfo: { SupportedArchitectures: ['arm64'] } }),
      ],
    });
    ec2.on(DescribeInstanceTypeOfferingsCommand).resolves({
      InstanceTypeOfferings: ['m6a.large', 'm7i.large', 'm6g.large'].map((name) => offer(name)),
    });
  });

  test('are those that it can run on, in the order of the list, without its own', async () => {
    const { capacity, telemetry } = setUp();
    expect(await capacity.fitting(view, listed)).toEqual(['m7i.large', 'm6a.large']);
    expect(telemetry.lines.map(({ fields }) => fields)).toMatchObject([
      { type: 'm6g.large', why: 'it has no architecture x86_64' },
      { type: 'x9.nano', why: 'the Region does not know it' },
    ]);
  });

  test('are read by filter: a name that EC2 does not know would fail a call by names', async () => {
    await setUp().capacity.fitting(view, ['m7i.large', 'x9.nano']);
    expect(inputs()).toEqual([
      {
        Filters: [{ Name: 'instance-type', Values: ['m6i.large', 'm7i.large', 'x9.nano'] }],
        MaxResults: 100,
        NextToken: undefined,
      },
      {
        LocationType: 'availability-zone',
        Filters: [
          { Name: 'location', Values: ['us-east-1b'] },
          { Name: 'instance-type', Values: ['m7i.large', 'x9.nano'] },
        ],
        NextToken: undefined,
      },
    ]);
  });

  test('are only those that its own zone offers', async () => {
    ec2.on(DescribeInstanceTypeOfferingsCommand).resolves({
      InstanceTypeOfferings: [offer('m7i.large', 'us-east-1a'), offer('m6a.large')],
    });
    expect(await setUp().capacity.fitting(view, listed)).toEqual(['m6a.large']);
  });

  test('are offered on a later page too', async () => {
    ec2
      .on(DescribeInstanceTypeOfferingsCommand)
      .resolvesOnce({ InstanceTypeOfferings: [offer('m6a.large')], NextToken: 'more' })
      .resolvesOnce({ InstanceTypeOfferings: [offer('m7i.large')] });
    expect(await setUp().capacity.fitting(view, listed)).toEqual(['m7i.large', 'm6a.large']);
  });

  test('are none where nothing is listed, without a call', async () => {
    expect(await setUp().capacity.fitting(view, ['m6i.large'])).toEqual([]);
    expect(inputs()).toEqual([]);
  });

  test.each([
    ['types', DescribeInstanceTypesCommand],
    ['offers', DescribeInstanceTypeOfferingsCommand],
  ])('are not known when EC2 does not answer for the %s', async (_, command) => {
    ec2.on(command).rejects(timedOut());
    expect(await setUp().capacity.fitting(view, listed)).toBeUndefined();
  });
});
