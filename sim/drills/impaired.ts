import type { Expectation } from '../drill-result';
import { demand, type DrillSpec, type Played } from './drill';
import { actsOf } from './acts';
import {
  ZERO_S,
  acted,
  decided,
  ladderDrill,
  pageSays,
  refused,
  resolvedAs,
  told,
} from './ladder-drill';
import { POD_23 } from './servers';

/** What every remediation that helps must show: these acts, two messages, and that it recovered. */
function mendedBy(acts: string, played: Played): readonly Expectation[] {
  return [
    acted(acts, played),
    told('opened, serving', played),
    demand('it serves again', played.figures.servingS !== null),
    resolvedAs('recovered', played),
  ];
}

/** Seconds from the break of the server to the first act on it. */
function firstActS({ facts }: Played): number {
  const [first] = actsOf(facts);
  const start = facts[0]?.at ?? 0;
  return first === undefined ? Number.POSITIVE_INFINITY : (first.at - start) / 1_000 - ZERO_S;
}

const within = (text: string, value: number, [least, most]: readonly [number, number]) =>
  demand(`${text} (got ${Math.round(value)} s)`, value >= least && value <= most);

/** The host fails under a server that goes on running. */
const SYSTEM: readonly DrillSpec[] = [
  ladderDrill({
    name: 'system-impaired',
    twin: 'aws-recovers',
    title: 'The host is broken, the server runs on',
    description:
      "EC2's system check fails and AWS's own recovery does not come. After its time the server " +
      'is stopped and started, which moves it to another host.',
    story: (world) => world.at(ZERO_S, () => world.aws.breaks(POD_23, 'system')),
    expect: (played) => [
      ...mendedBy('stop, start', played),
      within('not before AWS had its 5 min, soon after', firstActS(played), [300, 480]),
      decided('defer', 'awaiting-aws-recovery', played),
    ],
  }),
  ladderDrill({
    name: 'aws-recovers',
    twin: 'system-impaired',
    title: "AWS's own recovery comes first",
    description:
      'The host is broken, and AWS moves the server by itself after three minutes. The watchdog ' +
      'waits for it, verifies, and does nothing.',
    story(world) {
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'system'));
      world.at(ZERO_S + 180, () => void world.aws.autoRecovery(POD_23, 'success'));
    },
    expect: (played) => [
      acted('', played),
      told('opened, serving', played),
      resolvedAs('cleared', played),
    ],
  }),
  ladderDrill({
    name: 'aws-recovery-fails',
    twin: 'aws-recovers',
    title: "AWS's own recovery fails",
    description:
      'The host is broken, and AWS says that its recovery failed: the watchdog does not wait.',
    story(world) {
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'system'));
      world.at(ZERO_S + 150, () => void world.aws.autoRecovery(POD_23, 'failure'));
    },
    expect: (played) => [
      ...mendedBy('stop, start', played),
      within('at once after the failure event', firstActS(played), [150, 210]),
    ],
  }),
  ladderDrill({
    name: 'system-check-flaps',
    twin: 'system-impaired',
    title: 'A check fails for a minute and a half',
    description: 'A failure within its toleration is no incident: nothing is done, nobody is told.',
    story(world) {
      world.at(ZERO_S, () => world.aws.impair(POD_23, 'system', true));
      world.at(ZERO_S + 90, () => world.aws.impair(POD_23, 'system', false));
    },
    minutes: 20,
    endsWell: false,
    expect: (played) => [acted('', played), told('', played)],
  }),
];

/** The guest hangs. */
const INSTANCE: readonly DrillSpec[] = [
  ladderDrill({
    name: 'instance-impaired',
    twin: 'reboot-does-not-help',
    title: 'The guest hangs',
    description: "EC2's instance check fails: a reboot helps, and nothing stronger is done.",
    story: (world) => world.at(ZERO_S, () => world.aws.breaks(POD_23, 'instance')),
    expect: (played) => mendedBy('reboot', played),
  }),
  ladderDrill({
    name: 'reboot-does-not-help',
    twin: 'instance-impaired',
    title: 'The guest hangs, and a reboot does not help',
    description:
      'The reboot gets its time; that the check says initializing meanwhile is no new failure. ' +
      'Then the server is stopped and started.',
    story: (world) =>
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'instance', { curedBy: 'stop-start' })),
    expect: (played) => mendedBy('reboot, stop, start', played),
  }),
  ladderDrill({
    name: 'nothing-helps',
    twin: 'reboot-does-not-help',
    title: 'Nothing on the ladder helps',
    description: 'The guest stays impaired after a reboot and after a move: a person is called.',
    story: (world) =>
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'instance', { curedBy: 'nothing' })),
    endsWell: false,
    minutes: 90,
    expect: (played) => [
      acted('reboot, stop, start', played),
      decided('escalate', 'ladder-exhausted', played),
      pageSays('ladder-exhausted', played),
    ],
  }),
];

/** Its volumes do not answer. */
const VOLUMES: readonly DrillSpec[] = [
  ladderDrill({
    name: 'ebs-impaired',
    twin: 'ebs-impaired-moved',
    title: 'Its volumes do not answer',
    description: 'The check of attached EBS fails: told with its volumes, and nothing is done.',
    story: (world) => world.at(ZERO_S, () => world.aws.breaks(POD_23, 'attachedEbs')),
    minutes: 30,
    endsWell: false,
    expect: (played) => refused('impaired', played),
  }),
  ladderDrill({
    name: 'ebs-impaired-moved',
    twin: 'ebs-impaired',
    title: 'Its volumes do not answer, and the policy says to move it',
    description: 'The same with a policy that lists stop-start for it.',
    policy: 'volumes',
    story: (world) =>
      world.at(ZERO_S, () => world.aws.breaks(POD_23, 'attachedEbs', { curedBy: 'stop-start' })),
    expect: (played) => mendedBy('stop, start', played),
  }),
];

/** EC2 is fine, the application is not. */
const APPLICATION: readonly DrillSpec[] = [
  ladderDrill({
    name: 'application-dies',
    twin: 'every-application-fails',
    title: 'The application dies, EC2 is fine',
    description: 'The service is restarted from inside, through Systems Manager. No more is done.',
    policy: 'asked',
    story: (world) => world.at(ZERO_S, () => world.aws.appDies(POD_23)),
    expect: (played) => mendedBy('restart-service', played),
  }),
  ladderDrill({
    name: 'application-needs-move',
    twin: 'application-dies',
    title: 'Only a move helps the application',
    description: 'The whole ladder, one rung after the other, each with its time.',
    policy: 'asked',
    story: (world) => world.at(ZERO_S, () => world.aws.appDies(POD_23, 'stop-start')),
    expect: (played) => mendedBy('restart-service, reboot, stop, start', played),
  }),
];

const ALARM = `chat-${POD_23}`;
const SOCKETS = { namespace: 'LiveChat', name: 'OpenSockets' } as const;

/** CloudWatch says how the application is: an alarm, or a metric, of the account's own. */
const CLOUDWATCH: readonly DrillSpec[] = [
  ladderDrill({
    name: 'application-alarm',
    twin: 'application-metric-fine',
    title: 'A CloudWatch alarm says that the application is dead',
    description: 'EC2 is fine, the alarm that the policy names is not: the service is restarted.',
    policy: 'alarmed',
    story(world) {
      world.alarms.define(ALARM, { instanceId: POD_23, state: 'OK' });
      world.at(ZERO_S, () => world.aws.appDies(POD_23));
      world.at(ZERO_S + 60, () => world.alarms.set(ALARM, 'ALARM'));
      // The alarm looks at the last minutes: it is late in both directions.
      world.history.onFact((fact) => {
        if (fact.kind !== 'serving' || !fact.serving) return;
        world.at(world.elapsedS() + 90, () => world.alarms.set(ALARM, 'OK'));
      });
    },
    expect: (played) => mendedBy('restart-service', played),
  }),
  ladderDrill({
    name: 'application-metric',
    twin: 'application-metric-fine',
    title: 'A CloudWatch metric says that the application is dead',
    description: 'No open sockets for minutes while EC2 is fine: the service is restarted.',
    policy: 'measured',
    story(world) {
      world.metrics.set(POD_23, SOCKETS, 120);
      world.at(ZERO_S, () => {
        world.aws.appDies(POD_23);
        world.metrics.set(POD_23, SOCKETS, 0);
      });
      world.history.onFact((fact) => {
        if (fact.kind === 'serving' && fact.serving) world.metrics.set(POD_23, SOCKETS, 80);
      });
    },
    expect: (played) => mendedBy('restart-service', played),
  }),
  ladderDrill({
    name: 'application-metric-fine',
    twin: 'application-metric',
    title: 'A metric dips, and then has no data',
    description: 'One bad minute, and minutes without data, are no incident: nothing is done.',
    policy: 'measured',
    minutes: 30,
    endsWell: false,
    story(world) {
      world.metrics.set(POD_23, SOCKETS, 120);
      world.at(ZERO_S, () => world.metrics.set(POD_23, SOCKETS, 0));
      world.at(ZERO_S + 60, () => world.metrics.set(POD_23, SOCKETS, 120));
      world.at(ZERO_S + 300, () => world.metrics.set(POD_23, SOCKETS, undefined));
    },
    expect: (played) => [acted('', played), told('', played)],
  }),
];

/** Every drill of a running server that is impaired. */
export const IMPAIRED_DRILLS: readonly DrillSpec[] = [
  ...SYSTEM,
  ...INSTANCE,
  ...VOLUMES,
  ...APPLICATION,
  ...CLOUDWATCH,
];
