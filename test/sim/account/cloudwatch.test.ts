import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Clients } from '../../../lambda/adapters/clients';
import { factsOf } from '../../../sim/history';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

const CONNECTIONS = { namespace: 'LiveChat', name: 'Connections' };
const START = Date.parse('2024-08-01T12:00:00Z');

const query = (Id: string, more: object = {}, Stat = 'Average'): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'LiveChat',
      MetricName: 'Connections',
      Dimensions: [{ Name: 'InstanceId', Value: POD }],
      ...more,
    },
    Period: 60,
    Stat,
  },
});

const input = (
  queries: MetricDataQuery[],
  change: Partial<GetMetricDataCommandInput> = {},
): GetMetricDataCommandInput => ({
  MetricDataQueries: queries,
  StartTime: new Date(START),
  EndTime: new Date(START + 3_600_000),
  ...change,
});

const ask =
  (...parts: Parameters<typeof input>) =>
  ({ cloudwatch }: Clients) =>
    cloudwatch.send(new GetMetricDataCommand(input(...parts)));

/** Connections fall from 40 to 3 in the fifth minute. */
const falling = (world: World): void => {
  world.ec2.addInstance({ id: POD });
  world.metrics.set(POD, CONNECTIONS, 40);
  world.at(290, () => world.metrics.set(POD, CONNECTIONS, 3));
};

const valuesOf = (results: MetricDataResult[] | undefined) =>
  results?.map(({ Values }) => Values) ?? [];

const failures = (world: World) => factsOf(world.history.facts, 'failure');

describe('a metric', () => {
  it('is a step function of which each full minute is a point, the newest first', async () => {
    const { result } = await inside(ask([query('m')]), { prepare: falling, atS: 460 });
    const [first] = result?.MetricDataResults ?? [];
    expect(first).toMatchObject({
      Id: 'm',
      StatusCode: 'Complete',
      Values: [3, 3, 40, 40, 40, 40],
    });
    const ends = [first?.Timestamps?.[0], first?.Timestamps?.at(-1)];
    expect(ends).toEqual([new Date(START + 360_000), new Date(START + 60_000)]);
  });

  it('is given oldest first where asked for', async () => {
    const asked = ask([query('m')], { ScanBy: 'TimestampAscending' });
    const { result } = await inside(asked, { prepare: falling, atS: 460 });
    expect(valuesOf(result?.MetricDataResults)).toEqual([[40, 40, 40, 40, 3, 3]]);
  });

  it('is combined over its period', async () => {
    const five = query('m', {}, 'Sum');
    const { result } = await inside(
      ask([{ ...five, MetricStat: { ...five.MetricStat!, Period: 300 } }]),
      { prepare: falling, atS: 700 },
    );
    // Minutes 10 and after, 5 to 9, and 1 to 4.
    expect(valuesOf(result?.MetricDataResults)).toEqual([[3, 15, 160]]);
  });

  it('has no point for a minute that has just ended', async () => {
    const { result } = await inside(ask([query('m')]), { prepare: falling, atS: 120 });
    expect(valuesOf(result?.MetricDataResults)).toEqual([[]]);
  });

  it('ends when nobody reports it any more', async () => {
    const { result } = await inside(ask([query('m')]), {
      prepare(world) {
        falling(world);
        world.at(150, () => world.metrics.set(POD, CONNECTIONS, undefined));
      },
      atS: 280,
    });
    expect(valuesOf(result?.MetricDataResults)).toEqual([[40, 40]]);
  });

  it('ends when its instance stops', async () => {
    const { result } = await inside(ask([query('m')]), {
      prepare(world) {
        falling(world);
        world.at(150, () => void world.aws.hostFailure(POD));
      },
      atS: 280,
    });
    expect(valuesOf(result?.MetricDataResults)).toEqual([[40, 40]]);
  });

  it.each([
    ['of another instance', { Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }] }],
    ['without its dimension', { Dimensions: [] }],
    ['of another namespace', { Namespace: 'AWS/EC2' }],
  ])('%s has no point', async (_, more) => {
    const { result } = await inside(ask([query('m', more)]), { prepare: falling, atS: 300 });
    expect(result?.MetricDataResults).toMatchObject([{ Values: [], StatusCode: 'Complete' }]);
  });

  it('is only partly told of where the page is full', async () => {
    const { result } = await inside(
      async (clients) => {
        const pages = [];
        let NextToken: string | undefined;
        do {
          const asked = ask([query('a'), query('b')], { MaxDatapoints: 4, NextToken });
          const page = await asked(clients);
          pages.push(
            page.MetricDataResults?.map((one) => [one.Id, one.StatusCode, one.Values?.length]),
          );
          ({ NextToken } = page);
        } while (NextToken !== undefined);
        return pages;
      },
      { prepare: falling, atS: 460 },
    );
    expect(result).toEqual([
      [['a', 'PartialData', 4]],
      [
        ['a', 'Complete', 2],
        ['b', 'PartialData', 2],
      ],
      [['b', 'Complete', 4]],
    ]);
  });
});

describe('GetMetricData is refused', () => {
  it.each([
    ['without a query', []],
    ['with over 500', Array.from({ length: 501 }, (_, index) => query(`m${index}`))],
    ['with an id twice', [query('m'), query('m')]],
    ['with a capital in an id', [query('Metric')]],
  ])('%s', async (_, queries) => {
    const { error, world } = await inside(ask(queries));
    expect(error?.name).toBe('ValidationError');
    expect(failures(world)).toEqual([]);
  });

  it.each([
    ['an expression', [{ Id: 'm', Expression: 'a + b' }]],
    ['a percentile', [query('m', {}, 'p99')]],
  ])('with %s, loudly: that is not simulated', async (_, queries) => {
    const { error, world } = await inside(ask(queries), { prepare: falling });
    expect(error?.message).toContain('not simulated');
    expect(failures(world)).toHaveLength(1);
  });

  it('takes 500 queries', async () => {
    const queries = Array.from({ length: 500 }, (_, index) => query(`m${index}`));
    const { result } = await inside(ask(queries));
    expect(result?.MetricDataResults).toHaveLength(500);
  });
});

const ALL_TYPES = { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };

describe('an alarm', () => {
  const describe = (more: object) => (clients: Clients) =>
    clients.cloudwatch.send(new DescribeAlarmsCommand(more));

  const three = (world: World): void => {
    for (const name of ['b', 'a', 'c']) world.alarms.define(name, { instanceId: POD });
    world.at(60, () => world.alarms.set('a', 'ALARM'));
    world.at(90, () => world.alarms.set('a', 'ALARM'));
  };

  it('tells its state and since when', async () => {
    const asked = describe({ AlarmNames: ['a', 'nobody'], AlarmTypes: ['MetricAlarm'] });
    const { result } = await inside(asked, { prepare: three, atS: 120 });
    expect(result?.MetricAlarms).toMatchObject([
      {
        AlarmName: 'a',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:a',
        StateValue: 'ALARM',
        StateUpdatedTimestamp: new Date(START + 60_000),
        Dimensions: [{ Name: 'InstanceId', Value: POD }],
      },
    ]);
  });

  it('tells the bus of a change, and of no other setting', async () => {
    const { world } = await inside(describe({}), { prepare: three, atS: 120 });
    const told = factsOf(world.history.facts, 'event').filter(
      ({ source }) => source === 'aws.cloudwatch',
    );
    expect(told.map(({ detailType, instanceIds }) => [detailType, ...instanceIds])).toEqual([
      ['CloudWatch Alarm State Change', POD],
    ]);
  });

  it('that AWS announces is found in the same state', async () => {
    const { result } = await inside(describe({ StateValue: 'ALARM' }), {
      prepare: ({ aws }) => aws.alarm(POD, 'announced', 'ALARM'),
    });
    expect(result?.MetricAlarms).toMatchObject([{ AlarmName: 'announced', StateValue: 'ALARM' }]);
  });

  it('comes page by page', async () => {
    const { result } = await inside(
      async (clients) => {
        const first = await describe({ MaxRecords: 2 })(clients);
        const rest = await describe({ MaxRecords: 2, NextToken: first.NextToken })(clients);
        return [first, rest].map(({ MetricAlarms, NextToken }) => [
          MetricAlarms?.map(({ AlarmName }) => AlarmName),
          NextToken !== undefined,
        ]);
      },
      { prepare: three },
    );
    expect(result).toEqual([
      [['a', 'b'], true],
      [['c'], false],
    ]);
  });

  it('cannot be asked for with 101 names', async () => {
    const AlarmNames = Array.from({ length: 101 }, (_, index) => `${index}`);
    const { error } = await inside(describe({ AlarmNames }));
    expect(error?.name).toBe('ValidationError');
  });

  it.each([
    ['its ARN', 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:a', undefined],
    ['every alarm', '*', undefined],
    ['another ARN', 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:b', 'AccessDeniedException'],
  ])('may be described by who is allowed %s', async (_, Resource, name) => {
    const statements = [{ Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource }];
    const { error } = await inside(describe({ AlarmNames: ['a'] }), {
      prepare: three,
      changes: { statements },
    });
    expect(error?.name).toBe(name);
  });

  it.each([
    ['one of them', 'alarm:a', {}, 'AccessDeniedException'],
    ['every one', 'alarm:*', {}, undefined],
    ['those with metrics only', 'alarm:*', ALL_TYPES, 'AccessDeniedException'],
  ])('may be listed with all others by who is allowed %s', async (_, alarm, more, name) => {
    const Resource = `arn:aws:cloudwatch:us-east-1:111122223333:${alarm}`;
    const statements = [{ Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource }];
    const { error } = await inside(describe(more), { prepare: three, changes: { statements } });
    expect(error?.name).toBe(name);
  });
});

describe('a fault of CloudWatch', () => {
  const span = { fromS: 0, toS: 100 };
  const cases: readonly [string, (world: World) => void, string][] = [
    ['an outage', ({ faults }) => faults.serviceDown('cloudwatch', span), 'InternalServiceFault'],
    ['a throttle', ({ faults }) => faults.throttle('cloudwatch', span), 'Throttling'],
    [
      'no answer',
      ({ faults }) => faults.timeouts('cloudwatch', { ...span, effect: 'none' }),
      'TimeoutError',
    ],
  ];

  it.each(cases)('is %s', async (_, prepare, name) => {
    const { error } = await inside(ask([query('m')]), { prepare });
    expect(error?.name).toBe(name);
  });
});
