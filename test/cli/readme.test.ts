import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshReadme } from '../../cli/docs';
import { fillBlocks } from '../../cli/readme-blocks';

const README = join(__dirname, '..', '..', 'README.md');

it('README shows what the drills and the cost command print today (else: npm run docs)', async () => {
  expect(readFileSync(README, 'utf8')).toBe(await freshReadme());
});

describe('a generated block', () => {
  const page = 'Above\n<!-- generated:cost -->\nold\n<!-- /generated:cost -->\nBelow';

  it('is replaced, and what stands around it is not', () => {
    const filled = fillBlocks(page, new Map([['cost', 'new']]));
    expect(filled).toContain('\nnew\n');
    expect(filled).not.toContain('old');
    expect(filled.startsWith('Above\n')).toBe(true);
    expect(filled.endsWith('\nBelow')).toBe(true);
  });

  it('that the page lacks is an error that names it', () => {
    expect(() => fillBlocks(page, new Map([['alerts', 'new']]))).toThrow('no block "alerts"');
  });
});
