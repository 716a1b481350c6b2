import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { source, type Source } from './source';

/** The folders that hold our code; a missing one counts as empty. */
export const ROOTS = [
  'bin',
  'lib',
  'lambda',
  'report',
  'sim',
  'cli',
  'examples',
  'scripts',
  'test',
] as const;

const SKIPPED = new Set(['node_modules', 'dist', 'reports', 'coverage', 'cdk.out', '.git']);

/** Every file below a folder of the repository, as paths relative to the repository, sorted. */
export function filesUnder(repository: string, folder: string): readonly string[] {
  const entries = readdirSync(join(repository, folder), { withFileTypes: true });
  return entries
    .filter((entry) => !SKIPPED.has(entry.name) && !entry.name.endsWith('.log'))
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(repository, path) : [path];
    })
    .toSorted();
}

/** All of our code, parsed. */
export function readSources(repository: string): readonly Source[] {
  const present = new Set(readdirSync(repository));
  return ROOTS.filter((root) => present.has(root))
    .flatMap((root) => filesUnder(repository, root))
    .filter((path) => /\.(ts|mjs|js)$/.test(path))
    .map((path) => source(path, readFileSync(join(repository, path), 'utf8')));
}
