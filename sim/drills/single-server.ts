import { CHAT_HOOKS } from '../chat/workload';
import { factsOf, type Fact } from '../history';
import { OPERATOR } from '../people';
import type { Expectation } from '../drill-result';
import { chatsMended } from './chat-demands';
import { demand, type DrillSpec, type Played } from './drill';
import { decisionFacts, isRepeat, isStart, type Figures } from './figures';
import { chatServer, POD_23 } from './servers';

/** The fleet is enrolled by the first sweep that sees its checks ok. */
const ZERO_S = 300;
const START_AT = '2024-08-01T12:05:00Z';
const base = { startAt: START_AT, zeroS: ZERO_S } as const;

const alertsOf = ({ alerts }: Figures): string =>
  alerts
    .filter((alert) => !isRepeat(alert))
    .map(({ kind }) => kind)
    .join(', ');
const within = (value: number | null, least: number, most: number): boolean =>
  value !== null && value >= least && value <= most;
const starts = (facts: readonly Fact[]): number => factsOf(facts, 'call').filter(isStart).length;
const accepted = (facts: readonly Fact[]): number =>
  factsOf(facts, 'effect').reduce((sum, effect) => sum + effect.started.length, 0);
const resolvedAs = (facts: readonly Fact[], reason: string): boolean =>
  decisionFacts(facts).some(
    ({ fields }) => fields['decision'] === 'resolve' && fields['reason'] === reason,
  );
const recovered = (facts: readonly Fact[]): boolean => resolvedAs(facts, 'recovered');

const decidedOn = ({ decisions }: Figures, decision: string, reason: string): boolean =>
  decisions.some((entry) => entry.decision === decision && entry.reason === reason);

/** What every rescue must show, whatever made it harder. */
function rescued({ figures, facts }: Played): readonly Expectation[] {
  return [
    demand('exactly one start was accepted', accepted(facts) === 1),
    demand('it serves again', figures.servingS !== null),
    demand('the incident is resolved as recovered', recovered(facts)),
    demand(
      `two messages, opened and serving (got: ${alertsOf(figures)})`,
      alertsOf(figures) === 'opened, serving',
    ),
  ];
}

const POD_23_FAILS: DrillSpec = {
  ...base,
  name: 'pod-23',
  twin: 'person-stops-it',
  title: 'The origin incident: an AWS host fails under pod 23',
  description:
    'As on 1 August 2024: AWS stops the LiveChat server of pod 23 because its host failed. It ' +
    'must be started, verified and told, by itself.',
  limitS: 2_400,
  policies: { livechat: { readyEvent: true, hooks: CHAT_HOOKS } },
  chat: { instanceId: POD_23, backfill: 'by-hooks' },
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  isOver: recovered,
  expect(played) {
    const { figures } = played;
    const { stoppedS, startIssuedS, detectedS, firstAlertS, servingS } = figures;
    const wait = startIssuedS === null || stoppedS === null ? null : startIssuedS - stoppedS;
    const told = firstAlertS === null || detectedS === null ? null : firstAlertS - detectedS;
    return [
      ...rescued(played),
      demand('first alert within 15 s of detection', within(told, -15, 15)),
      demand('start on the wire within 5 s of `stopped`', within(wait, 0, 5)),
      demand('two sequential round trips to the start', figures.roundTripsToStart === 2),
      demand('serving within 3 min', within(servingS, 0, 180)),
      ...chatsMended(played),
    ];
  },
};

const PERSON_STOPS_IT: DrillSpec = {
  ...base,
  name: 'person-stops-it',
  twin: 'pod-23',
  title: 'A person stops the server',
  description:
    'An operator stops the server and starts it 20 minutes later. The watchdog must not undo ' +
    'the stop; it tells who it was once CloudTrail says so, and verifies the start.',
  limitS: 3_600,
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.at(ZERO_S, () => world.people.stop(POD_23));
    world.at(ZERO_S + 1_200, () => world.people.start(POD_23));
  },
  isOver: recovered,
  expect({ figures, facts }) {
    const named = factsOf(facts, 'message').some(({ email }) => email.includes(OPERATOR.name));
    return [
      demand('the watchdog never asked for a start', starts(facts) === 0),
      demand(
        'told, without calling anybody',
        figures.alerts.every((a) => a.severity === 'info'),
      ),
      demand('told within 15 s', within(figures.firstAlertS, -60, 15)),
      demand('a message names the person', named),
      demand('the decision says why', decidedOn(figures, 'ignore', 'stopped-by-person')),
      demand('adopted and recovered after the person started it', recovered(facts)),
    ];
  },
};

const LOST_EVENT: DrillSpec = {
  ...base,
  name: 'lost-event',
  twin: 'pod-23',
  title: 'EventBridge loses the event',
  description:
    'AWS stops the server and every state-change event is lost, as best-effort delivery allows.' +
    ' The sweep must find it: start within 120 s plus the sweep.',
  limitS: 2_400,
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.faults.dropEvents(({ source }) => source === 'aws.ec2');
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  isOver: recovered,
  expect(played) {
    const { stoppedS, startIssuedS } = played.figures;
    const wait = startIssuedS === null || stoppedS === null ? null : startIssuedS - stoppedS;
    return [...rescued(played), demand('start within 120 s plus the sweep', within(wait, 0, 180))];
  },
};

const DUPLICATE_EVENTS: DrillSpec = {
  ...base,
  name: 'duplicate-events',
  twin: 'pod-23',
  title: 'Every event comes five times, out of order',
  description:
    'AWS stops the server; each event is delivered five times within 20 seconds, so that old ' +
    'ones arrive after new ones. One start, two messages.',
  limitS: 2_400,
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.faults.duplicateEvents(5, { withinS: 20 });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  isOver: recovered,
  expect: rescued,
};

const KMS_GRANT_MISSING: DrillSpec = {
  ...base,
  name: 'kms-grant-missing',
  twin: 'pod-23',
  title: 'The start is accepted and does not hold',
  description:
    "The volume's customer key is not in the watchdog's configuration: EC2 accepts the start, " +
    'and the instance falls back to stopped. One retry, then a page that names the likely ' +
    'cause.',
  limitS: 2_400,
  play(world) {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/0d1e2f30-4152-6374-8596-a7b8c9dadbec';
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23', kmsKeyArn }));
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  expect({ figures, facts }) {
    const page = factsOf(facts, 'message').find((m) => m.attributes['event'] === 'needs-person');
    return [
      demand('started, and once more; never a third time', accepted(facts) === 2),
      demand('a page', page?.attributes['severity'] === 'critical'),
      demand('the page names the KMS key', page?.email.includes('KMS key') === true),
      demand('the decision says why', decidedOn(figures, 'escalate', 'start-does-not-hold')),
      demand(
        `two messages, opened and needs-person (got: ${alertsOf(figures)})`,
        alertsOf(figures) === 'opened, needs-person',
      ),
    ];
  },
};

const CAPACITY_BACK_S = 13 * 3_600;

const NO_CAPACITY: DrillSpec = {
  ...base,
  name: 'no-capacity',
  twin: 'pod-23',
  title: 'No capacity for 13 hours',
  description:
    'AWS stops the server and has no capacity for its type in its zone for 13 hours. The ' +
    'watchdog keeps trying with a capped backoff, and pages at once, after 15 min, after an ' +
    'hour, then hourly.',
  limitS: ZERO_S + CAPACITY_BACK_S + 3_600,
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.faults.capacityOut({ zone: 'us-east-1b', fromS: 0, toS: ZERO_S + CAPACITY_BACK_S });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  isOver: recovered,
  expect({ figures, facts }) {
    const pages = figures.alerts
      .filter((alert) => alert.kind === 'needs-person' && !isRepeat(alert))
      .map(({ at }) => at);
    const due = [0, 15, 60, ...Array.from({ length: 12 }, (_, hour) => 120 + hour * 60)];
    const onTime = due.every((minute, index) => {
      const at = pages[index];
      return at !== undefined && Math.abs(at - (figures.stoppedS ?? 0) - minute * 60) < 120;
    });
    return [
      demand(
        'it serves within 10 min of capacity',
        within(figures.servingS, 0, CAPACITY_BACK_S + 600),
      ),
      demand('recovered', recovered(facts)),
      demand(`pages at 0, 15, 60 min, then hourly (got ${pages.length})`, onTime),
      demand('at most 15 starts an hour asked for', starts(facts) <= 15 * 14),
      demand('at least 8 an hour', starts(facts) >= 8 * 13),
    ];
  },
};

const STORE_BACK_S = 3 * 3_600;

const DYNAMODB_DOWN: DrillSpec = {
  ...base,
  name: 'dynamodb-down',
  twin: 'pod-23',
  title: 'DynamoDB is gone for three hours',
  description:
    'As on 20 October 2025: DynamoDB does not answer, and AWS stops the server. It is started ' +
    'all the same, told once, and verified when the table is back.',
  limitS: ZERO_S + STORE_BACK_S + 1_800,
  play(world) {
    world.ec2.addInstance(chatServer(POD_23, { name: 'pod-23' }));
    world.faults.serviceDown('dynamodb', { fromS: ZERO_S - 60, toS: ZERO_S + STORE_BACK_S });
    world.at(ZERO_S, () => void world.aws.hostFailure(POD_23, { stoppingS: 25 }));
  },
  isOver: recovered,
  expect(played) {
    const { stoppedS, startIssuedS } = played.figures;
    const wait = startIssuedS === null || stoppedS === null ? null : startIssuedS - stoppedS;
    return [...rescued(played), demand('start within 5 s of `stopped`', within(wait, 0, 5))];
  },
};

const OLD_STOP: DrillSpec = {
  ...base,
  name: 'old-stop',
  twin: 'pod-23',
  title: 'Tagged weeks after AWS stopped it',
  description:
    'AWS stopped the server three weeks ago; today somebody adds the opt-in tag. It is told, ' +
    'not started: nobody knows whether it should run.',
  limitS: 1_800,
  play(world) {
    const server = chatServer(POD_23, {
      name: 'pod-23',
      state: 'stopped',
      stateReason: {
        code: 'Server.ScheduledStop',
        message: 'Server.ScheduledStop: Stopped due to scheduled retirement',
      },
      stoppedAt: '2024-07-11T03:12:00Z',
      launchedAt: '2024-05-02T08:00:00Z',
    });
    world.ec2.addInstance({ ...server, tags: {} });
    world.at(ZERO_S, () => world.people.setTag(POD_23, 'watchdog', 'livechat'));
  },
  expect({ figures, facts }) {
    return [
      demand('never started', starts(facts) === 0),
      demand(`told once (got: ${alertsOf(figures)})`, alertsOf(figures) === 'needs-person'),
      demand('the decision says why', decidedOn(figures, 'escalate', 'stopped-before-enrolment')),
    ];
  },
};

/** Drills over one server. */
export const SINGLE_SERVER_DRILLS: readonly DrillSpec[] = [
  POD_23_FAILS,
  PERSON_STOPS_IT,
  LOST_EVENT,
  DUPLICATE_EVENTS,
  KMS_GRANT_MISSING,
  NO_CAPACITY,
  DYNAMODB_DOWN,
  OLD_STOP,
];
