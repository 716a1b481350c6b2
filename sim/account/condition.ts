import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** One item of a table. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The placeholders of an expression. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** The expression uses something that is not simulated, or is none. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

type Node = (item: Item | undefined) => boolean;
type Scalar = string | number | boolean;

const TOKEN = /\s*(\(|\)|,|<>|<=|>=|=|<|>|[#:]?[A-Za-z_][A-Za-z0-9_.]*)/y;
const COMPARE: Readonly<Record<string, (left: Scalar, right: Scalar) => boolean>> = {
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new ExpressionError(`Cannot read "${text.slice(from)}"`);
    found.push(match[1]!);
  }
  return found;
}

/** The value of the types that can be compared; undefined for an absent one. */
function scalar(value: AttributeValue | undefined): Scalar | undefined {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  throw new ExpressionError(`Comparing ${Object.keys(value).join()} is not simulated`);
}

const sameType = (left: AttributeValue, right: AttributeValue): boolean =>
  Object.keys(left)[0] === Object.keys(right)[0];

/**
 * Reads the grammar of condition expressions that is really used: comparisons of an attribute with
 * a value, attribute_exists, attribute_not_exists, begins_with, AND, OR, NOT and parentheses.
 */
class Parser {
  readonly #tokens: string[];
  readonly #placeholders: Placeholders;
  readonly used = new Set<string>();
  #at = 0;

  constructor(text: string, placeholders: Placeholders) {
    this.#tokens = tokens(text);
    this.#placeholders = placeholders;
  }

  parse(): Node {
    const node = this.#or();
    if (this.#at < this.#tokens.length) {
      throw new ExpressionError(`Not simulated: "${this.#tokens[this.#at]}"`);
    }
    return node;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#takeWord('OR')) {
      const [first, second] = [left, this.#and()];
      left = (item) => first(item) || second(item);
    }
    return left;
  }

  #and(): Node {
    let left = this.#not();
    while (this.#takeWord('AND')) {
      const [first, second] = [left, this.#not()];
      left = (item) => first(item) && second(item);
    }
    return left;
  }

  #not(): Node {
    if (!this.#takeWord('NOT')) return this.#primary();
    const node = this.#not();
    return (item) => !node(item);
  }

  #primary(): Node {
    const token = this.#next();
    if (token === '(') {
      const node = this.#or();
      this.#expect(')');
      return node;
    }
    if (this.#tokens[this.#at] === '(') return this.#function(token);
    return this.#comparison(token);
  }

  #function(name: string): Node {
    this.#expect('(');
    const path = this.#path(this.#next());
    if (name === 'begins_with') {
      this.#expect(',');
      const prefix = this.#value(this.#next()).S ?? '';
      this.#expect(')');
      return (item) => item?.[path]?.S?.startsWith(prefix) === true;
    }
    this.#expect(')');
    if (name === 'attribute_exists') return (item) => item?.[path] !== undefined;
    if (name === 'attribute_not_exists') return (item) => item?.[path] === undefined;
    throw new ExpressionError(`The function ${name} is not simulated`);
  }

  #comparison(first: string): Node {
    const left = this.#operand(first);
    const operator = this.#next();
    const compare = COMPARE[operator];
    if (compare === undefined)
      throw new ExpressionError(`The operator ${operator} is not simulated`);
    const right = this.#operand(this.#next());
    return (item) => {
      const [a, b] = [left(item), right(item)];
      // An absent attribute is unequal to everything, and neither less nor more than anything.
      if (a === undefined || b === undefined) return operator === '<>';
      if (!sameType(a, b)) return operator === '<>';
      return compare(scalar(a)!, scalar(b)!);
    };
  }

  #operand(token: string): (item: Item | undefined) => AttributeValue | undefined {
    if (token.startsWith(':')) {
      const value = this.#value(token);
      return () => value;
    }
    const path = this.#path(token);
    return (item) => item?.[path];
  }

  #path(token: string): string {
    if (token.includes('.')) throw new ExpressionError('Paths into documents are not simulated');
    if (!token.startsWith('#')) return token;
    this.used.add(token);
    const name = this.#placeholders.names[token];
    if (name === undefined) throw new ExpressionError(`No name for ${token}`);
    return name;
  }

  #value(token: string): AttributeValue {
    this.used.add(token);
    const value = this.#placeholders.values[token];
    if (value === undefined) throw new ExpressionError(`No value for ${token}`);
    return value;
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new ExpressionError('The expression ends too early');
    this.#at += 1;
    return token;
  }

  #expect(token: string): void {
    if (this.#next() !== token) throw new ExpressionError(`Expected "${token}"`);
  }

  #takeWord(word: string): boolean {
    if (this.#tokens[this.#at]?.toUpperCase() !== word) return false;
    this.#at += 1;
    return true;
  }
}

/**
 * A condition as a test of the stored item (undefined where there is none).
 *
 * @throws ExpressionError for a grammar that is not simulated, and for a placeholder that the
 *   expression does not use, which DynamoDB refuses too
 */
export function compileCondition(text: string, placeholders: Placeholders): Node {
  const parser = new Parser(text, placeholders);
  const node = parser.parse();
  const given = [...Object.keys(placeholders.names), ...Object.keys(placeholders.values)];
  const unused = given.find((name) => !parser.used.has(name));
  if (unused !== undefined) throw new ExpressionError(`${unused} is not used in the expression`);
  return node;
}
