import { ALLOWED_ON, DEFAULT_LADDERS } from '../../lambda/core/ladder';
import { LADDER_CONDITIONS } from '../../lambda/core/policy-fields';
import {
  describeConfigError,
  LOSSES,
  parsePolicies,
  POLICY_DEFAULTS,
  type ConfigError,
  type Policy,
} from '../../lambda/core/policy';

/* The fields of a policy that say when, how and at what price a server is taken down. */

function parsed(fields: unknown): Policy {
  const result = parsePolicies({ livechat: fields });
  if (result.kind === 'invalid') throw new Error(result.errors.map(describeConfigError).join());
  const policy = result.policies.get('livechat');
  if (policy === undefined) throw new Error('It is not there');
  return policy;
}

function errorOf(fields: unknown): ConfigError | undefined {
  const result = parsePolicies({ livechat: fields });
  if (result.kind === 'valid') return undefined;
  expect(result.errors).toHaveLength(1);
  return result.errors[0];
}

const remediationsOf = (policy: Policy, condition: keyof typeof ALLOWED_ON) =>
  policy.ladders[condition].map(({ remediation }) => remediation);

describe('the ladders', () => {
  it.each([
    ['system-impaired', ['stop-start']],
    ['instance-impaired', ['reboot', 'stop-start']],
    ['ebs-impaired', []],
    ['application-impaired', ['restart-service', 'reboot', 'stop-start']],
    ['stop-scheduled', ['stop-start']],
    ['reboot-scheduled', ['reboot']],
    ['no-capacity', []],
    ['stuck-stopping', []],
  ] as const)('by default, %s: %j', (condition, rungs) => {
    expect(remediationsOf(parsed({}), condition)).toEqual(rungs);
  });

  it('have a default for every condition, and every default is allowed', () => {
    expect(Object.keys(DEFAULT_LADDERS).toSorted()).toEqual(LADDER_CONDITIONS.toSorted());
    expect(parsed({ ladders: DEFAULT_LADDERS })).toEqual(parsed({}));
  });

  it('never force, reserve, change a type or move for a volume unless a policy lists it', () => {
    const listed = Object.values(POLICY_DEFAULTS.ladders).flat();
    for (const { remediation, requires, skipOsShutdown } of listed) {
      expect(['force-stop', 'reserve-capacity', 'change-type']).not.toContain(remediation);
      expect({ requires, skipOsShutdown }).toEqual({ requires: [], skipOsShutdown: false });
    }
    expect(POLICY_DEFAULTS.ladders['ebs-impaired']).toEqual([]);
  });

  it('take what is given for a condition, and keep the default of every other', () => {
    const policy = parsed({ ladders: { 'system-impaired': ['reboot', 'stop-start'] } });
    expect(remediationsOf(policy, 'system-impaired')).toEqual(['reboot', 'stop-start']);
    expect(remediationsOf(policy, 'instance-impaired')).toEqual(['reboot', 'stop-start']);
  });

  it('may be empty: then it is only told', () => {
    expect(parsed({ ladders: { 'system-impaired': [] } }).ladders['system-impaired']).toEqual([]);
  });

  it("have the policy's toleration where a rung names none", () => {
    const rungs = ['reboot', { remediation: 'stop-start', tolerationSeconds: 600 }];
    const policy = parsed({ tolerationSeconds: 240, ladders: { 'instance-impaired': rungs } });
    expect(policy.ladders['instance-impaired'].map(({ toleration }) => toleration)).toEqual([
      240_000, 600_000,
    ]);
    // The defaults follow too.
    expect(policy.ladders['system-impaired'][0]?.toleration).toBe(240_000);
  });

  it('take every field of a rung', () => {
    const rung = {
      remediation: 'stop-start',
      tolerationSeconds: 0,
      timeoutSeconds: 1_200,
      check: 'serving',
      requires: ['maintenance-window', 'capacity-proof'],
    };
    expect(parsed({ ladders: { 'stop-scheduled': [rung] } }).ladders['stop-scheduled']).toEqual([
      {
        remediation: 'stop-start',
        toleration: 0,
        timeout: 1_200_000,
        check: 'serving',
        requires: ['maintenance-window', 'capacity-proof'],
        skipOsShutdown: false,
      },
    ]);
  });

  it('may force twice: with, then without the shutdown of the guest', () => {
    const rungs = ['force-stop', { remediation: 'force-stop', skipOsShutdown: true }];
    const ladder = parsed({ ladders: { 'stuck-stopping': rungs } }).ladders['stuck-stopping'];
    expect(ladder.map(({ skipOsShutdown }) => skipOsShutdown)).toEqual([false, true]);
  });

  it.each<[string, unknown]>([
    ['a list in place of an object', ['stop-start']],
    ['a condition that does not exist', { 'host-impaired': ['stop-start'] }],
    ['a property of every object', { toString: [] }],
    ['one rung without its list', { 'system-impaired': 'stop-start' }],
    ['a remediation that does not exist', { 'system-impaired': ['terminate'] }],
    ['one that this condition does not allow', { 'system-impaired': ['restart-service'] }],
    ['force where nothing is stuck', { 'system-impaired': ['stop-start', 'force-stop'] }],
    ['a start, which no ladder lists', { 'no-capacity': ['start'] }],
    ['the harder rung first', { 'instance-impaired': ['stop-start', 'reboot'] }],
    ['a rung twice', { 'instance-impaired': ['reboot', 'reboot'] }],
    ['force three times', { 'stuck-stopping': ['force-stop', 'force-stop', 'force-stop'] }],
    ['a rung without a remediation', { 'system-impaired': [{ timeoutSeconds: 600 }] }],
    ['a misspelt field of a rung', { 'system-impaired': [{ remediation: 'reboot', timeout: 9 }] }],
    [
      'a timeout under a minute',
      { 'system-impaired': [{ remediation: 'stop-start', timeoutSeconds: 30 }] },
    ],
    [
      'a timeout in milliseconds',
      { 'system-impaired': [{ remediation: 'stop-start', timeoutSeconds: 600_000 }] },
    ],
    [
      'a toleration of a day',
      { 'system-impaired': [{ remediation: 'stop-start', tolerationSeconds: 86_400 }] },
    ],
    ['another check', { 'system-impaired': [{ remediation: 'stop-start', check: 'reachable' }] }],
    [
      'another precondition',
      { 'system-impaired': [{ remediation: 'stop-start', requires: ['approval'] }] },
    ],
    [
      'a precondition twice',
      {
        'system-impaired': [
          { remediation: 'stop-start', requires: ['capacity-proof', 'capacity-proof'] },
        ],
      },
    ],
    [
      'a truth in quotes',
      { 'stuck-stopping': [{ remediation: 'force-stop', skipOsShutdown: 'true' }] },
    ],
    ['a rung that is null', { 'system-impaired': [null] }],
  ])('are refused with %s', (_, ladders) => {
    const error = errorOf({ ladders });
    expect(error).toMatchObject({
      path: 'policies.livechat.ladders',
      actual: JSON.stringify(ladders),
      fix: expect.stringContaining('leave it out for the default'),
    });
    // The error tells every condition and what it may hold: nobody has to look it up.
    for (const [condition, rungs] of Object.entries(ALLOWED_ON)) {
      expect(error?.allowed).toContain(`${condition}: ${rungs.join(', ')}`);
    }
  });
});

describe('the other fields of takedowns', () => {
  it.each<[string, unknown, Partial<Policy>]>([
    ['no wait for AWS', { awsRecoverySeconds: 0 }, { awsRecoveryWait: 0 as Policy['toleration'] }],
    [
      'a window on every day, in UTC',
      { maintenanceWindow: { from: '02:15', to: '05:00' } },
      {
        maintenanceWindow: {
          days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          from: 135,
          to: 300,
          timeZone: 'UTC',
        },
      },
    ],
    [
      'a window past midnight, in local time',
      {
        maintenanceWindow: {
          days: ['sat', 'sun'],
          from: '23:30',
          to: '01:45',
          timeZone: 'America/Los_Angeles',
        },
      },
      {
        maintenanceWindow: {
          days: ['sat', 'sun'],
          from: 1_410,
          to: 105,
          timeZone: 'America/Los_Angeles',
        },
      },
    ],
    ['every loss', { accepts: LOSSES }, { accepts: LOSSES }],
    [
      'a document by name',
      { restartDocument: 'LiveChat-Restart' },
      { restartDocument: 'LiveChat-Restart' },
    ],
    [
      'a document by its ARN',
      { restartDocument: 'arn:aws:ssm:us-east-1:444455556666:document/Restart' },
      { restartDocument: 'arn:aws:ssm:us-east-1:444455556666:document/Restart' },
    ],
    [
      'types, the preferred one first',
      { alternateTypes: ['m6a.large', 'u-6tb1.metal', 'c7gn.2xlarge'] },
      { alternateTypes: ['m6a.large', 'u-6tb1.metal', 'c7gn.2xlarge'] },
    ],
    [
      'an address that is associated again',
      { reassociateAddress: true },
      { reassociateAddress: true },
    ],
    ['an alarm', { applicationAlarm: 'chat-{id}' }, { applicationAlarm: 'chat-{id}' }],
    [
      'a metric that is unwell below a number',
      { applicationMetric: { namespace: 'LiveChat', name: 'Sockets', below: 0 } },
      {
        applicationMetric: {
          namespace: 'LiveChat',
          name: 'Sockets',
          dimension: 'InstanceId',
          unwell: { kind: 'below', threshold: 0 },
          evaluations: 2,
        },
      },
    ],
    [
      'a metric that is unwell above a number',
      {
        applicationMetric: {
          namespace: 'LiveChat',
          name: 'Lag',
          dimension: 'Server',
          above: 2.5,
          evaluations: 5,
        },
      },
      {
        applicationMetric: {
          namespace: 'LiveChat',
          name: 'Lag',
          dimension: 'Server',
          unwell: { kind: 'above', threshold: 2.5 },
          evaluations: 5,
        },
      },
    ],
  ])('take %s', (_, fields, expected) => {
    expect(parsed(fields)).toEqual({ ...parsed({}), ...expected });
  });

  const window = { from: '02:00', to: '04:00' };
  const metric = { namespace: 'LiveChat', name: 'Sockets', below: 1 };

  it.each<[string, string, unknown, string]>([
    ['a wait of a day', 'awsRecoverySeconds', 86_400, '0 to 3600 (seconds)'],
    ['a wait in words', 'awsRecoverySeconds', '5 min', '0 to 3600 (seconds)'],
    ['a window as text', 'maintenanceWindow', '02:00-04:00', 'HH:MM'],
    ['a window without an end', 'maintenanceWindow', { from: '02:00' }, 'HH:MM'],
    ['a window off the quarters', 'maintenanceWindow', { ...window, to: '04:10' }, 'quarters'],
    ['a window at 24:00', 'maintenanceWindow', { ...window, to: '24:00' }, 'HH:MM'],
    ['a window with one digit', 'maintenanceWindow', { ...window, from: '2:00' }, 'HH:MM'],
    ['a window on no day', 'maintenanceWindow', { ...window, days: [] }, '"mon"'],
    ['a window on a long day', 'maintenanceWindow', { ...window, days: ['sunday'] }, '"sun"'],
    ['a window on a day twice', 'maintenanceWindow', { ...window, days: ['sun', 'sun'] }, '"sun"'],
    ['a window on Mars', 'maintenanceWindow', { ...window, timeZone: 'Mars/X' }, 'IANA'],
    ['a window of an unknown kind', 'maintenanceWindow', { ...window, week: 1 }, 'HH:MM'],
    ['a loss that is none', 'accepts', ['downtime'], 'instance-store'],
    ['all losses at once', 'accepts', 'all', 'instance-store'],
    ['a loss twice', 'accepts', ['hibernation', 'hibernation'], 'instance-store'],
    ['a document with spaces', 'restartDocument', 'Restart it', 'Systems Manager document'],
    ['a command as document', 'restartDocument', 'reboot; rm -rf /', 'document'],
    ['no document', 'restartDocument', '', 'Systems Manager document'],
    ['a document that runs anything', 'restartDocument', 'AWS-RunShellScript', 'of your own'],
    [
      'the same by its ARN',
      'restartDocument',
      'arn:aws:ssm:us-east-1::document/AWS-RunRemoteScript',
      'of your own',
    ],
    ['one type without a list', 'alternateTypes', 'm6a.large', '["m6a.large"]'],
    ['a family', 'alternateTypes', ['m6a'], 'instance types'],
    ['a type with a wildcard', 'alternateTypes', ['m6a.*'], 'instance types'],
    ['a type twice', 'alternateTypes', ['m6a.large', 'm6a.large'], 'instance types'],
    ['an address in words', 'reassociateAddress', 'yes', 'true'],
    ['one alarm for all', 'applicationAlarm', 'chat-down', '{id}'],
    ['an alarm of 256 characters', 'applicationAlarm', `{id}${'x'.repeat(252)}`, '{id}'],
    ['a metric without a number', 'applicationMetric', { ...metric, below: undefined }, '"below"'],
    ['a metric with both', 'applicationMetric', { ...metric, above: 9 }, 'either'],
    ['a metric without a name', 'applicationMetric', { namespace: 'LiveChat', below: 1 }, '"name"'],
    ['a metric with a number as text', 'applicationMetric', { ...metric, below: '1' }, '"below"'],
    ['a metric evaluated never', 'applicationMetric', { ...metric, evaluations: 0 }, '"evalu'],
    ['a metric evaluated for long', 'applicationMetric', { ...metric, evaluations: 11 }, '"evalu'],
  ])('refuse %s: %s', (_, field, value, allowed) => {
    const error = errorOf({ [field]: value });
    expect(error).toMatchObject({
      path: `policies.livechat.${field}`,
      actual: JSON.stringify(value),
      allowed: expect.stringContaining(allowed),
    });
    expect(error?.fix).toBe(`Set it to ${error?.allowed}, or leave it out for the default.`);
  });
});
