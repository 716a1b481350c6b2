import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { processSurroundings } from './account-clients';
import { cliExamples, SAMPLE_EVENT, type Example } from './cli-examples';
import { gameDayPolicy } from './gameday-policy';
import { operatorPolicy, type Duty } from './operator-policy';
import { createProgram, run } from './program';
import { fillBlocks } from './readme-blocks';
import type { Terminal } from './terminal';

const PAGE = join(__dirname, '..', 'docs', 'cli.md');

/** Prettier would wrap and align. Longer lines than this are for programs. */
const LONG_LINE = 400;

/** A terminal of the usual width that keeps what is printed. */
function collector(): { readonly terminal: Terminal; readonly text: () => string } {
  const printed: string[] = [];
  const keep = (text: string): void => void printed.push(text);
  const colors = createColors(false);
  const terminal = { out: keep, err: keep, colors, columns: 100, folder: '/' };
  return { terminal, text: () => printed.join('\n') };
}

/** The names of all commands, in the order of `watchdog --help`. */
export function commandNames(): readonly string[] {
  const { terminal } = collector();
  const place = { terminal, surroundings: processSurroundings() };
  return createProgram(place, () => undefined).commands.map((command) => command.name());
}

/** The same with the commands of each command: `gameday`, `gameday list` and so on. */
function pathsOfCommands(): readonly string[] {
  const { terminal } = collector();
  const place = { terminal, surroundings: processSurroundings() };
  return createProgram(place, () => undefined).commands.flatMap((command) => [
    command.name(),
    ...command.commands.map((inner) => `${command.name()} ${inner.name()}`),
  ]);
}

async function helpOf(...args: readonly string[]): Promise<string> {
  const { terminal, text } = collector();
  await run([...args, '--help'], terminal);
  return text();
}

const fenced = (language: string, text: string): string =>
  [`\`\`\`${language}`, text.trimEnd(), '```'].join('\n');

function exampleText({ line, printed, code }: Example): string {
  const shown = printed
    .split('\n')
    .map((text) => (text.length > LONG_LINE ? `${text.slice(0, LONG_LINE)}…` : text.trimEnd()))
    .join('\n');
  const end = code === 0 ? '' : `\n(exit code ${code})`;
  return fenced('console', `$ ${line}\n${shown}${end}`);
}

function sectionOf(name: string, help: string, examples: readonly Example[]): string {
  const mine = examples.filter(({ command }) => command === name);
  return [
    `### watchdog ${name}`,
    fenced('text', help),
    ...(name === 'explain'
      ? ['`stopped.json` is:', fenced('json', JSON.stringify(SAMPLE_EVENT, null, 2))]
      : []),
    ...mine.filter(({ line }) => !line.includes('--json')).map(exampleText),
  ].join('\n\n');
}

/** With names in place of the parts that everybody has their own of. */
const PLACE = {
  region: 'REGION',
  accountId: 'ACCOUNT',
  stack: 'LiveChatWatchdog',
  table: 'TABLE',
};

const policyText = (duty: Duty): string =>
  fenced('json', JSON.stringify(operatorPolicy(duty, PLACE), null, 2));

/** One statement alone, for those who have the others. */
function lastStatement(duty: Duty): string {
  const statement = operatorPolicy(duty, PLACE).Statement.at(-1);
  return fenced('json', JSON.stringify(statement, null, 2));
}

/** The generated blocks of docs/cli.md by name. */
async function blocks(): Promise<ReadonlyMap<string, string>> {
  const examples = await cliExamples();
  const sections: string[] = [];
  for (const path of pathsOfCommands()) {
    sections.push(sectionOf(path, await helpOf(...path.split(' ')), examples));
  }
  const json = examples.find(({ line }) => line.includes('--json'))?.printed ?? '';
  return new Map([
    ['overview', fenced('text', await helpOf())],
    ['read-policy', policyText('read')],
    ['operate-statement', lastStatement('operate')],
    ['pause-statement', lastStatement('pause-policies')],
    ['gameday-policy', fenced('json', JSON.stringify(gameDayPolicy(PLACE), null, 2))],
    ['status-json', fenced('json', JSON.stringify(JSON.parse(json), null, 2))],
    ['commands', sections.join('\n\n')],
  ]);
}

/** docs/cli.md with its generated blocks made anew. */
export async function freshCliPage(): Promise<string> {
  return fillBlocks(readFileSync(PAGE, 'utf8'), await blocks());
}

/** Writes docs/cli.md anew. */
export async function writeCliPage(): Promise<void> {
  writeFileSync(PAGE, await freshCliPage());
}
