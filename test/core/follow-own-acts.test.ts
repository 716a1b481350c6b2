import type { Cause } from '../../lambda/core/cause';
import { follow } from '../../lambda/core/follow';
import type { Evidence } from '../../lambda/core/evidence';
import type { Attempt, Incident, Progress } from '../../lambda/core/incident';
import type { InstanceView } from '../../lambda/core/observation';
import type { Instant } from '../../lambda/core/time';
import {
  AWS_STOP,
  BOOT,
  INITIALIZING,
  OK_CHECKS,
  USER_STOP,
  aCause,
  aPolicy,
  aTakedown,
  aView,
  anAttempt,
  anIncident,
  at,
  impaired,
  readyEvent,
  stateChange,
  stoppedView,
} from './builders';

const HOST: Cause = aCause({ confidence: 'medium', evidence: ['EC2 reports impaired: system'] });
const OURS: Cause = aCause({ kind: 'self', detail: 'unfinished', evidence: ['our own stop'] });
const THEIRS: Cause = aCause({ kind: 'api', evidence: ['a person'] });

const booting = (since: number, launchTime = BOOT): Progress => ({
  kind: 'booting',
  launchTime,
  since: at(since),
});

/** Impaired since T0; we stopped it at 600 s, and EC2 took that. */
const moved = (over: Partial<Incident> = {}): Incident =>
  anIncident({
    condition: 'impaired',
    cause: HOST,
    attempts: [aTakedown('stop-start', at(600), { reason: 'system-impaired' })],
    progress: booting(600),
    ...over,
  });

const look = (
  incident: Incident,
  view: InstanceView,
  {
    seconds = 620,
    cause = OURS,
    evidence = [],
    lastSweepAt,
  }: {
    readonly seconds?: number;
    readonly cause?: Cause;
    readonly evidence?: readonly Evidence[];
    readonly lastSweepAt?: Instant;
  } = {},
): Incident =>
  follow({
    incident,
    view,
    evidence,
    policy: aPolicy(),
    cause,
    mandate: { kind: 'hands-off', reason: 'stopped-while-paused' },
    lastSweepAt,
    now: at(seconds),
  });

const down = stoppedView(USER_STOP, { transitionAt: at(601) });

describe('a stop of our own', () => {
  it('is noted, and changes nothing of what is wrong and whose it is', () => {
    const noted = look(moved(), down);
    expect(noted).toMatchObject({
      condition: 'impaired',
      cause: HOST,
      mandate: { kind: 'rescue' },
      progress: { kind: 'down', since: at(601) },
      launchTimeBefore: BOOT,
    });
    expect(look(noted, down, { seconds: 640 })).toBe(noted);
  });

  it("of somebody else is theirs, also during ours: its condition is 'stopped'", () => {
    const theirs = look(moved(), down, { cause: THEIRS });
    expect(theirs).toMatchObject({ condition: 'stopped', cause: THEIRS });
    expect(theirs.mandate.kind).toBe('hands-off');
  });

  it('becomes theirs when CloudTrail names them later (F40)', () => {
    const noted = look(moved(), down);
    expect(look(noted, down, { cause: THEIRS, seconds: 700 })).toMatchObject({
      condition: 'stopped',
      cause: THEIRS,
    });
  });

  it('and the boot after it: a new one, to be proved', () => {
    const noted = look(moved(), down);
    const view = aView({ launchTime: at(660), checks: INITIALIZING });
    const up = look(noted, view, { seconds: 670 });
    expect(up.progress).toEqual({ kind: 'booting', launchTime: at(660), since: at(660) });
    const ready = [readyEvent(at(680))];
    const serving = look(up, view, { seconds: 690, evidence: ready });
    expect(serving).toMatchObject({
      condition: 'impaired',
      outage: { firstKnownBad: at(0), goodAgain: at(680) },
      served: [at(680)],
    });
  });

  it('is NOT over because a describe still shows the old boot running (F18)', () => {
    const noted = look(moved({ openedAt: at(120) }), down);
    const past = aView({ checks: OK_CHECKS });
    const ready = [readyEvent(at(-900))];
    for (const seconds of [624, 640, 720]) {
      expect(look(noted, past, { seconds, evidence: ready })).toEqual(noted);
    }
  });

  describe('and the outage window', () => {
    const meant = {
      attempts: [aTakedown('stop-start', at(600), { outcome: { kind: 'intended' } })],
    };

    it('of an impairment goes on', () => {
      expect(look(moved(meant), down).outage).toEqual(moved().outage);
    });

    it('of a planned move begins with the stop, though the Lambda died before it could say so', () => {
      const incident = moved({ ...meant, condition: 'planned', outage: OPENED });
      const outage = { lastKnownGood: at(600), firstKnownBad: at(601) };
      expect(look(incident, down).outage).toEqual(outage);
    });

    it('of a planned move that was written down stays as it was written', () => {
      const outage = { lastKnownGood: at(1), firstKnownBad: at(600) };
      expect(look(moved({ condition: 'planned', outage }), down).outage).toBe(outage);
    });

    it('begins anew where it served in between', () => {
      const outage = { ...moved().outage, goodAgain: at(300) };
      expect(look(moved({ ...meant, outage }), down).outage).toEqual({
        lastKnownGood: at(300),
        firstKnownBad: at(601),
      });
    });
  });
});

const OPENED = { lastKnownGood: at(1), firstKnownBad: at(1) };

describe('an act of our own within the same boot (S19)', () => {
  const acted = (...attempts: readonly Attempt[]): Incident =>
    anIncident({ condition: 'impaired', attempts, progress: booting(600) });
  const rebooted = acted(aTakedown('reboot', at(600)));
  const healthy = aView();

  it.each([
    [604, false],
    [689, false],
    [690, true],
  ])('checks that pass at %i s, after a reboot at 600 s, prove that it serves: %s', (now, ok) => {
    expect(look(rebooted, healthy, { seconds: now }).progress.kind === 'serving').toBe(ok);
  });

  it('its own word after it proves it at once, its word from before does NOT', () => {
    const after = { seconds: 620, evidence: [readyEvent(at(615))] };
    expect(look(rebooted, healthy, after)).toMatchObject({
      progress: { kind: 'serving', proof: 'ready-event', at: at(615) },
    });
    for (const earlier of [-900, 590, 600]) {
      const before = { seconds: 620, evidence: [readyEvent(at(earlier))] };
      expect(look(rebooted, healthy, before).progress.kind).toBe('booting');
    }
  });

  it.each([
    ['still impaired', impaired(at(0), 'instance')],
    ['initializing', INITIALIZING],
  ])('checks that are %s prove nothing, however late', (_name, checks) => {
    expect(look(rebooted, aView({ checks }), { seconds: 9_000 }).progress.kind).toBe('booting');
  });

  it('without any act of ours a check that passes is proof enough', () => {
    expect(look(acted(), healthy, { seconds: 604 }).progress.kind).toBe('serving');
  });

  // Why this test? A server that we had started, and then rebooted in the same boot, was told to
  // serve by the ready event from before the reboot.
  it('counts in a boot that we started, too', () => {
    const started = anIncident({
      attempts: [anAttempt(at(2)), aTakedown('reboot', at(600))],
      progress: booting(600, at(3)),
      served: [at(60)],
      outage: { lastKnownGood: at(60), firstKnownBad: at(600) },
    });
    const view = aView({ launchTime: at(3) });
    const before = look(started, view, { evidence: [readyEvent(at(60))] });
    expect(before.progress.kind).toBe('booting');
    const after = look(started, view, { evidence: [readyEvent(at(60)), readyEvent(at(610))] });
    expect(after).toMatchObject({ progress: { kind: 'serving', at: at(610) } });
  });
});

describe('planned work', () => {
  const planned = (...attempts: readonly Attempt[]): Incident =>
    anIncident({
      condition: 'planned',
      planned: { eventId: 'e', condition: 'stop-scheduled' },
      attempts,
      outage: OPENED,
      progress: booting(1),
    });

  it('that was not begun has nothing to prove', () => {
    expect(look(planned(), aView(), { seconds: 9_000 }).progress.kind).toBe('booting');
  });

  // Why this test? A move waited ten hours for its window, AWS stopped the server as announced,
  // and people read that it had been down for ten hours.
  describe('and AWS stops it before', () => {
    const aws = stoppedView(AWS_STOP, { transitionAt: undefined });
    const cause = aCause({ kind: 'aws' });
    const evidence = [stateChange('stopping', at(36_000))];
    const stop = { seconds: 36_002, cause, evidence };

    it('the outage begins with that stop', () => {
      const { outage, condition } = look(planned(), aws, stop);
      expect(condition).toBe('stopped');
      expect(outage).toEqual({ lastKnownGood: at(1), firstKnownBad: at(36_000) });
      const swept = look(planned(), aws, { ...stop, lastSweepAt: at(35_970) });
      expect(swept.outage.lastKnownGood).toEqual(at(35_970));
    });

    it('but NOT after an act of our own, which began it', () => {
      const rebooted = planned(aTakedown('reboot', at(35_000)));
      expect(look(rebooted, aws, stop).outage).toEqual(OPENED);
    });
  });

  it('that was only meant is NOT proved by the boot that it was to end', () => {
    const outcome = { kind: 'intended' } as const;
    const meant = planned(aTakedown('stop-start', at(600), { outcome }));
    expect(look(meant, aView(), { seconds: 9_000 }).progress.kind).toBe('booting');
    const rebooted = planned(aTakedown('reboot', at(600), { outcome }));
    expect(look(rebooted, aView(), { seconds: 9_000 }).progress.kind).toBe('serving');
  });
});
