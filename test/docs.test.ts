import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASONS } from '../lambda/core/reasons';
import { describeFinding, type Finding } from './architecture/finding';
import {
  anchorsOf,
  checkCommands,
  checkLinks,
  checkMachineBound,
  definedWords,
  linksOf,
  reasonSections,
  type Markdown,
} from './architecture/markdown';
import { filesUnder } from './architecture/tree';

const repository = join(__dirname, '..');
const paths = filesUnder(repository, '.');

const read = (path: string): Markdown => ({
  path,
  text: readFileSync(join(repository, path), 'utf8'),
});
const exists = (path: string): boolean => existsSync(join(repository, path));
const text = (findings: readonly Finding[]): string => findings.map(describeFinding).join('\n');

const documents = paths.filter((path) => path.endsWith('.md')).map(read);
const scripts = Object.keys(
  (JSON.parse(read('package.json').text) as { scripts: Record<string, string> }).scripts,
);

const EXPECTED_DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/glossary.md',
  'docs/runbook.md',
  'docs/ready-event.md',
  'docs/observability.md',
  'docs/alerts.md',
  'docs/cli.md',
  'docs/reports.md',
  'docs/accuracy.md',
  'docs/gameday.md',
  'docs/load.md',
  'docs/resilience.md',
];

/** One word for one idea, in code, docs, alerts and reports: the house's vocabulary. */
const WORDS = [
  'signal',
  'observation',
  'cause',
  'status checks',
  'toleration',
  'incident',
  'remediation',
  'attempt',
  'ladder',
  'escalation',
  'cooldown',
  'serving',
  'recovered',
  'enrolled',
  'ready',
  'breaker',
  'storm',
  'pause',
  'lease',
  'fencing token',
  'intent',
  'outcome',
  'outage window',
  'hook',
  'backfill',
  'sweep',
  'drill',
  'fault',
  'failure',
  'shadow mode',
];

describe('the documents', () => {
  it.each(EXPECTED_DOCUMENTS)('%s exists', (path) => expect(exists(path)).toBe(true));

  it('link only to files and sections that exist', () => {
    expect(documents.flatMap(linksOf).length).toBeGreaterThan(10);
    expect(text(checkLinks(documents, exists))).toBe('');
  });

  it('name only commands that package.json has', () => {
    expect(text(documents.flatMap((file) => checkCommands(file, scripts)))).toBe('');
  });

  it('and every other file name nothing of one machine', () => {
    const files = paths.map(read).filter((file) => !file.text.includes('\0'));
    expect(files.length).toBeGreaterThan(50);
    expect(text(files.flatMap(checkMachineBound))).toBe('');
  });
});

describe('the runbook', () => {
  const reasons = Object.values(REASONS).flatMap((group) => Object.keys(group));
  const runbook = (): Markdown => read('docs/runbook.md');

  it.each(reasons)('has a section for the reason %s, which alerts link to', (reason) => {
    expect(anchorsOf(runbook()).has(reason)).toBe(true);
  });

  it('has no section for a reason that does not exist, and none twice', () => {
    const sections = reasonSections(runbook());
    expect(sections.filter((section) => !reasons.includes(section))).toEqual([]);
    expect(sections.toSorted()).toEqual([...new Set(sections)].toSorted());
  });
});

describe('the glossary', () => {
  it.each(WORDS)('defines "%s"', (word) => {
    expect(definedWords(read('docs/glossary.md'))).toContain(word);
  });
});

describe('the checks of documents can fail', () => {
  const page = (path: string, body: string): Markdown => ({ path, text: body });
  const other = page('docs/b.md', '# One title\n\n## `stuck-stopping`\n\n## Twice\n\n## Twice\n');
  const links = (body: string): readonly Finding[] =>
    checkLinks([page('docs/a.md', body), other], (path) => ['docs/b.md', 'lib'].includes(path));

  it.each([
    ['a missing file', '[x](./c.md)', '[x](./b.md)'],
    ['a file in the wrong folder', '[x](docs/b.md)', '[x](../docs/b.md)'],
    ['a missing section', '[x](b.md#two)', '[x](b.md#one-title)'],
    ['a missing section of its own', '# A\n[x](#b)', '# A\n[x](#a)'],
    ['a repeated section too many', '[x](b.md#twice-2)', '[x](b.md#twice-1)'],
    ['a picture', '![x](x.png)', '![x](https://example.com/x.png)'],
    ['a reference', '[x]: c.md', '[x]: b.md#stuck-stopping'],
    ['HTML', '<a href="c.md">', '<a href="../lib">'],
    ['prose after a fence', '```\n```\n[x](c.md)', '```\n[x](c.md)\n```'],
    ['prose beside code', '`y` [x](c.md)', '`[x](c.md)`'],
  ])('links: %s', (_, bad, good) => {
    expect(links(bad)).toHaveLength(1);
    expect(links(good)).toEqual([]);
  });

  it.each([
    ['in a fence', '```sh\nnpm run dril\n```', '```sh\nnpm run drill -- --list\n```'],
    ['inline', 'Say `npm run dril`.', 'Say `npm run drill`; not in code: npm run dril.'],
    ['behind an option', '`npm run --silent dril -- x`', '`npm run --silent drill -- x`'],
    ['the short form', '`npm start`', '`npm test`'],
  ])('commands: %s', (_, bad, good) => {
    const check = (body: string): readonly Finding[] =>
      checkCommands(page('README.md', body), ['drill', 'test']);
    expect(check(bad)).toHaveLength(1);
    expect(check(good)).toEqual([]);
  });

  it.each([
    ['a path', `see ${['', 'work', 'x'].join('/')}`, 'see ../work/x and homework/x'],
    ['an address', ['  "resolved": "', 'https://a.b/c.tgz"'].join(''), '  "resolved": true'],
    ['a host', `https://${['registry', 'npmjs', 'org'].join('.')}/x`, 'the npm registry'],
  ])('machine: %s', (_, bad, good) => {
    expect(checkMachineBound(page('a.md', bad))).toHaveLength(1);
    expect(checkMachineBound(page('a.md', good))).toEqual([]);
  });

  it('runbook and glossary: what is not a section or a row does not count', () => {
    expect(reasonSections(page('r.md', '# Runbook\n### `paused`\n### held\npaused\n'))).toEqual([
      'paused',
      'held',
    ]);
    expect(definedWords(page('g.md', 'storm\n\n| breaker, **pause** | x |\n'))).toEqual(
      expect.not.arrayContaining(['storm']),
    );
    expect(definedWords(page('g.md', '| breaker, **pause** | x |\n'))).toEqual(
      expect.arrayContaining(['breaker', 'pause']),
    );
  });
});
