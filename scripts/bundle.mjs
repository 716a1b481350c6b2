// Bundles the Lambda function: node scripts/bundle.mjs [--check] [--entry FILE] [--out DIRECTORY]
// --check prints the sizes and fails when they exceed the budget.
import { build } from 'esbuild';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * The budget of the bundle, in bytes: what a cold start has to read and compile. The channels
 * (chat, pager, EventBridge's client), the journal and the metrics took it over 600 kB: measured
 * then, and seven percent.
 */
export const BUDGET = { minified: 690_000, gzipped: 206_000 };

const SCHEMA_FILES = /[\\/]@aws-sdk[\\/][^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;

/** A top-level array of the SDK's schemas, from its declaration to the line that closes it. */
const SCHEMA_ARRAY =
  /^((?:export )?(?:var|const) [\w$]+ = )(\[(?:.*\];|[^\n]*\n(?:[ \t].*\n)*\];))$/gm;

/**
 * Wraps each top-level array of a schema file in a call that esbuild knows to be pure. As they
 * stand their computed keys look impure, so that esbuild keeps all of EC2's schemas, more than
 * half of the bundle, for the few commands that are used.
 */
export function purifySchemas(source) {
  return source.replace(
    SCHEMA_ARRAY,
    (_, declaration, array) => `${declaration}/* @__PURE__ */ (() => ${array.slice(0, -1)})();`,
  );
}

/**
 * Clients whose errors the function tells apart by name and text, with the few of which it reads
 * more. The SDK registers a class for each error of each operation of a service (SSM: 140), which
 * esbuild must keep. Without its class an error arrives as the service's base exception, with the
 * same name, message and fault. Not for the protocols with AWS Query's codes (SNS, SQS,
 * CloudWatch), where the class gives the name.
 */
const KEPT_ERRORS = {
  cloudtrail: [],
  dynamodb: ['ConditionalCheckFailedException', 'TransactionCanceledException'],
  eventbridge: [],
  kms: [],
  ssm: [],
};

const CLIENT = /[\\/]client-([a-z0-9]+)[\\/]/;
const REGISTERED_ERROR = /^n0_registry\.registerError\([\w$]+, (\w+)\);\n/gm;

/** What a schema file is replaced by. */
export function leanSchemas(path, source) {
  const pure = purifySchemas(source);
  const kept = KEPT_ERRORS[CLIENT.exec(path)?.[1] ?? ''];
  if (kept === undefined) return pure;
  return pure.replace(REGISTERED_ERROR, (line, name) => (kept.includes(name) ? line : ''));
}

/** esbuild plugin around leanSchemas; test/lib/bundle.test.ts guards what it does. */
export const pureSchemas = {
  name: 'pure-schemas',
  setup({ onLoad }) {
    onLoad({ filter: SCHEMA_FILES }, async ({ path }) => ({
      contents: leanSchemas(path, await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/**
 * esbuild plugin that leaves the environment as the only source of credentials. Lambda gives a
 * function its role's there, and the SDK's chain asks there first; behind it come clients of STS,
 * SSO and more, a sixth of the bundle that this function could never reach.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const environmentCredentials = {
  name: 'environment-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'environment-credentials',
      pluginData: resolveDir,
    }));
    onLoad({ filter: /.*/, namespace: 'environment-credentials' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
      resolveDir: pluginData,
    }));
  },
};

/**
 * esbuild plugin that gives the DynamoDB client a plain Map for its cache of discovered endpoints.
 * Endpoint discovery is off unless somebody switches it on, so that the cache stays empty; the
 * library behind it (typed arrays, iterators) would be 2 kB of what a cold start has to read.
 */
export const plainEndpointCache = {
  name: 'plain-endpoint-cache',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^mnemonist\/lru-cache(\.js)?$/ }, ({ path }) => ({
      path,
      namespace: 'plain-endpoint-cache',
    }));
    onLoad({ filter: /.*/, namespace: 'plain-endpoint-cache' }, () => ({
      contents: `export default class extends Map {
        constructor() { super(); }
        peek(key) { return this.get(key); }
      }`,
    }));
  },
};

const PLUGINS = [pureSchemas, environmentCredentials, plainEndpointCache];

/** Bundles `entry` to `<directory>/index.js` and answers the sizes in bytes. */
export async function bundle({ entry, directory, plugins = PLUGINS }) {
  const outfile = join(directory, 'index.js');
  await rm(directory, { recursive: true, force: true });
  await build({
    entryPoints: [entry],
    outfile,
    absWorkingDir: PROJECT,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The ES modules of the SDK and of Powertools first: the CommonJS ones cannot be shaken.
    mainFields: ['module', 'main'],
    // No source map in the package: Lambda would read it at every cold start.
    sourcemap: false,
    legalComments: 'none',
    logLevel: 'warning',
    plugins,
  });
  const code = await readFile(outfile);
  return { outfile, minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

/** What exceeds the budget, one sentence each. */
export function overBudget(sizes) {
  return Object.entries(BUDGET)
    .filter(([kind, limit]) => sizes[kind] > limit)
    .map(([kind, limit]) => `${kind} it has ${sizes[kind]} bytes, ${limit} are allowed`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      entry: { type: 'string', default: join(PROJECT, 'lambda', 'main.ts') },
      out: { type: 'string', default: join(PROJECT, 'dist', 'lambda') },
    },
  });
  const sizes = await bundle({ entry: resolve(values.entry), directory: resolve(values.out) });
  if (!values.check) return;
  console.log(`bundle: ${sizes.minified} bytes minified (of ${BUDGET.minified}),`);
  console.log(`        ${sizes.gzipped} bytes gzipped (of ${BUDGET.gzipped})`);
  for (const problem of overBudget(sizes)) {
    console.error(`bundle: over budget: ${problem}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error) => {
    // esbuild has printed each mistake with its place already; its stack trace says nothing more.
    console.error(`bundle: ${error.message.split('\n')[0]}`);
    process.exitCode = 1;
  });
}
