import { actsOf } from '../drills/acts';
import { chatFleet } from '../drills/servers';
import { between } from '../../lambda/core/time';
import type { BusEvent } from '../account/bus-event';
import { factsOf, type Fact } from '../history';
import type { World } from '../world';
import { fewDescribes, messagesIn, startCalls, stops } from './figures';
import { atLeast, atMost, exactly, secondsFrom, type Load } from './load';

const LASTS_S = 600;
const EVENTS_A_SECOND = 100;
/** Instances of other teams, which never opted in. */
const STRANGERS = 500;
const URGENT_AFTER_S = 300;

const STATES = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'];

const strangerId = (number: number): string =>
  `i-0e${(number % STRANGERS).toString(16).padStart(15, '0')}`;

const stateChange = (number: number): BusEvent => ({
  source: 'aws.ec2',
  detailType: 'EC2 Instance State-change Notification',
  resources: [],
  detail: { 'instance-id': strangerId(number), state: STATES[number % STATES.length] },
  instanceIds: [],
});

const stopCall = (number: number): BusEvent => {
  const instancesSet = { items: [{ instanceId: strangerId(number) }] };
  return {
    source: 'aws.ec2',
    detailType: 'AWS API Call via CloudTrail',
    resources: [],
    detail: {
      eventSource: 'ec2.amazonaws.com',
      eventName: number % 2 === 0 ? 'StopInstances' : 'StartInstances',
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/build' },
      requestParameters: { instancesSet },
    },
    instanceIds: [],
  };
};

const alarm = (number: number): BusEvent => ({
  source: 'aws.cloudwatch',
  detailType: 'CloudWatch Alarm State Change',
  resources: [],
  detail: {
    alarmName: `cpu-${number % STRANGERS}`,
    state: { value: number % 2 === 0 ? 'ALARM' : 'OK' },
    configuration: {
      metrics: [{ metricStat: { metric: { dimensions: { InstanceId: strangerId(number) } } } }],
    },
  },
  instanceIds: [],
});

/** Of no rule of ours: the bus itself keeps it away. */
const backup = (number: number): BusEvent => ({
  source: 'aws.backup',
  detailType: 'Backup Job State Change',
  resources: [],
  detail: { backupJobId: String(number), state: 'COMPLETED' },
  instanceIds: [],
});

/** What a busy account's bus carries, most of it matching our rules: those are what costs us. */
const KINDS = [stateChange, stateChange, stateChange, stopCall, alarm, backup] as const;

function makeNoise(world: World, zeroS: number): void {
  for (let number = 0; number < LASTS_S * EVENTS_A_SECOND; number += 1) {
    const make = KINDS[number % KINDS.length] ?? backup;
    world.at(zeroS + number / EVENTS_A_SECOND, () => void world.aws.event(make(number >> 1)));
  }
}

/** The longest that a message waited between its queue and an invocation, in seconds. */
function longestWaitS(story: readonly Fact[]): number {
  const delivered = new Map(factsOf(story, 'delivered').map((fact) => [fact.eventId, fact.at]));
  const waits = factsOf(story, 'began').flatMap(({ at, eventIds }) =>
    eventIds.flatMap((id) => {
      const since = delivered.get(id);
      return since === undefined ? [] : between(since, at) / 1_000;
    }),
  );
  return waits.reduce((most, wait) => Math.max(most, wait), 0);
}

/** The whole account on the default bus, and one event among it that matters. */
export const NOISE: Load = {
  name: 'noise',
  title: '100 irrelevant events a second for ten minutes, and one urgent among them',
  fleet: chatFleet(10, ['us-east-1a', 'us-east-1b']),
  lastsS: LASTS_S + 600,
  story(world, ids, zeroS) {
    makeNoise(world, zeroS);
    const [first = ''] = ids;
    const urgent = (): void => void world.aws.hostFailure(first, { stoppingS: 20 });
    world.at(zeroS + URGENT_AFTER_S, urgent);
  },
  goals(played) {
    const { story, ids } = played;
    const [stopped] = stops(story);
    const acts = actsOf(story);
    const others = acts.filter(({ instanceId }) => instanceId !== ids[0]);
    const wrong = messagesIn(story).filter(({ attributes }) => attributes['instanceId'] !== ids[0]);
    return [
      atLeast(0.8 * LASTS_S * EVENTS_A_SECOND, [
        'noise taken in',
        factsOf(story, 'delivered').length,
      ]),
      exactly(0, ['acts on anything else', others.length]),
      atMost(10, ['urgent stop to its start', secondsFrom(stopped, startCalls(story)[0]), 's']),
      exactly(1, ['starts', acts.filter(({ what }) => what === 'start').length]),
      exactly(0, ['messages about anything else', wrong.length]),
      atMost(10, ['the longest wait of a message', longestWaitS(story), 's']),
      fewDescribes(played),
    ];
  },
};
