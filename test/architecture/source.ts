import { parse } from '@babel/parser';
import type { File, Node } from '@babel/types';

/** A parsed source file. `path` is relative to the repository, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly tree: File;
}

/**
 * Parses TypeScript or JavaScript. TypeScript 7 has no API of its own, and swc's spans count
 * bytes over all files of a process; Babel's parser, which jest brings, tells lines and comments.
 *
 * @throws SyntaxError with the path in its message when the text does not parse.
 */
export function source(path: string, text: string): Source {
  try {
    const tree = parse(text, {
      sourceType: 'unambiguous',
      sourceFilename: path,
      plugins: path.endsWith('.ts') ? ['typescript'] : [],
    });
    return { path, text, lines: text.replace(/\n$/, '').split('\n'), tree };
  } catch (cause) {
    throw new SyntaxError(`${path} does not parse: ${String(cause)}`, { cause });
  }
}

const NOT_CHILDREN = new Set(['loc', 'leadingComments', 'trailingComments', 'innerComments']);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'loc' in value;
}

/** The direct children of a node, each with the name of the field that holds it. */
export function childrenOf(node: Node): readonly (readonly [string, Node])[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (NOT_CHILDREN.has(key)) return [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.filter(isNode).map((child) => [key, child] as const);
  });
}

/** Where a node stands: its parents, the nearest first, and the field of the nearest. */
export interface Place {
  readonly parents: readonly Node[];
  readonly field: string;
}

/** Calls `visit` for a node and everything below it, parents first. */
export function walk(
  node: Node,
  visit: (node: Node, place: Place) => void,
  place: Place = { parents: [], field: '' },
): void {
  visit(node, place);
  const parents = [node, ...place.parents];
  for (const [field, child] of childrenOf(node)) walk(child, visit, { parents, field });
}

/** The line on which a node begins; 1 where the parser does not say. */
export function lineOf(node: Node): number {
  return node.loc?.start.line ?? 1;
}
