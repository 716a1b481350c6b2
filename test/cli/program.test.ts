import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runWith } from './console';

const ROOT = join(__dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

test.each([
  [['--help'], ['drill', 'explain', 'Examples:']],
  [
    ['drill', '--help'],
    ['--list', '--json', '--seed', '--report', 'Examples:', 'Exit code:'],
  ],
  [
    ['explain', '--help'],
    [
      '--instances',
      '--status',
      '--policy',
      '--config',
      '--at',
      '--account',
      '--region',
      '--not-enrolled',
      '--json',
      'enrolled',
      'Examples:',
      'Exit code:',
    ],
  ],
])('%j is complete', async (args, words) => {
  const { code, out, err } = await runWith(args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const word of words) expect(out).toContain(word);
});

test('--version', async () => {
  expect(await runWith(['--version'])).toEqual({ code: 0, out: version, err: '' });
});

test.each([[[]], [['bogus']], [['explain']]])(
  '%j is no command line: exit code 2',
  async (args) => {
    const { code, out, err } = await runWith(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
  },
);

// Why this test? The launcher has to teach Node both require and import() of TypeScript.
test.each([
  ['the bin of package.json', ['cli/watchdog.mjs']],
  ['the npm scripts', ['--import', 'tsx', 'cli/main.ts']],
])('%s starts from any folder, and knows the drills', (_name, [...start]) => {
  const last = start.pop() ?? '';
  const command = [...start, join(ROOT, last), 'drill', '--list'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: last.endsWith('.mjs') ? '/' : ROOT,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('pod-23');
});
