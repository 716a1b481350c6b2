import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Finding } from './finding';
import { lineOf, walk, type Source } from './source';
import type { Node } from '@babel/types';

/** One import of a file, of any form: static, re-export, dynamic, require, or `import('x').T`. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** The imported file without its extension, for a relative import. */
  readonly target: string | undefined;
}

function literal(node: Node | null | undefined): string | undefined {
  return node?.type === 'StringLiteral' ? node.value : undefined;
}

function specifierOf(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return literal(node.source);
    case 'TSImportType':
      return literal(node.argument);
    case 'TSExternalModuleReference':
      return literal(node.expression);
    case 'CallExpression': {
      const { callee } = node;
      const loads =
        callee.type === 'Import' || (callee.type === 'Identifier' && callee.name === 'require');
      return loads ? literal(node.arguments[0]) : undefined;
    }
    default:
      return undefined;
  }
}

/** Every import of a file, in order. */
export function importsOf(file: Source): readonly Import[] {
  const found: Import[] = [];
  walk(file.tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return;
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(file.path), specifier).replace(/\.(ts|mjs|js)$/, '')
      : undefined;
    found.push({ specifier, line: lineOf(node), target });
  });
  return found;
}

const BUILTINS = new Set(builtinModules);

/** Whether the specifier names a module of Node itself, with or without `node:`. */
export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || BUILTINS.has(specifier.split('/')[0] ?? specifier);
}

/** A part of the house: which files belong to it and what they may import. */
export interface Layer {
  readonly name: string;
  /** Matched against the path without its extension. */
  readonly files: RegExp;
  /** Files of ours that it may import, without extension. */
  readonly ours: readonly RegExp[];
  /** Packages that it may import. */
  readonly packages: readonly RegExp[];
  /** Modules of Node that it may import: all, none, or those that match. */
  readonly builtins: boolean | RegExp;
  /** The rule in words, for the message. */
  readonly allowed: string;
  readonly fix: string;
}

const CORE = /^lambda\/core\//;
const PORTS = /^lambda\/ports$/;
const SETTINGS = /^lambda\/settings$/;
const SHELL = /^lambda\/(watchdog$|shell\/)/;
const LAMBDA = /^lambda\//;
const REPORT = /^report\//;
const SYNTHESIZE = /^lib\/synthesize$/;
const AWS_SDK = [/^@aws-sdk\//, /^@smithy\//];
const POWERTOOLS = /^@aws-lambda-powertools\//;

const CORE_FIX = 'Take the value as an argument, or move the code into an adapter behind a port.';

/** The table of ARCHITECTURE.md. The first layer that matches a file is its layer. */
export const LAYERS: readonly Layer[] = [
  {
    name: 'lambda/core/signals and lambda/core/policy',
    files: /^lambda\/core\/(signals\/|policy($|\/))/,
    ours: [CORE],
    packages: [/^zod\/mini$/],
    builtins: false,
    allowed: 'lambda/core and zod/mini (plain zod is thirty times its size in the bundle)',
    fix: CORE_FIX,
  },
  {
    name: 'lambda/core',
    files: CORE,
    ours: [CORE],
    packages: [],
    builtins: false,
    allowed: 'lambda/core itself only: no package, no module of Node',
    fix: CORE_FIX,
  },
  {
    name: 'lambda/ports.ts and lambda/settings.ts',
    files: /^lambda\/(ports|settings)$/,
    ours: [CORE],
    packages: [],
    builtins: false,
    allowed: 'lambda/core',
    fix: 'Name the type in lambda/core, or keep it out of the port.',
  },
  {
    name: 'the shell (lambda/watchdog.ts, lambda/shell)',
    files: SHELL,
    ours: [CORE, PORTS, SETTINGS, SHELL],
    packages: [],
    builtins: false,
    allowed: 'lambda/core, lambda/ports, lambda/settings and the shell itself',
    fix: 'Add what is needed to a port in lambda/ports.ts and give it to the shell.',
  },
  {
    name: 'lambda/adapters',
    files: /^lambda\/adapters\//,
    ours: [CORE, PORTS, SETTINGS, /^lambda\/adapters\//],
    packages: [...AWS_SDK, POWERTOOLS],
    builtins: true,
    allowed:
      'lambda/core, ports, settings, other adapters, @aws-sdk/*, @smithy/*, Powertools, node:*',
    fix: 'Decide in core, order effects in the shell; an adapter only translates.',
  },
  {
    name: 'the composition (lambda/handler.ts)',
    files: /^lambda\/handler$/,
    ours: [LAMBDA],
    packages: [/^aws-lambda$/],
    builtins: false,
    allowed: 'anything in lambda, and the types of aws-lambda',
    fix: 'Take clients and the like as arguments; the composition only joins the parts.',
  },
  {
    name: 'the deployed entry (lambda/main.ts)',
    files: /^lambda\/main$/,
    ours: [LAMBDA],
    packages: [...AWS_SDK, POWERTOOLS, /^aws-lambda$/],
    builtins: false,
    allowed: 'anything in lambda, @aws-sdk/*, @smithy/*, Powertools, types of aws-lambda',
    fix: 'It only makes the real clients and gives them to the handler; move the rest.',
  },
  {
    name: 'lib',
    files: /^lib\//,
    ours: [/^lib\//, /^lambda\/core\/(signals\/|policy($|\/)|tags$|metrics$)/],
    packages: [/^aws-cdk-lib($|\/)/, /^constructs$/, /^cdk-nag$/],
    builtins: true,
    allowed:
      'aws-cdk-lib, constructs, cdk-nag, node:*, lib, lambda/core/{signals,policy,tags,metrics}',
    fix: 'Share through the signal table, the policies, the tags or the metrics; nothing else crosses.',
  },
  {
    name: 'report',
    files: REPORT,
    ours: [REPORT, CORE],
    packages: [],
    builtins: false,
    allowed: 'report and lambda/core: no package, no module of Node',
    fix: 'A report is made of plain values: read them in cli or sim, and give them to it.',
  },
  {
    name: 'sim',
    files: /^sim\//,
    ours: [/^sim\//, REPORT, LAMBDA, SYNTHESIZE],
    packages: [...AWS_SDK, /^aws-lambda$/],
    // For digests of traces; the ban on chance sees to the rest of that module.
    builtins: /^node:crypto$/,
    allowed:
      'sim, report, lambda, lib/synthesize, classes and types of @aws-sdk/*, types of aws-lambda, ' +
      'digests of node:crypto',
    fix: 'Files, terminals and the like belong to cli; give the simulator plain values.',
  },
  {
    name: 'cli',
    files: /^cli\//,
    // The live drill starts the example's server, and chats as its clients do.
    ours: [/^cli\//, REPORT, /^sim\//, LAMBDA, SYNTHESIZE, /^examples\//],
    // The clients are for the commands on a real account; the launcher registers tsx.
    packages: [
      /^commander$/,
      /^picocolors$/,
      /^tsx\//,
      /^@aws-sdk\/client-/,
      /^@smithy\/signature-v4$/,
    ],
    builtins: true,
    allowed:
      'cli, report, sim, lambda, lib/synthesize, examples, commander, picocolors, ' +
      '@aws-sdk/client-*, @smithy/signature-v4, node:*',
    fix: 'Put what a command computes into sim or lambda/core, and print it in cli.',
  },
  {
    name: 'bin',
    files: /^bin\//,
    ours: [/^lib\//],
    packages: [/^aws-cdk-lib$/],
    builtins: false,
    allowed: 'lib, and the App of aws-cdk-lib',
    fix: 'The CDK entry makes the App and calls lib; the rest belongs there.',
  },
  {
    name: 'examples',
    files: /^examples\//,
    ours: [/^examples\//],
    packages: [/^ws$/],
    builtins: true,
    allowed: 'the example itself, ws and node:*',
    fix: 'An example must be readable and runnable alone.',
  },
  {
    name: 'test and scripts',
    files: /^(test|scripts)\//,
    ours: [/.*/],
    packages: [/.*/],
    builtins: true,
    allowed: 'anything',
    fix: '',
  },
];

const stem = (path: string): string => path.replace(/\.(ts|mjs|js)$/, '');

/** The layer of a file, or undefined when no layer claims it. */
export function layerOf(path: string): Layer | undefined {
  return LAYERS.find((layer) => layer.files.test(stem(path)));
}

function permitted(layer: Layer, one: Import): boolean {
  if (one.target !== undefined) {
    const { target } = one;
    return layer.ours.some((pattern) => pattern.test(target));
  }
  if (isBuiltin(one.specifier)) {
    const { builtins } = layer;
    return typeof builtins === 'boolean' ? builtins : builtins.test(one.specifier);
  }
  return layer.packages.some((pattern) => pattern.test(one.specifier));
}

/** Imports that cross a border of the house. */
export function checkImports(file: Source): readonly Finding[] {
  const layer = layerOf(file.path);
  if (layer === undefined) {
    const names = LAYERS.map(({ name }) => name).join('; ');
    const fix = 'Move the file, or add a layer to LAYERS (test/architecture/imports.ts).';
    return [
      { path: file.path, line: 1, what: 'The file belongs to no layer.', allowed: names, fix },
    ];
  }
  return importsOf(file)
    .filter((one) => !permitted(layer, one))
    .map(({ specifier, line }) => ({
      path: file.path,
      line,
      what: `${layer.name} imports '${specifier}'.`,
      allowed: layer.allowed,
      fix: layer.fix,
    }));
}
