import type { Line } from './line';

/** Lines of the same second that say the same of several instances, or several times. */
export interface LineGroup<L extends Line = Line> {
  readonly first: L;
  readonly count: number;
}

/** What a line says, whomever it says it of and whatever the figures in it are. */
export function patternOf({ lane, kind, text }: Line): string {
  const plain = text
    .replace(/\bi-[0-9a-f]{8,17}\b/g, 'i-#')
    .replace(/\d+/g, '#')
    .replace(/\b(system|instance|attachedEbs|application) status check/, 'status check');
  return `${lane} ${kind} ${plain}`;
}

/** Folds lines of one whole second by what they say, in the order of first mention. */
export function groupLines<L extends Line>(lines: readonly L[]): readonly LineGroup<L>[] {
  const groups = new Map<string, { first: L; count: number }>();
  for (const line of lines) {
    const key = `${Math.floor(line.at)} ${patternOf(line)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: line, count: 1 });
    else group.count += 1;
  }
  return [...groups.values()];
}

/** The text of a group: that of its first line, and how many others there are. */
export function groupText({ first, count }: LineGroup): string {
  return count === 1 ? first.text : `${first.text} (and ${count - 1} more like it)`;
}
