import { factsOf } from '../history';
import type { World } from '../world';
import { demand, type DrillSpec, type Played } from './drill';
import { isStart } from './figures';
import {
  actTimes,
  acted,
  decided,
  elapsedS,
  ladderDrill,
  notBefore,
  pagedTimes,
  pageSays,
  resolvedAs,
  ZERO_S,
} from './ladder-drill';
import { POD_23 } from './servers';

/** The alarm that the policy `alarmed` names for it. */
const SILENT_ALARM = `chat-${POD_23}`;

/** The agent in the server answers nobody, and its application dies. */
function silentAgent(world: World): void {
  // Systems Manager takes commands for an agent until it has not been heard for five minutes.
  world.faults.agentOffline(POD_23, { fromS: 0, toS: ZERO_S + 7_200 });
  world.at(ZERO_S, () => world.aws.appDies(POD_23));
}

/** The service should be restarted, and Systems Manager does not reach it. */
const OUT_OF_REACH: readonly DrillSpec[] = [
  ladderDrill({
    name: 'agent-silent',
    twin: 'application-dies',
    title: 'The application dies, and its agent does not answer',
    description:
      'Systems Manager finds no agent that answers: after the time of that rung the server is ' +
      'rebooted instead, which restarts the service too.',
    policy: 'asked',
    story: silentAgent,
    expect: (played) => [
      acted('reboot', played),
      decided('remediate', 'instead-of-restart', played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'agent-silent-no-reboot',
    twin: 'agent-silent',
    title: 'Its agent does not answer, and no reboot is listed',
    description:
      'The policy lists a restart and then a move. A server is never stopped because Systems ' +
      'Manager is silent: a person is called.',
    policy: 'unrebooted',
    story: silentAgent,
    minutes: 45,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('escalate', 'service-out-of-reach', played),
      pageSays('service-out-of-reach', played),
    ],
  }),
];

/** AWS stops it again, some minutes after each time that it came up. */
function stoppedAgainAndAgain(world: World, { times, afterS }: { times: number; afterS: number }) {
  let left = times;
  const stop = (): void => {
    left -= 1;
    world.aws.hostFailure(POD_23, { stoppingS: 25 });
  };
  world.at(ZERO_S, stop);
  world.history.onFact((fact) => {
    if (fact.kind !== 'state' || fact.to !== 'running' || left <= 0) return;
    world.at(world.elapsedS() + afterS, stop);
  });
}

/** What is enough is enough. */
const BUDGET = ladderDrill({
  name: 'budget-exhausted',
  twin: 'pod-23',
  title: 'AWS stops it again and again',
  description:
    'Four times within the hour AWS stops the server, and it recovers in between. Three starts ' +
    'an hour are its budget, which no success refills: a person is called, and it is started ' +
    'again only when the first start is an hour old.',
  story: (world) => stoppedAgainAndAgain(world, { times: 4, afterS: 720 }),
  minutes: 100,
  endsWell: false,
  expect(played) {
    const [first = 0, , third = 0, fourth = 0] = actTimes(played);
    return [
      acted('start, start, start, start', played),
      demand('three starts within the hour', third < first + 3_600),
      demand(
        `the fourth only after the hour (got ${Math.round(fourth)} s)`,
        fourth >= first + 3_600 && fourth < first + 3_900,
      ),
      decided('escalate', 'budget-exhausted', played),
      pageSays('budget-exhausted', played),
      pagedTimes(1, played),
      resolvedAs('recovered', played),
    ];
  },
});

/** What a policy of the organization answers, whoever asks. */
const DENIED = {
  code: 'UnauthorizedOperation',
  message:
    'You are not authorized to perform this operation. User: ' +
    'arn:aws:sts::111122223333:assumed-role/LiveChatWatchdog/watchdog is not authorized to ' +
    'perform: ec2:StopInstances with an explicit deny in a service control policy',
  status: 403,
} as const;

/** EC2 refuses, and trying again changes nothing until somebody lifts the cause. */
const REFUSED: readonly DrillSpec[] = [
  ladderDrill({
    name: 'takedown-refused',
    twin: 'system-impaired',
    title: 'AWS refuses the stop of the broken server',
    description:
      'A service control policy denies StopInstances: a person is called, once, with what AWS ' +
      'said. Half an hour later the denial is lifted, and the server is moved.',
    story(world) {
      const during = { fromS: 0, toS: ZERO_S + 2_400 };
      world.faults.api({
        service: 'ec2',
        operation: 'StopInstances',
        ...during,
        fault: { kind: 'error', error: DENIED },
      });
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'system'));
    },
    minutes: 150,
    expect: (played) => [
      acted('stop, start', played),
      notBefore(2_400, played),
      decided('escalate', 'takedown-refused', played),
      pageSays('takedown-refused', played),
      pageSays('UnauthorizedOperation', played),
      pagedTimes(1, played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'start-refused',
    twin: 'no-capacity',
    title: "The account's quota is used up",
    description:
      'AWS stops the server, and EC2 refuses its start: the quota of vCPUs is used up. A person ' +
      'is called, once, with what EC2 said; the start goes through when the quota is raised.',
    story(world) {
      world.faults.quotaUsed({ fromS: ZERO_S, toS: ZERO_S + 2_400 });
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
    },
    minutes: 150,
    expect: (played) => [
      acted('start', played),
      notBefore(2_400, played),
      decided('escalate', 'start-refused', played),
      pageSays('VcpuLimitExceeded', played),
      pagedTimes(1, played),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'configuration-fault',
    twin: 'kms-grant-missing',
    title: 'The start of a person fails for a fault in the configuration',
    description:
      'A person stops the server, changes something and starts it: the launch fails. That is ' +
      "EC2's word about its configuration, and no more starts help: a person is called.",
    story(world) {
      world.faults.failLaunches(POD_23, 1);
      world.at(ZERO_S, () => world.people.stop(POD_23, undefined, { stoppingS: 25 }));
      world.at(ZERO_S + 600, () => world.people.start(POD_23));
    },
    minutes: 45,
    endsWell: false,
    expect: (played) => [
      acted('', played),
      decided('escalate', 'configuration-fault', played),
      pageSays('configuration-fault', played),
    ],
  }),
];

/** It came up, and nothing proves that it serves. */
const NOT_SERVING = ladderDrill({
  name: 'not-serving',
  twin: 'pod-23',
  title: 'It is started and does not serve',
  description:
    'AWS stops the server, it is started, and its application takes an hour to come up. Its ' +
    'policy counts only its ready event: after ten minutes a person is called; its checks prove ' +
    'nothing.',
  policy: 'announcing',
  server: { workload: { appStartS: 3_600, sendsReadyEvent: true } },
  story: (world) => world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 })),
  minutes: 90,
  expect: (played) => [
    acted('start', played),
    pagedTimes(1, played),
    decided('escalate', 'not-serving', played),
    pageSays('not-serving', played),
    resolvedAs('recovered', played),
  ],
});

/** It serves, and nothing proves it for good. */
const NOT_RECOVERED = ladderDrill({
  name: 'not-recovered',
  twin: 'application-alarm',
  title: 'It serves, and the alarm of its policy has no data',
  description:
    'AWS stops the server, it is started and says that it serves; the alarm that its policy ' +
    'names stays without data. Twenty minutes after it served a person is called.',
  policy: 'alarmed',
  story(world) {
    world.alarms.define(SILENT_ALARM, { instanceId: POD_23, state: 'OK' });
    world.at(ZERO_S, () => {
      world.alarms.set(SILENT_ALARM, 'INSUFFICIENT_DATA');
      world.aws.hostFailure(POD_23, { stoppingS: 25 });
    });
    world.at(ZERO_S + 3_600, () => world.alarms.set(SILENT_ALARM, 'OK'));
  },
  minutes: 90,
  expect: (played) => [
    acted('start', played),
    decided('escalate', 'not-recovered', played),
    pageSays('not-recovered', played),
    pagedTimes(1, played),
    resolvedAs('recovered', played),
  ],
});

/** Three days, and two hours in which it must be quiet. */
const NEVER_H = 74;

const GAVE_UP = ladderDrill({
  name: 'gave-up',
  twin: 'no-capacity',
  title: 'There is no capacity for more than three days',
  description:
    'AWS stops the server and has no place for it: tried for 72 hours, then a person is told ' +
    'that the watchdog has given up, and it asks for no start any more.',
  story(world) {
    world.faults.capacityOut({ zone: 'us-east-1b', fromS: 0, toS: NEVER_H * 3_600 });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  minutes: NEVER_H * 60,
  endsWell: false,
  expect(played) {
    const asked = factsOf(played.facts, 'call').filter(isStart);
    const last = elapsedS(played, asked.at(-1)?.at ?? 0);
    return [
      decided('escalate', 'gave-up', played),
      pageSays('gave-up', played),
      demand(
        `the last start asked for within 72 h (got ${Math.round(last / 3_600)} h)`,
        last > 71 * 3_600 && last <= 72.1 * 3_600,
      ),
    ];
  },
});

const API_BACK_S = ZERO_S + 1_200;

/** EC2's API does not work. */
const API_DOWN: readonly DrillSpec[] = [
  ladderDrill({
    name: 'ec2-unavailable',
    twin: 'start-refused',
    title: 'EC2 takes no start for twenty minutes',
    description:
      'AWS stops the server, and every start is answered with an error of the service: tried on, ' +
      'told after three minutes, and started once the API is back.',
    story(world) {
      world.faults.api({
        service: 'ec2',
        operation: 'StartInstances',
        fromS: ZERO_S,
        toS: API_BACK_S,
        fault: {
          kind: 'error',
          error: { code: 'Unavailable', message: 'Unable to process request', status: 503 },
        },
      });
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
    },
    expect: (played) => [
      acted('start', played),
      decided('escalate', 'ec2-unavailable', played),
      pageSays('ec2-unavailable', played),
      pagedTimes(1, played),
      demand(
        'started within 5 min of its return',
        actTimes(played).every((at) => at >= 1_200 && at <= 1_500),
      ),
      resolvedAs('recovered', played),
    ],
  }),
  ladderDrill({
    name: 'ec2-silent',
    twin: 'ec2-unavailable',
    title: 'EC2 answers nothing for twenty minutes',
    description:
      'AWS stops the server while no call of EC2 is answered: what is not known is not acted on, ' +
      'and no heartbeat is given, so that the outside sees it. It is started once EC2 answers.',
    story(world) {
      world.faults.serviceDown('ec2', { fromS: ZERO_S - 5, toS: API_BACK_S });
      world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
    },
    expect: (played) => [
      acted('start', played),
      demand(
        'no heartbeat while it is blind',
        heartbeats(played).every((at) => at <= 60 || at >= 1_200),
      ),
      demand('heartbeats before and after', heartbeats(played).length > 5),
      demand(
        'started within 2 min of its return',
        actTimes(played).every((at) => at >= 1_200 && at <= 1_320),
      ),
      resolvedAs('recovered', played),
    ],
  }),
];

/** When the watchdog gave its sign of life, as metric. */
const heartbeats = (played: Played): readonly number[] =>
  factsOf(played.facts, 'metric')
    .filter(({ metric }) => metric === 'Heartbeat')
    .map(({ at }) => elapsedS(played, at));

/** Every drill in which the watchdog comes to the end of what it may, or can, do by itself. */
export const LIMIT_DRILLS: readonly DrillSpec[] = [
  ...OUT_OF_REACH,
  BUDGET,
  ...REFUSED,
  NOT_SERVING,
  NOT_RECOVERED,
  GAVE_UP,
  ...API_DOWN,
];
