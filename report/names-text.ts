/** So many names are listed; the rest is counted. */
const MOST_NAMES = 12;

/** `pod-1, pod-2`, `200 instances (pod-1, … and 188 more)`, or `all 200 instances`. */
export function namesText(names: readonly string[], { of }: { readonly of: number }): string {
  if (names.length === of) return `all ${of} instances`;
  const more = names.length - MOST_NAMES;
  if (more <= 0) return names.join(', ');
  return `${names.length} instances (${names.slice(0, MOST_NAMES).join(', ')} and ${more} more)`;
}

/** Fit to begin a sentence. */
export const capital = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
