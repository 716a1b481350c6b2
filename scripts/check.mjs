// `npm run check`: everything that CI asks of a change, with one summary at the end.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const TEST_RESULT = join(repository, 'reports', 'check-tests.json');
/** A part that takes longer hangs: CI must end within 15 minutes. */
const PART_LIMIT_MS = 10 * 60_000;

const tool = (name) => join(repository, 'node_modules', '.bin', name);

/** The longest first: it takes one lane while the others share the second. */
const PARTS = [
  {
    name: 'tests',
    what: 'jest: behaviour, drills, stack, architecture rules, documentation',
    command: [tool('jest'), '--json', `--outputFile=${TEST_RESULT}`],
  },
  {
    name: 'synth',
    what: 'cdk synth, offline, with cdk-nag and the built-in validation as errors',
    command: [tool('cdk'), 'synth', '--quiet', '--no-notices'],
  },
  { name: 'types', what: 'tsc, strict', command: [tool('tsc'), '--noEmit'] },
  {
    name: 'lint',
    what: 'oxlint with type-aware rules',
    command: [tool('oxlint'), '--type-aware', '--deny-warnings'],
  },
  {
    name: 'bundle',
    what: "the Lambda's size and load against their budgets",
    command: [process.execPath, 'scripts/bundle.mjs', '--check'],
  },
  {
    name: 'format',
    what: 'prettier',
    command: [tool('prettier'), '--check', '.', '--log-level', 'warn'],
  },
  {
    name: 'live',
    what: 'one live drill: a real chat server, killed and rescued in real time',
    command: [process.execPath, '--import', 'tsx', 'cli/main.ts', 'drill', '--live', '--json'],
    // In real time, with a deadline: whatever runs beside it would be in its way.
    alone: true,
  },
  // Within `tests` already; named so that they can be asked for alone.
  {
    name: 'architecture',
    what: 'the import rules, bans and budgets (part of tests)',
    command: [tool('jest'), 'test/architecture', 'test/lint.test.ts'],
    within: 'tests',
  },
  {
    name: 'docs',
    what: 'links, runbook sections, glossary, commands (part of tests)',
    command: [tool('jest'), 'test/docs.test.ts'],
    within: 'tests',
  },
];

const HELP = `Usage: npm run check [-- OPTIONS]

Runs every check that CI runs, two at a time but for the last, and ends with a summary.
The exit code is 0 only if all of them pass; the output of a failed one is shown.

Options:
  --only A,B   only these parts
  --skip A,B   all but these parts
  --serial     one at a time
  --verbose    show the output of passed parts too
  --help       this text

Parts:
${PARTS.map(({ name, what }) => `  ${name.padEnd(13)}${what}`).join('\n')}
`;

function namesIn(option, text) {
  const names = text === undefined ? [] : text.split(',').map((name) => name.trim());
  const known = PARTS.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`--${option}: no part named ${unknown.join(', ')}. Known: ${known.join(', ')}`);
  }
  return names;
}

function chooseParts({ only, skip }) {
  const wanted = namesIn('only', only);
  const unwanted = namesIn('skip', skip);
  const chosen = PARTS.filter(({ name, within }) =>
    wanted.length > 0 ? wanted.includes(name) : within === undefined,
  ).filter(({ name }) => !unwanted.includes(name));
  if (chosen.length === 0) throw new Error('Nothing is left to check: see --help.');
  return chosen;
}

/** Parts that run now: when the check is interrupted, they end with it. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) process.kill(-child.pid, 'SIGKILL');
    process.exit(130);
  });
}

/** Runs one part to its end; a part that cannot be started or hangs has failed. */
function run(part) {
  const [command, ...args] = part.command;
  const began = performance.now();
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, args, {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that the limit ends the tool and what the tool has started.
      detached: true,
      env: process.stdout.isTTY
        ? { ...process.env, FORCE_COLOR: '1' }
        : { ...process.env, NO_COLOR: '1' },
    });
    if (child.pid !== undefined) running.add(child);
    const limit = setTimeout(() => {
      chunks.push(`\nIt was ended after ${PART_LIMIT_MS / 60_000} minutes.\n`);
      process.kill(-child.pid, 'SIGKILL');
    }, PART_LIMIT_MS);
    const end = (passed) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({
        part,
        passed,
        seconds: (performance.now() - began) / 1_000,
        output: chunks.join(''),
      });
    };
    child.stdout.on('data', (chunk) => chunks.push(chunk.toString()));
    child.stderr.on('data', (chunk) => chunks.push(chunk.toString()));
    child.on('error', (error) => {
      chunks.push(`${error.message}\n`);
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

function tell({ part, passed, seconds, output }, verbose) {
  const verdict = passed ? 'ok' : 'FAILED';
  console.log(`\n== ${part.name}: ${verdict} in ${seconds.toFixed(1)} s (${part.what})`);
  if (!passed || verbose) console.log(output.trimEnd());
}

/** Takes parts from one queue in as many lanes as are given; behind them those that run alone. */
async function runAll(parts, { lanes, verbose }) {
  const queue = parts.filter(({ alone }) => alone !== true);
  const behind = parts.filter(({ alone }) => alone === true);
  const results = [];
  const one = async (part) => {
    const result = await run(part);
    tell(result, verbose);
    results.push(result);
  };
  const lane = async () => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) await one(part);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  for (const part of behind) await one(part);
  return results;
}

function testCounts() {
  if (!existsSync(TEST_RESULT)) return undefined;
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(TEST_RESULT, 'utf8'),
  );
  const skipped = numPendingTests > 0 ? ` (${numPendingTests} skipped)` : '';
  return `tests: ${numPassedTests} passed, ${numFailedTests} failed${skipped}`;
}

function summarize(results, seconds) {
  console.log('\n== summary');
  for (const { part, passed, seconds: took } of results) {
    console.log(`  ${passed ? 'ok    ' : 'FAILED'}  ${part.name.padEnd(13)}${took.toFixed(1)} s`);
  }
  const failed = results.filter(({ passed }) => !passed).length;
  const counts = testCounts();
  if (counts !== undefined) console.log(counts);
  console.log(
    `checks: ${results.length - failed} passed, ${failed} failed, in ${seconds.toFixed(1)} s`,
  );
  return failed;
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      skip: { type: 'string' },
      serial: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const parts = chooseParts(values);
  mkdirSync(dirname(TEST_RESULT), { recursive: true });
  rmSync(TEST_RESULT, { force: true });
  const lanes = values.serial ? 1 : Math.min(2, availableParallelism());
  console.log(`Checking ${parts.map(({ name }) => name).join(', ')}.`);
  const began = performance.now();
  const results = await runAll(parts, { lanes, verbose: values.verbose });
  process.exitCode = summarize(results, (performance.now() - began) / 1_000) === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
