import { decide } from '../../lambda/core/decide';
import type { Situation } from '../../lambda/core/decision';
import type { Attempt, Incident } from '../../lambda/core/incident';
import { laddersOf, type RungInput } from '../../lambda/core/ladder';
import type { Policy } from '../../lambda/core/policy';
import { minutes } from '../../lambda/core/time';
import {
  REFUSED,
  UNAVAILABLE,
  USER_STOP,
  aCause,
  aPolicy,
  aSituation,
  aTakedown,
  anIncident,
  at,
  stoppedView,
} from './builders';

const forcing = (...rungs: readonly RungInput[]): Policy =>
  aPolicy({ ladders: laddersOf({ 'stuck-stopping': rungs }, minutes(2)) });

const BOTH = forcing('force-stop', { remediation: 'force-stop', skipOsShutdown: true });

const forced = (seconds: number, over: Partial<Omit<Attempt, 'remediation'>> = {}): Attempt =>
  aTakedown('force-stop', at(seconds), { reason: 'forced-from-stopping', ...over });

/** AWS is stopping it since T0, and does not come to an end. */
const stuck = (seconds: number, over: Partial<Situation> = {}): string => {
  const decision = decide(
    aSituation({
      view: stoppedView(undefined, { state: 'stopping' }),
      policy: forcing('force-stop'),
      now: at(seconds),
      ...over,
    }),
  );
  if (decision.kind !== 'remediate') return `${decision.kind} ${decision.reason}`;
  return [decision.remediation, decision.detail].filter((text) => text !== undefined).join(' ');
};

const after = (...attempts: readonly Attempt[]): { readonly incident: Incident } => ({
  incident: anIncident({ attempts }),
});

describe('what is stuck in stopping (S6)', () => {
  it.each([
    [599, 'defer still-stopping'],
    [600, 'escalate stuck-stopping'],
    [719, 'escalate stuck-stopping'],
    [720, 'force-stop'],
  ])('where the policy allows it, at %i s: %s', (seconds, expected) => {
    expect(stuck(seconds)).toBe(expected);
  });

  it('is only told by default, however long it lasts', () => {
    expect(stuck(90_000, { policy: aPolicy() })).toBe('escalate stuck-stopping');
  });

  it("has the policy's own deadline", () => {
    const policy = { ...forcing('force-stop'), stoppingDeadline: minutes(30) };
    expect(stuck(1_799, { policy })).toBe('defer still-stopping');
    expect(stuck(1_920, { policy })).toBe('force-stop');
  });

  it('is given time, then told: it is NOT forced twice by one rung', () => {
    expect(stuck(1_319, after(forced(720)))).toBe('defer remediation-in-flight');
    expect(stuck(1_320, after(forced(720)))).toBe('escalate stuck-stopping');
    expect(stuck(90_000, after(forced(720)))).toBe('escalate stuck-stopping');
  });

  it('is forced without a shutdown of its system only by a rung that says so', () => {
    const policy = BOTH;
    expect(stuck(720, { policy })).toBe('force-stop');
    expect(stuck(1_319, { policy, ...after(forced(720)) })).toBe('defer remediation-in-flight');
    expect(stuck(1_320, { policy, ...after(forced(720)) })).toBe('force-stop skip-os-shutdown');
    const twice = after(forced(720), forced(1_440));
    expect(stuck(90_000, { policy, ...twice })).toBe('escalate stuck-stopping');
  });

  it('a force that came before this boot does NOT count', () => {
    const view = stoppedView(undefined, { state: 'stopping', launchTime: at(-100) });
    expect(stuck(720, { view, ...after(forced(-200)) })).toBe('force-stop');
  });
});

describe('is NOT forced', () => {
  it.each<[string, Partial<Situation>, string]>([
    ['while a person holds it', { pause: { kind: 'held', note: '' } }, 'escalate held'],
    [
      'while a person paused it',
      { pause: { kind: 'paused', until: undefined, note: '' } },
      'escalate paused',
    ],
    [
      'by a policy that observes',
      { policy: { ...forcing('force-stop'), mode: 'observe' } },
      'escalate observe-mode',
    ],
    [
      'where the stop is not ours to undo',
      {
        incident: anIncident({
          mandate: { kind: 'hands-off', reason: 'stopped-before-enrolment' },
        }),
      },
      'escalate stopped-before-enrolment',
    ],
    [
      'where a person asked for the stop',
      {
        view: stoppedView(USER_STOP, { state: 'stopping' }),
        incident: anIncident({ cause: aCause({ kind: 'api' }) }),
      },
      'ignore stopped-by-person',
    ],
    ['where EC2 refuses it', after(forced(720, { outcome: REFUSED })), 'escalate stuck-stopping'],
  ])('%s', (_name, over, expected) => {
    expect(stuck(900, over)).toBe(expected);
  });

  it('again at once where EC2 throttles it', () => {
    const throttled = after(forced(720, { outcome: UNAVAILABLE }));
    expect(stuck(722, throttled)).toBe('defer backing-off');
    expect(stuck(725, throttled)).toBe('force-stop');
  });
});

describe('a stop of our own that is stuck', () => {
  const own: Incident = anIncident({
    condition: 'impaired',
    attempts: [aTakedown('stop-start', at(0))],
    progress: { kind: 'down', since: at(1) },
  });
  const view = stoppedView(USER_STOP, { state: 'stopping' });

  it('is waited for, told, and forced where that is allowed', () => {
    const over = { view, incident: own };
    expect(stuck(600, over)).toBe('defer still-stopping');
    expect(stuck(601, over)).toBe('escalate stuck-stopping');
    expect(stuck(721, over)).toBe('force-stop');
    expect(stuck(721, { ...over, policy: aPolicy() })).toBe('escalate stuck-stopping');
  });
});
