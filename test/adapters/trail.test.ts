import { CloudTrailClient, LookupEventsCommand, type Event } from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { createTrailPort } from '../../lambda/adapters/trail';
import { iso, after, before, minutes, type Instant } from '../../lambda/core/time';
import { id } from './ec2-answers';
import { awsFailure, fakeClock, fakeTelemetry, NOON, timedOut } from './fake-world';

const trail = mockClient(CloudTrailClient);

const ALICE = 'arn:aws:iam::111122223333:user/alice';
const SINCE = before(NOON, minutes(10));

function setUp() {
  const telemetry = fakeTelemetry();
  const clock = fakeClock();
  return {
    telemetry,
    clock,
    port: createTrailPort(new CloudTrailClient({}), { clock, telemetry }),
  };
}

/** An event as LookupEvents answers it; the record itself is a text of JSON. */
function stop(at: Instant, change: Record<string, unknown> = {}): Event {
  const record = {
    eventSource: 'ec2.amazonaws.com',
    eventName: 'StopInstances',
    eventTime: iso(at),
    userIdentity: { type: 'IAMUser', arn: ALICE },
    sourceIPAddress: '198.51.100.7',
    userAgent: 'console.amazonaws.com',
    requestParameters: { instancesSet: { items: [{ instanceId: id(1) }] }, force: false },
    ...change,
  };
  return {
    EventName: 'StopInstances',
    EventTime: new Date(at),
    CloudTrailEvent: JSON.stringify(record),
  };
}

const inputs = () => trail.commandCalls(LookupEventsCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  trail.reset();
  trail.on(LookupEventsCommand).resolves({ Events: [] });
});

describe('who stopped an instance', () => {
  test('is asked by the instance alone, from that time on', async () => {
    expect(await setUp().port.whoStopped(id(1), SINCE)).toEqual([]);
    expect(inputs()).toMatchObject([
      {
        LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: id(1) }],
        StartTime: new Date(SINCE),
        MaxResults: 50,
      },
    ]);
  });

  test('names the actors, the newest stop first', async () => {
    const earlier = before(NOON, minutes(5));
    trail.on(LookupEventsCommand).resolves({ Events: [stop(earlier), stop(NOON)] });
    const stops = await setUp().port.whoStopped(id(1), SINCE);
    expect(stops?.map(({ at }) => at)).toEqual([NOON, earlier]);
    expect(stops?.[0]?.actor).toEqual({
      principal: ALICE,
      kind: 'person',
      sourceIp: '198.51.100.7',
      userAgent: 'console.amazonaws.com',
    });
  });

  test.each<[string, Event]>([
    ['a start', { ...stop(NOON), EventName: 'StartInstances' }],
    ['a call that was refused', stop(NOON, { errorCode: 'Client.UnauthorizedOperation' })],
    ['a dry run', stop(NOON, { errorCode: 'Client.DryRunOperation' })],
    [
      'a stop of another instance',
      stop(NOON, { requestParameters: { instancesSet: { items: [{ instanceId: id(2) }] } } }),
    ],
    ['a stop in another service', stop(NOON, { eventSource: 'rds.amazonaws.com' })],
    ['a stop from before', stop(before(SINCE, minutes(1)))],
    ['a record that is no JSON', { ...stop(NOON), CloudTrailEvent: '{' }],
    ['a record that is no object', { ...stop(NOON), CloudTrailEvent: '[]' }],
    ['an event without a record', { EventName: 'StopInstances', EventTime: new Date(NOON) }],
    ['an event without anything', {}],
  ])('%s is nobody’s stop', async (_, event) => {
    trail.on(LookupEventsCommand).resolves({ Events: [event, stop(NOON)] });
    expect(await setUp().port.whoStopped(id(1), SINCE)).toHaveLength(1);
  });

  test('reads two pages at most', async () => {
    trail.on(LookupEventsCommand).resolves({ Events: [stop(NOON)], NextToken: 'next' });
    expect(await setUp().port.whoStopped(id(1), SINCE)).toHaveLength(2);
    expect(inputs().map(({ NextToken }) => NextToken)).toEqual([undefined, 'next']);
  });

  test('is asked once in two seconds, and not at all when the queue is too long', async () => {
    const { port, clock } = setUp();
    await port.whoStopped(id(1), SINCE);
    await port.whoStopped(id(2), SINCE);
    expect(clock.slept).toEqual([2_000]);
    const still = { ...fakeClock(after(NOON, minutes(1))), sleep: async () => {} };
    const busy = createTrailPort(new CloudTrailClient({}), {
      clock: still,
      telemetry: fakeTelemetry(),
    });
    const answers = await Promise.all([1, 2, 3, 4].map((n) => busy.whoStopped(id(n), SINCE)));
    expect(answers).toEqual([[], [], [], undefined]);
  });

  test.each([
    ['throttled', awsFailure('ThrottlingException', 400), 1],
    ['not permitted', awsFailure('AccessDeniedException', 400), 1],
    ['no answer twice', timedOut(), 2],
  ])('stays unknown when CloudTrail does not tell (%s)', async (_, thrown, calls) => {
    trail.on(LookupEventsCommand).rejects(thrown);
    const { port, telemetry } = setUp();
    expect(await port.whoStopped(id(1), SINCE)).toBeUndefined();
    expect(inputs()).toHaveLength(calls);
    expect(telemetry.messages()).toEqual(['trail-unread']);
  });
});
