import type { InstanceView } from '../../lambda/core/observation';
import type { RescueFacts } from '../../lambda/core/readiness';
import { hours, minutes, seconds } from '../../lambda/core/time';
import { aView, anIncident, at, INITIALIZING, OK_CHECKS } from '../core/builders';
import { FakeWorld, idOf, stoppedPod } from './fake-ports';
import { readyMessage, stateEvent, sweepMessage } from './messages';

const POD = idOf(23);
const NOT_READY: RescueFacts = { kmsKeyArns: [], stopProtection: false, mayStart: false };
const PROTECTED: RescueFacts = { kmsKeyArns: [], stopProtection: true, mayStart: true };

const runningPod = (index: number, over: Partial<InstanceView> = {}): InstanceView =>
  aView({ ...stoppedPod(index), state: 'running', stateReason: undefined, ...SERVING, ...over });
const SERVING = { checks: OK_CHECKS };

function newcomer(over: Partial<InstanceView> = {}): FakeWorld {
  const world = new FakeWorld();
  world.add(runningPod(23, over), null);
  return world;
}

async function sweep(world: FakeWorld, waitSeconds = 60): Promise<void> {
  world.clock.goOn(seconds(waitSeconds));
  await world.run(sweepMessage(world.clock.now()));
}

describe('an instance with a new tag', () => {
  it('is enrolled by the first sweep that sees it serve, and shows it', async () => {
    const world = newcomer();
    await sweep(world, 0);
    expect(world.record(POD).enrolment).toEqual({
      kind: 'enrolled',
      at: at(2),
      checkedAt: at(2),
      findings: [],
    });
    expect(world.ec2.tagged).toEqual([
      { instanceId: POD, tags: { 'watchdog:ready': `yes ${POD} 2024-08-01T12:10:09.000Z` } },
    ]);
    expect(world.told).toEqual([]);
  });

  it('is enrolled though EC2 does not make the check that its policy asks for: that is told', async () => {
    const world = new FakeWorld({ livechat: { applicationCheck: { port: 80, path: '/' } } });
    const checks = { ...OK_CHECKS, application: { status: 'not-configured' } as const };
    world.add(runningPod(23, { checks }), null);
    await sweep(world, 0);
    expect(world.record(POD).enrolment).toMatchObject({
      kind: 'enrolled',
      findings: [{ kind: 'application-check-missing' }],
    });
    expect(world.sent[0]?.email).toContain('application check');
  });

  it('is NOT enrolled while the application check fails', async () => {
    const world = new FakeWorld({ livechat: { applicationCheck: { port: 80, path: '/' } } });
    const checks = { ...OK_CHECKS, application: { status: 'initializing' } as const };
    world.add(runningPod(23, { checks }), null);
    await sweep(world, 0);
    expect(world.ec2.tagged).toEqual([]);
  });

  it.each<[string, Partial<InstanceView>]>([
    ['is still booting', { checks: INITIALIZING }],
    ['is stopped', { state: 'stopped' }],
    ['is none of ours to start', { lifecycle: 'spot' }],
    ['names no policy', { tags: { watchdog: 'unheard-of' } }],
  ])('is not enrolled while it %s', async (_why, over) => {
    const world = newcomer(over);
    await sweep(world, 0);
    expect(world.store.records.get(POD)?.enrolment.kind ?? 'unseen').toBe('unseen');
    expect(world.ec2.tagged).toEqual([]);
  });

  it('is not enrolled on checks that could not be read', async () => {
    const world = newcomer();
    world.ec2.statusesFail = true;
    await sweep(world, 0);
    expect(world.ec2.tagged).toEqual([]);
    expect(world.store.records.get(POD)).toBeUndefined();
  });

  // Why this test? The first sweep of 5,000 wrote 5,000 records and read the status of all: beyond
  // half of EC2's bucket, and 5,000 calls in one invocation.
  it('of very many has its turn: the first sweep reads and writes a hundred', async () => {
    const world = new FakeWorld();
    for (let index = 0; index < 250; index += 1) world.add(runningPod(index), null);
    await sweep(world, 0);
    expect(world.ec2.statusAsked.flat()).toHaveLength(100);
    expect(world.store.records.size).toBeLessThanOrEqual(101);
    expect(world.ec2.tagged).toHaveLength(20);
    for (let minute = 0; minute < 12; minute += 1) await sweep(world);
    expect(world.ec2.tagged).toHaveLength(250);
  });

  it('is recorded at once where it is down, though its turn has not come', async () => {
    const world = new FakeWorld();
    for (let index = 0; index < 250; index += 1) world.add(runningPod(index), null);
    world.add(stoppedPod(900), null);
    await sweep(world, 0);
    expect(world.record(idOf(900)).incident).toBeDefined();
  });

  it('is enrolled on its own ready event too', async () => {
    const world = new FakeWorld({ livechat: { readyEvent: true } });
    world.add(runningPod(23, { checks: INITIALIZING }), null);
    await world.run(readyMessage(POD, at(1)));
    expect(world.record(POD).enrolment.kind).toBe('unseen');
    await sweep(world, 0);
    expect(world.record(POD).enrolment.kind).toBe('enrolled');
  });

  it('is not enrolled by an event: only the sweep does', async () => {
    const world = newcomer();
    await world.run(stateEvent(POD, 'running', at(0)));
    expect(world.ec2.tagged).toEqual([]);
  });

  it('is one of at most twenty in a sweep; the others follow', async () => {
    const world = new FakeWorld();
    for (let index = 0; index < 45; index += 1) world.add(runningPod(index), null);
    const enrolled = (): number =>
      [...world.store.records.values()].filter(({ enrolment }) => enrolment.kind === 'enrolled')
        .length;
    const counts: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      await sweep(world);
      counts.push(enrolled());
    }
    expect(counts).toEqual([20, 40, 45]);
  });
});

describe('the daily check', () => {
  function enrolled(facts: RescueFacts, checkedHoursAgo: number): FakeWorld {
    const world = new FakeWorld();
    const checkedAt = at(2 - checkedHoursAgo * 3_600);
    world.add(runningPod(23), {
      enrolment: { kind: 'enrolled', at: at(-999_999), checkedAt, findings: [] },
    });
    world.ec2.facts.set(POD, facts);
    return world;
  }

  it('is due after 24 hours, whatever the checks show, and keeps since when it is enrolled', async () => {
    const world = enrolled(PROTECTED, 24);
    world.ec2.change(POD, { checks: INITIALIZING });
    await sweep(world, 0);
    expect(world.record(POD).enrolment).toMatchObject({
      at: at(-999_999),
      checkedAt: at(2),
      findings: [{ kind: 'stop-protection' }],
    });
  });

  it('is not due before', async () => {
    const world = enrolled(PROTECTED, 23);
    await sweep(world, 0);
    expect(world.ec2.tagged).toEqual([]);
    expect(world.store.written).toEqual([]);
  });

  it('is made of one that runs and is impaired: it is AWS that may stop it next', async () => {
    const world = enrolled(PROTECTED, 48);
    const record = world.record(POD);
    const incident = anIncident({ condition: 'impaired' });
    world.store.records.set(POD, { ...record, incident });
    await sweep(world, 0);
    expect(world.record(POD).enrolment).toMatchObject({ checkedAt: at(2) });
    expect(world.record(POD).incident).toBeDefined();
  });

  it('is not made during an incident', async () => {
    const world = enrolled(PROTECTED, 48);
    const record = world.record(POD);
    world.store.records.set(POD, { ...record, incident: anIncident() });
    await sweep(world, 0);
    expect(world.ec2.tagged).toEqual([]);
  });

  it('writes no tag when its record could not be written', async () => {
    const world = enrolled(PROTECTED, 48);
    world.store.rivals.set(POD, 9);
    await sweep(world, 0);
    expect(world.ec2.tagged).toEqual([]);
    expect(world.told).toEqual([]);
  });
});

describe('what a rescue would lack', () => {
  function lacking(...indexes: readonly number[]): FakeWorld {
    const world = new FakeWorld();
    for (const index of indexes) {
      world.add(runningPod(index), null);
      world.ec2.facts.set(idOf(index), NOT_READY);
    }
    return world;
  }

  it('is told in one message for all, and shown on each', async () => {
    const world = lacking(1, 2, 3);
    world.add(runningPod(4), null);
    await sweep(world, 0);
    expect(world.told).toEqual(['notice many']);
    expect(world.sent[0]?.attributes['severity']).toBe('warning');
    const email = world.sent[0]?.email ?? '';
    expect([1, 2, 3, 4].map((index) => email.includes(idOf(index)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(world.ec2.views.get(idOf(1))?.tags['watchdog:ready']).toContain('start-not-permitted');
    expect(world.ec2.views.get(idOf(1))?.tags['watchdog:ready']).toMatch(/^no /);
  });

  it('names the instance when it is one', async () => {
    const world = lacking(23);
    await sweep(world, 0);
    expect(world.told).toEqual([`notice ${POD}`]);
  });

  it('is told once, and something new is told', async () => {
    const world = lacking(23);
    await sweep(world, 0);
    world.clock.goOn(hours(25));
    await sweep(world);
    expect(world.told).toHaveLength(1);
    world.ec2.facts.set(POD, { ...NOT_READY, stopProtection: true });
    world.clock.goOn(hours(25));
    await sweep(world);
    expect(world.told).toHaveLength(2);
    expect(world.sent[1]?.email).toContain('Stop protection');
    expect(world.sent[1]?.email).not.toContain('may not start it');
  });

  /** Why this test? It was remembered as told before SNS had taken it, and nobody ever heard. */
  it('is told by the next sweep when SNS did not take it', async () => {
    const world = lacking(23);
    world.snsTakes = () => false;
    await sweep(world, 0);
    expect(world.record(POD).enrolment.kind).toBe('enrolled');
    world.snsTakes = () => true;
    await sweep(world);
    expect(world.told).toEqual([`notice ${POD}`]);
    world.clock.goOn(minutes(5));
    await sweep(world);
    expect(world.told).toHaveLength(1);
  });
});
