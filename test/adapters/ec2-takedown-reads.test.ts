import {
  DescribeInstanceAttributeCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createEc2Ports } from '../../lambda/adapters/ec2';
import type { InstanceView } from '../../lambda/core/observation';
import { aView } from '../core/builders';
import { id, typeAnswer } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry } from './fake-world';

const ec2 = mockClient(EC2Client);

function setUp() {
  const telemetry = fakeTelemetry();
  const clients = { ec2: new EC2Client({}), kms: new KMSClient({}) };
  return { telemetry, port: createEc2Ports(clients, { clock: fakeClock(), telemetry }).ec2 };
}

const view = (over: Partial<InstanceView> = {}) => aView({ instanceId: id(1), ...over });

async function readOf(over: Partial<InstanceView>, type: Partial<InstanceTypeInfo> = {}) {
  ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: [typeAnswer('m6i.large', type)] });
  return (await setUp().port.takedownReads([view(over)])).get(id(1));
}

beforeEach(() => {
  ec2.reset();
  ec2.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value: false } });
  ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: [typeAnswer('m6i.large')] });
});

describe('what must be known before a takedown', () => {
  test('is read for an instance against which nothing speaks', async () => {
    expect(await readOf({})).toEqual({
      stopProtection: false,
      hasInstanceStore: false,
      awsRecovers: true,
    });
  });

  test('stop protection', async () => {
    ec2.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value: true } });
    expect(await readOf({})).toMatchObject({ stopProtection: true });
    expect(ec2.commandCalls(DescribeInstanceAttributeCommand)[0]?.args[0].input).toEqual({
      InstanceId: id(1),
      Attribute: 'disableApiStop',
    });
  });

  test('disks on the host', async () => {
    expect(await readOf({}, { InstanceStorageSupported: true })).toMatchObject({
      hasInstanceStore: true,
    });
  });

  test.each<[string, Partial<InstanceView>, Partial<InstanceTypeInfo>]>([
    ['a type that it does not cover', {}, { AutoRecoverySupported: false }],
    ['an instance for which it is off', { autoRecovery: 'disabled' }, {}],
    ['a Dedicated Host', { hostId: 'h-1' }, {}],
    ['host tenancy', { tenancy: 'host' }, {}],
    ['bare metal', {}, { BareMetal: true }],
    ['disks on the host', {}, { InstanceStorageSupported: true }],
  ])('AWS does not recover %s', async (_, over, type) => {
    expect(await readOf(over, type)).toMatchObject({ awsRecovers: false });
  });

  test.each<[string, Partial<InstanceView>]>([
    ['on dedicated hardware', { tenancy: 'dedicated' }],
    ['with the default set', { autoRecovery: 'default' }],
  ])('AWS does recover an instance %s', async (_, over) => {
    expect(await readOf(over)).toMatchObject({ awsRecovers: true });
  });

  test.each<[string, Partial<InstanceTypeInfo>]>([
    ['its own support', { AutoRecoverySupported: undefined }],
    ['bare metal', { BareMetal: undefined }],
    ['disks', { InstanceStorageSupported: undefined }],
  ])('where EC2 does not tell of %s, whether AWS recovers is not known', async (_, type) => {
    expect(await readOf({}, type)).toMatchObject({ awsRecovers: undefined });
  });
});

describe('reads that fail', () => {
  const failure = awsFailure('UnauthorizedOperation', 403);

  test('leave unknown what they would have told, and nothing else', async () => {
    ec2.on(DescribeInstanceAttributeCommand).rejects(failure);
    expect(await readOf({})).toEqual({
      stopProtection: undefined,
      hasInstanceStore: false,
      awsRecovers: true,
    });
  });

  test('of types leave only what the instance itself tells', async () => {
    ec2.on(DescribeInstanceTypesCommand).rejects(failure);
    const { port, telemetry } = setUp();
    const views = [view(), view({ instanceId: id(2), autoRecovery: 'disabled' })];
    const reads = await port.takedownReads(views);
    expect(reads.get(id(1))).toEqual({
      stopProtection: false,
      hasInstanceStore: undefined,
      awsRecovers: undefined,
    });
    expect(reads.get(id(2))).toMatchObject({ awsRecovers: false });
    expect(telemetry.messages()).toEqual(['types-unread']);
  });

  test('an entry for every view, though EC2 tells nothing', async () => {
    ec2.on(DescribeInstanceAttributeCommand).rejects(failure);
    ec2.on(DescribeInstanceTypesCommand).rejects(failure);
    const reads = await setUp().port.takedownReads([view(), view({ instanceId: id(2) })]);
    expect([...reads.keys()]).toEqual([id(1), id(2)]);
  });
});

describe('the facts of types', () => {
  test('are asked once for all types, by filter, and remembered', async () => {
    const types = [typeAnswer('m6i.large'), typeAnswer('t2.large')];
    ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: types });
    const { port } = setUp();
    const views = [view(), view({ instanceId: id(2), instanceType: 't2.large' })];
    await port.takedownReads(views);
    await port.takedownReads(views);
    const calls = ec2.commandCalls(DescribeInstanceTypesCommand).map(({ args }) => args[0].input);
    expect(calls).toEqual([
      {
        Filters: [{ Name: 'instance-type', Values: ['m6i.large', 't2.large'] }],
        MaxResults: 100,
        NextToken: undefined,
      },
    ]);
  });

  test('are asked again after a failure', async () => {
    ec2.on(DescribeInstanceTypesCommand).rejectsOnce(awsFailure('RequestLimitExceeded', 503));
    const { port } = setUp();
    await port.takedownReads([view()]);
    ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: [typeAnswer('m6i.large')] });
    expect((await port.takedownReads([view()])).get(id(1))?.awsRecovers).toBe(true);
  });
});
