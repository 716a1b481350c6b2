import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { createHookPort } from '../../lambda/adapters/hooks';
import type { Hook } from '../../lambda/core/hook';
import type { HookSubject } from '../../lambda/core/hook-event';
import { seconds } from '../../lambda/core/time';
import { anIncident, at } from '../core/builders';
import { id } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry, NOON, timedOut } from './fake-world';

const ssm = mockClient(SSMClient);
const bridge = mockClient(EventBridgeClient);

const base = { name: 'backfill', on: 'serving', deadline: seconds(600), retries: 2 } as const;
const DOCUMENT: Hook = { ...base, kind: 'ssm', document: 'LiveChat-Backfill' };
const PROGRAM: Hook = { ...base, kind: 'event' };
const KEY = 'pod-23-20240801-1210-0023/backfill/1';

const subject = (name = 'pod-23'): HookSubject => ({
  run: {
    key: KEY,
    name: 'backfill',
    on: 'serving',
    outage: 1,
    from: at(-27),
    firstKnownBad: at(0),
    to: at(59),
    dueAt: at(59),
    deadlineAt: at(659),
    tries: 2,
    state: { kind: 'intended', at: at(60) },
  },
  incident: anIncident({ id: 'pod-23-20240801-1210-0023' }),
  instanceId: id(23),
  label: { name, instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'livechat' },
});

function setUp(busName?: string) {
  const telemetry = fakeTelemetry();
  const port = createHookPort(
    { ssm: new SSMClient({}), events: new EventBridgeClient({}) },
    {
      home: { accountId: '111122223333', region: 'us-east-1' },
      busName,
      clock: fakeClock(),
      telemetry,
    },
  );
  return { telemetry, port };
}

const inputs = () => ssm.calls().map(({ args }) => args[0].input);
const entries = (): readonly PutEventsRequestEntry[] =>
  bridge.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);

beforeEach(() => {
  ssm.reset();
  bridge.reset();
  ssm.on(SendCommandCommand).resolves({ Command: { CommandId: 'c-1' } });
  bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
});

describe('a hook of a document', () => {
  test('is sent to the one server, with its key and window, and not for long', async () => {
    expect(await setUp().port.send(DOCUMENT, subject())).toEqual({ kind: 'accepted', id: 'c-1' });
    expect(inputs()).toStrictEqual([
      {
        DocumentName: 'LiveChat-Backfill',
        InstanceIds: [id(23)],
        Parameters: {
          Key: [KEY],
          IncidentId: ['pod-23-20240801-1210-0023'],
          InstanceId: [id(23)],
          Pod: ['pod-23'],
          Policy: ['livechat'],
          OutageNumber: ['1'],
          LastKnownGood: ['2024-08-01T12:09:40.000Z'],
          FirstKnownBad: ['2024-08-01T12:10:07.000Z'],
          GoodAgain: ['2024-08-01T12:11:06.000Z'],
          UncertaintySeconds: ['27'],
        },
        TimeoutSeconds: 60,
        Comment: 'LiveChat Watchdog hook backfill',
      },
    ]);
    expect(entries()).toEqual([]);
  });

  // Systems Manager puts parameters into scripts as they are, and a name is what a tag says.
  test('gives a script nothing that a shell would run', async () => {
    await setUp().port.send(DOCUMENT, subject('$(reboot); `id` "x"\n| y'));
    expect(inputs()[0]).toMatchObject({ Parameters: { Pod: ['__reboot____id___x____y'] } });
  });

  test.each([
    ['an agent that is not there yet', awsFailure('InvalidInstanceId', 400), 'unavailable'],
    ['no such document', awsFailure('InvalidDocument', 400), 'refused'],
    ['parameters that it does not declare', awsFailure('InvalidParameters', 400), 'refused'],
    ['no permission', awsFailure('AccessDeniedException', 400), 'refused'],
    ['a throttle', awsFailure('ThrottlingException', 400), 'unavailable'],
    ['a server error', awsFailure('InternalServerError', 500), 'unavailable'],
    ['a time-out', timedOut(), 'unavailable'],
  ])('answers %s as what it is, after one call', async (_, thrown, kind) => {
    ssm.on(SendCommandCommand).rejects(thrown);
    const { port, telemetry } = setUp();
    expect(await port.send(DOCUMENT, subject())).toMatchObject({ kind, code: thrown.name });
    expect(ssm.calls()).toHaveLength(1);
    expect(telemetry.messages()).toEqual(['command-not-sent']);
  });

  test('is taken also where Systems Manager names no command', async () => {
    ssm.on(SendCommandCommand).resolves({});
    expect(await setUp().port.send(DOCUMENT, subject())).toEqual({ kind: 'accepted' });
  });
});

describe('a hook of a program', () => {
  test('is an event on the default bus, and no command', async () => {
    expect(await setUp().port.send(PROGRAM, subject())).toEqual({ kind: 'accepted' });
    const [entry, ...more] = entries();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      EventBusName: 'default',
      Source: 'livechat-watchdog',
      DetailType: 'LiveChat Watchdog Hook',
      Time: new Date(NOON),
      Resources: [`arn:aws:ec2:us-east-1:111122223333:instance/${id(23)}`],
    });
    expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ key: KEY, try: 2, hook: 'backfill' });
    expect(ssm.calls()).toEqual([]);
  });

  test('goes to the bus that the function names', async () => {
    await setUp('chat-bus').port.send(PROGRAM, subject());
    expect(entries().map(({ EventBusName }) => EventBusName)).toEqual(['chat-bus']);
  });

  test('that the bus does not take at first is given to it once more', async () => {
    bridge
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] })
      .resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    expect(await setUp().port.send(PROGRAM, subject())).toEqual({ kind: 'accepted' });
  });

  test.each([
    ['takes none', () => bridge.on(PutEventsCommand).resolves(refusedEntry), 2],
    ['is down', () => bridge.on(PutEventsCommand).rejects(awsFailure('InternalException', 500)), 2],
    ['may not be used', () => bridge.on(PutEventsCommand).rejects(DENIED), 1],
  ])('waits where the bus %s: it was not sent', async (_, arrange, calls) => {
    arrange();
    const answer = await setUp().port.send(PROGRAM, subject());
    expect(answer).toEqual({ kind: 'unavailable', code: 'EventNotTaken' });
    expect(bridge.calls()).toHaveLength(calls);
  });
});

const refusedEntry = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] };
const DENIED = awsFailure('AccessDeniedException', 400);

describe('a question about a command', () => {
  const answers = (invocation: object): void => {
    ssm.on(ListCommandInvocationsCommand).resolves({
      CommandInvocations: [{ DocumentName: 'LiveChat-Backfill', ...invocation }],
    });
  };
  const asked = { kind: 'asked', at: NOON, commandId: 'c-1', isAnswered: true };
  const news = { kind: 'command', at: NOON, commandId: 'c-1', document: 'LiveChat-Backfill' };

  test('names the command and the server', async () => {
    answers({ Status: 'InProgress' });
    await setUp().port.ask(id(23), 'c-1');
    expect(inputs()).toStrictEqual([{ CommandId: 'c-1', InstanceId: id(23), Details: true }]);
  });

  test.each([
    ['InProgress', { status: 'started' }],
    ['Success', { status: 'done' }],
    ['Failed', { status: 'failed', why: 'Systems Manager says Failed' }],
    ['TimedOut', { status: 'failed', why: 'Systems Manager says TimedOut' }],
    ['Cancelled', { status: 'failed', why: 'Systems Manager says Cancelled' }],
  ])('is answered: %s', async (Status, said) => {
    answers({ Status });
    expect(await setUp().port.ask(id(23), 'c-1')).toEqual([asked, { ...news, ...said }]);
  });

  test('is answered with the time at which its last step ended', async () => {
    const ends = ['12:05:00', '12:06:30'].map((time) => ({
      ResponseFinishDateTime: new Date(`2024-08-01T${time}Z`),
    }));
    answers({ Status: 'Success', CommandPlugins: ends });
    const [, done] = await setUp().port.ask(id(23), 'c-1');
    expect(done).toMatchObject({ status: 'done', at: Date.UTC(2024, 7, 1, 12, 6, 30) });
  });

  test.each([
    ['it waits for its agent', [{ Status: 'Delayed' as const }]],
    ['a status that is not known yet', [{}]],
    ['no such command is known', []],
  ])('brings no news where %s', async (_, CommandInvocations) => {
    ssm.on(ListCommandInvocationsCommand).resolves({ CommandInvocations });
    expect(await setUp().port.ask(id(23), 'c-1')).toEqual([asked]);
  });

  test.each([
    ['a throttle', awsFailure('ThrottlingException', 400)],
    ['a server error', awsFailure('InternalServerError', 500)],
    ['no permission', DENIED],
    ['a time-out', timedOut()],
  ])('that brings %s says so, and throws nothing', async (_, thrown) => {
    ssm.on(ListCommandInvocationsCommand).rejects(thrown);
    const { port, telemetry } = setUp();
    expect(await port.ask(id(23), 'c-1')).toEqual([{ ...asked, isAnswered: false }]);
    expect(telemetry.messages()).toEqual(['command-not-asked']);
  });
});
