import { join } from 'node:path';
import { checkAmbient } from './architecture/ambient';
import { checkCycles } from './architecture/cycles';
import {
  checkBarrels,
  checkDefaultExports,
  checkDocstrings,
  checkEnums,
} from './architecture/exports';
import { describeFinding, type Finding } from './architecture/finding';
import { checkImports, importsOf, layerOf } from './architecture/imports';
import { checkNames } from './architecture/names';
import { checkColumns, checkFileLength, checkFunctions, checkMedian } from './architecture/size';
import type { Source } from './architecture/source';
import { readSources } from './architecture/tree';

const sources = readSources(join(__dirname, '..'));

const perFile: Readonly<Record<string, (file: Source) => readonly Finding[]>> = {
  'imports keep to the table of layers': checkImports,
  'no ambient time, chance, environment or network': checkAmbient,
  'no default exports': checkDefaultExports,
  'no barrels': checkBarrels,
  'no enums': checkEnums,
  'a docstring above every export': checkDocstrings,
  'names are kebab-case and say something': ({ path }) => checkNames(path),
  'no file over 400 lines': checkFileLength,
  'no line over 100 columns': checkColumns,
  'no function over 70 lines or 3 positional parameters': checkFunctions,
};

const text = (findings: readonly Finding[]): string => findings.map(describeFinding).join('\n');

describe('the house', () => {
  it.each(Object.entries(perFile))('%s', (_, check) => {
    expect(text(sources.flatMap((file) => check(file)))).toBe('');
  });

  it('has no rings of imports', () => {
    expect(text(checkCycles(sources))).toBe('');
  });

  it('keeps its files small in the median', () => {
    expect(text(checkMedian(sources))).toBe('');
  });
});

describe('the rules look at something', () => {
  // dependency-cruiser once reported "no violations" over 0 modules; this one must not.
  it.each([
    ['lambda/core', 15],
    ['lambda/ports.ts', 1],
    ['lambda/watchdog.ts', 1],
    ['lambda/adapters', 3],
    ['lambda/handler.ts', 1],
    ['lambda/main.ts', 1],
    ['lib', 3],
    ['bin', 1],
    ['sim', 5],
    ['sim/drain.ts', 1],
    ['cli', 2],
    ['test', 10],
  ])('%s holds at least %d files', (folder, least) => {
    const held = sources.filter(({ path }) => path === folder || path.startsWith(`${folder}/`));
    expect(held.length).toBeGreaterThanOrEqual(least);
  });

  it('finds the imports of the files', () => {
    const imports = sources
      .filter(({ path }) => layerOf(path)?.name === 'lambda/core')
      .flatMap((file) => importsOf(file));
    expect(imports.length).toBeGreaterThan(10);
    expect(imports.every(({ target }) => target !== undefined)).toBe(true);
  });
});
