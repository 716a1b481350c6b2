import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshObservability, metricsBlock } from '../../cli/observability-page';
import { METRICS } from '../../lambda/core/metrics';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'observability.md'), 'utf8');

test('docs/observability.md is what the code says today (else: npm run docs)', async () => {
  expect(page).toBe(await freshObservability());
});

test.each(Object.keys(METRICS))('it has one row on %s', (name) => {
  expect(page.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`))).toHaveLength(1);
});

test('it says which metrics come with each sweep, and so cost by the month', () => {
  const rows = metricsBlock(['Heartbeat']).split('\n');
  expect(rows.find((row) => row.includes('`Heartbeat`'))).toContain('| each sweep |');
  expect(rows.find((row) => row.includes('`StoreDown`'))).toContain('| when it happens |');
});

test('it has every query of the stack, without its comment', () => {
  expect(page).toContain('**One incident.** Its decisions and alerts.');
  expect(page).toContain('\nfilter message = "aws-call-failed"\n| stats');
  expect(page).not.toContain('\n# Calls of AWS');
});

test('it tells of every row of the dashboard', () => {
  const rows = readFileSync(join(__dirname, '..', '..', 'lib', 'dashboard-rows.ts'), 'utf8');
  const questions = [...rows.matchAll(/'([A-Z][^'\n]*\?)'/g)].map(([, question]) => question);
  expect(questions.length).toBe(7);
  for (const question of questions) expect(page).toContain(`| ${question} `);
});
