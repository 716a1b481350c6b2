import { isObject, UnsimulatedTemplateError, type Json } from './template';

type Test = (value: unknown) => boolean;

/**
 * Compiles an EventBridge pattern: lists of exact values, nested keys, `exists`, `prefix` and
 * `anything-but` with plain values. Any other operator is refused, since ignoring it would let
 * events through that AWS would not deliver.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function compilePattern(pattern: Json | undefined): (event: unknown) => boolean {
  if (!isObject(pattern)) throw new UnsimulatedTemplateError('An event pattern must be an object');
  return compileObject(pattern);
}

function compileObject(pattern: { readonly [key: string]: Json | undefined }): Test {
  const tests = Object.entries(pattern).map(([key, expected]): Test => {
    if (key.startsWith('$')) throw unknown(key);
    const test = Array.isArray(expected)
      ? compileList(expected as readonly Json[])
      : compileNested(key, expected);
    return (event) => test(fieldOf(event, key));
  });
  return (event) => tests.every((test) => test(event));
}

function compileNested(key: string, expected: Json | undefined): Test {
  if (!isObject(expected)) {
    throw new UnsimulatedTemplateError(`The pattern's "${key}" must be a list or an object`);
  }
  return compileObject(expected);
}

/** One of the list must hold, for the value or for one of its items where it is a list. */
function compileList(expected: readonly Json[]): Test {
  const tests = expected.map(compileItem);
  return (value) => {
    const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    return tests.some((test) => values.some(test));
  };
}

function compileItem(expected: Json): Test {
  if (!isObject(expected)) return (value) => value === expected;
  const [operator, ...more] = Object.keys(expected);
  const argument = expected[operator ?? ''];
  if (operator === undefined || more.length > 0) throw unknown(JSON.stringify(expected));
  if (operator === 'exists' && typeof argument === 'boolean') {
    return (value) => (value !== undefined) === argument;
  }
  if (operator === 'prefix' && typeof argument === 'string') {
    return (value) => typeof value === 'string' && value.startsWith(argument);
  }
  if (operator === 'anything-but' && !isObject(argument) && argument !== undefined) {
    const refused = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
    return (value) => value !== undefined && !refused.includes(value as Json);
  }
  throw unknown(JSON.stringify(expected));
}

function fieldOf(event: unknown, key: string): unknown {
  return typeof event === 'object' && event !== null
    ? (event as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

const unknown = (operator: string): Error =>
  new UnsimulatedTemplateError(`EventBridge operator ${operator} is not simulated`);
