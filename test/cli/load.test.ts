import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { freshLoadPage, loadBlocks, readFigures } from '../../cli/load-page';
import { loadText } from '../../cli/load-text';
import { LOADS } from '../../sim/load/index';
import { runWith } from './console';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'load.md'), 'utf8');

test('--load list tells the loads, as JSON too', async () => {
  const { code, out } = await runWith(['simulate', '--load', 'list']);
  expect(code).toBe(0);
  expect(out).toContain('burst  200 servers stopped within a second');
  const json = await runWith(['simulate', '--load', '--json']);
  expect(JSON.parse(json.out)).toHaveLength(LOADS.length);
});

test('a load that nobody knows: exit code 2', async () => {
  const { code, err } = await runWith(['simulate', '--load', 'weather']);
  expect(code).toBe(2);
  expect(err).toContain('burst');
});

test('one load: its goals with what was measured, and exit code 0', async () => {
  const { code, out } = await runWith(['simulate', '--load', 'at-once-1']);
  expect(code).toBe(0);
  expect(out).toMatch(/held\s+servers recovered\s+1\s+\(exactly 1\)/);
  expect(out).toContain('held    every invariant');
  expect(out).not.toContain('MISSED');
});

test('a missed goal is shown with its replay', () => {
  const [first] = readFigures();
  const goals = first!.goals.map((goal) => ({ ...goal, held: false, measured: null }));
  const text = loadText([{ ...first!, goals, passed: false }], createColors(false));
  expect(text).toContain('MISSED');
  expect(text).toContain('did not happen');
  expect(text).toContain(`Play again with: npm run simulate -- --load ${first!.load} --from 1`);
});

describe('docs/load.md', () => {
  it('has every load in its figures (else: --load all --json)', () => {
    expect(readFigures().map(({ load }) => load)).toEqual(LOADS.map(({ name }) => name));
  });

  it('shows the figures as they are (else: npm run docs)', () => {
    expect(page).toBe(freshLoadPage(readFigures()));
  });

  it('would not show others', () => {
    const others = readFigures().slice(1);
    expect([...loadBlocks(others).values()].every((block) => page.includes(block))).toBe(false);
  });
});
