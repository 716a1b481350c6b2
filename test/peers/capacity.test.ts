import { EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { decide } from '../../lambda/core/decide';
import type { Decision, Situation } from '../../lambda/core/decision';
import type { Attempt } from '../../lambda/core/incident';
import { laddersOf } from '../../lambda/core/ladder';
import { hours, minutes } from '../../lambda/core/time';
import { STARTED_RATE, START_RATE } from '../../lambda/adapters/ec2';
import { createStart } from '../../lambda/adapters/ec2-start';
import { createTokenBucket } from '../../lambda/adapters/token-bucket';
import { awsFailure, fakeClock } from '../adapters/fake-world';
import {
  NO_CAPACITY,
  aPolicy,
  aSituation,
  anIncident,
  at,
  clearFacts,
  stoppedView,
} from '../core/builders';
import { account, servesIn, serverId, startsOf } from './played';

describe('Cloud Custodian: a retry list that never matches, so a capacity error ends the batch', () => {
  const ec2 = mockClient(EC2Client);
  const answered = async (code: string, status: number): Promise<string | undefined> => {
    ec2.reset();
    ec2.on(StartInstancesCommand).rejects(awsFailure(code, status));
    const clock = fakeClock();
    const start = createStart(new EC2Client({}), {
      bucket: createTokenBucket(clock, START_RATE),
      instances: createTokenBucket(clock, STARTED_RATE),
    });
    return (await start(['i-1'], 1)).get('i-1')?.kind;
  };

  // A trailing comma made their list of codes a list within a list, in which none is ever found.
  it.each([
    ['InsufficientInstanceCapacity', 500],
    ['InsufficientHostCapacity', 500],
    ['ReservationCapacityExceeded', 400],
  ])('%s is known for what it is', async (code, status) => {
    expect(await answered(code, status)).toBe('no-capacity');
  });

  it('twin: a quota is no want of capacity', async () => {
    expect(await answered('VcpuLimitExceeded', 400)).toBe('refused');
  });

  it('one without capacity is tried until there is some, and keeps nobody else waiting', async () => {
    const world = account(3);
    const short = serverId(2);
    world.faults.capacityOut({ instanceId: short, fromS: 300, toS: 1_500 });
    for (const index of [1, 2, 3]) {
      world.at(300, () => void world.aws.hostFailure(serverId(index), { stoppingS: 20 }));
    }
    await world.runUntil(400);
    expect([1, 2, 3].map((index) => startsOf(world, serverId(index)).length)).toEqual([1, 0, 1]);
    await world.runUntil(3_600);
    expect(startsOf(world, short).map((second) => second > 1_500)).toEqual([true]);
    expect([1, 2, 3].every((index) => servesIn(world, serverId(index)))).toBe(true);
  });
});

const OWN = 'm6i.large';
const OTHER = 'm6a.large';

const brief = (decision: Decision): string =>
  decision.kind === 'remediate'
    ? [decision.remediation, ...(decision.detail === undefined ? [] : [decision.detail])].join(' ')
    : `${decision.kind} ${decision.reason}`;

const tried = (remediation: 'start' | 'change-type', seconds: number, detail: string): Attempt => ({
  remediation,
  reason: remediation === 'start' ? 'capacity-retry' : 'another-type',
  at: at(seconds),
  outcome: remediation === 'start' ? NO_CAPACITY : { kind: 'accepted', at: at(seconds) },
  detail,
});

describe('Instance Scheduler: the type changed before the instance has stopped', () => {
  /** EC2 had no capacity for it some minutes ago, and another type is due. */
  const due = (state: Situation['view']['state']): string =>
    brief(
      decide(
        aSituation({
          view: stoppedView(undefined, { state, instanceType: OWN }),
          incident: anIncident({
            attempts: [tried('start', 2, OWN)],
            escalated: [{ reason: 'no-capacity', at: at(3) }],
          }),
          policy: aPolicy({
            alternateTypes: [OTHER],
            ladders: laddersOf({ 'no-capacity': ['change-type'] }, minutes(2)),
          }),
          facts: clearFacts({ fittingTypes: [OTHER] }),
          now: at(160),
        }),
      ),
    );

  it.each(['stopping', 'pending', 'running'] as const)('NOT while it is %s', (state) => {
    expect(due(state)).not.toContain('change-type');
  });

  it('twin: once it is stopped, before it is started', () => {
    expect(due('stopped')).toBe(`change-type ${OTHER}`);
  });
});

describe('Instance Scheduler: when every type fails, it is left on the last one tried', () => {
  const three = hours(72) / 1_000;
  const attempts = [tried('start', 2, OWN), tried('change-type', 130, OTHER)];
  const policy = aPolicy({
    alternateTypes: [OTHER],
    ladders: laddersOf({ 'no-capacity': ['change-type'] }, minutes(2)),
  });
  const situation = (seconds: number, over: Partial<Situation> = {}): Situation =>
    aSituation({
      view: stoppedView(undefined, { instanceType: OTHER }),
      incident: anIncident({
        attempts: [...attempts, tried('start', 134, OTHER)],
        escalated: [{ reason: 'no-capacity', at: at(3) }],
      }),
      policy,
      ownType: OWN,
      facts: clearFacts({ fittingTypes: [OWN] }),
      now: at(seconds),
      ...over,
    });

  it('it goes back to its own type when the tries are over, and that is told', () => {
    expect(brief(decide(situation(three + 3)))).toBe(`change-type ${OWN}`);
    const back = { view: stoppedView(undefined, { instanceType: OWN }), ownType: undefined };
    expect(brief(decide(situation(three + 7, back)))).toBe('escalate gave-up');
  });

  it('its own has its turn again before that, and a person has heard of it', () => {
    expect(brief(decide(situation(160)))).toBe(`change-type ${OWN}`);
  });

  it('twin: it is NOT taken from a type that is yet to be tried', () => {
    const untried = anIncident({ attempts, escalated: [{ reason: 'no-capacity', at: at(3) }] });
    expect(brief(decide(situation(134, { incident: untried })))).toBe('start');
  });
});
