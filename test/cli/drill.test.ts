import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drill, type DrillModule } from '../../cli/drill';
import { UsageError } from '../../cli/usage-error';
import type { DrillResult } from '../../sim/drill-result';
import { collector, runWith } from './console';
import { chatFigures } from './chat-fixture';
import { podResult } from './drill-fixture';

const DRILLS = [
  {
    name: 'pod-23',
    title: 'The origin incident',
    description: 'AWS stops it.',
    twin: 'lost-event',
  },
  { name: 'lost-event', title: 'No event', description: 'Nothing is told.', twin: 'pod-23' },
];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'watchdog-drill-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Plays with a set of drills that answers a fixed result, after all of its lines. */
async function play(
  options: { readonly json?: true; readonly list?: true; readonly report?: string } = {},
  { result = podResult(), name = 'pod-23' }: { result?: DrillResult; name?: string } = {},
) {
  const { terminal, out, err } = collector(folder);
  const drills: DrillModule = {
    DRILLS,
    runDrill: async (_name, { seed, onLine }) => {
      if (onLine !== undefined) for (const line of result.timeline) onLine(line);
      return { ...result, seed };
    },
  };
  const code = await drill(name, { seed: 7, ...options }, { drills, terminal });
  return { code, out: out(), err: err() };
}

describe('drill, for people', () => {
  test('the timeline, the summary beside 1 August 2024, and the report', async () => {
    const { code, out } = await play();
    expect(code).toBe(0);
    expect(out).toContain('   0:26.3  call     StartInstances i-0a1b2c3d4e5f60023');
    expect(out).toMatch(/First alert to people +1\.3 s +30 min \(first word to customers\)/);
    expect(out).toMatch(/Serving again +1 min 1 s +23 min of dropped chats/);
    expect(out).toMatch(/remediate start +AWS stopped it\. \(stopped-by-aws\)/);
    expect(out).toContain('Passed\nReplay   npm run drill -- pod-23 --seed 7');
    expect(out).toContain('Report   reports/pod-23-seed7.html');
    const html = readFileSync(join(folder, 'reports', 'pod-23-seed7.html'), 'utf8');
    expect(html).toContain('The origin incident');
  });

  test('the chats have a part of their own, where a drill has some', async () => {
    const { out } = await play({}, { result: podResult({ chats: chatFigures() }) });
    expect(out).toMatch(/\nChats\n.*this drill.*\n  Chats open at the failure/);
    expect((await play()).out).not.toContain('Chats');
  });

  test('no other drill is compared with 1 August 2024', async () => {
    const { out } = await play(
      {},
      { name: 'lost-event', result: podResult({ drill: 'lost-event' }) },
    );
    expect(out).not.toContain('1 August 2024');
  });

  test('a failed drill: exit code 1, what did not hold, and still a report', async () => {
    const result = podResult({
      passed: false,
      violations: ['S2: two starts at once'],
      expectations: [{ text: 'one start', held: false }],
    });
    const { code, out } = await play({}, { result });
    expect(code).toBe(1);
    expect(out).toContain('✗ one start');
    expect(out).toContain('✗ Violated: S2: two starts at once');
    expect(out).toContain('\nFailed\n');
    expect(existsSync(join(folder, 'reports', 'pod-23-seed7.html'))).toBe(true);
  });

  test('a report that cannot be written is told, exit code 1', async () => {
    const { code, err } = await play({ report: '.' });
    expect(code).toBe(1);
    expect(err).toContain('The report . is not written');
    expect(err).toContain('--report');
  });
});

describe('drill --json', () => {
  const FIELDS = [
    'drill',
    'seed',
    'passed',
    'stoppedS',
    'detectedS',
    'firstAlertS',
    'startIssuedS',
    'servingS',
    'recoveredS',
    'resolvedS',
    'alerts',
    'decisions',
    'apiCalls',
    'roundTripsToStart',
    'chats',
    'violations',
    'replay',
  ];

  test('one object with the documented fields, and no report', async () => {
    const { code, out } = await play({ json: true });
    expect(code).toBe(0);
    const printed = JSON.parse(out) as DrillResult;
    expect(Object.keys(printed)).toEqual(FIELDS);
    expect(printed.alerts[0]).toEqual({
      at: 1.3,
      kind: 'opened',
      severity: 'warning',
      subject: 'pod-23 stopped by AWS at 12:10 UTC, starting it once it has stopped',
    });
    expect(printed.seed).toBe(7);
    expect(existsSync(join(folder, 'reports'))).toBe(false);
  });

  test('a report where it is asked for', async () => {
    await play({ json: true, report: 'a/b.html' });
    expect(existsSync(join(folder, 'a', 'b.html'))).toBe(true);
  });

  test('exit code 1 when the drill failed', async () => {
    expect((await play({ json: true }, { result: podResult({ passed: false }) })).code).toBe(1);
  });
});

describe('drill, the command line', () => {
  test('--list tells each drill', async () => {
    expect((await play({ list: true })).out.split('\n\n')).toEqual([
      'pod-23  The origin incident\n  AWS stops it.\n  Its twin: lost-event',
      'lost-event  No event\n  Nothing is told.\n  Its twin: pod-23',
      expect.stringMatching(/^--live {2}The origin incident with a real chat server/),
    ]);
    expect(JSON.parse((await play({ list: true, json: true })).out)).toEqual(DRILLS);
  });

  test('an unknown drill: the list of those that there are', async () => {
    const refused = play({}, { name: 'pod-24' });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      'The drill is "pod-24", but must be one of pod-23, lost-event.',
    );
  });

  test.each(['1.5', '-1', 'x', '4294967296', ''])('--seed %j: exit code 2', async (seed) => {
    const { code, err } = await runWith(['drill', '--list', `--seed=${seed}`]);
    expect(code).toBe(2);
    expect(err).toContain('It must be a whole number from 0 to 4294967295');
  });
});
