import { EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { STARTED_RATE, START_RATE } from '../../lambda/adapters/ec2';
import { createStart } from '../../lambda/adapters/ec2-start';
import { createTokenBucket } from '../../lambda/adapters/token-bucket';
import { after, seconds } from '../../lambda/core/time';
import { id } from './ec2-answers';
import { NOON, awsFailure, connectionReset, fakeClock, timedOut } from './fake-world';

const ec2 = mockClient(EC2Client);

function setUp(clock = fakeClock()) {
  return {
    clock,
    start: createStart(new EC2Client({}), {
      bucket: createTokenBucket(clock, START_RATE),
      instances: createTokenBucket(clock, STARTED_RATE),
    }),
  };
}

const batches = () =>
  ec2.commandCalls(StartInstancesCommand).map(({ args }) => args[0].input.InstanceIds);

const started = (ids: readonly string[], Name: 'stopped' | 'running' | 'pending' = 'stopped') => ({
  StartingInstances: ids.map((InstanceId) => ({
    InstanceId,
    PreviousState: { Name },
    CurrentState: { Name: 'pending' as const },
  })),
});

/** Answers like EC2: the batch fails whole for one instance in it. */
function failFor(culprits: readonly string[], fail: (culprit: string) => Error): void {
  ec2.on(StartInstancesCommand).callsFake(({ InstanceIds }: { InstanceIds: string[] }) => {
    const culprit = InstanceIds.find((one) => culprits.includes(one));
    if (culprit !== undefined) throw fail(culprit);
    return started(InstanceIds);
  });
}

const accepted = { kind: 'accepted', wasStopped: true };

beforeEach(() => {
  ec2.reset();
  failFor([], () => awsFailure('Unused', 400));
});

describe('starting a batch', () => {
  test('is one call, without a dry run and without retries of its own', async () => {
    const outcomes = await setUp().start([id(1), id(2), id(1)], 5);
    expect(batches()).toEqual([[id(1), id(2)]]);
    expect([...outcomes]).toEqual([
      [id(1), accepted],
      [id(2), accepted],
    ]);
  });

  test.each([
    ['stopped', true],
    ['running', false],
    ['pending', false],
  ] as const)('moved it out of stopped when it was %s: %s', async (before, wasStopped) => {
    ec2.on(StartInstancesCommand).resolves(started([id(1)], before));
    expect((await setUp().start([id(1)], 1)).get(id(1))).toEqual({ kind: 'accepted', wasStopped });
  });

  test('nothing to start is no call', async () => {
    expect((await setUp().start([], 5)).size).toBe(0);
    expect(batches()).toEqual([]);
  });

  test('no call allowed is no call, and an outcome for every id', async () => {
    const outcomes = await setUp().start([id(1), id(2)], 0);
    expect(batches()).toEqual([]);
    expect(outcomes.get(id(2))).toEqual({ kind: 'not-asked' });
  });

  test('one of which EC2 says nothing is not called started', async () => {
    ec2.on(StartInstancesCommand).resolves(started([id(1)]));
    const outcomes = await setUp().start([id(1), id(2)], 1);
    expect(outcomes.get(id(1))).toEqual(accepted);
    expect(outcomes.get(id(2))).toEqual({ kind: 'unavailable', code: 'NotInAnswer' });
  });
});

describe('a start of one that fails', () => {
  test.each([
    ['no capacity', awsFailure('InsufficientInstanceCapacity', 500), 'no-capacity'],
    ['wrong state', awsFailure('IncorrectInstanceState', 400), 'wrong-state'],
    ['gone', awsFailure('InvalidInstanceID.NotFound', 400), 'wrong-state'],
    ['not permitted', awsFailure('UnauthorizedOperation', 403), 'refused'],
    ['over the quota', awsFailure('VcpuLimitExceeded', 400), 'refused'],
    ['an unknown refusal', awsFailure('NeverHeardOf', 400), 'refused'],
    ['throttled', awsFailure('RequestLimitExceeded', 503), 'unavailable'],
    ['a server error', awsFailure('InternalError', 500), 'unavailable'],
    ['an unknown server error', awsFailure('NeverHeardOf', 500), 'unavailable'],
    ['a time-out', timedOut(), 'unavailable'],
    ['a closed connection', connectionReset(), 'unavailable'],
  ])('%s, in one call', async (_, thrown, kind) => {
    ec2.on(StartInstancesCommand).rejects(thrown);
    expect((await setUp().start([id(1)], 5)).get(id(1))).toMatchObject({ kind });
    expect(batches()).toHaveLength(1);
  });
});

describe('a batch that fails for one instance in it', () => {
  const four = [id(1), id(2), id(3), id(4)];

  test('goes on without the one that the message names', async () => {
    failFor([id(3)], (one) =>
      awsFailure(
        'IncorrectInstanceState',
        400,
        `The instance '${one}' is not in a state from which it can be started.`,
      ),
    );
    const outcomes = await setUp().start(four, 5);
    expect(batches()).toEqual([four, [id(1), id(2), id(4)]]);
    expect(outcomes.get(id(3))).toEqual({ kind: 'wrong-state', code: 'IncorrectInstanceState' });
    expect(outcomes.get(id(4))).toEqual(accepted);
  });

  test('is halved when the message names nobody', async () => {
    failFor([id(3)], () => awsFailure('VcpuLimitExceeded', 400));
    const outcomes = await setUp().start(four, 10);
    expect(batches()).toEqual([four, [id(1), id(2)], [id(3), id(4)], [id(3)], [id(4)]]);
    expect(outcomes.get(id(3))).toMatchObject({ kind: 'refused' });
    for (const n of [1, 2, 4]) expect(outcomes.get(id(n))).toEqual(accepted);
  });

  test('is halved when the message names an instance of somebody else', async () => {
    failFor([id(2)], () => awsFailure('UnauthorizedOperation', 403, `see ${id(99)}`));
    const outcomes = await setUp().start([id(1), id(2)], 5);
    expect(outcomes.get(id(1))).toEqual(accepted);
    expect(outcomes.get(id(2))).toMatchObject({ kind: 'refused', code: 'UnauthorizedOperation' });
  });

  test('is halved as long as calls last; who is left was in a batch that failed', async () => {
    failFor(four, () => awsFailure('VcpuLimitExceeded', 400));
    const outcomes = await setUp().start(four, 2);
    expect(batches()).toHaveLength(2);
    expect([...outcomes.keys()].toSorted()).toEqual(four);
    expect(new Set([...outcomes.values()].map(({ kind }) => kind))).toEqual(
      new Set(['batch-failed']),
    );
  });

  // Why this test? Halving in a zone without capacity used up EC2's rate and the function's time.
  test('is NOT halved for want of capacity: the core asks by zone and type', async () => {
    failFor([id(3)], () => awsFailure('InsufficientInstanceCapacity', 500));
    const outcomes = await setUp().start(four, 10);
    expect(batches()).toEqual([four]);
    expect(new Set([...outcomes.values()].map(({ kind }) => kind))).toEqual(
      new Set(['batch-failed']),
    );
    expect((await setUp().start([id(3)], 10)).get(id(3))).toMatchObject({ kind: 'no-capacity' });
  });

  test.each([
    ['a throttle', awsFailure('RequestLimitExceeded', 503)],
    ['a time-out', timedOut()],
  ])('is not halved for %s, which no instance causes', async (_, thrown) => {
    ec2.on(StartInstancesCommand).rejects(thrown);
    const outcomes = await setUp().start(four, 10);
    expect(batches()).toHaveLength(1);
    expect(outcomes.size).toBe(4);
  });
});

describe('the rate of starts', () => {
  test('holds for instances too: 250 at once, and one more every two seconds', async () => {
    const { clock, start } = setUp();
    const many = Array.from({ length: 260 }, (_, n) => id(n));
    const outcomes = await start(many, 1);
    expect(batches()[0]).toHaveLength(250);
    expect(outcomes.get(id(259))).toEqual({ kind: 'not-asked' });
    clock.set(after(NOON, seconds(20)));
    await start(many.slice(250), 1);
    expect(batches()[1]).toHaveLength(10);
  });

  test('is one call at once and one more every two seconds, over all batches', async () => {
    const { clock, start } = setUp();
    for (let n = 0; n < 3; n += 1) await start([id(n)], 1);
    expect(clock.slept).toEqual([2_000, 2_000]);
  });

  test('one that would have to wait longer than eight seconds is no call at all', async () => {
    const { start } = setUp({ ...fakeClock(), sleep: async () => {} });
    const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => start([id(n)], 1)));
    expect(outcomes.map((one, index) => one.get(id(index + 1))?.kind)).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'accepted',
      'accepted',
      'not-asked',
    ]);
    expect(batches()).toHaveLength(5);
  });
});
