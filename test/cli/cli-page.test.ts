import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandNames, freshCliPage } from '../../cli/cli-page';

const page = (): string => readFileSync(join(__dirname, '..', '..', 'docs', 'cli.md'), 'utf8');

test('docs/cli.md is up to date: npm run docs makes it anew', async () => {
  expect(page()).toBe(await freshCliPage());
});

test.each(commandNames())('%s has a section with its help', (name) => {
  expect(page()).toContain(`### watchdog ${name}\n\n\`\`\`text\nUsage: watchdog ${name} `);
});
