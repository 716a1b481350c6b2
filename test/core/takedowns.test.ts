import type { Attempt, AttemptOutcome, Incident } from '../../lambda/core/incident';
import { laddersOf } from '../../lambda/core/ladder';
import {
  inFlight,
  mayHaveHappened,
  ownStopsOf,
  rungBehind,
  strongestOf,
  takedownsOf,
  takedownsSeen,
} from '../../lambda/core/takedowns';
import { minutes } from '../../lambda/core/time';
import {
  BOOT,
  NO_CAPACITY,
  REFUSED,
  aPolicy,
  aTakedown,
  aView,
  anAttempt,
  anIncident,
  at,
} from './builders';

const ill = (over: Partial<Incident>): Incident => anIncident({ condition: 'impaired', ...over });

describe('whether an attempt may have taken effect', () => {
  it.each<[AttemptOutcome, boolean]>([
    [{ kind: 'accepted', at: at(1) }, true],
    [{ kind: 'intended' }, true],
    [{ kind: 'unavailable', code: 'TimeoutError' }, true],
    [{ kind: 'unavailable', code: 'InternalError' }, true],
    [{ kind: 'unavailable', code: 'RequestLimitExceeded' }, false],
    [{ kind: 'unavailable', code: 'ThrottlingException' }, false],
    [{ kind: 'not-asked' }, false],
    [{ kind: 'wrong-state', code: 'IncorrectInstanceState' }, false],
    [{ kind: 'batch-failed', code: 'X' }, false],
    [NO_CAPACITY, false],
    [REFUSED, false],
  ])('%j: %s', (outcome, expected) => {
    const attempt = aTakedown('reboot', at(1), { outcome });
    expect(mayHaveHappened(attempt)).toBe(expected);
    expect(takedownsOf(ill({ attempts: [attempt] }))).toHaveLength(expected ? 1 : 0);
  });
});

it('starts, reservations and changes of type take nothing down', () => {
  const attempts = [
    anAttempt(at(1)),
    { ...anAttempt(at(2)), remediation: 'reserve-capacity' as const },
    { ...anAttempt(at(3)), remediation: 'change-type' as const },
  ];
  expect(takedownsOf(ill({ attempts }))).toEqual([]);
  expect(inFlight(ill({ attempts }))).toBeUndefined();
});

describe('the takedown that is under way', () => {
  const attempts = [aTakedown('restart-service', at(10)), aTakedown('reboot', at(300))];

  it('is the last one, until it served after it', () => {
    expect(inFlight(ill({ attempts }))?.remediation).toBe('reboot');
    expect(inFlight(ill({ attempts, served: [at(299)] }))?.remediation).toBe('reboot');
    expect(inFlight(ill({ attempts, served: [at(300)] }))).toBeUndefined();
  });

  it.each<[string, Incident | undefined]>([
    ['no incident', undefined],
    ['an incident that is over', ill({ attempts, resolved: { at: at(9), reason: 'recovered' } })],
    ['a terminated server', ill({ attempts, condition: 'terminated' })],
    ['nothing taken down', ill({})],
  ])('is none: %s', (_name, incident) => {
    expect(inFlight(incident)).toBeUndefined();
  });
});

describe('the strongest takedown', () => {
  it.each([
    [[], -1],
    [['restart-service'], 0],
    [['stop-start', 'reboot'], 2],
    [['force-stop', 'stop-start'], 3],
  ] as const)('of %j is number %i', (remediations, expected) => {
    expect(strongestOf(remediations.map((one) => aTakedown(one, at(1))))).toBe(expected);
  });
});

describe('what EC2 shows of a stop', () => {
  const meant = aTakedown('stop-start', at(600), { outcome: { kind: 'intended' } });
  const seen = (
    attempt: typeof meant,
    { state = 'running' as const, launchTime = BOOT, seconds = 660 } = {},
  ): number =>
    takedownsSeen({
      incident: ill({ attempts: [attempt] }),
      view: aView({ state, launchTime }),
      now: at(seconds),
    }).length;

  it('one that was only meant was not made while its boot runs on', () => {
    expect(seen(meant)).toBe(0);
  });

  it.each<[string, number]>([
    ['a minute has not passed', seen(meant, { seconds: 659 })],
    ['another boot runs', seen(meant, { launchTime: at(620) })],
    ['it is stopping', seen(meant, { state: 'stopping' as 'running' })],
    ['AWS accepted it', seen(aTakedown('stop-start', at(600)))],
    ['it was a reboot, of which nothing is seen', seen({ ...meant, remediation: 'reboot' })],
  ])('it counts: %s', (_name, count) => {
    expect(count).toBe(1);
  });
});

describe('the rung behind a takedown', () => {
  const policy = aPolicy({
    ladders: laddersOf(
      { 'instance-impaired': [{ remediation: 'reboot', timeoutSeconds: 77 }] },
      minutes(2),
    ),
  });

  it('is that of its condition', () => {
    expect(rungBehind(policy, aTakedown('reboot', at(1)))?.timeout).toBe(77_000);
  });

  it('is any of the same remediation, where the policy changed meanwhile', () => {
    const orphan = aTakedown('reboot', at(1), { reason: 'system-impaired' });
    expect(rungBehind(policy, orphan)?.remediation).toBe('reboot');
    const forced = aTakedown('force-stop', at(1), { reason: 'forced-from-stopping' });
    expect(rungBehind(policy, forced)).toBeUndefined();
  });
});

describe('our own stops of a boot', () => {
  const stop = aTakedown('stop-start', at(600));
  const stopsOf = (attempt: Attempt, launchTime = BOOT) =>
    ownStopsOf(ill({ attempts: [attempt] }), launchTime);

  it('are those since its launch, whatever came of them', () => {
    const refused = aTakedown('stop-start', at(700), { outcome: REFUSED });
    expect(ownStopsOf(ill({ attempts: [stop, refused] }), BOOT)).toEqual([stop, refused]);
    expect(stopsOf(stop, at(610))).toEqual([stop]);
  });

  it('are NOT those of an earlier boot, nor reboots', () => {
    expect(stopsOf(stop, at(611))).toEqual([]);
    expect(stopsOf(aTakedown('reboot', at(600)))).toEqual([]);
  });
});
