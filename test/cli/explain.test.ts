import fc from 'fast-check';
import { runWith } from './console';
import {
  ID,
  impairedStatus,
  instances,
  RUNNING,
  stateChange,
  stopCall,
  VOLUME,
  volumeLost,
} from './explain-files';

interface Line {
  readonly file: string;
  readonly outcome: string;
  readonly signal: Readonly<Record<string, unknown>> | null;
  readonly reason: string;
  readonly instances: readonly Readonly<Record<string, unknown>>[];
}

async function explained(
  files: Readonly<Record<string, unknown>>,
  ...args: readonly string[]
): Promise<Line> {
  const { out } = await runWith(['explain', 'event.json', '--json', ...args], files);
  return JSON.parse(out) as Line;
}

const summary = ({ instances: judged }: Line): string =>
  judged
    .map(({ cause, confidence, decision, remediation, reason }) =>
      [cause, confidence, decision, remediation, reason].map(String).join(' '),
    )
    .join('; ');

const WITH = ['--instances', 'instances.json'];

describe('explain, an event with what EC2 answers', () => {
  const STOPPED = stateChange('stopped');
  const TAG = { watchdog: 'livechat' };
  test.each([
    ['Server.ScheduledStop', {}, 'aws high remediate start stopped-by-aws'],
    ['Client.UserInitiatedShutdown', {}, 'api high ignore null stopped-by-person'],
    ['Client.InstanceInitiatedShutdown', {}, 'guest high escalate null guest-shutdown'],
    [undefined, {}, 'unknown low defer null awaiting-evidence'],
    ['Server.ScheduledStop', { tags: { Name: 'x' } }, 'aws high ignore null not-managed'],
    ['Server.ScheduledStop', { tags: { watchdog: 'nope' } }, 'aws high ignore null unknown-policy'],
    [
      'Server.SpotInstanceShutdown',
      { over: { InstanceLifecycle: 'spot' } },
      'spot high ignore null out-of-scope',
    ],
    [
      'Server.ScheduledStop',
      { tags: { ...TAG, 'watchdog:hold': 'migration' } },
      'aws high escalate null stopped-while-paused',
    ],
  ])('%s %j: %s', async (code, change, expected) => {
    const answer = instances({ ...(code === undefined ? {} : { code }), ...change });
    const line = await explained({ 'event.json': STOPPED, 'instances.json': answer }, ...WITH);
    expect(summary(line)).toBe(expected);
  });

  test('the event alone acts on nothing: the observation is missing', async () => {
    const line = await explained({ 'event.json': STOPPED });
    expect(line).toEqual({
      file: 'event.json',
      outcome: 'signal',
      signal: {
        kind: 'state-change',
        eventId: '7c4f2d1e-0000-4000-8000-000000000001',
        at: '2024-08-01T12:10:30.000Z',
        instanceIds: [ID],
        state: 'stopped',
      },
      reason: `EC2 says that ${ID} is stopped.`,
      instances: [
        {
          instanceId: ID,
          cause: 'unknown',
          confidence: 'low',
          decision: 'observe',
          remediation: null,
          rung: null,
          reason: 'observation-missing',
        },
      ],
    });
    expect(Object.keys(line)).toEqual(['file', 'outcome', 'signal', 'reason', 'instances']);
  });

  test('an answer without the instance: observe, and the reason says so', async () => {
    const files = { 'event.json': STOPPED, 'instances.json': { Reservations: [] } };
    expect(summary(await explained(files, ...WITH))).toBe('unknown low observe null unseen');
    const { out } = await runWith(['explain', 'event.json', ...WITH], files);
    expect(out).toContain('does not hold this instance');
  });

  test('only the instances that the event names are judged', async () => {
    const other = instances({ code: 'Server.ScheduledStop', over: { InstanceId: 'i-0aaaaaaa' } });
    const line = await explained({ 'event.json': STOPPED, 'instances.json': other }, ...WITH);
    expect(line.instances.map(({ instanceId }) => instanceId)).toEqual([ID]);
  });

  test('a Health event about a volume: the instance that has it, and no other', async () => {
    const files = { 'event.json': volumeLost(), 'instances.json': instances({ over: RUNNING }) };
    expect((await explained(files)).instances).toEqual([]);
    const line = await explained(files, ...WITH);
    expect(line.instances).toMatchObject([{ instanceId: ID, decision: 'ignore' }]);
    const detached = instances({ over: { ...RUNNING, BlockDeviceMappings: [] } });
    const without = await explained({ ...files, 'instances.json': detached }, ...WITH);
    expect(without.instances).toEqual([]);
    expect(without.reason).toContain(VOLUME);
  });

  test('status checks count: the rung is named, and without --status nothing is known', async () => {
    const files = {
      'event.json': stateChange('running'),
      'instances.json': instances({ over: RUNNING }),
      'status.json': impairedStatus(),
    };
    const impaired = await explained(files, ...WITH, '--status', 'status.json');
    expect(summary(impaired)).toBe('aws medium remediate stop-start system-impaired');
    expect(impaired).toMatchObject({ instances: [{ rung: 'system-impaired 1/1' }] });
    expect(summary(await explained(files, ...WITH))).toBe('unknown low ignore null healthy');
  });

  test('CloudTrail names the person', async () => {
    const answer = instances({ code: 'Client.UserInitiatedShutdown' });
    const files = { 'event.json': stopCall(), 'instances.json': answer };
    expect(summary(await explained(files, ...WITH))).toBe('api high ignore null stopped-by-person');
    const { out } = await runWith(['explain', 'event.json', ...WITH], files);
    expect(out).toContain('arn:aws:iam::111122223333:user/ana');
  });
});

describe('explain, options', () => {
  const AWS = {
    'event.json': stateChange('stopped'),
    'instances.json': instances({ code: 'Server.ScheduledStop' }),
  };

  test('--policy stands in for the tag of every instance', async () => {
    const files = {
      ...AWS,
      'instances.json': instances({ code: 'Server.ScheduledStop', tags: {} }),
    };
    const line = await explained(files, ...WITH, '--policy', 'livechat');
    expect(summary(line)).toBe('aws high remediate start stopped-by-aws');
  });

  test('--config brings other policies', async () => {
    const config = { context: { watchdog: { policies: { livechat: { mode: 'observe' } } } } };
    const line = await explained({ ...AWS, 'c.json': config }, ...WITH, '--config', 'c.json');
    expect(summary(line)).toBe('aws high escalate null observe-mode');
  });

  test('--at is when the watchdog looks: the wait for evidence is over', async () => {
    const files = { ...AWS, 'instances.json': instances() };
    const line = await explained(files, ...WITH, '--at', '2024-08-01T12:20:00Z');
    expect(summary(line)).toBe('unknown low escalate null unknown-cause');
  });

  // Why this test? Counted back from --at, the instance would be enrolled after its own stop.
  test('a later --at does not make the stop one from before enrolment', async () => {
    const line = await explained(AWS, ...WITH, '--at', '2024-08-01T18:00:00Z');
    expect(summary(line)).toBe('aws high remediate start stopped-by-aws');
  });

  test('--not-enrolled: an old stop that no event shows is told, not started', async () => {
    const files = { ...AWS, 'event.json': volumeLost() };
    const enrolled = await explained(files, ...WITH);
    expect(summary(enrolled)).toBe('aws high remediate start stopped-by-aws');
    const line = await explained(files, ...WITH, '--not-enrolled');
    expect(summary(line)).toBe('aws high escalate null stopped-before-enrolment');
  });

  test('a stop that EC2 dates to weeks before the event is one from before enrolment', async () => {
    const old = { StateTransitionReason: 'User initiated (2024-07-11 12:10:05 GMT)' };
    const answer = instances({ code: 'Server.ScheduledStop', over: old });
    const line = await explained({ 'event.json': volumeLost(), 'instances.json': answer }, ...WITH);
    expect(summary(line)).toBe('aws high escalate null stopped-before-enrolment');
  });

  test.each([
    [[], 'signal'],
    [['--account', '444455556666'], 'ignored'],
    [['--region', 'eu-west-1'], 'ignored'],
    [['--account', '111122223333', '--region', 'us-east-1'], 'signal'],
  ])('%j: %s', async (args, outcome) => {
    expect((await explained(AWS, ...args)).outcome).toBe(outcome);
  });

  test('an event of no account at all is nobody’s', async () => {
    const files = { 'event.json': stateChange('stopped', { account: undefined }) };
    expect(await explained(files)).toMatchObject({ outcome: 'ignored', instances: [] });
  });

  test.each([
    [['--policy', 'nope'], '--policy is "nope", but must be one of livechat.'],
    [['--at', 'yesterday'], 'must be a time from 2001 to 2100'],
    [['--account', '12'], 'must be the 12 digits of an AWS account'],
    [['--config', 'absent.json'], 'The configuration absent.json is not readable'],
    [['--config', 'event.json'], 'policies is undefined, but must be an object'],
    [['--nonsense'], "unknown option '--nonsense'"],
  ])('%j is no command line: exit code 2 and what is allowed', async (args, message) => {
    const { code, out, err } = await runWith(['explain', 'event.json', ...args], AWS);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('explain, files', () => {
  test('a file that cannot be read: told, exit code 1, the others are judged', async () => {
    const files = { 'event.json': stateChange('stopped'), 'text.json': 'no JSON' };
    const args = ['explain', 'absent.json', 'event.json', 'text.json', '--json'];
    const { code, out, err } = await runWith(args, files);
    expect(code).toBe(1);
    expect(err).toBe(
      'The file absent.json is missing, but must be a readable text file.\n' +
        '  Correct the path; a relative one counts from the present folder.',
    );
    const outcomes = out.split('\n').map((line) => (JSON.parse(line) as Line).outcome);
    expect(outcomes).toEqual(['signal', 'rejected']);
  });

  test('an unreadable answer is told once, and the event is judged without it', async () => {
    const files = { 'event.json': stateChange('stopped') };
    const args = ['explain', 'event.json', 'event.json', '--json', ...WITH];
    const { code, out, err } = await runWith(args, files);
    expect(code).toBe(1);
    expect(err.split('The file').length).toBe(2);
    expect(out).toContain('"decision":"observe"');
  });

  test.each(['no JSON', '[]', '{}', '{"Reservations":5}', 'null'])(
    'an answer that is none, %s: observe, told, exit code 0',
    async (answer) => {
      const files = { 'event.json': stateChange('stopped'), 'instances.json': answer };
      const { code, out, err } = await runWith(['explain', 'event.json', '--json', ...WITH], files);
      expect(code).toBe(0);
      expect(out).toContain('"decision":"observe"');
      expect(err).toContain('a JSON object with a list "Reservations"');
    },
  );

  test('a mark in front of the text, as Windows writes it, is no part of it', async () => {
    const text = `\u{feff}${JSON.stringify(stateChange('stopped'))}`;
    expect((await explained({ 'event.json': text })).outcome).toBe('signal');
  });
});

describe('explain, for people', () => {
  const files = {
    'event.json': stateChange('stopped'),
    'instances.json': instances({ code: 'Server.ScheduledStop' }),
  };

  test('cause, evidence, decision, the reason’s sentence and the runbook', async () => {
    const { out } = await runWith(['explain', 'event.json', ...WITH], files);
    expect(out).toContain('pod-23  i-0123456789abcdef0, stopped, m6i.large, us-east-1b');
    expect(out).toMatch(/Cause +aws: stopped by AWS, high confidence/);
    expect(out).toMatch(/Evidence +EC2 reports Server\.ScheduledStop \(text of AWS\)/);
    expect(out).toMatch(/Decision +remediate: start \(stopped-by-aws\)/);
    expect(out).toMatch(/Reason +AWS stopped it\./);
    expect(out).toMatch(/Told +opened \(warning\)/);
    expect(out).toMatch(/Runbook +docs\/runbook\.md#stopped-by-aws/);
  });

  test('colored on a terminal, and nowhere else', async () => {
    const escape = '\u001b[';
    expect((await runWith(['explain', 'event.json'], files, true)).out).toContain(escape);
    expect((await runWith(['explain', 'event.json'], files)).out).not.toContain(escape);
    expect((await runWith(['explain', 'event.json', '--json'], files, true)).out).not.toContain(
      escape,
    );
  });

  test('hostile names do nothing to the terminal', async () => {
    const tags = { watchdog: 'livechat', Name: 'x\u001b]0;owned\u0007\nDecision ok' };
    const answer = instances({ code: 'Server.ScheduledStop\u001b[2J', tags });
    const { out } = await runWith(['explain', 'event.json', ...WITH], {
      ...files,
      'instances.json': answer,
    });
    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});

describe('explain never throws', () => {
  // Why this test? A hand-written answer may hold anything where EC2 has a text.
  test('whatever the event and the answers hold', async () => {
    const any = fc.oneof(fc.jsonValue(), fc.string());
    const key = fc.constantFrom(
      'Tags',
      'State',
      'StateReason',
      'LaunchTime',
      'BlockDeviceMappings',
      'Placement',
      'InstanceType',
      'NetworkInterfaces',
      'Operator',
      'PublicIpAddress',
      'StateTransitionReason',
      'InstanceLifecycle',
    );
    const change = fc.dictionary(key, any, { maxKeys: 3 });
    const detail = fc.dictionary(fc.constantFrom('instance-id', 'state', 'service'), any);
    await fc.assert(
      fc.asyncProperty(change, fc.option(detail), any, async (over, broken, status) => {
        const files = {
          'event.json': stateChange('stopped', broken === null ? {} : { detail: broken }),
          'instances.json': instances({ code: 'Server.ScheduledStop', over }),
          'status.json': JSON.stringify({ InstanceStatuses: [status] }),
        };
        const args = ['event.json', ...WITH, '--status', 'status.json'];
        const json = await runWith(['explain', '--json', ...args], files);
        expect(json.code).toBe(0);
        expect(JSON.parse(json.out)).toHaveProperty('outcome');
        expect((await runWith(['explain', ...args], files)).code).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test('whatever a file holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        const { code, out } = await runWith(['explain', 'event.json', '--json'], {
          'event.json': text,
        });
        expect(code).toBe(0);
        expect((JSON.parse(out) as Line).outcome).toMatch(/^(rejected|ignored)$/);
      }),
    );
  });
});
