import { DescribeInstanceStatusCommand } from '@aws-sdk/client-ec2';
import type { World } from '../../../sim/world';
import { inside, POD } from './lab';

const changes = {
  resources: {
    Check: {
      Type: 'AWS::EC2::ApplicationStatusCheck',
      Properties: {
        InitializationGracePeriodSeconds: 30,
        SuccessThreshold: 1,
        FailureThreshold: 2,
      },
    },
    Association: {
      Type: 'AWS::EC2::ApplicationStatusCheckTagAssociation',
      Properties: {
        ApplicationStatusCheckId: { 'Fn::GetAtt': ['Check', 'ApplicationStatusCheckId'] },
        Key: 'watchdog',
        Value: 'livechat',
      },
    },
  },
};

const statusAt = async (atS: number, prepare: (world: World) => void) => {
  const { result } = await inside(({ ec2 }) => ec2.send(new DescribeInstanceStatusCommand({})), {
    changes,
    atS,
    prepare,
  });
  return result?.InstanceStatuses?.[0]?.ApplicationStatus?.Status;
};

const tagged = { id: POD, tags: { watchdog: 'livechat' } };
const started =
  (appStartS: number, neverServes = false) =>
  (world: World): void => {
    const workload = { bootS: 20, appStartS, sendsReadyEvent: false, neverServes };
    world.ec2.addInstance({ ...tagged, state: 'stopped', workload });
    world.people.start(POD);
  };

it('is ok on a server that has long been serving', async () => {
  expect(await statusAt(5, (world) => world.ec2.addInstance(tagged))).toBe('ok');
});

it('does not concern a server without the tag', async () => {
  expect(await statusAt(5, (world) => world.ec2.addInstance({ id: POD }))).toBeUndefined();
});

it('is ok within two evaluations after the server serves', async () => {
  expect(await statusAt(160, started(10))).toBe('ok');
});

it('is impaired when the server is up and does not serve', async () => {
  expect(await statusAt(60, started(10, true))).toBe('initializing');
  expect(await statusAt(240, started(10, true))).toBe('impaired');
});
