import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { createLook } from '../../lambda/adapters/ec2-look';
import type { LookRequest } from '../../lambda/ports';
import { id, instanceAnswer, page, volume } from './ec2-answers';
import { awsFailure, connectionReset, fakeClock, fakeTelemetry, timedOut } from './fake-world';

const ec2 = mockClient(EC2Client);

const some = (request: Partial<Extract<LookRequest, { kind: 'some' }>>): LookRequest => ({
  kind: 'some',
  instanceIds: [],
  volumeIds: [],
  down: false,
  ...request,
});

function setUp() {
  const telemetry = fakeTelemetry();
  const clock = fakeClock();
  const look = createLook(new EC2Client({}), { clock, telemetry });
  return { look, telemetry, clock };
}

const filters = () =>
  ec2
    .commandCalls(DescribeInstancesCommand)
    .map(({ args }) =>
      (args[0].input.Filters ?? []).map(({ Name, Values }) => [Name, Values?.length]),
    );

const idsIn = (answer: unknown) =>
  (answer as { views: { instanceId: string }[] }).views.map(({ instanceId }) => instanceId);

beforeEach(() => {
  ec2.reset();
  ec2.on(DescribeInstancesCommand).resolves(page([]));
});

describe('what a look asks EC2', () => {
  test.each<[string, LookRequest, unknown]>([
    ['everything', { kind: 'everything' }, [[['tag-key', 1]]]],
    [
      'ids',
      some({ instanceIds: [id(1), id(2)] }),
      [
        [
          ['tag-key', 1],
          ['instance-id', 2],
        ],
      ],
    ],
    [
      'volumes',
      some({ volumeIds: [volume(1)] }),
      [
        [
          ['tag-key', 1],
          ['block-device-mapping.volume-id', 1],
        ],
      ],
    ],
    [
      'what is down',
      some({ down: true }),
      [
        [
          ['tag-key', 1],
          ['instance-state-name', 5],
        ],
      ],
    ],
    [
      'an id twice',
      some({ instanceIds: [id(1), id(1)] }),
      [
        [
          ['tag-key', 1],
          ['instance-id', 1],
        ],
      ],
    ],
    ['no instance at all', some({}), []],
    [
      'ids that are none',
      some({ instanceIds: ['*', 'i-*', '', 'i-0123456789abcdefg'], volumeIds: ['vol-?'] }),
      [],
    ],
  ])('%s', async (_, request, expected) => {
    await setUp().look(request);
    expect(filters()).toEqual(expected);
  });

  test('450 ids take three reads of 200 at most, volumes and the rest one each', async () => {
    const instanceIds = Array.from({ length: 450 }, (_, n) => id(n));
    await setUp().look(some({ instanceIds, volumeIds: [volume(1)], down: true }));
    expect(filters().map((one) => one[1])).toEqual([
      ['instance-id', 200],
      ['instance-id', 200],
      ['instance-id', 50],
      ['block-device-mapping.volume-id', 1],
      ['instance-state-name', 5],
    ]);
  });

  test('more than five reads become one of everything, and answer only what was asked', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(
        page([
          instanceAnswer(1),
          instanceAnswer(5_000),
          instanceAnswer(6_000, { State: { Name: 'running' } }),
        ]),
      );
    const instanceIds = Array.from({ length: 1_001 }, (_, n) => id(n));
    const answer = await setUp().look(some({ instanceIds }));
    expect(filters()).toEqual([[['tag-key', 1]]]);
    expect(idsIn(answer)).toEqual([id(1)]);
  });

  test('the reads of one look run at the same time: one round trip', async () => {
    const waiting: (() => void)[] = [];
    ec2.on(DescribeInstancesCommand).callsFake(
      () =>
        new Promise((resolve) => {
          waiting.push(() => {
            resolve(page([]));
          });
        }),
    );
    const answer = setUp().look(some({ instanceIds: [id(1)], volumeIds: [volume(1)], down: true }));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(waiting).toHaveLength(3);
    waiting.forEach((go) => go());
    expect(await answer).toEqual({ kind: 'seen', views: [] });
  });
});

describe('what a look answers', () => {
  test('reads page after page', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce(page([instanceAnswer(1)], 'next'))
      .resolvesOnce(page([instanceAnswer(2)]));
    const answer = await setUp().look({ kind: 'everything' });
    expect(idsIn(answer)).toEqual([id(1), id(2)]);
    const tokens = ec2
      .commandCalls(DescribeInstancesCommand)
      .map(({ args }) => args[0].input.NextToken);
    expect(tokens).toEqual([undefined, 'next']);
  });

  test('an instance that several reads found is one', async () => {
    ec2.on(DescribeInstancesCommand).resolves(page([instanceAnswer(1)]));
    const answer = await setUp().look(
      some({ instanceIds: [id(1)], volumeIds: [volume(1)], down: true }),
    );
    expect(idsIn(answer)).toEqual([id(1)]);
  });

  test('a filter that was ignored does not widen the fleet', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(
        page([
          instanceAnswer(1),
          instanceAnswer(2),
          instanceAnswer(3, { Tags: [{ Key: 'Name', Value: 'db' }] }),
        ]),
      );
    expect(idsIn(await setUp().look(some({ instanceIds: [id(1), id(3)] })))).toEqual([id(1)]);
    expect(idsIn(await setUp().look({ kind: 'everything' }))).toEqual([id(1), id(2)]);
  });

  test('an instance of another owner is answered with him, for the core to refuse', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves({ Reservations: [{ OwnerId: '999988887777', Instances: [instanceAnswer(1)] }] });
    const answer = await setUp().look({ kind: 'everything' });
    expect(answer).toMatchObject({ kind: 'seen', views: [{ ownerId: '999988887777' }] });
  });

  test('one that cannot be read is told, and the others are answered', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(page([instanceAnswer(1, { LaunchTime: undefined }), instanceAnswer(2)]));
    const { look, telemetry } = setUp();
    expect(idsIn(await look({ kind: 'everything' }))).toEqual([id(2)]);
    expect(telemetry.lines).toEqual([
      { level: 'error', message: 'instance-unreadable', fields: { instanceId: id(1) } },
    ]);
  });

  test.each([
    ['no reservations', {}],
    ['a reservation without instances', { Reservations: [{}] }],
  ])('%s is an empty answer', async (_, empty) => {
    ec2.on(DescribeInstancesCommand).resolves(empty);
    expect(await setUp().look({ kind: 'everything' })).toEqual({ kind: 'seen', views: [] });
  });
});

describe('a look that fails', () => {
  test.each([
    ['throttled', awsFailure('RequestLimitExceeded', 503), 1],
    ['refused', awsFailure('UnauthorizedOperation', 403), 1],
    ['a server error', awsFailure('InternalError', 500), 2],
    ['a time-out', timedOut(), 2],
  ])('%s says so, and never answers an empty list', async (_, thrown, calls) => {
    ec2.on(DescribeInstancesCommand).rejects(thrown);
    expect(await setUp().look({ kind: 'everything' })).toMatchObject({ kind: 'failed' });
    expect(ec2.commandCalls(DescribeInstancesCommand)).toHaveLength(calls);
  });

  test('a connection that had gone stale is tried once more', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .rejectsOnce(connectionReset())
      .resolves(page([instanceAnswer(1)]));
    expect(idsIn(await setUp().look({ kind: 'everything' }))).toEqual([id(1)]);
  });

  test('one of several reads fails: what is missing must not look gone', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce(page([instanceAnswer(1)]))
      .rejects(awsFailure('RequestLimitExceeded', 503));
    const answer = await setUp().look(some({ instanceIds: [id(1)], down: true }));
    expect(answer).toMatchObject({ kind: 'failed' });
  });

  test('pages without end are no answer', async () => {
    ec2.on(DescribeInstancesCommand).resolves(page([instanceAnswer(1)], 'again'));
    expect(await setUp().look({ kind: 'everything' })).toMatchObject({ kind: 'failed' });
    expect(ec2.commandCalls(DescribeInstancesCommand)).toHaveLength(20);
  });
});
