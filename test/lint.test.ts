import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const repository = join(__dirname, '..');
const bin = join(repository, 'node_modules', '.bin');
/** oxlint looks for the half of it that knows types on the PATH, when it runs elsewhere. */
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };

/** Each rule that the house leans on, with a source that it must refuse, and where. */
const refused: readonly (readonly [string, string, string])[] = [
  ['typescript(no-explicit-any)', 'lib/any.ts', 'export const a = (x: any): unknown => x;'],
  [
    'typescript(no-floating-promises)',
    'lib/floating.ts',
    'export function a(later: () => Promise<void>): void {\n  later();\n}',
  ],
  [
    'typescript(no-misused-promises)',
    'lib/misused.ts',
    'export function a(p: Promise<boolean>): number {\n  if (p) return 1;\n  return 2;\n}',
  ],
  [
    'typescript(switch-exhaustiveness-check)',
    'lib/switch.ts',
    "export function a(x: 'b' | 'c'): void {\n  switch (x) {\n    case 'b':\n      a('c');\n  }\n}",
  ],
  [
    'typescript(no-unsafe-assignment)',
    'lib/unsafe-assignment.ts',
    'export function a(text: string): boolean {\n  const b = JSON.parse(text);\n  return b === 1;\n}',
  ],
  [
    'typescript(no-unsafe-member-access)',
    'lib/unsafe-member.ts',
    'export const a = (text: string): boolean => JSON.parse(text).b === 1;',
  ],
  [
    'typescript(no-unsafe-return)',
    'lib/unsafe-return.ts',
    'export const a = (text: string): string => JSON.parse(text);',
  ],
  [
    'typescript(no-unsafe-type-assertion)',
    'lambda/shell/assert.ts',
    'export const a = (x: unknown): string => x as string;',
  ],
  ['import(no-default-export)', 'lib/default.ts', 'export default 1;'],
  [
    'eslint(max-params)',
    'lib/params.ts',
    'export const a = (b: 1, c: 2, d: 3, e: 4): number => b + c + d + e;',
  ],
  ['eslint(max-lines)', 'lib/lines.ts', `export const a = [\n${'  1,\n'.repeat(401)}];`],
  [
    'eslint(max-lines-per-function)',
    'lib/long.ts',
    `export function a(b: () => void): void {\n${'  b();\n'.repeat(70)}}`,
  ],
  [
    'eslint(no-restricted-imports)',
    'lambda/core/import.ts',
    "import { hostname } from 'node:os';\nexport const a = hostname;",
  ],
  [
    'eslint(no-restricted-imports)',
    'lambda/shell/import.ts',
    "import { b } from '../adapters/b';\nexport const a = b;",
  ],
  [
    'eslint(no-restricted-imports)',
    'lambda/watchdog.ts',
    "import { hostname } from 'node:os';\nexport const a = hostname;",
  ],
  ['eslint(no-restricted-imports)', 'lambda/core/zod.ts', "export { z } from 'zod';"],
  [
    'eslint(no-restricted-globals)',
    'sim/timer.ts',
    'export const a = (): void => void setTimeout;',
  ],
  ['eslint(no-restricted-properties)', 'lambda/core/clock.ts', 'export const a = Date.now();'],
  ['eslint(no-restricted-properties)', 'sim/chance.ts', 'export const a = Math.random();'],
  ['eslint(no-console)', 'lambda/adapters/speak.ts', "console.log('x');\nexport const a = 1;"],
];

const passed: readonly (readonly [string, string])[] = [
  ['lambda/adapters/clock.ts', 'export const a = (): number => Date.now();'],
  [
    'lambda/core/pure.ts',
    "import { b } from './b';\nexport const a = (c: number): number => b + c;",
  ],
  ['lambda/core/b.ts', 'export const b = 1;'],
  [
    'sim/drain.ts',
    'declare function setImmediate(f: () => void): void;\nexport const a = setImmediate;',
  ],
  ['cli/speak.ts', "console.log('x');\nexport const a = 1;"],
];

/** Lints a small repository of its own, under this repository's configuration. */
function lint(files: readonly (readonly [string, string])[]): { status: number; text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    copyFileSync(join(repository, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    const compilerOptions = {
      target: 'es2023',
      lib: ['es2023', 'dom'],
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    const args = ['--type-aware', '--deny-warnings', '--format', 'unix'];
    const run = spawnSync(join(bin, 'oxlint'), args, { cwd: folder, encoding: 'utf8', env });
    return { status: run.status ?? -1, text: run.stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('lint', () => {
  const report = lint(refused.map(([, path, text]) => [path, text] as const));

  it.each(refused)('refuses what %s is for, in %s', (rule, path) => {
    expect(report.text.split('\n').filter((line) => line.startsWith(path))).toContainEqual(
      expect.stringContaining(rule),
    );
    expect(report.status).not.toBe(0);
  });

  it('passes their good twins', () => {
    expect(lint(passed)).toEqual({ status: 0, text: '' });
  });
});
