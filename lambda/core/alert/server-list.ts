import { oneLine } from '../one-line';

const NAME_LIMIT = 40;

/** A server in the list of an e-mail: indented, so that a name does not pass for another line. */
export function listed(name: string, ...about: readonly string[]): string {
  return `  ${oneLine(name, NAME_LIMIT)} (${about.join(', ')})`;
}

/** As many lines as an e-mail should hold, and what is said of the rest. */
export function atMost(
  lines: readonly string[],
  limit: number,
  rest: (count: number) => string = (count) => `and ${count} more`,
): readonly string[] {
  return lines.length <= limit ? lines : [...lines.slice(0, limit), rest(lines.length - limit)];
}
