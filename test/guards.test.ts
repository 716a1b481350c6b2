import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardsPage, readGuards, type Guard } from '../cli/guards-page';
import { LOSSES } from '../lambda/core/policy';
import { DRILLS } from '../sim/drills/index';

const repository = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const guards = readGuards();
const names = guards.map(({ name }) => name);

/** The members of a list in the source: what its brackets hold, spreads aside. */
function membersOf(path: string, list: RegExp): readonly string[] {
  const body = list.exec(read(path))?.[1] ?? '';
  const words = body.replace(/\/\/.*$/gm, '').split(/[\s,]+/);
  return words.filter((word) => /^[a-z]\w*$/i.test(word));
}

/** The rows that are missing for the members of a list, `<prefix>: <member>`, with or without more. */
const missing = (prefix: string, members: readonly string[]): readonly string[] =>
  members
    .map((member) => `${prefix}: ${member}`)
    .filter((name) => !names.some((known) => known === name || known.startsWith(`${name} (`)));

const START = 'lambda/core/start-guards.ts';
const TAKEDOWN = 'lambda/core/takedown-guards.ts';

describe('the table of guards', () => {
  it.each<[string, string, string, RegExp, string]>([
    ['START_GUARDS', 'start', START, /const START_GUARDS[^=]*= \[([^\]]*)\]/, 'tooSoonToStart'],
    ['OWN_START_GUARDS', 'own start', START, /OWN_START_GUARDS[^=]*= \[([^\]]*)\]/, 'backingOff'],
    ['BEFORE', 'takedown', TAKEDOWN, /const BEFORE[^=]*= \[([^\]]*)\]/, 'zoneStorm'],
    ['stop', 'takedown', TAKEDOWN, /\n {2}stop: \[\.\.\.BEFORE, ([^\]]*)\]/, 'stopProtection'],
    ['stay', 'takedown', TAKEDOWN, /\n {2}stay: \[\.\.\.BEFORE, ([^\]]*)\]/, 'slots'],
    [
      'FORCE_GUARDS',
      'force',
      'lambda/core/force-stop.ts',
      /FORCE_GUARDS[^=]*= \[([^\]]*)\]/,
      'notOurs',
    ],
  ])('names every member of %s', (_list, prefix, path, list, one) => {
    const members = membersOf(path, list);
    expect(members).toContain(one);
    expect(missing(prefix, members)).toEqual([]);
  });

  it('names every loss, and every statement of the role that denies', () => {
    const spoken = LOSSES.map((loss) => loss.replace('-', ' ').replace('dedicated', 'Dedicated'));
    expect(
      missing(
        'loss',
        spoken.map((loss) => loss.replace('host', 'Host')),
      ),
    ).toEqual([]);
    const denying = [...read('lib/role-statements-never.ts').matchAll(/never\('(\w+)'/g)];
    expect(denying.length).toBeGreaterThan(0);
    expect(
      missing(
        'role',
        denying.map(([, sid]) => sid ?? ''),
      ),
    ).toEqual([]);
  });

  it('would notice one that is missing', () => {
    expect(missing('start', ['notOurs', 'neverHeardOf'])).toEqual(['start: neverHeardOf']);
  });

  it('names each guard once', () => {
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });
});

/** How often the text of a guard is found where it must be found once. */
const timesFound = ({ file, find }: Guard): number => read(file).split(find).length - 1;

describe('a removal', () => {
  it.each(guards.map((guard) => [guard.name, guard] as const))('of %s applies', (_name, guard) => {
    expect(timesFound(guard)).toBe(1);
    expect(guard.replace).not.toContain(guard.find);
  });

  it('that does not apply any more would be noticed', () => {
    const [first] = guards;
    expect(timesFound({ ...(first as Guard), find: 'no such guard' })).toBe(0);
  });

  it.each([...new Set(guards.map(({ test }) => test.path))])(
    'is caught by a test of %s',
    (path) => {
      expect(read(path)).toMatch(/\b(it|test)\b/);
    },
  );

  it('is caught by drills that exist', () => {
    const known = DRILLS.map(({ name }) => name);
    const named = guards.flatMap(({ drill }) => (drill === undefined ? [] : [drill]));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('docs/guards.md', () => {
  it('shows the table as it is (else: npm run docs)', () => {
    expect(read('docs/guards.md')).toBe(guardsPage(guards));
  });

  it('would not show another one', () => {
    expect(read('docs/guards.md')).not.toBe(guardsPage(guards.slice(1)));
  });
});
