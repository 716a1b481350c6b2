import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { createLook } from '../../lambda/adapters/ec2-look';
import { createStorePort } from '../../lambda/adapters/store';
import { fleetItem } from '../../lambda/adapters/store-item';
import { NEW_FLEET, newRecord } from '../../lambda/core/record';
import { iso, type Instant } from '../../lambda/core/time';
import { synthesizeTemplate } from '../../lib/synthesize';
import { factsOf } from '../../sim/history';
import { createWorld } from '../../sim/world';
import { instanceAnswer } from '../adapters/ec2-answers';
import { fakeClock, fakeTelemetry, NOON } from '../adapters/fake-world';
import { factsOfDrill } from '../sim/played';

const POD = 'i-0abc0000000000023';

/** A line of the log as Logs Insights finds it: names of nested fields joined by dots. */
export type Line = Readonly<Record<string, unknown>>;

interface Logged {
  readonly at: Instant;
  readonly level: string;
  readonly message: string;
  readonly fields: unknown;
}

/** As Powertools prints it; test/adapters/telemetry.test.ts holds it to that. */
function lineOf({ at, level, message, fields }: Logged): Line {
  const printed = JSON.stringify(fields, (_, value: unknown) =>
    value instanceof Error ? { name: value.name, message: value.message } : value,
  );
  const own = { level: level.toUpperCase(), message, service: 'watchdog', timestamp: iso(at) };
  return { ...own, ...flat(JSON.parse(printed ?? '{}')) };
}

function flat(fields: object, prefix = ''): Line {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flat(value, `${prefix}${name}.`))
        : [[`${prefix}${name}`, value]],
    ),
  );
}

/** What was logged in a drill. */
export const linesOfDrill = async (name: string): Promise<readonly Line[]> =>
  factsOf(await factsOfDrill(name), 'log').map(lineOf);

/** What is logged when AWS stops a server while SNS is down, and sends an event of odd shape. */
export async function linesOfOddDay(): Promise<readonly Line[]> {
  const startAt = '2024-08-01T12:00:00Z';
  const world = createWorld({ seed: 1, startAt, template: synthesizeTemplate() });
  world.ec2.addInstance({
    id: POD,
    name: 'pod-23',
    zone: 'us-east-1b',
    tags: { watchdog: 'livechat' },
    workload: { appStartS: 12, sendsReadyEvent: true },
  });
  world.faults.serviceDown('sns', { fromS: 600, toS: 700 });
  world.at(607, () => world.aws.hostFailure(POD, { stoppingS: 20 }));
  world.at(610, () => {
    world.aws.event({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      detail: { 'instance-id': 'none', state: 'stopped' },
      resources: [],
      instanceIds: [],
    });
  });
  await world.runUntil(720);
  return factsOf(world.history.facts, 'log').map(lineOf);
}

/** What is logged of a damaged item, a record that cannot be written, an odd answer of EC2. */
export async function linesOfOddAnswers(): Promise<readonly Line[]> {
  const telemetry = fakeTelemetry();
  const dynamo = mockClient(DynamoDBClient);
  dynamo.on(QueryCommand).resolves({ Items: [{ ...fleetItem(NEW_FLEET), body: { S: '{' } }] });
  const options = { tableName: 'incidents', clock: fakeClock(), telemetry };
  const store = createStorePort(new DynamoDBClient({}), options);
  await store.readAll();
  await store.write({ ...newRecord('i-1'), starts: [Number.NaN as Instant] });
  dynamo.restore();
  const ec2 = mockClient(EC2Client);
  const Instances = [instanceAnswer(1, { LaunchTime: undefined })];
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances }] });
  await createLook(new EC2Client({}), options)({ kind: 'everything' });
  ec2.restore();
  return telemetry.lines.map((line) => lineOf({ ...line, at: NOON }));
}

/**
 * Lambda's own line at the end of each run.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
 */
export const PLATFORM_REPORT: Line = flat({
  time: '2024-08-01T12:10:08.123Z',
  type: 'platform.report',
  record: {
    requestId: '6d68ca91-49c9-448d-89b8-7ca3e6dc66aa',
    metrics: {
      durationMs: 6_101.51,
      billedDurationMs: 6_300,
      memorySizeMB: 1_024,
      maxMemoryUsedMB: 133,
      initDurationMs: 116.67,
    },
    status: 'success',
  },
});
