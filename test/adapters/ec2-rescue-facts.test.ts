import {
  DescribeInstanceAttributeCommand,
  DescribeVolumesCommand,
  EC2Client,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createEc2Ports } from '../../lambda/adapters/ec2';
import { instanceView } from '../../lambda/adapters/ec2-view';
import type { InstanceView } from '../../lambda/core/observation';
import { id, instanceAnswer } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry, timedOut } from './fake-world';

const ec2 = mockClient(EC2Client);
const kms = mockClient(KMSClient);

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const OWN_KEY = 'arn:aws:kms:us-east-1:111122223333:key/e5e5e5e5-2222-3333-4444-555555555555';
const OTHER_KEY = 'arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555';

function setUp() {
  const telemetry = fakeTelemetry();
  const clock = fakeClock();
  const clients = { ec2: new EC2Client({}), kms: new KMSClient({}) };
  return { telemetry, clock, port: createEc2Ports(clients, { clock, telemetry }).ec2 };
}

function view(n: number): InstanceView {
  const result = instanceView(instanceAnswer(n), '111122223333');
  if (result.kind !== 'view') throw new Error('It is no view');
  return result.view;
}

const volume = (n: number, KmsKeyId: string | undefined, Encrypted = true) => ({
  Encrypted,
  KmsKeyId,
  Attachments: [{ InstanceId: id(n) }],
});

const dryRuns = () => ec2.commandCalls(StartInstancesCommand).map(({ args }) => args[0].input);

const allowed = awsFailure(
  'DryRunOperation',
  412,
  'Request would have succeeded, but DryRun flag is set.',
);

beforeEach(() => {
  ec2.reset();
  kms.reset();
  kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { KeyId: 'e5e5', Arn: OWN_KEY } });
  ec2.on(DescribeVolumesCommand).resolves({ Volumes: [] });
  ec2.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value: false } });
  ec2.on(StartInstancesCommand).rejects(allowed);
});

describe('what a rescue needs', () => {
  test('is found for an instance that lacks nothing', async () => {
    const facts = await setUp().port.rescueFacts([view(1)]);
    expect([...facts]).toEqual([
      [id(1), { kmsKeyArns: [], stopProtection: false, mayStart: true }],
    ]);
    expect(dryRuns()).toEqual([{ InstanceIds: [id(1)], DryRun: true }]);
  });

  test('nobody asked for: nothing is asked', async () => {
    expect((await setUp().port.rescueFacts([])).size).toBe(0);
    expect(ec2.calls()).toHaveLength(0);
  });

  test('the keys of encrypted volumes, each once, over all pages, by instance', async () => {
    ec2
      .on(DescribeVolumesCommand)
      .resolvesOnce({
        Volumes: [volume(1, OTHER_KEY), volume(1, KEY), volume(1, KEY)],
        NextToken: 'next',
      })
      .resolvesOnce({
        Volumes: [
          volume(2, KEY),
          volume(2, undefined),
          volume(2, OTHER_KEY, false),
          volume(9, KEY),
          {},
        ],
      });
    const facts = await setUp().port.rescueFacts([view(1), view(2)]);
    expect(facts.get(id(1))?.kmsKeyArns).toEqual([KEY, OTHER_KEY]);
    expect(facts.get(id(2))?.kmsKeyArns).toEqual([KEY]);
    expect(facts.has(id(9))).toBe(false);
  });

  test.each([
    [true, true],
    [false, false],
    [undefined, undefined],
  ])('stop protection %s', async (Value, expected) => {
    ec2.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value } });
    expect((await setUp().port.rescueFacts([view(1)])).get(id(1))?.stopProtection).toBe(expected);
  });

  test.each([
    ['the dry run would have succeeded', allowed, true],
    ['it runs already', awsFailure('IncorrectInstanceState', 400), true],
    ['it is not permitted', awsFailure('UnauthorizedOperation', 403), false],
    ['it is throttled', awsFailure('RequestLimitExceeded', 503), undefined],
    ['it timed out', timedOut(), undefined],
    ['something else is wrong', awsFailure('InvalidInstanceID.NotFound', 400), undefined],
  ])('may it be started when %s', async (_, thrown, mayStart) => {
    ec2.on(StartInstancesCommand).rejects(thrown);
    expect((await setUp().port.rescueFacts([view(1)])).get(id(1))?.mayStart).toBe(mayStart);
  });

  test('one that may not be started does not speak for the others', async () => {
    ec2.on(StartInstancesCommand).callsFake(({ InstanceIds }: { InstanceIds: string[] }) => {
      throw InstanceIds.includes(id(2)) ? awsFailure('UnauthorizedOperation', 403) : allowed;
    });
    const { port, clock } = setUp();
    const facts = await port.rescueFacts([view(1), view(2), view(3)]);
    // The rate leaves time for two by themselves: unknown is not "no".
    expect([...facts.values()].map(({ mayStart }) => mayStart)).toEqual([true, false, undefined]);
    expect(dryRuns()).toHaveLength(3);
    expect(clock.slept).toEqual([2_000, 2_000]);
  });

  test('where the permission is missing altogether, it is missing for all', async () => {
    ec2.on(StartInstancesCommand).rejects(awsFailure('UnauthorizedOperation', 403));
    const facts = await setUp().port.rescueFacts([1, 2, 3, 4].map(view));
    expect([...facts.values()].map(({ mayStart }) => mayStart)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(dryRuns()).toHaveLength(3);
  });

  test('a dry run draws on the rate of starts', async () => {
    const { port, clock } = setUp();
    await port.rescueFacts([view(1)]);
    ec2.on(StartInstancesCommand).resolves({ StartingInstances: [{ InstanceId: id(1) }] });
    await port.start([id(1)], 1);
    expect(clock.slept).toEqual([2_000]);
  });

  test('what EC2 does not answer stays unknown, the rest is known', async () => {
    ec2.on(DescribeVolumesCommand).rejects(awsFailure('RequestLimitExceeded', 503));
    ec2.on(DescribeInstanceAttributeCommand).rejects(awsFailure('UnauthorizedOperation', 403));
    const { port, telemetry } = setUp();
    expect((await port.rescueFacts([view(1)])).get(id(1))).toEqual({
      kmsKeyArns: undefined,
      stopProtection: undefined,
      mayStart: true,
    });
    expect(telemetry.messages().toSorted()).toEqual(['stop-protection-unread', 'volumes-unread']);
  });

  test('attributes are read for 25 instances at most, five at a time', async () => {
    const views = Array.from({ length: 40 }, (_, n) => view(n));
    const facts = await setUp().port.rescueFacts(views);
    expect(ec2.commandCalls(DescribeInstanceAttributeCommand)).toHaveLength(25);
    expect(facts.size).toBe(40);
    expect(facts.get(id(39))).toEqual({
      kmsKeyArns: [],
      stopProtection: undefined,
      mayStart: true,
    });
  });
});

describe("customer keys and AWS's own", () => {
  const keysOf = async (port: ReturnType<typeof setUp>['port'], n = 1) =>
    (await port.rescueFacts([view(1), view(2)])).get(id(n))?.kmsKeyArns;

  beforeEach(() => {
    ec2.on(DescribeVolumesCommand).resolves({ Volumes: [volume(1, OWN_KEY), volume(1, KEY)] });
  });

  test("only the customer's are told; KMS is asked for the alias of AWS's own", async () => {
    expect(await keysOf(setUp().port)).toEqual([KEY]);
    expect(kms.commandCalls(DescribeKeyCommand).map(({ args }) => args[0].input)).toEqual([
      { KeyId: 'alias/aws/ebs' },
    ]);
  });

  test("a volume under AWS's own key alone needs nothing", async () => {
    ec2.on(DescribeVolumesCommand).resolves({ Volumes: [volume(1, OWN_KEY)] });
    expect(await keysOf(setUp().port)).toEqual([]);
  });

  test.each([
    ['no volume is encrypted', { Volumes: [volume(1, undefined, false)] }],
    ['there is no volume', { Volumes: [] }],
  ])('when %s, KMS is not asked', async (_, answer) => {
    ec2.on(DescribeVolumesCommand).resolves(answer);
    expect(await keysOf(setUp().port)).toEqual([]);
    expect(kms.calls()).toHaveLength(0);
  });

  test('when the volumes are not known, KMS is not asked', async () => {
    ec2.on(DescribeVolumesCommand).rejects(awsFailure('RequestLimitExceeded', 503));
    expect(await keysOf(setUp().port)).toBeUndefined();
    expect(kms.calls()).toHaveLength(0);
  });

  test("AWS's own key is asked for once an execution environment", async () => {
    const { port } = setUp();
    await keysOf(port);
    expect(await keysOf(port)).toEqual([KEY]);
    expect(kms.calls()).toHaveLength(1);
    await keysOf(setUp().port);
    expect(kms.calls()).toHaveLength(2);
  });

  test('where the account has no such key yet, any key is a customer key, for the time being', async () => {
    kms
      .on(DescribeKeyCommand)
      .rejectsOnce(awsFailure('NotFoundException', 400))
      .resolves({ KeyMetadata: { KeyId: 'e5e5', Arn: OWN_KEY } });
    const { port, telemetry } = setUp();
    expect(await keysOf(port)).toEqual([KEY, OWN_KEY]);
    expect(telemetry.messages()).toEqual([]);
    expect(await keysOf(port)).toEqual([KEY]);
  });

  test.each([
    ['denied', awsFailure('AccessDeniedException', 400)],
    ['throttled', awsFailure('ThrottlingException', 400)],
    ['without an answer', timedOut()],
  ])('%s, the keys are unknown, only for now, and logged', async (_, thrown) => {
    kms.on(DescribeKeyCommand).rejects(thrown);
    const { port, telemetry } = setUp();
    expect(await keysOf(port)).toBeUndefined();
    expect(await keysOf(port, 2)).toEqual([]);
    expect(telemetry.messages()).toContain('aws-ebs-key-unread');
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { KeyId: 'e5e5', Arn: OWN_KEY } });
    expect(await keysOf(port)).toEqual([KEY]);
  });

  test('a key without an ARN tells nothing', async () => {
    kms.on(DescribeKeyCommand).resolves({});
    expect(await keysOf(setUp().port)).toBeUndefined();
  });
});
