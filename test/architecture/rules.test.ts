import { checkAmbient } from './ambient';
import { checkCycles } from './cycles';
import { checkBarrels, checkDefaultExports, checkDocstrings, checkEnums } from './exports';
import { describeFinding, type Finding } from './finding';
import { checkImports } from './imports';
import { checkNames } from './names';
import { checkColumns, checkFileLength, checkFunctions, checkMedian, medianLength } from './size';
import { source, type Source } from './source';

type Rule = (file: Source) => readonly Finding[];

/** [what, path, bad source, good twin] */
type Case = readonly [string, string, string, string];

function showsThatItFails(rule: Rule, cases: readonly Case[]): void {
  it.each(cases)('refuses %s, and passes its twin (%s)', (...one) => {
    const [, path, bad, good] = one;
    expect(rule(source(path, bad))).not.toEqual([]);
    expect(rule(source(path, good)).map(describeFinding)).toEqual([]);
  });
}

const importing = (specifier: string): string => `import { x } from '${specifier}';\n`;

describe('imports', () => {
  showsThatItFails(checkImports, [
    ['Node in core', 'lambda/core/a.ts', importing('node:fs'), importing('./time')],
    ['bare Node in core', 'lambda/core/a.ts', importing('fs/promises'), importing('./time')],
    [
      'an AWS type in core',
      'lambda/core/a.ts',
      `import type { I } from '@aws-sdk/client-ec2';`,
      '',
    ],
    ['a port in core', 'lambda/core/a.ts', importing('../ports'), importing('./alert/alert')],
    ['zod in core', 'lambda/core/a.ts', importing('zod/mini'), ''],
    ['all of zod', 'lambda/core/policy.ts', importing('zod'), importing('zod/mini')],
    ['all of zod', 'lambda/core/signals/a.ts', importing('zod'), importing('zod/mini')],
    ['re-exports', 'lambda/core/a.ts', `export { x } from '../ports';`, `export const x = 1;`],
    ['export all', 'lambda/core/a.ts', `export * from 'node:os';`, ''],
    ['dynamic import', 'lambda/core/a.ts', `void import('node:os');`, `void import('./b');`],
    ['require', 'lambda/core/a.ts', `const x = require('os');`, `const x = need('os');`],
    ['import types', 'lambda/core/a.ts', `type T = import('node:os').X;`, `type T = string;`],
    ['import equals', 'lambda/core/a.ts', `import os = require('os');`, ''],
    ['an adapter in ports', 'lambda/ports.ts', importing('./adapters/ec2'), importing('./core/a')],
    ['settings in ports', 'lambda/ports.ts', importing('./settings'), importing('./core/time')],
    [
      'an adapter in the shell',
      'lambda/watchdog.ts',
      importing('./adapters/a'),
      importing('./ports'),
    ],
    [
      'the SDK in the shell',
      'lambda/shell/a.ts',
      importing('@aws-sdk/client-ec2'),
      importing('../core/a'),
    ],
    ['Node in the shell', 'lambda/shell/a.ts', importing('node:timers'), importing('../watchdog')],
    [
      'the shell in an adapter',
      'lambda/adapters/a.ts',
      importing('../shell/a'),
      importing('../ports'),
    ],
    [
      'axios in an adapter',
      'lambda/adapters/a.ts',
      importing('axios'),
      importing('@aws-sdk/client-sns'),
    ],
    ['sim in the handler', 'lambda/handler.ts', importing('../sim/time'), importing('./watchdog')],
    [
      'the SDK in the handler',
      'lambda/handler.ts',
      importing('@aws-sdk/client-ec2'),
      importing('aws-lambda'),
    ],
    [
      'lib in main',
      'lambda/main.ts',
      importing('../lib/environment'),
      importing('@aws-sdk/client-ec2'),
    ],
    [
      'the shell in lib',
      'lib/a.ts',
      importing('../lambda/watchdog'),
      importing('../lambda/core/tags'),
    ],
    [
      'decide in lib',
      'lib/a.ts',
      importing('../lambda/core/decide'),
      importing('../lambda/core/signals/table'),
    ],
    [
      'the SDK in lib',
      'lib/a.ts',
      importing('@aws-sdk/client-ec2'),
      importing('aws-cdk-lib/aws-sqs'),
    ],
    [
      'policy-like names in lib',
      'lib/a.ts',
      importing('../lambda/core/policy-text'),
      importing('../lambda/core/policy'),
    ],
    ['cli in sim', 'sim/a.ts', importing('../cli/drill'), importing('../lambda/handler')],
    ['Node in sim', 'sim/a.ts', importing('node:fs'), importing('node:crypto')],
    ['a stack part in sim', 'sim/a.ts', importing('../lib/queue'), importing('../lib/synthesize')],
    ['chalk in cli', 'cli/a.ts', importing('chalk'), importing('picocolors')],
    ['a stack part in cli', 'cli/a.ts', importing('../lib/queue'), importing('../lib/synthesize')],
    [
      'a construct in bin',
      'bin/watchdog.ts',
      importing('aws-cdk-lib/aws-sqs'),
      importing('aws-cdk-lib'),
    ],
    ['lambda in bin', 'bin/watchdog.ts', importing('../lambda/settings'), importing('../lib/app')],
    [
      'lambda in an example',
      'examples/livechat/a.ts',
      importing('../../lambda/ports'),
      importing('node:http'),
    ],
  ]);

  it('refuses a file that no layer claims', () => {
    expect(checkImports(source('lambda/stray.ts', ''))).toHaveLength(1);
    expect(checkImports(source('elsewhere/a.ts', ''))).toHaveLength(1);
    expect(checkImports(source('lambda/handler.ts', ''))).toEqual([]);
  });

  it('tells file, line, what is allowed and how to mend it', () => {
    const bad = source('lambda/core/a.ts', `\n\n${importing('node:fs')}`);
    expect(checkImports(bad).map(describeFinding)).toEqual([
      `lambda/core/a.ts:3: lambda/core imports 'node:fs'.\n` +
        '    allowed: lambda/core itself only: no package, no module of Node\n' +
        '    fix: Take the value as an argument, or move the code into an adapter behind a port.',
    ]);
  });
});

describe('ambient time, chance and environment', () => {
  showsThatItFails(
    checkAmbient,
    [
      ['Date.now', 'const t = Date.now();', 'const t = clock.now();'],
      ["Date['now']", "const t = Date['now']();", "const t = Date.parse('x');"],
      ['Date.now passed on', 'const c = { now: Date.now };', 'const c = { now: time.now };'],
      ['new Date()', 'const t = new Date();', 'const t = new Date(at).toISOString();'],
      ['new Date', 'const t = new Date;', 'const t = new Date(0);'],
      ['Date()', 'const t = Date();', 'const t = Date.UTC(2024, 7);'],
      ['new Date(...none)', 'const t = new Date(...none);', 'const t = new Date(at, ...rest);'],
      ['Date taken apart', 'const { now } = Date;', 'const { now } = clock;'],
      ['an alias of Date', 'const D = Date;', 'const d = x instanceof Date;'],
      ['performance.now', 'performance.now();', 'report.performance.now();'],
      ['Math.random', 'Math.random();', 'Math.round(1.5);'],
      ['Math taken apart', 'const { random } = Math;', 'const { max } = { max: Math.max };'],
      ['crypto.randomUUID', 'crypto.randomUUID();', 'ids.randomUUID();'],
      ['crypto.randomBytes', 'crypto.randomBytes(4);', 'seed.randomBytes(4);'],
      [
        'randomUUID',
        "import { randomUUID } from 'node:crypto';",
        "import { createHash } from 'node:crypto';",
      ],
      [
        'all of crypto',
        "import * as c from 'node:crypto';",
        "import { createHash, type Hash } from 'node:crypto';",
      ],
      ['globalThis', 'globalThis.setTimeout(f, 1);', 'clock.setTimeout(f, 1);'],
      ['setTimeout', 'setTimeout(f, 1);', 'clock.sleep(1);'],
      ['setInterval', 'setInterval(f, 1);', 'type T = { setInterval: number };'],
      ['setImmediate', 'setImmediate(f);', 'const o = { setImmediate: 1 };'],
      ['process.env', 'const e = process.env.X;', 'function f(process: P) { return process.env; }'],
      ['process.hrtime', 'process.hrtime();', 'watch.hrtime();'],
      ['fetch', "await fetch('x');", 'const f = ({ fetch }: Net) => fetch;'],
      ['a shorthand', 'const o = { fetch };', 'const o = { fetch: net };'],
      ['AbortSignal.timeout', 'AbortSignal.timeout(1);', 'signal.timeout(1);'],
      ['format()', 'new Intl.DateTimeFormat().format();', 'new Intl.DateTimeFormat().format(at);'],
    ].map(([what = '', bad = '', good = '']) => [what, 'lambda/core/a.ts', bad, good] as const),
  );

  it.each(['lambda/core/x/a.ts', 'lambda/watchdog.ts', 'lambda/shell/a.ts', 'sim/a.ts'])(
    'watches over %s',
    (path) => expect(checkAmbient(source(path, 'Date.now();'))).toHaveLength(1),
  );

  it.each(['lambda/adapters/a.ts', 'lambda/handler.ts', 'cli/a.ts', 'test/sim/a.ts'])(
    'leaves %s alone',
    (path) => expect(checkAmbient(source(path, 'Date.now();'))).toEqual([]),
  );

  it('lets sim/drain.ts alone wait for a macrotask, and read nothing else', () => {
    expect(checkAmbient(source('sim/drain.ts', 'setImmediate(f);'))).toEqual([]);
    expect(checkAmbient(source('sim/drain.ts', 'setTimeout(f);'))).toHaveLength(1);
    expect(checkAmbient(source('sim/clock.ts', 'setImmediate(f);'))).toHaveLength(1);
  });
});

describe('cycles', () => {
  const ring = (closing: string): readonly Source[] => [
    source('lambda/core/a.ts', importing('./b')),
    source('lambda/core/b.ts', importing('../core/c')),
    source('lambda/core/c.ts', closing),
  ];

  it('refuses a ring, types included, and tells it once with its way', () => {
    const findings = checkCycles(ring(`import type { A } from './a';`));
    expect(findings.map(({ what }) => what)).toEqual([
      'Files import each other: ' +
        'lambda/core/a.ts -> lambda/core/b.ts -> lambda/core/c.ts -> lambda/core/a.ts.',
    ]);
  });

  it('refuses a file that imports itself', () => {
    expect(checkCycles([source('sim/a.ts', importing('./a'))])).toHaveLength(1);
  });

  it('passes the same files without the closing import', () => {
    expect(checkCycles(ring(''))).toEqual([]);
  });
});

describe('exports', () => {
  showsThatItFails(checkDefaultExports, [
    ['export default', 'lib/a.ts', 'export default class A {}', 'export class A {}'],
    ['as default', 'lib/a.ts', 'const a = 1; export { a as default };', 'export const a = 1;'],
    ['export =', 'lib/a.ts', 'const a = 1; export = a;', 'export const a = 1;'],
    ['a default elsewhere', 'test/a.ts', 'export default 1;', 'export const one = 1;'],
  ]);
  showsThatItFails(checkBarrels, [
    ['export all', 'sim/index.ts', `export * from './a';`, `import { a } from './a'; a();`],
    ['export from', 'lib/a.ts', `export { b } from './b';`, `export const b = 1;`],
    ['type export', 'lib/a.ts', `export type { B } from './b';`, `export type B = 1;`],
  ]);
  showsThatItFails(checkEnums, [
    ['an enum', 'lambda/core/a.ts', 'export enum E { A }', `type E = 'a';`],
    ['a const enum', 'lib/a.ts', 'const enum E { A }', `const E = ['a'] as const;`],
  ]);
  showsThatItFails(checkDocstrings, [
    [
      'a bare constant',
      'lib/a.ts',
      'export const a = 1;',
      '/** How many there are. */\nexport const a = 1;',
    ],
    [
      'a bare type',
      'lib/a.ts',
      'export type A = 1;',
      '/** How many there are. */\nexport type A = 1;',
    ],
    ['a line comment', 'lib/a.ts', '// How many there are.\nexport const a = 1;', 'const a = 1;'],
    ['a plain block', 'lib/a.ts', '/* How many there are. */\nexport const a = 1;', ''],
    ['an empty one', 'lib/a.ts', '/** A. */\nexport const a = 1;', ''],
    [
      'one that stands apart',
      'lib/a.ts',
      '/** How many there are. */\n\nexport const a = 1;',
      '/**\n * How many there are.\n */\nexport function a() {}',
    ],
    [
      'the next export',
      'lib/a.ts',
      '/** How many there are. */\nexport const a = 1;\nexport const b = 1;',
      '',
    ],
  ]);

  it('lets overloads share a docstring', () => {
    const one = 'export function a(x: 1): 1;\nexport function a(x: 2): 2;\n';
    const body = 'export function a(x: number) { return x; }';
    expect(checkDocstrings(source('lib/a.ts', `/** The same number. */\n${one}${body}`))).toEqual(
      [],
    );
    expect(checkDocstrings(source('lib/a.ts', `${one}${body}`))).toHaveLength(3);
  });

  it('leaves the signal table its re-exports, and a tool its configuration', () => {
    expect(checkBarrels(source('lambda/core/signals/table.ts', `export * from './a';`))).toEqual(
      [],
    );
    expect(checkDefaultExports(source('test/x.config.ts', 'export default {};'))).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    'lib/fooBar.ts',
    'lib/Queue.ts',
    'lib/foo_bar.ts',
    'Lib/queue.ts',
    'lib/utils.ts',
    'lib/string-utils.ts',
    'lib/helpers/queue.ts',
    'lib/common.ts',
    'lib/queue-manager.ts',
    'test/test-helper.test.ts',
  ])('refuses %s', (path) => expect(checkNames(path)).toHaveLength(1));

  it.each(['lib/queue.ts', 'lib/fan-out.ts', 'sim/account/ec2.ts', 'test/queue.test.ts'])(
    'passes %s',
    (path) => expect(checkNames(path)).toEqual([]),
  );
});

describe('size', () => {
  const lines = (count: number): string => 'a();\n'.repeat(count);
  const body = (count: number): string => `{\n${lines(count - 2)}}`;

  showsThatItFails(checkFileLength, [['401 lines', 'lib/a.ts', lines(401), lines(400)]]);
  showsThatItFails(checkColumns, [
    ['a long page in the product', 'lib/a.ts', `f(\`\n${'x'.repeat(101)}\n\`);`, `f(\`\nx\n\`);`],
    [
      'code behind a page',
      'test/a.ts',
      `f(\`\n\`);\n${'x'.repeat(101)};`,
      `f(\`\n${'x'.repeat(101)}\n\`);`,
    ],
    ['a long text in the product', 'lib/a.ts', `f('${'x'.repeat(99)}');`, `f('x');`],
    ['long code in a test', 'test/a.ts', `f(${'x'.repeat(99)});`, `f('${'x'.repeat(99)}');`],
    ['101 columns', 'lib/a.ts', `//${'x'.repeat(99)}`, `//${'x'.repeat(98)}`],
    [
      'text around an address',
      'lib/a.ts',
      `// ${'x'.repeat(99)} https://a.b`,
      `// https://a.b/${'x'.repeat(99)}`,
    ],
  ]);
  showsThatItFails(checkFunctions, [
    ['71 lines', 'lib/a.ts', `function f() ${body(71)}`, `function f() ${body(70)}`],
    ['a long arrow', 'lib/a.ts', `const f = () => ${body(71)};`, `const f = () => ${body(70)};`],
    ['a long method', 'lib/a.ts', `class A {\nm() ${body(71)}\n}`, `class A {\nm() ${body(70)}\n}`],
    [
      'a long callback',
      'test/a.test.ts',
      `use(() => ${body(71)});`,
      `describe('x', () => ${body(90)});`,
    ],
    ['4 parameters', 'lib/a.ts', 'function f(a, b, c, d) {}', 'function f(this: A, a, b, c) {}'],
    [
      '4 in a constructor',
      'lib/a.ts',
      'class A { constructor(a, b, c, d) {} }',
      'const f = ({ a, b, c, d }) => {};',
    ],
  ]);

  it('refuses a median over 120 lines, and looks at the product only', () => {
    const files = [
      source('lib/a.ts', lines(10)),
      source('lib/b.ts', lines(121)),
      source('lib/c.ts', lines(200)),
      source('test/d.test.ts', lines(5)),
    ];
    expect(medianLength(files)).toBe(121);
    expect(checkMedian(files)).toHaveLength(1);
    expect(checkMedian([source('lib/e.ts', lines(20)), ...files.slice(0, 2)])).toEqual([]);
  });
});

describe('parsing', () => {
  it('fails with the path, rather than skipping the file', () => {
    expect(() => source('lib/a.ts', 'const = ;')).toThrow(/lib\/a\.ts does not parse/);
  });
});
