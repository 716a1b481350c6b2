import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { INVARIANTS } from '../../../sim/invariants';

const TESTS = readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.ts') && name !== 'complete.test.ts')
  .map((name) => readFileSync(join(__dirname, name), 'utf8'))
  .join('\n');

// Why this test? An invariant that nothing can break proves nothing, and looks as if it did.
it('has a hand-made history that breaks it for every invariant', () => {
  const untested = INVARIANTS.map(({ id }) => id).filter((id) => !TESTS.includes(`id: '${id}'`));
  expect(untested).toEqual([]);
});

it('has each invariant once', () => {
  const ids = INVARIANTS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
