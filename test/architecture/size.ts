import type { Function as FunctionNode, Node } from '@babel/types';
import type { Finding } from './finding';
import { lineOf, walk, type Source } from './source';

/** The size budgets of the house; the reasons stand in CONTRIBUTING.md. */
export const BUDGET = {
  fileLines: 400,
  medianLines: 120,
  functionLines: 70,
  parameters: 3,
  columns: 100,
} as const;

const PRODUCT = /^(bin|lib|lambda|report|sim|cli|examples)\//;

/** Files over the budget of lines. */
export function checkFileLength(file: Source): readonly Finding[] {
  if (file.lines.length <= BUDGET.fileLines) return [];
  const what = `The file has ${file.lines.length} lines.`;
  const allowed = `${BUDGET.fileLines} lines`;
  const fix = 'Split it by concept: one noun or verb a file.';
  return [{ path: file.path, line: BUDGET.fileLines + 1, what, allowed, fix }];
}

/** The middle length of the product's files (tests and scripts aside); 0 when there are none. */
export function medianLength(files: readonly Source[]): number {
  const lengths = files
    .filter(({ path }) => PRODUCT.test(path))
    .map(({ lines }) => lines.length)
    .toSorted((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}

/** A finding when the median of the product's files is over the budget. */
export function checkMedian(files: readonly Source[]): readonly Finding[] {
  const median = medianLength(files);
  if (median <= BUDGET.medianLines) return [];
  const what = `The median file has ${median} lines.`;
  const fix = 'Split the files that hold more than one concept.';
  return [{ path: '.', line: 1, what, allowed: `${BUDGET.medianLines} lines`, fix }];
}

/** A text within one line, in any quotes. */
const TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`/g;

/** The lines of texts that go over several lines. */
function textLines(file: Source): ReadonlySet<number> {
  const lines = new Set<number>();
  walk(file.tree, (node) => {
    if (node.type !== 'TemplateLiteral' || !node.loc) return;
    const { start, end } = node.loc;
    if (end.line === start.line) return;
    for (let line = start.line; line <= end.line; line += 1) lines.add(line);
  });
  return lines;
}

/** Lines over 100 columns. Addresses are not counted, nor in tests the texts, which are data. */
export function checkColumns(file: Source): readonly Finding[] {
  const isTest = file.path.startsWith('test/');
  const skipped = isTest ? textLines(file) : new Set<number>();
  return file.lines.flatMap((line, index) => {
    if (skipped.has(index + 1)) return [];
    const code = (isTest ? line.replace(TEXT, "''") : line).replace(/https?:\/\/\S+/g, '');
    const width = Array.from(code).length;
    if (width <= BUDGET.columns) return [];
    const what = `The line has ${width} columns.`;
    const fix = 'Break it, or shorten what it says.';
    return [{ path: file.path, line: index + 1, what, allowed: `${BUDGET.columns} columns`, fix }];
  });
}

function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'ObjectMethod' ||
    node.type === 'ClassMethod' ||
    node.type === 'ClassPrivateMethod'
  );
}

/** `describe(…, () => …)` and its kin are chapters rather than functions. */
function isChapter(parents: readonly Node[]): boolean {
  const call = parents[0];
  if (call?.type !== 'CallExpression') return false;
  let callee: Node = call.callee;
  while (callee.type === 'CallExpression' || callee.type === 'MemberExpression') {
    callee = callee.type === 'CallExpression' ? callee.callee : callee.object;
  }
  return callee.type === 'Identifier' && ['describe', 'it', 'test'].includes(callee.name);
}

function overBudget(file: Source, node: FunctionNode): readonly Finding[] {
  const start = lineOf(node);
  const length = (node.loc?.end.line ?? start) - start + 1;
  const positional = node.params.filter(
    (param) => !(param.type === 'Identifier' && param.name === 'this'),
  ).length;
  const base = { path: file.path, line: start };
  const long: Finding = {
    ...base,
    what: `A function of ${length} lines.`,
    allowed: `${BUDGET.functionLines} lines (most under 35)`,
    fix: 'Name its steps and make each a function.',
  };
  const wide: Finding = {
    ...base,
    what: `A function with ${positional} positional parameters.`,
    allowed: `${BUDGET.parameters} positional parameters`,
    fix: 'Put what belongs together into an options object.',
  };
  return [
    ...(length > BUDGET.functionLines ? [long] : []),
    ...(positional > BUDGET.parameters ? [wide] : []),
  ];
}

/** Functions over the budgets of lines and of positional parameters. */
export function checkFunctions(file: Source): readonly Finding[] {
  const found: Finding[] = [];
  walk(file.tree, (node, { parents }) => {
    if (isFunction(node) && !isChapter(parents)) found.push(...overBudget(file, node));
  });
  return found;
}
