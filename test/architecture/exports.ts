import type { Comment, Node, Statement } from '@babel/types';
import type { Finding } from './finding';
import { lineOf, walk, type Source } from './source';

/** The table of signals may re-export (house style), and a test's entry that is bundled. */
const BARREL_ALLOWED = /^(lambda\/core\/signals|test)\//;
/** Tools that demand a default export of their configuration. */
const CONFIGURATION = /\.config\.(js|mjs|ts)$/;
/** Tests and scripts export to each other only; the product's exports are read by strangers. */
const DOCUMENTED = /^(bin|lib|lambda|report|sim|cli|examples|test\/architecture)\//;

function finding(file: Source, node: Node, text: Omit<Finding, 'path' | 'line'>): Finding {
  return { path: file.path, line: lineOf(node), ...text };
}

/** Default exports, in every spelling. */
export function checkDefaultExports(file: Source): readonly Finding[] {
  if (CONFIGURATION.test(file.path)) return [];
  const isDefault = (node: Statement): boolean =>
    node.type === 'ExportDefaultDeclaration' ||
    node.type === 'TSExportAssignment' ||
    (node.type === 'ExportNamedDeclaration' &&
      node.specifiers.some(
        ({ exported }) => exported.type === 'Identifier' && exported.name === 'default',
      ));
  return file.tree.program.body.filter(isDefault).map((node) =>
    finding(file, node, {
      what: 'A default export.',
      allowed: 'named exports: one name for one thing, in every file',
      fix: 'Export it by its name.',
    }),
  );
}

/** Re-exports: each name has one home, and an import shows where that is. */
export function checkBarrels(file: Source): readonly Finding[] {
  if (BARREL_ALLOWED.test(file.path)) return [];
  const forwards = (node: Statement): boolean =>
    node.type === 'ExportAllDeclaration' ||
    (node.type === 'ExportNamedDeclaration' && !!node.source);
  return file.tree.program.body.filter(forwards).map((node) =>
    finding(file, node, {
      what: 'A re-export (barrel).',
      allowed: 're-exports in lambda/core/signals only',
      fix: 'Import it from the file that defines it.',
    }),
  );
}

/** `enum`: it is a value and a type at once, and cannot be closed by `unreachable`. */
export function checkEnums(file: Source): readonly Finding[] {
  const found: Finding[] = [];
  walk(file.tree, (node) => {
    if (node.type !== 'TSEnumDeclaration') return;
    found.push(
      finding(file, node, {
        what: `enum ${node.id.name}.`,
        allowed: 'unions of string literals',
        fix: "Write `type X = 'a' | 'b'`.",
      }),
    );
  });
  return found;
}

function nameOfExport(node: Statement): string {
  if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return 'export';
  const { declaration } = node;
  if ('id' in declaration && declaration.id?.type === 'Identifier') return declaration.id.name;
  if (declaration.type !== 'VariableDeclaration') return 'export';
  const [first] = declaration.declarations;
  return first?.id.type === 'Identifier' ? first.id.name : 'export';
}

/** A docstring says something: more than one word. */
function isDocstring(comment: Comment | undefined, node: Node): boolean {
  if (comment?.type !== 'CommentBlock' || !comment.value.startsWith('*')) return false;
  const touches = (comment.loc?.end.line ?? 0) === lineOf(node) - 1;
  const sameLine = (comment.loc?.end.line ?? 0) === lineOf(node);
  const words = comment.value.match(/[\p{L}\p{N}]+/gu) ?? [];
  return (touches || sameLine) && words.length >= 2;
}

/** Exports without a docstring directly above them. Overloads share that of the first. */
export function checkDocstrings(file: Source): readonly Finding[] {
  if (!DOCUMENTED.test(file.path) || file.path.endsWith('.test.ts')) return [];
  const documented = new Set<string>();
  return file.tree.program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return [];
    const name = nameOfExport(node);
    if (isDocstring(node.leadingComments?.at(-1), node)) {
      documented.add(name);
      return [];
    }
    const overload = /Function$|FunctionDeclaration$/.test(node.declaration.type);
    if (overload && documented.has(name)) return [];
    return [
      finding(file, node, {
        what: `The export ${name} has no docstring.`,
        allowed: 'a sentence or two directly above each export: units, errors, source of the fact',
        fix: 'Write /** … */ above it, saying what its name does not.',
      }),
    ];
  });
}
