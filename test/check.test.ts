import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '..');

function check(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, ['scripts/check.mjs', ...args], {
    cwd: repository,
    encoding: 'utf8',
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

describe('npm run check', () => {
  it('tells its parts', () => {
    const { status, out } = check('--help');
    expect(status).toBe(0);
    for (const part of ['types', 'lint', 'format', 'tests', 'synth', 'bundle', 'live']) {
      expect(out).toMatch(new RegExp(`^  ${part} `, 'm'));
    }
  });

  // An unknown name that is passed over would be a check that always passes.
  it.each([
    ['a part that does not exist', ['--only', 'type'], /no part named type\. Known: .*types/],
    ['an option that does not exist', ['--onyl', 'types'], /onyl/],
    ['nothing left to do', ['--only', 'types', '--skip', 'types'], /Nothing is left/],
  ])('refuses %s', (_, args, message) => {
    const { status, err } = check(...args);
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('.ci/run', () => {
  const script = join(repository, '.ci', 'run');

  it('can be executed, and stops at the first step that fails', () => {
    expect(() => accessSync(script, constants.X_OK)).not.toThrow();
    expect(readFileSync(script, 'utf8')).toMatch(/^#!.*bash\n(#.*\n)*set -euo pipefail\n/);
  });

  it.each(['npm ci', 'npm test', 'npm run check'])('runs %s', (command) => {
    expect(readFileSync(script, 'utf8')).toMatch(new RegExp(`^${command}\\b`, 'm'));
  });
});
