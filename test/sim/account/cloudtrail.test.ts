import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { RebootInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { createWorld, type World } from '../../../sim/world';
import { factsOf } from '../../../sim/history';
import { inside, POD } from './lab';
import { smallTemplate } from './small-template';

const stopAtOnce = (world: World): void => {
  world.ec2.addInstance({ id: POD });
  world.people.stop(POD);
};
const lookUp = (atS: number) =>
  inside(
    ({ trail }) =>
      trail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: POD }],
        }),
      ),
    { atS, prepare: stopAtOnce },
  );

it('tells of a call only minutes later', async () => {
  expect((await lookUp(30)).result?.Events).toEqual([]);
  const [event] = (await lookUp(950)).result?.Events ?? [];
  expect(event).toMatchObject({ EventName: 'StopInstances', Username: 'ana.operator' });
  expect(JSON.parse(event!.CloudTrailEvent!)).toMatchObject({
    eventSource: 'ec2.amazonaws.com',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ana.operator' },
    requestParameters: { instancesSet: { items: [{ instanceId: POD }] } },
  });
});

it('tells of what the watchdog itself takes down', async () => {
  const { result } = await inside(
    async ({ ec2, trail }, { clock }) => {
      await ec2.send(new RebootInstancesCommand({ InstanceIds: [POD] }));
      await ec2.send(new StopInstancesCommand({ InstanceIds: [POD], Force: true }));
      await clock.sleep(920_000 as never);
      return trail.send(new LookupEventsCommand({}));
    },
    {
      changes: { timeout: 1_000, queue: { VisibilityTimeout: 6_000 } },
      lastsS: 1_000,
      prepare: (world) => world.ec2.addInstance({ id: POD }),
    },
  );
  const records = (result?.Events ?? []).map(({ EventName, CloudTrailEvent }) => ({
    name: EventName,
    body: JSON.parse(CloudTrailEvent!) as unknown,
  }));
  expect(records).toMatchObject([
    {
      name: 'StopInstances',
      body: {
        userIdentity: { type: 'AssumedRole' },
        requestParameters: { force: true, instancesSet: { items: [{ instanceId: POD }] } },
      },
    },
    { name: 'RebootInstances', body: { userIdentity: { type: 'AssumedRole' } } },
  ]);
});

it('answers two requests a second and throttles the third', async () => {
  const { result } = await inside(async ({ trail }) => {
    const calls = Array.from({ length: 4 }, () => trail.send(new LookupEventsCommand({})));
    const answers = await Promise.allSettled(calls);
    return answers.filter(({ status }) => status === 'rejected').length;
  });
  expect(result).toBeGreaterThan(0);
});

it.each([
  [true, 1],
  [false, 0],
])('copies calls to the bus where a trail exists: %s', async (trail, copies) => {
  const world = createWorld({
    seed: 1,
    startAt: '2024-08-01T12:00:00Z',
    template: smallTemplate(),
    trail,
    handler: () => async () => ({ batchItemFailures: [] }),
  });
  stopAtOnce(world);
  await world.runUntil(1_800);
  const seen = factsOf(world.history.facts, 'event').filter(
    ({ detailType }) => detailType === 'AWS API Call via CloudTrail',
  );
  expect(seen).toHaveLength(copies);
});
