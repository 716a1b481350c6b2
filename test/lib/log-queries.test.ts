import { LOG_QUERIES, type LogQuery, type LogQueryName } from '../../lib/log-queries';
import {
  linesOfDrill,
  linesOfOddDay,
  linesOfOddAnswers,
  PLATFORM_REPORT,
  type Line,
} from './log-lines';
import { onlyResource, resourcesOf, templateOf } from './stack-under-test';

/** Drills that between them log what the queries ask for. */
const DRILLS = [
  'pod-23',
  'stop-protected',
  'instance-store',
  'ec2-unavailable',
  'takedown-refused',
];

/* As much of Logs Insights as the queries use: whoever adds more must add it here. */

const TEXT = /"[^"]*"/g;
/** Fields that CloudWatch adds to every line. */
const isAdded = (name: string): boolean => name.startsWith('@');
const WORDS = new Set(
  (
    'and as asc by coalesce count count_distinct desc fields filter in ispresent latest limit sort ' +
    'stats'
  ).split(' '),
);

/** The fields that a command names, and the names that it gives itself. */
function namesIn(command: string): {
  readonly fields: readonly string[];
  readonly given: readonly string[];
} {
  const bare = command.replaceAll(TEXT, '');
  const given = [...bare.matchAll(/ as (\w+)/g)].map(([, name = '']) => name);
  const words = bare.replaceAll(/ as \w+/g, '').match(/@?[A-Za-z][\w.]*/g) ?? [];
  return { fields: words.filter((word) => !WORDS.has(word) && !isAdded(word)), given };
}

function fieldsOf({ commands }: LogQuery): readonly string[] {
  const names = commands.map(namesIn);
  const given = new Set(names.flatMap((one) => one.given));
  return [...new Set(names.flatMap(({ fields }) => fields))].filter((name) => !given.has(name));
}

function holds(condition: string, line: Line): boolean {
  const texts = (condition.match(TEXT) ?? []).map((text) => text.slice(1, -1));
  const [name = '', operator] = condition.split(' ');
  const present = /^ispresent\((\w+)\)$/.exec(condition);
  if (present !== null) return line[present[1] ?? ''] !== undefined;
  if (operator === '=' || operator === 'in') return texts.includes(String(line[name]));
  if (operator === '>') return Number(line[name]) > Number(condition.split(' ')[2]);
  throw new Error(`The test does not know the condition "${condition}".`);
}

const found = ({ commands }: LogQuery, lines: readonly Line[]): readonly Line[] =>
  lines.filter((line) =>
    commands
      .filter((command) => command.startsWith('filter '))
      .flatMap((command) => command.slice('filter '.length).split(' and '))
      .every((condition) => holds(condition, line)),
  );

let lines: readonly Line[] = [];

beforeAll(async () => {
  const drills = await Promise.all(DRILLS.map(linesOfDrill));
  const others = [await linesOfOddDay(), await linesOfOddAnswers(), [PLATFORM_REPORT]];
  lines = [...drills, ...others].flat();
}, 60_000);

/** The query as a reader makes it: with an incident, or a server, of the drills. */
function asked(name: LogQueryName): LogQuery {
  const query: LogQuery = LOG_QUERIES[name];
  const known = lines.findLast(
    ({ message, event }) => message === 'alert sent' && event === 'serving',
  );
  const filled = (text: string): string =>
    text
      .replace('INCIDENT', String(known?.['incidentId']))
      .replace('SERVER', String(known?.['instanceId']));
  return { ...query, commands: query.commands.map(filled) };
}

const NAMES = Object.keys(LOG_QUERIES) as LogQueryName[];

describe.each(NAMES)('the query "%s"', (name) => {
  it('finds lines that the function really logs', () => {
    expect(found(asked(name), lines)).not.toEqual([]);
  });

  it('names only fields that one of these lines has', () => {
    const has = new Set(found(asked(name), lines).flatMap((line) => Object.keys(line)));
    expect(fieldsOf(LOG_QUERIES[name]).filter((field) => !has.has(field))).toEqual([]);
  });

  it('of each text that it compares with finds one', () => {
    const query = asked(name);
    // Of a list of reasons one is enough: which belong there is no matter of the log.
    const compared = query.commands
      .map((command) => command.replace(/reason in \[.*\]/, ''))
      .flatMap((command) => command.match(TEXT) ?? []);
    const all = found(query, lines).flatMap((line) => Object.values(line));
    expect(compared.filter((text) => !all.includes(text.slice(1, -1)))).toEqual([]);
  });
});

describe('the check can fail', () => {
  const query = (...commands: readonly string[]): LogQuery => ({ name: '', says: '', commands });

  it.each([
    ['a field that nobody logs', query('fields reazon', 'filter message = "decision"')],
    ['one of another message', query('fields subject', 'filter message = "decision"')],
  ])('%s', (_, wrong) => {
    const has = new Set(found(wrong, lines).flatMap((line) => Object.keys(line)));
    expect(has.size).toBeGreaterThan(0);
    expect(fieldsOf(wrong).filter((field) => !has.has(field))).not.toEqual([]);
  });

  it('a message that nobody logs', () => {
    expect(found(query('filter message = "decided"'), lines)).toEqual([]);
  });
});

describe('refusals', () => {
  it('are found by the reason of the rule, NOT what AWS refused', () => {
    const reasons = new Set(found(LOG_QUERIES.refusals, lines).map(({ reason }) => reason));
    expect(reasons).toContain('stop-protected');
    expect(reasons).not.toContain('takedown-refused');
    const all = found(LOG_QUERIES.decisions, lines).map(({ reason }) => reason);
    expect(all).toContain('takedown-refused');
  });
});

describe('the saved queries', () => {
  const template = templateOf();
  const saved = resourcesOf(template, 'AWS::Logs::QueryDefinition').map(
    ({ properties }) => properties,
  );

  it('are in a folder of their stack, and begin with what they answer', () => {
    expect(saved.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(Object.values(LOG_QUERIES).map(({ name }) => `UnderTest/${name}`)),
    );
    for (const { QueryString } of saved) expect(QueryString).toMatch(/^# [A-Z][^\n]*\.\n[a-z]+ /);
  });

  it("ask the function's log group, and no other", () => {
    const { id } = onlyResource(template, 'AWS::Logs::LogGroup');
    expect(saved.length).toBe(NAMES.length);
    for (const { LogGroupNames } of saved) expect(LogGroupNames).toEqual([{ Ref: id }]);
  });

  it('use no parameters, which a Region may not know yet', () => {
    for (const one of saved) expect(one).not.toHaveProperty('Parameters');
  });
});
