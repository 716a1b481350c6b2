import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED_ON, DEFAULT_LADDERS, type LadderCondition } from '../../lambda/core/ladder';
import { LOSSES } from '../../lambda/core/policy';
import { parseConfig } from '../../lib/config';
import { FULL, onlyResource, statementsOf, templateOf } from './stack-under-test';

/* The documents say what the code does: examples are accepted, tables are complete. */

const read = (path: string): string => readFileSync(join(__dirname, '..', '..', path), 'utf8');
const configuration = read('docs/configuration.md');
const readme = read('README.md');

const POLICY_FIELDS = [
  'ladders',
  'awsRecoverySeconds',
  'maintenanceWindow',
  'accepts',
  'restartDocument',
  'alternateTypes',
  'reassociateAddress',
  'hooks',
  'applicationAlarm',
  'applicationMetric',
];

/** The configuration that an example is part of: whole, its policies, or fields of one policy. */
function wholeOf(example: Readonly<Record<string, unknown>>): unknown {
  if ('watchdog' in example) return example['watchdog'];
  const isPolicy = Object.keys(example).some((name) => POLICY_FIELDS.includes(name));
  return { policies: isPolicy ? { livechat: example } : example };
}

const examples = [...configuration.matchAll(/```json\n(.*?)```/gs)].map(
  ([, text]) => JSON.parse(text ?? '') as Readonly<Record<string, unknown>>,
);

/** The cells of the row of a table that begins with this code. */
function rowOf(text: string, name: string): readonly string[] {
  const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\``));
  return (row ?? '').split('|').map((cell) => cell.trim());
}

const namesIn = (cell: string | undefined): readonly string[] =>
  [...(cell ?? '').matchAll(/`([\w-]+)`/g)].map(([, name]) => name ?? '');

describe('docs/configuration.md', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThan(5));

  it.each(examples.map((example) => [JSON.stringify(example), example] as const))(
    'has the example %s, which is accepted',
    (_, example) => {
      expect(parseConfig(wholeOf(example))).toMatchObject({ kind: 'valid' });
    },
  );

  it('an example with a mistake would not be', () => {
    expect(parseConfig(wholeOf({ accepts: ['downtime'] })).kind).toBe('invalid');
  });

  it.each([...POLICY_FIELDS, 'takedownPercent', 'takedownMost'])('has a section on %s', (field) => {
    const headings = configuration.split('\n').filter((line) => line.startsWith('### '));
    expect(headings.filter((heading) => heading.includes(`\`${field}\``))).toHaveLength(1);
  });

  it.each(Object.keys(ALLOWED_ON) as LadderCondition[])(
    'says which rungs %s has by default, and which it may have',
    (condition) => {
      const [, , , byDefault, allowed] = rowOf(configuration, condition);
      expect(namesIn(byDefault)).toEqual(DEFAULT_LADDERS[condition]);
      expect(namesIn(allowed)).toEqual(ALLOWED_ON[condition]);
    },
  );

  it.each(LOSSES)('says what %s is', (loss) => {
    expect(rowOf(configuration, loss)[2]).toMatch(/\w+/);
  });
});

describe("README's table of permissions", () => {
  const [, permissions = ''] = readme.split('## Permissions\n');
  const [table = ''] = permissions.split('\n## ');
  const functionRole = onlyResource(templateOf(FULL), 'AWS::Lambda::Function').properties['Role'];
  const [id] = (functionRole as { 'Fn::GetAtt': [string] })['Fn::GetAtt'];
  const policies = onlyResource(templateOf(FULL), 'AWS::IAM::Role', id).properties['Policies'];
  const actions = (policies as readonly { PolicyDocument: unknown }[])
    .flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument))
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => statement.actions);

  it.each([...new Set(actions)])('lists %s', (action) => {
    const [service = '', name = ''] = action.split(':');
    // Of several actions in a row only the first names the service; `…To` is short for ReEncryptTo.
    const rows = table.split('\n').filter((line) => line.startsWith(`| \`${service}:`));
    const short = name === 'ReEncryptTo' ? '…To' : name;
    expect(rows.join('\n')).toMatch(new RegExp(`[\`:]${short.replace('*', '\\*')}\``));
  });
});
