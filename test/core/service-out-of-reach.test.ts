import { climb } from '../../lambda/core/climb';
import type { Decision, Situation } from '../../lambda/core/decision';
import type { Attempt, AttemptOutcome, Incident } from '../../lambda/core/incident';
import { laddersOf, type RungInput } from '../../lambda/core/ladder';
import { isOutOfReach, outOfReachSince } from '../../lambda/core/service-reach';
import { rungBehind } from '../../lambda/core/takedowns';
import { minutes } from '../../lambda/core/time';
import { REFUSED, UNAVAILABLE, aPolicy, aTakedown, anImpairment, anIncident, at } from './builders';

const NO_AGENT: AttemptOutcome = { kind: 'unavailable', code: 'InvalidInstanceId' };
const SSM_DOWN: AttemptOutcome = { kind: 'unavailable', code: 'InternalServerError' };

/** So many restarts of the service from 600 s on, a minute apart. */
const restarts = (outcome: AttemptOutcome, count: number): readonly Attempt[] =>
  Array.from({ length: count }, (_, index) =>
    aTakedown('restart-service', at(600 + index * 60), { reason: 'application-impaired', outcome }),
  );

const brief = (decision: Decision | undefined): string =>
  decision?.kind === 'remediate'
    ? `${decision.remediation} ${decision.reason}`
    : `${decision?.kind} ${decision?.reason}`;

const policyOf = (ladder: readonly RungInput[]) =>
  aPolicy({
    applicationAlarm: 'livechat-{id}',
    restartDocument: 'RestartLiveChat',
    ladders: laddersOf({ 'application-impaired': ladder }, minutes(2)),
  });

const DEFAULT = ['restart-service', 'reboot', 'stop-start'] as const;

/** What is done so many seconds on, after these attempts. */
const climbed = (
  seconds: number,
  attempts: readonly Attempt[],
  {
    ladder = DEFAULT,
    incident,
    ...over
  }: Partial<Omit<Situation, 'incident'>> & {
    readonly ladder?: readonly RungInput[];
    readonly incident?: Partial<Incident>;
  } = {},
): string => {
  const base = anImpairment('application', { policy: policyOf(ladder), ...over });
  return brief(
    climb({ ...base, incident: { ...base.incident, attempts, ...incident }, now: at(seconds) }),
  );
};

describe('a service whose agent does not answer', () => {
  // Why this test? With the agent dead for good the ladder stood still, and AWS's API was blamed.
  it('is asked for again within the time of its rung, then the server is rebooted', () => {
    expect(climbed(779, restarts(NO_AGENT, 3))).toBe('restart-service application-impaired');
    expect(climbed(780, restarts(NO_AGENT, 3))).toBe('reboot instead-of-restart');
  });

  it('is given the time that its rung names', () => {
    const ladder: readonly RungInput[] = [
      { remediation: 'restart-service', timeoutSeconds: 1_200 },
      'reboot',
    ];
    expect(climbed(1_799, restarts(NO_AGENT, 19), { ladder })).toMatch('restart-service');
    expect(climbed(1_800, restarts(NO_AGENT, 20), { ladder })).toMatch('reboot');
  });

  it('so is one for which Systems Manager refuses the command', () => {
    const told: Partial<Incident> = { escalated: [{ reason: 'takedown-refused', at: at(604) }] };
    expect(climbed(604, restarts(REFUSED, 1))).toBe('escalate takedown-refused');
    expect(climbed(779, restarts(REFUSED, 1), { incident: told })).toBe('defer backing-off');
    expect(climbed(780, restarts(REFUSED, 1), { incident: told })).toBe(
      'reboot instead-of-restart',
    );
  });

  it('is NOT called a failure of AWS', () => {
    const ladder: readonly RungInput[] = [
      { remediation: 'restart-service', timeoutSeconds: 3_600 },
    ];
    expect(climbed(1_000, restarts(NO_AGENT, 6), { ladder })).not.toMatch('ec2-unavailable');
    expect(climbed(1_000, restarts(UNAVAILABLE, 6), { ladder })).toBe('escalate ec2-unavailable');
  });

  // Why this test? Systems Manager had answered again for three minutes when a person was called.
  it('is NOT called a failure of AWS for one answer that was lost minutes ago', () => {
    expect(climbed(901, restarts(SSM_DOWN, 1))).toBe('reboot application-impaired');
  });

  it('NOT after a throttle: that passes', () => {
    expect(climbed(1_000, restarts(UNAVAILABLE, 6))).not.toMatch('reboot');
  });

  it('keeps the guards: a reboot is still held, budgeted and taken in turn', () => {
    const held: Partial<Situation> = { pause: { kind: 'held', note: '' } };
    expect(climbed(900, restarts(NO_AGENT, 3), held)).toBe('escalate held');
    const full = { starts: [0, 100, 200].map(at) };
    expect(climbed(900, restarts(NO_AGENT, 3), full)).toBe('escalate budget-exhausted');
  });

  it('what EC2 refuses after it is told as ever', () => {
    const reboot = aTakedown('reboot', at(800), { reason: 'instead-of-restart', outcome: REFUSED });
    expect(climbed(860, [...restarts(NO_AGENT, 3), reboot])).toBe('escalate takedown-refused');
  });
});

describe('it is never stopped because Systems Manager is silent (F54)', () => {
  const ladder = ['restart-service', 'stop-start'] as const;

  it('a person is called once, and it is asked for again', () => {
    expect(climbed(780, restarts(NO_AGENT, 3), { ladder })).toBe('escalate service-out-of-reach');
    const told: Partial<Incident> = {
      escalated: [{ reason: 'service-out-of-reach', at: at(780) }],
    };
    expect(climbed(840, restarts(NO_AGENT, 3), { ladder, incident: told })).toBe(
      'restart-service application-impaired',
    );
  });

  it('nor where it fails without an answer', () => {
    expect(climbed(2_000, restarts(SSM_DOWN, 1), { ladder })).toBe('escalate service-out-of-reach');
  });

  it('NOT where the restart was taken, and did not help', () => {
    const taken = restarts({ kind: 'accepted', at: at(600) }, 1);
    expect(climbed(900, taken, { ladder })).toBe('stop-start application-impaired');
  });

  it('NOT once the reboot in its stead was taken, and did not help', () => {
    const reboot = aTakedown('reboot', at(800), { reason: 'instead-of-restart' });
    const attempts = [...restarts(NO_AGENT, 3), reboot];
    expect(climbed(1_279, attempts)).toBe('defer remediation-in-flight');
    expect(climbed(1_280, attempts)).toBe('stop-start application-impaired');
  });
});

describe('what is known of the reach', () => {
  it('only of restarts, and only what says that none was asked for', () => {
    expect(restarts(NO_AGENT, 1).every(isOutOfReach)).toBe(true);
    expect(restarts(SSM_DOWN, 1).some(isOutOfReach)).toBe(false);
    expect(isOutOfReach(aTakedown('reboot', at(1), { outcome: REFUSED }))).toBe(false);
  });

  it('begins with the first of this round, and is over with one that was taken', () => {
    const attempts = restarts(NO_AGENT, 3);
    expect(outOfReachSince(anIncident({ attempts }))).toBe(at(600));
    expect(outOfReachSince(anIncident({ attempts, served: [at(600)] }))).toBe(at(660));
    const taken = restarts({ kind: 'accepted', at: at(600) }, 1);
    expect(outOfReachSince(anIncident({ attempts: [...attempts, ...taken] }))).toBeUndefined();
    expect(outOfReachSince(anIncident())).toBeUndefined();
  });

  it('a reboot in its stead has the time of its own ladder', () => {
    const ladder: readonly RungInput[] = [{ remediation: 'reboot', timeoutSeconds: 900 }];
    const reboot = aTakedown('reboot', at(800), { reason: 'instead-of-restart' });
    expect(rungBehind(policyOf(ladder), reboot)?.timeout).toBe(minutes(15));
  });
});
