import {
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
  type SendCommandRequest,
} from '@aws-sdk/client-ssm';
import type { Clients } from '../../../lambda/adapters/clients';
import { seconds } from '../../../lambda/core/time';
import { factsOf } from '../../../sim/history';
import type { SsmProgram } from '../../../sim/account/ssm-commands';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';
import { ALLOW_ALL } from './small-template';

const OTHER = 'i-0abc0000000000024';
const DocumentName = 'watchdog-restart-service';

/** Sends a command, waits so long, and asks for its end. */
const sendAndAsk =
  (waitS: number, change: Partial<SendCommandRequest> = {}) =>
  async ({ ssm }: Clients, { clock }: { clock: { sleep(length: number): Promise<void> } }) => {
    const sent = await ssm.send(
      new SendCommandCommand({ DocumentName, InstanceIds: [POD], ...change }),
    );
    const CommandId = sent.Command?.CommandId;
    await clock.sleep(seconds(waitS));
    return ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: POD }));
  };

const long = { timeout: 890, queue: { VisibilityTimeout: 5_400 } };

const withPod = (world: World): void => {
  world.ec2.addInstance({
    id: POD,
    tags: { watchdog: 'livechat' },
    workload: { appStartS: 6, sendsReadyEvent: false },
  });
};

const statusesOf = (world: World): readonly string[] =>
  factsOf(world.history.facts, 'command').map(({ details }) => details);

const servingOf = (world: World): readonly boolean[] =>
  factsOf(world.history.facts, 'serving').map(({ serving }) => serving);

const failures = (world: World) => factsOf(world.history.facts, 'failure');

describe('a command', () => {
  it('restarts the service, ends, and tells the bus of it', async () => {
    const { result, error, world } = await inside(sendAndAsk(14), {
      prepare: withPod,
      changes: { timeout: 60 },
    });
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ Status: 'Success', StatusDetails: 'Success', ResponseCode: 0 });
    expect(statusesOf(world)).toEqual(['InProgress', 'Success']);
    expect(servingOf(world)).toEqual([false, true]);
    const told = factsOf(world.history.facts, 'event').filter(({ source }) => source === 'aws.ssm');
    expect(told.map(({ detailType }) => detailType)).toEqual([
      'EC2 Command Invocation Status-change Notification',
      'EC2 Command Status-change Notification',
      'EC2 Command Invocation Status-change Notification',
      'EC2 Command Status-change Notification',
    ]);
    expect(told.every(({ instanceIds }) => instanceIds.includes(POD))).toBe(true);
    expect(failures(world)).toEqual([]);
  });

  it('whose script fails says so, and the service goes on', async () => {
    const { result, world } = await inside(sendAndAsk(14), {
      prepare: withPod,
      changes: { timeout: 60 },
      world: { documents: { [DocumentName]: { effect: 'fails' } } },
    });
    expect(result).toMatchObject({ Status: 'Failed', ResponseCode: 1 });
    expect(servingOf(world)).toEqual([]);
  });

  it('is not known at once, and not finished soon after', async () => {
    const { result } = await inside(
      async (clients, { clock }) => {
        const early = await sendAndAsk(0)(clients, { clock }).catch(({ name }: Error) => name);
        const later = await sendAndAsk(1.3, { InstanceIds: [POD] })(clients, { clock });
        return { early, later };
      },
      { prepare: withPod },
    );
    expect(result?.early).toBe('InvocationDoesNotExist');
    expect(result?.later).toMatchObject({ ResponseCode: -1, ExecutionEndDateTime: '' });
  });

  it('is listed for each of its instances', async () => {
    const { result } = await inside(
      async ({ ssm }, { clock }) => {
        const sent = await ssm.send(
          new SendCommandCommand({ DocumentName, InstanceIds: [POD, OTHER] }),
        );
        await clock.sleep(seconds(12));
        const { CommandId } = sent.Command!;
        const first = await ssm.send(
          new ListCommandInvocationsCommand({ CommandId, MaxResults: 1 }),
        );
        const { NextToken } = first;
        const rest = await ssm.send(
          new ListCommandInvocationsCommand({ CommandId, MaxResults: 1, NextToken }),
        );
        return [...(first.CommandInvocations ?? []), ...(rest.CommandInvocations ?? [])];
      },
      {
        prepare(world) {
          withPod(world);
          world.ec2.addInstance({ id: OTHER });
        },
        changes: { timeout: 60 },
      },
    );
    expect(result?.map(({ InstanceId }) => InstanceId).sort()).toEqual([POD, OTHER].sort());
    expect(result?.every(({ Status }) => Status === 'Success')).toBe(true);
  });
});

describe('SendCommand is refused', () => {
  const refused = async (
    change: Partial<SendCommandRequest>,
    prepare: (world: World) => void = withPod,
    atS = 0,
  ) => inside(sendAndAsk(1, change), { prepare, atS });

  it.each([
    ['of an unknown document', { DocumentName: 'nobodys-document' }, 'InvalidDocument'],
    ['of an unknown instance', { InstanceIds: [OTHER] }, 'InvalidInstanceId'],
    ['of one known and one unknown', { InstanceIds: [POD, OTHER] }, 'InvalidInstanceId'],
    ['of the same instance twice', { InstanceIds: [POD, POD] }, 'DuplicateInstanceId'],
    ['of no instance', { InstanceIds: [] }, 'ValidationException'],
    ['with too short a timeout', { TimeoutSeconds: 10 }, 'ValidationException'],
  ])('%s', async (_, change, name) => {
    const { error, world } = await refused(change);
    expect(error?.name).toBe(name);
    expect([servingOf(world), failures(world)]).toEqual([[], []]);
  });

  it('of a stopped instance', async () => {
    const { error } = await refused({}, ({ ec2 }) =>
      ec2.addInstance({ id: POD, state: 'stopped' }),
    );
    expect(error?.name).toBe('InvalidInstanceId');
  });

  it('of an agent that has been silent for over five minutes', async () => {
    const prepare = (world: World): void => {
      withPod(world);
      world.faults.agentOffline(POD, { fromS: 10, toS: 9_999 });
    };
    const { error } = await refused({}, prepare, 400);
    expect(error?.name).toBe('InvalidInstanceId');
  });

  it('with targets instead of instances, loudly: that is not simulated', async () => {
    const { error, world } = await refused({ Targets: [{ Key: 'tag:watchdog', Values: ['x'] }] });
    expect(error?.message).toContain('not simulated');
    expect(failures(world)).toHaveLength(1);
  });
});

describe('a silent agent', () => {
  const offline =
    (toS: number) =>
    (world: World): void => {
      withPod(world);
      world.faults.agentOffline(POD, { fromS: 0, toS });
    };

  it('gets the command when it is back', async () => {
    const { result, world } = await inside(sendAndAsk(90), {
      prepare: offline(60),
      changes: long,
      lastsS: 200,
    });
    expect(statusesOf(world)).toEqual(['Delayed', 'InProgress', 'Success']);
    expect(result?.Status).toBe('Success');
  });

  it('never gets it after its delivery timeout', async () => {
    const { result, world } = await inside(sendAndAsk(90, { TimeoutSeconds: 30 }), {
      prepare: offline(60),
      changes: long,
      lastsS: 200,
    });
    expect(result).toMatchObject({ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' });
    expect(servingOf(world)).toEqual([]);
  });

  it('is that of a hung guest, too', async () => {
    const { result } = await inside(sendAndAsk(40, { TimeoutSeconds: 30 }), {
      prepare(world) {
        withPod(world);
        world.aws.breaks(POD, 'instance');
      },
      changes: long,
      lastsS: 200,
    });
    expect(result?.StatusDetails).toBe('DeliveryTimedOut');
  });

  it('whose instance is stopped meanwhile leaves the command without an end for an hour', async () => {
    const { result } = await inside(sendAndAsk(200), {
      prepare(world) {
        withPod(world);
        world.at(4, () => void world.aws.hostFailure(POD));
      },
      changes: long,
      world: { documents: { [DocumentName]: { effect: 'nothing', medianS: 60 } } },
      lastsS: 300,
    });
    expect(result?.Status).toBe('InProgress');
  });

  it('of a terminated instance makes it undeliverable', async () => {
    const { result } = await inside(sendAndAsk(30), {
      prepare(world) {
        offline(9_999)(world);
        world.at(4, () => world.people.terminate(POD));
      },
      changes: long,
      lastsS: 100,
    });
    expect(result).toMatchObject({ Status: 'Failed', StatusDetails: 'Undeliverable' });
  });
});

describe("a document that runs a drill's own program", () => {
  const running = (program: SsmProgram, waitS = 20) =>
    inside(sendAndAsk(waitS, { Parameters: { From: ['2024-08-01T12:00:00Z'] } }), {
      prepare: withPod,
      changes: long,
      world: { documents: { [DocumentName]: { effect: program, parameters: ['From'] } } },
    });

  it('gives it the instance and the parameters, and ends as it says, once', async () => {
    const calls: unknown[] = [];
    const { result, world } = await running((call, end) => {
      calls.push(call);
      end(0);
      end(1);
    });
    expect(calls).toEqual([{ instanceId: POD, parameters: { From: ['2024-08-01T12:00:00Z'] } }]);
    expect(result).toMatchObject({ Status: 'Success', ResponseCode: 0 });
    expect(statusesOf(world)).toEqual(['InProgress', 'Success']);
  });

  it('fails with its exit code', async () => {
    const { result } = await running((_, end) => end(75));
    expect(result).toMatchObject({ Status: 'Failed', ResponseCode: 75 });
  });

  it('is in progress until it ends', async () => {
    const { result } = await running(() => undefined);
    expect(result?.Status).toBe('InProgress');
  });

  it.each([
    ['one that it does not declare', { From: ['a'], To: ['b'] }],
    ['none of a declared one', {}],
  ])('is refused with %s', async (_, Parameters) => {
    const { error } = await inside(sendAndAsk(1, { Parameters }), {
      prepare: withPod,
      world: {
        documents: { [DocumentName]: { effect: 'nothing' as const, parameters: ['From'] } },
      },
    });
    expect(error).toMatchObject({ name: 'InvalidParameters' });
  });
});

describe('the permission to send a command', () => {
  const DOCUMENT = 'arn:aws:ssm:us-east-1:111122223333:document/watchdog-restart-service';
  const INSTANCES = 'arn:aws:ec2:us-east-1:111122223333:instance/*';
  const allow = (Resource: string, Condition?: object) => ({
    Effect: 'Allow',
    Action: 'ssm:SendCommand',
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  const tagged = (key: string, value: string) => ({ StringEquals: { [key]: value } });
  const read = { Effect: 'Allow', Action: 'ssm:Get*', Resource: '*' };

  it.each([
    ['the document and the instances', [allow(DOCUMENT), allow(INSTANCES)], undefined],
    ['the document alone', [allow(DOCUMENT)], 'AccessDeniedException'],
    ['the instances alone', [allow(INSTANCES)], 'AccessDeniedException'],
    [
      'instances with its tag',
      [allow(DOCUMENT), allow(INSTANCES, tagged('aws:ResourceTag/watchdog', 'livechat'))],
      undefined,
    ],
    [
      'instances with its tag, by the key of Systems Manager',
      [allow(DOCUMENT), allow(INSTANCES, tagged('ssm:resourceTag/watchdog', 'livechat'))],
      undefined,
    ],
    [
      'instances with another tag',
      [allow(DOCUMENT), allow(INSTANCES, tagged('aws:ResourceTag/watchdog', 'other'))],
      'AccessDeniedException',
    ],
    [
      'documents of AWS',
      [allow('arn:aws:ssm:us-east-1::document/*'), allow(INSTANCES)],
      'AccessDeniedException',
    ],
    [
      'all, but denies instances on hold',
      [
        ALLOW_ALL,
        {
          ...allow(INSTANCES, { Null: { 'aws:ResourceTag/watchdog': 'false' } }),
          Effect: 'Deny',
        },
      ],
      'AccessDeniedException',
    ],
  ])('for %s', async (_, statements, name) => {
    const { error } = await inside(sendAndAsk(2), {
      prepare: withPod,
      changes: { statements: [...statements, read] },
    });
    expect(error?.name).toBe(name);
  });

  it.each([
    ['its own ARN', '444455556666', undefined],
    ['an ARN of this account', '111122223333', 'AccessDeniedException'],
  ])('of a document that another account shares is that for %s', async (_, account, name) => {
    const shared = 'arn:aws:ssm:us-east-1:444455556666:document/watchdog-restart-service';
    const Resource = `arn:aws:ssm:us-east-1:${account}:document/watchdog-restart-service`;
    const { error } = await inside(sendAndAsk(2, { DocumentName: shared }), {
      prepare: withPod,
      changes: { statements: [allow(Resource), allow(INSTANCES), read] },
    });
    expect(error?.name).toBe(name);
  });

  it('of a document of AWS names no account', async () => {
    const { error } = await inside(sendAndAsk(2, { DocumentName: 'AWS-RunShellScript' }), {
      prepare: withPod,
      changes: {
        statements: [
          allow('arn:aws:ssm:us-east-1::document/AWS-RunShellScript'),
          allow(INSTANCES),
          read,
        ],
      },
      world: { documents: { 'AWS-RunShellScript': { effect: 'nothing' } } },
    });
    expect(error).toBeUndefined();
  });
});

describe('a fault of Systems Manager', () => {
  const span = { fromS: 0, toS: 100 };
  const cases: readonly [string, (world: World) => void, string][] = [
    ['an outage', ({ faults }) => faults.serviceDown('ssm', span), 'InternalServerError'],
    ['a throttle', ({ faults }) => faults.throttle('ssm', span), 'ThrottlingException'],
    [
      'no answer',
      ({ faults }) => faults.timeouts('ssm', { ...span, effect: 'full' }),
      'TimeoutError',
    ],
  ];

  it.each(cases)('is %s', async (what, strike, name) => {
    const { error, world } = await inside(sendAndAsk(1), {
      prepare(made) {
        withPod(made);
        strike(made);
      },
    });
    expect(error?.name).toBe(name);
    // Without an answer it was carried out all the same.
    expect(servingOf(world)).toEqual(what === 'no answer' ? [false, true] : []);
  });
});
