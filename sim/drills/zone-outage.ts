import { factsOf } from '../history';
import { describesPerSecond } from './acts';
import { demand, type DrillSpec } from './drill';
import { isStart } from './figures';
import { chatFleet } from './servers';

const COUNT = 200;
/** Several, as a real fleet has them: EC2's capacity is per type. */
const TYPES = ['m6i.large', 'm6i.xlarge', 'c6i.large', 'r6i.large'];
/** Enrolment takes 20 instances a sweep. */
const ZERO_S = 1_500;

/** 200 instances that AWS stops within a second. */
export const ZONE_OUTAGE: DrillSpec = {
  name: 'zone-outage',
  twin: 'zone-impaired',
  title: '200 servers stopped within a second',
  description:
    'A zone of 200 servers loses its hosts: AWS stops all within a second. All are started ' +
    "within half of EC2's request buckets, and people get one thread, not 200.",
  startAt: '2024-08-01T11:45:00Z',
  zeroS: ZERO_S,
  limitS: ZERO_S + 2_400,
  play(world) {
    const fleet = chatFleet(COUNT, ['us-east-1b'], TYPES);
    for (const server of fleet) world.ec2.addInstance(server);
    fleet.forEach((server, index) => {
      world.at(
        ZERO_S + index / COUNT,
        () => void world.aws.hostFailure(server.id, { stoppingS: 20 }),
      );
    });
  },
  isOver(facts) {
    const resolved = factsOf(facts, 'log').filter(({ fields }) => fields['reason'] === 'recovered');
    return resolved.length >= COUNT;
  },
  expect({ figures, facts }) {
    const started = new Set(factsOf(facts, 'effect').flatMap((effect) => [...effect.started]));
    const calls = factsOf(facts, 'call').filter(isStart).length;
    const reads = describesPerSecond(facts, (facts[0]?.at ?? 0) + ZERO_S * 1_000);
    const { stoppedS, startIssuedS } = figures;
    const wait = stoppedS === null || startIssuedS === null ? null : startIssuedS - stoppedS;
    return [
      demand(`all ${COUNT} were started (got ${started.size})`, started.size === COUNT),
      demand('all starts issued within 15 s', wait !== null && wait <= 15),
      demand(`few start calls (got ${calls})`, calls <= 20),
      demand(`at most 5 describe calls a second (got ${reads})`, reads <= 5),
      demand(`at most 10 messages (got ${figures.alerts.length})`, figures.alerts.length <= 10),
      demand('all serve again', figures.servingS !== null),
      demand('all recovered', figures.recoveredS !== null),
    ];
  },
};
