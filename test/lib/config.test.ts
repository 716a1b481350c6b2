import { App, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { parseConfig, requireConfig } from '../../lib/config';
import { ConfigurationError } from '../../lib/configuration-error';
import { ENVIRONMENT_LIMIT_BYTES, environmentBytes } from '../../lib/environment';
import { InstanceWatchdog, type InstanceWatchdogProps } from '../../lib/instance-watchdog';
import { WatchdogStack } from '../../lib/watchdog-stack';
import { FULL, quietApp, SMALLEST } from './stack-under-test';

function errorsOf(input: unknown): readonly string[] {
  const result = parseConfig(input);
  return result.kind === 'valid' ? [] : result.errors.map((error) => error.path);
}

describe('a configuration', () => {
  test.each([
    ['the smallest', SMALLEST],
    ['one with every field', FULL],
    ['one whose lists are empty', { ...SMALLEST, alertEmails: [], kmsKeyArns: [] }],
    ['one with undefined fields', { ...SMALLEST, timeZone: undefined, heartbeatUrl: undefined }],
  ])('is accepted: %s', (_, input) => {
    expect(errorsOf(input)).toEqual([]);
  });

  test.each([
    ['nothing', undefined, 'watchdog'],
    ['a list', [], 'watchdog'],
    ['no policies', {}, 'policies'],
    ['no policy', { policies: {} }, 'policies'],
    ['a policy with a typo', { policies: { a: { mod: 'act' } } }, 'policies.a.mod'],
    ['an unknown field', { ...SMALLEST, alertEmail: [] }, 'alertEmail'],
    ['a zone that is none', { ...SMALLEST, timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an empty zone', { ...SMALLEST, timeZone: '' }, 'timeZone'],
    ['one address without a list', { ...SMALLEST, alertEmails: 'a@example.com' }, 'alertEmails'],
    ['an address without @', { ...SMALLEST, alertEmails: ['oncall'] }, 'alertEmails[0]'],
    ['a wrong second address', { ...SMALLEST, opsEmails: ['a@b.co', 'x'] }, 'opsEmails[1]'],
    ['a number without +', { ...SMALLEST, alertPhones: ['4155550123'] }, 'alertPhones[0]'],
    ['a number with spaces', { ...SMALLEST, alertPhones: ['+1 415 5550123'] }, 'alertPhones[0]'],
    ['a heartbeat over http', { ...SMALLEST, heartbeatUrl: 'http://a.example' }, 'heartbeatUrl'],
    ['an empty heartbeat', { ...SMALLEST, heartbeatUrl: '' }, 'heartbeatUrl'],
    ['a runbook that is no URL', { ...SMALLEST, runbookUrl: 'wiki' }, 'runbookUrl'],
    [
      'the alias of a key',
      { ...SMALLEST, kmsKeyArns: ['arn:aws:kms:us-east-1:111122223333:alias/x'] },
      'kmsKeyArns[0]',
    ],
    ['a chat by its name', { ...SMALLEST, chatTopic: 'ops' }, 'chatTopic'],
    ['events by the name of a bus', { ...SMALLEST, events: 'default' }, 'events'],
    ['a pager over http', { ...SMALLEST, pagerUrls: ['http://a.example'] }, 'pagerUrls[0]'],
    [
      'a pager without its topic',
      { ...SMALLEST, pagerTopic: false, pagerUrls: ['https://pager.example/key'] },
      'pagerTopic',
    ],
    ['a truth in quotes', { ...SMALLEST, encryptTopics: 'true' }, 'encryptTopics'],
    ['no takedown at all', { ...SMALLEST, takedownMost: 0 }, 'takedownMost'],
    ['half a takedown', { ...SMALLEST, takedownMost: 1.5 }, 'takedownMost'],
    ['most of the fleet', { ...SMALLEST, takedownPercent: 51 }, 'takedownPercent'],
    ['a percentage as text', { ...SMALLEST, takedownPercent: '10' }, 'takedownPercent'],
    ['a retention between two', { ...SMALLEST, logRetentionDays: 31 }, 'logRetentionDays'],
    ['logs for ever', { ...SMALLEST, logRetentionDays: 9999 }, 'logRetentionDays'],
  ])('is refused: %s', (_, input, path) => {
    expect(errorsOf(input)).toEqual([path]);
  });

  test('tells all mistakes at once, each with actual value, allowed values and mend', () => {
    // GIVEN four mistakes in different fields
    const input = {
      policies: { livechat: { mode: 'observ' } },
      alertEmails: ['oncall'],
      timeZone: 'PST8',
      logRetentionDays: 31,
    };
    // WHEN
    const act = () => requireConfig(input, 'the test');
    // THEN
    expect(act).toThrow(ConfigurationError);
    expect(act).toThrow('(the test) has 4 mistakes');
    expect(act).toThrow('policies.livechat.mode is "observ", but must be one of "act", "observe"');
    expect(act).toThrow('alertEmails[0] is "oncall", but must be an e-mail address');
    expect(act).toThrow('timeZone is "PST8", but must be the IANA name');
    expect(act).toThrow(
      /logRetentionDays is 31, but must be one of 1, 3, 5, .* Use the next longer/,
    );
  });

  test('ops e-mails default to those of alerts, and an explicit nobody stays nobody', () => {
    const alertEmails = ['oncall@example.com'];
    expect(requireConfig({ ...SMALLEST, alertEmails }, '').opsEmails).toEqual(alertEmails);
    expect(requireConfig({ ...SMALLEST, alertEmails, opsEmails: [] }, '').opsEmails).toEqual([]);
  });

  test('has no channel beside the alert topic, and a pager that is named brings its topic', () => {
    const none = { chatTopic: false, pagerTopic: false, pagerUrls: [], events: false };
    expect(requireConfig(SMALLEST, '')).toMatchObject(none);
    const paged = { ...SMALLEST, pagerUrls: ['https://pager.example/key'] };
    expect(requireConfig(paged, '')).toMatchObject({ pagerTopic: true, chatTopic: false });
  });

  test('takes down a tenth of the fleet at once, and never more than five', () => {
    expect(requireConfig(SMALLEST, '')).toMatchObject({ takedownPercent: 10, takedownMost: 5 });
    const own = { ...SMALLEST, takedownPercent: 50, takedownMost: 1 };
    expect(requireConfig(own, '')).toMatchObject({ takedownPercent: 50, takedownMost: 1 });
  });

  test('takes the ARN of a key that CDK has yet to make', () => {
    const stack = new Stack(new App(), 'Keys');
    const key = new kms.Key(stack, 'Key');
    expect(errorsOf({ ...SMALLEST, kmsKeyArns: [key.keyArn] })).toEqual([]);
  });
});

describe("the function's environment", () => {
  const policiesOf = (count: number) => ({
    policies: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`policy-${index}`, { readyEvent: true }]),
    ),
  });

  test('may fill its room', () => {
    const config = requireConfig(policiesOf(70), '');
    expect(environmentBytes(config)).toBeGreaterThan(ENVIRONMENT_LIMIT_BYTES / 2);
  });

  test('fails synth before Lambda would refuse it', () => {
    const result = parseConfig(policiesOf(200));
    expect(result).toMatchObject({
      kind: 'invalid',
      errors: [{ path: "the function's environment", allowed: expect.stringContaining('3900') }],
    });
  });

  test('tells which policies are the large ones, and how to make them smaller', () => {
    const rung = { remediation: 'stop-start', timeoutSeconds: 1_200, check: 'serving' };
    const ladders = { 'system-impaired': [rung], 'instance-impaired': ['reboot', rung] };
    const many = {
      ...policiesOf(100).policies,
      wordy: { ladders },
      wordier: { ladders, mode: 'act' },
    };
    const result = parseConfig({ policies: many });
    expect(result).toMatchObject({
      kind: 'invalid',
      errors: [
        {
          actual: expect.stringMatching(/policies \(the largest: "wordier" \d+, "wordy" \d+, "pol/),
          fix: expect.stringContaining('share a policy'),
        },
      ],
    });
  });

  test('has room for three policies that use every field', () => {
    const policies = Object.fromEntries(
      ['chat', 'presence', 'voice'].map((name) => [name, FULL.policies['livechat'] ?? {}]),
    );
    expect(errorsOf({ ...FULL, policies })).toEqual([]);
  });

  test('the limit is below the quota of Lambda', () => {
    expect(ENVIRONMENT_LIMIT_BYTES).toBeLessThan(4_096);
  });
});

describe('where the configuration comes from', () => {
  test('the construct names itself in the error', () => {
    const props = { policies: {} } as InstanceWatchdogProps;
    const act = () => new InstanceWatchdog(new Stack(quietApp(), 'S'), 'W', props);
    expect(act).toThrow('props of S/W');
  });

  test('the stack names the context in the error', () => {
    const act = () => new WatchdogStack(quietApp({ watchdog: { policies: {} } }), 'S');
    expect(act).toThrow('the context "watchdog", usually in cdk.json');
  });

  test('the checked-in context has the one policy livechat', () => {
    const context: unknown = quietApp().node.tryGetContext('watchdog');
    expect([...requireConfig(context, '').policies.keys()]).toEqual(['livechat']);
  });
});
