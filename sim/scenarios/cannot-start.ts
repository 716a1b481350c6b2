import { needsPerson, only, PAGE_WITHIN_S, rescued } from './episodes';
import { family, type Episode, type Sketch, type Stage } from './scenario';
import type { Truth } from './truth';

const stops = ({ world, id, at }: Stage): void =>
  at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));

/** It stays down until somebody or something else helps: settled when it has stopped, or later. */
function staysDown(
  truth: Truth,
  id: string,
  { why, afterS = 0, messages = 3 }: { why: string; afterS?: number; messages?: number },
): Episode {
  const settledS = truth.reached(id, 'stopped') + afterS;
  const episode = needsPerson(truth, id, { why, messages });
  const page = {
    fromS: truth.down(id),
    byS: settledS + PAGE_WITHIN_S,
    toS: truth.serves(id),
  };
  return { ...episode, page };
}

const NO_ROOM =
  'EC2 has no room for it, and nobody knows for how long: a person may move it elsewhere.';

const CAPACITY: readonly Sketch[] = [
  ...([3, 10, 40] as const).map((minutes): Sketch => ({
    name: `no-capacity-for-${minutes}-min`,
    title: `AWS stops it and has no capacity for its type for ${minutes} min.`,
    minutes: minutes + 40,
    play(stage) {
      const span = stage.span(0, minutes * 60);
      stage.world.faults.capacityOut({ zone: 'us-east-1b', ...span });
      stops(stage);
    },
    // Opened, called, serving.
    label: (truth, [id = '']) => only(staysDown(truth, id, { why: NO_ROOM })),
  })),
  {
    name: 'another-type-stands-in',
    title: 'No capacity for its type; after a quarter of an hour another one stands in.',
    policy: 'types',
    minutes: 60,
    play(stage) {
      const span = stage.span(0, 10_800);
      stage.world.faults.capacityOut({ zone: 'us-east-1b', type: 'm6i.large', ...span });
      stops(stage);
    },
    // And the plan to give it its own type back, some night.
    label: (truth, [id = '']) => only(staysDown(truth, id, { why: NO_ROOM, messages: 4 })),
  },
  {
    name: 'reservation-helps',
    title: 'EC2 refuses starts and grants a reservation, into which it is started.',
    policy: 'reserving',
    minutes: 60,
    play(stage) {
      const { world, id } = stage;
      world.faults.capacityOut({ instanceId: id, ...stage.span(0, 2_400) });
      stops(stage);
    },
    // It is called at the first refusal, as README promises; the reservation comes minutes later.
    label: (truth, [id = '']) => only(staysDown(truth, id, { why: NO_ROOM })),
  },
  {
    name: 'stopped-for-capacity',
    title: 'EC2 itself stops it for want of capacity, and has some a moment later.',
    play: ({ world, id, at }) =>
      at(0, () => {
        const code = 'Server.InsufficientInstanceCapacity';
        world.aws.hostFailure(id, { code, stoppingS: 25 });
      }),
    label: (truth, [id = '']) => only(rescued(truth, id)),
  },
];

const ERRORS = [
  ['denied', 'UnauthorizedOperation', 'You are not authorized to perform this operation.'],
  ['quota', 'VcpuLimitExceeded', 'You have requested more vCPU capacity than your limit allows.'],
  ['unsupported', 'Unsupported', 'The requested configuration is currently not supported.'],
] as const;

const REFUSED: readonly Sketch[] = ERRORS.map(([name, code, message]) => ({
  name: `start-refused-${name}`,
  title: `AWS stops it, and EC2 refuses each start with ${code}.`,
  play(stage) {
    stage.world.faults.api({
      service: 'ec2',
      operation: 'StartInstances',
      ...stage.span(0, 7_200),
      fault: { kind: 'error', error: { code, message, status: 403 } },
    });
    stops(stage);
  },
  label: (truth, [id = '']) =>
    only(
      staysDown(truth, id, {
        why: 'EC2 refuses the start for a reason that trying again does not change.',
      }),
    ),
}));

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0d1e2f30-4152-6374-8596-a7b8c9dadbec';

const FALLS_BACK: readonly Sketch[] = [
  {
    name: 'key-not-granted',
    title: "Its volume's key is not granted: two starts are accepted and do not hold.",
    server: { kmsKeyArn: KEY },
    play: stops,
    label: (truth, [id = '']) =>
      only(
        staysDown(truth, id, {
          why: 'Two starts did not hold: a person must give the grant.',
          // The second try is made after the cooldown of a minute, and falls back in its turn.
          afterS: 60 + 60 + 60,
        }),
      ),
  },
  {
    name: 'launch-fails-once',
    title: 'The first start falls back, the second holds: nobody need act.',
    play(stage) {
      stage.world.faults.failLaunches(stage.id, 1);
      stops(stage);
    },
    label: (truth, [id = '']) => only(rescued(truth, id)),
  },
  {
    name: 'launch-fails-twice',
    title: 'Two starts fall back: a person must look.',
    play(stage) {
      stage.world.faults.failLaunches(stage.id, 2);
      stops(stage);
    },
    label: (truth, [id = '']) =>
      only(staysDown(truth, id, { why: 'Two starts did not hold.', afterS: 180 })),
  },
];

const CONFIGURATION: readonly Sketch[] = (
  ['Client.VolumeLimitExceeded', 'Client.InvalidSnapshot.NotFound'] as const
).map((code) => ({
  name: `fault-of-configuration-${code.split('.')[1]?.toLowerCase()}`,
  title: `EC2 stops it with ${code}: no start mends that.`,
  play: ({ world, id, at }) => at(0, () => void world.aws.hostFailure(id, { code, stoppingS: 25 })),
  label: (truth, [id = '']) =>
    only(
      staysDown(truth, id, { why: 'Its configuration keeps it down: a person must mend that.' }),
    ),
}));

const SILENT: readonly Sketch[] = (['livechat', 'announcing', 'asked'] as const).map((policy) => ({
  name: `never-serves-under-${policy}`,
  title: `AWS stops it, it is started, and its application never comes up ("${policy}").`,
  policy,
  server: { workload: { appStartS: 12, sendsReadyEvent: true, neverServes: true } },
  minutes: 60,
  play: stops,
  label: (truth, [id = '']) => {
    const upS = truth.reached(id, 'running');
    // EC2's checks know nothing of an application that the policy does not name: with them alone
    // it passes for serving, and the README says so.
    if (policy === 'livechat') return only(rescued(truth, id));
    const episode = needsPerson(truth, id, {
      why: 'It runs, and nothing proves that it serves: a person must look.',
      messages: 3,
    });
    // A policy whose ladder is climbed for the failing check calls when that has ended: as long as
    // something is being done nobody has to act, and half an hour is the limit (L2).
    const waitS = policy === 'asked' ? 1_800 : 600;
    const bySecond = upS + waitS + PAGE_WITHIN_S;
    return only({
      ...episode,
      page: { fromS: upS + 120, byS: bySecond, toS: Number.POSITIVE_INFINITY },
    });
  },
}));

/** AWS stops it again, so many minutes after each time that it came up. */
function stoppedAgain({ world, id, at }: Stage, times: number): void {
  let left = times;
  const stop = (): void => {
    left -= 1;
    world.aws.hostFailure(id, { stoppingS: 25 });
  };
  at(0, stop);
  world.history.onFact((fact) => {
    if (fact.kind !== 'state' || fact.to !== 'running' || left <= 0) return;
    world.at(world.elapsedS() + 720, stop);
  });
}

const BUDGET: readonly Sketch[] = [
  {
    name: 'three-stops-an-hour',
    title: 'AWS stops it three times within the hour: what the budget allows.',
    minutes: 80,
    play: (stage) => stoppedAgain(stage, 3),
    label: (truth, [id = '']) => only(...[1, 2, 3].map((nth) => rescued(truth, id, { nth }))),
  },
  {
    name: 'four-stops-an-hour',
    title: 'AWS stops it four times within the hour: the fourth time a person is called.',
    minutes: 100,
    play: (stage) => stoppedAgain(stage, 4),
    label: (truth, [id = '']) => {
      const downS = truth.down(id, 4);
      return only(...[1, 2, 3].map((nth) => rescued(truth, id, { nth })), {
        instanceId: id,
        why: 'Its budget of three starts an hour is used up: it stays down meanwhile.',
        fromS: downS,
        telling: { kind: 'at-once', detectableS: truth.signal(id, downS) },
        page: {
          fromS: downS,
          byS: truth.reached(id, 'stopped', 4) + PAGE_WITHIN_S,
          toS: truth.serves(id, 4),
        },
        messages: 3,
      });
    },
  },
];

/** It is down, and a start does not help, or not at once. */
export const CANNOT_START = family('cannot-start', [
  ...CAPACITY,
  ...REFUSED,
  ...FALLS_BACK,
  ...CONFIGURATION,
  ...SILENT,
  ...BUDGET,
]);
