import { DescribeInstanceStatusCommand, EC2Client, type InstanceStatus } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { createStatusOf, createTroubled, statusView } from '../../lambda/adapters/ec2-status';
import { id, statusAnswer } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry, timedOut } from './fake-world';

const ec2 = mockClient(EC2Client);

function setUp() {
  const telemetry = fakeTelemetry();
  const options = { clock: fakeClock(), telemetry };
  const client = new EC2Client({});
  return {
    telemetry,
    statusOf: createStatusOf(client, options),
    troubled: createTroubled(client, options),
  };
}

const inputs = () =>
  ec2.commandCalls(DescribeInstanceStatusCommand).map(({ args }) => args[0].input);

/** Answers like EC2: it refuses the call for the ids that it does not know. */
function answerKnown(
  unknown: readonly string[],
  naming: (gone: readonly string[]) => string,
): void {
  ec2.on(DescribeInstanceStatusCommand).callsFake((input: { InstanceIds?: string[] }) => {
    const ids = input.InstanceIds ?? [];
    const gone = ids.filter((one) => unknown.includes(one));
    if (gone.length > 0) throw awsFailure('InvalidInstanceID.NotFound', 400, naming(gone));
    return { InstanceStatuses: ids.map((InstanceId) => ({ ...statusAnswer(0), InstanceId })) };
  });
}

const idsIn = (answer: unknown) =>
  (answer as { statuses: { instanceId: string }[] }).statuses.map(({ instanceId }) => instanceId);

beforeEach(() => {
  ec2.reset();
  ec2.on(DescribeInstanceStatusCommand).resolves({});
});

describe('the status of an instance', () => {
  test('all four checks', () => {
    expect(statusView(statusAnswer(1))).toEqual({
      instanceId: id(1),
      checks: {
        system: { status: 'ok' },
        instance: { status: 'ok' },
        attachedEbs: { status: 'ok' },
        application: { status: 'ok' },
      },
      scheduledEvents: [],
    });
  });

  test.each<[string, Partial<InstanceStatus>, string, string]>([
    [
      'no application status: there is no such check',
      { ApplicationStatus: undefined },
      'application',
      'not-configured',
    ],
    [
      'no EBS status: the type has no such check',
      { AttachedEbsStatus: undefined },
      'attachedEbs',
      'not-applicable',
    ],
    ['no system status: nothing is known', { SystemStatus: undefined }, 'system', 'unknown'],
    ['no instance status: nothing is known', { InstanceStatus: undefined }, 'instance', 'unknown'],
    ['initializing', { InstanceStatus: { Status: 'initializing' } }, 'instance', 'initializing'],
    [
      'insufficient data',
      { SystemStatus: { Status: 'insufficient-data' } },
      'system',
      'insufficient-data',
    ],
    [
      'an application check that is suppressed',
      { ApplicationStatus: { Status: 'not-applicable' } },
      'application',
      'not-applicable',
    ],
    [
      'a word that nobody knows is neither good nor bad',
      { SystemStatus: { Status: 'fine' as 'ok' } },
      'system',
      'unknown',
    ],
  ])('%s', (_, change, check, status) => {
    expect(statusView(statusAnswer(1, change))?.checks).toHaveProperty(`${check}.status`, status);
  });

  test('since when a check fails: the earliest of its details', () => {
    const since = (text: string) => ({ Status: 'failed' as const, ImpairedSince: new Date(text) });
    const view = statusView(
      statusAnswer(1, {
        SystemStatus: {
          Status: 'impaired',
          Details: [since('2024-08-01T12:11:00Z'), since('2024-08-01T12:10:00Z')],
        },
        ApplicationStatus: { Status: 'impaired', ImpairedSince: new Date('2024-08-01T12:12:00Z') },
      }),
    );
    expect(view?.checks.system.impairedSince).toBe(Date.UTC(2024, 7, 1, 12, 10));
    expect(view?.checks.application.impairedSince).toBe(Date.UTC(2024, 7, 1, 12, 12));
  });

  test('scheduled events, but not those that are over', () => {
    const event = (Description: string) => ({
      InstanceEventId: 'instance-event-1',
      Code: 'instance-stop' as const,
      Description,
      NotBefore: new Date('2024-08-15T00:00:00Z'),
      NotBeforeDeadline: new Date('2024-08-20T00:00:00Z'),
    });
    const Events = [
      event('The instance is running on degraded hardware'),
      event('[Completed] The instance is running on degraded hardware'),
      event('[Canceled] The instance is running on degraded hardware'),
    ];
    expect(statusView(statusAnswer(1, { Events }))?.scheduledEvents).toEqual([
      {
        id: 'instance-event-1',
        code: 'instance-stop',
        description: 'The instance is running on degraded hardware',
        notBefore: Date.UTC(2024, 7, 15),
        deadline: Date.UTC(2024, 7, 20),
      },
    ]);
  });

  test('an answer that does not say whose it is, is nobody’s', () => {
    expect(statusView({ SystemStatus: { Status: 'impaired' } })).toBeUndefined();
  });
});

describe('status by id', () => {
  test('asks for 100 ids a call, by id alone', async () => {
    answerKnown([], () => '');
    const ids = Array.from({ length: 250 }, (_, n) => id(n));
    expect(idsIn(await setUp().statusOf(ids))).toEqual(ids);
    expect(inputs().map(({ InstanceIds }) => InstanceIds?.length)).toEqual([100, 100, 50]);
    for (const input of inputs()) {
      expect(input.MaxResults).toBeUndefined();
      expect(input.IncludeAllInstances).toBeUndefined();
    }
  });

  test('no id, and ids that are none: no call, since an empty list means all of them', async () => {
    expect(await setUp().statusOf([])).toEqual({ kind: 'seen', statuses: [] });
    expect(await setUp().statusOf(['*', ''])).toEqual({ kind: 'seen', statuses: [] });
    expect(inputs()).toHaveLength(0);
  });

  test('an instance that is gone does not hide the others', async () => {
    answerKnown([id(2)], (gone) => `The instance ID '${gone.join(', ')}' does not exist`);
    expect(idsIn(await setUp().statusOf([id(1), id(2), id(3)]))).toEqual([id(1), id(3)]);
    expect(inputs()).toHaveLength(2);
  });

  test('nor when the message does not name it: halves find it', async () => {
    answerKnown([id(2)], () => 'Some instance does not exist');
    const seen = idsIn(await setUp().statusOf([id(1), id(2), id(3), id(4)]));
    expect(seen.toSorted()).toEqual([id(1), id(3), id(4)]);
  });

  test('nor when all are gone', async () => {
    answerKnown([id(1), id(2)], (gone) => `The instance IDs '${gone.join(', ')}' do not exist`);
    expect(await setUp().statusOf([id(1), id(2)])).toEqual({ kind: 'seen', statuses: [] });
  });

  test('halving has an end: then nothing is known', async () => {
    const all = Array.from({ length: 100 }, (_, n) => id(n));
    answerKnown(all, () => 'Some instance does not exist');
    expect(await setUp().statusOf(all)).toMatchObject({ kind: 'failed' });
    expect(inputs()).toHaveLength(8);
  });

  test('nobody is answered who was not asked for', async () => {
    ec2
      .on(DescribeInstanceStatusCommand)
      .resolves({ InstanceStatuses: [statusAnswer(1), statusAnswer(2)] });
    expect(idsIn(await setUp().statusOf([id(1)]))).toEqual([id(1)]);
  });

  test.each([
    ['throttled', awsFailure('RequestLimitExceeded', 503), 1],
    ['a server error', awsFailure('Unavailable', 503), 2],
    ['a time-out', timedOut(), 2],
  ])('%s: nothing is known', async (_, thrown, calls) => {
    ec2.on(DescribeInstanceStatusCommand).rejects(thrown);
    expect(await setUp().statusOf([id(1)])).toMatchObject({ kind: 'failed' });
    expect(inputs()).toHaveLength(calls);
  });
});

describe('what is in trouble, account-wide', () => {
  const impaired = { Status: 'impaired' as const };

  test('asks by status and by scheduled event, five reads', async () => {
    await setUp().troubled();
    expect(inputs().map(({ Filters }) => Filters?.map(({ Name }) => Name))).toEqual([
      ['system-status.status'],
      ['instance-status.status'],
      ['attached-ebs-status.status'],
      ['application-status.status'],
      ['event.code'],
    ]);
  });

  test('answers each instance once, and none that is well', async () => {
    const Events = [{ Code: 'instance-stop' as const, Description: 'soon' }];
    ec2.on(DescribeInstanceStatusCommand).resolves({
      InstanceStatuses: [
        statusAnswer(1),
        statusAnswer(2, { SystemStatus: impaired }),
        statusAnswer(3, { InstanceStatus: impaired }),
        statusAnswer(4, { AttachedEbsStatus: impaired }),
        statusAnswer(5, { ApplicationStatus: impaired }),
        statusAnswer(6, { Events }),
        statusAnswer(7, { Events: [{ Code: 'instance-stop', Description: '[Completed] done' }] }),
        statusAnswer(8, { InstanceStatus: { Status: 'initializing' } }),
      ],
    });
    expect(idsIn(await setUp().troubled())).toEqual([id(2), id(3), id(4), id(5), id(6)]);
  });

  test('reads page after page', async () => {
    ec2
      .on(DescribeInstanceStatusCommand)
      .callsFake((input: { NextToken?: string }) =>
        input.NextToken === undefined
          ? { InstanceStatuses: [statusAnswer(1, { SystemStatus: impaired })], NextToken: 'next' }
          : { InstanceStatuses: [statusAnswer(2, { SystemStatus: impaired })] },
      );
    expect(idsIn(await setUp().troubled())).toEqual([id(1), id(2)]);
  });

  test('a Region without application checks has none', async () => {
    ec2.on(DescribeInstanceStatusCommand).callsFake((input: { Filters?: { Name?: string }[] }) => {
      if (input.Filters?.[0]?.Name !== 'application-status.status') return {};
      throw awsFailure('InvalidParameterValue', 400, 'The filter is invalid');
    });
    expect(await setUp().troubled()).toEqual({ kind: 'seen', statuses: [] });
  });

  test.each(['system-status.status', 'event.code'])(
    'but where %s is refused, nothing is known',
    async (name) => {
      ec2
        .on(DescribeInstanceStatusCommand)
        .callsFake((input: { Filters?: { Name?: string }[] }) => {
          if (input.Filters?.[0]?.Name !== name) return {};
          throw awsFailure('InvalidParameterValue', 400);
        });
      expect(await setUp().troubled()).toMatchObject({ kind: 'failed' });
    },
  );
});
