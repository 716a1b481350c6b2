import { seconds } from '../../lambda/core/time';
import type { StartOutcome } from '../../lambda/ports';
import { anAttempt, anIncident, at, T0 } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { untilQuiet } from './journal';
import { stateEvent, sweepMessage, tickMessage } from './messages';

const POD = idOf(23);
const STOPPED = stateEvent(POD, 'stopped', T0);
const BATCH_FAILED = { kind: 'batch-failed', code: 'InsufficientInstanceCapacity' } as const;

function stoppedByAws(): FakeWorld {
  const world = new FakeWorld();
  world.add(stoppedPod(23));
  return world;
}

const lastOutcome = (world: FakeWorld): string | undefined =>
  world.record(POD).incident?.attempts.at(-1)?.outcome.kind;

describe('the urgent path', () => {
  it('has this order of effects, with two sequential round trips up to the start', async () => {
    const world = stoppedByAws();
    await world.run(STOPPED);
    expect(world.journal.lines).toEqual([
      'look',
      'read',
      'look answered',
      'read answered',
      'start',
      'write',
      'start answered',
      'write answered',
      'publish',
      'tag',
      'publish answered',
      'tag answered',
      'write',
      'write answered',
      'write fleet',
      'write fleet answered',
      'send tick',
      'send tick answered',
    ]);
  });

  it('does not wait for the intent before the start', async () => {
    const world = stoppedByAws();
    const release = world.journal.hold('write');
    const run = world.run(STOPPED);
    await untilQuiet();
    expect(world.journal.lines).toContain('start answered');
    expect(world.journal.lines).not.toContain('write answered');
    release();
    await run;
    expect(lastOutcome(world)).toBe('accepted');
  });

  it('tells nobody before the intent is written', async () => {
    const world = stoppedByAws();
    const release = world.journal.hold('write');
    const run = world.run(STOPPED);
    await untilQuiet();
    expect(world.journal.lines).not.toContain('publish');
    release();
    await run;
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('writes the intent with a lease of 30 s, then the outcome without', async () => {
    const world = stoppedByAws();
    await world.run(STOPPED);
    const [intent, outcome] = world.store.written;
    expect(intent?.incident?.attempts.at(-1)?.outcome.kind).toBe('intended');
    expect(intent?.lease).toEqual({ owner: 'request-1', token: 1, until: at(32) });
    expect(intent?.outbox).toHaveLength(1);
    expect(outcome?.incident?.attempts.at(-1)?.outcome.kind).toBe('accepted');
    expect(outcome?.lease).toEqual({ owner: 'request-1', token: 1, until: at(2) });
    expect(outcome?.outbox).toEqual([]);
  });

  it('does not start a second time when the intent meets another writer', async () => {
    const world = stoppedByAws();
    world.store.rivals.set(POD, 1);
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.count('StoreConflicts')).toBe(1);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('starts nothing that EC2 shows running, whatever the event says', async () => {
    const world = stoppedByAws();
    world.ec2.boots(POD, stoppedPod(23).checks);
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([]);
    expect(world.told).toEqual([]);
  });

  it('does not start again on a read of the past', async () => {
    const world = stoppedByAws();
    world.ec2.stale.set(POD, stoppedPod(23));
    await world.run(STOPPED);
    world.clock.goOn(seconds(30));
    await world.run(STOPPED);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('starts what else is down in the same invocation', async () => {
    const world = stoppedByAws();
    world.add(stoppedPod(24));
    await world.run(STOPPED);
    expect(world.ec2.starts.flat()).toEqual([POD, idOf(24)]);
  });

  it('asks EC2 for nothing but the named ones when nothing is down', async () => {
    const world = stoppedByAws();
    await world.run(stateEvent(POD, 'running', T0));
    expect(world.ec2.looks).toEqual([
      { kind: 'some', instanceIds: [POD], volumeIds: [], down: false },
    ]);
  });
});

describe('groups of starts', () => {
  it('starts 200 in one call', async () => {
    const world = new FakeWorld();
    const pods = Array.from({ length: 200 }, (_, index) => stoppedPod(index));
    for (const pod of pods) world.add(pod);
    await world.run(...pods.map(({ instanceId }) => stateEvent(instanceId, 'stopped', T0)));
    expect(world.ec2.starts).toHaveLength(1);
    expect(world.ec2.starts[0]).toHaveLength(200);
    expect(world.count('StartsRequested')).toBe(200);
  });

  /** Four of two zones and two types, of which EC2 took none at the first try. */
  async function afterOneCall(outcome: StartOutcome): Promise<FakeWorld> {
    const world = new FakeWorld();
    world.add(stoppedPod(1));
    world.add(stoppedPod(2, { zone: 'us-east-1a' }));
    world.add(stoppedPod(3, { instanceType: 'c7g.large' }));
    world.add(stoppedPod(4));
    for (const index of [1, 2, 3, 4]) world.ec2.outcomes.set(idOf(index), outcome);
    await world.run(stateEvent(idOf(1), 'stopped', T0));
    expect(world.ec2.starts).toEqual([[1, 2, 3, 4].map(idOf)]);
    world.ec2.starts.length = 0;
    world.ec2.outcomes.clear();
    world.clock.goOn(seconds(20));
    await world.run(sweepMessage(world.clock.now()));
    return world;
  }

  it('makes one call for each zone and type after a batch that failed', async () => {
    const world = await afterOneCall(BATCH_FAILED);
    const calls = world.ec2.starts.map((ids) => ids.join(' ')).toSorted();
    // Of two in one place only one: either may be at fault for both.
    expect(calls).toEqual([idOf(1), idOf(2), idOf(3)]);
  });

  it('makes one call again after anything else', async () => {
    const world = await afterOneCall({ kind: 'unavailable', code: 'RequestLimitExceeded' });
    expect(world.ec2.starts).toEqual([[1, 2, 3, 4].map(idOf)]);
  });

  it('lets invocations begin at either end, so that two seldom ask for the same', async () => {
    const first = new Set<string>();
    const world = new FakeWorld();
    for (let count = 0; count < 20; count += 1) {
      const incident = anIncident({ attempts: [anAttempt(at(-20), BATCH_FAILED)] });
      world.add(stoppedPod(1), { incident });
      world.add(stoppedPod(2, { zone: 'us-east-1a' }), { incident });
      const before = world.ec2.starts.length;
      await world.run(stateEvent(idOf(1), 'stopped', T0));
      first.add(world.ec2.starts[before]?.[0] ?? 'none');
    }
    expect(first).toEqual(new Set([idOf(1), idOf(2)]));
  });
});

describe('what EC2 answers to a start is recorded', () => {
  const OUTCOMES: readonly (readonly [StartOutcome, { refused: number }])[] = [
    [{ kind: 'accepted', wasStopped: true }, { refused: 0 }],
    [{ kind: 'accepted', wasStopped: false }, { refused: 0 }],
    [{ kind: 'no-capacity', code: 'InsufficientInstanceCapacity' }, { refused: 1 }],
    [{ kind: 'refused', code: 'UnauthorizedOperation', message: 'no' }, { refused: 1 }],
    [{ kind: 'unavailable', code: 'RequestLimitExceeded' }, { refused: 1 }],
    [{ kind: 'batch-failed', code: 'InsufficientInstanceCapacity' }, { refused: 1 }],
    [{ kind: 'not-asked' }, { refused: 1 }],
    [{ kind: 'wrong-state', code: 'IncorrectInstanceState' }, { refused: 1 }],
  ];

  it.each(OUTCOMES)('%j', async (outcome, { refused }) => {
    const world = stoppedByAws();
    world.ec2.outcomes.set(POD, outcome);
    await world.run(STOPPED);
    const { incident, starts } = world.record(POD);
    const recorded = incident?.attempts.map((attempt) => attempt.outcome);
    expect(recorded).toEqual([
      outcome.kind === 'accepted' ? { kind: 'accepted', at: at(2) } : outcome,
    ]);
    // Only what EC2 accepted counts against the budget.
    expect(starts).toEqual(outcome.kind === 'accepted' ? [at(2)] : []);
    expect(world.count('StartsRefused')).toBe(refused);
  });

  it('gives each instance of a batch its own outcome', async () => {
    const world = stoppedByAws();
    world.add(stoppedPod(24));
    world.ec2.outcomes.set(POD, { kind: 'no-capacity', code: 'InsufficientInstanceCapacity' });
    await world.run(STOPPED);
    expect(lastOutcome(world)).toBe('no-capacity');
    expect(world.record(idOf(24)).incident?.attempts.at(-1)?.outcome.kind).toBe('accepted');
  });
});

describe('an invocation that dies', () => {
  const later = async (world: FakeWorld): Promise<void> => {
    world.clock.goOn(seconds(60));
    await world.run(sweepMessage(world.clock.now()));
  };

  it('between the intent and the call: taken up when its lease is over', async () => {
    const world = stoppedByAws();
    await world.runAndDie('start', 'before-effect', STOPPED);
    expect(lastOutcome(world)).toBe('intended');
    await later(world);
    expect(world.ec2.starts).toEqual([[POD], [POD]]);
    expect(lastOutcome(world)).toBe('accepted');
    expect(world.record(POD).lease?.token).toBe(2);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('between the call and the message: the start is not repeated, and people hear of it', async () => {
    const world = stoppedByAws();
    await world.runAndDie('publish', 'before-effect', STOPPED);
    expect(world.told).toEqual([]);
    await later(world);
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([`opened ${POD}`]);
  });

  it('between the message and the outcome: told once more at most', async () => {
    const world = stoppedByAws();
    await world.runAndDie('publish', 'after-effect', STOPPED);
    await later(world);
    await later(world);
    expect(world.told.filter((text) => text === `opened ${POD}`)).toHaveLength(2);
    expect(world.ec2.starts).toEqual([[POD]]);
  });

  it('leaves its lease: until that is over, nobody else starts or tells', async () => {
    const world = stoppedByAws();
    await world.runAndDie('start', 'before-effect', STOPPED);
    world.clock.goOn(seconds(20));
    await world.run(tickMessage(0, world.clock.now()));
    expect(world.ec2.starts).toEqual([[POD]]);
    expect(world.told).toEqual([]);
  });
});
