import fc from 'fast-check';
import { DEFAULT_LADDERS, laddersOf } from '../../lambda/core/ladder';
import { minutes } from '../../lambda/core/time';
import { describeConfigError, parsePolicies, type Policy } from '../../lambda/core/policy';

const parsed = (fields: unknown): Policy | undefined => {
  const result = parsePolicies({ livechat: fields });
  return result.kind === 'valid' ? result.policies.get('livechat') : undefined;
};

describe('a policy', () => {
  it('has the safe choice for every default', () => {
    expect(parsed({})).toEqual({
      name: 'livechat',
      mode: 'act',
      onGuestShutdown: 'alert',
      onUnknownStop: 'alert',
      readyEvent: false,
      applicationCheck: undefined,
      recoveredAfter: 2,
      startupGrace: 300_000,
      servingDeadline: 600_000,
      toleration: 120_000,
      stoppingDeadline: 600_000,
      cooldown: 60_000,
      budget: { perHour: 3, perDay: 6 },
      schedulers: ['InstanceScheduler', 'instance-scheduler'],
      applicationAlarm: undefined,
      applicationMetric: undefined,
      ladders: laddersOf(DEFAULT_LADDERS, minutes(2)),
      awsRecoveryWait: 300_000,
      maintenanceWindow: undefined,
      accepts: [],
      restartDocument: undefined,
      alternateTypes: [],
      reassociateAddress: false,
      hooks: [],
    });
  });

  it('takes what it is given, durations in seconds', () => {
    const policy = parsed({
      mode: 'observe',
      startsPerDay: 2,
      cooldownSeconds: 90,
      applicationCheck: { port: 8080, path: '/health' },
    });
    expect(policy).toMatchObject({
      mode: 'observe',
      cooldown: 90_000,
      budget: { perHour: 3, perDay: 2 },
      applicationCheck: { protocol: 'http', port: 8080, path: '/health' },
    });
  });

  it.each<[string, unknown]>([
    ['a misspelt field', { onGuestShutDown: 'start' }],
    ['a field of every object', { toString: 1 }],
    ['another word', { mode: 'dry-run' }],
    ['a number as text', { recoveredAfter: '2' }],
    ['no evaluation at all', { recoveredAfter: 0 }],
    ['a fraction', { startsPerHour: 1.5 }],
    ['a budget without an end', { startsPerDay: 1_000 }],
    ['a cooldown in milliseconds', { cooldownSeconds: 60_000 }],
    ['no cooldown', { cooldownSeconds: 0 }],
    ['a port out of range', { applicationCheck: { port: 70_000, path: '/' } }],
    ['a path without a slash', { applicationCheck: { port: 80, path: 'health' } }],
    ['a scheduler that matches nearly everybody', { schedulers: ['a'] }],
    ['null', null],
    ['a list', []],
  ])('is refused with %s', (_name, fields) => {
    const result = parsePolicies({ livechat: fields });
    if (result.kind === 'valid') throw new Error('It was taken');
    expect(result.errors).toHaveLength(1);
    for (const error of result.errors) {
      expect(describeConfigError(error)).toMatch(/^policies\.livechat.* is .*but must be .+\. .+/s);
    }
  });

  it.each([undefined, null, {}, [], 'livechat', 7])(
    'is NOT made of %j: nothing is never "all"',
    (input) => {
      expect(parsePolicies(input).kind).toBe('invalid');
    },
  );

  it.each(['', ' livechat', 'live chat', '-x', 'x'.repeat(257), 'ü'])(
    'is NOT called %j',
    (name) => {
      expect(parsePolicies({ [name]: {} }).kind).toBe('invalid');
    },
  );

  it('all mistakes are told at once', () => {
    const result = parsePolicies({ a: { mode: 1, readyEvent: 'yes' }, b: { x: 1 } });
    expect(result.kind === 'invalid' && result.errors.map(({ path }) => path)).toEqual([
      'policies.a.mode',
      'policies.a.readyEvent',
      'policies.b.x',
    ]);
  });

  it('is read from any JSON without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        expect(['valid', 'invalid']).toContain(parsePolicies(input).kind);
        expect(['valid', 'invalid']).toContain(parsePolicies({ livechat: input }).kind);
      }),
      { seed: 20_240_801, numRuns: 1_000 },
    );
  });
});
