import type { Json } from '../../../sim/account/template';
import { factsOf } from '../../../sim/history';
import { lab } from './lab';

const schedule = (change: Readonly<Record<string, Json>> = {}, statement?: Json) => ({
  SweepRole: { Type: 'AWS::IAM::Role', Properties: {} },
  SweepRolePolicy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'SweepRole' }],
      PolicyDocument: {
        Statement: [
          statement ?? {
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Signals', 'Arn'] },
          },
        ],
      },
    },
  },
  Sweep: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': ['Signals', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['SweepRole', 'Arn'] },
        Input: '{"id":"<aws.scheduler.execution-id>","time":"<aws.scheduler.scheduled-time>"}',
      },
      ...change,
    },
  },
});

it('sends once a minute, anywhere within it, with the placeholders filled', async () => {
  const bodies: { id: string; time: string }[] = [];
  const world = lab(
    async (_tools, event) => {
      for (const { body } of event.Records)
        bodies.push(JSON.parse(body) as (typeof bodies)[number]);
    },
    { resources: schedule() },
  );
  await world.runUntil(605);
  const minutes = bodies.map(({ time }) => time).sort((a, b) => a.localeCompare(b));
  expect(minutes.slice(0, 9)).toEqual(
    Array.from({ length: 9 }, (_, minute) => `2024-08-01T12:0${minute}:00Z`),
  );
  expect(new Set(bodies.map(({ id }) => id)).size).toBe(bodies.length);
  const offsets = factsOf(world.history.facts, 'delivered').map(({ at }) => at % 60_000);
  expect(Math.max(...offsets) - Math.min(...offsets)).toBeGreaterThan(10_000);
});

it('sends nothing while a fault skips sweeps, and goes on after it', async () => {
  const world = lab(async () => undefined, { resources: schedule() });
  world.faults.skipSweeps({ fromS: 60, toS: 360 });
  await world.runUntil(900);
  const delivered = factsOf(world.history.facts, 'delivered').map(({ at }) => at - world.startedAt);
  expect(delivered.filter((at) => at >= 60_000 && at < 360_000)).toEqual([]);
  expect(delivered.filter((at) => at >= 360_000).length).toBeGreaterThan(7);
});

it.each([
  ['a cron expression', 'cron', schedule({ ScheduleExpression: 'cron(* * * * ? *)' })],
  ['a flexible window', 'flexible', schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } })],
  [
    'a role that may not send',
    'may not send',
    schedule({}, { Effect: 'Allow', Action: 's3:*', Resource: '*' }),
  ],
])('refuses %s', (_what, why, resources) => {
  expect(() => lab(async () => undefined, { resources })).toThrow(why);
});
