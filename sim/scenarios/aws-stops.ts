import { only, rescued } from './episodes';
import { family, type Sketch, type Stage } from './scenario';

/** StateReason codes of AWS's own stops; the last one is none that EC2 documents. */
const CODES = ['Server.ScheduledStop', 'Server.InternalError', 'Server.HostFailure'] as const;

const kebab = (code: string): string =>
  code
    .replace('Server.', '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();

/** AWS stops the server, which stays in `stopping` for so long. */
const stops =
  (code: string, stoppingS: number) =>
  ({ world, id, at }: Stage): void =>
    at(0, () => void world.aws.hostFailure(id, { code, stoppingS }));

const BY_CODE: readonly Sketch[] = CODES.flatMap((code) =>
  [5, 25, 90, 240].map((stoppingS) => ({
    name: `${kebab(code)}-after-${stoppingS}-s`,
    title: `AWS stops it with ${code}; it is stopping for ${stoppingS} s.`,
    play: stops(code, stoppingS),
    label: (truth, [id = '']) => only(rescued(truth, id)),
  })),
);

/** A server that never says itself that it is ready: EC2's checks must prove it. */
const WITHOUT_READY_EVENT: readonly Sketch[] = CODES.map((code) => ({
  name: `${kebab(code)}-no-ready-event`,
  title: `AWS stops it with ${code}; only EC2's checks can prove that it serves again.`,
  server: { workload: { appStartS: 12, sendsReadyEvent: false } },
  play: stops(code, 25),
  label: (truth, [id = '']) => only(rescued(truth, id)),
}));

const BY_POLICY: readonly Sketch[] = (
  ['asked', 'alarmed', 'announcing', 'addressed', 'forcing', 'reserving', 'types'] as const
).map((policy) => ({
  name: `under-policy-${policy}`,
  title: `AWS stops it under the policy "${policy}", which asks for more than the default.`,
  policy,
  play(stage) {
    if (policy === 'alarmed')
      stage.world.alarms.define(`chat-${stage.id}`, { instanceId: stage.id, state: 'OK' });
    stops('Server.ScheduledStop', 25)(stage);
  },
  label: (truth, [id = '']) => only(rescued(truth, id)),
}));

/** AWS Health confirms the stop, sooner or later: evidence, and no second incident. */
const told = (afterS: number): string => (afterS < 0 ? 'a minute before' : `${afterS} s later`);

const CONFIRMED: readonly Sketch[] = [-60, 30, 600, 1_500].map((afterS) => ({
  name: `health-${afterS < 0 ? 'before' : `after-${afterS}-s`}`,
  title: `AWS stops it, and AWS Health says so ${told(afterS)}.`,
  play(stage) {
    stops('Server.ScheduledStop', 25)(stage);
    stage.at(afterS, () => {
      stage.world.aws.health({
        eventTypeCode: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
        instanceIds: [stage.id],
        // When it began, says AWS, which is not when AWS says it.
        startTime: new Date(stage.isoAt(Math.min(0, afterS))).toUTCString(),
        description: 'The instance was unavailable owing to a fault of its host.',
      });
    });
  },
  label: (truth, [id = '']) => ({
    // What Health says beforehand, with its own warning, is true: a notice beside the thread.
    episodes: [
      ...(afterS < 0
        ? [
            {
              instanceId: id,
              why: 'AWS announces that it is unavailable: worth a notice.',
              fromS: afterS,
              telling: { kind: 'quiet', loudest: 'warning' },
              messages: 1,
            } as const,
          ]
        : []),
      rescued(truth, id),
    ],
  }),
}));

/** Not the stop that was, but new trouble, of a server that serves again. */
const NEW_TROUBLE: readonly Sketch[] = [
  {
    name: 'health-of-new-trouble',
    title: 'AWS stops it, and half an hour after its recovery AWS Health tells of new trouble.',
    play(stage) {
      stops('Server.ScheduledStop', 25)(stage);
      stage.at(1_800, () => {
        stage.world.aws.health({
          eventTypeCode: 'AWS_EC2_INSTANCE_AVAILABILITY_ISSUE',
          instanceIds: [stage.id],
          description: 'The instance is unavailable.',
        });
      });
    },
    label: (truth, [id = '']) =>
      only(rescued(truth, id), {
        instanceId: id,
        why: 'AWS tells of trouble that EC2 does not show: worth a notice.',
        fromS: 1_800,
        telling: { kind: 'quiet', loudest: 'warning' },
        messages: 1,
      }),
  },
];

const SEVERAL: readonly Sketch[] = [2, 3, 4].flatMap((count) =>
  [0, 45].map((apartS) => ({
    name: `${count}-servers-${apartS}-s-apart`,
    title: `AWS stops ${count} of eight servers, ${apartS} s apart: too few for a storm.`,
    fleet: { count: 8, zones: ['us-east-1a', 'us-east-1b'] },
    play: ({ world, ids, at }) => {
      ids.slice(0, count).forEach((id, index) => {
        at(index * apartS, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
      });
    },
    label: (truth, ids) => only(...ids.slice(0, count).map((id) => rescued(truth, id))),
  })),
);

const AGAIN: readonly Sketch[] = [
  ...[1_500, 3_600].map((afterS): Sketch => ({
    name: `again-after-${afterS / 60}-min`,
    title: `AWS stops it again ${afterS / 60} min later, when it had long recovered.`,
    minutes: afterS / 60 + 40,
    play({ world, id, at }) {
      for (const second of [0, afterS]) {
        at(second, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
      }
    },
    label: (truth, [id = '']) => only(rescued(truth, id), rescued(truth, id, { nth: 2 })),
  })),
  {
    name: 'again-before-recovered',
    title: 'AWS stops it again two minutes after it began to serve: one incident, not two.',
    play({ world, id, at }) {
      at(0, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
      at(210, () => void world.aws.hostFailure(id, { stoppingS: 25 }));
    },
    // Opened, serving, down again, serving again.
    label: (truth, [id = '']) => only(rescued(truth, id, { messages: 4 })),
  },
  {
    name: 'serves-on-while-stopping',
    title: 'AWS stops it gently: users are served for 20 s more.',
    play: ({ world, id, at }) =>
      at(0, () => void world.aws.hostFailure(id, { stoppingS: 60, servesOnS: 20 })),
    label: (truth, [id = '']) => only(rescued(truth, id)),
  },
];

/** AWS stops a server, and the watchdog alone brings it back. */
export const AWS_STOPS = family('aws-stops', [
  ...BY_CODE,
  ...WITHOUT_READY_EVENT,
  ...BY_POLICY,
  ...CONFIRMED,
  ...NEW_TROUBLE,
  ...SEVERAL,
  ...AGAIN,
]);
