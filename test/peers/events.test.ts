import { aView, at, OK_CHECKS, stoppedView, T0 } from '../core/builders';
import { health, ID } from '../core/signals/event';
import type { Lease } from '../../lambda/core/record';
import { instant, ms } from '../../lambda/core/time';
import type { Message } from '../../lambda/shell/intake';
import { FakeWorld, idOf, stoppedPod } from '../shell/fake-ports';
import { actsOf, sweepAfter } from '../shell/ill-pods';
import { healthMessage, stateEvent, stopCallMessage, sweepMessage } from '../shell/messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);

describe('Powertools: an epoch compared with getUTCMilliseconds() (0 to 999)', () => {
  const leased = (until: Lease['until'], millisecond: number): FakeWorld => {
    const world = new FakeWorld();
    world.clock.goOn(ms(millisecond));
    world.add(stoppedPod(23), { lease: { owner: 'somebody', token: 4, until } });
    return world;
  };

  // Their comparison is dead: whatever the epoch, it is later than 999.
  it.each([0, 1, 500, 999])(
    'at millisecond %i of a second a lease that lasts holds',
    async (millisecond) => {
      const world = leased(at(4), millisecond);
      await world.run(STOPPED);
      expect(world.ec2.starts).toEqual([]);
    },
  );

  it.each([0, 1, 500, 999])(
    'twin: at millisecond %i one that is over does not',
    async (millisecond) => {
      const world = leased(at(2), millisecond);
      await world.run(STOPPED);
      expect(world.ec2.starts).toEqual([[POD]]);
    },
  );

  it('the milliseconds of a second are no time here, nor are seconds', () => {
    const date = new Date(T0 + 321);
    expect(() => instant(date.getUTCMilliseconds())).toThrow(RangeError);
    expect(() => instant(date.getTime() / 1_000)).toThrow(RangeError);
    expect(instant(date.getTime())).toBe(T0 + 321);
  });
});

describe('Node Termination Handler, issue 307: several events for one node crash the handler', () => {
  const all = (instanceId: string): readonly Message[] => [
    stateEvent(instanceId, 'stopping', at(-20)),
    STOPPED,
    STOPPED,
    stateEvent(instanceId, 'stopping', at(-20)),
    healthMessage(instanceId, at(-10), 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE'),
    healthMessage(instanceId, at(-10), 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED'),
    healthMessage('vol-00000000000000017', at(-9)),
    sweepMessage(at(2)),
  ];

  /** What is told beside AWS's announcement of the retirement, which has a message of its own. */
  const incidentsOf = ({ told }: FakeWorld): readonly string[] =>
    told.filter((line) => !line.startsWith('notice'));

  it('in one batch: one start, one incident, one message, and none of them comes again', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    expect(await world.run(...all(POD))).toEqual([]);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(incidentsOf(world)).toEqual([`opened ${POD}`]);
    expect(world.count('InvocationsFailed')).toBe(0);
  });

  it('in one batch after another: the same', async () => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    for (const message of all(POD)) expect(await world.run(message)).toEqual([]);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(incidentsOf(world)).toEqual([`opened ${POD}`]);
  });

  it('a stop that a person called for among them keeps it down', async () => {
    const world = new FakeWorld();
    const code = 'Client.UserInitiatedShutdown';
    world.add(stoppedPod(23, { stateReason: { code, message: code } }));
    expect(await world.run(...all(POD), stopCallMessage(POD, at(-22)))).toEqual([]);
    expect(world.ec2.starts).toEqual([]);
  });

  it('twin: events of two nodes are two starts', async () => {
    const world = new FakeWorld();
    for (const index of [23, 24]) world.add(stoppedPod(index));
    await world.run(...all(POD), stateEvent(idOf(24), 'stopped', T0));
    expect(world.ec2.starts.flat().toSorted()).toEqual([POD, idOf(24)]);
  });
});

type Fields = Readonly<Record<string, unknown>>;
const ARN = `arn:aws:ec2:us-east-1:111122223333:instance/${ID}`;
const healthSays = (detail: Fields, resources: readonly string[] = [ARN]): Message => ({
  id: `health ${JSON.stringify(detail)}`,
  body: health(detail, { resources }),
});

describe('an AWS tutorial: $.resources of a Health event piped into a restart', () => {
  /** The server that the events name: it runs and is well. */
  const well = (): FakeWorld => {
    const world = new FakeWorld();
    world.add(aView({ instanceId: ID, checks: OK_CHECKS }));
    return world;
  };

  it.each<[string, readonly Fields[]]>([
    ['an issue that is open', [{}]],
    ['one that is closed', [{ statusCode: 'closed', endTime: 'Thu, 1 Aug 2024 12:20:00 GMT' }]],
    [
      'an entity that is fine again',
      [{ affectedEntities: [{ entityValue: ID, status: 'RESOLVED' }] }],
    ],
    [
      'its pages',
      [
        { page: '1', totalPages: '2' },
        { page: '2', totalPages: '2' },
      ],
    ],
    ['its updates', [{}, { communicationId: 'c0ffee-2' }, { statusCode: 'closed' }]],
    ['the backup copy', [{ backupEvent: 'true' }]],
    ['an abuse report', [{ service: 'ABUSE', eventTypeCode: 'AWS_ABUSE_DOS_REPORT' }]],
    [
      'a retirement in two weeks',
      [
        {
          eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
          eventTypeCategory: 'scheduledChange',
          statusCode: 'upcoming',
          startTime: 'Thu, 15 Aug 2024 12:00:00 GMT',
        },
      ],
    ],
  ])('NOT restarted for %s: the server runs and is well', async (_what, details) => {
    const world = well();
    await world.run(...details.map((detail) => healthSays(detail)));
    for (const detail of details) await world.run(healthSays(detail));
    for (let count = 0; count < 5; count += 1) await sweepAfter(world, 60);
    expect(actsOf(world)).toEqual([]);
  });

  it('NOT restarted for a name in resources that is not ours', async () => {
    const world = well();
    world.add(aView({ instanceId: idOf(7), tags: { Name: 'db' } }), null);
    await world.run(healthSays({ affectedEntities: [] }, [`${ARN.slice(0, -19)}${idOf(7)}`]));
    expect(actsOf(world)).toEqual([]);
  });

  it('twin: what EC2 shows as stopped by AWS is started, by whatever event', async () => {
    const world = new FakeWorld();
    world.add(stoppedView(undefined, { instanceId: ID }));
    await world.run(healthSays({}), stateEvent(ID, 'stopped', T0));
    expect(world.ec2.starts).toEqual([[ID]]);
  });
});

describe('Node Termination Handler, issue 550: unrelated Health events crash the consumer', () => {
  const UNRELATED: readonly (readonly [string, Message])[] = [
    ['of another service', healthSays({ service: 'RDS', eventTypeCode: 'AWS_RDS_X' }, ['db-1'])],
    ['of the whole account', healthSays({ affectedEntities: [] }, [])],
    ['without entities', healthSays({ affectedEntities: undefined }, [])],
    [
      'with an entity that is UNKNOWN',
      healthSays({ affectedEntities: [{ entityValue: 'UNKNOWN' }] }, []),
    ],
    ['with entities that are no objects', healthSays({ affectedEntities: [null, 7, 'i'] }, [])],
    ['without a description', healthSays({ eventDescription: undefined }, [])],
    ['with no detail at all', { id: 'empty', body: { ...health(), detail: undefined } }],
    ['that is no event', { id: 'none', body: 'aws.health' }],
    ['of another account', { id: 'other', body: health({}, { account: '999988887777' }) }],
  ];

  it.each(UNRELATED)('%s: dropped, and what comes with it is done', async (_what, unrelated) => {
    const world = new FakeWorld();
    world.add(stoppedPod(23));
    expect(await world.run(unrelated, STOPPED, { ...unrelated, id: 'again' })).toEqual([]);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
    expect(world.count('InvocationsFailed')).toBe(0);
  });

  it('alone they change nothing', async () => {
    const world = new FakeWorld();
    world.add(aView({ instanceId: POD, checks: OK_CHECKS }));
    expect(await world.run(...UNRELATED.map(([, message]) => message))).toEqual([]);
    expect(actsOf(world)).toEqual([]);
    expect(world.told).toEqual([]);
  });

  it('twin: one about a managed server is read, and kept as evidence', async () => {
    const world = new FakeWorld();
    world.add(aView({ instanceId: ID, checks: OK_CHECKS }));
    await world.run(healthSays({}));
    expect(world.record(ID).evidence.map(({ kind }) => kind)).toContain('health');
  });
});
