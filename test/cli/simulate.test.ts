import { runWith } from './console';

const FIELDS = ['seeds', 'from', 'violations', 'exercised', 'simulatedHours', 'wallS'];

test('its help is complete', async () => {
  const { code, out, err } = await runWith(['simulate', '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const word of ['--seeds', '--from', '--jobs', '--minutes', '--json', 'Exit code:']) {
    expect(out).toContain(word);
  }
});

test('one JSON object, with what the worlds used', async () => {
  const { code, out } = await runWith(['simulate', '--seeds', '2', '--from', '7', '--json']);
  expect(code).toBe(0);
  const found: unknown = JSON.parse(out);
  expect(Object.keys(found as object)).toEqual(FIELDS);
  expect(found).toMatchObject({ seeds: 2, from: 7, violations: [], simulatedHours: 3 });
});

test('for people: what was never decided, too', async () => {
  const { code, out } = await runWith(['simulate', '--seeds', '1']);
  expect(code).toBe(0);
  expect(out).toContain('1 worlds, seeds 1 to 1, 1.5 simulated hours');
  expect(out).toMatch(/^Reasons decided by: \d+ of \d+; never: .*healthy/m);
  expect(out).toMatch(/^Invariants put to the test: \d+ of \d+; never: .*S29/m);
});

test.each([
  ['no seed at all', ['--seeds', '0']],
  ['no process', ['--jobs', '0']],
  ['a time that is none', ['--minutes', 'soon']],
])('%s: exit code 2', async (_name, args) => {
  const { code, err } = await runWith(['simulate', ...args]);
  expect(code).toBe(2);
  expect(err).toMatch(/whole number/);
});
