import type { Progress } from '../../lambda/core/incident';
import type { CheckStatus, Checks } from '../../lambda/core/observation';
import type { Policy } from '../../lambda/core/policy';
import { countPass, evaluate, impairmentOf, servingProof } from '../../lambda/core/verify';
import {
  INITIALIZING,
  OK_CHECKS,
  UNKNOWN_CHECKS,
  aPolicy,
  aView,
  at,
  impaired,
  readyEvent,
} from './builders';

const withApp = (status: CheckStatus, rest: Checks = OK_CHECKS): Checks => ({
  ...rest,
  application: { status },
});
const plain = aPolicy();
const app = aPolicy({ applicationCheck: { protocol: 'http', port: 80, path: '/' } });

describe('one evaluation of the checks', () => {
  it.each<[string, Checks, Policy, string]>([
    ['all ok', OK_CHECKS, plain, 'ok'],
    ['one initializing', { ...OK_CHECKS, instance: { status: 'initializing' } }, plain, 'failing'],
    [
      'one without data',
      { ...OK_CHECKS, system: { status: 'insufficient-data' } },
      plain,
      'failing',
    ],
    ['one impaired', impaired(at(0)), plain, 'failing'],
    ['one unread', { ...OK_CHECKS, attachedEbs: { status: 'unknown' } }, plain, 'unknown'],
    ['none read', UNKNOWN_CHECKS, plain, 'unknown'],
    [
      'one not applicable',
      { ...OK_CHECKS, attachedEbs: { status: 'not-applicable' } },
      plain,
      'ok',
    ],
    ['application ok', withApp('ok'), app, 'ok'],
    ['application initializing', withApp('initializing'), app, 'failing'],
    ['application unread', withApp('unknown'), app, 'unknown'],
    ['application missing though configured', OK_CHECKS, app, 'failing'],
    ['application not of this policy, initializing', withApp('initializing'), plain, 'ok'],
    ['application not of this policy, impaired', withApp('impaired'), plain, 'failing'],
    [
      'no check at all',
      {
        system: { status: 'not-configured' },
        instance: { status: 'not-configured' },
        attachedEbs: { status: 'not-configured' },
        application: { status: 'not-configured' },
      },
      plain,
      'unknown',
    ],
  ])('%s', (_name, checks, policy, expected) => {
    expect(evaluate(checks, policy)).toBe(expected);
  });
});

describe('an impairment', () => {
  it('names what is impaired, since the first of them', () => {
    const checks: Checks = {
      ...impaired(at(5), 'system'),
      instance: { status: 'impaired', impairedSince: at(2) },
    };
    expect(impairmentOf(checks)).toEqual({ checks: ['system', 'instance'], since: at(2) });
  });

  it.each(['ok', 'initializing', 'insufficient-data', 'unknown', 'not-applicable'] as const)(
    'is NOT %s',
    (status) => {
      expect(impairmentOf({ ...OK_CHECKS, system: { status } })).toBeUndefined();
    },
  );
});

describe('the first proof that it serves', () => {
  const view = (checks: Checks) => aView({ launchTime: at(0), checks });

  it.each<[string, Partial<Policy>, Checks, readonly number[], string | undefined]>([
    ['checks ok, nothing configured', {}, OK_CHECKS, [], 'status-checks'],
    ['checks initializing', {}, INITIALIZING, [], undefined],
    ['checks unread', {}, UNKNOWN_CHECKS, [], undefined],
    ['ready event', { readyEvent: true }, INITIALIZING, [20], 'ready-event'],
    ['ready event that no policy announced', {}, INITIALIZING, [20], 'ready-event'],
    [
      "ready event, the server's clock 10 s behind",
      { readyEvent: true },
      INITIALIZING,
      [-10],
      'ready-event',
    ],
    ['ready event of an earlier boot', { readyEvent: true }, INITIALIZING, [-11], undefined],
    ['checks ok, but a ready event is configured', { readyEvent: true }, OK_CHECKS, [], undefined],
    [
      'application ok',
      { applicationCheck: app.applicationCheck },
      withApp('ok', INITIALIZING),
      [],
      'application-check',
    ],
    [
      'EC2 ok, application not',
      { applicationCheck: app.applicationCheck },
      withApp('initializing'),
      [],
      undefined,
    ],
    ['application ok, not configured', {}, withApp('ok', INITIALIZING), [], undefined],
  ])('%s', (_name, policy, checks, ready, expected) => {
    const evidence = ready.map((seconds) => readyEvent(at(seconds)));
    expect(servingProof(view(checks), evidence, aPolicy(policy))?.proof).toBe(expected);
  });

  it('of a ready event is dated no earlier than the boot', () => {
    expect(servingProof(view(INITIALIZING), [readyEvent(at(-4))], plain)?.at).toBe(at(0));
    expect(servingProof(view(INITIALIZING), [readyEvent(at(9))], plain)?.at).toBe(at(9));
  });
});

describe('counting evaluations', () => {
  type Serving = Extract<Progress, { kind: 'serving' }>;
  const serving = (over: Partial<Serving> = {}): Serving => ({
    kind: 'serving',
    launchTime: at(0),
    at: at(30),
    proof: 'ready-event',
    passes: 1,
    lastPassAt: at(100),
    ...over,
  });

  it('a pass counts a minute after the last', () => {
    expect(countPass(serving(), 'ok', at(160))).toMatchObject({ passes: 2, lastPassAt: at(160) });
  });

  it('does NOT count within the minute', () => {
    expect(countPass(serving(), 'ok', at(159))).toEqual(serving());
  });

  it('the first one counts at once', () => {
    const none = serving({ passes: 0, lastPassAt: undefined });
    expect(countPass(none, 'ok', at(31)).passes).toBe(1);
  });

  it('a failure takes it back to none', () => {
    expect(countPass(serving({ passes: 4 }), 'failing', at(160)).passes).toBe(0);
  });

  it('unread checks change nothing', () => {
    expect(countPass(serving(), 'unknown', at(900))).toEqual(serving());
  });
});
