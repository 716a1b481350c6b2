import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/*
 * Removes one guard at a time in a copy of the checkout, and says which test and drill fail for it.
 * A guard that nothing fails without is one that somebody will lose unnoticed.
 */

const HELP = `Removes each guard of docs/guards.json in a copy of the checkout, one at a time, and
runs the test and the drill that must fail then. It takes many minutes; CI runs test/guards.test.ts
instead, which checks that the table is complete and that every removal still applies.

  node scripts/guards.mjs [--guard NAME] [--no-drills] [--keep]

  --guard NAME   only the guards whose name holds NAME
  --no-drills    only the tests
  --keep         keeps the copy

Exit code: 0 when every removal is caught, 1 when one is not or cannot be made, 2 for a command
line that is not understood.`;

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const LEFT_OUT = new Set(['node_modules', '.git', 'cdk.out', 'dist', 'reports', 'coverage']);

/** A copy of the checkout that shares its packages. */
function copyCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'guards-'));
  cpSync(repository, copy, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(basename(path)) || relative(repository, path).includes('/'),
  });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs a command in the copy; its exit code and what it printed. */
function run(copy, command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: copy, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The full names of the tests that failed, and how many ran. */
async function runTests(copy, paths, names) {
  const file = join(copy, 'guards-result.json');
  rmSync(file, { force: true });
  const pattern = names.map((name) => `^${escaped(name)}`).join('|');
  const jest = join(copy, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [jest, ...paths, '-t', pattern, '--json', `--outputFile=${file}`, '--silent'];
  await run(copy, process.execPath, args);
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults);
  const named = (status) =>
    tests.filter((test) => test.status === status).map(({ fullName }) => fullName);
  return { passed: named('passed'), failed: named('failed') };
}

/** Whether a drill holds; undefined when it could not be played. */
async function drillHolds(copy, name) {
  const args = ['--import', 'tsx', 'cli/main.ts', 'drill', name, '--json'];
  const { output } = await run(copy, process.execPath, args);
  try {
    return JSON.parse(output).passed;
  } catch {
    return undefined;
  }
}

/** What is said of a guard before anything is removed; undefined when all of it is as it should. */
async function checkUntouched(copy, guards, drills) {
  const paths = [...new Set(guards.map(({ test }) => test.path))];
  const names = [...new Set(guards.map(({ test }) => test.name))];
  const { passed, failed } = await runTests(copy, paths, names);
  const holds = (name) => {
    const isIt = (fullName) => fullName.startsWith(name);
    return passed.some(isIt) && !failed.some(isIt);
  };
  const wrong = names.filter((name) => !holds(name)).map((name) => `the test "${name}"`);
  for (const name of drills) {
    if ((await drillHolds(copy, name)) !== true) wrong.push(`the drill ${name}`);
  }
  return wrong;
}

/** What fails without the guard, as words; nothing where its removal is not caught. */
async function caughtBy(copy, guard, withDrills) {
  const caught = [];
  const missed = [];
  const { failed } = await runTests(copy, [guard.test.path], [guard.test.name]);
  (failed.length > 0 ? caught : missed).push(`test ${guard.test.path}`);
  if (withDrills && guard.drill !== undefined) {
    const fails = (await drillHolds(copy, guard.drill)) === false;
    (fails ? caught : missed).push(`drill ${guard.drill}`);
  }
  return { caught, missed };
}

async function tryWithout(copy, guard, withDrills) {
  const path = join(copy, guard.file);
  const whole = readFileSync(path, 'utf8');
  const times = whole.split(guard.find).length - 1;
  if (times !== 1) return { isCaught: false, says: `its text is found ${times} times, not once` };
  writeFileSync(
    path,
    whole.replace(guard.find, () => guard.replace),
  );
  try {
    const { caught, missed } = await caughtBy(copy, guard, withDrills);
    const isCaught = missed.length === 0;
    const says = isCaught ? `caught by ${caught.join(', ')}` : `NOT CAUGHT by ${missed.join(', ')}`;
    return { isCaught, says };
  } finally {
    writeFileSync(path, whole);
  }
}

async function checkAll(copy, guards, withDrills) {
  const drills = new Set(
    withDrills ? guards.flatMap(({ drill }) => (drill === undefined ? [] : [drill])) : [],
  );
  console.log(`Before anything is removed: ${guards.length} tests, ${drills.size} drills.`);
  const wrong = await checkUntouched(copy, guards, drills);
  for (const what of wrong) console.log(`  does not pass as it is: ${what}`);
  let count = 0;
  for (const [index, guard] of guards.entries()) {
    const { isCaught, says } = await tryWithout(copy, guard, withDrills);
    if (isCaught) count += 1;
    console.log(`${index + 1}/${guards.length} ${guard.name}: ${says}`);
  }
  console.log(`${count} of ${guards.length} removals are caught.`);
  return wrong.length === 0 && count === guards.length;
}

async function main() {
  const { values } = parseArgs({
    options: {
      guard: { type: 'string', default: '' },
      'no-drills': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const table = JSON.parse(readFileSync(join(repository, 'docs', 'guards.json'), 'utf8'));
  const guards = table.filter(({ name }) => name.includes(values.guard));
  if (guards.length === 0) throw new Error(`No guard's name holds "${values.guard}".`);
  const copy = copyCheckout();
  try {
    process.exitCode = (await checkAll(copy, guards, !values['no-drills'])) ? 0 : 1;
  } finally {
    if (values.keep) console.log(`The copy: ${copy}`);
    else rmSync(copy, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
