import { createColors } from 'picocolors';
import { accuracyText } from '../../cli/accuracy-text';
import type { RunVerdict } from '../../sim/accuracy';
import { accuracyOf } from '../../sim/accuracy-figures';
import { runWith } from './console';

test('its help is complete', async () => {
  const { code, out, err } = await runWith(['accuracy', '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const word of ['--only', '--seed', '--seeds', '--list', '--json', 'Exit code:']) {
    expect(out).toContain(word);
  }
});

test('--list tells the scenarios of a kind, as JSON too', async () => {
  const { code, out } = await runWith(['accuracy', '--list', '--only', 'terminated']);
  expect(code).toBe(0);
  expect(out).toContain('terminated/by-a-person-trail  It is terminated by a-person');
  const json = await runWith(['accuracy', '--list', '--only', 'terminated', '--json']);
  expect(JSON.parse(json.out)).toContainEqual({
    name: 'terminated/untagged-first',
    kind: 'terminated',
    title: expect.stringContaining('retired on purpose') as string,
  });
});

test('one scenario: its label, and what people got', async () => {
  const { code, out } = await runWith(['accuracy', '--only', 'terminated/by-a-person-trail']);
  expect(code).toBe(0);
  expect(out).toContain('It is gone with its chats');
  expect(out).toContain('a page is right from 0 s to the end');
  expect(out).toMatch(/critical\s+needs-person\s+ACT: pod-23/);
  expect(out).toContain('held    no false page');
  expect(out).not.toContain('MISSED');
});

test('one JSON object', async () => {
  const { code, out } = await runWith(['accuracy', '--only', 'terminated', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    from: 1,
    seeds: 1,
    scenarios: 7,
    all: { runs: 7, pages: 6, rightPages: 6, shouldPage: 6, paged: 6 },
    wrong: [],
  });
});

test.each([
  ['a kind that does not exist', ['--only', 'weather'], /one of aws-stops, .*noise/],
  ['a seed that is none', ['--seed', 'seven'], /whole number/],
  ['no seed at all', ['--seeds', '0'], /whole number/],
])('%s: exit code 2', async (_name, args, words) => {
  const { code, err } = await runWith(['accuracy', ...args]);
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

const RUN: RunVerdict = {
  scenario: 'person/stopped',
  family: 'person',
  seed: 7,
  replay: 'npm run -s watchdog -- accuracy --only person/stopped --seed 7',
  pages: 1,
  rightPages: 0,
  repeats: 0,
  shouldPage: 0,
  paged: 0,
  messages: 1,
  digests: 0,
  episodes: [],
  faults: [{ kind: 'false page', text: 'at 3 s, critical: ACT' }],
};

test('what was wrong is named with the command that shows it', () => {
  const text = accuracyText(accuracyOf([RUN], { from: 7, seeds: 1 }), createColors(false));
  expect(text).toContain('MISSED  no false page');
  expect(text).toContain('Pages that were right           0 of 1 (0.0 %)');
  expect(text).toContain(`${RUN.replay}\n  false page: at 3 s, critical: ACT`);
});
