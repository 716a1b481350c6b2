import { EC2Client, RebootInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createEc2Ports } from '../../lambda/adapters/ec2';
import { after, seconds } from '../../lambda/core/time';
import type { StopMode } from '../../lambda/ports';
import { id } from './ec2-answers';
import {
  awsFailure,
  connectionReset,
  fakeClock,
  fakeTelemetry,
  NOON,
  timedOut,
} from './fake-world';

const ec2 = mockClient(EC2Client);

function setUp() {
  const clock = fakeClock();
  const clients = { ec2: new EC2Client({}), kms: new KMSClient({}) };
  return { clock, ...createEc2Ports(clients, { clock, telemetry: fakeTelemetry() }) };
}

const stops = () => ec2.commandCalls(StopInstancesCommand).map(({ args }) => args[0].input);

const protectedFromStops = awsFailure(
  'OperationNotPermitted',
  400,
  "The instance may not be stopped. Modify its 'disableApiStop' instance attribute and try again.",
);

beforeEach(() => {
  ec2.reset();
  ec2.on(StopInstancesCommand).resolves({});
  ec2.on(RebootInstancesCommand).resolves({});
});

describe('a stop', () => {
  // Why whole inputs: a flag that is `false` today is one careless edit from `true`, and IAM has
  // no key for Force (S6).
  test.each<[StopMode, object]>([
    ['graceful', { InstanceIds: [id(1)] }],
    ['force', { InstanceIds: [id(1)], Force: true }],
    ['skip-os-shutdown', { InstanceIds: [id(1)], Force: true, SkipOsShutdown: true }],
  ])('%s carries its own flags, and no others', async (mode, input) => {
    expect(await setUp().ec2.stop(id(1), mode)).toEqual({ kind: 'accepted' });
    expect(stops()).toStrictEqual([input]);
  });

  test.each([
    ['stop protection', protectedFromStops, { kind: 'refused', code: 'OperationNotPermitted' }],
    [
      'no permission',
      awsFailure('UnauthorizedOperation', 403),
      { kind: 'refused', code: 'UnauthorizedOperation' },
    ],
    [
      'another state',
      awsFailure('IncorrectInstanceState', 400),
      { kind: 'wrong-state', code: 'IncorrectInstanceState' },
    ],
    [
      'a throttle',
      awsFailure('RequestLimitExceeded', 503),
      { kind: 'unavailable', code: 'RequestLimitExceeded' },
    ],
    ['a time-out', timedOut(), { kind: 'unavailable', code: 'TimeoutError' }],
    ['a closed connection', connectionReset(), { kind: 'unavailable', code: 'ECONNRESET' }],
  ])('answers %s as what it is, after one call only', async (_, thrown, outcome) => {
    ec2.on(StopInstancesCommand).rejects(thrown);
    expect(await setUp().ec2.stop(id(1), 'graceful')).toMatchObject(outcome);
    expect(stops()).toHaveLength(1);
  });
});

describe('a reboot', () => {
  test('names one instance', async () => {
    expect(await setUp().ec2.reboot(id(2))).toEqual({ kind: 'accepted' });
    const calls = ec2.commandCalls(RebootInstancesCommand).map(({ args }) => args[0].input);
    expect(calls).toEqual([{ InstanceIds: [id(2)] }]);
  });

  test('that is lost on the way is not repeated: the guest would go down twice', async () => {
    ec2.on(RebootInstancesCommand).rejects(timedOut());
    expect(await setUp().ec2.reboot(id(2))).toMatchObject({ kind: 'unavailable' });
    expect(ec2.commandCalls(RebootInstancesCommand)).toHaveLength(1);
  });
});

describe('the rate of mutations', () => {
  test('lets five through at once, of every sort together, and tells the next one so', async () => {
    const { ec2: port, capacity } = setUp();
    const first = [
      await port.stop(id(1), 'graceful'),
      await port.stop(id(2), 'graceful'),
      await port.reboot(id(3)),
      await capacity.release('cr-1'),
      await capacity.changeType(id(4), 'm6a.large'),
    ];
    expect(first.some(({ kind }) => kind === 'not-asked')).toBe(false);
    expect(await port.stop(id(5), 'graceful')).toEqual({ kind: 'not-asked' });
    expect(await port.reboot(id(6))).toEqual({ kind: 'not-asked' });
    expect(stops()).toHaveLength(2);
  });

  test('gives one more a second', async () => {
    const { clock, ec2: port } = setUp();
    for (let n = 0; n < 5; n += 1) await port.stop(id(n), 'graceful');
    clock.set(after(NOON, seconds(1)));
    expect(await port.stop(id(6), 'graceful')).toEqual({ kind: 'accepted' });
    expect(await port.stop(id(7), 'graceful')).toEqual({ kind: 'not-asked' });
    expect(clock.slept).toEqual([]);
  });
});
