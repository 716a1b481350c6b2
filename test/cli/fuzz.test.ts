import { runWith } from './console';

test('its help is complete', async () => {
  const { code, out } = await runWith(['fuzz', '--help']);
  expect(code).toBe(0);
  for (const word of ['--events', '--seed', '--json', 'Exit code:']) expect(out).toContain(word);
});

test('it tells what came of it, as JSON too', async () => {
  const { code, out } = await runWith(['fuzz', '--events', '30', '--seed', '5']);
  expect({ code, out }).toMatchObject({ code: 0 });
  expect(out).toMatch(/^30 records in 1 invocations, from seed 5 on: 0 rounds/);
  const json = await runWith(['fuzz', '--events', '30', '--seed', '5', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ events: 30, from: 5, failures: [] });
});

test.each([
  ['no record at all', ['--events', '0']],
  ['a seed that is none', ['--seed', 'x']],
])('%s: exit code 2', async (_name, args) => {
  expect((await runWith(['fuzz', ...args])).code).toBe(2);
});
