import type { Node } from '@babel/types';
import type { Finding } from './finding';
import { lineOf, walk, type Place, type Source } from './source';

/** Where time, randomness, environment and network come in as arguments and ports only. */
const SCOPE = /^(lambda\/core\/|lambda\/watchdog\.ts$|lambda\/shell\/|report\/|sim\/)/;

/** Only a macrotask drains the microtask queue for certain: one file may wait for one. */
const MACROTASK_FILE = 'sim/drain.ts';

/** Globals that may not be named at all. */
const FORBIDDEN = new Set([
  'performance',
  'process',
  'crypto',
  'fetch',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]);

/** What may be taken from `node:crypto`: the same input gives the same output. */
const DIGESTS = new Set(['createHash', 'createHmac', 'hash', 'Hash']);

const ALLOWED =
  'time from ClockPort or an argument, randomness from the seed, settings as arguments';
const FIX = 'Take `now`, the random source or the setting as an argument.';

/** Whether the identifier stands where a name is made. */
function binds({ parents, field }: Place): boolean {
  const parent = parents[0]?.type ?? '';
  switch (field) {
    case 'params':
      return true;
    case 'id':
      return !parent.startsWith('Export');
    case 'local':
      return parent.startsWith('Import');
    case 'value':
      return insidePattern(parents);
    case 'elements':
      return parent === 'ArrayPattern';
    case 'left':
      return parent === 'AssignmentPattern';
    default:
      return false;
  }
}

/** The names that the file binds itself: parameters, variables, functions, imports. */
function boundNames(file: Source): ReadonlySet<string> {
  const names = new Set<string>();
  walk(file.tree, (node, place) => {
    if (node.type === 'Identifier' && binds(place)) names.add(node.name);
  });
  return names;
}

/** The value of `{ key: value }` where the braces take apart rather than make. */
function insidePattern(parents: readonly Node[]): boolean {
  return parents[0]?.type === 'ObjectProperty' && parents[1]?.type === 'ObjectPattern';
}

/** Whether the identifier is a value that is read, not a key, a property or a type. */
function isReference({ parents, field }: Place): boolean {
  const parent = parents[0];
  if (parent === undefined) return false;
  if (/^TS(?!As|NonNull|Satisfies)/.test(parent.type)) return false;
  if (field === 'property' || field === 'key') return 'computed' in parent && parent.computed;
  return !['label', 'params', 'local', 'imported', 'exported', 'id'].includes(field);
}

function memberName(parent: Node | undefined): string | undefined {
  if (parent?.type !== 'MemberExpression' && parent?.type !== 'OptionalMemberExpression') {
    return undefined;
  }
  if (parent.computed) {
    return parent.property.type === 'StringLiteral' ? parent.property.value : undefined;
  }
  return parent.property.type === 'Identifier' ? parent.property.name : undefined;
}

/** `Date` is fine with a value to convert; what reads the clock, or hides that it does, is not. */
function misusesDate({ parents, field }: Place): boolean {
  const parent = parents[0];
  if (parent?.type === 'NewExpression' && field === 'callee') {
    const [first] = parent.arguments;
    return first === undefined || first.type === 'SpreadElement';
  }
  if (parent?.type === 'BinaryExpression' && parent.operator === 'instanceof') return false;
  return field !== 'object' || !['parse', 'UTC'].includes(memberName(parent) ?? '');
}

/** Any function of Math but the random one; `Math` passed around is not looked through. */
function misusesMath({ parents, field }: Place): boolean {
  const name = memberName(parents[0]);
  return field !== 'object' || name === undefined || name === 'random';
}

/** A formatter of Intl without an argument formats the present moment. */
function formatsNow(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.arguments.length > 0) return false;
  return ['format', 'formatToParts'].includes(memberName(node.callee) ?? '');
}

function isTimeoutSignal(node: Node): boolean {
  if (node.type !== 'MemberExpression' || memberName(node) !== 'timeout') return false;
  return node.object.type === 'Identifier' && node.object.name === 'AbortSignal';
}

function misusedGlobal(name: string, place: Place): string | undefined {
  const member = place.field === 'object' ? memberName(place.parents[0]) : undefined;
  const shown = member === undefined ? name : `${name}.${member}`;
  if (name === 'Date') return misusesDate(place) ? `${shown}, the ambient clock` : undefined;
  if (name === 'Math') return misusesMath(place) ? `${shown}, ambient chance` : undefined;
  return FORBIDDEN.has(name) ? `the global ${shown}` : undefined;
}

/** An import from `node:crypto` of more than digests, or of all of it. */
function importsChance(node: Node): string | undefined {
  if (node.type !== 'ImportDeclaration' || !/^(node:)?crypto$/.test(node.source.value)) {
    return undefined;
  }
  const names = node.specifiers.map((one) =>
    one.type === 'ImportSpecifier' && one.imported.type === 'Identifier' ? one.imported.name : '*',
  );
  return names.find((name) => !DIGESTS.has(name));
}

function misused(node: Node, place: Place, local: ReadonlySet<string>): string | undefined {
  if (formatsNow(node)) return 'format() without an argument, which formats the present moment';
  if (isTimeoutSignal(node)) return 'AbortSignal.timeout, a timer';
  const chance = importsChance(node);
  if (chance !== undefined) return `${chance} of node:crypto, ambient chance`;
  if (node.type !== 'Identifier' || local.has(node.name) || !isReference(place)) return undefined;
  return misusedGlobal(node.name, place);
}

/** Ambient time, chance, environment and network in the pure parts and in the simulator. */
export function checkAmbient(file: Source): readonly Finding[] {
  if (!SCOPE.test(file.path)) return [];
  const local = boundNames(file);
  const found: Finding[] = [];
  walk(file.tree, (node, place) => {
    const what = misused(node, place, local);
    if (what === undefined) return;
    if (what === 'the global setImmediate' && file.path === MACROTASK_FILE) return;
    const base = { path: file.path, line: lineOf(node), what: `It uses ${what}.` };
    found.push({ ...base, allowed: ALLOWED, fix: FIX });
  });
  return found;
}
